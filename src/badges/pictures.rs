//! Pictures as they come in: known by their first bytes, square, at most two megabytes. JPEG and PNG
//! are decoded and written anew, so that nothing rides along; SVG is filtered to what only draws.

use std::io::Cursor;

use image::{ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::base::problem::Fault;

/// The largest upload.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The largest side in pixels: a small file can unfold into gigabytes.
const MOST_PIXELS: u32 = 4096;

/// A picture that may be kept. Only [`Picture::read`] makes one.
#[derive(Debug, Clone)]
pub struct Picture {
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Picture {
    /// Reads an upload.
    pub fn read(upload: &[u8]) -> Result<Self, Fault> {
        if upload.len() > MOST_BYTES {
            return Err(Fault::new("too_large", "The picture is larger than 2 MB"));
        }
        match kind_of(upload) {
            Some(Kind::Jpeg) => raster(upload, ImageFormat::Jpeg, "image/jpeg"),
            Some(Kind::Png) => raster(upload, ImageFormat::Png, "image/png"),
            Some(Kind::Svg) => drawing(upload),
            None => Err(unknown()),
        }
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// What is kept and served.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

enum Kind {
    Jpeg,
    Png,
    Svg,
}

fn unknown() -> Fault {
    Fault::invalid("Use a JPEG, PNG or SVG picture")
}

fn not_square(width: impl std::fmt::Display, height: impl std::fmt::Display) -> Fault {
    Fault::new("not_square", format!("The picture must be square; this one is {width} × {height}"))
}

/// By the first bytes; names and declared types say anything.
fn kind_of(upload: &[u8]) -> Option<Kind> {
    if upload.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Some(Kind::Jpeg);
    }
    if upload.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(Kind::Png);
    }
    let text = std::str::from_utf8(upload).ok()?.trim_start_matches('\u{feff}').trim_start();
    (text.starts_with('<') && text.contains("<svg")).then_some(Kind::Svg)
}

fn raster(upload: &[u8], format: ImageFormat, media_type: &'static str) -> Result<Picture, Fault> {
    let broken = |_| Fault::invalid("The picture cannot be read: the file is broken");
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(128 * 1024 * 1024);
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => too_many_pixels(),
        other => broken(other),
    })?;
    let (width, height) = decoder.dimensions();
    if width > MOST_PIXELS || height > MOST_PIXELS {
        return Err(too_many_pixels());
    }
    if width != height {
        return Err(not_square(width, height));
    }
    let turn = decoder.orientation().map_err(broken)?;
    let mut picture = image::DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(turn);
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).map_err(broken)?;
    Ok(Picture { media_type, bytes })
}

fn too_many_pixels() -> Fault {
    Fault::new("too_large", format!("A side of the picture has at most {MOST_PIXELS} pixels"))
}

fn drawing(upload: &[u8]) -> Result<Picture, Fault> {
    let broken = || Fault::invalid("The SVG cannot be read: the file is broken");
    let mut bytes = Vec::new();
    // Without a filter for them, `data:` addresses are dropped like any other that leads elsewhere.
    svg_hush::Filter::new().filter(&mut Cursor::new(upload), &mut bytes).map_err(|_| broken())?;
    let text = std::str::from_utf8(&bytes).map_err(|_| broken())?;
    let (width, height) = sides(text).ok_or_else(|| {
        Fault::new(
            "not_square",
            "The SVG needs a viewBox, or a width and a height, to be known as square",
        )
    })?;
    if (width - height).abs() > f64::EPSILON * width.abs() {
        return Err(not_square(width, height));
    }
    Ok(Picture { media_type: "image/svg+xml", bytes })
}

/// Width and height of a drawing: its viewBox, else its own sides. The text is the filter's output,
/// so attributes stand in double quotes.
fn sides(text: &str) -> Option<(f64, f64)> {
    let start = text.find("<svg")?;
    let tag = text.get(start..start + text.get(start..)?.find('>')?)?;
    let attribute = |name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        tag.get(from..from + tag.get(from..)?.find('"')?)
    };
    let number = |text: &str| {
        text.trim().trim_end_matches("px").parse::<f64>().ok().filter(|side| *side > 0.0)
    };
    if let Some(view) = attribute("viewBox") {
        let sides: Vec<&str> = view.split([' ', ',']).filter(|part| !part.is_empty()).collect();
        let [_, _, width, height] = sides.as_slice() else { return None };
        return Some((number(width)?, number(height)?));
    }
    Some((number(attribute("width")?)?, number(attribute("height")?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = image::DynamicImage::new_rgb8(width, height);
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    fn code(upload: &[u8]) -> &'static str {
        Picture::read(upload).unwrap_err().code
    }

    #[test]
    fn square_pictures_pass_and_are_written_anew() {
        let mut upload = png(8, 8);
        upload.extend_from_slice(b"<script>alert(1)</script>");
        let kept = Picture::read(&upload).unwrap();
        assert_eq!(kept.media_type(), "image/png");
        assert!(!kept.bytes().windows(7).any(|part| part == b"<script"));
        let mut jpeg = Vec::new();
        let picture = image::DynamicImage::new_rgb8(8, 8);
        picture.write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
        assert_eq!(Picture::read(&jpeg).unwrap().media_type(), "image/jpeg");
    }

    #[test]
    fn other_pictures_are_refused_with_the_reason() {
        assert_eq!(code(&png(8, 9)), "not_square");
        assert_eq!(code(&png(4097, 1)), "too_large");
        assert_eq!(code(b"GIF89a"), "invalid");
        assert_eq!(code(b"\x89PNG\r\n\x1a\nnonsense"), "invalid");
        assert_eq!(code(&vec![0; MOST_BYTES + 1]), "too_large");
        assert_eq!(code(b"<html><body>hello</body></html>"), "invalid");
    }

    #[test]
    fn drawings_keep_only_what_draws() {
        let upload = br#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" onload="alert(1)">
            <script>alert(2)</script><a href="javascript:alert(3)"><path d="M0 0h24v24z"/></a>
            <image href="https://evil.test/x.png"/></svg>"#;
        let kept = Picture::read(upload).unwrap();
        let text = String::from_utf8(kept.bytes().to_vec()).unwrap();
        for word in ["script", "onload", "javascript", "evil"] {
            assert!(!text.contains(word), "{text}");
        }
        assert!(text.contains("M0 0h24v24z"));
        let svg =
            |attributes: &str| format!("<svg xmlns='http://www.w3.org/2000/svg' {attributes}/>");
        assert_eq!(code(svg("viewBox='0 0 24 12'").as_bytes()), "not_square");
        assert_eq!(code(svg("").as_bytes()), "not_square");
        assert!(Picture::read(svg("width='24px' height='24'").as_bytes()).is_ok());
        assert_eq!(code(b"<svg xmlns='http://www.w3.org/2000/svg'><"), "invalid");
    }
}
