#![doc = include_str!("../README.md")]

mod composed;
mod error;
mod folding;
mod sqlite;
mod store;
pub mod tables;
mod tx;
mod value;

pub use self::{error::StoreError, store::Store, tx::Tx};
