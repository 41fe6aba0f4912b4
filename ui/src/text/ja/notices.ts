import { NEAR_DAYS } from "../../backend/generated";

/** The list of notices. */
export const notices = {
  title: "お知らせ",
  lead: "このパソコンの電子証明書とパスワードについて、有効期限の前にお知らせした内容です。",
  close: "閉じる",
  ahead: "今後の有効期限",
  aheadLead:
    "カレンダーのファイルには、有効期限と、期限前の最終営業日が登録されています。Outlookなどで開くと、予定に追加できます。",
  told: "これまでのお知らせ",
  none: "お知らせはありません。有効期限が近づくと、こちらに表示されます。",
  save: "カレンダーに保存",
  saveOf: (what: string, who: string) => `${who}の${what}を、カレンダーのファイルに保存する`,
  saved: (name: string) => `「${name}」に保存しました。`,
  what: { certificate: "電子証明書の有効期限", password: "パスワードの有効期限" },
  who: (customer: string, name: string | null, userId: string) =>
    `${customer}${name === null ? "" : ` ${name}`} さま（ユーザID：${userId}）`,
  until: (what: string, date: string) => `${what}：${date}`,
  near: (what: string, days: number, businessDays: number) =>
    businessDays === days || days > NEAR_DAYS
      ? `${what}まで、あと${days}日です`
      : `${what}まで、あと${days}日です（営業日は残り${businessDays}日）`,
  expired: (what: string) => `${what}が切れました`,
  fresh: "未読",
  separator: "／",
  at: (date: string) => `お知らせした日時：${date}`,
  ends: (date: string) => `有効期限：${date}`,
  unread: (count: number) => `未読のお知らせが${count}件あります`,
};
