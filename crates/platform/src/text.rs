//! Text in a file, from whatever editor it was written with.
//!
//! UTF-8 with or without a byte-order mark, and UTF-16 with one (Notepad's "Unicode", PowerShell's `>`).
//! Anything else is named for what it is, never guessed.

use std::{io, path::Path};

use crate::file;

/// Why a file gives no text.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// It cannot be read at all.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is longer than anything of its kind.
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
    /// Neither UTF-8 nor UTF-16; the first line, from 1, that is none.
    #[error("line {0} is not UTF-8: save the file as UTF-8 (it may be in Shift_JIS)")]
    Encoding(usize),
    /// UTF-16 or UTF-32 without the mark that says so, or a broken one.
    #[error("it is UTF-16 without its mark, or UTF-32, or no text at all: save the file as UTF-8")]
    Wide,
}

/// Reads a file of at most `limit` bytes as text, without a byte-order mark.
///
/// # Errors
///
/// [`TextError`].
pub fn read(path: &Path, limit: usize) -> Result<String, TextError> {
    let bytes = file::read_up_to(path, limit)?;
    if bytes.len() > limit {
        return Err(TextError::TooLong(limit));
    }
    decode(&bytes)
}

/// The text that bytes hold, without a byte-order mark.
///
/// # Errors
///
/// [`TextError::Encoding`] and [`TextError::Wide`].
pub fn decode(bytes: &[u8]) -> Result<String, TextError> {
    match bytes {
        // UTF-32 begins as UTF-16 does.
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(TextError::Wide),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => narrow(rest),
        bytes => narrow(bytes),
    }
}

fn narrow(bytes: &[u8]) -> Result<String, TextError> {
    // No text has a NUL; UTF-16 without its mark is half NULs.
    if bytes.contains(&0) {
        return Err(TextError::Wide);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let ends = before.iter().filter(|byte| **byte == b'\n').count();
            Err(TextError::Encoding(ends + 1))
        }
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TextError> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return Err(TextError::Wide) };
    // Made long enough at once: what it held before growing would stay in memory, and it may be secret.
    let mut text = String::with_capacity(bytes.len() / 2 * 3);
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok('\0') | Err(_) => return Err(TextError::Wide),
            Ok(character) => text.push(character),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn what_editors_write_is_read() {
        let text = "service_name = \"割符🐟\"\r\nnext\n";
        let files = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16(text, true, u16::to_le_bytes),
            utf16(text, true, u16::to_be_bytes),
        ];
        for bytes in files {
            assert_eq!(decode(&bytes).unwrap(), text, "{bytes:02x?}");
        }
        assert_eq!(decode(b"").unwrap(), "");
        assert_eq!(decode(b"\xff\xfe").unwrap(), "");
    }

    #[test]
    fn what_is_no_text_is_named() {
        let wide: &[&[u8]] = &[
            &utf16("ab", false, u16::to_le_bytes),
            &utf16("ab", false, u16::to_be_bytes),
            b"\xff\xfea",
            b"\xff\xfe\x00\xd8",
            b"\xff\xfe\0\0a\0\0\0",
            b"\0\0\xfe\xff\0\0\0a",
            b"a\0b",
        ];
        for bytes in wide {
            assert!(matches!(decode(bytes), Err(TextError::Wide)), "{bytes:02x?}");
        }
        // 割符 in Shift_JIS, on the second line.
        assert!(matches!(decode(b"a\n\x8a\x84\x95\x84\n"), Err(TextError::Encoding(2))));
        assert!(matches!(decode(b"\xef\xbb\xbf\xff"), Err(TextError::Encoding(1))));
    }

    #[test]
    fn a_long_or_missing_file_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long");
        assert!(matches!(read(&path, 10), Err(TextError::Io(_))));
        std::fs::write(&path, "12345678901").unwrap();
        assert!(matches!(read(&path, 10), Err(TextError::TooLong(10))));
        assert_eq!(read(&path, 11).unwrap(), "12345678901");
    }

    proptest! {
        #[test]
        fn text_comes_back_from_every_encoding(text in "[^\0\u{feff}]{0,60}") {
            prop_assert_eq!(decode(text.as_bytes()).unwrap(), text.clone());
            prop_assert_eq!(decode(&utf16(&text, true, u16::to_le_bytes)).unwrap(), text.clone());
            prop_assert_eq!(decode(&utf16(&text, true, u16::to_be_bytes)).unwrap(), text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = decode(&bytes);
        }
    }
}
