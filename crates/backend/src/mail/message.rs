//! A letter as it travels: headers in ASCII (RFC 5322, RFC 2047) and one text (RFC 2045).
//!
//! The letters have few, fixed headers and one part of plain text; a library for every kind of
//! message would be larger than all of `mail`.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use warifu_protocol::{EmailAddress, Timestamp};

/// Longest line of a header or of Base64 (RFC 5322 §2.1.1, RFC 2045 §6.8).
const LINE: usize = 76;

/// A letter, in words.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    /// The sender's address.
    pub(crate) from: &'a EmailAddress,
    /// The sender's name.
    pub(crate) from_name: &'a str,
    /// The recipient's address.
    pub(crate) to: &'a EmailAddress,
    /// What makes it this letter: the same each time the same letter is tried.
    pub(crate) id: &'a str,
    /// What it is about, in one line.
    pub(crate) subject: &'a str,
    /// What it says.
    pub(crate) text: &'a str,
    /// When it was written.
    pub(crate) at: Timestamp,
}

impl Message<'_> {
    /// The letter in ASCII, each line ended by CR and LF.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let domain = self.from.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        let date = jiff::Timestamp::from_second(self.at).unwrap_or_default();
        let head = [
            format!("From: {}", address(self.from_name, self.from)),
            format!("To: {}", self.to),
            format!("Subject: {}", unstructured("Subject: ".len(), self.subject)),
            format!("Date: {}", date.strftime("%a, %d %b %Y %H:%M:%S +0000")),
            format!("Message-ID: <{}@{domain}>", self.id),
            // Nobody answers a machine (RFC 3834): no notes of absence come back.
            String::from("Auto-Submitted: auto-generated"),
            String::from("MIME-Version: 1.0"),
            String::from("Content-Type: text/plain; charset=utf-8"),
            String::from("Content-Transfer-Encoding: base64"),
        ];
        let mut letter = head.join("\r\n");
        letter.push_str("\r\n\r\n");
        let text = self.text.replace("\r\n", "\n").replace('\n', "\r\n");
        for line in BASE64_STANDARD.encode(text).as_bytes().chunks(LINE) {
            letter.push_str(&String::from_utf8_lossy(line));
            letter.push_str("\r\n");
        }
        letter.into_bytes()
    }
}

/// A name and an address.
fn address(name: &str, address: &EmailAddress) -> String {
    let name = one_line(name);
    let before = "From: ".len();
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~ ".contains(&b);
    let is_plain =
        is_short(before + address.as_str().len() + 3, &name) && name.bytes().all(is_word);
    match (name.as_str(), is_plain) {
        ("", _) => address.to_string(),
        (name, true) => format!("{name} <{address}>"),
        // On a line of its own, so that no line grows too long.
        (name, false) => format!("{}\r\n <{address}>", encoded(before, name)),
    }
}

/// A text in a header that has no grammar.
fn unstructured(before: usize, text: &str) -> String {
    let text = one_line(text);
    if is_short(before, &text) { text } else { encoded(before, &text) }
}

/// Whether a text may stand as it is: printable ASCII in one line, without blanks that are lost on
/// the way, and nothing that a reader would decode.
fn is_short(before: usize, text: &str) -> bool {
    before + text.len() <= LINE
        && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        && !text.contains("  ")
        && text.trim() == text
        && !text.contains("=?")
}

/// A text as encoded words (RFC 2047 §2), blanks included: those between two encoded words are
/// dropped by whoever reads them. No word splits a character.
fn encoded(before: usize, text: &str) -> String {
    const FRAME: usize = "=?utf-8?B??=".len();
    let room = |used: usize| (LINE.saturating_sub(used + FRAME) / 4 * 3).max(4);
    let mut words = Vec::new();
    let mut word = String::new();
    let mut left = room(before);
    for character in text.chars() {
        if word.len() + character.len_utf8() > left {
            words.push(std::mem::take(&mut word));
            left = room(1);
        }
        word.push(character);
    }
    words.push(word);
    let words = words.iter().filter(|word| !word.is_empty());
    let words: Vec<_> =
        words.map(|word| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

/// A text without anything that could end a line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letter(name: &str, subject: &str, text: &str) -> String {
        let message = Message {
            from: &"warifu@example.jp".parse().unwrap(),
            from_name: name,
            to: &"kanri01@example.jp".parse().unwrap(),
            id: "expiry-1",
            subject,
            text,
            at: 1_795_359_600,
        };
        let letter = message.encode();
        assert!(letter.is_ascii());
        String::from_utf8(letter).unwrap()
    }

    /// A header as a reader of RFC 5322 and RFC 2047 sees it.
    fn read(letter: &str, name: &str) -> String {
        let (head, _) = letter.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ");
        let value = unfolded.split("\r\n").find_map(|line| line.strip_prefix(name)).unwrap();
        let value = value.trim_start().replace("?= =?", "?==?");
        let mut read = String::new();
        for part in value.split_inclusive("?=") {
            match part.split_once("=?utf-8?B?") {
                Some((before, word)) => {
                    read.push_str(before);
                    let word = word.strip_suffix("?=").unwrap();
                    let bytes = BASE64_STANDARD.decode(word).unwrap();
                    // Each word is whole by itself.
                    read.push_str(std::str::from_utf8(&bytes).unwrap());
                }
                None => read.push_str(part),
            }
        }
        read
    }

    #[test]
    fn a_letter_is_ascii_on_the_wire_and_has_one_line_for_each_header() {
        let text = letter(
            "サンプル電子債権サービス\r\nBcc: thief@example.com",
            "有効期限まであと28日です\nBcc: thief@example.com",
            "平素より\n.\nお世話になっております。",
        );
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.to_ascii_lowercase().contains("\nbcc:"), "{head}");
        for line in [
            "To: kanri01@example.jp",
            "Message-ID: <expiry-1@example.jp>",
            "Auto-Submitted: auto-generated",
            "Date: Sun, 22 Nov 2026 15:00:00 +0000",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(head.lines().any(|found| found == line), "{line} is not in\n{head}");
        }
        let body = BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap();
        assert_eq!(String::from_utf8(body).unwrap(), "平素より\r\n.\r\nお世話になっております。");
    }

    #[test]
    fn a_subject_arrives_as_it_was_written() {
        for subject in [
            "Warifu",
            "あと  28日",
            "株式会社　割符  電子",
            " edge ",
            "two  blanks",
            "=?utf-8?Q?evil?=",
            "髙﨑①㈱～〜￥\\𠮷🐟",
            &"あ".repeat(96),
            &"long ".repeat(40),
            &"x".repeat(140),
            "\\",
            "",
        ] {
            let text = letter("Warifu", subject, "");
            assert_eq!(read(&text, "Subject:"), subject);
            assert!(text.split("\r\n").all(|line| line.len() <= 78), "{text}");
        }
    }

    #[test]
    fn a_sender_name_never_becomes_an_address() {
        for name in ["Warifu", "x, y", "<x@y>", "\"quoted\"", "a\\", "割符  サービス", "a.b", "(c)"]
        {
            let text = letter(name, "s", "");
            assert_eq!(read(&text, "From:"), format!("{name} <warifu@example.jp>"));
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            let from = head.replace("\r\n ", " ");
            let from = from.lines().next().unwrap().to_owned();
            assert_eq!((from.matches('<').count(), from.matches('@').count()), (1, 1), "{from}");
            assert!(!from.contains(['"', '(', ',']), "{from}");
        }
        assert!(letter("", "s", "").starts_with("From: warifu@example.jp\r\n"));
    }

    proptest! {
        #[test]
        fn no_words_break_a_letter(name in "\\PC{0,60}", subject in "\\PC{0,120}", text in ".{0,200}") {
            let letter = letter(&name, &subject, &text);
            prop_assert!(letter.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])));
            let read = read(&letter, "Subject:");
            prop_assert_eq!(read, subject);
        }
    }
}
