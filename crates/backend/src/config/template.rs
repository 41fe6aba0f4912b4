//! `warifu.toml` as `init` writes it.

use std::{fmt::Write as _, net::SocketAddr, path::Path};

use super::authority::TokenConfig;

/// The configuration as `init` writes it, each key explained.
pub(crate) fn template(
    profile_id: &str,
    service_name: &str,
    names: &[String],
    enrolment: SocketAddr,
    service: SocketAddr,
    passphrase_file: Option<&Path>,
    token: Option<&TokenConfig>,
) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let host = names.first().map_or("localhost", String::as_str);
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let names = names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let passphrase = passphrase_file.map_or_else(
        || String::from("# passphrase_file = \"/etc/warifu/passphrase\""),
        |path| format!("passphrase_file = {}", quoted(&path.display().to_string())),
    );
    let token = token.map_or_else(
        || {
            String::from(
                "# [authority.pkcs11]
# module = \"/usr/lib/softhsm/libsofthsm2.so\"
# token = \"warifu\"
# key = \"authority\"
# Its CKA_ID, if several keys of the token have that label.
# key_id = \"01\"
# pin_file = \"/etc/warifu/pin\"",
            )
        },
        |token| {
            let path = |path: &Path| quoted(&path.display().to_string());
            let mut text = format!(
                "[authority.pkcs11]\nmodule = {}\ntoken = {}\nkey = {}\npin_file = {}",
                path(&token.module),
                quoted(&token.token),
                quoted(&token.key),
                path(&token.pin_file)
            );
            if let Some(id) = &token.key_id {
                text.push_str("\nkey_id = \"");
                for byte in id {
                    // A string takes everything.
                    let _ = write!(text, "{byte:02x}");
                }
                text.push('"');
            }
            text
        },
    );
    format!(
        r##"# The configuration of one Warifu backend. Read when it starts. A file that is named without its
# whole path lies in the folder of this one.

# The service's name, as customers know it.
service_name = {name}

# Names this service to the apps, whatever else of its connection profile changes. Never change it: a
# profile with another one is another service's, and certificates stay with the old one.
profile_id = {profile_id}

# The names and addresses for which the server certificate is issued. International names are kept in
# their ASCII form.
server_names = [{names}]

# Where the two listeners listen. The enrolment listener serves issuance, without a client
# certificate; the service listener demands one. Both may be the same address if enrolment_url and
# service_url have different names: then the name in the handshake says which is meant, and nothing else
# is shared. A connection that names neither is refused.
enrolment_listen = "{enrolment}"
service_listen = "{service}"

# The same two as customers' apps reach them: https, one of server_names, and a port.
enrolment_url = "https://{host}:{enrolment_port}"
service_url = "https://{host}:{service_port}"

# Where the certificates say that the revocation list is. Without it, the enrolment listener hands it
# out at enrolment_url/v1/crl, over https of this authority, which some programs do not fetch
# (RFC 5280 §8). An address of your own, http too, has what `warifu-backend crl` writes; it counts for
# the certificates that are issued from then on.
# crl_url = "http://www.example.jp/warifu.crl"

# The file with the passphrase of authority.key, readable by its owner only (or by the service's group,
# if the file is root's or one of systemd's credentials). Without it the passphrase comes from the
# environment variable WARIFU_AUTHORITY_PASSPHRASE.
{passphrase}

# Days for which a certificate is valid, and days before its expiry from which it can be renewed.
certificate_valid_days = 365
renewal_days = 28

# Days before a certificate's expiry at which people are warned, most first, and from which a
# warning is urgent: at most the first of them. Warnings come on business days of Japan, as offices
# open: one that would come on another day comes on the business day before. So does the last one.
warning_days = [28, 14, 7, 3, 1]
urgent_days = 7
# Business days before the day of the expiry at which people are warned too, most first.
warning_business_days = [3]

# Seconds for which the code that moves a user to a new PC is good.
transfer_seconds = 1800

# Seconds without a request after which a session ends, and seconds after which it ends anyway.
session_idle_seconds = 900
session_seconds = 28800

# Connections that each listener serves at the same time.
max_connections = 1024

# Load balancers in front of the listeners, as networks. With this line every connection has to come from
# one of them and begin with a header of the PROXY protocol (version 1 or 2; `send-proxy-v2` of HAProxy),
# whose address is the client's: limits, log and record count and name it. Anybody else is closed
# unread, so name nobody who hands on other people's headers. Encryption ends here, never at the
# balancer (`mode tcp`). The listener of [web] takes part if it has a certificate of its own.
# trusted_proxies = ["192.0.2.10"]

# Most users that one file can create. Each gets an initial password, whose hash takes its time.
import_max_users = 1000

# The authority's key in a token of PKCS#11, such as an HSM, instead of in authority.key. The file with the
# user's PIN is readable like passphrase_file; it is read again whenever the token wants it. `init` with
# --pkcs11-module makes the key, and `warifu-backend check` lets it sign.
{token}

# How customers see you, in the app, in letters and on the login's pages. Every app hears of a change at
# its next connection; no new profile is needed. `warifu-backend check` tries it.
[provider]
# Your name, as customers know it.
name = {{ ja = "サンプル提供会社", en = "Sample Provider" }}
# The service's name for those who read English; without it, service_name.
# service_name_en = "Sample Service"
# Your logo: a PNG of 32 to 2048 pixels, or an SVG with a viewBox and without scripts, embedded images and
# addresses of other files; at most 128 KiB. The name of a file in this folder, or a whole path.
# logo_file = "logo.svg"
# Your colour. People must be able to read it on white and white on it (4.5:1); one that they cannot is
# not used, which the backend says when it starts.
# accent = "#1f5fa8"

# Whom users turn to; shown in the app and printed on the notice. Name and hours in both languages, or as
# one text for both.
[support]
name = {{ ja = "サンプルお問い合わせ窓口", en = "Sample Help Desk" }}
phone = "0120-000-000"
email = "support@example.jp"
hours = {{ ja = "平日 9:00～17:00", en = "Weekdays 9:00–17:00 (Japan)" }}

# The mail server that sends the warnings before certificates and passwords expire. Without this
# section nobody is warned by e-mail. `warifu-backend mail test` tries it.
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
# Certificates (PEM) that vouch for the mail server, beside those that this machine trusts: of its
# authority, or its very own.
# trust_anchors_file = "/etc/warifu/mail-authority.pem"
# Seconds that the mail server has for each step.
# timeout_seconds = 60
# Who does not renew is handed up. Those who look after a customer's users have one letter with a list
# when the first certificate in it can be renewed, and again so many days before it expires.
# hand_up_days = 7
# Last come your own operators: their addresses, and how many days before.
# operators = ["desk@example.jp"]
# operators_days = 3

# The versions of the app. Without this section the app says nothing about them. Warifu does not
# update itself: it says that there is a newer version, and whoever manages the PC installs it.
# [app]
# The newest version that you hand out. Older apps say on their first screen that there is a newer one.
# newest_version = "1.4.0"
# The oldest version that may log in or begin to issue a certificate. Older ones refuse, before a
# password is entered, and say that an update is needed. They ask at each login, so a change here
# counts from the next start of the backend. The app keeps this rule. The backend itself refuses only
# apps older than 0.2.0, which do not understand it; so this is not older than that.
# oldest_version = "1.2.0"
# Where users find the newest version (https only), if they may install it themselves: the app then
# offers to open it in the browser. Without it the app sends them to their IT department.
# download_url = "https://www.example.jp/warifu"

# The login that opens your services (OpenID Connect). Without this section the main menu opens addresses
# and nobody is logged in there. `warifu-backend web check` tries all of it.
# [web]
# Where browsers and services reach it: https, a host, and a port unless it is 443. Services know this
# provider by it, so never change it.
# url = "https://login.example.jp"
# Where it listens; never together with the two listeners above.
# listen = "0.0.0.0:443"
# A certificate that browsers trust, with those that vouch for it, and its key (PEM; the key readable by
# its owner only). New files are taken within a minute.
# certificate_file = "/etc/warifu/login.pem"
# key_file = "/etc/warifu/login.key"
# Instead of the two files: the addresses of reverse proxies that have the certificate and ask over
# http. The listener is then on an address of this machine, and the proxies pass on Host and
# X-Forwarded-For.
# behind_proxy = ["127.0.0.1"]
# Certificates (PEM) that vouch for your services, beside those that this machine trusts.
# trust_anchors_file = "/etc/warifu/services-authority.pem"
# Days for which a signing key is used; services learn of the next one a day before.
# key_days = 90
# Seconds after which a browser's login ends if neither the app nor a service showed a sign of life.
# idle_seconds = 1800

# A service that users are logged in at; one such section for each. `warifu-backend web configure` prints
# what to write at the service's side.
# [[client]]
# Names it to this backend: small letters, digits, hyphens.
# id = "claims"
# title = {{ ja = "債権照会", en = "View claims" }}
# Where browsers return to after the login, exactly as the service asks for it.
# redirect_uris = ["https://www.example.jp/warifu/redirect_uri"]
# Where a login that begins in the main menu begins at the service. Without it the entry's own address is
# opened, and the service has to send the browser here.
# initiate_login_uri = "https://www.example.jp/warifu/redirect_uri"
# Where the service is told that a login has ended. A service that cannot be told wants
# accept_undelivered = true instead, and keeps users logged in whose login has ended.
# backchannel_logout_uri = "https://www.example.jp/warifu/redirect_uri?logout=backchannel"
# Where a browser may be sent after a logout that begins at the service.
# post_logout_redirect_uris = ["https://www.example.jp/"]
# How the service proves who it is: with a secret that `warifu-backend web client secret` makes, which
# prints this line, or with a key of its own: authentication = "private_key_jwt", its public keys
# (RFC 7517) with jwks_file, and assertion_algorithm = "ES256" or "RS256".
# authentication = "client_secret_basic"
# secret_hash = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
# The permissions that the service is told of, and those of which a user needs one to be let in. Without
# the second it needs those of the entries that open it.
# permissions = ["claims.view", "claims.apply"]
# require_permission = ["claims.view"]
# What else it is told: "customer_name"; "name" and "department" of the user; "groups" has the permissions once more.
# claims = ["customer_name"]
# "session": who is logged in is let in. "password": who proves the password in the app, each time.
# approval = "session"
# Seconds for which a service may take a login for current without asking (60 to 3600).
# id_token_seconds = 300
# The networks that the service's own requests come from; without it, any.
# token_from = ["192.0.2.0/24"]

# A PostgreSQL database (13 or later) that several backends may share, in place of the file warifu.sqlite
# in this folder. `warifu-backend database copy` fills it once from that file; only then write this section
# at the other backends too. A change counts from the next start.
# [database]
# USER@HOST/NAME; several hosts with commas, of which the one that can be written to is taken. Over a
# network always with sslmode=require. The password never stands here.
# url = "postgresql://warifu@db1.example.jp,db2.example.jp/warifu?sslmode=require"
# The file with the password, readable by its owner only; systemd hands it over as the credential
# database-password. Without either the server asks for none.
# password_file = "/etc/warifu/database-password"
# Certificates (PEM) of the authority that the server's certificate comes from.
# ca_file = "/etc/warifu/database-authority.pem"
# Connections of this backend, twice: for what it writes and long reads, and for short reads.
# connections = 16

# Where a monitoring system asks how the backend is: /metrics in Prometheus' text format and /ready, over
# plain HTTP. Nothing in it names anybody; whoever reaches the address reads it, so let it be one of this
# machine, or of a network of your own. Without this section nobody is told.
# [metrics]
# address = "127.0.0.1:9464"

# Where a signed checkpoint of the record is written each day: a folder that is there, best one that this
# machine can only add to. A record that is rewritten whole later is found with it: `warifu-backend audit verify
# --checkpoint`. The key is record.key, under the passphrase of authority.key; give record.pub to those who verify.
# [audit]
# checkpoints = "/mnt/archive/warifu"

[password]
# Fewest and most characters.
min_length = 8
max_length = 16
# How many passwords before the current one may not come back.
history = 2
# Days until a password must be changed (1 to 3650), and days before that from which the main menu
# says so.
valid_days = 90
notice_days = 10
# Seconds for which the change screen is valid (30 to 3600).
change_seconds = 180
# Wrong passwords in a row that lock a user.
max_attempts = 5

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

# The entries of the main menu, opened in the user's browser; logged in, if client names a [[client]].
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
description = {{ ja = "サービスに関するお知らせを表示します。", en = "Announcements about the service." }}
url = "https://www.example.jp/news"
"##,
        name = quoted(service_name),
        profile_id = quoted(profile_id),
        enrolment_port = enrolment.port(),
        service_port = service.port(),
    )
}
