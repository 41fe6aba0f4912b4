//! `warifu.toml`: what the provider decides. Read once, checked whole, then trusted.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use warifu_protocol::{
    ConnectionProfile, LocalizedText, PasswordPolicy, Permission, ServiceEntry, SupportContact,
};

pub(crate) use self::app::AppConfig;
use crate::mail::settings::MailConfig;

mod app;

/// The configuration of one backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) service_name: String,
    pub(crate) server_names: Vec<String>,
    pub(crate) enrolment_listen: SocketAddr,
    pub(crate) service_listen: SocketAddr,
    pub(crate) enrolment_url: String,
    pub(crate) service_url: String,
    #[serde(default)]
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) certificate_valid_days: u16,
    pub(crate) renewal_days: u16,
    pub(crate) warning_days: Vec<u16>,
    pub(crate) urgent_days: u16,
    pub(crate) transfer_seconds: u32,
    pub(crate) import_max_users: u32,
    pub(crate) session_idle_seconds: u32,
    pub(crate) session_seconds: u32,
    pub(crate) max_connections: usize,
    pub(crate) support: SupportContact,
    pub(crate) password: PasswordPolicy,
    #[serde(default)]
    pub(crate) mail: Option<MailConfig>,
    #[serde(default)]
    pub(crate) app: Option<AppConfig>,
    #[serde(default, rename = "permission")]
    permissions: Vec<PermissionText>,
    #[serde(default, rename = "entry")]
    pub(crate) entries: Vec<ServiceEntry>,
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

    /// Reads and checks the configuration in `dir`.
    pub(crate) fn load(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("warifu.toml");
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!("cannot read {}: is this a folder made by `init`?", path.display())
        })?;
        let config: Self =
            toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))?;
        config.check().with_context(|| format!("{} is not valid", path.display()))?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        ensure!(!self.service_name.trim().is_empty(), "service_name is empty");
        ensure!(!self.server_names.is_empty(), "server_names is empty");
        ensure!(
            (1..=825).contains(&self.certificate_valid_days),
            "certificate_valid_days: 1 to 825"
        );
        ensure!(
            self.renewal_days < self.certificate_valid_days,
            "renewal_days: fewer than the validity"
        );
        ensure!(
            !self.warning_days.is_empty()
                && self.warning_days.windows(2).all(|pair| pair[0] > pair[1])
                && self.warning_days.iter().all(|days| (1..=365).contains(days)),
            "warning_days: 1 to 365 each, most first"
        );
        ensure!((60..=86_400).contains(&self.transfer_seconds), "transfer_seconds: 60 to 86400");
        ensure!((1..=1000).contains(&self.import_max_users), "import_max_users: 1 to 1000");
        for (index, permission) in self.permissions.iter().enumerate() {
            let mut earlier = self.permissions().take(index + 1);
            ensure!(
                earlier.all(|other| other.name != permission.name),
                "permission {}: named twice",
                permission.name
            );
        }
        for entry in &self.entries {
            if let Some(wanted) = &entry.permission {
                ensure!(
                    self.permissions().any(|known| known.name == *wanted),
                    "entry {}: there is no permission {wanted}",
                    entry.id
                );
            }
        }
        ensure!(self.session_idle_seconds >= 60, "session_idle_seconds: at least 60");
        ensure!(
            self.session_seconds >= self.session_idle_seconds,
            "session_seconds: at least session_idle_seconds"
        );
        ensure!(self.max_connections >= 1, "max_connections: at least 1");
        let password = &self.password;
        ensure!(password.tries >= 1, "password.tries: at least 1");
        ensure!(
            (1..=password.max_length).contains(&password.min_length) && password.max_length <= 128,
            "password.min_length and max_length: 1 to 128, in this order"
        );
        if let Some(mail) = &self.mail {
            mail.check()?;
        }
        if let Some(app) = &self.app {
            app.check()?;
        }
        for url in [&self.enrolment_url, &self.service_url] {
            ensure!(
                url.starts_with("https://") && !url.ends_with('/'),
                "{url}: https://HOST:PORT, no path"
            );
        }
        for entry in &self.entries {
            if !entry.url.starts_with("https://") {
                bail!("entry {}: its url must begin with https://", entry.id);
            }
        }
        Ok(())
    }

    /// Where clients find the revocation list.
    pub(crate) fn crl_url(&self) -> String {
        format!("{}/v1/crl", self.enrolment_url)
    }

    /// What customers' apps need to know.
    pub(crate) fn profile(&self, authority_pem: &str) -> ConnectionProfile {
        ConnectionProfile {
            warifu_profile: ConnectionProfile::FORMAT,
            service_name: self.service_name.clone(),
            enrolment_url: self.enrolment_url.clone(),
            service_url: self.service_url.clone(),
            trust_anchors: vec![authority_pem.to_owned()],
            support: self.support.clone(),
        }
    }
}

/// The configuration as `init` writes it, each key explained.
pub(crate) fn template(
    service_name: &str,
    names: &[String],
    enrolment: SocketAddr,
    service: SocketAddr,
    passphrase_file: Option<&Path>,
) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let host = names.first().map_or("localhost", String::as_str);
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let names = names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let passphrase = passphrase_file.map_or_else(
        || String::from("# passphrase_file = \"/etc/warifu/passphrase\""),
        |path| format!("passphrase_file = {}", quoted(&path.display().to_string())),
    );
    format!(
        r#"# The configuration of one Warifu backend. Read when it starts.

# The service's name, as customers know it.
service_name = {name}

# The names and addresses for which the server certificate is issued.
server_names = [{names}]

# Where the two listeners listen. The enrolment listener serves issuance, without a client
# certificate; the service listener demands one. They never share a port.
enrolment_listen = "{enrolment}"
service_listen = "{service}"

# The same two as customers' apps reach them.
enrolment_url = "https://{host}:{enrolment_port}"
service_url = "https://{host}:{service_port}"

# The file with the passphrase of authority.key, readable by its owner only. Without it the
# passphrase comes from the environment variable WARIFU_AUTHORITY_PASSPHRASE.
{passphrase}

# Days for which a certificate is valid, and days before its expiry from which it can be renewed.
certificate_valid_days = 365
renewal_days = 28

# Days before a certificate's expiry at which people are warned, most first, and from which a
# warning is urgent.
warning_days = [28, 14, 7, 3, 1]
urgent_days = 7

# Seconds for which the code that moves a user to a new PC is good.
transfer_seconds = 1800

# Seconds without a request after which a session ends, and seconds after which it ends anyway.
session_idle_seconds = 900
session_seconds = 28800

# Connections that each listener serves at the same time.
max_connections = 1024

# Most users that one file can create. Each gets an initial password, whose hash takes its time.
import_max_users = 1000

# Whom users turn to; shown in the app and printed on the notice.
[support]
name = "サンプルお問い合わせ窓口"
phone = "0120-000-000"
email = "support@example.jp"
hours = "平日 9:00～17:00"

# The mail server that sends the warnings before certificates expire. Without this section nobody
# is warned by e-mail. `warifu-backend mail test` tries it.
# [mail]
# host = "smtp.example.jp"
# port = 587
# "starttls" (usually port 587), "tls" (usually port 465), or "none" for a server on this machine.
# security = "starttls"
# The sender's address. The sender's name is the service's.
# from = "no-reply@example.jp"
# How the backend logs in, if the mail server wants that: the password is in a file readable by its
# owner only, or in the environment variable WARIFU_MAIL_PASSWORD.
# user = "warifu"
# password_file = "/etc/warifu/mail-password"
# Certificates (PEM) that vouch for the mail server, beside those that this machine trusts.
# trust_anchors_file = "/etc/warifu/mail-authority.pem"
# Seconds that the mail server has for each step.
# timeout_seconds = 60

# The versions of the app. Without this section the app says nothing about them. Warifu does not
# update itself: it says that there is a newer version, and whoever manages the PC installs it.
# [app]
# The newest version that you hand out. Older apps say on their first screen that there is a newer one.
# newest_version = "1.4.0"
# The oldest version that may log in or begin to issue a certificate. Older ones refuse, before a
# password is entered, and say that an update is needed. They ask at each login, so a change here
# counts from the next start of the backend. The app keeps this rule; the backend refuses nobody for it.
# oldest_version = "1.2.0"
# Where users find the newest version (https only), if they may install it themselves: the app then
# offers to open it in the browser. Without it the app sends them to their IT department.
# download_url = "https://www.example.jp/warifu"

[password]
# Fewest and most characters.
min_length = 8
max_length = 16
# How many passwords before the current one may not come back.
generations = 2
# Days until a password must be changed, and days before that from which the main menu says so.
valid_days = 90
notice_days = 10
# Seconds for which the change screen is valid.
change_seconds = 180
# Wrong passwords in a row that lock a user.
tries = 5

# The rights that users of this service can hold, beside user-administration.
[[permission]]
name = "claims.view"
title = {{ ja = "債権照会", en = "View claims" }}
description = {{ ja = "電子記録債権の残高と明細を照会できます。", en = "May see the balance and details of claims." }}

[[permission]]
name = "claims.apply"
title = {{ ja = "割引申込", en = "Apply for discount" }}
description = {{ ja = "電子記録債権の割引を申し込めます。", en = "May apply to have claims discounted." }}

[[permission]]
name = "claims.approve"
title = {{ ja = "割引承認", en = "Approve applications" }}
description = {{ ja = "割引の申し込みを承認できます。", en = "May approve applications for discount." }}

# The entries of the main menu, opened in the user's browser.
[[entry]]
id = "claims"
title = {{ ja = "債権照会", en = "View claims" }}
description = {{ ja = "電子記録債権の残高と明細を照会します。", en = "Balances and details of your recorded claims." }}
permission = "claims.view"
url = "https://www.example.jp/claims"

[[entry]]
id = "apply"
title = {{ ja = "割引申込", en = "Apply for discount" }}
description = {{ ja = "電子記録債権の割引を申し込みます。", en = "Apply to have recorded claims discounted." }}
permission = "claims.apply"
url = "https://www.example.jp/apply"

[[entry]]
id = "news"
title = {{ ja = "お知らせ", en = "Announcements" }}
description = {{ ja = "サービス提供会社からのお知らせを表示します。", en = "Announcements from the provider." }}
url = "https://www.example.jp/news"
"#,
        name = quoted(service_name),
        enrolment_port = enrolment.port(),
        service_port = service.port(),
    )
}
