// Nobody at the customer may act on the primary administrator (FAQ 1-3): advice is given by role.
export const BY_USER = "＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さまへ";
export const BY_PRIMARY = "＜管理責任者さまの場合＞{provider}へ";

export const ASK_PROVIDER = "解消しない場合は、エラーコードを添えて{provider}へご連絡ください。";
export const ASK_IT = "解消しない場合は、表示された内容を貴社のシステム担当部署へお伝えください。";
export const ASK_REISSUE = [
  `${BY_USER}、電子証明書の再発行をご依頼ください。`,
  `${BY_PRIMARY}書面にて、電子証明書の再発行をお申し込みください。`,
];
export const TELL = [`${BY_USER}ご連絡ください。`, `${BY_PRIMARY}ご連絡ください。`];
