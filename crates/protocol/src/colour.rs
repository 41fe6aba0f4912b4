//! Colours that a provider chooses, and whether people can read what is written in them.

use std::{fmt, str::FromStr};

/// A colour of sRGB, without transparency.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// The text is not a colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ColourError;

impl fmt::Display for ColourError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a colour is written as # and six hexadecimal digits, such as #1f5fa8")
    }
}

impl std::error::Error for ColourError {}

impl Colour {
    /// White, the ground of most pages.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };
    /// The least contrast of a text with its ground (WCAG 2.2, 1.4.3).
    pub const LEAST_CONTRAST: f64 = 4.5;

    /// How far the lightness of both differs, from 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Whether people can read white on it, and it on white.
    #[must_use]
    pub fn is_readable(self) -> bool {
        self.contrast(Self::WHITE) >= Self::LEAST_CONTRAST
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim().strip_prefix('#').ok_or(ColourError)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ColourError);
        }
        let channel = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16);
        match (channel(0), channel(2), channel(4)) {
            (Ok(red), Ok(green), Ok(blue)) => Ok(Self { red, green, blue }),
            (Err(_), _, _) | (_, Err(_), _) | (_, _, Err(_)) => Err(ColourError),
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn a_colour_is_taken_in_one_form() {
        for (text, read) in [("#1F5FA8", "#1f5fa8"), (" #000000 ", "#000000")] {
            assert_eq!(colour(text).to_string(), read);
        }
        let others = [
            "",
            "#",
            "1f5fa8",
            "#1f5",
            "#1f5fa",
            "#1f5fa8ff",
            "#1f5fag",
            "#１f5fa8",
            "#+1f5fa",
            "navy",
            "rgb(0,0,0)",
            "#000000;background:url(//a)",
            "#あああ",
            "\u{202e}#000000",
        ];
        for text in others {
            assert_eq!(text.parse::<Colour>(), Err(ColourError), "{text}");
        }
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        let table = [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#767676", "#ffffff", 4.54),
            ("#777777", "#ffffff", 4.48),
            ("#0000ff", "#ffffff", 8.59),
            ("#ff0000", "#ffffff", 4.0),
        ];
        for (one, other, ratio) in table {
            let found = colour(one).contrast(colour(other));
            assert!((found - ratio).abs() < 0.01, "{one} on {other}: {found}");
        }
    }

    #[test]
    fn what_nobody_can_read_is_known() {
        for (text, readable) in
            [("#1f5fa8", true), ("#767676", true), ("#777777", false), ("#ffff00", false)]
        {
            assert_eq!(colour(text).is_readable(), readable, "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(text in "#?[0-9a-fA-Fあ+]{0,8}") {
            if let Ok(read) = text.parse::<Colour>() {
                prop_assert_eq!(colour(&read.to_string()), read);
            }
        }
    }
}
