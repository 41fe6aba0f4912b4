//! What the commands that try something have seen.

use anyhow::bail;
use serde::Serialize;

/// One thing that was seen.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) state: State,
    /// What it is about.
    pub(super) about: String,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Good,
    /// Works, and should be known.
    Note,
    /// Does not work, or is not safe.
    Wrong,
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, state: State, about: &str, text: impl Into<String>) {
        self.0.push(Finding { state, about: about.to_owned(), text: text.into() });
    }

    /// A line for each.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.0.iter().map(|finding| {
            let state = match finding.state {
                State::Good => "good ",
                State::Note => "note ",
                State::Wrong => "WRONG",
            };
            format!("{state}  {}: {}", finding.about, finding.text)
        })
    }

    /// Nothing, if nothing has to be put right.
    ///
    /// # Errors
    ///
    /// How much has to be.
    pub(super) fn verdict(&self) -> anyhow::Result<()> {
        let wrong = self.0.iter().filter(|finding| finding.state == State::Wrong).count();
        if wrong > 0 {
            bail!("{wrong} to be put right");
        }
        Ok(())
    }
}
