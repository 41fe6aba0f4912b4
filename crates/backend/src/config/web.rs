//! The sections `[web]` and `[[client]]` of `warifu.toml`: the login that opens the provider's services.
//!
//! Addresses are compared as the strings that stand here (OAuth 2.0 Security BCP, RFC 9700 §2.1), so
//! whatever could be written in two ways is refused.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context as _, bail, ensure};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::{Host, Url};
use warifu_protocol::{LocalizedText, Permission};

use super::{Config, MenuEntry, network, within};

/// The address of this OpenID Provider: a scheme, a host and a port, nothing else (OpenID Connect
/// Discovery 1.0 §3). Services keep it for ever.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(crate) struct Issuer(Url);

impl Issuer {
    /// As text, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// An address below it; `path` begins with a slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.as_str())
    }

    /// The host; an IPv6 address without brackets.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// Whether a request with this `Host` is meant for it: the port may be left out where it is the
    /// scheme's own (RFC 9110 §4.2.3, §7.2).
    pub(crate) fn is_addressed_by(&self, host: &str) -> bool {
        let Ok(asked) = Url::parse(&format!("{}://{host}/", self.0.scheme())) else { return false };
        asked.username().is_empty()
            && asked.password().is_none()
            && asked.path() == "/"
            && asked.origin() == self.0.origin()
            && !host.contains(['/', '?', '#', '@', '\\'])
    }

    /// Whether browsers reach it over TLS.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Issuer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "https://HOST or https://HOST:PORT, without user, path, query or \
                                fragment (http only for this machine itself)";
        let refused = || format!("web.url = {text:?}: {EXPECTED}");
        let mut url = Url::parse(text.trim()).map_err(|_| refused())?;
        if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')) {
            let host = host.to_owned();
            url.set_host(Some(&host)).map_err(|_| refused())?;
        }
        let plain = is_confidential(&url)
            && url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.port() != Some(0);
        if plain { Ok(Self(url)) } else { Err(refused()) }
    }
}

impl TryFrom<String> for Issuer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The listener for browsers and services.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebConfig {
    /// The issuer.
    pub(crate) url: Issuer,
    pub(crate) listen: SocketAddr,
    #[serde(default)]
    pub(crate) certificate_file: Option<PathBuf>,
    #[serde(default)]
    pub(crate) key_file: Option<PathBuf>,
    /// The reverse proxies that may say for whom they ask.
    #[serde(default)]
    pub(crate) behind_proxy: Vec<IpAddr>,
    /// Certificates that vouch for services, beside those that this machine trusts.
    #[serde(default)]
    pub(crate) trust_anchors_file: Option<PathBuf>,
    /// Days for which a signing key is used.
    #[serde(default = "default_key_days")]
    pub(crate) key_days: u16,
    /// Seconds without a sign of life after which a browser's login ends.
    #[serde(default = "default_idle_seconds")]
    pub(crate) idle_seconds: u32,
}

const fn default_key_days() -> u16 {
    90
}

const fn default_idle_seconds() -> u32 {
    1800
}

/// How the listener is reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Transport<'a> {
    /// Over TLS of its own.
    Tls { certificate: &'a Path, key: &'a Path },
    /// In the clear, on this machine only.
    Plain,
}

impl WebConfig {
    /// The files that are named, each with its key.
    pub(crate) fn files(&mut self) -> [(&'static str, Option<&mut PathBuf>); 3] {
        [
            ("web.certificate_file", self.certificate_file.as_mut()),
            ("web.key_file", self.key_file.as_mut()),
            ("web.trust_anchors_file", self.trust_anchors_file.as_mut()),
        ]
    }

    /// How the listener is reached.
    pub(crate) fn transport(&self) -> Transport<'_> {
        match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Transport::Tls { certificate, key },
            (_, _) => Transport::Plain,
        }
    }

    fn check(&self, config: &Config) -> anyhow::Result<()> {
        for (key, listen) in [
            ("enrolment_listen", config.enrolment_listen),
            ("service_listen", config.service_listen),
        ] {
            ensure!(
                self.listen != listen || matches!(self.transport(), Transport::Tls { .. }),
                "web.listen = {listen}: not the same as {key} without web.certificate_file"
            );
        }
        for (key, url) in
            [("enrolment_url", &config.enrolment_url), ("service_url", &config.service_url)]
        {
            ensure!(
                self.url.0.origin() != url.url().origin(),
                "web.url = {}: not the same as {key}",
                self.url
            );
        }
        within("web.key_days", self.key_days, 1..=730)?;
        within("web.idle_seconds", self.idle_seconds, 60..=86_400)?;
        let named = (self.certificate_file.is_some(), self.key_file.is_some());
        match named {
            (true, true) => {
                ensure!(
                    self.url.is_encrypted(),
                    "web.certificate_file: web.url = {} is not https; take the files out or write https",
                    self.url
                );
                ensure!(
                    self.behind_proxy.is_empty(),
                    "web.behind_proxy: not together with web.certificate_file and web.key_file; a \
                     reverse proxy has the certificate itself"
                );
            }
            (false, false) => {
                ensure!(
                    !self.url.is_encrypted() || !self.behind_proxy.is_empty(),
                    "web.certificate_file and web.key_file are missing: name both, or the addresses \
                     of the reverse proxies with web.behind_proxy"
                );
                ensure!(
                    self.listen.ip().is_loopback(),
                    "web.listen = {}: without web.certificate_file, an address of this machine only, \
                     such as 127.0.0.1:8445",
                    self.listen
                );
            }
            (true, false) => bail!("web.key_file is missing: web.certificate_file needs it"),
            (false, true) => bail!("web.certificate_file is missing: web.key_file needs it"),
        }
        Ok(())
    }
}

/// The name of a service at this provider: `client_id` of OAuth 2.0.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct ClientId(String);

impl ClientId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl FromStr for ClientId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-');
        if (1..=40).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "client {text:?}: a client's id has 1 to 40 small letters, digits and hyphens"
            ))
        }
    }
}

impl TryFrom<String> for ClientId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A service that this backend logs users in at.
#[derive(Clone, Debug)]
pub(crate) struct ClientConfig {
    pub(crate) id: ClientId,
    pub(crate) title: LocalizedText,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) initiate_login_uri: Option<String>,
    pub(crate) backchannel_logout_uri: Option<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) authentication: ClientAuthentication,
    /// Those it is told of.
    pub(crate) permissions: Vec<Permission>,
    /// A user needs one of these; everybody may if there are none.
    pub(crate) require_permission: Vec<Permission>,
    pub(crate) claims: Vec<Claim>,
    pub(crate) approval: Approval,
    pub(crate) id_token_seconds: u32,
    /// Where its requests for tokens come from; from anywhere if there are none.
    pub(crate) token_from: Vec<IpNet>,
}

/// How a service proves who it is (OpenID Connect Core 1.0 §9).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ClientAuthentication {
    /// With a signature of its own key.
    PrivateKeyJwt { jwks_file: PathBuf, algorithm: AssertionAlgorithm },
    /// With a secret, of which the SHA-256 is kept: 256 random bits need no slow hash.
    ClientSecretBasic { secret_hash: [u8; 32] },
}

/// What a service signs its assertions with.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
pub(crate) enum AssertionAlgorithm {
    #[serde(rename = "ES256")]
    Es256,
    #[serde(rename = "RS256")]
    Rs256,
}

/// What a service is told beside who it is and what he may.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Claim {
    CustomerName,
    /// What the user is called, if somebody has entered it (OpenID Connect Core §5.1).
    Name,
    /// The user's department, likewise.
    Department,
    /// The permissions once more, for programs that look for them there.
    Groups,
}

/// What a user does to be let in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Approval {
    /// Nothing while logged in.
    #[default]
    Session,
    /// Proves the password anew in the app, each time.
    Password,
}

/// A client as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    id: ClientId,
    title: LocalizedText,
    redirect_uris: Vec<String>,
    #[serde(default)]
    initiate_login_uri: Option<String>,
    #[serde(default)]
    backchannel_logout_uri: Option<String>,
    #[serde(default)]
    accept_undelivered: bool,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    authentication: Method,
    #[serde(default)]
    jwks_file: Option<PathBuf>,
    #[serde(default)]
    assertion_algorithm: Option<AssertionAlgorithm>,
    #[serde(default)]
    secret_hash: Option<String>,
    #[serde(default)]
    permissions: Vec<Permission>,
    #[serde(default)]
    require_permission: Option<Vec<Permission>>,
    #[serde(default)]
    claims: Vec<Claim>,
    #[serde(default)]
    approval: Approval,
    #[serde(default = "default_id_token_seconds")]
    id_token_seconds: u32,
    #[serde(default)]
    token_from: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Method {
    PrivateKeyJwt,
    ClientSecretBasic,
}

const fn default_id_token_seconds() -> u32 {
    300
}

impl Written {
    /// The client, each of its lines by itself looked at.
    pub(super) fn checked(
        self,
        entries: &[MenuEntry],
        resolve: impl Fn(&str, &mut PathBuf) -> anyhow::Result<()>,
    ) -> anyhow::Result<ClientConfig> {
        let id = self.id.clone();
        let named = |key: &str| format!("client {id}: {key}");
        ensure!(!self.redirect_uris.is_empty(), "{}: at least one address", named("redirect_uris"));
        for (key, uris) in [
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
        ] {
            for (index, uri) in uris.iter().enumerate() {
                check_address(&named(key), uri)?;
                ensure!(!uris[..index].contains(uri), "{} = {uri:?}: named twice", named(key));
            }
        }
        for (key, uri) in [
            ("initiate_login_uri", &self.initiate_login_uri),
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
        ] {
            if let Some(uri) = uri {
                check_address(&named(key), uri)?;
            }
        }
        match (&self.backchannel_logout_uri, self.accept_undelivered) {
            (None, false) => bail!(
                "client {id}: backchannel_logout_uri is missing: without it this service keeps a user \
                 logged in whose login has ended; if it cannot be told, write accept_undelivered = true"
            ),
            (Some(_), true) => bail!(
                "client {id}: accept_undelivered = true: there is a backchannel_logout_uri; take one of \
                 the two out"
            ),
            (Some(_), false) | (None, true) => {}
        }
        within(&named("id_token_seconds"), self.id_token_seconds, 60..=3600)?;
        let token_from = self
            .token_from
            .iter()
            .map(|text| {
                network(text).with_context(|| {
                    format!(
                        "{} = {text:?}: an address such as 192.0.2.1, or a network such as \
                         192.0.2.0/24",
                        named("token_from")
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        let authentication = self.authentication(&named, resolve)?;
        let own = |entry: &&MenuEntry| entry.client.as_ref() == Some(&id);
        let require_permission = match self.require_permission {
            Some(required) => required,
            None => {
                let wanted: Option<Vec<_>> =
                    entries.iter().filter(own).map(|entry| entry.permission.clone()).collect();
                // An entry that everybody may open opens the service to everybody.
                let mut wanted = wanted.unwrap_or_default();
                wanted.sort();
                wanted.dedup();
                wanted
            }
        };
        Ok(ClientConfig {
            id: self.id,
            title: self.title,
            redirect_uris: self.redirect_uris,
            initiate_login_uri: self.initiate_login_uri,
            backchannel_logout_uri: self.backchannel_logout_uri,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            authentication,
            permissions: self.permissions,
            require_permission,
            claims: self.claims,
            approval: self.approval,
            id_token_seconds: self.id_token_seconds,
            token_from,
        })
    }

    fn authentication(
        &self,
        named: &impl Fn(&str) -> String,
        resolve: impl Fn(&str, &mut PathBuf) -> anyhow::Result<()>,
    ) -> anyhow::Result<ClientAuthentication> {
        let id = &self.id;
        match self.authentication {
            Method::PrivateKeyJwt => {
                ensure!(
                    self.secret_hash.is_none(),
                    "{}: only with authentication = \"client_secret_basic\"",
                    named("secret_hash")
                );
                let mut jwks_file = self.jwks_file.clone().with_context(|| {
                    format!(
                        "{} is missing: the file with the service's public keys (RFC 7517)",
                        named("jwks_file")
                    )
                })?;
                resolve(&named("jwks_file"), &mut jwks_file)?;
                let algorithm = self.assertion_algorithm.unwrap_or(AssertionAlgorithm::Es256);
                Ok(ClientAuthentication::PrivateKeyJwt { jwks_file, algorithm })
            }
            Method::ClientSecretBasic => {
                for (key, given) in [
                    ("jwks_file", self.jwks_file.is_some()),
                    ("assertion_algorithm", self.assertion_algorithm.is_some()),
                ] {
                    ensure!(
                        !given,
                        "{}: only with authentication = \"private_key_jwt\"",
                        named(key)
                    );
                }
                let written = self.secret_hash.as_deref();
                let hash = written.and_then(secret_hash).with_context(|| {
                    format!(
                        "{} = {:?}: the line that `warifu-backend web client secret {id}` prints",
                        named("secret_hash"),
                        written.unwrap_or_default()
                    )
                })?;
                Ok(ClientAuthentication::ClientSecretBasic { secret_hash: hash })
            }
        }
    }
}

/// Checks what the sections say about each other.
pub(super) fn check(config: &Config) -> anyhow::Result<()> {
    match &config.web {
        Some(web) => web.check(config)?,
        None => {
            if let Some(client) = config.clients.first() {
                bail!(
                    "client {}: there is no [web]; without it nobody can log in there",
                    client.id
                );
            }
        }
    }
    for (index, client) in config.clients.iter().enumerate() {
        let id = &client.id;
        ensure!(
            config.clients[..index].iter().all(|other| other.id != *id),
            "client {id}: named twice; each client has its own [[client]] and its own id"
        );
        for (key, permissions) in [
            ("permissions", &client.permissions),
            ("require_permission", &client.require_permission),
        ] {
            for permission in permissions {
                ensure!(
                    config.knows(permission),
                    "client {id}: {key}: there is no permission {permission}; add a [[permission]]"
                );
            }
        }
    }
    for entry in &config.entries {
        let Some(wanted) = &entry.client else { continue };
        let client = config.client(wanted).with_context(|| {
            format!(
                "entry {}: client = {:?}: there is no such [[client]]",
                entry.id,
                wanted.as_str()
            )
        })?;
        let origin = |uri: &String| Url::parse(uri).map(|url| url.origin()).ok();
        let of_entry = origin(&entry.url);
        ensure!(
            client.redirect_uris.iter().any(|uri| origin(uri) == of_entry),
            "entry {}: url = {:?}: not on the same host and port as one of the redirect_uris of client \
             {wanted}",
            entry.id,
            entry.url
        );
    }
    Ok(())
}

/// Checks an address of a service: what a browser or this backend may be sent to.
fn check_address(key: &str, text: &str) -> anyhow::Result<()> {
    let expected = |why: &str| format!("{key} = {text:?}: {why}");
    ensure!(
        text.len() <= 2048 && text.bytes().all(|byte| byte.is_ascii_graphic()),
        expected("ASCII without blanks, 2048 characters at most")
    );
    let url = Url::parse(text).with_context(|| expected("no address; write https://HOST/PATH"))?;
    ensure!(
        is_confidential(&url),
        expected("an address that begins with https:// (http:// only for this machine itself)")
    );
    ensure!(
        url.username().is_empty() && url.password().is_none(),
        expected("no user and no password in it")
    );
    ensure!(!text.contains('#'), expected("no fragment (#) in it"));
    ensure!(
        !text.contains(['*', '\\']),
        expected("no wildcard in it; addresses are compared as they are written")
    );
    Ok(())
}

/// Whether nobody on the way reads what goes there: https, or this machine itself (RFC 8252 §8.3).
fn is_confidential(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

/// Reads `sha256:` and 64 hexadecimal digits.
fn secret_hash(text: &str) -> Option<[u8; 32]> {
    let hex = text.strip_prefix("sha256:")?;
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut hash = [0; 32];
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    // `from_str_radix` takes a sign.
    hex.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(hash)
}

#[cfg(test)]
mod tests;
