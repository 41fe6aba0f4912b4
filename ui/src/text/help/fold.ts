/** How a text is compared: what a reader takes for the same becomes the same. */

const KANJI_DIGITS = "一二三四五六七八九";

/**
 * The same for full and half width, upper and lower case, hiragana and katakana, 二台 and 2台, お客様
 * and お客さま, サーバ and サーバー, e-mail and email. It goes character by character, so that what
 * matches can be marked in the text as it is written.
 */
export function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[一二三四五六七八九]/g, (digit) => String(KANJI_DIGITS.indexOf(digit) + 1))
    .replaceAll("様", "さま")
    .replace(/[-\u2010-\u2015\u2212ー〜~_\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

/** Without hiragana, so that 買い替え, 買替え and 買替 are the same; katakana stays. */
export function skeleton(text: string): string {
  return fold(text.normalize("NFKC").replace(/[\u3041-\u3096]/g, ""));
}

/** Each spelling, then its kana. */
const ROMAJI = new Map(
  [
    ...`
      a あ i い u う e え o お ka か ki き ku く ke け ko こ sa さ si し shi し
      su す se せ so そ ta た ti ち chi ち tu つ tsu つ te て to と na な
      ni に nu ぬ ne ね no の ha は hi ひ hu ふ fu ふ he へ ho ほ ma ま mi み
      mu む me め mo も ya や yu ゆ yo よ ra ら ri り ru る re れ ro ろ wa わ
      wo を nn ん n ん n' ん ga が gi ぎ gu ぐ ge げ go ご za ざ zi じ ji じ
      zu ず ze ぜ zo ぞ da だ di ぢ du づ de で do ど ba ば bi び bu ぶ be べ
      bo ぼ pa ぱ pi ぴ pu ぷ pe ぺ po ぽ kya きゃ kyu きゅ kyo きょ gya ぎゃ
      gyu ぎゅ gyo ぎょ sya しゃ syu しゅ syo しょ sha しゃ shu しゅ sho しょ
      zya じゃ zyu じゅ zyo じょ ja じゃ ju じゅ jo じょ jya じゃ jyu じゅ jyo じょ
      she しぇ je じぇ che ちぇ tya ちゃ tyu ちゅ tyo ちょ cha ちゃ chu ちゅ
      cho ちょ nya にゃ nyu にゅ nyo にょ hya ひゃ hyu ひゅ hyo ひょ bya びゃ
      byu びゅ byo びょ pya ぴゃ pyu ぴゅ pyo ぴょ mya みゃ myu みゅ myo みょ
      rya りゃ ryu りゅ ryo りょ fa ふぁ fi ふぃ fe ふぇ fo ふぉ thi てぃ dhi でぃ
      wi うぃ xtu っ ltu っ - ー
    `.matchAll(/(\S+) (\S+)/g),
  ].map(([, spelling = "", kana = ""]) => [spelling, kana]),
);

/** What was typed with the kana keyboard off: `pasuwa-do` is ぱすわーど. Null if it is no such thing. */
export function kanaOf(typed: string): string | null {
  let kana = "";
  let rest = typed.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
  while (rest !== "") {
    const doubled = /^([bcdfghjkmpqrstvwyz])\1/.test(rest);
    const length = [4, 3, 2, 1].find((size) => ROMAJI.has(rest.slice(0, size)));
    if (doubled) kana += "っ";
    else if (length !== undefined) kana += ROMAJI.get(rest.slice(0, length)) ?? "";
    else return null;
    rest = rest.slice(doubled ? 1 : length);
  }
  return kana;
}
