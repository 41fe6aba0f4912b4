//! The real window, end to end: the app as users start it, on a desktop of its own, against a
//! backend of its own. Run by `cargo xtask test`, which installs and builds what they need.
#![cfg(target_os = "linux")]

mod first_start;
mod world;
