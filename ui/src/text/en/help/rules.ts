import type { Policy } from "../../../backend";
import type { Rules } from "../../help/model";

function count(number: number, one: string): string {
  return `${number.toLocaleString("en-GB")} ${one}${number === 1 ? "" : "s"}`;
}

function time(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes > 0 ? count(minutes, "minute") : "", rest > 0 ? count(rest, "second") : ""]
    .filter(Boolean)
    .join(" ");
}

function life(days: number): string {
  return days % 365 === 0 ? count(days / 365, "year") : count(days, "day");
}

function daysBefore(days: number[]): string {
  const last = days.at(-1) ?? 0;
  const others = days.slice(0, -1).join(", ");
  return `${others === "" ? "" : `${others} and `}${count(last, "day")} before the certificate expires`;
}

function lockExample(tries: number): string {
  if (tries < 2) return "Wrong ones are counted beyond the end of the day.";
  const first = Math.ceil(tries / 2);
  return `Example: ${first} wrong on one day and, without a login in between, ${tries - first} on the next make ${tries}, and your user ID is locked.`;
}

export function rules(policy: Policy | null): Rules {
  if (!policy) {
    return {
      certificateLife:
        "A certificate is valid for a limited time. The choice of certificates and the main menu show until when.",
      renewalFrom: "When the end of the certificate comes near",
      warnings: "when the end of a certificate comes near, and when it has expired",
      mails: "when the end of the certificate comes near",
      urgent: "A certificate expires very soon.",
      transferTime:
        "A transfer code can be used for a short time; what is left of it is shown below the code.",
      importMost: "The page tells you how many users one file may hold.",
      passwordLength: "As many characters as the screen says",
      passwordHistory: "Neither your current password nor one that you used lately.",
      passwordLife: "A password is valid for a limited time. The main menu shows until when.",
      passwordNotice: "When the end of the password comes near",
      changeTime: "There is a time limit for the change; the screen shows the time left.",
      changeOver: "Once the time left on the screen is over",
      tries: "too many wrong passwords",
      lockExample: "Example: wrong passwords of one day and of the next are added up.",
    };
  }
  const { password } = policy;
  const mails = daysBefore(policy.warning_days);
  const business = policy.warning_business_days.map((days) => count(days, "business day"));
  const onBusinessDays =
    business.length === 0 ? "" : `, and ${business.join(", ")} before that day`;
  return {
    certificateLife: `A certificate expires ${life(policy.certificate_valid_days)} after its issue.`,
    renewalFrom: `From ${count(policy.renewal_days, "day")} before the certificate expires`,
    warnings: `${mails}${onBusinessDays}, and when it has expired`,
    mails: `${mails}${onBusinessDays}`,
    urgent: `A certificate expires within ${count(policy.urgent_days, "day")}.`,
    transferTime: `A transfer code can be used for ${time(policy.transfer_seconds)}; what is left of it is shown below the code.`,
    importMost: `One file may hold up to ${count(policy.import_max_users, "user")}.`,
    passwordLength: `${password.min_length} to ${password.max_length} characters`,
    passwordHistory:
      password.history === 0
        ? "Not your current password."
        : password.history === 1
          ? "Neither your current password nor the one before it."
          : `Neither your current password nor the ${password.history} before it.`,
    passwordLife: `A password is valid for ${count(password.valid_days, "day")}.`,
    passwordNotice: `From ${count(password.notice_days, "day")} before it expires`,
    changeTime: `You have ${time(password.change_seconds)} for the change; the screen shows the time left.`,
    changeOver: `Once ${time(password.change_seconds)} have passed on the screen`,
    tries: count(password.max_attempts, "wrong password"),
    lockExample: lockExample(password.max_attempts),
  };
}
