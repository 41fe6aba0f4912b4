#![doc = include_str!("../README.md")]

mod connection;
mod error;
mod key;
mod pin;

pub use self::{
    error::TokenError,
    key::{Place, TokenKey},
    pin::PinSource,
};
