//! What was measured, for people and for programs.

use serde::Serialize;

use super::machine::Machine;

/// One run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) cores: usize,
    pub(crate) seconds: u64,
    pub(crate) sections: Vec<Section>,
}

/// What belongs together, or why it could not be measured.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Section {
    pub(crate) title: String,
    /// How it was measured.
    pub(crate) how: String,
    pub(crate) rows: Vec<Row>,
    /// Why some of it was not measured here.
    pub(crate) skipped: Option<String>,
    pub(crate) failed: Option<String>,
}

/// One figure beside that of the peer.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) warifu: f64,
    pub(crate) peer: Option<f64>,
    /// Warifu's figure divided by the peer's.
    pub(crate) ratio: Option<f64>,
    pub(crate) bar: Option<Bar>,
    pub(crate) met: Option<bool>,
}

/// What the ratio is to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Bar {
    Most(f64),
    Least(f64),
}

impl Bar {
    fn is_met(self, ratio: f64) -> bool {
        match self {
            Self::Most(most) => ratio <= most,
            Self::Least(least) => ratio >= least,
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::Most(most) => format!("≤ {most}"),
            Self::Least(least) => format!("≥ {least}"),
        }
    }
}

impl Row {
    /// A figure that nothing is measured beside.
    pub(crate) fn alone(what: impl Into<String>, unit: &'static str, warifu: f64) -> Self {
        Self { what: what.into(), unit, warifu, peer: None, ratio: None, bar: None, met: None }
    }

    /// A figure and its peer's.
    pub(crate) fn beside(
        what: impl Into<String>,
        unit: &'static str,
        (warifu, peer): (f64, f64),
        bar: Option<Bar>,
    ) -> Self {
        let ratio = warifu / peer;
        let met = bar.map(|bar| bar.is_met(ratio));
        let row = Self::alone(what, unit, warifu);
        Self { peer: Some(peer), ratio: Some(ratio), bar, met, ..row }
    }
}

impl Section {
    pub(crate) fn new(title: &str, how: impl Into<String>) -> Self {
        Self { title: title.to_owned(), how: how.into(), ..Self::default() }
    }

    pub(crate) fn failed(title: &str, error: &anyhow::Error) -> Self {
        Self { failed: Some(format!("{error:#}")), ..Self::new(title, "") }
    }

    pub(crate) fn skipped(title: &str, why: &str) -> Self {
        Self { skipped: Some(why.to_owned()), ..Self::new(title, "") }
    }

    /// Its table, as Markdown.
    pub(crate) fn in_words(&self) -> String {
        let mut text = String::new();
        if !self.rows.is_empty() {
            text.push_str(
                "| | Warifu | peer | unit | ratio | bar | |\n|---|--:|--:|---|--:|--:|---|\n",
            );
        }
        for row in &self.rows {
            let number = |figure: Option<f64>| figure.map_or(String::from("–"), shown);
            let bar = row.bar.map_or(String::new(), Bar::in_words);
            let met = match row.met {
                Some(true) => "met",
                Some(false) => "**not met**",
                None => "",
            };
            text.push_str(&format!(
                "| {} | {} | {} | {} | {} | {bar} | {met} |\n",
                row.what,
                shown(row.warifu),
                number(row.peer),
                row.unit,
                row.ratio.map_or(String::new(), |ratio| format!("{ratio:.2}")),
            ));
        }
        for (word, why) in [("Not measured", &self.skipped), ("Failed", &self.failed)] {
            if let Some(why) = why {
                text.push_str(&format!("\n{word}: {why}\n"));
            }
        }
        text
    }
}

impl Report {
    pub(crate) fn new(machine: &Machine) -> Self {
        let cores = machine.cores();
        Self { machine: machine.clone(), cores, seconds: 0, sections: Vec::new() }
    }

    pub(crate) fn in_markdown(&self) -> String {
        let Machine { processor, system, versions, load, .. } = &self.machine;
        let pinned = if self.cores > 1 {
            "the servers have one of them, the clients the rest"
        } else {
            "servers and clients share it, so the rates are lower than they could be"
        };
        let mut text = format!(
            "# Warifu {} measured\n\n{processor}, {} cores: {pinned}. {system}. {}. Load before it \
             began: {load}. It took {} s.\n",
            env!("CARGO_PKG_VERSION"),
            self.cores,
            versions.join(", "),
            self.seconds,
        );
        for section in &self.sections {
            text.push_str(&format!("\n## {}\n\n{}\n\n", section.title, section.how));
            text.push_str(&section.in_words());
        }
        text.push_str(&format!("\n{}\n", self.verdict()));
        text
    }

    /// How many bars were met, and which were not.
    pub(crate) fn verdict(&self) -> String {
        let rows = || {
            let sections = self.sections.iter();
            sections.flat_map(|section| section.rows.iter().map(move |row| (section, row)))
        };
        let bars = rows().filter(|(_, row)| row.met.is_some()).count();
        let missed: Vec<_> = rows()
            .filter(|(_, row)| row.met == Some(false))
            .map(|(section, row)| format!("{}: {}", section.title, row.what))
            .collect();
        let mut text = format!("{} of {bars} bars are met.", bars - missed.len());
        if !missed.is_empty() {
            text.push_str(&format!(" Not met: {}.", missed.join("; ")));
        }
        let failed: Vec<_> =
            self.sections.iter().filter(|section| section.failed.is_some()).collect();
        for section in failed {
            text.push_str(&format!(" {} could not be measured.", section.title));
        }
        text
    }
}

/// Three figures are what such a measurement can know.
fn shown(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        size if size >= 1.0 => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_that_is_not_met_is_said_and_named() {
        let bar = Some(Bar::Most(0.75));
        let good = Row::beside("cpu", "ms", (0.7, 1.0), bar);
        let bad = Row::beside("cpu, large", "ms", (0.8, 1.0), bar);
        let least = Row::beside("rate", "/s", (1.3, 1.0), Some(Bar::Least(1.25)));
        assert_eq!([good.met, bad.met, least.met], [Some(true), Some(false), Some(true)]);
        let section = Section { rows: vec![good, bad, least], ..Section::new("A", "how") };
        assert!(
            section
                .in_words()
                .contains("| cpu, large | 0.800 | 1.00 | ms | 0.80 | ≤ 0.75 | **not met** |")
        );
        let machine = Machine::look().unwrap();
        let failed = Section::failed("B", &anyhow::anyhow!("no cfssl"));
        let report = Report { sections: vec![section, failed], ..Report::new(&machine) };
        let text = report.in_markdown();
        assert!(
            text.contains("2 of 3 bars are met. Not met: A: cpu, large. B could not be measured.")
        );
        assert!(text.contains("Failed: no cfssl"));
    }
}
