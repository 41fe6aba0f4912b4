export const words = {
  customer: "お客さま",
  customerNumber: "お客さま番号",
  customerName: "お客さま名",
  userId: "ユーザID",
  issuer: "発行者",
  validity: "有効期間",
  protection: "鍵の保管場所",
  protections: {
    software: "このパソコン（暗号化して保管）",
    hardware: "このパソコンのセキュリティチップ",
  },
  protectionsShort: { software: "ソフトウェア", hardware: "セキュリティチップ" },
  serial: "シリアル番号",
  thumbprint: "拇印（SHA-256）",
  from: (date: string) => `${date}から`,
  until: (date: string) => `${date}まで`,
  period: (from: string, until: string) => `${from} ～ ${until}`,
  zone: (name: string) =>
    name === "Asia/Tokyo"
      ? "日時は日本時間で表示しています。"
      : `日時は、このパソコンのタイムゾーン（${name}）で表示しています。`,
  person: (name: string) => `${name} さま`,
  labelled: (label: string, value: string) => `${label}：${value}`,
  provider: "サービスの窓口",
  service: "ご利用のサービス",
  support: "お問い合わせ窓口",
  phone: "電話",
  email: "メール",
  hours: "受付時間",
  version: (version: string) => `バージョン ${version}`,
  close: "閉じる",
  back: "戻る",
  toStart: "サービストップへ戻る",
  stop: "中止",
  stopping: "中止しています…",
  required: "必須",
  /** The bar of what can be done on a screen. */
  acts: "操作",
  days: { one: "日", more: "日" },
};

/** The button beside a value. */
export const copy = {
  copy: (what: string) => `${what}をコピー`,
  copied: "コピーしました。",
  notCopied: "コピーできませんでした。",
};

/** The fields that a failure names. */
export const fields = {
  customer_number: "お客さま番号",
  user_id: "ユーザID",
  name: "氏名",
  department: "部署",
  password: "パスワード",
  new_password: "新しいパスワード",
  current_password: "現在のパスワード",
  transfer_code: "移行コード",
  warifu_profile: "形式のバージョン",
  service_name: "サービス名",
  enrolment_url: "証明書発行の接続先",
  service_url: "サービスの接続先",
  trust_anchors: "認証局の証明書",
  text_percent: "文字の大きさ",
  initial_password: "初期パスワード",
  email: "メールアドレス",
  permissions: "権限",
} as Record<string, string>;

/** What is pointed out in any field. */
export const input = {
  show: "表示",
  hide: "隠す",
  showWhat: (label: string) => `${label}を表示する`,
  capsLock: "Caps Lockがオンになっています。英字の大文字・小文字にご注意ください。",
  fullWidth: "全角文字が含まれています。半角で入力してください。",
  fullWidthPassword: "全角文字が含まれています。半角の英数字・記号で入力してください。",
  spaceInPassword: "空白が含まれています。パスワードに空白は使用できません。",
  toHalfWidth: "半角に変換する",
  converted: "半角に変換しました。",
  empty: (label: string) => `${label}を入力してください。`,
  tooLong: (label: string, most: number) => `${label}は${most}文字以内で入力してください。`,
  customerNumber: "お客さま番号は、半角数字8桁で入力してください。",
  userId:
    "ユーザIDは、半角の英数字と「.」「-」「_」を使用し、3文字以上20文字以内で入力してください。",
};
