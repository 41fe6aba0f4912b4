import { generationsBefore } from "./quantities";

export const newPassword = {
  title: "パスワードの変更",
  reasons: {
    initial: "安全のため、初期パスワードを、お客さまご自身で決めたパスワードに変更してください。",
    expired:
      "パスワードの有効期限が過ぎています。新しいパスワードに変更してください。変更が完了すると、そのままログインします。",
    wished: "現在のパスワードと、新しいパスワードを入力してください。",
  },
  label: "新しいパスワード",
  confirm: "新しいパスワード（確認用）",
  confirmHint: "同じパスワードをもう一度入力してください。",
  matches: "新しいパスワードと一致しています。",
  differs: "新しいパスワードと一致していません。",
  rulesTitle: "パスワードの条件",
  rules: {
    length: (least: number, most: number) => `${least}文字以上${most}文字以内`,
    characters: "半角の英字・数字・記号のみ（英字の大文字・小文字は区別されます）",
    letter: "半角英字を1文字以上含む",
    digit: "半角数字を1文字以上含む",
    "not-recent": (generations: number) =>
      generations === 0
        ? "現在のパスワードと異なる"
        : `現在・${generationsBefore(generations)}のパスワードと異なる`,
    "not-guessable":
      "推測されやすいものではない（よく使われる言葉、キーボードの並び、お客さま番号やユーザIDを含むものは使用できません）",
  },
  wanted: (least: number, most: number) => `${least}～${most}文字。英字と数字を1文字以上含むもの`,
  unmet: (count: number, first: string) => `あと${count}件：${first}`,
  unmetCount: (count: number) => `あと${count}件`,
  allMet: "文字の条件を満たしています。",
  symbols: "使用できる記号",
  ruleStates: {
    open: "未確認",
    met: "条件を満たしています",
    broken: "条件を満たしていません",
    later: "「変更する」を押したときに確認します",
  },
  timeLeft: "残り時間",
  timeLeftSoon: (seconds: number) =>
    `パスワード変更の残り時間は${seconds}秒です。制限時間が過ぎても、最初からやり直せます。`,
  soon: "制限時間が過ぎても、最初からやり直せます。",
  fix: "パスワードの条件を満たしていません。",
  submit: "変更する",
  changing: "パスワードを変更しています。しばらくお待ちください。",
  current: "現在のパスワード",
  currentHint: "現在ログインに使用しているパスワードを入力してください。",
};
