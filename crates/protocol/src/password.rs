//! The password rule (FAQ 3-3②) and the initial password (FAQ 4-5①).

use serde::{Deserialize, Serialize};

/// The symbols a password may contain (FAQ 3-3②); `<`, `=`, `>` and the space are not among them.
pub const ALLOWED_SYMBOLS: &str = r##"!"#$%&'()*+,-./:;?@[\]^_`{|}~"##;

/// How long a password is and how long it lives. The numbers are the provider's; the app shows them
/// from the backend's answer.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PasswordPolicy {
    /// Fewest characters (FAQ 3-3②).
    pub min_length: u8,
    /// Most characters (FAQ 3-3②).
    pub max_length: u8,
    /// How many earlier passwords, besides the current one, may not come back (FAQ 3-3②).
    pub history: u8,
    /// Days until a password must be changed (FAQ 3-1).
    pub valid_days: u16,
    /// Days before that from which the main menu says so (FAQ 3-1).
    pub notice_days: u16,
    /// Seconds for which the change screen is valid (FAQ 3-3③).
    pub change_seconds: u16,
    /// Wrong passwords in a row that lock the user (FAQ 3-2).
    pub max_attempts: u8,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 8,
            max_length: 16,
            history: 2,
            valid_days: 90,
            notice_days: 10,
            change_seconds: 180,
            max_attempts: 5,
        }
    }
}

/// One rule that a new password must meet, in the order in which the change screen lists them.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum PasswordRule {
    /// Between the shortest and the longest length.
    Length,
    /// Only half-width letters, digits and [`ALLOWED_SYMBOLS`].
    Characters,
    /// At least one half-width letter.
    Letter,
    /// At least one half-width digit.
    Digit,
    /// Neither the current password nor one of those before it. Only the backend can tell.
    NotRecent,
    /// Not among the first that somebody would try for this user. Only the backend tells, and only if it is.
    NotGuessable,
}

/// Whether a candidate meets one rule.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RuleCheck {
    /// The rule.
    pub rule: PasswordRule,
    /// Whether the candidate meets it.
    pub met: bool,
}

/// Checks a candidate against every rule that needs no history (FAQ 3-3②).
///
/// The app runs it at each keystroke, the backend again on what arrives.
#[must_use]
pub fn check_password(candidate: &str, policy: &PasswordPolicy) -> [RuleCheck; 4] {
    let length = candidate.chars().count();
    [
        RuleCheck {
            rule: PasswordRule::Length,
            met: (usize::from(policy.min_length)..=usize::from(policy.max_length))
                .contains(&length),
        },
        RuleCheck {
            rule: PasswordRule::Characters,
            met: !candidate.is_empty() && candidate.chars().all(is_allowed),
        },
        RuleCheck {
            rule: PasswordRule::Letter,
            met: candidate.chars().any(|c| c.is_ascii_alphabetic()),
        },
        RuleCheck { rule: PasswordRule::Digit, met: candidate.chars().any(|c| c.is_ascii_digit()) },
    ]
}

/// The rules that anything breaks which can be nobody's password (FAQ 3-3②): other characters than the
/// half-width ones, more of them than a password has. None at all breaks the length too.
///
/// What breaks one is not sent: it would only cost a try (FAQ 3-2). A new password has to meet
/// [`check_password`] besides.
#[must_use]
pub fn impossible(typed: &str, policy: &PasswordPolicy) -> Vec<PasswordRule> {
    let too_long = typed.chars().count() > usize::from(policy.max_length);
    let strange = !typed.chars().all(is_allowed);
    [(too_long || typed.is_empty(), PasswordRule::Length), (strange, PasswordRule::Characters)]
        .into_iter()
        .filter_map(|(broken, rule)| broken.then_some(rule))
        .collect()
}

/// Whether a password may hold the character (FAQ 3-3②).
fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || ALLOWED_SYMBOLS.contains(character)
}

/// How many random bytes [`generate_initial`] takes.
pub const INITIAL_PASSWORD_ENTROPY: usize = 64;

/// Makes an initial password of eight characters including symbols (FAQ 4-5①) from random bytes.
///
/// Look-alike characters (`0 O o 1 l I | ! ' " ` , . : ;`) are left out, because the password is
/// read from paper. The result holds two symbols, two digits and four letters in random order.
/// Bytes that would favour some characters are skipped; `None` in the practically impossible case
/// that too few remain, and the caller draws anew.
#[must_use]
pub fn generate_initial(random: &[u8; INITIAL_PASSWORD_ENTROPY]) -> Option<String> {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    const DIGITS: &[u8] = b"23456789";
    const SYMBOLS: &[u8] = b"#$%&()*+-/?@[]{}~^_";

    let mut bytes = random.iter().copied();
    let mut below = |limit: usize| -> Option<usize> {
        let fair = 256 - 256 % limit;
        bytes.by_ref().map(usize::from).find(|b| *b < fair).map(|b| b % limit)
    };
    let mut characters = Vec::with_capacity(8);
    for (set, count) in [(SYMBOLS, 2), (DIGITS, 2), (LETTERS, 4)] {
        for _ in 0..count {
            characters.push(char::from(set[below(set.len())?]));
        }
    }
    // Fisher–Yates.
    for i in (1..characters.len()).rev() {
        characters.swap(i, below(i + 1)?);
    }
    Some(characters.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn broken(candidate: &str) -> Vec<PasswordRule> {
        check_password(candidate, &PasswordPolicy::default())
            .into_iter()
            .filter(|check| !check.met)
            .map(|check| check.rule)
            .collect()
    }

    #[test]
    fn each_rule_of_the_faq_is_told_apart() {
        use PasswordRule::{Characters, Digit, Length, Letter};
        let table: &[(&str, &[PasswordRule])] = &[
            ("abcdefg1", &[]),
            ("Abc123!\"#$%&'()*", &[]),
            (r"a1+,-./:;?@[\]^_", &[]),
            ("a1`{|}~xx", &[]),
            ("abc1234", &[Length]),
            ("abcdefgh123456789", &[Length]),
            ("abcdefgh", &[Digit]),
            ("12345678", &[Letter]),
            ("abc<1234", &[Characters]),
            ("abc=1234", &[Characters]),
            ("abc>1234", &[Characters]),
            ("abc 1234", &[Characters]),
            ("abcd123\0", &[Characters]),
            ("ａｂｃ１２３４５", &[Characters, Letter, Digit]),
            ("", &[Length, Characters, Letter, Digit]),
        ];
        for (candidate, rules) in table {
            assert_eq!(broken(candidate), *rules, "{candidate:?}");
        }
    }

    #[test]
    fn what_can_be_nobodys_password_is_known_before_it_is_sent() {
        use PasswordRule::{Characters, Length};
        let table: &[(&str, &[PasswordRule])] = &[
            ("Field123#e", &[]),
            // Short ones may have been made under another policy.
            ("a", &[]),
            ("Ｆｉｅｌｄ１２３＃ｅ", &[Characters]),
            ("Field123#e ", &[Characters]),
            (" Field123#e", &[Characters]),
            ("Field 123e", &[Characters]),
            ("Field\u{3000}123e", &[Characters]),
            ("Field\u{a0}123e", &[Characters]),
            ("Field123#e\t", &[Characters]),
            ("Field123#e\r", &[Characters]),
            ("Field123\0", &[Characters]),
            ("Field¥123e", &[Characters]),
            ("Field￥123e", &[Characters]),
            ("Fieldﾊﾟ123", &[Characters]),
            ("Field123\u{200b}", &[Characters]),
            ("\u{feff}Field123", &[Characters]),
            ("Field<123>", &[Characters]),
            ("Field123#e0123456", &[Length]),
            ("ａａａａａａａａａａａａａａａａａ", &[Length, Characters]),
            ("", &[Length]),
        ];
        for (typed, rules) in table {
            assert_eq!(impossible(typed, &PasswordPolicy::default()), *rules, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_meets_the_rules_can_be_a_password(candidate in "[!-~]{0,18}") {
            if broken(&candidate).is_empty() {
                prop_assert_eq!(impossible(&candidate, &PasswordPolicy::default()), vec![]);
            }
        }

        #[test]
        fn an_initial_password_meets_the_rules(random in any::<[u8; 32]>()) {
            let mut bytes = [0_u8; INITIAL_PASSWORD_ENTROPY];
            bytes[..32].copy_from_slice(&random);
            bytes[32..].copy_from_slice(&random);
            if let Some(password) = generate_initial(&bytes) {
                prop_assert_eq!(broken(&password), vec![]);
                prop_assert_eq!(impossible(&password, &PasswordPolicy::default()), vec![]);
                prop_assert_eq!(password.len(), 8);
                prop_assert!(password.chars().filter(|c| ALLOWED_SYMBOLS.contains(*c)).count() == 2);
            }
        }

        #[test]
        fn checking_never_panics(candidate in ".{0,40}") {
            let _ = broken(&candidate);
        }
    }
}
