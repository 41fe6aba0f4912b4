//! The system's web view, without which there is no window: on Windows it is a runtime of its own,
//! and Windows 10 does not always have it.

/// What the program exits with when the web view is missing (packaging/windows/README.md).
#[cfg(windows)]
pub(crate) const MISSING: u8 = 3;

/// Whether there is no web view; if so, the user has been told when this returns.
#[cfg(windows)]
pub(crate) fn is_missing() -> bool {
    let Err(error) = tauri::webview_version() else { return false };
    tracing::error!(%error, "there is no WebView2 runtime");
    let locale = sys_locale::get_locale().unwrap_or_default();
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Warifu")
        .set_description(explanation(&locale))
        .show();
    true
}

/// The explanation in the language of the user's Windows, a BCP 47 tag.
fn explanation(locale: &str) -> &'static str {
    if locale == "ja" || locale.starts_with("ja-") {
        "Microsoft Edge WebView2ランタイムがインストールされていないため、Warifuを起動できません。\n\n\
         お手数ですが、WebView2ランタイムをインストールしてから、もう一度Warifuを起動してください。\
         インストールの可否がご不明な場合は、貴社のシステム担当部署へご確認ください。\n\n\
         入手先：https://developer.microsoft.com/microsoft-edge/webview2/"
    } else {
        "Warifu cannot start, because the Microsoft Edge WebView2 runtime is not installed.\n\n\
         Please install the WebView2 runtime, then start Warifu again. If you are not sure whether \
         you may install it, ask your IT department.\n\n\
         Available from: https://developer.microsoft.com/microsoft-edge/webview2/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_the_language_of_windows() {
        assert!(explanation("ja-JP").contains("起動できません"));
        for other in ["en-US", "de", "jam", ""] {
            assert!(explanation(other).contains("cannot start"), "{other}");
        }
    }
}
