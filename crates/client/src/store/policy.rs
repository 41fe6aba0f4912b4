//! The backend's policy as it is on disk: JSON. Version 0.1.0 wrote it so, and what is here may change
//! only with a migration.

use serde::{Deserialize, Serialize};
use warifu_protocol::{AppVersions, PasswordPolicy, Policy};

/// [`Policy`] on disk.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct PolicyRow {
    service_name: String,
    server_time: i64,
    certificate_valid_days: u16,
    renewal_days: u16,
    warning_days: Vec<u16>,
    urgent_days: u16,
    transfer_seconds: u32,
    import_max_users: u32,
    password: PasswordRow,
    #[serde(default)]
    app: Option<VersionsRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login_url: Option<String>,
}

/// [`PasswordPolicy`] on disk.
#[derive(Debug, Deserialize, Serialize)]
struct PasswordRow {
    min_length: u8,
    max_length: u8,
    generations: u8,
    valid_days: u16,
    notice_days: u16,
    change_seconds: u16,
    tries: u8,
}

/// [`AppVersions`] on disk.
#[derive(Debug, Deserialize, Serialize)]
struct VersionsRow {
    newest: String,
    oldest: String,
    #[serde(default)]
    download_url: Option<String>,
}

impl From<&Policy> for PolicyRow {
    fn from(policy: &Policy) -> Self {
        let Policy {
            service_name,
            server_time,
            certificate_valid_days,
            renewal_days,
            warning_days,
            urgent_days,
            transfer_seconds,
            import_max_users,
            password,
            app,
            login_url,
        } = policy.clone();
        Self {
            service_name,
            server_time,
            certificate_valid_days,
            renewal_days,
            warning_days,
            urgent_days,
            transfer_seconds,
            import_max_users,
            password: PasswordRow {
                min_length: password.min_length,
                max_length: password.max_length,
                generations: password.history,
                valid_days: password.valid_days,
                notice_days: password.notice_days,
                change_seconds: password.change_seconds,
                tries: password.max_attempts,
            },
            app: app.map(|AppVersions { newest, oldest, download_url }| VersionsRow {
                newest,
                oldest,
                download_url,
            }),
            login_url,
        }
    }
}

impl From<PolicyRow> for Policy {
    fn from(row: PolicyRow) -> Self {
        let PolicyRow {
            service_name,
            server_time,
            certificate_valid_days,
            renewal_days,
            warning_days,
            urgent_days,
            transfer_seconds,
            import_max_users,
            password,
            app,
            login_url,
        } = row;
        Self {
            service_name,
            server_time,
            certificate_valid_days,
            renewal_days,
            warning_days,
            urgent_days,
            transfer_seconds,
            import_max_users,
            password: PasswordPolicy {
                min_length: password.min_length,
                max_length: password.max_length,
                history: password.generations,
                valid_days: password.valid_days,
                notice_days: password.notice_days,
                change_seconds: password.change_seconds,
                max_attempts: password.tries,
            },
            app: app.map(|VersionsRow { newest, oldest, download_url }| AppVersions {
                newest,
                oldest,
                download_url,
            }),
            login_url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As version 0.1.0 wrote it, to the letter.
    #[test]
    fn a_policy_is_read_and_written_as_it_always_was() {
        let rest = concat!(
            r#""server_time":1790000000,"certificate_valid_days":365,"renewal_days":28,"#,
            r#""warning_days":[28,14,7,3,1],"urgent_days":7,"transfer_seconds":1800,"#,
            r#""import_max_users":1000,"password":{"min_length":8,"max_length":16,"#,
            r#""generations":2,"valid_days":90,"notice_days":10,"change_seconds":180,"tries":5},"#,
        );
        for app in [
            "null",
            r#"{"newest":"1.4.0","oldest":"1.2.0","download_url":null}"#,
            r#"{"newest":"1.4.0","oldest":"1.2.0","download_url":"https://www.example.jp"}"#,
        ] {
            let text = format!(r#"{{"service_name":"サービス",{rest}"app":{app}}}"#);
            let policy = Policy::from(serde_json::from_str::<PolicyRow>(&text).unwrap());
            assert_eq!(policy.password, PasswordPolicy::default());
            assert_eq!(policy.app.is_none(), app == "null");
            assert_eq!(policy.login_url, None);
            assert_eq!(serde_json::to_string(&PolicyRow::from(&policy)).unwrap(), text);

            let login = Some(String::from("https://login.example.jp"));
            let written = PolicyRow::from(&Policy { login_url: login.clone(), ..policy });
            let read: PolicyRow =
                serde_json::from_str(&serde_json::to_string(&written).unwrap()).unwrap();
            assert_eq!(Policy::from(read).login_url, login);
        }
    }
}
