#![doc = include_str!("../README.md")]

mod composed;
mod error;
mod folding;
mod postgresql;
mod sqlite;
mod store;
pub mod tables;
mod tx;
mod value;

pub use self::{error::StoreError, postgresql::server::Server, store::Store, tx::Tx};
