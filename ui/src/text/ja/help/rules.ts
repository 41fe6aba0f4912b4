import type { Policy } from "../../../backend";
import type { Rules } from "../../help/model";
import { duration, generationsBefore } from "../quantities";

function life(days: number): string {
  return days % 365 === 0 ? `${days / 365}年間` : `${days}日間`;
}

function lockExample(tries: number): string {
  if (tries < 2) return "間違えた回数は、日が変わっても合計されます。";
  const first = Math.ceil(tries / 2);
  return `例：ある日に${first}回間違え、そのままログインせずに翌日${tries - first}回間違えると、合計${tries}回となり、ロックがかかります。`;
}

export function rules(policy: Policy | null): Rules {
  if (!policy) {
    return {
      certificateLife:
        "電子証明書には有効期限があります。有効期限は、証明書の選択画面やメインメニューに表示されます。",
      renewalFrom: "有効期限が近づくと",
      warnings: "有効期限が近づいたときと、有効期限が切れたとき",
      mails: "有効期限が近づいたとき",
      urgent: "有効期限が間近に迫っています。",
      transferTime: "移行コードには制限時間があります。残り時間は、移行コードの下に表示されます。",
      importMost: "一度に登録できる人数は、登録の画面に表示されます。",
      passwordLength: "パスワード変更画面に表示される文字数",
      passwordHistory: "現在のパスワードと、最近使用したパスワードは設定できません。",
      passwordLife: "パスワードには有効期限があります。有効期限は、メインメニューに表示されます。",
      passwordNotice: "有効期限が近づくと",
      changeTime: "パスワード変更画面には制限時間があります。残り時間は、画面に表示されます。",
      changeOver: "画面に表示される残り時間がなくなると",
      tries: "規定の回数",
      lockExample: "例：ある日に間違えた回数と、翌日に間違えた回数は合計されます。",
    };
  }
  const { password } = policy;
  const business = policy.warning_business_days.map((days) => `${days}営業日前`);
  const onBusinessDays = business.length === 0 ? "" : `、有効期限の日の${business.join("、")}`;
  const mails = `有効期限の${policy.warning_days.map((days) => `${days}日前`).join("、")}`;
  return {
    certificateLife: `電子証明書は、発行から${life(policy.certificate_valid_days)}で有効期限を迎えます。`,
    renewalFrom: `有効期限の${policy.renewal_days}日前から`,
    warnings: `${mails}${onBusinessDays}と、有効期限が切れたとき`,
    mails: `${mails}${onBusinessDays}`,
    urgent: `有効期限まで${policy.urgent_days}日以内です。`,
    transferTime: `移行コードの制限時間は${duration(policy.transfer_seconds)}です。残り時間は、移行コードの下に表示されます。`,
    importMost: `一度に${policy.import_max_users.toLocaleString("ja-JP")}名まで登録できます。`,
    passwordLength: `${password.min_length}文字以上${password.max_length}文字以内`,
    passwordHistory:
      password.history === 0
        ? "現在のパスワードは設定できません。"
        : `現在・${generationsBefore(password.history)}のパスワードは設定できません。`,
    passwordLife: `パスワードの有効期限は${password.valid_days}日です。`,
    passwordNotice: `有効期限の${password.notice_days}日前から`,
    changeTime: `パスワード変更画面の制限時間は${duration(password.change_seconds)}です。残り時間は、画面に表示されます。`,
    changeOver: `画面が表示されてから${duration(password.change_seconds)}が経過すると`,
    tries: `${password.max_attempts}回`,
    lockExample: lockExample(password.max_attempts),
  };
}
