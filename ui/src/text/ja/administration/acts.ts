import type { UserAction } from "../../../backend";

/** What an act is called, what it does, and what it leaves as it is. */
export type ActText = {
  button: string;
  about: string;
  title: string;
  does: string[];
  keeps: string[];
  confirm: string;
  /** Of somebody as texts speak of them. */
  done: (who: string) => string;
};

export const acts = {
  unlock: {
    button: "ロック解除",
    about: "パスワードの間違いによるロックを解除します。",
    title: "ロックを解除しますか？",
    does: ["ロックを解除し、間違えた回数を0に戻します。", "担当者さまは、すぐにログインできます。"],
    keeps: [
      "電子証明書と権限は変わりません。",
      "新しい初期パスワードを設定しない限り、パスワードも変わりません。",
    ],
    confirm: "ロックを解除する",
    done: (who) => `${who}のロックを解除しました。`,
  },
  "reset-password": {
    button: "初期パスワードの再設定",
    about: "パスワードをお忘れの場合に、新しい初期パスワードを設定します。",
    title: "初期パスワードを再設定しますか？",
    does: [
      "現在のパスワードは使用できなくなり、ログイン中の場合はログアウトします。",
      "担当者さまは、次回のログインで初期パスワードの変更が必要です。",
      "ロックがかかっている場合は、解除されます。",
    ],
    keeps: ["電子証明書と権限は変わりません。"],
    confirm: "再設定する",
    done: (who) => `${who}の初期パスワードを再設定しました。`,
  },
  reissue: {
    button: "証明書の再発行",
    about:
      "パソコンの入れ替えや故障、有効期限切れの場合に、新しい電子証明書を取得できるようにします。",
    title: "電子証明書を再発行しますか？",
    does: [
      "現在の電子証明書はただちに失効し、ログイン中の場合はログアウトします。元に戻すことはできません。",
      "担当者さまは、どのパソコンでも「証明書発行」から新しい電子証明書を1回取得できます。",
    ],
    keeps: [
      "ほかのユーザの電子証明書には影響しません。",
      "権限は変わりません。新しい初期パスワードを設定しない限り、パスワードも変わりません。",
    ],
    confirm: "失効させて再発行する",
    done: (who) =>
      `${who}の電子証明書を失効させました。担当者さまは、新しい電子証明書を取得できます。`,
  },
  suspend: {
    button: "利用停止",
    about: "休職などの間、一時的にログインできないようにします。",
    title: "利用を停止しますか？",
    does: ["ただちにログインできなくなり、ログイン中の場合はログアウトします。"],
    keeps: [
      "登録内容、権限、パスワード、電子証明書は残ります。",
      "「利用再開」で、いつでも元に戻せます。",
    ],
    confirm: "利用を停止する",
    done: (who) => `${who}の利用を停止しました。`,
  },
  resume: {
    button: "利用再開",
    about: "停止中のユーザを、再びログインできるようにします。",
    title: "利用を再開しますか？",
    does: ["停止前と同じ電子証明書とパスワードで、再びログインできるようになります。"],
    keeps: [
      "ロックがかかっている場合、ロックは解除されません。",
      "有効期限が切れた電子証明書は、再発行が必要です。",
    ],
    confirm: "利用を再開する",
    done: (who) => `${who}の利用を再開しました。`,
  },
  delete: {
    button: "削除",
    about: "退職などで、今後このユーザIDを使用しない場合に削除します。",
    title: "ユーザを削除しますか？",
    does: [
      "ユーザの登録を削除し、電子証明書をただちに失効させます。元に戻すことはできません。",
      "ログイン中の場合は、ログアウトします。",
    ],
    keeps: ["ほかのユーザには影響しません。", "操作履歴の記録は残ります。"],
    confirm: "削除する",
    done: (who) => `${who}を削除しました。`,
  },
} satisfies Record<UserAction, ActText> as Record<UserAction, ActText>;

export const act = {
  person: "対象のユーザ",
  does: "実行される内容",
  keeps: "変更されない内容",
  typeId: "確認のため、ユーザIDを入力してください",
  typeIdHint: (userId: string) => `削除するには「${userId}」と入力してください。`,
  typeIdWrong: "ユーザIDが一致しません。",
};
