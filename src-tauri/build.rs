//! Declares every command of the window, so that the capabilities in tauri.conf.json must name each
//! one that the window may call.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "add_profile",
        "cancel",
        "change_initial_password",
        "change_password",
        "check_password",
        "choose_profile_file",
        "issue_certificate",
        "login",
        "logout",
        "open_entry",
        "overview",
        "prove_identity",
        "save_settings",
        "session",
        "settings",
        "start_enrolment",
    ]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
        std::process::exit(1);
    }
}
