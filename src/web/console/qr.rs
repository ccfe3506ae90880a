//! A picture for a phone's camera, as one SVG path.

use qrcodegen::{QrCode, QrCodeEcc};

/// Blank modules around (ISO/IEC 18004: four; two are enough on a white ground with padding).
const QUIET: i32 = 2;

/// The picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Width and height in modules.
    pub size: i32,
    /// The dark modules.
    pub path: String,
}

impl Qr {
    /// Of a text of up to some 2,000 bytes; longer ones give an empty picture.
    pub fn of(text: &str) -> Self {
        let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
            return Self {
                size: 1,
                path: String::new(),
            };
        };
        let mut path = String::new();
        for y in 0..code.size() {
            for x in 0..code.size() {
                if code.get_module(x, y) {
                    path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
                }
            }
        }
        Self {
            size: code.size() + 2 * QUIET,
            path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_finders_in_three_corners() {
        let qr = Qr::of("otpauth://totp/a?secret=B");
        assert!(qr.size > 20);
        assert!(qr.path.starts_with("M2,2h1v1h-1z"));
        assert_eq!(Qr::of(&"x".repeat(5000)).path, "");
    }
}
