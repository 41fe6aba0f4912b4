//! Name resolution by the operating system, with an error of its own type: the system's is told apart
//! from others only by its text, which is in the user's language.

use std::{fmt, io};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The host's name cannot be resolved.
#[derive(Debug)]
pub(super) struct NotResolved(io::Error);

impl fmt::Display for NotResolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "name resolution failed: {}", self.0)
    }
}

impl std::error::Error for NotResolved {}

/// The operating system's resolver.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(NotResolved)?;
            let addresses: Addrs = Box::new(found.collect::<Vec<_>>().into_iter());
            Ok(addresses)
        })
    }
}
