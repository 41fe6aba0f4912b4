//! The backend's policy as it is on disk: JSON. Version 0.1.0 wrote it so, and what is here may change
//! only with a migration.

use serde::{Deserialize, Serialize};
use warifu_protocol::{
    AppVersions, LocalizedText, PasswordPolicy, Policy, Provider, ProviderContact, ProviderLogo,
};

/// [`Policy`] on disk.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct PolicyRow {
    service_name: String,
    server_time: i64,
    certificate_valid_days: u16,
    renewal_days: u16,
    warning_days: Vec<u16>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warning_business_days: Vec<u16>,
    urgent_days: u16,
    transfer_seconds: u32,
    import_max_users: u32,
    password: PasswordRow,
    #[serde(default)]
    app: Option<VersionsRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<ProviderRow>,
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

/// [`Provider`] on disk.
#[derive(Debug, Deserialize, Serialize)]
struct ProviderRow {
    name: TextRow,
    service_name: TextRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    contact: ContactRow,
}

/// [`ProviderContact`] on disk.
#[derive(Debug, Deserialize, Serialize)]
struct ContactRow {
    name: TextRow,
    phone: String,
    email: String,
    hours: TextRow,
}

/// [`LocalizedText`] on disk.
#[derive(Debug, Deserialize, Serialize)]
struct TextRow {
    ja: String,
    en: String,
}

impl From<&Policy> for PolicyRow {
    fn from(policy: &Policy) -> Self {
        let Policy {
            service_name,
            server_time,
            certificate_valid_days,
            renewal_days,
            warning_days,
            warning_business_days,
            urgent_days,
            transfer_seconds,
            import_max_users,
            password,
            app,
            login_url,
            provider,
        } = policy.clone();
        Self {
            service_name,
            server_time,
            certificate_valid_days,
            renewal_days,
            warning_days,
            warning_business_days,
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
            provider: provider.map(ProviderRow::from),
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
            warning_business_days,
            urgent_days,
            transfer_seconds,
            import_max_users,
            password,
            app,
            login_url,
            provider,
        } = row;
        Self {
            service_name,
            server_time,
            certificate_valid_days,
            renewal_days,
            warning_days,
            warning_business_days,
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
            provider: provider.map(Provider::from),
        }
    }
}

impl From<Provider> for ProviderRow {
    fn from(Provider { name, service_name, accent, logo, contact }: Provider) -> Self {
        let ProviderContact { name: desk, phone, email, hours } = contact;
        Self {
            name: name.into(),
            service_name: service_name.into(),
            accent,
            logo: logo.map(|ProviderLogo { digest }| digest),
            contact: ContactRow { name: desk.into(), phone, email, hours: hours.into() },
        }
    }
}

impl From<ProviderRow> for Provider {
    fn from(ProviderRow { name, service_name, accent, logo, contact }: ProviderRow) -> Self {
        let ContactRow { name: desk, phone, email, hours } = contact;
        Self {
            name: name.into(),
            service_name: service_name.into(),
            accent,
            logo: logo.map(|digest| ProviderLogo { digest }),
            contact: ProviderContact { name: desk.into(), phone, email, hours: hours.into() },
        }
    }
}

impl From<LocalizedText> for TextRow {
    fn from(LocalizedText { ja, en }: LocalizedText) -> Self {
        Self { ja, en }
    }
}

impl From<TextRow> for LocalizedText {
    fn from(TextRow { ja, en }: TextRow) -> Self {
        Self { ja, en }
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
            let warning_business_days = vec![5, 3];
            let written = PolicyRow::from(&Policy {
                login_url: login.clone(),
                warning_business_days: warning_business_days.clone(),
                ..policy
            });
            let read: PolicyRow =
                serde_json::from_str(&serde_json::to_string(&written).unwrap()).unwrap();
            let read = Policy::from(read);
            assert_eq!(
                (read.login_url, read.warning_business_days),
                (login, warning_business_days)
            );
        }
    }

    #[test]
    fn a_provider_is_kept_as_it_was_heard() {
        let rest = concat!(
            r##"{"service_name":"サービス","server_time":1790000000,"certificate_valid_days":365,"##,
            r##""renewal_days":28,"warning_days":[28],"urgent_days":7,"transfer_seconds":1800,"##,
            r##""import_max_users":1000,"password":{"min_length":8,"max_length":16,"##,
            r##""generations":2,"valid_days":90,"notice_days":10,"change_seconds":180,"tries":5},"##,
            r##""app":null,"provider":{"name":{"ja":"見本銀行","en":"Sample Bank"},"##,
            r##""service_name":{"ja":"見本","en":"Sample"},"accent":"#1f5fa8","logo":"ab12","##,
            r##""contact":{"name":{"ja":"窓口","en":"Desk"},"phone":"1","email":"2","##,
            r##""hours":{"ja":"平日","en":"Weekdays"}}}}"##,
        );
        let policy = Policy::from(serde_json::from_str::<PolicyRow>(rest).unwrap());
        let provider = policy.provider.as_ref().unwrap();
        assert_eq!(provider.logo.as_ref().unwrap().digest, "ab12");
        assert_eq!(provider.contact.hours.en, "Weekdays");
        assert_eq!(serde_json::to_string(&PolicyRow::from(&policy)).unwrap(), rest);
    }
}
