//! What the IT department has decided, over what the user has chosen.

use serde::Serialize;
use warifu_managed::{LANGUAGE, Managed, PROXY, PROXY_ADDRESS, Problem, START_AT_LOGIN, Trouble};

use super::{
    proxy::manual_address,
    settings::{Language, ProxyChoice, Settings},
};

/// What the IT department has decided on this PC.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ManagedView {
    /// The settings that the user cannot change.
    pub settings: Vec<ManagedSetting>,
    /// What it has decided and cannot be used.
    pub problems: Vec<ManagedProblem>,
}

/// A setting of the app that can be managed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ManagedSetting {
    /// The language.
    Language,
    /// The start at login.
    StartAtLogin,
    /// The proxy.
    Proxy,
}

/// Something that the IT department has decided and that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ManagedProblem {
    /// The file, or the key of the registry.
    pub place: String,
    /// The setting, as it is written there; none if it is the place itself.
    pub setting: Option<String>,
    /// What is wrong.
    pub why: ManagedTrouble,
}

/// What is wrong with something that the IT department has decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ManagedTrouble {
    /// The place cannot be read.
    Unreadable,
    /// The file is malformed.
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

impl From<&Problem> for ManagedProblem {
    fn from(problem: &Problem) -> Self {
        Self {
            place: problem.place.clone(),
            setting: problem.setting.clone(),
            why: match problem.why {
                Trouble::Unreadable => ManagedTrouble::Unreadable,
                Trouble::Malformed => ManagedTrouble::Malformed,
                Trouble::UnknownSetting => ManagedTrouble::UnknownSetting,
                Trouble::WrongType => ManagedTrouble::WrongType,
                Trouble::NotPossible => ManagedTrouble::NotPossible,
                Trouble::BadFile => ManagedTrouble::BadFile,
                Trouble::OutdatedProfile => ManagedTrouble::OutdatedProfile,
            },
        }
    }
}

/// Names what was decided and cannot be used, as far as that shows without the world outside.
pub(crate) fn examine(managed: &mut Managed) {
    let manual = managed.choice(&PROXY) == Some("manual");
    if manual && managed.text(&PROXY_ADDRESS).and_then(manual_address).is_none() {
        // It stays: past a proxy that is set and not understood, nothing goes.
        managed.name(&PROXY, Trouble::NotPossible);
    }
}

/// The settings that hold: the IT department's, and the user's where it has said nothing.
pub(crate) fn overrule(managed: &Managed, chosen: Settings) -> Settings {
    let mut settings = chosen;
    match managed.choice(&LANGUAGE) {
        Some("en") => settings.language = Language::En,
        Some(_) => settings.language = Language::Ja,
        None => {}
    }
    if let Some(start) = managed.toggle(&START_AT_LOGIN) {
        settings.start_at_login = start;
    }
    match managed.choice(&PROXY) {
        Some("none") => settings.proxy = ProxyChoice::None,
        Some("manual") => {
            let text = managed.text(&PROXY_ADDRESS).unwrap_or_default();
            // What is no address is refused as it stands, but for a password, which is not shown.
            let odd = || if text.contains('@') { String::new() } else { text.to_owned() };
            let address = manual_address(text).unwrap_or_else(odd);
            settings.proxy = ProxyChoice::Manual { address };
        }
        Some(_) => settings.proxy = ProxyChoice::System,
        None if managed.has_problem(&PROXY) => {
            settings.proxy = ProxyChoice::Manual { address: String::new() };
        }
        None => {}
    }
    settings
}

/// What the screens show of it.
pub(crate) fn shown(managed: &Managed) -> ManagedView {
    let shown = [
        (&LANGUAGE, ManagedSetting::Language),
        (&START_AT_LOGIN, ManagedSetting::StartAtLogin),
        (&PROXY, ManagedSetting::Proxy),
    ];
    ManagedView {
        settings: shown
            .into_iter()
            .filter(|(setting, shown)| {
                let refused = *shown == ManagedSetting::Proxy && managed.has_problem(setting);
                managed.has(setting) || refused
            })
            .map(|(_, shown)| shown)
            .collect(),
        problems: managed.problems.iter().map(Into::into).collect(),
    }
}
