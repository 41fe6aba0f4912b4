//! The section `[app]` of `warifu.toml`.

use std::cmp::Ordering;

use anyhow::{Context as _, ensure};
use axum::http::Uri;
use semver::Version;
use serde::Deserialize;
use warifu_protocol::{AppVersions, OLDEST_APP};

/// Which versions of the app the provider supports.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppConfig {
    newest_version: Version,
    oldest_version: Version,
    #[serde(default)]
    download_url: Option<String>,
}

impl AppConfig {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let least: Version = OLDEST_APP.parse().context("the oldest version of the app")?;
        ensure!(
            self.oldest_version.cmp_precedence(&least) != Ordering::Less,
            "app.oldest_version = {}: not older than {least}, the first version that this backend \
             understands",
            self.oldest_version
        );
        ensure!(
            self.oldest_version.cmp_precedence(&self.newest_version) != Ordering::Greater,
            "app.oldest_version: not newer than app.newest_version, or nobody could log in"
        );
        if let Some(url) = &self.download_url {
            ensure!(
                url.parse::<Uri>().is_ok_and(|url| {
                    url.scheme_str() == Some("https")
                        && url.host().is_some_and(|host| !host.is_empty())
                }),
                "app.download_url: an address that begins with https://"
            );
        }
        Ok(())
    }

    /// Where users find the newest version, if they may install it themselves.
    pub(crate) fn download_url(&self) -> Option<&str> {
        self.download_url.as_deref()
    }

    /// What every app is told.
    pub(crate) fn versions(&self) -> AppVersions {
        AppVersions {
            newest: self.newest_version.to_string(),
            oldest: self.oldest_version.to_string(),
            download_url: self.download_url.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(lines: &str) -> anyhow::Result<AppConfig> {
        let config: AppConfig = toml::from_str(lines)?;
        config.check()?;
        Ok(config)
    }

    #[test]
    fn only_versions_in_their_order_are_taken() {
        let table = [
            ("1.4.0", "1.4.0", true),
            ("1.10.0", "1.9.0", true),
            ("1.4.0", "1.4.0-rc.1", true),
            ("1.4.0-rc.1", "1.4.0", false),
            // What stands behind a plus orders nothing.
            ("1.4.0+1", "1.4.0+2", true),
            ("1.4.0", "1.4.1", false),
            ("1.9.0", "1.10.0", false),
            ("1.4", "1.0.0", false),
            ("1.4.0", "v1.0.0", false),
            ("1.4.0", "", false),
            // Older ones do not speak as the backend does.
            ("1.4.0", "0.2.0", true),
            ("0.2.0", "0.2.0", true),
            ("1.4.0", "0.2.0-rc.1", false),
            ("1.4.0", "0.1.0", false),
        ];
        for (newest, oldest, good) in table {
            let lines = format!("newest_version = '{newest}'\noldest_version = '{oldest}'");
            assert_eq!(config(&lines).is_ok(), good, "{lines}");
        }
        for half in ["newest_version = '1.4.0'", "oldest_version = '1.4.0'"] {
            assert!(config(half).is_err(), "{half}");
        }
    }

    #[test]
    fn the_address_is_one_of_the_web_and_encrypted() {
        let table = [
            ("https://www.example.jp/warifu?os=windows", true),
            ("https://www.example.jp", true),
            ("http://www.example.jp/warifu", false),
            ("file:///warifu.msi", false),
            ("https:///warifu", false),
            ("https://", false),
            ("https://www.example.jp/a b", false),
            ("www.example.jp", false),
            ("", false),
        ];
        for (url, good) in table {
            let lines = format!(
                "newest_version = '1.4.0'\noldest_version = '1.0.0'\ndownload_url = '{url}'"
            );
            assert_eq!(config(&lines).is_ok(), good, "{url}");
        }
    }

    #[test]
    fn the_section_that_init_explains_is_right_once_its_marks_are_taken_away() {
        let loopback = "127.0.0.1:8443".parse().unwrap();
        let names = [String::from("localhost")];
        let text =
            crate::config::template("id", "サンプル", &names, loopback, loopback, None, None);
        let (_, section) = text.split_once("# [app]\n").unwrap();
        let (section, _) = section.split_once("\n\n").unwrap();
        let lines = section.lines().filter(|line| line.contains(" = "));
        let section: String =
            lines.map(|line| format!("{}\n", line.strip_prefix("# ").unwrap())).collect();
        assert_eq!(section.lines().count(), 3, "{section}");
        config(&section).unwrap();
    }
}
