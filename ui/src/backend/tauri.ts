import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { Backend, DiagnosisResult, Dragged, IssuanceStep, RenewalStep, Target } from ".";

/** The desktop shell around this window. */
export const tauri: Backend = {
  overview: () => invoke("overview"),
  settings: () => invoke("settings"),
  saveSettings: (settings) => invoke("save_settings", { settings }),
  keepProxyLogin: (place, user, password) => invoke("keep_proxy_login", { place, user, password }),
  forgetProxyLogins: () => invoke("forget_proxy_logins"),
  chooseProfileFile: () => invoke("choose_profile_file"),
  addProfile: (text) => invoke("add_profile", { text }),
  addDroppedProfiles: () => invoke("add_dropped_profiles"),
  removeIdentity: (identityId, consent) => invoke("remove_identity", { identityId, consent }),
  removeProfile: (profileId, host) => invoke("remove_profile", { profileId, host }),
  openUpdate: (profileId) => invoke("open_update", { profileId }),
  refreshPolicy: (profileId) => invoke("refresh_policy", { profileId }),
  startEnrolment: (profileId, customerNumber, userId, password, transferCode) =>
    invoke("start_enrolment", { profileId, customerNumber, userId, password, transferCode }),
  checkPassword: (candidate) => invoke("check_password", { candidate }),
  changeInitialPassword: (newPassword) => invoke("change_initial_password", { newPassword }),
  issueCertificate: (onStep) =>
    invoke("issue_certificate", { onStep: new Channel<IssuanceStep>(onStep) }),
  cancel: () => invoke("cancel"),
  proveIdentity: (identityId) => invoke("prove_identity", { identityId }),
  login: (password) => invoke("login", { password }),
  changePassword: (newPassword, currentPassword) =>
    invoke("change_password", { newPassword, currentPassword }),
  startPasswordChange: () => invoke("start_password_change"),
  leavePasswordChange: () => invoke("leave_password_change"),
  history: (before) => invoke("history", { before }),
  changeOwnEmail: (email, password) => invoke("change_own_email", { email, password }),
  renewCertificate: (onStep) =>
    invoke("renew_certificate", { onStep: new Channel<RenewalStep>(onStep) }),
  finishRenewal: (identityId, onStep) =>
    invoke("finish_renewal", { identityId, onStep: new Channel<RenewalStep>(onStep) }),
  createTransferCode: () => invoke("create_transfer_code"),
  session: () => invoke("session"),
  logout: () => invoke("logout"),
  openEntry: (id) => invoke("open_entry", { id }),
  handoff: (id) => invoke("handoff", { id }),
  answerHandoff: (id, confirmed) => invoke("answer_handoff", { id, confirmed }),
  nextApproval: () => invoke("next_approval"),
  approve: (identityId, password) => invoke("approve", { identityId, password }),
  declineApproval: () => invoke("decline_approval"),
  approvalProgress: () => invoke("approval_progress"),
  closeApproval: () => invoke("close_approval"),
  administration: () => invoke("administration"),
  users: (query) => invoke("users", { query }),
  user: (userId) => invoke("user", { userId }),
  createUser: (user) => invoke("create_user", { user }),
  changeUser: (userId, change) => invoke("change_user", { userId, change }),
  actOnUser: (userId, request) => invoke("act_on_user", { userId, request }),
  chooseImportFile: () => invoke("choose_import_file"),
  importUsers: (leaveColumnsOut) => invoke("import_users", { leaveColumnsOut }),
  exportUsers: (fileName, language) => invoke("export_users", { fileName, language }),
  auditPage: (query) => invoke("audit_page", { query }),
  exportAudit: (query, texts) => invoke("export_audit", { query, texts }),
  diagnose: (onResult) => invoke("diagnose", { onResult: new Channel<DiagnosisResult>(onResult) }),
  saveSupportBundle: () => invoke("save_support_bundle"),
  notices: () => invoke("notices"),
  readNotices: (until) => invoke("read_notices", { until }),
  saveCalendar: (identityId, expiring) => invoke("save_calendar", { identityId, expiring }),
  testNotification: () => invoke("test_notification"),
  copy: (text, secret) => invoke("copy", { text, secret }),
  openLogFolder: () => invoke("open_log_folder"),
  licences: () => invoke("licences"),
  print: () => invoke("print"),
  onNavigate: (heard) => until(listen<Target>("navigate", (event) => heard(event.payload))),
  onLinkCame: (heard) => until(listen("link-came", heard)),
  onProfileAdded: (heard) =>
    until(listen<number>("profile-added", (event) => heard(event.payload))),
  onFilesDragged: (heard) =>
    until(listen<Dragged>("files-dragged", (event) => heard(event.payload))),
  onCertificatesChanged: (heard) => until(listen("certificates-changed", heard)),
};

/** Takes a listener off, also when it is only about to be put on. */
function until(listening: Promise<() => void>): () => void {
  return () => void listening.then((unlisten) => unlisten());
}
