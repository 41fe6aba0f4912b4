//! Environment variables; an empty one is as if it were not set.

use std::{ffi::OsString, path::PathBuf};

use zeroize::Zeroizing;

/// The value of a variable; none if it is not set or empty.
#[must_use]
pub fn variable(name: &str) -> Option<OsString> {
    set(std::env::var_os(name))
}

/// The path in a variable, made absolute with the current folder, so that it means the same when the
/// folder changes; none if the variable is not set or empty.
#[must_use]
pub fn path(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(variable(name)?);
    Some(std::path::absolute(&path).unwrap_or(path))
}

/// The text in a variable; none if it is not set, empty, or no Unicode.
#[must_use]
pub fn text(name: &str) -> Option<String> {
    variable(name)?.into_string().ok()
}

/// The secret in a variable; none if it is not set, empty, or no Unicode.
#[must_use]
pub fn secret(name: &str) -> Option<Zeroizing<String>> {
    text(name).map(Zeroizing::new)
}

fn set(value: Option<OsString>) -> Option<OsString> {
    value.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_is_none() {
        assert_eq!(set(None), None);
        assert_eq!(set(Some(OsString::new())), None);
        assert_eq!(set(Some(OsString::from(" "))), Some(OsString::from(" ")));
    }

    #[test]
    fn a_variable_that_is_not_set_is_none() {
        assert_eq!(variable("WARIFU_NO_SUCH_VARIABLE"), None);
        assert_eq!(path("WARIFU_NO_SUCH_VARIABLE"), None);
        assert_eq!(secret("WARIFU_NO_SUCH_VARIABLE"), None);
    }
}
