//! What a mail server answers: a code first, bytes second (RFC 5321 §4.2).
//!
//! The code alone decides. The text behind it may be in any encoding, or missing; it is kept to be
//! shown to people, and only the answer to `EHLO` is looked into.

use std::fmt;

/// Most bytes of one answer, all of its lines together. RFC 5321 §4.5.3.1.5 has 512 for a line.
pub(super) const MOST: usize = 64 * 1024;

/// Most characters of an answer that are kept and shown.
const SHOWN: usize = 300;

/// An answer, whole.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Reply {
    code: u16,
    lines: Vec<Vec<u8>>,
}

/// What an answer means, by the first digit of its code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Meaning {
    /// 2: done.
    Done,
    /// 3: go on.
    GoOn,
    /// 4: not now.
    NotNow,
    /// 5: never.
    Never,
}

/// Why bytes are no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Nonsense {
    /// A line does not begin with a code; how it begins instead.
    NoCode(Vec<u8>),
    /// The lines of one answer have different codes.
    TwoCodes(u16, u16),
    /// It is longer than [`MOST`].
    Endless,
}

impl Reply {
    /// The answer at the front of `bytes` and how many of them it takes, or `None` while its last
    /// line has not ended.
    ///
    /// # Errors
    ///
    /// What came is no answer, whatever may follow.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Nonsense> {
        let mut lines: Vec<Vec<u8>> = Vec::new();
        let mut code = None;
        let mut taken = 0;
        loop {
            let rest = bytes.get(taken..).unwrap_or_default();
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                let has_begun_well = rest.iter().take(3).all(u8::is_ascii_digit);
                return match (has_begun_well, bytes.len() < MOST) {
                    (false, _) => Err(Nonsense::NoCode(start_of(rest))),
                    (true, true) => Ok(None),
                    (true, false) => Err(Nonsense::Endless),
                };
            };
            taken += end + 1;
            if taken > MOST {
                return Err(Nonsense::Endless);
            }
            let line = rest.get(..end).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let (found, more, text) =
                parts(line).ok_or_else(|| Nonsense::NoCode(start_of(line)))?;
            let first = *code.get_or_insert(found);
            if first != found {
                return Err(Nonsense::TwoCodes(first, found));
            }
            lines.push(text.to_vec());
            if !more {
                return Ok(Some((Self { code: found, lines }, taken)));
            }
        }
    }

    /// The code: 200 to 599.
    pub(super) const fn code(&self) -> u16 {
        self.code
    }

    /// What it means.
    pub(super) const fn meaning(&self) -> Meaning {
        match self.code {
            ..300 => Meaning::Done,
            300..400 => Meaning::GoOn,
            400..500 => Meaning::NotNow,
            500.. => Meaning::Never,
        }
    }

    /// Whether the server closes the connection, whatever it was asked (RFC 5321 §3.8).
    pub(super) const fn closes(&self) -> bool {
        self.code == 421
    }

    /// The text of each line, as it came.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(Vec::as_slice)
    }
}

impl fmt::Display for Reply {
    /// The code and as much of the text as people want to see, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = printable(&self.lines.join(&b' '));
        let text: String = text.chars().take(SHOWN).collect();
        match text.trim_end() {
            "" => write!(f, "{}", self.code),
            text => write!(f, "{} {text}", self.code),
        }
    }
}

impl fmt::Display for Nonsense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCode(start) => {
                write!(f, "what came is no answer of a mail server: \"{}\"", printable(start))
            }
            Self::TwoCodes(first, then) => {
                write!(f, "the mail server answered {first} and {then} at once")
            }
            Self::Endless => f.write_str("the mail server's answer does not end"),
        }
    }
}

/// A line's code, whether another line follows, and its text. `250` alone is a whole line
/// (RFC 5321 §4.2 demands that it is taken).
fn parts(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_first_chunk::<3>()?;
    let [first @ b'2'..=b'5', second @ b'0'..=b'9', third @ b'0'..=b'9'] = digits else {
        return None;
    };
    let value = |digit: &u8| u16::from(digit - b'0');
    let code = value(first) * 100 + value(second) * 10 + value(third);
    match rest.split_first() {
        None => Some((code, false, rest)),
        Some((b'-', text)) => Some((code, true, text)),
        Some((b' ' | b'\t', text)) => Some((code, false, text)),
        Some(_) => None,
    }
}

fn start_of(line: &[u8]) -> Vec<u8> {
    line.iter().take(40).copied().collect()
}

/// Text for people: UTF-8 as it is, bytes of another encoding by their numbers, nothing that moves
/// a terminal's cursor.
pub(super) fn printable(text: &[u8]) -> String {
    match std::str::from_utf8(text) {
        Ok(text) => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        Err(_) => text.escape_ascii().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(bytes: &[u8]) -> Reply {
        let (reply, taken) = Reply::parse(bytes).unwrap().unwrap();
        assert_eq!(taken, bytes.len());
        reply
    }

    #[test]
    fn the_code_counts_and_the_text_is_any_bytes_or_none() {
        let long = [b"250 ".as_slice(), &[b'x'; 10_000], b"\r\n"].concat();
        // 「宛先が存在しません」 in CP932, ISO-2022-JP and EUC-JP, and `boîte pleine` in Latin-1.
        let cp932 =
            b"550 \x88\xb6\x90\xe6\x82\xaa\x91\xb6\x8d\xdd\x82\xb5\x82\xdc\x82\xb9\x82\xf1\r\n";
        let table: [(&[u8], u16, &str); 16] = [
            (b"220 mail.example.jp ESMTP\r\n", 220, "220 mail.example.jp ESMTP"),
            (b"250\r\n", 250, "250"),
            (b"250\n", 250, "250"),
            (b"250 \r\n", 250, "250"),
            (b"250\tok\r\n", 250, "250 ok"),
            (b"250-first\r\n250-\r\n250 last\r\n", 250, "250 first  last"),
            (b"250-first\r\n250\r\n", 250, "250 first"),
            (b"354 go on\r\n", 354, "354 go on"),
            (b"451-4.7.1 busy\r\n451 4.7.1 later\r\n", 451, "451 4.7.1 busy 4.7.1 later"),
            (
                cp932,
                550,
                r"550 \x88\xb6\x90\xe6\x82\xaa\x91\xb6\x8d\xdd\x82\xb5\x82\xdc\x82\xb9\x82\xf1",
            ),
            (b"550 \x1b$B084h\x1b(B\r\n", 550, "550  $B084h (B"),
            (b"550 \xb0\xb8\xc0\xe8\r\n", 550, r"550 \xb0\xb8\xc0\xe8"),
            (b"552 bo\xeete pleine\r\n", 552, r"552 bo\xeete pleine"),
            ("550 宛先が存在しません\r\n".as_bytes(), 550, "550 宛先が存在しません"),
            (b"550 a\0b\x1b[2Jc\r\n", 550, "550 a b [2Jc"),
            (b"599 a\rb\r\n", 599, "599 a b"),
        ];
        for (bytes, code, shown) in table {
            let reply = whole(bytes);
            assert_eq!((reply.code(), reply.to_string().as_str()), (code, shown));
        }
        let reply = whole(&long);
        assert_eq!(reply.to_string().len(), 4 + SHOWN);
    }

    #[test]
    fn what_is_no_answer_is_named_at_once() {
        let table: [&[u8]; 12] = [
            b"\r\n",
            b"ok\r\n",
            b"25\r\n",
            b"2500 ok\r\n",
            b"250ok\r\n",
            b"150 ok\r\n",
            b"650 ok\r\n",
            b" 250 ok\r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
            b"\x16\x03\x01",
            b"\0\0\0",
            b"250-ok\r\nmore\r\n",
        ];
        for bytes in table {
            let found = Reply::parse(bytes);
            assert!(matches!(found, Err(Nonsense::NoCode(_))), "{bytes:?}: {found:?}");
        }
        let two = Reply::parse(b"250-ok\r\n550 no\r\n").unwrap_err();
        assert_eq!(two, Nonsense::TwoCodes(250, 550));
        assert_eq!(Reply::parse(&[b'2'; MOST]).unwrap_err(), Nonsense::Endless);
        let lines = b"250-x\r\n".repeat(MOST / 7 + 1);
        assert_eq!(Reply::parse(&lines).unwrap_err(), Nonsense::Endless);
    }

    #[test]
    fn what_follows_an_answer_is_left() {
        let bytes = b"220 go\r\n250 planted\r\n";
        let (reply, taken) = Reply::parse(bytes).unwrap().unwrap();
        assert_eq!((reply.code(), taken), (220, 8));
        for end in 0..8 {
            assert_eq!(Reply::parse(&bytes[..end]).unwrap(), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            if let Ok(Some((reply, taken))) = Reply::parse(&bytes) {
                prop_assert!(taken <= bytes.len());
                prop_assert!((200..600).contains(&reply.code()));
                prop_assert!(reply.to_string().chars().count() <= 4 + SHOWN);
            }
        }

        #[test]
        fn a_code_is_found_before_any_text_however_it_comes(
            code in 200_u16..600,
            lines in proptest::collection::vec(
                proptest::collection::vec(any::<u8>().prop_filter("no line end", |b| *b != b'\n'), 0..200),
                1..5,
            ),
        ) {
            let mut bytes = Vec::new();
            for (index, line) in lines.iter().enumerate() {
                let mark = if index + 1 == lines.len() { ' ' } else { '-' };
                bytes.extend_from_slice(format!("{code}{mark}").as_bytes());
                bytes.extend_from_slice(line);
                bytes.extend_from_slice(b"\r\n");
            }
            for end in 0..bytes.len() {
                prop_assert_eq!(Reply::parse(&bytes[..end]), Ok(None));
            }
            let (reply, taken) = Reply::parse(&bytes).unwrap().unwrap();
            prop_assert_eq!((reply.code(), taken), (code, bytes.len()));
            prop_assert!(!reply.to_string().chars().any(char::is_control));
        }
    }
}
