import type { Catalogue } from "../ja";
import { administration } from "./administration";
import { audit } from "./administration/audit";
import { header, product, windowTitle } from "./app";
import { approval } from "./approval";
import { certificates, daysLeft, daysShort, standing } from "./certificates";
import { diagnosis } from "./diagnosis";
import { enrolment } from "./enrolment";
import { failure } from "./failure";
import { failures } from "./failures";
import { browsers, handoff } from "./handoff";
import { help } from "./help";
import { locked, login } from "./login";
import { menu } from "./menu";
import { newPassword } from "./newPassword";
import { notices } from "./notices";
import { history, ownEmail } from "./own";
import { profile } from "./profile";
import { proxyLogin } from "./proxyLogin";
import { removal } from "./removal";
import { renewal } from "./renewal";
import { settings } from "./settings";
import { shortcuts } from "./shortcuts";
import { managed, start, update } from "./start";
import { transfer } from "./transfer";
import { copy, fields, input, words } from "./words";

export const en: Catalogue = {
  product,
  windowTitle,
  header,
  words,
  copy,
  fields,
  input,
  failure,
  proxyLogin,
  failures,
  start,
  update,
  profile,
  managed,
  certificates,
  standing,
  daysLeft,
  daysShort,
  enrolment,
  newPassword,
  login,
  locked,
  menu,
  notices,
  history,
  ownEmail,
  browsers,
  handoff,
  approval,
  removal,
  renewal,
  transfer,
  administration,
  audit,
  settings,
  shortcuts,
  help,
  diagnosis,
};
