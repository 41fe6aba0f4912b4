//! The version of a package.

use std::{fmt, str::FromStr};

use anyhow::{Result, ensure};

/// Three numbers, each small enough for Windows Installer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Version([u16; 3]);

impl FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let numbers: Vec<u16> = text.split('.').map(str::parse).collect::<Result<_, _>>()?;
        ensure!(
            matches!(numbers[..], [major, minor, _] if major <= 255 && minor <= 255),
            "a version has the form X.Y.Z, and X and Y are at most 255"
        );
        Ok(Self([numbers[0], numbers[1], numbers[2]]))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn takes_what_windows_installer_takes() {
        assert_eq!("0.12.65535".parse::<Version>().unwrap().to_string(), "0.12.65535");
        for bad in ["1.2", "1.2.3.4", "256.0.0", "0.256.0", "0.0.65536", "1.2.3-rc.1", ""] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }
}
