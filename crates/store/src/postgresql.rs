//! PostgreSQL: a few threads that own a connection each, for backends that share one database.

pub(crate) mod copy;
pub(crate) mod lead;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod session;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing;
pub(crate) mod text;
pub(crate) mod workers;
