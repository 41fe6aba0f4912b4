//! The section `[password]` of `warifu.toml`.

use serde::{Deserialize, Deserializer};
use warifu_protocol::PasswordPolicy;

/// What the section may hold; what it leaves out is as FAQ 3 has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Section {
    min_length: u8,
    max_length: u8,
    history: u8,
    valid_days: u16,
    notice_days: u16,
    change_seconds: u16,
    max_attempts: u8,
    #[serde(deserialize_with = "renamed_generations")]
    generations: (),
    #[serde(deserialize_with = "renamed_tries")]
    tries: (),
}

impl Default for Section {
    fn default() -> Self {
        let PasswordPolicy {
            min_length,
            max_length,
            history,
            valid_days,
            notice_days,
            change_seconds,
            max_attempts,
        } = PasswordPolicy::default();
        Self {
            min_length,
            max_length,
            history,
            valid_days,
            notice_days,
            change_seconds,
            max_attempts,
            generations: (),
            tries: (),
        }
    }
}

/// Reads the section.
pub(super) fn policy<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<PasswordPolicy, D::Error> {
    let Section {
        min_length,
        max_length,
        history,
        valid_days,
        notice_days,
        change_seconds,
        max_attempts,
        generations: (),
        tries: (),
    } = Section::deserialize(deserializer)?;
    Ok(PasswordPolicy {
        min_length,
        max_length,
        history,
        valid_days,
        notice_days,
        change_seconds,
        max_attempts,
    })
}

fn renamed_generations<'de, D: Deserializer<'de>>(_: D) -> Result<(), D::Error> {
    Err(renamed("generations", "history"))
}

fn renamed_tries<'de, D: Deserializer<'de>>(_: D) -> Result<(), D::Error> {
    Err(renamed("tries", "max_attempts"))
}

/// Refused rather than taken: a file with both names would say two things.
fn renamed<E: serde::de::Error>(old: &str, new: &str) -> E {
    E::custom(format!("password.{old} is called password.{new} since version 0.2.0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        #[serde(deserialize_with = "policy")]
        password: PasswordPolicy,
    }

    fn read(lines: &str) -> Result<PasswordPolicy, String> {
        toml::from_str::<File>(&format!("[password]\n{lines}"))
            .map(|file| file.password)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_is_as_usual_and_what_is_unknown_is_refused() {
        assert_eq!(read("").unwrap(), PasswordPolicy::default());
        let told = PasswordPolicy { history: 4, max_attempts: 3, ..PasswordPolicy::default() };
        assert_eq!(read("history = 4\nmax_attempts = 3").unwrap(), told);
        assert!(read("max_atempts = 3").unwrap_err().contains("max_atempts"));
    }

    #[test]
    fn a_name_of_version_0_1_0_is_refused_with_the_one_of_today() {
        for (old, new) in [("generations", "password.history"), ("tries", "password.max_attempts")]
        {
            for lines in [format!("{old} = 3"), format!("{old} = 3\nhistory = 3")] {
                let refused = read(&lines).unwrap_err();
                assert!(refused.contains(new) && refused.contains(old), "{refused}");
            }
        }
    }
}
