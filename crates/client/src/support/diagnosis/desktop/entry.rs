//! A desktop entry, as far as it says what it is called and what it starts (the Desktop Entry
//! Specification 1.5 of freedesktop.org). Any program may have written it.

#![cfg_attr(
    not(any(target_os = "linux", test, feature = "fuzzing")),
    expect(dead_code, reason = "only Linux has such files")
)]

use std::path::Path;

use super::PROGRAM;

/// Most bytes of a file that are looked at.
pub(crate) const LONGEST: usize = 64 * 1024;

/// Most characters of a name that are shown.
const LONGEST_NAME: usize = 80;

/// What an entry says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Entry {
    /// What people know the program as.
    pub(crate) name: String,
    /// Whether it starts the app with a link.
    pub(crate) takes_links: bool,
}

impl Entry {
    /// Reads an entry's file; of a key that stands there more than once, the first counts.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes.get(..LONGEST).unwrap_or(bytes));
        let lines = text.lines().map(str::trim);
        let group = lines
            .skip_while(|line| *line != "[Desktop Entry]")
            .skip(1)
            .take_while(|line| !line.starts_with('['));
        let (mut name, mut exec) = (None, None);
        for line in group {
            let Some((key, value)) = line.split_once('=') else { continue };
            match key.trim() {
                "Name" => name = name.or(Some(value.trim())),
                "Exec" => exec = exec.or(Some(value.trim())),
                _ => {}
            }
        }
        Self {
            name: one_line(name.unwrap_or_default()),
            takes_links: exec.is_some_and(takes_links),
        }
    }
}

/// Whether a command line is `warifu --link %u`, wherever the program is.
fn takes_links(exec: &str) -> bool {
    let mut words = exec.split_ascii_whitespace();
    let program = words.next().map(|word| Path::new(word.trim_matches('"')));
    program.and_then(Path::file_name).is_some_and(|name| name == PROGRAM)
        && words.next() == Some("--link")
}

/// Whether it is a name that a desktop gives an entry's file: no path, and nothing that a shell or a
/// terminal would make something of.
pub(crate) fn is_name_of_entry(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    name.len() <= 255
        && name.bytes().all(plain)
        && !name.starts_with(['.', '-'])
        && name.strip_suffix(".desktop").is_some_and(|stem| !stem.is_empty())
}

/// A name as one line that reads as it is written: nothing in it turns its direction.
fn one_line(name: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    name.chars().filter(|c| !hidden(*c)).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OWN: &str = "[Desktop Entry]\nType=Application\nName=Warifu\nExec=warifu --link %u\n";

    #[test]
    fn reads_the_packages_own_entry_and_tells_it_from_others() {
        let own = include_bytes!("../../../../../../packaging/debian/warifu-link.desktop");
        let entry = Entry::read(own);
        assert_eq!(entry, Entry { name: String::from("Warifu"), takes_links: true });
        let app = include_bytes!("../../../../../../packaging/debian/warifu.desktop");
        assert!(!Entry::read(app).takes_links);
        for (text, expected) in [
            (OWN.replace("Exec=warifu", "Exec=/opt/warifu/bin/warifu"), true),
            (OWN.replace("Exec=warifu", "Exec=\"/usr/bin/warifu\""), true),
            (OWN.replace('\n', "\r\n"), true),
            (OWN.replace("Exec=warifu", "Exec=evil warifu"), false),
            (OWN.replace("--link ", ""), false),
            (OWN.replace("[Desktop Entry]", "[Desktop Action x]"), false),
            (OWN.replace("Type=Application", "[Other]"), false),
            (format!("Exec=warifu --link\n{}", OWN.replace("--link ", "")), false),
            (String::new(), false),
        ] {
            assert_eq!(Entry::read(text.as_bytes()).takes_links, expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_one_line_and_short() {
        let text =
            format!("[Desktop Entry]\nName=\u{202e}\u{7}{}\u{1b}[31m\n", "割".repeat(10_000));
        assert_eq!(Entry::read(text.as_bytes()).name, "割".repeat(LONGEST_NAME));
    }

    #[test]
    fn only_a_plain_name_is_looked_for() {
        for name in ["firefox.desktop", "org.mozilla.firefox.desktop", "warifu-link.desktop"] {
            assert!(is_name_of_entry(name), "{name}");
        }
        let long = format!("{}.desktop", "a".repeat(255));
        for name in [
            "",
            ".desktop",
            "a",
            "../a.desktop",
            "/a.desktop",
            "a b.desktop",
            "-a.desktop",
            "a.desktop\n",
            &long,
        ] {
            assert!(!is_name_of_entry(name), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic_or_speak_in_lines(bytes in any::<Vec<u8>>()) {
            let entry = Entry::read(&[b"[Desktop Entry]\nName=", &bytes[..]].concat());
            prop_assert!(!entry.name.chars().any(char::is_control));
            prop_assert!(entry.name.chars().count() <= LONGEST_NAME);
        }
    }
}
