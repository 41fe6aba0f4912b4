//! The provider's services in the user's browser: the app's real window, a real Chromium, and a service
//! behind Debian's Apache with mod_auth_openidc. `cargo xtask test` installs and builds what this needs.
#![cfg(target_os = "linux")]

mod asking;
mod ending;
mod handoff;
mod menu;
mod pages;
mod stranger;
mod world;
