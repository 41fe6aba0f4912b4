//! The run: what is measured, in which order, and what becomes of it.

mod authority;
mod client;
mod issuance;
mod load;
mod login;
mod machine;
mod pages;
mod peers;
mod report;
mod rows;
mod server;
mod tls;
mod warifu;
mod window;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use self::{
    machine::Machine,
    report::{Report, Section},
};

#[derive(Parser)]
#[command(about = "Measures Warifu side by side with what others use")]
struct Arguments {
    /// Also with 1,000,000 users and 1,000,000 rows of the record
    #[arg(long)]
    full: bool,
    /// One section alone, by its title
    #[arg(long)]
    only: Option<String>,
    /// Without the app's start
    #[arg(long)]
    no_app: bool,
    /// Where the report is written
    #[arg(long, required_unless_present = "rehearse")]
    out: Option<PathBuf>,
    /// Ask once for what is measured of the backend, with few rows, and measure nothing
    #[arg(long, hide = true)]
    rehearse: bool,
}

/// What one run of all measurements knows.
#[derive(Debug)]
struct Run {
    machine: Machine,
    full: bool,
}

type Measurement = fn(&Run) -> Result<Section>;

const MEASUREMENTS: [(&str, Measurement); 5] = [
    ("Issuance", issuance::measure),
    ("Handshakes and requests", tls::measure),
    ("Login", login::measure),
    ("Pages", pages::measure),
    (window::TITLE, window::measure),
];

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.out {
        Some(ref out) => run(&arguments, out),
        None => rehearse().map(|()| ExitCode::SUCCESS),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// An error of one measurement keeps none of the others from running, and is in the report.
fn run(arguments: &Arguments, out: &Path) -> Result<ExitCode> {
    let run = Run { machine: Machine::look()?, full: arguments.full };
    run.machine.be_the_client()?;
    let begun = Instant::now();
    let mut report = Report::new(&run.machine);
    let only = arguments.only.as_deref();
    let wanted = |title: &str| only.is_none_or(|only| only.eq_ignore_ascii_case(title));
    let titles = MEASUREMENTS.map(|(title, _)| title);
    ensure!(titles.into_iter().any(wanted), "there is no such section; there are: {titles:?}");
    for (title, measure) in MEASUREMENTS.into_iter().filter(|(title, _)| wanted(title)) {
        println!("▶ {title}");
        let section = if arguments.no_app && title == window::TITLE {
            Section::skipped(title, "left out by `--no-app`.")
        } else {
            measure(&run).unwrap_or_else(|error| Section::failed(title, &error))
        };
        println!("{}", section.in_words());
        report.sections.push(section);
    }
    report.seconds = begun.elapsed().as_secs();
    fs::create_dir_all(out).with_context(|| format!("cannot write {}", out.display()))?;
    let json = serde_json::to_string_pretty(&report)?;
    fs::write(out.join("report.json"), json + "\n")?;
    fs::write(out.join("report.md"), report.in_markdown())?;
    println!("{}", report.verdict());
    println!("The report is in {}.", out.join("report.md").display());
    let failed = report.sections.iter().any(|section| section.failed.is_some());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Whether all that is asked of the backend is answered, with rows as they are written for the
/// measurements.
fn rehearse() -> Result<()> {
    let machine = Machine::look()?;
    let provider = warifu::Provider::set_up()?;
    let database = provider.database();
    let (users, certificates, grants) = (60, 20, 5);
    rows::users(&database, users)?;
    rows::search(&database)?;
    rows::certificates(&database, certificates)?;
    rows::record(&database, users)?;
    let grants = rows::grants(&database, certificates, grants)?;
    let backend = provider.serve(&machine)?;
    issuance::rehearse(&backend, &grants)?;
    let identity = provider.enrol(&backend)?;
    rows::password_hash(&database, provider.administrator())?;
    pages::rehearse(&backend.service(&identity)?)
}
