//! What the user has chosen in the app, kept in its database.

use crate::{
    Client, Failure,
    client::Inner,
    net::manual_address,
    view::{ManagedSetting, ProxyChoice, Settings},
};

/// Its name in the database.
pub(crate) const SETTINGS: &str = "settings";

impl Client {
    /// How the app looks, speaks and connects; the defaults until something was saved. What the IT
    /// department has decided holds in any case.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn settings(&self) -> Result<Settings, Failure> {
        self.blocking(|inner| Ok(inner.overrule(inner.stored_settings()?))).await
    }

    /// Saves how the app looks, speaks and connects.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field if the text size is not 100 to 200, or the proxy's address is
    /// none; the database's.
    pub async fn save_settings(&self, mut settings: Settings) -> Result<Settings, Failure> {
        if !(100..=200).contains(&settings.text_percent) {
            return Err(Failure::invalid_field("text_percent"));
        }
        if let ProxyChoice::Manual { address } = &mut settings.proxy {
            *address =
                manual_address(address).ok_or_else(|| Failure::invalid_field("proxy_address"))?;
        }
        self.blocking(move |inner| {
            // What is managed is kept as the user had it: they get it back when the rule goes.
            let before = inner.stored_settings()?;
            let kept = inner.managed_view().settings.into_iter().fold(settings, |kept, managed| {
                match managed {
                    ManagedSetting::Language => Settings { language: before.language, ..kept },
                    ManagedSetting::StartAtLogin => {
                        Settings { start_at_login: before.start_at_login, ..kept }
                    }
                    ManagedSetting::Proxy => Settings { proxy: before.proxy.clone(), ..kept },
                }
            });
            inner.database.keep_setting(SETTINGS, &kept)?;
            let holds = inner.overrule(kept);
            inner.network.choose(holds.proxy.clone());
            Ok(holds)
        })
        .await
    }
}

impl Inner {
    /// What the user has chosen.
    pub(crate) fn stored_settings(&self) -> Result<Settings, Failure> {
        Ok(self.database.setting(SETTINGS)?.unwrap_or_default())
    }
}
