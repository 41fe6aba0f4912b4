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

#[cfg(any(test, feature = "testing"))]
pub use self::postgresql::testing::{again_on_postgresql, wanted as database_for_tests};

pub use self::{
    error::StoreError,
    postgresql::{
        copy::Copied,
        lead::{Lead, Led},
        server::Server,
    },
    store::Store,
    tx::Tx,
};
