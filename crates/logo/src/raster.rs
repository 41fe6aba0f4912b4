//! PNG (W3C Portable Network Graphics, third edition).

use std::io::Cursor;

use png::{Decoder, Limits};

use super::LogoError;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Fewest and most pixels of a side.
const LEAST: u32 = 32;
const MOST: u32 = 2048;
/// Most bytes that reading one may take: the largest picture, in the longest form of a pixel.
const MEMORY: usize = (MOST as usize) * (MOST as usize) * 8 + (1 << 20);

/// Reads the whole picture; its width and height in pixels.
pub(super) fn size(content: &[u8]) -> Result<(u32, u32), LogoError> {
    let unusable = |error: png::DecodingError| LogoError::Png(error.to_string());
    refuse_more_than_a_picture(content)?;
    let mut decoder = Decoder::new_with_limits(Cursor::new(content), Limits { bytes: MEMORY });
    // What is written beside the picture is nobody's to unpack.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let (width, height) = decoder.read_header_info().map_err(unusable)?.size();
    if !(LEAST..=MOST).contains(&width.max(height)) || width.min(height) == 0 {
        let why = "the longer side of a PNG has 32 to 2048 pixels";
        return Err(LogoError::Size { width: f64::from(width), height: f64::from(height), why });
    }
    let mut reader = decoder.read_info().map_err(unusable)?;
    let most = reader.output_buffer_size().filter(|bytes| *bytes <= MEMORY);
    let mut picture = vec![0; most.ok_or_else(|| LogoError::Png(String::from("too large")))?];
    reader.next_frame(&mut picture).map_err(unusable)?;
    reader.finish().map_err(unusable)?;
    Ok((width, height))
}

/// One picture that does not move, and nothing behind its end.
fn refuse_more_than_a_picture(content: &[u8]) -> Result<(), LogoError> {
    let refused = |why: &str| Err(LogoError::Png(why.to_owned()));
    let mut rest = content.get(SIGNATURE.len()..).unwrap_or_default();
    loop {
        // Length, type, data, checksum (§5.3).
        let Some((length, after)) = rest.split_first_chunk::<4>() else {
            return refused("it ends too early");
        };
        let length = u32::from_be_bytes(*length) as usize;
        let end = length.saturating_add(8);
        if after.len() < end {
            return refused("it ends too early");
        }
        match &after[..4] {
            b"acTL" => return refused("it moves"),
            b"IEND" if after.len() > end => return refused("something stands behind its end"),
            b"IEND" => return Ok(()),
            _ => rest = &after[end..],
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Logo;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut content = Vec::new();
        let mut encoder = png::Encoder::new(&mut content, width, height);
        encoder.set_color(png::ColorType::Rgba);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![120; (width * height * 4) as usize]).unwrap();
        writer.finish().unwrap();
        content
    }

    fn refused(content: Vec<u8>) -> String {
        Logo::read(content).unwrap_err().to_string()
    }

    #[test]
    fn a_picture_of_a_usual_size_is_taken() {
        for (width, height) in [(32, 32), (320, 64), (2048, 512), (48, 96)] {
            let logo = Logo::read(png(width, height)).unwrap();
            assert_eq!(logo.size(), (f64::from(width), f64::from(height)));
            assert_eq!(logo.media_type(), "image/png");
        }
    }

    #[test]
    fn a_picture_that_is_too_small_or_too_large_is_refused() {
        for (width, height) in [(31, 31), (1, 1), (2049, 1024)] {
            assert!(refused(png(width, height)).contains("32 to 2048"), "{width}");
        }
        // What a header promises is not believed.
        let mut huge = png(64, 64);
        huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert!(refused(huge).starts_with("not a usable PNG"));
    }

    #[test]
    fn a_broken_picture_is_refused_wherever_it_is_broken() {
        let whole = png(64, 64);
        for end in 8..whole.len() {
            refused(whole[..end].to_vec());
        }
        for at in 8..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x20;
            refused(changed);
        }
    }

    #[test]
    fn a_picture_with_something_behind_it_or_that_moves_is_refused() {
        let behind = [png(64, 64), b"<script>".to_vec()].concat();
        assert!(refused(behind).contains("behind its end"));
        let mut content = Vec::new();
        let mut encoder = png::Encoder::new(&mut content, 64, 64);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_animated(2, 0).unwrap();
        let mut writer = encoder.write_header().unwrap();
        for shade in [1, 2] {
            writer.write_image_data(&[shade; 64 * 64]).unwrap();
        }
        writer.finish().unwrap();
        assert!(refused(content).contains("it moves"));
    }
}
