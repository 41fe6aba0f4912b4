//! Help where something does not work: the checks, and what support is given of them.

mod bundle;
mod diagnosis;
pub(crate) mod scrub;
