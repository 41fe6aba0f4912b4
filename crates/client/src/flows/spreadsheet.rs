//! Files of spreadsheets: what they save as CSV is read, and what is written they open rightly.

use csv::{QuoteStyle, ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use warifu_protocol::{Details, ErrorCode};

use crate::{
    Failure,
    flows::encoding::{decode, line_ends},
};

/// What can stand between cells. The first of several that fit equally well is taken.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// How many records at the beginning are looked at to find the separator.
const BEGINNING: usize = 20;

/// Most cells of a record: a spreadsheet has more, a list of users never.
const MAX_CELLS: usize = 1_000;

/// Most characters of a cell that a message shows.
const SHOWN: usize = 60;

/// A record that is not empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Record {
    /// The line of the file where it begins, from 1.
    pub(crate) line: u32,
    /// What its cells hold, without what is empty at its end.
    pub(crate) cells: Vec<String>,
}

impl Record {
    /// A cell; empty if the record ends before it.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Reads the records of a file in any encoding of [`decode`], at most one more than `most`. `fits` says
/// how well the cells of a record look like what is looked for: of several separators the one is
/// taken that makes the best record near the beginning.
///
/// # Errors
///
/// `text-undecodable`, `quote-open`; `file-unreadable` if it is no list at all.
pub(crate) fn read(
    bytes: &[u8],
    most: usize,
    fits: impl Fn(&[String]) -> usize,
) -> Result<Vec<Record>, Failure> {
    let mut text = decode(bytes)?;
    let (named, skipped) = separator_line(&text);
    let separator = named.unwrap_or_else(|| likely_separator(&text, fits));
    // What stands behind the text is a record of its own, unless a quotation mark is open there.
    text.push_str(BEHIND);
    let end = text.len() - 1;
    let unreadable = || Failure::new(ErrorCode::FileUnreadable);
    let mut records = Vec::new();
    let mut lines = Lines::of(&text);
    let mut reader = reader(&text[skipped..], separator);
    let mut raw = StringRecord::new();
    while reader.read_record(&mut raw).map_err(|error| unreadable().because(&error))? {
        let line = lines.of_next(skipped + offset(raw.position()));
        if lines.at >= end {
            break;
        }
        if skipped + offset(Some(reader.position())) > end {
            return Err(open_quote(&raw, line));
        }
        let cells = cells(&raw);
        if cells.len() > MAX_CELLS {
            return Err(unreadable().with(Details { line: Some(line), ..Details::default() }));
        }
        if !cells.is_empty() {
            records.push(Record { line, cells });
        }
        if records.len() > most {
            break;
        }
    }
    Ok(records)
}

/// Writes records that Excel opens rightly in Japanese: UTF-8 with a mark that says so, every cell in
/// quotes, lines that end as on Windows. No cell is taken for a formula.
///
/// # Errors
///
/// `app-failed`, which does not happen: memory takes all that is written.
pub(crate) fn write<Cell: AsRef<str>>(
    records: impl IntoIterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::error::Error| Failure::new(ErrorCode::AppFailed).because(error);
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::from("\u{feff}"));
    for record in records {
        writer
            .write_record(record.iter().map(|cell| guarded(cell.as_ref())))
            .map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// A cell as messages show it: in one line, and not longer than a line.
pub(crate) fn shown(cell: &str) -> String {
    let mut text: String =
        cell.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cell.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}

/// Ends the last line while the text is read, and makes a record of one character behind it.
const BEHIND: &str = "\nx";

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// What a first line such as `sep=;` says, by which Excel is told, and where the next line begins.
fn separator_line(text: &str) -> (Option<u8>, usize) {
    let length = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..length].trim().trim_matches('"');
    let named = line.get(..4).filter(|word| word.eq_ignore_ascii_case("sep="));
    match (named, line.as_bytes().get(4..)) {
        // Excel ends the line with the separator's own kind when it saves the file again.
        (Some(_), Some([separator, rest @ ..]))
            if separator.is_ascii() && rest.iter().all(|byte| byte == separator) =>
        {
            (Some(*separator), length)
        }
        // A tab is taken off with the blanks.
        (Some(_), Some([])) => (Some(b'\t'), length),
        _ => (None, 0),
    }
}

fn likely_separator(text: &str, fits: impl Fn(&[String]) -> usize) -> u8 {
    let best = |separator: u8| {
        let mut reader = reader(text, separator);
        let records = reader.records().map_while(Result::ok).take(BEGINNING);
        let looks = |record: StringRecord| (fits(&cells(&record)), record.len());
        // One after the other: the best fit and the widest record may be two.
        records.map(looks).fold((0, 0), |best, look| (best.0.max(look.0), best.1.max(look.1)))
    };
    // Of equals the last one wins.
    SEPARATORS.into_iter().rev().max_by_key(|separator| best(*separator)).unwrap_or(b',')
}

fn cells(raw: &StringRecord) -> Vec<String> {
    let bare = |cell| trimmed(cell).is_empty();
    // Excel writes as many commas as its widest record has, sometimes thousands.
    let length = (0..raw.len()).rev().find(|at| raw.get(*at).is_some_and(|cell| !bare(cell)));
    let filled = raw.iter().take(length.map_or(0, |last| last + 1));
    filled.map(|cell| unguarded(trimmed(cell))).collect()
}

fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// What has no width and no meaning in a table; web pages and chat programs put it between words.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// That the last cell of a record has swallowed the end of the text.
fn open_quote(raw: &StringRecord, line: u32) -> Failure {
    let (last, before) =
        raw.iter().collect::<Vec<_>>().split_last().map_or(("", 0), |(last, rest)| {
            (*last, rest.iter().map(|cell| line_ends(cell.as_bytes())).sum())
        });
    Failure::new(ErrorCode::QuoteOpen).with(Details {
        line: Some(line.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))),
        found: Some(shown(last.strip_suffix(BEHIND).unwrap_or(last))),
        ..Details::default()
    })
}

fn offset(position: Option<&csv::Position>) -> usize {
    position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0)
}

/// What spreadsheets take for the beginning of a formula, in half and full width.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Whether a cell would be a formula but for the apostrophes before it.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

fn guarded(cell: &str) -> String {
    let apostrophe = if is_formula(cell) { "'" } else { "" };
    format!("{apostrophe}{cell}")
}

/// The text of a cell that was guarded, here or as `="00123"`, by which people keep Excel from taking
/// text for a number.
fn unguarded(cell: &str) -> String {
    if let Some(text) = cell.strip_prefix('\'').filter(|rest| is_formula(rest)) {
        return text.to_owned();
    }
    match cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        Some(text) => text.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}

/// Finds the lines where records begin, one after the other. The reader's own count knows one kind of
/// line end only, and stops before those that it skips.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of a record that is none of those before.
    fn of_next(&mut self, start: usize) -> u32 {
        let start = start.max(self.at);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.at..start + skipped).unwrap_or_default();
        let ends = u32::try_from(line_ends(passed)).unwrap_or(u32::MAX);
        self.line = self.line.saturating_add(ends);
        self.at = start + skipped;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Knows the headings that these tests use.
    fn fits(cells: &[String]) -> usize {
        cells
            .iter()
            .filter(|cell| ["User ID", "E-mail", "ユーザID"].contains(&cell.as_str()))
            .count()
    }

    fn read(bytes: &[u8]) -> Result<Vec<Record>, Failure> {
        super::read(bytes, 1_000, fits)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text.as_bytes()).unwrap().into_iter().map(|record| record.cells).collect()
    }

    fn lines(text: &str) -> Vec<u32> {
        read(text.as_bytes()).unwrap().into_iter().map(|record| record.line).collect()
    }

    #[test]
    fn reads_what_spreadsheets_save() {
        let text = "ユーザID,メール\r\ntanaka,\"a,b\"\r\n\r\nsato,x\r\n";
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        for bytes in [text.as_bytes(), &shift_jis] {
            let records = read(bytes).unwrap();
            let cells: Vec<_> = records.iter().map(|record| record.cells.clone()).collect();
            assert_eq!(cells, [["ユーザID", "メール"], ["tanaka", "a,b"], ["sato", "x"]]);
            assert_eq!(records[2].line, 4);
        }
    }

    #[test]
    fn finds_the_separator_by_what_is_looked_for() {
        for (text, expected) in [
            ("User ID\tE-mail\na\tb", [["User ID", "E-mail"], ["a", "b"]]),
            ("User ID;E-mail\na;b", [["User ID", "E-mail"], ["a", "b"]]),
            ("User ID|E-mail\na|b,c", [["User ID", "E-mail"], ["a", "b,c"]]),
            ("User ID,E-mail\na;x;y;z,b", [["User ID", "E-mail"], ["a;x;y;z", "b"]]),
            ("sep=;\r\nUser ID;E-mail\na;b", [["User ID", "E-mail"], ["a", "b"]]),
            ("SEP=\t\nUser ID\tE-mail\na\tb", [["User ID", "E-mail"], ["a", "b"]]),
            ("\"sep=,\"\nUser ID,E-mail\na,b", [["User ID", "E-mail"], ["a", "b"]]),
            ("sep=,,\nUser ID,E-mail\na,b", [["User ID", "E-mail"], ["a", "b"]]),
        ] {
            assert_eq!(cells(text), expected, "{text}");
        }
        // A title with commas above the headings says nothing.
        assert_eq!(
            cells("a,b,c,d\nUser ID\tE-mail\n1\t2"),
            vec![vec!["a,b,c,d"], vec!["User ID", "E-mail"], vec!["1", "2"]]
        );
    }

    #[test]
    fn counts_lines_whatever_ends_them() {
        for end in ["\n", "\r", "\r\n"] {
            let text = ["a", "", "\"b", "c\"", " ,,", "d", ""].join(end);
            assert_eq!(lines(&text), [1, 3, 6], "{end:?}");
            assert_eq!(lines(&format!("sep=,{end}{text}")), [2, 4, 7], "{end:?}");
        }
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_swallows_nobody() {
        for (text, line, found) in [
            ("a,b\r\nc,\"d,e\r\nf,g\r\n", 2, "d,e  f,g"),
            ("a,b\rc,d\r\"e", 3, "e"),
            ("a,\"b\nb\",\"c\n", 2, "c"),
            ("\"", 1, ""),
        ] {
            let failure = read(text.as_bytes()).unwrap_err();
            assert_eq!(failure.code, ErrorCode::QuoteOpen, "{text}");
            assert_eq!(failure.details.line, Some(line), "{text}");
            assert_eq!(failure.details.found.as_deref().map(str::trim_end), Some(found), "{text}");
        }
        for text in ["a,\"b\"\n", "\"a\"", "5\" disk,b", "\"a\"\"\"", "\"a\"\r"] {
            read(text.as_bytes()).unwrap();
        }
    }

    #[test]
    fn cells_are_text_however_they_were_kept_from_being_something_else() {
        let text = "=\"00123\",\"=\"\"a\"\"\",'=1,'x,\u{3000} b\u{a0}\u{200b},\"\u{feff}c\"\n";
        assert_eq!(cells(text), [["00123", "a", "=1", "'x", "b", "c"]]);
    }

    #[test]
    fn what_is_empty_is_no_record_and_what_is_huge_is_refused() {
        assert_eq!(cells(""), Vec::<Vec<String>>::new());
        assert_eq!(cells(",,,\n \n\u{3000},\n"), Vec::<Vec<String>>::new());
        assert_eq!(cells(&format!("a{}\n", ",".repeat(20_000))), [["a"]]);
        let wide = format!("a\n{}", "b,".repeat(20_000));
        let failure = read(wide.as_bytes()).unwrap_err();
        assert_eq!(failure.code, ErrorCode::FileUnreadable);
        assert_eq!(failure.details.line, Some(2));
        let long = super::read("a\n".repeat(100).as_bytes(), 10, fits).unwrap();
        assert_eq!(long.len(), 11);
    }

    #[test]
    fn what_messages_show_of_a_cell_is_short_and_in_one_line() {
        assert_eq!(shown("a\r\nb"), "a  b");
        assert_eq!(shown(&"あ".repeat(61)), format!("{}…", "あ".repeat(60)));
        assert_eq!(shown(&"あ".repeat(60)), "あ".repeat(60));
    }

    #[test]
    fn no_cell_is_a_formula() {
        let row = ["=1+1", "+81", "-x", "@SUM", "a=b", "'x", "'=1", "＝1"].to_vec();
        let text = String::from_utf8(write([vec!["=h"], row]).unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}\"'=h\"\r\n\"'=1+1\",\"'+81\",\"'-x\",\"'@SUM\",\"a=b\",\"'x\",\"''=1\",\"'＝1\"\r\n"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            rows in proptest::collection::vec(
                proptest::collection::vec("[ -~あ漢\r\n]{0,12}", 1..5), 1..5,
            ),
        ) {
            let rows: Vec<Vec<String>> = rows
                .into_iter()
                .map(|row| row.into_iter().map(|cell| cell.trim().to_owned()).collect())
                .collect();
            // Beside what looks for them, so that the separator is not to be guessed.
            let headings = ["User ID", "E-mail"].map(String::from).to_vec();
            let mut written = vec![headings];
            written.extend(rows);
            let file = write(written.clone()).unwrap();
            let read: Vec<_> = read(&file).unwrap().into_iter().map(|record| record.cells).collect();
            let expected: Vec<Vec<String>> = written
                .into_iter()
                .map(|mut row| {
                    while row.last().is_some_and(String::is_empty) {
                        row.pop();
                    }
                    row
                })
                .filter(|row| !row.is_empty())
                .collect();
            prop_assert_eq!(read, expected);
        }

        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_table_makes_reading_panic_or_lines_go_back(text in "[a,;|\t\"\r\n=']{0,60}") {
            if let Ok(records) = read(text.as_bytes()) {
                prop_assert!(records.is_sorted_by(|one, next| one.line < next.line), "{:?}", records);
            }
        }
    }
}
