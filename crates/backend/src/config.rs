//! `warifu.toml`: what the provider decides. Read once, checked whole, then trusted.

use std::{
    fmt::Display,
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error as _};
use url::{Host, Url};
use warifu_pki::{ClientProfile, ProfileError, ServerProfile};
use warifu_platform::text;
use warifu_protocol::{
    ConnectionProfile, ListenerUrl, LocalizedText, PasswordPolicy, Permission, ServerName,
    ServiceEntry, ServiceName, SupportContact, Timestamp, UserImport,
};

pub(crate) use self::{app::AppConfig, database::DatabaseConfig, template::template};
use self::{
    audit::AuditConfig,
    authority::AuthorityConfig,
    mail::MailConfig,
    metrics::MetricsConfig,
    provider::{ProviderConfig, Support},
    web::{ClientConfig, ClientId, WebConfig, Written},
};

mod app;
mod audit;
pub(crate) mod authority;
mod database;
pub(crate) mod mail;
mod metrics;
mod password;
pub(crate) mod provider;
mod template;
pub(crate) mod web;

/// The most bytes of a `warifu.toml`.
const MAX_BYTES: usize = 1024 * 1024;

/// The configuration of one backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) service_name: ServiceName,
    /// Names this service's connection profiles to the apps; version 0.1.0 wrote none.
    #[serde(default)]
    pub(crate) profile_id: Option<String>,
    #[serde(deserialize_with = "each_once")]
    pub(crate) server_names: Vec<ServerName>,
    pub(crate) enrolment_listen: SocketAddr,
    pub(crate) service_listen: SocketAddr,
    pub(crate) enrolment_url: ListenerUrl,
    pub(crate) service_url: ListenerUrl,
    #[serde(default, deserialize_with = "published")]
    crl_url: Option<String>,
    #[serde(default)]
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) certificate_valid_days: u16,
    pub(crate) renewal_days: u16,
    pub(crate) warning_days: Vec<u16>,
    #[serde(default = "usual_business_days")]
    pub(crate) warning_business_days: Vec<u16>,
    pub(crate) urgent_days: u16,
    pub(crate) transfer_seconds: u32,
    pub(crate) import_max_users: u32,
    pub(crate) session_idle_seconds: u32,
    pub(crate) session_seconds: u32,
    pub(crate) max_connections: usize,
    /// The load balancers that say whose connection they hand on; nobody else may connect then.
    #[serde(default, deserialize_with = "networks")]
    pub(crate) trusted_proxies: Vec<IpNet>,
    #[serde(rename = "support")]
    written_support: Support,
    /// Whom users turn to, in Japanese.
    #[serde(skip)]
    pub(crate) support: SupportContact,
    /// The same in English.
    #[serde(skip)]
    pub(crate) support_en: SupportContact,
    #[serde(default)]
    pub(crate) provider: ProviderConfig,
    #[serde(deserialize_with = "password::policy")]
    pub(crate) password: PasswordPolicy,
    #[serde(default)]
    pub(crate) mail: Option<MailConfig>,
    /// Without it, the database is a file of the folder.
    #[serde(default)]
    pub(crate) database: Option<DatabaseConfig>,
    /// Without it, nobody is told how the backend is.
    #[serde(default)]
    pub(crate) metrics: Option<MetricsConfig>,
    /// Without it, checkpoints are made by command alone.
    #[serde(default)]
    pub(crate) audit: Option<AuditConfig>,
    #[serde(default)]
    pub(crate) authority: AuthorityConfig,
    #[serde(default)]
    pub(crate) app: Option<AppConfig>,
    #[serde(default, rename = "permission")]
    permissions: Vec<PermissionText>,
    #[serde(default, rename = "entry")]
    pub(crate) entries: Vec<MenuEntry>,
    #[serde(default)]
    pub(crate) web: Option<WebConfig>,
    #[serde(default, rename = "client")]
    written: Vec<Written>,
    /// The services that users are logged in at.
    #[serde(skip)]
    pub(crate) clients: Vec<ClientConfig>,
}

/// An entry of the main menu.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MenuEntry {
    pub(crate) id: String,
    pub(crate) title: LocalizedText,
    pub(crate) description: LocalizedText,
    #[serde(default)]
    pub(crate) permission: Option<Permission>,
    pub(crate) url: String,
    /// The service that its user is logged in at when it is opened.
    #[serde(default)]
    pub(crate) client: Option<ClientId>,
}

impl MenuEntry {
    /// What the app is told of it.
    pub(crate) fn told(&self) -> ServiceEntry {
        ServiceEntry {
            id: self.id.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            permission: self.permission.clone(),
            url: self.url.clone(),
            signs_in: self.client.is_some(),
        }
    }
}

/// A right of the provider's service, and what administrators are told of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermissionText {
    pub(crate) name: Permission,
    pub(crate) title: LocalizedText,
    pub(crate) description: LocalizedText,
}

impl Config {
    /// Every right that a user can hold, user administration first.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = PermissionText> + '_ {
        let text = |ja: &str, en: &str| LocalizedText { ja: ja.to_owned(), en: en.to_owned() };
        let administration = PermissionText {
            name: Permission::user_administration(),
            title: text("ユーザ管理", "User administration"),
            description: text(
                "担当者の登録、権限の変更、ロックの解除などを行えます。",
                "May register and unlock users and change their permissions.",
            ),
        };
        std::iter::once(administration).chain(self.permissions.iter().cloned())
    }

    /// The names of the same, without the texts.
    pub(crate) fn permission_names(&self) -> impl Iterator<Item = Permission> + '_ {
        let named = self.permissions.iter().map(|permission| permission.name.clone());
        std::iter::once(Permission::user_administration()).chain(named)
    }

    /// The service of an identifier.
    pub(crate) fn client(&self, id: &ClientId) -> Option<&ClientConfig> {
        self.clients.iter().find(|client| client.id == *id)
    }

    /// Whether there is such a right.
    pub(crate) fn knows(&self, permission: &Permission) -> bool {
        *permission == Permission::user_administration()
            || self.permissions.iter().any(|known| known.name == *permission)
    }

    /// Reads and checks the configuration in `dir`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is no text or no TOML; a key whose value is out of its range or
    /// contradicts another one: the error names key, value and range.
    pub(crate) fn load(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("warifu.toml");
        let text = text::read(&path, MAX_BYTES).with_context(|| {
            format!("cannot read {}: is this a folder made by `init`?", path.display())
        })?;
        Self::parse(&text, dir).with_context(|| format!("{} is not valid", path.display()))
    }

    fn parse(text: &str, dir: &Path) -> anyhow::Result<Self> {
        let mut config: Self = toml::from_str(text)?;
        resolve("passphrase_file", config.passphrase_file.as_mut(), dir)?;
        if let Some(token) = &mut config.authority.pkcs11 {
            resolve("authority.pkcs11.pin_file", Some(&mut token.pin_file), dir)?;
        }
        if let Some(audit) = &mut config.audit {
            resolve("audit.checkpoints", Some(&mut audit.checkpoints), dir)?;
        }
        if let Some(mail) = &mut config.mail {
            for (key, file) in mail.files() {
                resolve(key, file, dir)?;
            }
        }
        if let Some(database) = &mut config.database {
            for (key, file) in database.files() {
                resolve(key, file, dir)?;
            }
        }
        if let Some(web) = &mut config.web {
            for (key, file) in web.files() {
                resolve(key, file, dir)?;
            }
        }
        [config.support, config.support_en] = config.written_support.contacts();
        config.provider.complete(dir)?;
        config.clients = std::mem::take(&mut config.written)
            .into_iter()
            .map(|client| {
                client.checked(&config.entries, |key, file| resolve(key, Some(file), dir))
            })
            .collect::<Result<_, _>>()?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        if let Some(id) = &self.profile_id {
            ensure!(is_profile_id(id), "profile_id: 1 to 100 letters, digits, '-', '.' or '_'");
        }
        self.check_places()?;
        self.check_times()?;
        self.check_password()?;
        self.check_permissions()?;
        within("import_max_users", self.import_max_users, 1..=UserImport::MAX_USERS)?;
        within("max_connections", self.max_connections, 1..=1_000_000)?;
        for network in &self.trusted_proxies {
            ensure!(
                network.prefix_len() > 0,
                "trusted_proxies = {network}: that is everybody; name the load balancers"
            );
        }
        if let Some(token) = &self.authority.pkcs11 {
            token.check()?;
        }
        if let Some(mail) = &self.mail {
            mail.check()?;
        }
        if let Some(database) = &self.database {
            database.check()?;
        }
        if let Some(app) = &self.app {
            app.check()?;
        }
        web::check(self)?;
        self.check_shared()
    }

    /// That every app can reach what the profile will name, and finds the server's name there.
    fn check_places(&self) -> anyhow::Result<()> {
        ensure!(!self.server_names.is_empty(), "server_names: at least one name or address");
        ensure!(
            self.enrolment_url != self.service_url,
            "service_url = {}: not the same as enrolment_url",
            self.service_url
        );
        for (key, url) in
            [("enrolment_url", &self.enrolment_url), ("service_url", &self.service_url)]
        {
            let host = url.host();
            ensure!(
                self.server_names.iter().any(|name| name.as_str() == host),
                "{key} = {url}: {host} is not among server_names, so no app would trust the server"
            );
        }
        Ok(())
    }

    /// That listeners on one address are told apart by the name that is asked for in the handshake
    /// (RFC 6066 §3), which is never an address.
    fn check_shared(&self) -> anyhow::Result<()> {
        let mut listeners = vec![
            ("enrolment_listen", self.enrolment_listen, "enrolment_url", self.enrolment_url.url()),
            ("service_listen", self.service_listen, "service_url", self.service_url.url()),
        ];
        if let Some(web) = &self.web {
            listeners.push(("web.listen", web.listen, "web.url", web.url.url()));
        }
        if let Some(metrics) = &self.metrics {
            let address = metrics.address;
            let other = listeners.iter().find(|(_, listen, _, _)| *listen == address);
            ensure!(
                other.is_none(),
                "metrics.address = {address}: not the same as {}",
                other.map_or("", |(key, _, _, _)| key)
            );
        }
        for (index, (key, listen, url_key, url)) in listeners.iter().enumerate() {
            let is_named = |url: &Url| matches!(url.host(), Some(Host::Domain(_)));
            for (other_key, other_listen, other_url_key, other) in listeners.iter().take(index) {
                ensure!(
                    other_listen != listen
                        || (is_named(url) && is_named(other) && url.host() != other.host()),
                    "{key} = {listen}: not the same as {other_key}, unless {url_key} and \
                     {other_url_key} have different names, by which they are told apart; addresses do \
                     not"
                );
            }
        }
        Ok(())
    }

    fn check_times(&self) -> anyhow::Result<()> {
        let valid = self.certificate_valid_days;
        within("certificate_valid_days", valid, 1..=ClientProfile::MAX_DAYS)?;
        ensure!(
            (1..valid).contains(&self.renewal_days),
            "renewal_days = {}: at least 1 and fewer than certificate_valid_days ({valid})",
            self.renewal_days
        );
        let days = &self.warning_days;
        ensure!(
            days.windows(2).all(|pair| pair[0] > pair[1]),
            "warning_days = {days:?}: each once, most first"
        );
        let most = days.first().copied().context("warning_days: at least one")?;
        for day in days {
            within("warning_days", *day, 1..=365)?;
        }
        ensure!(most <= valid, "warning_days = {days:?}: at most certificate_valid_days ({valid})");
        let business_days = &self.warning_business_days;
        ensure!(
            business_days.windows(2).all(|pair| pair[0] > pair[1]),
            "warning_business_days = {business_days:?}: each once, most first"
        );
        for day in business_days {
            within("warning_business_days", *day, 1..=30)?;
        }
        ensure!(
            self.urgent_days <= most,
            "urgent_days = {}: 0 to {most}, the first of warning_days",
            self.urgent_days
        );
        within("transfer_seconds", self.transfer_seconds, 60..=86_400)?;
        within("session_idle_seconds", self.session_idle_seconds, 60..=86_400)?;
        ensure!(
            (self.session_idle_seconds..=604_800).contains(&self.session_seconds),
            "session_seconds = {}: from session_idle_seconds ({}) to 604800",
            self.session_seconds,
            self.session_idle_seconds
        );
        Ok(())
    }

    fn check_password(&self) -> anyhow::Result<()> {
        let password = &self.password;
        within("password.max_length", password.max_length, 8..=128)?;
        within("password.min_length", password.min_length, 1..=password.max_length)?;
        within("password.history", password.history, 0..=24)?;
        within("password.valid_days", password.valid_days, 1..=3650)?;
        within("password.notice_days", password.notice_days, 0..=password.valid_days)?;
        within("password.change_seconds", password.change_seconds, 30..=3600)?;
        within("password.max_attempts", password.max_attempts, 1..=100)
    }

    fn check_permissions(&self) -> anyhow::Result<()> {
        for (index, permission) in self.permissions.iter().enumerate() {
            let mut earlier = self.permissions().take(index + 1);
            ensure!(
                earlier.all(|other| other.name != permission.name),
                "permission {}: named twice",
                permission.name
            );
        }
        for (index, entry) in self.entries.iter().enumerate() {
            ensure!(
                self.entries[..index].iter().all(|other| other.id != entry.id),
                "entry {}: named twice",
                entry.id
            );
            if let Some(wanted) = &entry.permission {
                ensure!(
                    self.permissions().any(|known| known.name == *wanted),
                    "entry {}: there is no permission {wanted}",
                    entry.id
                );
            }
            ensure!(
                entry.url.parse::<Url>().is_ok_and(|url| url.scheme() == "https" && url.has_host()),
                "entry {}: url = {:?}: an address that begins with https://",
                entry.id,
                entry.url
            );
        }
        Ok(())
    }

    /// What users' certificates say.
    ///
    /// # Errors
    ///
    /// An address of the revocation list that no certificate can hold.
    pub(crate) fn client_profile(&self) -> Result<ClientProfile, ProfileError> {
        ClientProfile::new(self.certificate_valid_days, &self.crl_url())
    }

    /// What the listeners' certificates say.
    ///
    /// # Errors
    ///
    /// A name, or an address of the revocation list, that no certificate can hold.
    pub(crate) fn server_profile(&self) -> Result<ServerProfile, ProfileError> {
        let names: Vec<_> = self.server_names.iter().map(ToString::to_string).collect();
        ServerProfile::new(&names, &self.crl_url())
    }

    /// Where the certificates say that the revocation list is: `crl_url`, else the enrolment listener.
    fn crl_url(&self) -> String {
        self.crl_url.clone().unwrap_or_else(|| format!("{}/v1/crl", self.enrolment_url))
    }

    /// What customers' apps need to know.
    pub(crate) fn profile(&self, authority_pem: &str, now: Timestamp) -> ConnectionProfile {
        ConnectionProfile {
            warifu_profile: ConnectionProfile::FORMAT,
            id: self.profile_id.clone(),
            serial: u64::try_from(now).ok(),
            service_name: self.service_name.as_str().to_owned(),
            enrolment_url: self.enrolment_url.as_str().to_owned(),
            service_url: self.service_url.as_str().to_owned(),
            trust_anchors: vec![authority_pem.to_owned()],
            support: self.support.clone(),
        }
    }
}

/// For files that do not say how many business days before an expiry people are warned.
fn usual_business_days() -> Vec<u16> {
    vec![3]
}

/// As the apps take it.
fn is_profile_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    (1..=100).contains(&text.len()) && text.bytes().all(plain)
}

fn within<T: PartialOrd + Display>(
    key: &str,
    value: T,
    range: RangeInclusive<T>,
) -> anyhow::Result<()> {
    ensure!(range.contains(&value), "{key} = {value}: {} to {}", range.start(), range.end());
    Ok(())
}

/// Has a relative path begin at the configuration's folder: it means the same wherever a command runs.
fn resolve(key: &str, file: Option<&mut PathBuf>, dir: &Path) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    ensure!(!file.as_os_str().is_empty(), "{key}: empty; leave the line out instead");
    if file.is_relative() {
        let dir = std::path::absolute(dir).context("the folder has no place")?;
        *file = dir.join(&file);
    }
    Ok(())
}

/// Names, each once.
fn each_once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ServerName>, D::Error> {
    let mut names: Vec<ServerName> = Vec::new();
    for name in Vec::<ServerName>::deserialize(deserializer)? {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The address of a file that others publish; `http` as well, since checking a certificate must not
/// begin with checking another one (RFC 5280 §8).
fn published<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let good = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    };
    match Url::parse(text.trim()) {
        Ok(url) if good(&url) => Ok(Some(url.into())),
        Ok(_) | Err(_) => Err(D::Error::custom(format!(
            "{text:?}: http://HOST/PATH or https://HOST/PATH, without user and fragment"
        ))),
    }
}

/// An address, or a network that is written by its first address.
fn network(text: &str) -> Option<IpNet> {
    let whole = text.parse::<IpAddr>().map(IpNet::from).ok();
    whole.or_else(|| text.parse::<IpNet>().ok().filter(|net| net.trunc() == *net))
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = |text: &String| {
        network(text).ok_or_else(|| {
            D::Error::custom(format_args!(
                "{text:?}: an address such as 192.0.2.1, or a network such as 192.0.2.0/24"
            ))
        })
    };
    texts.iter().map(read).collect()
}

#[cfg(test)]
mod tests;
