//! The real window, end to end: the app as users start it, on a desktop of its own, against a
//! backend of its own. `cargo xtask test` installs and builds what this needs.
#![cfg(target_os = "linux")]

mod accessibility;
mod administration;
mod bad_input;
mod bad_luck;
mod diagnosis;
mod first_start;
mod keyboard;
mod keystore;
mod language;
mod life;
mod main_job;
mod pictures;
mod proxy;
mod warnings;
mod world;
