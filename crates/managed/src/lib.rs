//! What a company's IT department decides for everybody who uses a PC.
//!
//! Read from a place that only administrators can write: on Windows the key
//! `HKLM\Software\Policies\Warifu`, which Group Policy and Intune fill; elsewhere the file
//! `managed.toml` in `/etc/warifu` (Linux) or `/Library/Application Support/Warifu` (macOS).
//! `%ProgramData%` is no such place: there any user can make a folder.
//!
//! What cannot be used is left out and named among the [`Problem`]s; the rest holds.

mod definition;
#[cfg(windows)]
mod registry;

use std::{collections::BTreeMap, path::Path};

pub use definition::{
    CONNECTION_PROFILE, Choice, Kind, LANGUAGE, MAX_TEXT, ONLY_MANAGED_PROFILE, PROXY,
    PROXY_ADDRESS, REGISTRY_KEY, SERVER_TRUST, SETTINGS, START_AT_LOGIN, Setting, Text,
};

/// The folder of `managed.toml`.
#[cfg(not(windows))]
pub const FOLDER: &str =
    if cfg!(target_os = "macos") { "/Library/Application Support/Warifu" } else { "/etc/warifu" };

/// The file in [`FOLDER`].
pub const FILE: &str = "managed.toml";

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// What is managed on this PC.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Managed {
    values: BTreeMap<&'static str, Value>,
    /// What was found and could not be used.
    pub problems: Vec<Problem>,
}

/// Something in the managed place that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The file, or the registry key.
    pub place: String,
    /// The setting, as it is written there.
    pub setting: Option<String>,
    /// What is wrong.
    pub why: Trouble,
}

/// What is wrong with something in the managed place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Trouble {
    /// It cannot be read.
    Unreadable,
    /// The file is not TOML.
    Malformed,
    /// There is no such setting.
    UnknownSetting,
    /// The value is of another type.
    WrongType,
    /// The value is none of those that are possible.
    NotPossible,
    /// The file that it names cannot be used.
    BadFile,
    /// The connection profile is older than the one that is here.
    OutdatedProfile,
}

/// A value that has been checked.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Value {
    Toggle(bool),
    Choice(&'static str),
    Text(String),
}

/// A value as it is found.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Raw {
    Toggle(bool),
    #[cfg_attr(not(any(windows, test)), expect(dead_code, reason = "only the registry has these"))]
    Number(u32),
    Text(String),
    Other,
}

impl Managed {
    /// What is managed on this PC.
    #[must_use]
    pub fn of_this_pc() -> Self {
        #[cfg(windows)]
        return registry::read();
        #[cfg(not(windows))]
        Self::read(&Path::new(FOLDER).join(FILE))
    }

    /// Reads a file; nothing is managed if there is none.
    #[must_use]
    pub fn read(file: &Path) -> Self {
        let place = file.display().to_string();
        let problem = |why| Self {
            problems: vec![Problem { place: place.clone(), setting: None, why }],
            ..Self::default()
        };
        let text = match std::fs::metadata(file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::default(),
            Ok(found) if found.len() > MAX_FILE => return problem(Trouble::Malformed),
            Ok(_) => std::fs::read(file),
            Err(error) => Err(error),
        };
        let Ok(bytes) = text else { return problem(Trouble::Unreadable) };
        let Ok(text) = String::from_utf8(bytes) else { return problem(Trouble::Malformed) };
        let Ok(table) = text.trim_start_matches('\u{feff}').parse::<toml::Table>() else {
            return problem(Trouble::Malformed);
        };
        let found = table.into_iter().map(|(name, value)| {
            let raw = match value {
                toml::Value::Boolean(on) => Raw::Toggle(on),
                toml::Value::String(text) => Raw::Text(text),
                toml::Value::Integer(_)
                | toml::Value::Float(_)
                | toml::Value::Datetime(_)
                | toml::Value::Array(_)
                | toml::Value::Table(_) => Raw::Other,
            };
            (name, raw)
        });
        Self::of(&place, found)
    }

    fn of(place: &str, found: impl IntoIterator<Item = (String, Raw)>) -> Self {
        let mut managed = Self::default();
        for (name, raw) in found {
            let setting = SETTINGS.iter().find(|setting| setting.name.eq_ignore_ascii_case(&name));
            let checked = match setting {
                Some(setting) => check(setting, raw).map(|value| (setting.name, value)),
                None => Err(Trouble::UnknownSetting),
            };
            match checked {
                Ok((name, value)) => {
                    managed.values.insert(name, value);
                }
                Err(why) => managed.reject(place, &name, why),
            }
        }
        managed
    }

    /// Whether the IT department has decided it.
    #[must_use]
    pub fn has(&self, setting: &Setting) -> bool {
        self.values.contains_key(setting.name)
    }

    /// Whether it is on, if that is decided.
    #[must_use]
    pub fn toggle(&self, setting: &Setting) -> Option<bool> {
        match self.values.get(setting.name)? {
            Value::Toggle(on) => Some(*on),
            Value::Choice(_) | Value::Text(_) => None,
        }
    }

    /// What was chosen, if that is decided.
    #[must_use]
    pub fn choice(&self, setting: &Setting) -> Option<&'static str> {
        match self.values.get(setting.name)? {
            Value::Choice(value) => Some(value),
            Value::Toggle(_) | Value::Text(_) => None,
        }
    }

    /// The text or path, if that is decided.
    #[must_use]
    pub fn text(&self, setting: &Setting) -> Option<&str> {
        match self.values.get(setting.name)? {
            Value::Text(text) => Some(text),
            Value::Toggle(_) | Value::Choice(_) => None,
        }
    }

    /// Leaves a setting out that turned out to be of no use, and names it.
    pub fn discard(&mut self, setting: &Setting, why: Trouble) {
        self.values.remove(setting.name);
        self.reject(&place(), setting.name, why);
    }

    /// Keeps a setting that turned out to be of no use, and names it: nothing else may take its place.
    pub fn name(&mut self, setting: &Setting, why: Trouble) {
        self.reject(&place(), setting.name, why);
    }

    /// Whether something is wrong with it.
    #[must_use]
    pub fn has_problem(&self, setting: &Setting) -> bool {
        self.problems.iter().any(|problem| {
            problem.setting.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(setting.name))
        })
    }

    fn reject(&mut self, place: &str, name: &str, why: Trouble) {
        let setting = Some(name.to_owned());
        self.problems.push(Problem { place: place.to_owned(), setting, why });
    }
}

/// Where the settings of this PC are.
fn place() -> String {
    #[cfg(windows)]
    return format!(r"HKLM\{REGISTRY_KEY}");
    #[cfg(not(windows))]
    Path::new(FOLDER).join(FILE).display().to_string()
}

fn check(setting: &Setting, raw: Raw) -> Result<Value, Trouble> {
    match (&setting.kind, raw) {
        (Kind::Toggle, Raw::Toggle(on)) => Ok(Value::Toggle(on)),
        (Kind::Toggle, Raw::Number(number @ (0 | 1))) => Ok(Value::Toggle(number == 1)),
        (Kind::Toggle, Raw::Number(_)) => Err(Trouble::NotPossible),
        (Kind::Choice(choices), Raw::Text(text)) => choices
            .iter()
            .find(|choice| choice.value.eq_ignore_ascii_case(text.trim()))
            .map(|choice| Value::Choice(choice.value))
            .ok_or(Trouble::NotPossible),
        (Kind::Text | Kind::Path, Raw::Text(text)) => {
            let text = text.trim();
            let usable = (1..=MAX_TEXT).contains(&text.chars().count());
            let plain = usable && !text.contains(char::is_control);
            plain.then(|| Value::Text(text.to_owned())).ok_or(Trouble::NotPossible)
        }
        (Kind::Toggle | Kind::Choice(_) | Kind::Text | Kind::Path, _) => Err(Trouble::WrongType),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Managed {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        std::fs::write(&file, content).unwrap();
        Managed::read(&file)
    }

    fn troubles(managed: &Managed) -> Vec<(Option<&str>, Trouble)> {
        managed.problems.iter().map(|found| (found.setting.as_deref(), found.why)).collect()
    }

    #[test]
    fn what_is_set_holds() {
        let managed = read(
            "\u{feff}Language = \"EN\"\nStartAtLogin = false\nproxy = \"manual\"\n\
             ProxyAddress = \"proxy.example.jp:8080\"\n"
                .as_bytes(),
        );
        assert_eq!(managed.problems, []);
        assert_eq!(managed.choice(&LANGUAGE), Some("en"));
        assert_eq!(managed.toggle(&START_AT_LOGIN), Some(false));
        assert_eq!(managed.choice(&PROXY), Some("manual"));
        assert_eq!(managed.text(&PROXY_ADDRESS), Some("proxy.example.jp:8080"));
        assert!(!managed.has(&SERVER_TRUST));
    }

    #[test]
    fn what_cannot_be_used_is_named_and_the_rest_holds() {
        let managed = read(
            b"Language = \"fr\"\nStartAtLogin = \"yes\"\nColour = \"red\"\nProxy = \"none\"\n\
              ProxyAddress = \"\"\nServerTrust = 1\n",
        );
        assert_eq!(managed.choice(&PROXY), Some("none"));
        let mut found = troubles(&managed);
        found.sort_by_key(|(name, _)| *name);
        let expected = [
            (Some("Colour"), Trouble::UnknownSetting),
            (Some("Language"), Trouble::NotPossible),
            (Some("ProxyAddress"), Trouble::NotPossible),
            (Some("ServerTrust"), Trouble::WrongType),
            (Some("StartAtLogin"), Trouble::WrongType),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        for content in [&b"Language = "[..], b"\xff\xfe\x00", &vec![b' '; 70_000]] {
            assert_eq!(troubles(&read(content)), [(None, Trouble::Malformed)]);
        }
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Managed::read(&dir.path().join(FILE)), Managed::default());
        assert_eq!(troubles(&Managed::read(dir.path())), [(None, Trouble::Unreadable)]);
    }

    #[test]
    fn a_number_of_the_registry_is_a_switch() {
        let of = |raw| Managed::of("key", [(String::from("StartAtLogin"), raw)]);
        assert_eq!(of(Raw::Number(0)).toggle(&START_AT_LOGIN), Some(false));
        assert_eq!(of(Raw::Number(1)).toggle(&START_AT_LOGIN), Some(true));
        assert_eq!(troubles(&of(Raw::Number(2))), [(Some("StartAtLogin"), Trouble::NotPossible)]);
        assert_eq!(troubles(&of(Raw::Other)), [(Some("StartAtLogin"), Trouble::WrongType)]);
    }

    #[test]
    fn each_setting_has_its_own_name_and_is_explained_in_both_languages() {
        let mut names: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SETTINGS.len());
        for setting in SETTINGS {
            for text in [setting.title, setting.help] {
                assert!(!text.en.is_empty() && text.en.is_ascii() || text.en.contains('“'));
                assert!(!text.ja.is_ascii(), "{}", setting.name);
            }
        }
    }
}
