//! The command line of the app.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use tauri::Url;
use warifu_client::{LINK_SCHEME, Link};

/// Starts in the tray, without the window.
pub(crate) const HIDDEN: &str = "--hidden";

/// The same, as other programs call it.
const MINIMIZED: &str = "--minimized";

const ADD_PROFILE: &str = "--add-profile";

/// Stands before a link of a page in the browser; the packages write it into their handler of the scheme.
const LINK: &str = "--link";

/// Stands before the file that was double-clicked; the packages write it into their handler of such files.
const OPEN_PROFILE: &str = "--open-profile";

/// How the name of a connection profile's file ends.
pub(crate) const PROFILE_ENDING: &str = ".warifu.json";

/// What a start of the program asks for.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    /// The app itself.
    Start(Arguments),
    /// An answer to a page in the browser (`--link LINK`).
    Link(Link),
    /// To show the window and ask about one file (`--open-profile FILE`), as a double click on it does.
    Profile(PathBuf),
    /// What nobody who means well asks for. Nothing at all is done.
    Nothing,
}

impl Request {
    /// Reads the arguments after the program's name, given to a process in `folder`.
    ///
    /// Whoever starts the handler of a scheme writes the link, and what is not encoded well becomes more
    /// arguments on Windows. So a link stands alone behind `--link`, and a command line with a link
    /// anywhere else does nothing: it must not bring along `--add-profile`. Whoever sends a file writes its
    /// name, and that stands alone too: whatever it is called, it is a file.
    pub(crate) fn of(arguments: impl IntoIterator<Item = OsString>, folder: &Path) -> Self {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        match arguments.split_first() {
            Some((first, rest)) if first == LINK => {
                let [link] = rest else { return Self::Nothing };
                link.to_str().and_then(Link::parse).map_or(Self::Nothing, Self::Link)
            }
            Some((first, rest)) if first == OPEN_PROFILE => {
                let [file] = rest else { return Self::Nothing };
                place(file, folder).map_or(Self::Nothing, Self::Profile)
            }
            _ if arguments.iter().any(|argument| mentions_a_link(argument)) => Self::Nothing,
            // 「プログラムから開く」, or a file that was dropped on the program's icon.
            Some((file, [])) if names_a_profile(file) => {
                place(file, folder).map_or(Self::Nothing, Self::Profile)
            }
            Some(_) | None => Self::Start(Arguments::of(arguments, folder)),
        }
    }
}

fn mentions_a_link(argument: &OsStr) -> bool {
    let scheme = LINK_SCHEME.as_bytes();
    let bytes = argument.as_encoded_bytes();
    argument == LINK || bytes.windows(scheme.len()).any(|part| part.eq_ignore_ascii_case(scheme))
}

fn names_a_profile(argument: &OsStr) -> bool {
    let bytes = argument.as_encoded_bytes();
    let ending = bytes.len().checked_sub(PROFILE_ENDING.len()).and_then(|at| bytes.get(at..));
    !bytes.starts_with(b"-")
        && ending.is_some_and(|ending| ending.eq_ignore_ascii_case(PROFILE_ENDING.as_bytes()))
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

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

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
    fn a_file_that_is_opened_stands_alone_whatever_it_is_called() {
        let opened = |arguments: &[&str]| match asked(arguments) {
            Request::Profile(file) => Some(file),
            Request::Start(_) | Request::Link(_) | Request::Nothing => None,
        };
        let long = format!("/tmp/{}.warifu.json", "割".repeat(10_000));
        for name in [
            "/tmp/a.warifu.json",
            "/tmp/no ending",
            r#"/tmp/" --add-profile "x.warifu.json"#,
            "/tmp/--hidden",
            "--link",
            "/tmp/warifu:authorize.warifu.json",
            "/tmp/\u{202e}nosj.ufiraw.\n",
            &long,
        ] {
            assert_eq!(
                opened(&["--open-profile", name]),
                Some(Path::new("/").join(name)),
                "{name}"
            );
        }
        // 「プログラムから開く」
        assert_eq!(opened(&["a.WARIFU.json"]), Some(PathBuf::from("/a.WARIFU.json")));
        for hostile in [
            &["--open-profile"][..],
            &["--open-profile", ""],
            &["--open-profile", "a", "b"],
            &["--open-profile", "a", "--add-profile", "b"],
            &["--open-profile", "a", "--link", "warifu:authorize"],
            &["--link", "--open-profile", "a"],
        ] {
            assert!(matches!(asked(hostile), Request::Nothing), "{hostile:?}");
        }
        for start in [
            &["a.json"][..],
            &["--a.warifu.json"],
            &["a.warifu.json", "b.warifu.json"],
            &["--hidden", "--open-profile"],
        ] {
            assert!(matches!(asked(start), Request::Start(_)), "{start:?}");
        }
    }

    /// What command lines are made of.
    const WORDS: [&str; 12] = [
        "--link",
        "--open-profile",
        "--add-profile",
        "--hidden",
        "--",
        "",
        "a.warifu.json",
        "--add-profile=a",
        "warifu:authorize?x",
        "file:///a%00",
        "file://host/a",
        r"\\host\a",
    ];

    proptest! {
        /// Whatever whoever starts the app writes: a link brings no file along, and a file no link.
        #[test]
        fn no_command_line_means_two_things(
            words in vec(prop_oneof![select(&WORDS[..]).prop_map(String::from), ".{0,40}"], 0..5)
        ) {
            let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            match asked(&arguments) {
                Request::Link(_) => prop_assert_eq!((arguments[0], arguments.len()), ("--link", 2)),
                Request::Profile(_) => {
                    prop_assert!(arguments.len() == 1 || arguments[0] == "--open-profile");
                    prop_assert!(arguments.len() <= 2);
                }
                Request::Start(found) => {
                    prop_assert!(arguments.iter().all(|one| !mentions_a_link(OsStr::new(one))));
                    let named = arguments.iter().filter(|one| one.starts_with("--add-profile"));
                    prop_assert!(found.profiles.len() <= named.count());
                }
                Request::Nothing => {}
            }
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
