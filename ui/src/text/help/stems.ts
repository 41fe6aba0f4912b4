import { fold, skeleton } from "./fold";

/** One thing that is looked for. */
export type Term = {
  /** As it was typed, folded; marked where it stands in a text. */
  text: string;
  /** By what it is found, the closest first, with how much that is worth. */
  forms: readonly Form[];
};

export type Form = { text: string; worth: number; kind: "whole" | "skeleton" };

const KANJI = "\u3400-\u9fff\uf900-\ufaff々";
const KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe";
const HIRAGANA = "\u3041-\u3096\u309d\u309e";
const RUNS = new RegExp(
  [
    `(?:[${KANJI}]|[0-9]+(?=[${KANJI}]))[${KANJI}0-9]*[${HIRAGANA}]*`,
    `[${KATAKANA}]+[${HIRAGANA}]*`,
    `[a-z0-9][a-z0-9.@#+'_-]*[${HIRAGANA}]*`,
    `[${HIRAGANA}ー]+`,
  ].join("|"),
  "gu",
);

const AFTER_A_PARTICLE = new RegExp(
  `([${KANJI}0-9]{2}|[${KATAKANA}a-z0-9])[をがはにでとのへも](?=[${HIRAGANA}]{3})`,
  "gu",
);
const TAIL = new RegExp(`[${HIRAGANA}]*$`, "u");
const BEGINS_WITH_KANJI = new RegExp(`^[${KANJI}]`, "u");
const WITH_KANA = new RegExp(`^([^${HIRAGANA}]+[${HIRAGANA}])[${HIRAGANA}]+$`, "u");
const KANA_VERB = new RegExp(`^[${HIRAGANA}]{4,}$`, "u");
const KANA_ALONE = new RegExp(`^[${HIRAGANA}${KATAKANA}ー]+$`, "u");

/** What verbs, adjectives and nouns end in and is not searched for; the longest is taken off first. */
const ENDINGS = split({
  words: `
    を が は に で と の へ も や か ね よ な た て ば ず から まで より って とは
    には では でも にも への との での ので のに けど けれど ため ために とき ときは こと
    もの など だけ ほど くらい について による により における として ながら ごと です でした
    ですか でしょうか である だった なら たら れば ても ます ました ますか ません ませんか
    ませんでした ましょう たい たく たかった ている ていた ています ていました てる ておく てある
    ており てしまった てしまいました てしまう ちゃった じゃった てください てほしい てもらう
    てもらった てもらっていない てきた ていない ていません てこない ない なかった なく なくて
    なくなった なくなりました なければ ないとき れる れた れて れない れません れなかった れました
    れます れず られる られた られない られません られました せる せた せない せて する した
    して し すれば しない します しました しません しよう したい したら される された されて
    されました されない させる させたい できる できた できない できません できなくなった できますか
    できず いただく ください くださ ましたら そう らしい みたい ようだ といわれた という いい
    よい いる いた いて います いました いない いません いただき ある あった あります ありません
    なる なった なって なりました ずれ
  `,
}).sort((one, other) => other.length - one.length);

/** Words that are in every question and say nothing of the page. */
const EMPTY = new Set(
  split({
    words: `
      どう どうすれば どうしたら どうやって どこ どれ いつ なに なぜ だれ いくつ もう すぐ まだ また この その
      あの これ それ ここ そこ よう こちら いま とても ちょっと 方法 仕方 やり方 場合 何 何か 時 人 方 事 物 私 自分 急 言
      a an and are as at be by can cannot can't do does did for from get have how i if in into is it its me my of on
      or our please so soon that the there this to too was we what when where which why will with you your
    `,
  }).map(fold),
);

/** As in the entries: nobody reads what is called `words`. */
function split({ words }: { words: string }): string[] {
  return words.split(/\s+/).filter(Boolean);
}

/** Whether something is said not to work: then pages about trouble are meant. */
const TROUBLE =
  /ない|ません|なかった|なくな|ず$|だめ|駄目|不可|おかしい|変$|止ま|エラー|できな|\b(can.?t|cannot|not|won.?t|fail\w*|error|no|never|nothing)\b/u;

export function troubled(query: string): boolean {
  return TROUBLE.test(query.normalize("NFKC").toLowerCase());
}

const PARTICLE = /^[をがはにでとのへもや]$/;

/** One kanji alone would be found everywhere, so it keeps a kana unless that is a particle. */
function withoutEndings(tail: string, keep: number): string {
  let rest = tail;
  for (;;) {
    if (keep === 1 && PARTICLE.test(rest)) return "";
    const ending = ENDINGS.find((each) => rest.endsWith(each) && rest.length - each.length >= keep);
    if (ending === undefined) return rest;
    rest = rest.slice(0, -ending.length);
  }
}

/** 期限がもうすぐ is 期限, and もうすぐ after a particle. */
function parted(text: string): string {
  return text.replace(AFTER_A_PARTICLE, "$1 ");
}

/** Runs of one word each; a word with kanji goes on over its kana: 買い替え. */
function runs(written: string): string[] {
  const text = parted(written);
  const found: { text: string; end: number; open: boolean }[] = [];
  for (const match of text.matchAll(RUNS)) {
    const [run] = match;
    const tail = TAIL.exec(run)?.[0] ?? "";
    const head = run.slice(0, run.length - tail.length);
    const kanji = BEGINS_WITH_KANJI.test(run);
    const keep = head === "" ? 2 : kanji && head.length === 1 ? 1 : 0;
    if (head === "" && withoutEndings(tail, 0) === "") continue;
    const stem = head + withoutEndings(tail, keep);
    const before = found.at(-1);
    // Between two kanji, kana that is no ending joins them.
    if (kanji && before?.open && before.end === match.index) before.text += stem;
    else found.push({ text: stem, end: 0, open: false });
    const last = found.at(-1);
    if (last) {
      last.end = match.index + run.length;
      last.open = kanji && tail !== "" && stem === run;
    }
  }
  return found.map((run) => run.text);
}

function japanese(text: string): Form[] {
  const forms: Form[] = [{ text: fold(text), worth: 1, kind: "whole" }];
  const bare = text.replace(/^[おご](?=[\u3400-\u9fff])/u, "");
  if (bare !== text) forms.push({ text: fold(bare), worth: 1, kind: "whole" });
  const kana = WITH_KANA.exec(bare);
  if (kana?.[1]) forms.push({ text: fold(kana[1]), worth: 0.9, kind: "whole" });
  const bones = skeleton(bare);
  if (bones !== "" && bones !== fold(bare)) {
    forms.push({ text: bones, worth: bones.length > 1 ? 0.9 : 0.4, kind: "skeleton" });
  }
  // つながらない is つながる: what comes before the last kana stays.
  if (KANA_VERB.test(bare)) {
    forms.push({ text: fold(bare.slice(0, -1)), worth: 0.8, kind: "whole" });
  }
  return forms;
}

function latin(text: string): Form[] {
  const word = text.replace(/['.]s?$/, "");
  const forms = [word];
  for (const [ending, instead] of [
    ["ies", "y"],
    ["es", ""],
    ["s", ""],
    ["ing", ""],
    ["ing", "e"],
    ["ed", ""],
    ["ed", "e"],
    ["er", ""],
  ] as const) {
    if (!word.endsWith(ending) || word.length - ending.length < 3) continue;
    const stem = word.slice(0, -ending.length) + instead;
    forms.push(stem, stem.replace(/([b-df-hj-np-tv-z])\1$/, "$1"));
  }
  return [...new Set(forms.map(fold))].map((each, index) => ({
    text: each,
    worth: index === 0 ? 1 : 0.95,
    kind: "whole",
  }));
}

/** What is looked for, word by word, without what only holds the words together. */
export function termsOf(query: string, known: (folded: string) => string[] | null): Term[] {
  const plain = query.normalize("NFKC").toLowerCase();
  const found: Term[] = [];
  for (const run of plain.split(/[\s、。・,!?「」『』“”"（）()：:;/／＜＞<>]+/u).flatMap(runs)) {
    // Kana alone has no boundaries but those of words that are known.
    const parts = KANA_ALONE.test(run) ? (known(fold(run)) ?? [run]) : [run];
    for (const part of parts) {
      const text = fold(part);
      if (text === "" || EMPTY.has(text) || found.some((term) => term.text === text)) continue;
      if (/^[ぁ-ん]$/.test(text)) continue;
      found.push({ text, forms: /[a-z]/.test(part) ? latin(part) : japanese(part) });
    }
  }
  return found;
}
