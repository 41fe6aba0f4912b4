#![doc = include_str!("../README.md")]

mod checkpoint;
mod export;
mod hash;
mod key;

pub use self::{
    checkpoint::{Checkpoint, Head, Joint, Refused, Signed, sign},
    export::{Export, Line, NotWhole, Opening, read},
    hash::{Actor, Hash, Place, Row, ZERO, hash},
    key::{Fingerprint, Key},
};

#[cfg(test)]
mod tests;
