//! What the IT department has decided, over what the user has chosen.

use std::path::Path;

use rustls_pki_types::CertificateDer;
use warifu_managed::{
    CONNECTION_PROFILE, LANGUAGE, Managed, ONLY_MANAGED_PROFILE, PROXY, PROXY_ADDRESS,
    SERVER_TRUST, START_AT_LOGIN, Trouble,
};
use warifu_platform::file::read_up_to;
use warifu_protocol::{ConnectionProfile, ErrorCode};

use crate::{
    Client, Failure,
    client::Inner,
    model::profile::Profile,
    net::manual_address,
    view::{Language, ManagedSetting, ManagedView, ProxyChoice, Settings},
};

impl Client {
    /// The same client under the IT department's rules. A connection profile among them is taken in;
    /// what of them cannot be used is left out and told by [`Client::overview`]. Blocks; to be called
    /// before the client is used.
    #[must_use]
    pub fn with_managed(mut self, mut managed: Managed) -> Self {
        let manual = managed.choice(&PROXY) == Some("manual");
        if manual && managed.text(&PROXY_ADDRESS).and_then(manual_address).is_none() {
            // It stays: past a proxy that is set and not understood, nothing goes.
            managed.name(&PROXY, Trouble::NotPossible);
        }
        if let Some(path) = managed.text(&CONNECTION_PROFILE).map(str::to_owned)
            && let Err(failure) = self.inner.take_profile(Path::new(&path))
        {
            tracing::warn!(%failure, path, "the managed connection profile was not taken in");
            let why = if failure.code == ErrorCode::ProfileOutdated {
                Trouble::OutdatedProfile
            } else {
                Trouble::BadFile
            };
            managed.discard(&CONNECTION_PROFILE, why);
        }
        for problem in &managed.problems {
            tracing::warn!(?problem, "a managed setting cannot be used");
        }
        if let Some(inner) = std::sync::Arc::get_mut(&mut self.inner) {
            inner.managed = managed;
            let chosen = inner.stored_settings().unwrap_or_default();
            inner.network.choose(inner.overrule(chosen).proxy);
        }
        self
    }
}

impl Inner {
    fn take_profile(&self, path: &Path) -> Result<(), Failure> {
        let bytes = read_up_to(path, 2 * ConnectionProfile::MAX_BYTES)?;
        let profile = Profile::parse(&Profile::text(&bytes)?)?;
        self.database.keep_managed_profile(&profile, (self.clock)())?;
        Ok(())
    }

    /// Whether the user may add profiles.
    pub(crate) fn check_profiles_are_free(&self) -> Result<(), Failure> {
        if self.managed.toggle(&ONLY_MANAGED_PROFILE) == Some(true) {
            return Err(Failure::new(ErrorCode::ProfileManaged));
        }
        Ok(())
    }

    /// The settings that hold: the IT department's, and the user's where it has said nothing.
    pub(crate) fn overrule(&self, chosen: Settings) -> Settings {
        let managed = &self.managed;
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
    pub(crate) fn managed_view(&self) -> ManagedView {
        let shown = [
            (&LANGUAGE, ManagedSetting::Language),
            (&START_AT_LOGIN, ManagedSetting::StartAtLogin),
            (&PROXY, ManagedSetting::Proxy),
        ];
        ManagedView {
            settings: shown
                .into_iter()
                .filter(|(setting, shown)| {
                    let refused =
                        *shown == ManagedSetting::Proxy && self.managed.has_problem(setting);
                    self.managed.has(setting) || refused
                })
                .map(|(_, shown)| shown)
                .collect(),
            problems: self.managed.problems.iter().map(Into::into).collect(),
        }
    }

    /// The authorities that vouch for a profile's listeners.
    ///
    /// # Errors
    ///
    /// `backend-untrusted` if this PC's are to be taken and there are none.
    pub(crate) fn anchors(
        &self,
        profile: &Profile,
    ) -> Result<Vec<CertificateDer<'static>>, Failure> {
        if self.managed.choice(&SERVER_TRUST) != Some("system") {
            return Ok(profile.anchors.clone());
        }
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "some of this PC's authorities cannot be read");
        }
        if found.certs.is_empty() {
            return Err(Failure::new(ErrorCode::BackendUntrusted));
        }
        Ok(found.certs)
    }
}
