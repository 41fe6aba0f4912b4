//! What the user has chosen, as it is on disk: JSON. Version 0.1.0 wrote it so, and what is here may
//! change only with a migration.

use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Database, to_json};
use crate::{
    Failure,
    model::settings::{Language, ProxyChoice, Settings, Theme},
};

/// The name of the row.
const SETTINGS: &str = "settings";

/// [`Settings`] on disk.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SettingsRow {
    language: LanguageRow,
    theme: ThemeRow,
    text_percent: u16,
    #[serde(default = "yes")]
    start_at_login: bool,
    #[serde(default)]
    proxy: ProxyRow,
}

/// [`ProxyChoice`] on disk.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum ProxyRow {
    #[default]
    System,
    None,
    Manual {
        address: String,
    },
}

/// [`Language`] on disk.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum LanguageRow {
    Ja,
    En,
}

/// [`Theme`] on disk.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum ThemeRow {
    System,
    Light,
    Dark,
}

const fn yes() -> bool {
    true
}

impl From<&Settings> for SettingsRow {
    fn from(settings: &Settings) -> Self {
        Self {
            language: match settings.language {
                Language::Ja => LanguageRow::Ja,
                Language::En => LanguageRow::En,
            },
            theme: match settings.theme {
                Theme::System => ThemeRow::System,
                Theme::Light => ThemeRow::Light,
                Theme::Dark => ThemeRow::Dark,
            },
            text_percent: settings.text_percent,
            start_at_login: settings.start_at_login,
            proxy: match &settings.proxy {
                ProxyChoice::System => ProxyRow::System,
                ProxyChoice::None => ProxyRow::None,
                ProxyChoice::Manual { address } => ProxyRow::Manual { address: address.clone() },
            },
        }
    }
}

impl From<SettingsRow> for Settings {
    fn from(row: SettingsRow) -> Self {
        Self {
            language: match row.language {
                LanguageRow::Ja => Language::Ja,
                LanguageRow::En => Language::En,
            },
            theme: match row.theme {
                ThemeRow::System => Theme::System,
                ThemeRow::Light => Theme::Light,
                ThemeRow::Dark => Theme::Dark,
            },
            text_percent: row.text_percent,
            start_at_login: row.start_at_login,
            proxy: match row.proxy {
                ProxyRow::System => ProxyChoice::System,
                ProxyRow::None => ProxyChoice::None,
                ProxyRow::Manual { address } => ProxyChoice::Manual { address },
            },
        }
    }
}

impl Database {
    /// What the user has chosen; the defaults until something was saved in a form that this version
    /// reads.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        Ok(self.setting::<SettingsRow>(SETTINGS)?.map(Settings::from).unwrap_or_default())
    }

    /// Saves what the user has chosen.
    pub(crate) fn save_settings(&self, settings: &Settings) -> Result<(), Failure> {
        self.save_setting(SETTINGS, &SettingsRow::from(settings))
    }

    /// A setting, if it was ever saved in a form that this version reads.
    pub(super) fn setting<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failure> {
        let json: Option<String> = self
            .lock()
            .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
            .optional()?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Saves a setting.
    pub(super) fn save_setting<T: Serialize>(&self, name: &str, value: &T) -> Result<(), Failure> {
        self.lock().execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = ?2",
            params![name, to_json(value)?],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_is_read_and_written_as_it_always_was() {
        for language in ["ja", "en"] {
            for theme in ["system", "light", "dark"] {
                for proxy in [
                    r#"{"kind":"system"}"#,
                    r#"{"kind":"none"}"#,
                    r#"{"kind":"manual","address":"http://proxy.example.jp:8080"}"#,
                ] {
                    let text = format!(
                        r#"{{"language":"{language}","theme":"{theme}","text_percent":150,"start_at_login":false,"proxy":{proxy}}}"#
                    );
                    let settings: SettingsRow = serde_json::from_str(&text).unwrap();
                    let again = SettingsRow::from(&Settings::from(settings));
                    assert_eq!(serde_json::to_string(&again).unwrap(), text);
                }
            }
        }
        // What came with a later version than the first is filled in.
        let oldest = r#"{"language":"en","theme":"dark","text_percent":120}"#;
        let settings = Settings::from(serde_json::from_str::<SettingsRow>(oldest).unwrap());
        assert_eq!((settings.start_at_login, settings.proxy), (true, ProxyChoice::System));
    }

    #[test]
    fn settings_survive_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Database::open(&dir.path().join("warifu.sqlite")).unwrap();
        assert_eq!(open().settings().unwrap(), Settings::default());
        let chosen = Settings { text_percent: 120, ..Settings::default() };
        open().save_settings(&chosen).unwrap();
        assert_eq!(open().settings().unwrap(), chosen);
        assert_eq!(open().setting::<u8>("other").unwrap(), None);
        // What another version wrote costs the choice, not the start.
        open().save_setting(SETTINGS, &7_u8).unwrap();
        assert_eq!(open().settings().unwrap(), Settings::default());
    }
}
