//! Text from files that people hand to the app: whatever their editors and spreadsheets save.

use encoding_rs::{DecoderResult, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use warifu_protocol::{Details, ErrorCode};

use crate::Failure;

/// What DOS and some programs of today put behind the last line.
const END_OF_FILE: char = '\u{1a}';

/// Bytes that are no text, and where they stand.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {found} is no character in {encoding}")]
pub struct Undecodable {
    /// The line, from 1, whatever ends the lines.
    pub line: u32,
    /// The bytes in hexadecimal, such as `E4 BD`.
    pub found: String,
    /// The name of the encoding that the rest is in, as IANA writes it.
    pub encoding: &'static str,
}

impl From<Undecodable> for Failure {
    fn from(error: Undecodable) -> Self {
        let details = Details {
            line: Some(error.line),
            found: Some(error.found.clone()),
            ..Details::default()
        };
        Self::new(ErrorCode::TextUndecodable).with(details).because(&error)
    }
}

/// Reads a text in UTF-8, UTF-16 or Shift_JIS with the extensions of Windows (CP932), with or without
/// a byte-order mark, which is left out as is the mark for the end of a file of DOS.
///
/// # Errors
///
/// [`Undecodable`] with the first bytes that are no character, or that are the character NUL, which
/// no text holds.
pub fn decode(bytes: &[u8]) -> Result<String, Undecodable> {
    let encoding = encoding_of(bytes);
    let (mut decoder, mut text) = (encoding.new_decoder_with_bom_removal(), String::new());
    text.reserve(
        decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len()),
    );
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    let undecodable = |before: &str, found: &[u8]| Undecodable {
        line: u32::try_from(line_ends(before.as_bytes()) + 1).unwrap_or(u32::MAX),
        found: found.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" "),
        encoding: encoding.name(),
    };
    match result {
        // The room is enough for any text of this length.
        DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
        DecoderResult::Malformed(length, beyond) => {
            let end = read.saturating_sub(usize::from(beyond));
            let begin = end.saturating_sub(usize::from(length));
            return Err(undecodable(&text, bytes.get(begin..end).unwrap_or_default()));
        }
    }
    if let Some((before, _)) = text.split_once('\0') {
        return Err(undecodable(before, &[0]));
    }
    let marks = text.len() - text.trim_start_matches('\u{feff}').len();
    text.drain(..marks);
    let written = text.trim_end();
    if written.ends_with(END_OF_FILE) {
        text.truncate(written.trim_end_matches(END_OF_FILE).len());
    }
    Ok(text)
}

/// How many lines end in a text. Lines end with `\n`, `\r\n` or `\r`.
pub(crate) fn line_ends(text: &[u8]) -> usize {
    let followed = |at: usize| text.get(at + 1) == Some(&b'\n');
    let ends = text.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => !followed(*at),
        _ => false,
    });
    ends.count()
}

fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        return encoding;
    }
    if is_mostly_utf_8(bytes) { UTF_8 } else { SHIFT_JIS }
}

/// UTF-16 without its mark: each ASCII character, and every text has some, brings a zero byte, always
/// on the same side. No other encoding has any.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2) {
        match pair {
            [0, 0] => return None,
            [0, _] => even += 1,
            [_, 0] => odd += 1,
            _ => {}
        }
    }
    let pairs = bytes.len() / 2;
    // A single NUL in a text of bytes does not make it one of pairs.
    let many = |count: usize| count > 1 && count >= pairs / 20;
    match (even, odd) {
        (0, odd) if many(odd) => Some(UTF_16LE),
        (even, 0) if many(even) => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether the bytes are UTF-8, or were before some broke. Three bytes that are a character in UTF-8
/// hardly ever follow each other in Shift_JIS, while broken UTF-8 often passes for Shift_JIS.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| c.len_utf8() >= 3).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || whole > broken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "ユーザID,氏名\r\ntanaka,髙﨑①㈱Ⅲ㎝ 機構表能ソ\r\n";

    fn utf_16(text: &str, big: bool) -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn shift_jis(text: &str) -> Vec<u8> {
        let (bytes, _, unmappable) = SHIFT_JIS.encode(text);
        assert!(!unmappable);
        bytes.into_owned()
    }

    #[test]
    fn reads_every_encoding_that_windows_saves_with_and_without_its_mark() {
        let marked = format!("\u{feff}{TEXT}");
        let doubly = format!("\u{feff}\u{feff}{TEXT}");
        let texts = [
            TEXT.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            doubly.as_bytes().to_vec(),
            utf_16(&marked, false),
            utf_16(&marked, true),
            utf_16(TEXT, false),
            utf_16(TEXT, true),
            shift_jis(TEXT),
        ];
        for bytes in texts {
            assert_eq!(decode(&bytes).as_deref(), Ok(TEXT), "{bytes:02x?}");
        }
        assert_eq!(decode(b"").as_deref(), Ok(""));
        assert_eq!(decode(b"plain\n").as_deref(), Ok("plain\n"));
    }

    #[test]
    fn half_width_kana_and_characters_of_windows_and_of_users_are_shift_jis() {
        for text in ["ﾕｰｻﾞID,ﾒｰﾙ\r\nﾄｳｷﾖｳ,ﾃﾞﾝｻｲ", "株式会社～－∥", "纊褜鍈銈"]
        {
            assert_eq!(decode(&shift_jis(text)).as_deref(), Ok(text));
        }
        // What people draw themselves (外字) has a place of its own in Unicode.
        assert_eq!(decode(b"\xf0\x40,a").as_deref(), Ok("\u{e000},a"));
    }

    #[test]
    fn the_mark_for_the_end_of_a_file_is_no_part_of_it() {
        assert_eq!(decode(b"a\r\n\x1a").as_deref(), Ok("a\r\n"));
        assert_eq!(decode(b"a\r\n\x1a\r\n").as_deref(), Ok("a\r\n"));
        assert_eq!(decode(b"a\x1ab\x1a\x1a").as_deref(), Ok("a\x1ab"));
    }

    #[test]
    fn names_the_line_and_the_bytes_that_are_no_character() {
        let mut broken = "ユーザID,氏名\r\ntanaka,田中\r\nsato,佐".as_bytes().to_vec();
        broken.pop();
        let mut lone = utf_16("\u{feff}a\r\nb\rc\nd", false);
        lone.extend([0x00, 0xd8, b'x', 0]);
        let table: &[(&[u8], u32, &str, &str)] = &[
            (&broken, 3, "E4 BD", "UTF-8"),
            (b"\xef\xbb\xbfa\nb\xff\n", 2, "FF", "UTF-8"),
            (b"\x83\x86,\x81\r\n", 1, "81", "Shift_JIS"),
            (b"\x83\x86\r\n\x83\x86\r\n\xfd", 3, "FD", "Shift_JIS"),
            (b"a\rb\r\xa0", 3, "A0", "Shift_JIS"),
            (b"a\nb\0c", 2, "00", "UTF-8"),
            (&lone, 4, "00 D8", "UTF-16LE"),
            (b"PK\x03\x04\0\0\x81\x20", 1, "81", "Shift_JIS"),
        ];
        for (bytes, line, found, encoding) in table {
            let error = decode(bytes).unwrap_err();
            let expected = Undecodable { line: *line, found: (*found).to_owned(), encoding };
            assert_eq!(error, expected, "{bytes:02x?}");
        }
        let failure = Failure::from(decode(b"a\n\xff").unwrap_err());
        assert_eq!((failure.details.line, failure.details.found.as_deref()), (Some(2), Some("FF")));
    }

    #[test]
    fn a_broken_byte_does_not_make_garbled_text_of_the_rest() {
        let text = "ユーザID,メールアドレス,権限\r\ntanaka,a@example.jp,債権照会\r\n".as_bytes();
        for at in (0..text.len()).filter(|at| text[*at] >= 0x80) {
            let mut broken = text.to_vec();
            broken.remove(at);
            let error = decode(&broken).unwrap_err();
            assert_eq!(error.encoding, "UTF-8", "without byte {at}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Err(error) = decode(&bytes) {
                prop_assert!(error.line >= 1 && !error.found.is_empty(), "{error:?}");
            }
        }

        #[test]
        fn text_in_utf_8_is_read_as_it_stands(text in "[ -~\r\nぁ-んァ-ヶ一-龠｡-ﾟ０-９𠮷🐟]{0,80}") {
            prop_assert_eq!(decode(text.as_bytes()), Ok(text.clone()));
            let marked = utf_16(&format!("\u{feff}{text}"), true);
            prop_assert_eq!(decode(&marked), Ok(text));
        }

        #[test]
        fn text_in_shift_jis_is_read_as_windows_wrote_it(text in "[ -~]{0,20}[ァ-ヶ]{1,20}[ -~ｱ-ﾟ]{0,20}") {
            let (bytes, _, unmappable) = SHIFT_JIS.encode(&text);
            prop_assume!(!unmappable);
            prop_assert_eq!(decode(&bytes), Ok(text));
        }
    }
}
