//! What the user can choose in the app.

use serde::{Deserialize, Serialize};

use super::{Failure, managed::ManagedSetting, proxy::manual_address};

/// How the app looks, speaks and connects on this PC.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The language.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Size of the text in per cent, 100 to 200.
    pub text_percent: u16,
    /// Whether the app starts, in the tray, when the user logs on to the PC (SPEC H).
    pub start_at_login: bool,
    /// The way to the outside (SPEC L).
    pub proxy: ProxyChoice,
}

/// Which proxy is taken.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ProxyChoice {
    /// The one that the operating system, or the environment, names.
    #[default]
    System,
    /// None.
    None,
    /// This one.
    Manual {
        /// Host and port, as people write them; kept with the scheme.
        address: String,
    },
}

/// A language of the app.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// A colour scheme.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the operating system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::Ja,
            theme: Theme::System,
            text_percent: 100,
            start_at_login: true,
            proxy: ProxyChoice::System,
        }
    }
}

impl Settings {
    /// The settings as they can be saved, the proxy's address in the form that is kept.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field if the text size is not 100 to 200, or the proxy's address is
    /// none.
    pub(crate) fn checked(mut self) -> Result<Self, Failure> {
        if !(100..=200).contains(&self.text_percent) {
            return Err(Failure::invalid_field("text_percent"));
        }
        if let ProxyChoice::Manual { address } = &mut self.proxy {
            *address =
                manual_address(address).ok_or_else(|| Failure::invalid_field("proxy_address"))?;
        }
        Ok(self)
    }

    /// These, with what is managed as the user had it before: they get it back when the rule goes.
    pub(crate) fn keeping(self, managed: &[ManagedSetting], before: &Self) -> Self {
        managed.iter().fold(self, |kept, managed| match managed {
            ManagedSetting::Language => Self { language: before.language, ..kept },
            ManagedSetting::StartAtLogin => Self { start_at_login: before.start_at_login, ..kept },
            ManagedSetting::Proxy => Self { proxy: before.proxy.clone(), ..kept },
        })
    }
}
