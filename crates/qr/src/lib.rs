//! QR codes (ISO/IEC 18004) as drawings: the provider's letter and the app's sheet have the same.

use std::fmt::Write as _;

use qrcodegen::QrCodeEcc;

/// Modules around a code that stay empty (ISO/IEC 18004 §5.3.8).
const QUIET: i32 = 4;

/// A QR code as a path in a square, as SVG has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct QrCode {
    /// The side of the square, in modules and with the quiet zone.
    pub side: u16,
    /// The dark modules.
    pub path: String,
}

impl QrCode {
    /// A text as a code that is still read with 15 % of it lost; none if the text is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = qrcodegen::QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let size = code.size();
        let mut path = String::new();
        for (y, x) in (0..size).flat_map(|y| (0..size).map(move |x| (y, x))) {
            if code.get_module(x, y) {
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        Some(Self { side: u16::try_from(size + 2 * QUIET).ok()?, path })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The dark modules, as whoever draws the path fills them.
    fn dark(code: &QrCode) -> BTreeSet<(u16, u16)> {
        let module = |text: &str| {
            let (x, y) = text.strip_suffix("h1v1h-1z").unwrap().split_once(' ').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        };
        code.path.split('M').skip(1).map(module).collect()
    }

    #[test]
    fn a_code_has_its_three_corners_and_nothing_around_it() {
        for text in ["https://www.example.jp/warifu", "https://割符.example/?a=1&b=\"<'>", ""] {
            let code = QrCode::of(text).unwrap();
            let dark = dark(&code);
            let last = code.side - 4;
            assert!(dark.iter().all(|&(x, y)| (4..last).contains(&x) && (4..last).contains(&y)));
            // The finder patterns (§6.3.3): seven modules, of which three by three in the middle.
            for (left, top) in [(4, 4), (last - 7, 4), (4, last - 7)] {
                for (x, y) in (0..7).flat_map(|y| (0..7).map(move |x| (x, y))) {
                    let ring = x == 0 || x == 6 || y == 0 || y == 6;
                    let middle = (2..5).contains(&x) && (2..5).contains(&y);
                    assert_eq!(dark.contains(&(left + x, top + y)), ring || middle, "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn other_texts_have_other_codes_and_a_book_has_none() {
        assert_ne!(QrCode::of("https://a.example"), QrCode::of("https://b.example"));
        assert_eq!(QrCode::of("https://a.example"), QrCode::of("https://a.example"));
        assert_eq!(QrCode::of(&"x".repeat(3_000)), None);
    }
}
