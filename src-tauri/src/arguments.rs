//! The command line of the app.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use tauri::{AppHandle, Manager as _, Url};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use warifu_client::{Client, Failure, LINK_SCHEME, Link};
use warifu_protocol::{ConnectionProfile, Details, ErrorCode};

use crate::{
    app::certificates_changed,
    files,
    profiles::{self, Asked},
    state::AppState,
};

/// Starts in the tray, without the window.
pub(crate) const HIDDEN: &str = "--hidden";

/// The same, as other programs call it.
const MINIMIZED: &str = "--minimized";

const ADD_PROFILE: &str = "--add-profile";

/// Stands before a link of a page in the browser; the packages write it into their handler of the scheme.
const LINK: &str = "--link";

/// What a start of the program asks for.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    /// The app itself.
    Start(Arguments),
    /// An answer to a page in the browser (`--link LINK`).
    Link(Link),
    /// What nobody who means well asks for. Nothing at all is done.
    Nothing,
}

impl Request {
    /// Reads the arguments after the program's name, given to a process in `folder`.
    ///
    /// Whoever starts the handler of a scheme writes the link, and what is not encoded well becomes more
    /// arguments on Windows. So a link stands alone behind `--link`, and a command line with a link
    /// anywhere else does nothing: it must not bring along `--add-profile`.
    pub(crate) fn of(arguments: impl IntoIterator<Item = OsString>, folder: &Path) -> Self {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        match arguments.split_first() {
            Some((first, rest)) if first == LINK => {
                let [link] = rest else { return Self::Nothing };
                link.to_str().and_then(Link::parse).map_or(Self::Nothing, Self::Link)
            }
            _ if arguments.iter().any(|argument| mentions_a_link(argument)) => Self::Nothing,
            Some(_) | None => Self::Start(Arguments::of(arguments, folder)),
        }
    }
}

fn mentions_a_link(argument: &OsStr) -> bool {
    let scheme = LINK_SCHEME.as_bytes();
    let bytes = argument.as_encoded_bytes();
    argument == LINK || bytes.windows(scheme.len()).any(|part| part.eq_ignore_ascii_case(scheme))
}

/// What the app was started with.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Arguments {
    /// Start in the tray, without the window (`--hidden`): for a start at login.
    pub(crate) hidden: bool,
    /// Keep the connection profiles in these files (`--add-profile FILE`), which are found from the
    /// folder of the process that was given them.
    pub(crate) profiles: Vec<PathBuf>,
}

impl Arguments {
    /// Reads the arguments after the program's name, given to a process in `folder`; unknown ones are
    /// ignored, because desktops add their own.
    fn of(arguments: impl IntoIterator<Item = OsString>, folder: &Path) -> Self {
        let mut arguments = arguments.into_iter();
        let mut found = Self::default();
        while let Some(argument) = arguments.next() {
            if argument == HIDDEN || argument == MINIMIZED {
                found.hidden = true;
            } else if argument == ADD_PROFILE {
                found.profiles.extend(arguments.next().and_then(|file| place(&file, folder)));
            } else if let Some(file) = argument.to_str().and_then(after_equals) {
                found.profiles.extend(place(OsStr::new(file), folder));
            }
        }
        found
    }
}

/// The file in `--add-profile=FILE`.
fn after_equals(argument: &str) -> Option<&str> {
    argument.strip_prefix(ADD_PROFILE)?.strip_prefix('=')
}

/// Where a file is that somebody in `folder` names: a path, or the `file:` address that desktops give.
fn place(file: &OsStr, folder: &Path) -> Option<PathBuf> {
    if file.is_empty() {
        return None;
    }
    let address = file
        .to_str()
        .filter(|text| text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:")));
    let named =
        address.and_then(|text| Url::parse(text).ok()).and_then(|url| url.to_file_path().ok());
    Some(folder.join(named.unwrap_or_else(|| PathBuf::from(file))))
}

/// Keeps the profiles that the app was started with, after asking, one after the other; says so if it
/// cannot.
pub(crate) fn take_profiles(app: &AppHandle, arguments: Arguments) {
    if arguments.profiles.is_empty() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for path in arguments.profiles {
            let added = async {
                let text = read_profile(path).await?;
                let client = app.state::<AppState>().client()?;
                profiles::add(&app, &client, text, Asked::Always).await
            };
            match added.await {
                Ok(_) => certificates_changed(&app),
                Err(failure) if failure.code == ErrorCode::Cancelled => {
                    tracing::info!("the profile given on the command line was not wanted");
                }
                Err(failure) => {
                    tracing::warn!(%failure, "the profile given on the command line was not kept");
                    tell(&app, &failure);
                }
            }
        }
    });
}

fn tell(app: &AppHandle, failure: &Failure) {
    let place = failure.details.place.as_deref().unwrap_or_default();
    app.dialog()
        .message(format!(
            "接続プロファイルを登録できませんでした。\n\
             The connection profile was not added.\n\n{}\n{place}",
            failure.code.as_str()
        ))
        .title("Warifu")
        .kind(MessageDialogKind::Error)
        .show(|_| {});
}

/// Reads a profile's file, refusing one that no profile would fill.
///
/// # Errors
///
/// `file-unreadable` with the file; `text-undecodable`; `profile-invalid` if it is too long.
pub(crate) async fn read_profile(path: PathBuf) -> Result<String, Failure> {
    let limit = 2 * ConnectionProfile::MAX_BYTES as u64;
    let bytes = files::read(&path, limit).await.map_err(|error| {
        let place = Some(path.display().to_string());
        Failure::new(ErrorCode::FileUnreadable)
            .with(Details { place, ..Details::default() })
            .because(&error)
    })?;
    Client::profile_text(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str], folder: &str) -> Arguments {
        Arguments::of(arguments.iter().map(OsString::from), Path::new(folder))
    }

    #[test]
    fn reads_what_it_knows_and_ignores_the_rest() {
        let found = of(
            &["--gapplication-service", "--hidden", "--add-profile", "a b.warifu.json", "x"],
            "/home",
        );
        let file = Path::new("/home").join("a b.warifu.json");
        assert_eq!(found, Arguments { hidden: true, profiles: vec![file] });
        assert!(of(&["--minimized"], "/").hidden);
        for nothing in [&["--add-profile"][..], &["--add-profile", ""], &["--add-profile="]] {
            assert_eq!(of(nothing, "/"), Arguments::default());
        }
    }

    const TOKEN: &str = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_abcde";

    fn asked(arguments: &[&str]) -> Request {
        Request::of(arguments.iter().map(OsString::from), Path::new("/"))
    }

    #[test]
    fn a_link_stands_alone_behind_its_word() {
        let link = format!(
            "warifu:authorize?issuer=https%3A%2F%2Flogin.example.jp&request={TOKEN}&browser=edge"
        );
        let link = link.as_str();
        assert!(matches!(asked(&["--link", link]), Request::Link(_)));
        assert!(matches!(asked(&[]), Request::Start(_)));
        assert!(matches!(asked(&["--hidden", "x"]), Request::Start(_)));
        let quoted = format!("x={link}");
        for hostile in [
            &["--link"][..],
            &["--link", ""],
            &["--link", "x"],
            &["--link", "warifu:"],
            &["--link", link, ""],
            &["--link", link, "--add-profile", "x"],
            &["--link", link, link],
            &["--link", "--add-profile", "x"],
            &["--link", "--link", link],
            &["--hidden", "--link", link],
            &["--add-profile", "x", "--link"],
            &["--add-profile", "x", link],
            &["--add-profile", &quoted],
            &["--add-profile=x", "WaRiFu:"],
            &[link],
            &["WARIFU:authorize"],
        ] {
            assert!(matches!(asked(hostile), Request::Nothing), "{hostile:?}");
        }
    }

    /// What Windows makes of the handler's command line, whatever a page or a program puts into it.
    #[test]
    fn a_link_that_breaks_out_of_its_quotation_marks_brings_no_argument_along() {
        for broken in [
            r#"warifu:authorize?x" --add-profile "\\host\x"#,
            r#"warifu:" --add-profile=\\host\x "#,
            r#"" --add-profile \\host\x ""#,
            r#"x" --hidden"#,
        ] {
            let line = format!(r#"--link "{broken}""#);
            let arguments: Vec<&str> =
                line.split(['"', ' ']).filter(|one| !one.is_empty()).collect();
            assert!(matches!(asked(&arguments), Request::Nothing), "{broken}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_found_from_the_folder_of_whoever_names_it() {
        let place = |file: &str| of(&["--add-profile", file], "/somewhere/else").profiles;
        for (file, expected) in [
            ("p.json", "/somewhere/else/p.json"),
            ("./d/割符 p.json", "/somewhere/else/./d/割符 p.json"),
            ("../p.json", "/somewhere/else/../p.json"),
            ("/tmp/p.json", "/tmp/p.json"),
            ("file:///tmp/a%20b%E5%89%B2.json", "/tmp/a b割.json"),
            ("FILE:///tmp/p.json", "/tmp/p.json"),
            ("file://localhost/tmp/p.json", "/tmp/p.json"),
            ("files.json", "/somewhere/else/files.json"),
        ] {
            assert_eq!(place(file), [PathBuf::from(expected)], "{file}");
        }
        let several = of(&["--add-profile", "a", "--add-profile=b"], "/x").profiles;
        assert_eq!(several, [PathBuf::from("/x/a"), PathBuf::from("/x/b")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_a_name() {
        use std::os::unix::ffi::OsStringExt as _;
        let name = OsString::from_vec(b"p\xff.json".to_vec());
        let found = Arguments::of([OsString::from("--add-profile"), name.clone()], Path::new("/x"));
        assert_eq!(found.profiles, [Path::new("/x").join(name)]);
    }
}
