import type { ChapterText } from "../../help/model";

export const password: ChapterText<"password"> = {
  title: "パスワード",
  entries: (rules) => ({
    "password-change": {
      title: "パスワードを変更する（パスワード変更）",
      words: "有効期限 条件 記号 特殊文字 文字数 期限切れ 忘れた 忘れました お忘れ",
      blocks: [
        {
          kind: "text",
          text: `${rules.passwordLife}${rules.passwordNotice}、メインメニューにパスワード変更のメッセージが表示されます。`,
        },
        {
          kind: "steps",
          steps: [
            "メインメニューで「パスワード変更」を押します。",
            "現在のパスワードを入力します。",
            "新しいパスワードを2回入力します。入力に合わせて、条件を満たしているかどうかが表示されます。",
            "「変更する」を押します。",
          ],
        },
        { kind: "text", text: "新しいパスワードの条件は次のとおりです。" },
        {
          kind: "list",
          items: [
            `${rules.passwordLength}の半角英数字・記号`,
            "使用できる記号は、! \" # $ % & ' ( ) * + , - . / : ; ? @ [ \\ ] ^ _ ` { | } ~ です。",
            "半角英字と半角数字を、それぞれ1文字以上含めてください。",
            "英字の大文字と小文字は区別されます。",
            rules.passwordHistory,
          ],
        },
        { kind: "text", text: rules.changeTime },
        {
          kind: "text",
          text: "有効期限を過ぎた場合は、ログイン時に変更画面が表示されます。変更が完了すると、そのままログインします。",
        },
        {
          kind: "text",
          text: "パスワードをお忘れの場合は、初期パスワードの再設定が必要です。＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さまへご依頼ください。＜管理責任者さまの場合＞{provider}へ書面にてお申し込みください。",
        },
        { kind: "see", entries: ["faq-3-3", "password-lock", "errors-password"] },
      ],
    },
    "password-lock": {
      title: "パスワードの間違いによるロックと解除",
      words:
        "ロックされた ロックされました ロック解除 間違えた 忘れた 書面 御社管理担当者様へご連絡ください",
      blocks: [
        {
          kind: "text",
          text: `ログインの際にパスワードを${rules.tries}間違えると、ロックがかかり、ログインできなくなります。ロックがかかるまでの回数は、ログイン画面に表示されます。`,
        },
        {
          kind: "text",
          text: "間違えた回数は、正しいパスワードが入力されるまで蓄積され、翌日になってもクリアされません。",
        },
        { kind: "text", text: rules.lockExample },
        {
          kind: "terms",
          terms: [
            {
              term: "担当者さまのロックの解除",
              text: "貴社の管理責任者さま、またはWEB管理担当者さまへご依頼ください。パスワードもお忘れの場合は、新しい初期パスワードの設定もあわせてご依頼ください。",
            },
            {
              term: "管理責任者さまのロックの解除",
              text: "{provider}へ、書面にてお申し込みください。新しい初期パスワードを記載した「WEBサービスご利用に関するお知らせ」が郵送されます。以前のパスワードは使用できません。",
            },
          ],
        },
        {
          kind: "note",
          text: "パスワード変更画面では、変更に失敗してもロックがかかることはありません。",
        },
        { kind: "see", entries: ["user-unlock", "faq-4-5"] },
      ],
    },
  }),
};
