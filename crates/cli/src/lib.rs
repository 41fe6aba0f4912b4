//! `warifu-cli`: what the app does, without a window. For IT departments, support, and PCs that nobody
//! sits at.
//!
//! `arguments` says what can be asked for, `commands` does it through [`warifu_client`], `text` holds
//! the words in both languages. Passwords come through `input` and nowhere else.

mod arguments;
mod choice;
mod commands;
mod exit;
mod input;
mod log;
mod output;
mod text;
mod trouble;

use std::process::ExitCode;

use clap::CommandFactory as _;
use warifu_client::{Client, Failure, folder, system_clock};
use warifu_keystore::Stores;
use warifu_managed::Managed;

use crate::{
    arguments::{Arguments, Task},
    commands::Context,
    output::Output,
    text::{Language, OfSystem as _, Words},
};

/// The command line, for what is written about it: its manual page, its completions.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Does what the command line asks for.
pub async fn run() -> ExitCode {
    let arguments = Arguments::of_program();
    log::start();
    let language = arguments.language.unwrap_or_else(Language::of_system);
    let words = Words::of(language);
    let output = Output::new(arguments.json, words);
    let ended = match arguments.command {
        Task::Audit(command) => commands::audit::run(words, &output, command),
        Task::OnThisPc(command) => match open() {
            Ok(client) => commands::run(&Context { client, words, output: &output }, command).await,
            Err(failure) => Err(failure.into()),
        },
    };
    let exit = ended.unwrap_or_else(|trouble| {
        tracing::info!(%trouble, "failed");
        output.trouble(&trouble);
        trouble.exit()
    });
    exit.into()
}

/// Opens the data of the app, which may be open itself.
fn open() -> Result<Client, Failure> {
    let dir = folder::data_dir()?;
    let stores = Stores::software(dir.join("keys"));
    let client = Client::open_beside_app(&dir, stores, system_clock())?;
    Ok(client.with_managed(Managed::of_this_pc()))
}
