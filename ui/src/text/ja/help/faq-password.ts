import type { ChapterText } from "../../help/model";

export const faqPassword: ChapterText<"faq-password"> = {
  title: "パスワードについて",
  entries: (rules) => ({
    "faq-3-1": {
      title: "パスワードの有効期限は何日ですか？",
      words: "有効期限 期間 切れる 変更",
      blocks: [
        { kind: "text", text: `${rules.passwordLife}定期的に変更してください。` },
        {
          kind: "text",
          text: `${rules.passwordNotice}、メインメニューにパスワード変更のメッセージが表示されます。「パスワード変更」を押して変更してください。`,
        },
        {
          kind: "text",
          text: "有効期限を過ぎた場合は、ログイン時にパスワード変更画面が自動的に表示されます。変更が完了すると、そのままログインします。",
        },
        { kind: "see", entries: ["password-change"] },
      ],
    },
    "faq-3-2": {
      title: "パスワードは何回間違えたらロックがかかりますか？",
      words: "ロック 回数 翌日",
      blocks: [
        {
          kind: "text",
          text: `パスワードを${rules.tries}間違えると、ロックがかかります。間違えた回数は、正しいパスワードが入力されるまで蓄積され、翌日になってもクリアされません。`,
        },
        { kind: "text", text: rules.lockExample },
        { kind: "see", entries: ["password-lock", "user-unlock"] },
      ],
    },
    "faq-3-3": {
      title: "パスワード変更画面に進みましたが、パスワードの変更が完了しません。",
      words: "変更できない 遷移 入力相違 タイムアウト 時間切れ 条件 現在のパスワード",
      blocks: [
        { kind: "text", text: "次の原因が考えられます。" },
        {
          kind: "terms",
          terms: [
            {
              term: "現在のパスワードの誤り",
              text: "書面にてロックの解除や電子証明書の再発行を行ったお客さまは、パスワードが初期化されています。新しい「WEBサービスご利用に関するお知らせ」に記載のパスワードを入力してください。ロックがかかる前に使用していたパスワードではありません。",
            },
            {
              term: "新しいパスワードが条件を満たしていない",
              text: `${rules.passwordLength}の半角英数字・記号で、半角英字と半角数字をそれぞれ1文字以上含めてください。英字の大文字と小文字は区別されます。${rules.passwordHistory}確認用にも同じパスワードを入力してください。`,
            },
            {
              term: "制限時間の経過",
              text: `${rules.changeOver}、変更できなくなります。もう一度最初から操作してください。`,
            },
          ],
        },
        {
          kind: "note",
          text: "パスワード変更画面では、変更に失敗してもロックがかかることはありません。続けて失敗すると、次の入力までしばらくお待ちいただく場合があります。",
        },
        { kind: "see", entries: ["password-change", "errors-password"] },
      ],
    },
  }),
};
