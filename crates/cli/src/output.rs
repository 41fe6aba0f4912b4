//! What the program says: lines for people, or one JSON document for programs.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;
use serde_json::json;

use crate::{
    text::{Words, trouble},
    trouble::Trouble,
};

/// Where a command says what it does and finds. Nobody may be listening any more, as behind `head`;
/// what is written then is lost, and what is done is not.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    words: &'static Words,
}

impl Output {
    pub(crate) const fn new(json: bool, words: &'static Words) -> Self {
        Self { json, words }
    }

    /// Says something to people.
    pub(crate) fn line(&self, text: impl AsRef<str>) {
        if !self.json {
            let _ = writeln!(io::stdout().lock(), "{}", text.as_ref());
        }
    }

    /// Says something beside the result.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        if !self.json {
            let _ = writeln!(io::stderr().lock(), "{}", text.as_ref());
        }
    }

    /// Asks for a line of standard input, if a person is there to type it.
    pub(crate) fn prompt(&self, text: &str) {
        if io::stdin().is_terminal() {
            let mut terminal = io::stderr().lock();
            let _ = write!(terminal, "{text}").and_then(|()| terminal.flush());
        }
    }

    /// Tells programs the result.
    pub(crate) fn document(&self, document: &impl Serialize) {
        if !self.json {
            return;
        }
        let text = serde_json::to_string_pretty(document).map_err(io::Error::from);
        let _ = text.and_then(|text| writeln!(io::stdout().lock(), "{}", in_ascii(&text)));
    }

    /// Says why the command did not do what it was asked for.
    pub(crate) fn trouble(&self, trouble: &Trouble) {
        if self.json {
            self.document(&json!({ "error": {
                "code": trouble.code(),
                "details": trouble.details(),
                "next": trouble::next(trouble, self.words),
            }}));
        } else {
            self.trouble_in_passing(trouble);
        }
    }

    /// Says what was wrong before it is asked for again.
    pub(crate) fn trouble_in_passing(&self, trouble: &Trouble) {
        let _ = writeln!(io::stderr().lock(), "{}", trouble::told(trouble, self.words));
    }
}

/// The same JSON document in ASCII (RFC 8259 §7): PowerShell on a Japanese Windows takes what a program
/// writes for Shift_JIS, in which the bytes of UTF-8 can swallow a quotation mark.
fn in_ascii(json: &str) -> String {
    use std::fmt::Write as _;
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_in_ascii_is_the_same_document() {
        let document = json!({ "お客さま": "株式会社\"サンプル\"\n𠮷野家", "é": [1, "plain"] });
        let text = in_ascii(&serde_json::to_string_pretty(&document).unwrap());
        assert!(text.is_ascii());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    }
}
