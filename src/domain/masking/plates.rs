//! Plates of vehicles: blue ones with five places, those of new energy with six, of the police, of lorries and guests.

use super::glyphs::Glyphs;
use super::{Found, Kind};

const REGIONS: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使";
const LAST: &str = "学警港澳挂领试超";
/// Characters that may stand between the places.
const GAP: usize = 2;

/// Whether a plate may begin with this character.
pub(super) fn is_region(c: char) -> bool {
    REGIONS.contains(c)
}

/// A plate begins here.
pub(super) fn at(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    let office = text.skip(at + 1, 1, |c| c == ' ');
    if !text.char(office).is_ascii_alphabetic() {
        return;
    }
    let (mut places, mut digits, mut end) = (0, 0, office + 1);
    let mut next = end;
    while places < 7 {
        let place = text.skip(next, GAP, |c| matches!(c, ' ' | '·' | '-' | '.'));
        let c = text.char(place);
        if c.is_ascii_alphanumeric() {
            places += 1;
            digits += usize::from(c.is_ascii_digit());
        } else {
            // Only the last place of a plate is a character.
            if (places == 4 || places == 5) && LAST.contains(c) {
                (places, end) = (places + 1, place + 1);
            }
            break;
        }
        end = place + 1;
        next = end;
    }
    if (5..=6).contains(&places) && digits >= 2 && !text.char(end).is_ascii_alphanumeric() {
        found.push(Found {
            from: at,
            to: end,
            kind: Kind::Plate,
        });
    }
}
