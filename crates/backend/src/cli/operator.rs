//! Who sits at the command line: the record says which person acted for the provider (SPEC J).

use warifu_platform::env;
use warifu_protocol::Timestamp;

use super::output::Mistake;
use crate::{
    audit::{Act, Actor, Entry},
    domain::accounts::By,
};

/// Where the operating system and those who lend its rights say who asked. First those who lend: behind
/// them, the others name whose rights were lent.
const VARIABLES: [&str; 5] = ["SUDO_USER", "DOAS_USER", "USER", "LOGNAME", "USERNAME"];

/// Where a script or a unit says who it acts for.
const OPERATOR_VARIABLE: &str = "WARIFU_OPERATOR";

/// A person of the provider's, and the moment of the act.
#[derive(Clone, Debug)]
pub(super) struct Operator {
    name: String,
    pub(super) now: Timestamp,
}

impl Operator {
    /// Whoever was named, else whom the operating system knows.
    ///
    /// # Errors
    ///
    /// A name that the record cannot show.
    pub(super) fn new(named: Option<String>, now: Timestamp) -> anyhow::Result<Self> {
        let name = match named.or_else(|| env::text(OPERATOR_VARIABLE)) {
            Some(name) => checked(&name)?,
            None => known(env::text).unwrap_or_else(account),
        };
        Ok(Self { name, now })
    }

    /// The person's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// As whoever changes a user.
    pub(super) fn as_actor(&self) -> By<'_> {
        By { actor: self.actor(), certificate: None, address: None, now: self.now }
    }

    /// A row of the record about nobody in particular.
    pub(super) fn entry(&self, act: Act) -> Entry<'_> {
        Entry::new(act, self.actor(), self.now)
    }

    fn actor(&self) -> Actor<'_> {
        Actor::Provider(Some(&self.name))
    }
}

/// Whom the variables name. One that the record cannot show is passed over: nobody at the command line
/// gave it.
fn known(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    VARIABLES.into_iter().find_map(|name| checked(&variable(name)?).ok())
}

fn checked(name: &str) -> Result<String, Mistake> {
    const EXPECTED: &str = "a name of 1 to 64 characters, without control characters";
    let name = name.trim();
    if (1..=64).contains(&name.chars().count()) && !name.contains(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(Mistake::Argument("operator", EXPECTED))
    }
}

/// The account that runs this, where no variable names it: a unit of systemd, a container.
#[cfg(unix)]
fn account() -> String {
    let number = rustix::process::getuid().as_raw();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = account_of(&accounts, number).and_then(|name| checked(name).ok());
    name.unwrap_or_else(|| format!("uid {number}"))
}

/// The name of an account in the lines of `/etc/passwd`.
#[cfg(unix)]
fn account_of(accounts: &str, number: u32) -> Option<&str> {
    let number = number.to_string();
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then_some(name)
    })
}

#[cfg(not(unix))]
fn account() -> String {
    String::from("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_the_record_cannot_show_is_refused() {
        assert_eq!(checked(" 山田 太郎 ").unwrap(), "山田 太郎");
        for name in ["", "  ", "a\nb", "a\u{1b}[2J", &"a".repeat(65)] {
            assert!(checked(name).is_err(), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_account_is_known_by_its_number() {
        let accounts =
            "root:x:0:0:root:/root:/bin/sh\nbroken\nsato:x:1000:100::/home/sato:/bin/sh\n";
        assert_eq!(account_of(accounts, 0), Some("root"));
        assert_eq!(account_of(accounts, 1000), Some("sato"));
        assert_eq!(account_of(accounts, 100), None);
    }

    #[test]
    fn whoever_borrowed_rights_is_named_before_whose_they_are() {
        type Variables = &'static [(&'static str, &'static str)];
        let table: [(Variables, Option<&str>); 5] = [
            (&[("SUDO_USER", "sato"), ("USER", "root")], Some("sato")),
            (&[("DOAS_USER", "sato"), ("LOGNAME", "root")], Some("sato")),
            (&[("SUDO_USER", "a\nb"), ("USER", "root")], Some("root")),
            (&[("USERNAME", "Sato")], Some("Sato")),
            (&[], None),
        ];
        for (variables, name) in table {
            let value = |wanted: &str| {
                let found = variables.iter().find(|(name, _)| *name == wanted);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(known(value).as_deref(), name, "{variables:?}");
        }
    }
}
