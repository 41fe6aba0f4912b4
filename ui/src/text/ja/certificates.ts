export const certificates = {
  title: "証明書の選択",
  notChoosable: (count: number) => `選択できない電子証明書（${count}件）`,
  noneChoosable: "選択できる電子証明書がありません。それぞれの理由と対処方法をご確認ください。",
  ok: "OK",
  cancel: "キャンセル",
  choose: "電子証明書を選択してください。",
  connecting: "電子証明書で接続しています。しばらくお待ちください。",
  lastUsed: "前回使用",
  details: (name: string) => `${name}の電子証明書の詳細`,
  search: "氏名・会社名・ユーザID",
  notFound: "該当する電子証明書はありません。",
  count: (count: number) => `選択できる電子証明書：${count}件`,
};

export const standing = {
  incomplete: {
    word: "発行未完了",
    why: "電子証明書の発行が中断されています。",
    next: "サービストップの「発行を再開」を押してください。",
  },
  usable: { word: "有効", why: "", next: "" },
  "renew-soon": { word: "期限間近", why: "有効期限が近づいています。", next: "" },
  expired: {
    word: "期限切れ",
    why: "有効期限が過ぎているため、選択できません。",
    next: "＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さまへ、電子証明書の再発行をご依頼ください。＜管理責任者さまの場合＞{provider}へ書面にて、電子証明書の再発行をお申し込みください。",
  },
  "not-yet-valid": {
    word: "有効期間前",
    why: "有効期間が始まっていないため、選択できません。",
    next: "このパソコンの日付と時刻が正しいかどうかをご確認ください。",
  },
  revoked: {
    word: "失効",
    why: "再発行などにより失効しているため、選択できません。",
    next: "再発行のお手続きがお済みの場合は、「証明書発行」から取得してください。お心当たりがない場合は、貴社の管理責任者さま、またはWEB管理担当者さま（管理責任者さまの場合は、{provider}）へご連絡ください。",
  },
  superseded: {
    word: "切り替え済み",
    why: "新しい電子証明書に切り替わっているため、選択できません。",
    next: "新しい電子証明書を選択してください。",
  },
};

export const daysLeft = (days: number) =>
  days <= 1 ? "有効期限まで24時間以内" : `有効期限まであと${days}日`;

/** In a row of many. */
export const daysShort = (days: number) => (days <= 1 ? "24時間以内" : `あと${days}日`);
