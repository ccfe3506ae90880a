//! The picture: leaning, waving digits under a few thin lines and specks. Dark on light in both colour schemes, twice as
//! many pixels as it is shown with, so that it is crisp on any phone.

use super::Dice;
use super::strokes;
use crate::service::captchas::Code;

/// Pixels.
pub(in crate::web) const WIDTH: u16 = 240;
/// Pixels.
pub(in crate::web) const HEIGHT: u16 = 96;
/// Grey of the paper.
const PAPER: f32 = 247.0;
/// Grey of the digits.
const INK: f32 = 30.0;

/// Grey values, row by row.
struct Sheet {
    grey: Vec<f32>,
}

/// Draws a code as a PNG. `None` when the encoder refuses, which it has no reason to.
pub(in crate::web) fn png(code: &Code) -> Option<Vec<u8>> {
    let mut dice = Dice::new(code.seed);
    let mut sheet = Sheet::blank();
    let room = f32::from(WIDTH) / 4.0;
    let wave = (
        dice.between(2.0, 4.0),
        dice.between(0.035, 0.06),
        dice.between(0.0, 6.0),
    );
    for (place, digit) in (0_u8..).zip(code.digits) {
        let (lean, turn) = (dice.between(-0.25, 0.25), dice.between(-0.28, 0.28));
        let (wide, high) = (dice.between(32.0, 39.0), dice.between(54.0, 64.0));
        let middle = (
            room * (f32::from(place) + 0.5) + dice.between(-5.0, 5.0),
            f32::from(HEIGHT) / 2.0 + dice.between(-6.0, 6.0),
        );
        let thick = dice.between(2.7, 3.7);
        for stroke in strokes::of(digit) {
            let bent: Vec<(f32, f32)> = stroke
                .iter()
                .map(|(x, y)| {
                    let (x, y) = ((x - 0.5) * wide, (y - 0.5) * high);
                    let x = x - lean * y;
                    let (x, y) = (
                        x * turn.cos() - y * turn.sin(),
                        x * turn.sin() + y * turn.cos(),
                    );
                    let (x, y) = (middle.0 + x, middle.1 + y);
                    (x, y + wave.0 * (x * wave.1 + wave.2).sin())
                })
                .collect();
            sheet.draw(&bent, thick, INK);
        }
    }
    noise(&mut sheet, &mut dice);
    encode(&sheet)
}

/// Lines across and specks: enough to bother a simple reader of letters, too thin to bother a person.
fn noise(sheet: &mut Sheet, dice: &mut Dice) {
    let (width, height) = (f32::from(WIDTH), f32::from(HEIGHT));
    for _ in 0..3 {
        let (from, to) = (
            dice.between(8.0, height - 8.0),
            dice.between(8.0, height - 8.0),
        );
        let (swing, pace) = (dice.between(4.0, 12.0), dice.between(0.02, 0.05));
        let line: Vec<(f32, f32)> = (0_u8..=24)
            .map(|step| {
                let part = f32::from(step) / 24.0;
                let x = width * part;
                (x, from + (to - from) * part + swing * (x * pace).sin())
            })
            .collect();
        let thick = dice.between(0.5, 0.9);
        sheet.draw(&line, thick, 90.0);
    }
    for _ in 0..90 {
        let at = (dice.between(0.0, width), dice.between(0.0, height));
        let (thick, grey) = (dice.between(0.4, 1.0), dice.between(90.0, 190.0));
        sheet.draw(&[at, at], thick, grey);
    }
}

impl Sheet {
    fn blank() -> Self {
        Self {
            grey: vec![PAPER; usize::from(WIDTH) * usize::from(HEIGHT)],
        }
    }

    /// A line of that half thickness; its rim is soft.
    fn draw(&mut self, points: &[(f32, f32)], thick: f32, grey: f32) {
        for (from, to) in points.iter().zip(points.iter().skip(1)) {
            let reach = thick + 1.0;
            let columns = pixels(from.0.min(to.0) - reach, from.0.max(to.0) + reach, WIDTH);
            let rows = pixels(from.1.min(to.1) - reach, from.1.max(to.1) + reach, HEIGHT);
            for row in rows {
                for column in columns.clone() {
                    let away = distance((f32::from(column), f32::from(row)), *from, *to);
                    let cover = (thick + 0.5 - away).clamp(0.0, 1.0);
                    let at = usize::from(row) * usize::from(WIDTH) + usize::from(column);
                    if let Some(pixel) = self.grey.get_mut(at) {
                        *pixel = pixel.min(PAPER + (grey - PAPER) * cover);
                    }
                }
            }
        }
    }
}

/// The pixels between two places, as far as there are any.
fn pixels(from: f32, to: f32, most: u16) -> std::ops::Range<u16> {
    // What is out of range becomes the nearest that is in it.
    let (from, to) = (from.floor() as u16, to.ceil() as u16);
    from.min(most)..to.saturating_add(1).min(most)
}

/// From a point to a line between two others.
fn distance(point: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((point.0 - from.0) * dx + (point.1 - from.1) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (point.0 - from.0 - along * dx).hypot(point.1 - from.1 - along * dy)
}

/// Sixteen greys: a third of the bytes, and nobody sees the difference.
fn encode(sheet: &Sheet) -> Option<Vec<u8>> {
    let mut levels = sheet.grey.iter().map(|grey| level(*grey));
    let mut packed = Vec::with_capacity(sheet.grey.len() / 2);
    while let (Some(left), Some(right)) = (levels.next(), levels.next()) {
        packed.push(left << 4 | right);
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, u32::from(WIDTH), u32::from(HEIGHT));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&packed).ok()?;
    writer.finish().ok()?;
    Some(out)
}

/// 0 to 15.
fn level(grey: f32) -> u8 {
    ((grey / 17.0).round() as u8).min(15)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(digits: [u8; 4], seed: u8) -> Code {
        Code {
            digits,
            seed: [seed; 16],
        }
    }

    #[test]
    fn a_code_is_a_small_png_that_looks_the_same_each_time_and_other_codes_differ() {
        let picture = png(&code([3, 6, 3, 8], 1)).unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
        assert!(picture.len() < 12_000, "{}", picture.len());
        assert_eq!(picture, png(&code([3, 6, 3, 8], 1)).unwrap());
        assert_ne!(picture, png(&code([3, 6, 3, 8], 2)).unwrap());
        assert_ne!(picture, png(&code([3, 6, 3, 9], 1)).unwrap());
        if let Ok(dir) = std::env::var("JIANXIN_CAPTCHA_DIR") {
            for seed in 0..10 {
                let digits = [seed, (seed + 3) % 10, (seed + 5) % 10, 9 - seed];
                let picture = png(&code(digits, seed)).unwrap();
                std::fs::write(format!("{dir}/{seed}.png"), picture).unwrap();
            }
        }
    }

    #[test]
    fn every_digit_leaves_ink_and_stays_on_the_sheet() {
        for digit in 0..10 {
            let strokes = strokes::of(digit);
            assert!(!strokes.is_empty(), "{digit}");
            for (x, y) in strokes.iter().flatten() {
                assert!(
                    (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y),
                    "{digit}"
                );
            }
        }
    }
}
