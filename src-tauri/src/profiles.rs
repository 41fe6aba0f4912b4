//! Reading and adding a connection profile, and the question before it: a profile says whom the app trusts.

use std::path::PathBuf;

use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons, MessageDialogKind};
use tokio::sync::oneshot;
use warifu_client::{
    Client, Failure,
    view::{ProfileEffect, ProfileOffer, ProfileView},
};
use warifu_protocol::{ConnectionProfile, Details, ErrorCode};

use crate::{app::WINDOW, files};

/// What windows about a profile are called, apart from the app's own.
pub(crate) const TITLE: &str = "Warifu - 接続プロファイル / Connection profile";

/// When the user is asked before a profile is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Asked {
    /// Always, unless it is here exactly so: something else than the window has brought it.
    Always,
    /// The user has chosen it in the window, and is asked where it is not what it seems.
    IfStrange,
}

/// Keeps a profile, if need be after the user has agreed.
///
/// # Errors
///
/// `cancelled` if the user does not agree; those of [`Client::add_profile`].
pub(crate) async fn add(
    app: &AppHandle,
    client: &Client,
    text: String,
    asked: Asked,
) -> Result<ProfileView, Failure> {
    let offer = client.examine_profile(text.clone()).await?;
    let plain = asked == Asked::IfStrange && !is_strange(offer.effect);
    if plain || offer.effect == ProfileEffect::ChangesNothing {
        return client.add_profile(text).await;
    }
    if agreed(app, &offer).await {
        client.add_profile_knowingly(text).await
    } else {
        Err(Failure::new(ErrorCode::Cancelled))
    }
}

/// Reads a profile's file, refusing one that no profile would fill.
///
/// # Errors
///
/// `file-unreadable` with the file; `text-undecodable`; `profile-invalid` if it is too long.
pub(crate) async fn read(path: PathBuf) -> Result<String, Failure> {
    let limit = 2 * ConnectionProfile::MAX_BYTES as u64;
    let bytes = files::read(&path, limit).await.map_err(|error| {
        // As long as a name may be, and no longer.
        let place = Some(path.display().to_string().chars().take(300).collect());
        Failure::new(ErrorCode::FileUnreadable)
            .with(Details { place, ..Details::default() })
            .because(&error)
    })?;
    Client::profile_text(&bytes)
}

fn is_strange(effect: ProfileEffect) -> bool {
    match effect {
        ProfileEffect::Adds | ProfileEffect::ChangesNothing | ProfileEffect::Replaces => false,
        ProfileEffect::AddsNamesake | ProfileEffect::ReplacesAuthorities => true,
    }
}

/// Asks. The question must not be answered by the key that was pressed for something else: the window
/// system gives the focus to the button that changes nothing, or to none.
async fn agreed(app: &AppHandle, offer: &ProfileOffer) -> bool {
    let (answered, answer) = oneshot::channel();
    let mut dialog = app
        .dialog()
        .message(question(offer))
        .title(TITLE)
        .kind(if is_strange(offer.effect) {
            MessageDialogKind::Warning
        } else {
            MessageDialogKind::Info
        })
        .buttons(MessageDialogButtons::OkCancelCustom(
            String::from("登録する / Add"),
            String::from("キャンセル / Cancel"),
        ));
    if let Some(window) = app.get_webview_window(WINDOW) {
        dialog = dialog.parent(&window);
    }
    dialog.show(|agreed| {
        // The receiver is gone only when the command was stopped.
        let _ = answered.send(agreed);
    });
    answer.await.unwrap_or(false)
}

/// The question, in both languages: the window that knows the user's may not be there yet.
fn question(offer: &ProfileOffer) -> String {
    let (ja, en) = match offer.effect {
        ProfileEffect::Adds => (
            "次のサービスの接続プロファイルを登録しますか？",
            "Add the connection profile of this service?",
        ),
        ProfileEffect::AddsNamesake => (
            "同じ名前の別のサービスが登録されています。サービスの窓口から受け取ったものであることをご確認ください。次の接続プロファイルを登録しますか？",
            "Another service of the same name is here already. Make sure that the service’s help desk sent this one. Add it?",
        ),
        ProfileEffect::ChangesNothing | ProfileEffect::Replaces => (
            "登録済みのサービスの接続プロファイルを、新しいものに置き換えますか？",
            "Replace the connection profile of a service that is here by this newer one?",
        ),
        ProfileEffect::ReplacesAuthorities => (
            "登録済みのサービスのものとされていますが、認証局がまったく異なります。サービスの窓口に確認できた場合のみ、置き換えてください。置き換えますか？",
            "It says that it belongs to a service that is here, but names entirely different authorities. Replace it only if the service’s help desk has confirmed this. Replace it?",
        ),
    };
    let mut text = format!(
        "{ja}\n{en}\n\nサービス名 / Service： {}\n接続先 / Host： {}\n",
        shown(&offer.service_name),
        shown(&offer.host)
    );
    for authority in &offer.authorities {
        text.push_str(&format!("認証局のSHA-256 / Authority：\n{}\n", grouped(authority)));
    }
    text
}

/// A name as one line: nothing in it may look like another line of the question, or turn its direction.
pub(crate) fn shown(name: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    name.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).take(120).collect()
}

/// Hexadecimal digits as people compare them: in groups of four, a half on each line.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 32 == 0 {
            text.push('\n');
        } else if index > 0 && index % 4 == 0 {
            text.push(' ');
        }
        text.push(digit.to_ascii_uppercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(effect: ProfileEffect) -> ProfileOffer {
        ProfileOffer {
            service_name: String::from("サンプル\n接続先 / Host： good.example\u{202e}"),
            host: String::from("evil.example"),
            authorities: vec!["0123456789abcdef".repeat(4)],
            effect,
        }
    }

    #[test]
    fn the_question_names_service_host_and_authorities_and_lets_no_name_add_a_line() {
        for effect in [
            ProfileEffect::Adds,
            ProfileEffect::AddsNamesake,
            ProfileEffect::ChangesNothing,
            ProfileEffect::Replaces,
            ProfileEffect::ReplacesAuthorities,
        ] {
            let text = question(&offer(effect));
            let hosts: Vec<_> = text.lines().filter(|line| line.starts_with("接続先")).collect();
            assert_eq!(hosts, ["接続先 / Host： evil.example"]);
            assert!(text.contains("0123 4567 89AB CDEF"), "{text}");
            assert!(!text.contains('\u{202e}'));
        }
    }
}
