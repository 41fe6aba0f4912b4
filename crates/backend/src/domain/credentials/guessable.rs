//! Passwords that meet the rule of characters and are tried first all the same (NIST SP 800-63B §5.1.1.2:
//! commonly used words, runs of the keyboard, and what is derived from the service or the user).

use warifu_protocol::{CustomerNumber, UserId};

/// Words that people put a digit behind. Compared in lower case, with the usual digits and symbols read
/// as letters, and without what stands around them.
const WORDS: &[&str] = &[
    "access",
    "admin",
    "administrator",
    "aiueo",
    "arigatou",
    "baseball",
    "changeme",
    "company",
    "computer",
    "default",
    "demo",
    "dragon",
    "football",
    "guest",
    "hello",
    "himitsu",
    "iloveyou",
    "japan",
    "kaisha",
    "keiri",
    "konnichiwa",
    "letmein",
    "login",
    "master",
    "monkey",
    "nippon",
    "office",
    "ohayou",
    "pass",
    "passcode",
    "passwd",
    "password",
    "princess",
    "root",
    "sample",
    "secret",
    "service",
    "shain",
    "soumu",
    "sunshine",
    "superman",
    "system",
    "tanto",
    "temp",
    "test",
    "tokyo",
    "user",
    "warifu",
    "welcome",
];

/// Runs of the keyboard, the alphabet and the digits; a password of nothing but pieces of them falls.
const RUNS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8",
    "a1s2d3f4g5h6",
];

/// The shortest piece of a run that is recognised as one.
const PIECE: usize = 3;

/// Whether a password is among the first that somebody would try for this user.
pub(crate) fn is_guessable(password: &str, customer: &CustomerNumber, user: &UserId) -> bool {
    let lower = password.to_ascii_lowercase();
    let own = [user.as_str(), customer.as_str()].into_iter().any(|own| lower.contains(own));
    own || is_common_word(&lower) || is_all_runs(&lower)
}

fn is_common_word(lower: &str) -> bool {
    // What stands before and behind is taken away first: the 1 in "password1" is no letter.
    let bare = lower.trim_matches(|c: char| !c.is_ascii_alphabetic());
    let core = lower.trim_end_matches(|c: char| !c.is_ascii_alphabetic() && !"@$0!".contains(c));
    [bare, core, lower].into_iter().any(|text| WORDS.contains(&as_letters(text).as_str()))
}

/// The digits and symbols that stand for letters, read as those letters.
fn as_letters(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).filter(char::is_ascii_alphabetic).collect()
}

/// Whether nothing is left without runs, in either direction, and repetitions of one character.
fn is_all_runs(lower: &str) -> bool {
    let characters: Vec<char> = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut rest = characters.as_slice();
    while !rest.is_empty() {
        let piece = longest_piece(rest);
        if piece < PIECE {
            return false;
        }
        rest = &rest[piece..];
    }
    !characters.is_empty()
}

/// How many of the first characters are one piece of a run or one character repeated.
fn longest_piece(characters: &[char]) -> usize {
    let same = characters.iter().take_while(|c| Some(*c) == characters.first()).count();
    let run = (PIECE..=characters.len())
        .rev()
        .find(|length| {
            let piece: String = characters[..*length].iter().collect();
            let back: String = characters[..*length].iter().rev().collect();
            RUNS.iter().any(|run| run.contains(&piece) || run.contains(&back))
        })
        .unwrap_or_default();
    same.max(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessable(password: &str) -> bool {
        let user = "kanri01".parse().unwrap();
        is_guessable(password, &"10000001".parse().unwrap(), &user)
    }

    #[test]
    fn what_is_tried_first_is_recognised_in_its_usual_clothes() {
        for password in [
            "password1",
            "Password1",
            "P@ssw0rd",
            "passw0rd!",
            "PASSWORD123",
            "1password",
            "Welcome2026",
            "welcome1!",
            "admin123",
            "Adm1n2026#",
            "test1234",
            "user0001",
            "warifu2026",
            "Warifu#1",
            "abcd1234",
            "1234abcd",
            "qwer1234",
            "qwerty123",
            "1q2w3e4r",
            "1qaz2wsx",
            "zxcv0987",
            "aaaa1111",
            "a1b2c3d4",
            "asdf1234!",
            "kanri01#x",
            "Kanri01!!",
            "a10000001",
            "sample01",
            "Himitsu1",
            "tokyo2020",
        ] {
            assert!(guessable(password), "{password}");
        }
    }

    #[test]
    fn what_a_person_makes_up_is_left_alone() {
        for password in [
            "Sakura2026#",
            "Momiji2027#",
            "Tsubaki2027#",
            "Field123#e",
            "k7#Rm2$x",
            "abc9xyz1k",
            "passenger-77",
            "testament-4x",
            "usershoe9!",
            "Yuzu2029#",
            "qw7er1kz",
            "Other2026#",
        ] {
            assert!(!guessable(password), "{password}");
        }
    }
}
