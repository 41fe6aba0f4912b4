//! `warifu-fuzz`: runs the targets over mutations of their corpora, on any compiler.
#![expect(clippy::print_stdout, reason = "a command line speaks to a person")]

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use warifu_fuzz::{TARGETS, Target};

#[derive(Parser)]
#[command(about = "Runs Warifu's fuzz targets over mutations of their corpora")]
struct Arguments {
    /// One target; all of them without it
    target: Option<String>,
    /// For how long each is run
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where an input that was found is kept
    #[arg(long)]
    out: PathBuf,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let wanted =
        |target: &&Target| arguments.target.as_deref().is_none_or(|name| name == target.name);
    let targets: Vec<_> = TARGETS.iter().filter(wanted).collect();
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    ensure!(!targets.is_empty(), "there is no such target; there are {}", names.join(", "));
    let mut found = false;
    for target in targets {
        for (_, input) in target.corpus()? {
            (target.run)(&input);
        }
        match target.mutate_for(Duration::from_secs(arguments.seconds))? {
            Ok(tried) => println!("{}: {tried} inputs, nothing found", target.name),
            Err(input) => {
                found = true;
                fs::create_dir_all(&arguments.out)?;
                let file = arguments.out.join(format!("{}.found", target.name));
                fs::write(&file, &input.input)
                    .with_context(|| format!("cannot write {}", file.display()))?;
                println!("{}: {}\n  the input is in {}", target.name, input.why, file.display());
            }
        }
    }
    Ok(if found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
