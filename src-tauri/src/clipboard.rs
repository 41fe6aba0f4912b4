//! The clipboard: what the user copies in the window. A secret does not stay there, and where the desktop
//! has a history of it, is kept out.

use std::{
    sync::{Mutex as Lock, PoisonError},
    time::Duration,
};

use tauri::{AppHandle, Manager as _};
use tokio::sync::oneshot;
use warifu_client::Failure;
use warifu_protocol::{ErrorCode, SecretText};

use crate::state::AppState;

/// How long a secret stays.
const STAY: Duration = Duration::from_secs(90);

/// The secret that was copied last and is perhaps still there.
#[derive(Debug, Default)]
pub(crate) struct Copied(Lock<Latest>);

#[derive(Debug, Default)]
struct Latest {
    /// Counts what was copied, so that a later secret is not cleared in the time of an earlier one.
    number: u64,
    secret: Option<SecretText>,
}

impl Copied {
    /// Remembers what was copied; its number.
    fn remember(&self, secret: Option<SecretText>) -> u64 {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        latest.number += 1;
        latest.secret = secret;
        latest.number
    }

    /// The secret of this number, or whichever there is; once.
    fn take(&self, number: Option<u64>) -> Option<SecretText> {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if number.is_none_or(|number| number == latest.number) {
            latest.secret.take()
        } else {
            None
        }
    }
}

/// Copies a text; a secret is cleared after a while, unless another program has copied something by then.
///
/// # Errors
///
/// `app-failed` if another program holds the clipboard.
pub(crate) async fn copy(app: &AppHandle, text: SecretText, secret: bool) -> Result<(), Failure> {
    let shared = app.clone();
    // Remembered where it is put: of two that are copied at once, the one that stays is the one that goes.
    let put = on_main_thread(app, move || {
        system::put(&text, secret)
            .then(|| shared.state::<AppState>().copied().remember(secret.then_some(text)))
    });
    let number = put.await.flatten().ok_or_else(|| Failure::new(ErrorCode::AppFailed))?;
    if secret {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(STAY).await;
            if let Some(secret) = app.state::<AppState>().copied().take(Some(number)) {
                on_main_thread(&app, move || system::clear(secret)).await;
            }
        });
    }
    Ok(())
}

/// Clears a secret before the app ends. To be called on the main thread.
pub(crate) fn leave(app: &AppHandle) {
    if let Some(secret) = app.state::<AppState>().copied().take(None) {
        system::clear(secret);
    }
}

/// Does something where the window system wants it; none if the app is ending.
async fn on_main_thread<T: Send + 'static>(
    app: &AppHandle,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, result) = oneshot::channel();
    app.run_on_main_thread(move || {
        // The receiver is gone only when the command was stopped.
        let _ = done.send(work());
    })
    .ok()?;
    result.await.ok()
}

#[cfg(target_os = "linux")]
mod system {
    use gtk::{Clipboard, TargetEntry, TargetFlags, gdk};
    use warifu_protocol::SecretText;

    /// What programs ask for who want a text.
    const TEXT: [&str; 4] = ["UTF8_STRING", "text/plain;charset=utf-8", "TEXT", "STRING"];

    /// The mark by which KDE's password managers ask that a text be kept in no history; others look for it too.
    const HINT: &str = "x-kde-passwordManagerHint";

    fn clipboard() -> Clipboard {
        Clipboard::get(&gdk::SELECTION_CLIPBOARD)
    }

    /// Whether the text is there now.
    pub(super) fn put(text: &SecretText, secret: bool) -> bool {
        let hint = secret.then_some(HINT);
        let targets: Vec<_> = TEXT
            .into_iter()
            .chain(hint)
            .map(|name| TargetEntry::new(name, TargetFlags::empty(), u32::from(name == HINT)))
            .collect();
        let text = text.clone();
        clipboard().set_with_data(&targets, move |_, selection, asked| {
            if asked == 0 {
                selection.set_text(text.expose());
            } else {
                selection.set(&selection.target(), 8, b"secret");
            }
        })
    }

    /// Clears the clipboard if this is in it, also where a clipboard manager holds it by now.
    pub(super) fn clear(secret: SecretText) {
        clipboard().request_text(move |clipboard, found| {
            if found == Some(secret.expose()) {
                clipboard.set_text("");
                clipboard.clear();
            }
        });
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use arboard::Clipboard;
    #[cfg(target_os = "macos")]
    use arboard::SetExtApple as _;
    #[cfg(windows)]
    use arboard::SetExtWindows as _;
    use warifu_protocol::SecretText;

    /// Whether the text is there now.
    pub(super) fn put(text: &SecretText, secret: bool) -> bool {
        let put = || {
            let mut clipboard = Clipboard::new()?;
            let set = clipboard.set();
            #[cfg(windows)]
            let set = if secret {
                set.exclude_from_monitoring().exclude_from_cloud().exclude_from_history()
            } else {
                set
            };
            #[cfg(target_os = "macos")]
            let set = if secret { set.exclude_from_history() } else { set };
            set.text(text.expose())
        };
        let put: Result<(), arboard::Error> = put();
        put.is_ok()
    }

    /// Clears the clipboard if this is in it.
    pub(super) fn clear(secret: SecretText) {
        let clear = || {
            let mut clipboard = Clipboard::new()?;
            if clipboard.get_text()? == secret.expose() { clipboard.clear() } else { Ok(()) }
        };
        let cleared: Result<(), arboard::Error> = clear();
        if cleared.is_err() {
            tracing::warn!("the clipboard could not be looked at; a secret may still be in it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_secret_keeps_its_own_time_and_what_is_none_is_never_cleared() {
        let copied = Copied::default();
        let secret = |text: &str| Some(SecretText::from(text.to_owned()));
        let first = copied.remember(secret("first"));
        let second = copied.remember(secret("second"));
        assert!(copied.take(Some(first)).is_none());
        assert_eq!(copied.take(Some(second)).unwrap().expose(), "second");
        assert!(copied.take(Some(second)).is_none());

        let third = copied.remember(secret("third"));
        let plain = copied.remember(None);
        for number in [Some(third), Some(plain), None] {
            assert!(copied.take(number).is_none());
        }
        copied.remember(secret("last"));
        assert_eq!(copied.take(None).unwrap().expose(), "last");
    }
}
