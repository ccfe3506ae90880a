//! Pictures are decoded and drawn anew: what comes out is a JPEG of ours, without place, camera or anything else that
//! stood beside the pixels. Sizes are read from the head before a pixel is decoded.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, RgbImage};

use super::{Kind, Refusal};

/// Longest side of what is kept.
pub(super) const MOST_SIDE: u32 = 2000;
/// Longest side of what is taken.
const MOST_SIDE_TAKEN: u32 = 8192;
/// Most pixels that are taken.
const MOST_PIXELS: u64 = 40_000_000;
/// Most memory of a decoded picture: 40 million pixels of four bytes.
const MOST_BYTES: u64 = 160_000_000;
/// Longest side and quality of the small picture: always below 8 KB.
const SMALL_SIDE: u32 = 128;
const SMALL_QUALITY: u8 = 60;
const QUALITY: u8 = 85;

/// A picture of ours from somebody's bytes.
pub(super) fn decode(kind: Kind, bytes: &[u8]) -> Result<RgbImage, Refusal> {
    match kind {
        Kind::Jpeg => read(JpegDecoder::new(Cursor::new(bytes)).map_err(|error| refused(&error))?),
        Kind::Png => {
            let plain = pixels_only(bytes)?;
            let limits = limits();
            read(
                PngDecoder::with_limits(Cursor::new(plain), limits)
                    .map_err(|error| refused(&error))?,
            )
        }
        Kind::Pdf => Err(Refusal::OtherKind),
    }
}

/// The bytes that are kept.
pub(super) fn encode(picture: &RgbImage) -> Result<Vec<u8>, Refusal> {
    jpeg(picture, QUALITY)
}

/// The bytes of a small picture of it.
pub(super) fn small(picture: &RgbImage) -> Result<Vec<u8>, Refusal> {
    jpeg(&fit(picture, SMALL_SIDE), SMALL_QUALITY)
}

/// A JPEG of ours as pixels.
pub(super) fn decode_ours(bytes: &[u8]) -> Result<RgbImage, Refusal> {
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    Ok(DynamicImage::from_decoder(decoder)
        .map_err(|error| refused(&error))?
        .into_rgb8())
}

fn read(mut decoder: impl ImageDecoder) -> Result<RgbImage, Refusal> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width > MOST_SIDE_TAKEN
        || height > MOST_SIDE_TAKEN
        || pixels > MOST_PIXELS
        || decoder.total_bytes() > MOST_BYTES
    {
        return Err(Refusal::TooManyPixels);
    }
    if pixels == 0 {
        return Err(Refusal::Unreadable);
    }
    decoder
        .set_limits(limits())
        .map_err(|error| refused(&error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    // Made small first: everything after it works on a tenth of the pixels.
    let mut small = match width.max(height) > MOST_SIDE {
        true => whole.thumbnail(MOST_SIDE, MOST_SIDE),
        false => whole,
    };
    small.apply_orientation(orientation);
    Ok(on_white(small))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE_TAKEN);
    limits.max_image_height = Some(MOST_SIDE_TAKEN);
    limits.max_alloc = Some(MOST_BYTES + 32 * 1024 * 1024);
    limits
}

/// What shines through is paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let clear = picture.into_rgba8();
    let (width, height) = clear.dimensions();
    let mut paper = RgbImage::new(width, height);
    for (to, from) in paper.pixels_mut().zip(clear.pixels()) {
        let [red, green, blue, alpha] = from.0;
        let mix = |ink: u8| {
            let alpha = u32::from(alpha);
            let mixed = (u32::from(ink) * alpha + 255 * (255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        to.0 = [mix(red), mix(green), mix(blue)];
    }
    paper
}

/// Within a square, never larger than it was.
fn fit(picture: &RgbImage, side: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = u64::from(width.max(height).max(1));
    if longest <= u64::from(side) {
        return picture.clone();
    }
    let scaled = |length: u32| {
        let scaled = u64::from(length) * u64::from(side) / longest;
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    image::imageops::thumbnail(picture, scaled(width), scaled(height))
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(picture)
        .map_err(|error| refused(&error))?;
    Ok(bytes)
}

fn refused(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Unreadable,
    }
}

/// A PNG with the chunks that make its pixels and how they stand, and no other: texts that unpack to gigabytes are not
/// even looked at.
fn pixels_only(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    const HEAD: usize = 8;
    let mut kept = bytes.get(..HEAD).ok_or(Refusal::Unreadable)?.to_vec();
    let mut rest = bytes.get(HEAD..).unwrap_or_default();
    loop {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(Refusal::Unreadable)?;
        let name = after.first_chunk::<4>().ok_or(Refusal::Unreadable)?;
        let whole = usize::try_from(u32::from_be_bytes(*length))
            .ok()
            .and_then(|length| length.checked_add(12))
            .ok_or(Refusal::Unreadable)?;
        let chunk = rest.get(..whole).ok_or(Refusal::Unreadable)?;
        if matches!(
            name,
            b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"eXIf" | b"IEND"
        ) {
            kept.extend_from_slice(chunk);
        }
        if name == b"IEND" {
            return Ok(kept);
        }
        rest = rest.get(whole..).unwrap_or_default();
    }
}
