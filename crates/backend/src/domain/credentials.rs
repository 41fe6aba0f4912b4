//! Passwords: verified in lanes, slowed where they are guessed, changed by rule.

pub(crate) mod change;
pub(crate) mod guessable;
pub(crate) mod lanes;
pub(crate) mod throttle;
