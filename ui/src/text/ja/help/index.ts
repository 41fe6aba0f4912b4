import type { HelpTexts } from "../../help/model";
import { administration } from "./administration";
import { app } from "./app";
import { certificate } from "./certificate";
import { errors } from "./errors";
import { faqCertificate } from "./faq-certificate";
import { faqPassword } from "./faq-password";
import { faqTrouble } from "./faq-trouble";
import { faqUse } from "./faq-use";
import { password } from "./password";
import { rules } from "./rules";
import { services } from "./services";
import { start } from "./start";
import { synonyms } from "./synonyms";

export const help: HelpTexts = {
  title: "ヘルプ",
  lead: "操作の手順、よくあるご質問、エラーが表示されたときの対処方法をまとめた操作マニュアルです。",
  close: "元の画面へ戻る",
  contents: "目次",
  toContents: "目次へ",
  search: "操作マニュアルを検索",
  searchHint: "言葉、エラーの文、エラーコードを入力してください。",
  clear: "検索条件をクリア",
  found: (count) => `${count}件の項目が見つかりました。`,
  nothing: (query) => `「${query}」に一致する項目は見つかりませんでした。`,
  instead: (query, other) => `「${query}」に一致する項目がないため、「${other}」を検索しました。`,
  suggestions: "検索の候補",
  nothingHint:
    "短い言葉や別の言葉でお試しいただくか、目次からお探しください。解決しない場合は、お問い合わせ窓口へご連絡ください。",
  results: "検索結果",
  toResults: "検索結果へ戻る",
  previous: "前の項目",
  next: "次の項目",
  turnPages: "前後の項目",
  sought: "よくお探しの項目",
  see: "あわせてご覧ください",
  note: "ご注意",
  chapter: (number) => `第${number}章`,
  faq: (numbers) => `よくあるご質問 ${numbers}`,
  fromFailure: "ヘルプで詳しく見る",
  print: "操作マニュアルを印刷",
  printing: "印刷の準備をしています。しばらくお待ちください。",
  cover: {
    title: "操作マニュアル",
    edition: (date, version) => `作成日：${date}　アプリのバージョン：${version}`,
  },
  rules,
  parts: { guide: "操作のご案内", faq: "よくあるご質問", errors: "エラーが表示されたとき" },
  chapters: {
    start,
    services,
    certificate,
    password,
    administration,
    app,
    "faq-use": faqUse,
    "faq-certificate": faqCertificate,
    "faq-password": faqPassword,
    "faq-trouble": faqTrouble,
    errors,
  },
  synonyms,
  pictures: {
    start:
      "サービストップの画面。「ログイン」と「証明書発行」のボタン、このパソコンの電子証明書の一覧があります。",
    "certificate-dialog":
      "「証明書の選択」の画面。電子証明書ごとに、お客さま名、ユーザID、有効期間が表示されています。",
    password:
      "パスワードを入力する画面。「表示」ボタンのあるパスワード欄と「ログイン」ボタンがあります。",
    "main-menu":
      "メインメニューの画面。ご利用いただけるサービスと、「証明書更新」などのボタンが並んでいます。",
    issuance: "証明書発行の画面。お客さま番号、ユーザID、パスワードの入力欄があります。",
    renewal: "証明書更新の画面。取得、保存、ご利用開始の3つの手順が完了しています。",
    users: "ユーザ管理の画面。ユーザの一覧と「ユーザを検索」の欄、状態で絞り込むボタンがあります。",
    "user-new":
      "ユーザ新規登録の画面。氏名、部署、ユーザID、メールアドレス、権限、初期パスワードの欄があります。",
    transfer: "パソコンの入れ替えの画面。移行コードと残り時間が表示されています。",
    audit: "操作履歴の画面。絞り込みの欄と、記録の一覧があります。",
    settings: "設定の画面。「表示」の項目に、画面の色、文字の大きさ、表示言語が並んでいます。",
    diagnosis: "接続診断の画面。確認した項目と、その結果が並んでいます。",
  },
};
