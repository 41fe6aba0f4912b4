//! Declares every command of the window, so that the capabilities in tauri.conf.json must name each
//! one that the window may call.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "act_on_user",
        "add_dropped_profiles",
        "add_profile",
        "administration",
        "answer_handoff",
        "approval_progress",
        "approve",
        "audit_page",
        "cancel",
        "change_initial_password",
        "change_own_email",
        "change_password",
        "change_user",
        "check_password",
        "choose_import_file",
        "choose_profile_file",
        "close_approval",
        "copy",
        "create_transfer_code",
        "create_user",
        "decline_approval",
        "diagnose",
        "export_audit",
        "export_users",
        "finish_renewal",
        "handoff",
        "history",
        "import_users",
        "forget_proxy_logins",
        "issue_certificate",
        "keep_proxy_login",
        "leave_password_change",
        "licences",
        "login",
        "logout",
        "next_approval",
        "notices",
        "open_entry",
        "open_log_folder",
        "open_update",
        "overview",
        "print",
        "prove_identity",
        "read_notices",
        "refresh_policy",
        "remove_identity",
        "remove_profile",
        "renew_certificate",
        "save_calendar",
        "save_settings",
        "save_support_bundle",
        "session",
        "settings",
        "start_enrolment",
        "start_password_change",
        "test_notification",
        "user",
        "users",
    ]);
    let windows = tauri_build::WindowsAttributes::new()
        .app_manifest(include_str!("../packaging/windows/warifu.manifest.xml"))
        // One file less that a PC without Visual C++'s runtime would miss.
        .static_vc_runtime(true);
    let attributes =
        tauri_build::Attributes::new().app_manifest(commands).windows_attributes(windows);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
        std::process::exit(1);
    }
}
