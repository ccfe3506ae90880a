//! Who looked, and when, drawn into the picture itself: a photograph of the screen still says it.

use image::{Rgb, RgbImage};

use super::{Refusal, picture};

/// Columns of a letter of five by seven, the lowest bit on top; and the letters in their order.
const COLUMNS: usize = 5;
const ROWS: u32 = 7;
const LETTERS: &[u8] = b"*-:.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
#[rustfmt::skip]
const SHAPES: [[u8; COLUMNS]; 40] = [
    [0x14, 0x08, 0x3e, 0x08, 0x14], [0x08, 0x08, 0x08, 0x08, 0x08], [0x00, 0x36, 0x36, 0x00, 0x00], [0x00, 0x60, 0x60, 0x00, 0x00],
    [0x3e, 0x51, 0x49, 0x45, 0x3e], [0x00, 0x42, 0x7f, 0x40, 0x00], [0x42, 0x61, 0x51, 0x49, 0x46], [0x21, 0x41, 0x45, 0x4b, 0x31],
    [0x18, 0x14, 0x12, 0x7f, 0x10], [0x27, 0x45, 0x45, 0x45, 0x39], [0x3c, 0x4a, 0x49, 0x49, 0x30], [0x01, 0x71, 0x09, 0x05, 0x03],
    [0x36, 0x49, 0x49, 0x49, 0x36], [0x06, 0x49, 0x49, 0x29, 0x1e],
    [0x7e, 0x11, 0x11, 0x11, 0x7e], [0x7f, 0x49, 0x49, 0x49, 0x36], [0x3e, 0x41, 0x41, 0x41, 0x22], [0x7f, 0x41, 0x41, 0x22, 0x1c],
    [0x7f, 0x49, 0x49, 0x49, 0x41], [0x7f, 0x09, 0x09, 0x09, 0x01], [0x3e, 0x41, 0x49, 0x49, 0x7a], [0x7f, 0x08, 0x08, 0x08, 0x7f],
    [0x00, 0x41, 0x7f, 0x41, 0x00], [0x20, 0x40, 0x41, 0x3f, 0x01], [0x7f, 0x08, 0x14, 0x22, 0x41], [0x7f, 0x40, 0x40, 0x40, 0x40],
    [0x7f, 0x02, 0x0c, 0x02, 0x7f], [0x7f, 0x04, 0x08, 0x10, 0x7f], [0x3e, 0x41, 0x41, 0x41, 0x3e], [0x7f, 0x09, 0x09, 0x09, 0x06],
    [0x3e, 0x41, 0x51, 0x21, 0x5e], [0x7f, 0x09, 0x19, 0x29, 0x46], [0x46, 0x49, 0x49, 0x49, 0x31], [0x01, 0x01, 0x7f, 0x01, 0x01],
    [0x3f, 0x40, 0x40, 0x40, 0x3f], [0x1f, 0x20, 0x40, 0x20, 0x1f], [0x3f, 0x40, 0x38, 0x40, 0x3f], [0x63, 0x14, 0x08, 0x14, 0x63],
    [0x07, 0x08, 0x70, 0x08, 0x07], [0x61, 0x51, 0x49, 0x45, 0x43],
];

/// A page of ours with `text` all over it: letters, digits and `*-:.`; anything else is a blank. Blocking.
///
/// # Errors
/// [`Refusal::Unreadable`] for what is no JPEG of ours.
pub fn draw(jpeg: &[u8], text: &str) -> Result<Vec<u8>, Refusal> {
    let mut page = picture::decode_ours(jpeg)?;
    let (width, height) = page.dimensions();
    // Four times in a line at most, readable on a phone.
    let scale = (width.max(height) / 400).max(1);
    let line = u32::try_from(text.chars().count()).unwrap_or(0) * 6 * scale;
    let (step_x, step_y) = ((line + 24 * scale).max(1), 48 * scale);
    let mut at = (12 * scale, 0);
    while at.1 < height {
        let indent = (at.1 / step_y) % 2 * (step_x / 2);
        let mut left = at.0.saturating_sub(indent);
        while left < width {
            write(&mut page, text, (left, at.1 + 12 * scale), scale);
            left += step_x;
        }
        at.1 += step_y;
    }
    picture::encode(&page)
}

fn write(page: &mut RgbImage, text: &str, (left, top): (u32, u32), scale: u32) {
    let mut x = left;
    for letter in text.bytes() {
        let letter = letter.to_ascii_uppercase();
        let found = LETTERS.iter().position(|known| *known == letter);
        if let Some(shape) = found.and_then(|at| SHAPES.get(at)) {
            for (column, bits) in (0_u32..).zip(shape) {
                for row in (0..ROWS).filter(|row| bits >> row & 1 == 1) {
                    dot(page, (x + column * scale, top + row * scale), scale);
                }
            }
        }
        x += 6 * scale;
    }
}

/// A third of a darker grey on light paper, of a lighter one on dark: what stands below stays readable.
fn dot(page: &mut RgbImage, (left, top): (u32, u32), scale: u32) {
    for y in top..top + scale {
        for x in left..left + scale {
            if let Some(pixel) = page.get_pixel_mut_checked(x, y) {
                let Rgb([red, green, blue]) = *pixel;
                let is_light = u16::from(red) + u16::from(green) + u16::from(blue) > 300;
                let ink = if is_light { 70_u16 } else { 220 };
                let mix =
                    |paper: u8| u8::try_from((u16::from(paper) * 2 + ink) / 3).unwrap_or(paper);
                *pixel = Rgb([mix(red), mix(green), mix(blue)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_changes_the_picture_and_every_letter_has_a_shape() {
        assert_eq!(LETTERS.len(), SHAPES.len());
        let paper = picture::encode(&RgbImage::from_pixel(800, 600, Rgb([255, 255, 255]))).unwrap();
        let marked =
            picture::decode_ours(&draw(&paper, "1607****9811 2026-11-22 10:00").unwrap()).unwrap();
        assert_eq!(marked.dimensions(), (800, 600));
        let dark = marked.pixels().filter(|pixel| pixel.0[0] < 230).count();
        assert!(dark > 1000, "{dark}");
        assert!(draw(b"no picture", "x").is_err());
    }
}
