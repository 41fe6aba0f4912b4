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
        let mut stdout = io::stdout().lock();
        let written = serde_json::to_writer_pretty(&mut stdout, document);
        let _ = written.map_err(io::Error::from).and_then(|()| writeln!(stdout));
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
