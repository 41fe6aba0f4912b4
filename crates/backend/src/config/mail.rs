//! The section `[mail]` of `warifu.toml`.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use warifu_platform::{env, secret};
use warifu_protocol::{EmailAddress, ServerName};
use zeroize::Zeroizing;

/// The environment variable with the password at the mail server.
pub(crate) const PASSWORD_VARIABLE: &str = "WARIFU_MAIL_PASSWORD";

/// The credential of systemd with the same.
const PASSWORD_CREDENTIAL: &str = "mail-password";

/// The mail server that sends the backend's letters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailConfig {
    pub(crate) host: ServerName,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) from: EmailAddress,
    #[serde(default)]
    pub(crate) user: Option<String>,
    #[serde(default)]
    password_file: Option<PathBuf>,
    #[serde(default)]
    pub(crate) trust_anchors_file: Option<PathBuf>,
    #[serde(default = "default_timeout")]
    timeout_seconds: u16,
    /// Days before an expiry at which those who look after a customer's users are told again.
    #[serde(default = "default_hand_up")]
    pub(crate) hand_up_days: u16,
    /// The provider's operators, who are told last.
    #[serde(default)]
    operators: Vec<EmailAddress>,
    #[serde(default = "default_operators")]
    pub(crate) operators_days: u16,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Security {
    /// Begins in the clear and refuses to go on without TLS.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None at all; for a mail server on this machine only.
    None,
}

const fn default_timeout() -> u16 {
    60
}

const fn default_hand_up() -> u16 {
    7
}

const fn default_operators() -> u16 {
    3
}

/// Most addresses of operators.
const OPERATORS: usize = 10;

impl MailConfig {
    /// Where the provider's operators are written to.
    pub(crate) fn operators(&self) -> Vec<String> {
        self.operators.iter().map(|address| address.as_str().to_owned()).collect()
    }

    /// Checks what one value says about another.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.port > 0, "mail.port: 1 to 65535");
        ensure!((1..=600).contains(&self.timeout_seconds), "mail.timeout_seconds: 1 to 600");
        ensure!((1..=90).contains(&self.hand_up_days), "mail.hand_up_days: 1 to 90");
        ensure!((1..=90).contains(&self.operators_days), "mail.operators_days: 1 to 90");
        ensure!(self.operators.len() <= OPERATORS, "mail.operators: at most {OPERATORS}");
        ensure!(
            self.security != Security::None || self.is_on_this_machine(),
            "mail.security: \"none\" is for a mail server on this machine only"
        );
        ensure!(
            self.user.is_some() || self.password_file.is_none(),
            "mail.password_file: there is no mail.user"
        );
        Ok(())
    }

    /// The files that are named, each with its key.
    pub(crate) fn files(&mut self) -> [(&'static str, Option<&mut PathBuf>); 2] {
        [
            ("mail.password_file", self.password_file.as_mut()),
            ("mail.trust_anchors_file", self.trust_anchors_file.as_mut()),
        ]
    }

    /// Longest time that one step of the conversation may take.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.into())
    }

    /// The password of [`MailConfig::user`].
    pub(crate) fn password(&self) -> anyhow::Result<Zeroizing<String>> {
        if let Some(path) = &self.password_file {
            return secret::read(path).context("mail.password_file");
        }
        if let Some(handed) = secret::credential(PASSWORD_CREDENTIAL)? {
            return Ok(handed);
        }
        env::secret(PASSWORD_VARIABLE).with_context(|| {
            format!(
                "the password of mail.user is missing: set {PASSWORD_VARIABLE}, or give a file \
                 with mail.password_file"
            )
        })
    }

    fn is_on_this_machine(&self) -> bool {
        self.host.as_str() == "localhost"
            || self.host.address().is_some_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(lines: &str) -> anyhow::Result<MailConfig> {
        let config: MailConfig = toml::from_str(lines)?;
        config.check()?;
        Ok(config)
    }

    #[test]
    fn plain_text_is_for_this_machine_only_and_nothing_contradicts_itself() {
        let table = [
            ("host = 'mail.example.jp'\nport = 587\nsecurity = 'starttls'", true),
            ("host = 'mail.example.jp'\nport = 465\nsecurity = 'tls'\nuser = 'warifu'", true),
            ("host = 'localhost'\nport = 25\nsecurity = 'none'", true),
            ("host = '::1'\nport = 25\nsecurity = 'none'", true),
            ("host = '[::1]'\nport = 25\nsecurity = 'none'", true),
            ("host = 'メール.jp'\nport = 465\nsecurity = 'tls'", true),
            ("host = 'smtp://mail.example.jp'\nport = 465\nsecurity = 'tls'", false),
            ("host = 'mail.example.jp:465'\nport = 465\nsecurity = 'tls'", false),
            ("host = 'mail.example.jp'\nport = 25\nsecurity = 'none'", false),
            ("host = '10.0.0.1'\nport = 25\nsecurity = 'none'", false),
            ("host = ''\nport = 25\nsecurity = 'tls'", false),
            ("host = 'mail.example.jp'\nport = 0\nsecurity = 'tls'", false),
            ("host = 'mail.example.jp'\nport = 465\nsecurity = 'tls'\ntimeout_seconds = 0", false),
            ("host = 'mail.example.jp'\nport = 465\nsecurity = 'tls'\npassword_file = 'x'", false),
            ("host = 'mail.example.jp'\nport = 465\nsecurity = 'tls'\nfolder = 'x'", false),
            ("host = 'a'\nport = 465\nsecurity = 'tls'\noperators = ['a@example.jp']", true),
            ("host = 'a'\nport = 465\nsecurity = 'tls'\noperators = ['nobody']", false),
            ("host = 'a'\nport = 465\nsecurity = 'tls'\nhand_up_days = 0", false),
            ("host = 'a'\nport = 465\nsecurity = 'tls'\noperators_days = 91", false),
            ("host = 'mail.example.jp'\nport = 465", false),
        ];
        for (lines, good) in table {
            let lines = format!("from = 'warifu@example.jp'\n{lines}");
            assert_eq!(config(&lines).is_ok(), good, "{lines}");
        }
        assert!(config("host = 'a'\nport = 25\nsecurity = 'tls'\nfrom = 'nobody'").is_err());
    }

    #[test]
    fn the_section_that_init_explains_is_right_once_its_marks_are_taken_away() {
        let loopback = "127.0.0.1:8443".parse().unwrap();
        let names = [String::from("localhost")];
        let text =
            crate::config::template("id", "サンプル", &names, loopback, loopback, None, None);
        let (_, section) = text.split_once("# [mail]\n").unwrap();
        let (section, _) = section.split_once("\n\n").unwrap();
        let lines = section.lines().filter(|line| line.contains(" = "));
        let section: String =
            lines.map(|line| format!("{}\n", line.strip_prefix("# ").unwrap())).collect();
        assert_eq!(section.lines().count(), 11, "{section}");
        config(&section).unwrap();
    }
}
