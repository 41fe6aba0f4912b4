//! Which logos are shown: SVG and PNG, looked through before anybody draws them.
//!
//! The backend refuses others when it reads its configuration. The app looks once more at what it is
//! sent, and shows it in an image element, where a browser runs no script and loads nothing.

mod raster;
mod references;
mod vector;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// A logo that may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo {
    kind: Kind,
    content: Vec<u8>,
    width: f64,
    height: f64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Svg,
    Png,
}

/// The file is not a logo that may be shown.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LogoError {
    /// Longer than any logo.
    #[error("{bytes} bytes; at most {most}", most = Logo::MAX_BYTES)]
    TooLarge {
        /// How long it is.
        bytes: usize,
    },
    /// Neither of the two formats.
    #[error("neither a PNG nor an SVG in UTF-8")]
    Unknown,
    /// A PNG that cannot be read, or holds more than one picture.
    #[error("not a usable PNG: {0}")]
    Png(String),
    /// An SVG that cannot be read, or holds more than a drawing.
    #[error("not a usable SVG: line {line}: {why}")]
    Svg {
        /// Where, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// Too small, too large, or a strip.
    #[error("{width} by {height}: {why}")]
    Size {
        /// How wide it is.
        width: f64,
        /// How high it is.
        height: f64,
        /// What is asked for.
        why: &'static str,
    },
}

impl Logo {
    /// The most bytes of one.
    pub const MAX_BYTES: usize = 128 * 1024;

    /// Looks through a file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn read(content: Vec<u8>) -> Result<Self, LogoError> {
        if content.len() > Self::MAX_BYTES {
            return Err(LogoError::TooLarge { bytes: content.len() });
        }
        let (kind, width, height) = if content.starts_with(raster::SIGNATURE) {
            let (width, height) = raster::size(&content)?;
            (Kind::Png, f64::from(width), f64::from(height))
        } else {
            let text = std::str::from_utf8(&content).map_err(|_| LogoError::Unknown)?;
            let (width, height) = vector::size(text.trim_start_matches('\u{feff}'))?;
            (Kind::Svg, width, height)
        };
        if width > 10.0 * height || height > 2.0 * width {
            let why = "at most ten times as wide as high, and at most twice as high as wide";
            return Err(LogoError::Size { width, height, why });
        }
        Ok(Self { kind, content, width, height })
    }

    /// The same from Base64 (RFC 4648 §4); none if it is not a logo that may be shown.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        let most = Self::MAX_BYTES.div_ceil(3) * 4;
        let content = if text.len() <= most { STANDARD.decode(text).ok()? } else { return None };
        Self::read(content).ok()
    }

    /// The file.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The file in Base64.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.content)
    }

    /// Its media type (RFC 2046).
    #[must_use]
    pub const fn media_type(&self) -> &'static str {
        match self.kind {
            Kind::Svg => "image/svg+xml",
            Kind::Png => "image/png",
        }
    }

    /// Width and height: pixels of a PNG, units of an SVG.
    #[must_use]
    pub const fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// SHA-256 of the file, in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        base16ct::lower::encode_string(&Sha256::digest(&self.content))
    }

    /// As an address that holds the whole image (RFC 2397).
    #[must_use]
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type(), self.to_base64())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ten_megabytes_and_other_files_are_refused() {
        let long = vec![b' '; 10 * 1024 * 1024];
        let refused = Logo::read(long).unwrap_err();
        assert_eq!(refused, LogoError::TooLarge { bytes: 10 * 1024 * 1024 });
        for other in [&b""[..], b"GIF89a", b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"<html></html>"] {
            Logo::read(other.to_vec()).unwrap_err();
        }
        // Compressed, and in another encoding.
        for other in [&b"\x1f\x8b\x08\0"[..], b"\xff\xfe<\0s\0v\0g\0>\0"] {
            assert_eq!(Logo::read(other.to_vec()), Err(LogoError::Unknown));
        }
    }

    #[test]
    fn a_logo_comes_back_as_it_was_sent() {
        let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path d="M0 0h4v2z"/></svg>"##;
        let logo = Logo::read(svg.to_vec()).unwrap();
        assert_eq!((logo.size(), logo.media_type()), ((4.0, 2.0), "image/svg+xml"));
        assert_eq!(Logo::from_base64(&logo.to_base64()), Some(logo.clone()));
        assert!(logo.data_url().starts_with("data:image/svg+xml;base64,PHN2Zy"));
        assert_eq!(logo.digest().len(), 64);
        for other in ["", "####", "AAAA", &"A".repeat(1 << 20)] {
            assert_eq!(Logo::from_base64(other), None);
        }
    }

    #[test]
    fn a_strip_is_refused() {
        for (size, good) in
            [("10 1", true), ("10.1 1", false), ("1 2", true), ("1 2.1", false), ("32 32", true)]
        {
            let svg =
                format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"></svg>"#);
            assert_eq!(Logo::read(svg.into_bytes()).is_ok(), good, "{size}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Logo::read([raster::SIGNATURE, &bytes].concat());
            let _ = Logo::read(bytes);
        }

        #[test]
        fn no_drawing_makes_it_panic(inside in "[<>/a-z=\"'# &;:()0-9]{0,200}") {
            let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inside}</svg>"#);
            let _ = Logo::read(svg.into_bytes());
        }
    }
}
