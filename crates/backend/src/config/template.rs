//! `warifu.toml` as `init` writes it.

use std::{net::SocketAddr, path::Path};

/// The configuration as `init` writes it, each key explained.
pub(crate) fn template(
    profile_id: &str,
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
        r#"# The configuration of one Warifu backend. Read when it starts. A file that is named without its
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
# certificate; the service listener demands one. They never share a port.
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
# warning is urgent: at most the first of them.
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
# Certificates (PEM) that vouch for the mail server, beside those that this machine trusts: of its
# authority, or its very own.
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
# counts from the next start of the backend. The app keeps this rule. The backend itself refuses only
# apps older than 0.2.0, which do not understand it; so this is not older than that.
# oldest_version = "1.2.0"
# Where users find the newest version (https only), if they may install it themselves: the app then
# offers to open it in the browser. Without it the app sends them to their IT department.
# download_url = "https://www.example.jp/warifu"

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
        profile_id = quoted(profile_id),
        enrolment_port = enrolment.port(),
        service_port = service.port(),
    )
}
