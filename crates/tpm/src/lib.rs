#![doc = include_str!("../README.md")]

pub mod attest;
pub mod channel;
pub mod code;
pub mod command;
pub mod key_file;
pub mod public;
pub mod signature;
pub mod tpm;
pub mod wire;

#[cfg(unix)]
pub use crate::channel::Device;
pub use crate::{
    channel::{Channel, Socket},
    code::{Code, Meaning, Refusal, Who},
    key_file::{KeyFile, NotAKeyFile},
    public::Public,
    tpm::{Tpm, TpmError},
    wire::{Handle, Malformed},
};
