//! Help where something does not work: the checks, and what support is given of them.

pub(crate) mod bundle;
pub(crate) mod diagnosis;
pub(crate) mod scrub;
