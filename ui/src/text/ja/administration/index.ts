import { act, acts } from "./acts";
import { create } from "./create";
import { imports } from "./import";
import { issued, notice } from "./issued";
import { list } from "./list";
import { user } from "./user";

export const administration = {
  title: "管理",
  navigation: "管理メニュー",
  users: "ユーザ管理",
  audit: "操作履歴",
  toMenu: "メインメニューへ戻る",
  toUsers: "ユーザ一覧へ戻る",
  loading: "読み込んでいます。しばらくお待ちください。",
  working: "処理しています。しばらくお待ちください。",
  cancel: "キャンセル",
  optional: (label: string) => `${label}（任意）`,
  listed: (names: string[]) => names.join("、"),
  list,

  states: {
    active: "利用中",
    locked: "ロック中",
    suspended: "停止中",
    initial: "初期パスワード未変更",
  },

  certificates: {
    valid: (date: string) => `${date}まで有効`,
    expiredAt: (date: string) => `${date}に期限切れ`,
    waiting: "発行待ち",
    none: "未発行",
  },

  fields: {
    userId: "ユーザID",
    userIdHint: "担当者さまごとに、ほかと重複しないIDを決めてください。登録後は変更できません。",
    userIdRule:
      "半角の英数字と「.」「-」「_」、3文字以上20文字以内（英字の大文字は小文字として登録されます）",
    userIdStates: { open: "未入力", met: "使用できる形式です", broken: "使用できない形式です" },
    email: "メールアドレス",
    emailHint:
      "電子証明書の有効期限のご案内などをお送りします。登録がない場合、ご案内は届きません。",
    emailWrong: "メールアドレスの形式が正しくありません。「@」の前後をご確認ください。",
    emailRefused: "このメールアドレスは受け付けられませんでした。入力内容をご確認ください。",
  },

  permissions: {
    title: "権限",
    hint: "このユーザに許可する操作を選択してください。ご自身がお持ちの権限のみ付与できます。",
    notGrantable: "ご自身がこの権限をお持ちでないため、付与できません。",
    none: "権限なし",
  },

  password: {
    title: "初期パスワード",
    generated: "自動で作成する（推奨）",
    generatedHint: "推測されにくいパスワードを作成し、完了後の画面に一度だけ表示します。",
    entered: "手動で入力する",
    enteredHint: "ユーザID・お名前・誕生日など、推測されやすいものは避けてください。",
    label: "初期パスワード",
    rules: "初期パスワードの条件",
    broken: "条件を満たしていません",
    rejected: "条件を満たしていないため、受け付けられませんでした。下の条件をご確認ください。",
    also: "新しい初期パスワードも設定する",
    alsoHint:
      "担当者さまがパスワードをお忘れの場合に選択してください。現在のパスワードは使用できなくなります。",
  },
  create,
  issued,
  notice,
  user,
  acts,
  act,
  import: imports,

  export: {
    fileName: (date: string) => `ユーザ一覧_${date}.csv`,
  },
};
