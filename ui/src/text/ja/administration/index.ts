import type { UserState } from "../../../backend";
import { act, acts } from "./acts";
import { bulk } from "./bulk";
import { create } from "./create";
import { imports } from "./import";
import { issued, notice } from "./issued";
import { list } from "./list";
import { user } from "./user";

type LeavingText = { title: string; text: string; stay: string; leave: string };

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
  /** Somebody whose name nobody has entered. */
  called: (userId: string) => `ユーザ「${userId}」`,
  list,
  bulk,

  states: {
    active: "利用中",
    locked: "ロック中",
    suspended: "停止中",
    initial: "初期パスワード未変更",
  },
  /** In a row, which has room for a few characters. */
  statesShort: { active: "利用中", locked: "ロック中", suspended: "停止中", initial: "変更待ち" },
  /** States by which the list is filtered. */
  filters: {
    locked: "ロック中",
    suspended: "停止中",
    expiring: "期限間近",
    expired: "期限切れ",
    "without-certificate": "未発行",
    "initial-password": "初期パスワード",
    unnamed: "氏名未登録",
  } satisfies Record<UserState, string> as Record<UserState, string>,

  certificates: {
    left: (days: number) => `あと${days}日`,
    expired: "期限切れ",
    valid: (date: string) => `${date}まで有効`,
    expiredAt: (date: string) => `${date}に期限切れ`,
    waiting: "発行待ち",
    none: "未発行",
  },

  fields: {
    name: "氏名",
    nameHint: "姓と名の間は1文字空けてください。例：佐藤 花子",
    nameRefused: "使用できない文字が含まれています。入力内容をご確認ください。",
    department: "部署",
    departmentHint: "例：経理部",
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
    copy: "ほかのユーザから権限をコピー",
    copyFrom: "コピー元のユーザ",
    copyHint: "選択すると、上の権限がそのユーザと同じになります。",
    copied: (who: string, given: number, left: number) =>
      left === 0
        ? `${who}の権限（${given}件）を選択しました。`
        : `${who}の権限のうち、付与できる${given}件を選択しました（付与できない${left}件を除く）。`,
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
  finder: {
    list: "該当するユーザ",
    example: "氏名・部署・ユーザIDの一部",
    nobody: "該当するユーザが見つかりません。",
    more: "ほかにも該当するユーザがいます。続けて入力してください。",
    found: (count: number, more: boolean) =>
      more ? `${count}名以上が該当します。` : `${count}名が該当します。`,
  },

  /** Before something is left that would be lost. */
  leaving: {
    passwords: {
      title: "初期パスワードをお控えになりましたか？",
      text: "印刷もコピーもされていません。この画面を離れると、表示中の初期パスワードは二度と確認できず、再設定が必要になります。",
      stay: "この画面に戻る",
      leave: "控えずに離れる",
    },
    changes: {
      title: "入力内容を破棄しますか？",
      text: "保存していない内容があります。この画面を離れると、入力した内容は破棄されます。",
      stay: "入力を続ける",
      leave: "破棄して離れる",
    },
  } satisfies Record<string, LeavingText> as Record<"passwords" | "changes", LeavingText>,
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
