//! Tables in files: what spreadsheets write is read, and what is written they open rightly.

use std::fmt::Write as _;

use warifu_protocol::{Details, ErrorCode};

use crate::{Failure, encoding::decode};

/// The largest file that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The table of a file.
#[derive(Debug)]
pub(crate) struct Table {
    headings: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// A row that is not empty.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line of the file where it begins, from 1.
    pub(crate) line: u32,
    cells: Vec<String>,
}

impl Table {
    /// Reads a file in UTF-8, UTF-16 or Shift_JIS, with commas, tabs or semicolons between the cells.
    ///
    /// # Errors
    ///
    /// `text-undecodable` if it is no text, `file-unreadable` if it is no table.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let unreadable = || Failure::new(ErrorCode::FileUnreadable);
        if bytes.len() > MAX_BYTES {
            return Err(unreadable());
        }
        let text = decode(bytes)?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator(&text))
            .from_reader(text.as_bytes());
        let mut lines = Lines::of(&text);
        let mut rows = reader.records().map(|record| {
            let record = record.map_err(|error| unreadable().because(&error))?;
            Ok::<_, Failure>(Row {
                line: lines.of_next(record.position()),
                cells: record.iter().map(|cell| unguarded(cell.trim()).to_owned()).collect(),
            })
        });
        let headings = rows.next().ok_or_else(unreadable)??.cells;
        let rows = rows
            .filter(|row| {
                row.as_ref().map_or(true, |row| row.cells.iter().any(|cell| !cell.is_empty()))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { headings, rows })
    }

    /// Where the column with one of these headings is.
    pub(crate) fn column(&self, names: &[&str]) -> Option<usize> {
        let same = |heading: &String| names.iter().any(|name| fold(name) == fold(heading));
        self.headings.iter().position(same)
    }

    /// The same of a column that has to be there.
    ///
    /// # Errors
    ///
    /// `file-unreadable` with the first of the headings.
    pub(crate) fn needed(&self, names: &[&str]) -> Result<usize, Failure> {
        self.column(names).ok_or_else(|| {
            let field = names.first().map(|name| (*name).to_owned());
            Failure::new(ErrorCode::FileUnreadable).with(Details { field, ..Details::default() })
        })
    }
}

impl Row {
    /// A cell; empty if the row ends before it.
    pub(crate) fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", String::as_str)
    }
}

/// Writes a table that Excel opens rightly in Japanese: UTF-8 with a mark that says so, every cell in
/// quotes, lines that end as on Windows. No cell is taken for a formula.
pub(crate) fn write<'a>(
    headings: &[String],
    rows: impl Iterator<Item = Vec<std::borrow::Cow<'a, str>>>,
) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        for (index, cell) in cells.enumerate() {
            let comma = if index > 0 { "," } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(text, "{comma}\"{}\"", guarded(cell).replace('"', "\"\""));
        }
        text.push_str("\r\n");
    };
    line(&mut headings.iter().map(String::as_str));
    for row in rows {
        line(&mut row.iter().map(AsRef::as_ref));
    }
    text.into_bytes()
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

fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// Finds the lines where records begin, one after the other. The reader's own count stops before the
/// ends of lines that it skips.
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
    fn of_next(&mut self, position: Option<&csv::Position>) -> u32 {
        let start = position.and_then(|position| usize::try_from(position.byte()).ok());
        let start = start.unwrap_or(0).max(self.at);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.at..start + skipped).unwrap_or_default();
        let ends = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.at = start + skipped;
        self.line
    }
}

/// The separator that the first line has most of.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    // The last of several that are equally frequent wins: the comma.
    [b';', b'\t', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// Headings are the same whatever their case, and with or without spaces in between.
fn fold(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    fn cells(table: &Table) -> Vec<Vec<String>> {
        table.rows.iter().map(|row| row.cells.clone()).collect()
    }

    #[test]
    fn reads_what_spreadsheets_save() {
        let text = "ユーザID,メール\r\ntanaka,\"a,b\"\r\n\r\nsato,x\r\n";
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        let utf16: Vec<u8> = "\u{feff}"
            .chars()
            .chain(text.chars())
            .map(u32::from)
            .flat_map(|c| u16::try_from(c).unwrap().to_le_bytes())
            .collect();
        let with_mark = format!("\u{feff}{text}");
        for bytes in [text.as_bytes(), &sjis, &utf16, with_mark.as_bytes()] {
            let table = Table::read(bytes).unwrap();
            assert_eq!(table.column(&["ユーザID"]), Some(0));
            assert_eq!(cells(&table), [["tanaka", "a,b"], ["sato", "x"]]);
            assert_eq!(table.rows[1].line, 4);
        }
        for separated in ["User ID\tE-mail\na\tb", "User ID;E-mail\na;b"] {
            let table = Table::read(separated.as_bytes()).unwrap();
            assert_eq!(table.column(&["userid"]), Some(0));
            assert_eq!(cells(&table), [["a", "b"]]);
        }
    }

    #[test]
    fn says_which_heading_is_missing_and_what_is_no_table() {
        let failure = Table::read(b"a,b\n1,2").unwrap().needed(&["User ID"]).unwrap_err();
        assert_eq!(failure.details.field.as_deref(), Some("User ID"));
        assert_eq!(Table::read(b"").unwrap_err().code, ErrorCode::FileUnreadable);
        for bytes in [&b"PK\x03\x04\0\0\x81\x20"[..], &[0xff, 0xfe, 0x00]] {
            assert_eq!(Table::read(bytes).unwrap_err().code, ErrorCode::TextUndecodable);
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        let row = ["=1+1", "+81", "-x", "@SUM", "a=b", "'x", "'=1"].map(Cow::from).to_vec();
        let written = write(&[String::from("=h")], std::iter::once(row));
        let text = String::from_utf8(written).unwrap();
        assert_eq!(
            text,
            "\u{feff}\"'=h\"\r\n\"'=1+1\",\"'+81\",\"'-x\",\"'@SUM\",\"a=b\",\"'x\",\"''=1\"\r\n"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in proptest::collection::vec("[ -~あ漢\n]{1,12}", 2..5)) {
            let row: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            prop_assume!(row.iter().any(|cell| !cell.is_empty()));
            let headings: Vec<String> = row.iter().map(|_| String::from("h")).collect();
            let cows = row.iter().map(|cell| Cow::from(cell.as_str())).collect();
            let table = Table::read(&write(&headings, std::iter::once(cows))).unwrap();
            prop_assert_eq!(self::cells(&table), vec![row]);
        }

        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Table::read(&bytes);
        }
    }
}
