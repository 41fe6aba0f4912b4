import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { Backend, IssuanceStep, Target } from ".";

/** The desktop shell around this window. */
export const tauri: Backend = {
  overview: () => invoke("overview"),
  settings: () => invoke("settings"),
  saveSettings: (settings) => invoke("save_settings", { settings }),
  chooseProfileFile: () => invoke("choose_profile_file"),
  addProfile: (text) => invoke("add_profile", { text }),
  startEnrolment: (profileId, customerNumber, userId, password) =>
    invoke("start_enrolment", { profileId, customerNumber, userId, password }),
  checkPassword: (candidate) => invoke("check_password", { candidate }),
  changeInitialPassword: (newPassword) => invoke("change_initial_password", { newPassword }),
  issueCertificate: (onStep) => invoke("issue_certificate", { onStep: new Channel<IssuanceStep>(onStep) }),
  cancel: () => invoke("cancel"),
  proveIdentity: (identityId) => invoke("prove_identity", { identityId }),
  login: (password) => invoke("login", { password }),
  changePassword: (newPassword) => invoke("change_password", { newPassword }),
  session: () => invoke("session"),
  logout: () => invoke("logout"),
  openEntry: (id) => invoke("open_entry", { id }),
  onNavigate: (heard) => {
    void listen<Target>("navigate", (event) => heard(event.payload));
  },
  onCertificatesChanged: (heard) => {
    void listen("certificates-changed", heard);
  },
};
