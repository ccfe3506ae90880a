//! The colour tokens of the stylesheet, computed as WCAG does: every text on every ground it stands on.

use std::collections::HashMap;

const STYLESHEET: &str = include_str!("../../../../assets/h5/app.css");

/// Text and the ground it stands on.
const TEXTS: [(&str, &str); 18] = [
    ("text", "page"),
    ("text", "surface"),
    ("text", "pressed"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "pressed"),
    ("brand", "page"),
    ("brand", "surface"),
    ("brand", "tint"),
    ("on-brand", "brand"),
    ("on-banner", "banner"),
    ("on-banner", "banner-2"),
    ("ok", "ok-bg"),
    ("warn", "warn-bg"),
    ("bad", "bad-bg"),
    ("bad", "surface"),
    ("wait", "wait-bg"),
    ("text", "wait-bg"),
];

/// The tokens of the `nth` `:root` block: 0 is light, 1 is dark. `#fff` is written out.
fn tokens(nth: usize) -> HashMap<&'static str, [f64; 3]> {
    let block = STYLESHEET
        .split(":root {")
        .nth(nth + 1)
        .unwrap()
        .split('}')
        .next()
        .unwrap();
    let pairs = block
        .split(';')
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"));
    pairs.map(|(name, hex)| (name, linear(hex))).collect()
}

fn linear(hex: &str) -> [f64; 3] {
    let wide = if hex.len() == 3 {
        hex.chars().flat_map(|digit| [digit, digit]).collect()
    } else {
        hex.to_owned()
    };
    let value = u32::from_str_radix(&wide, 16).unwrap();
    [16, 8, 0].map(|shift| {
        let channel = f64::from((value >> shift) & 0xff) / 255.0;
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |[red, green, blue]: [f64; 3]| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_can_be_read_in_light_and_in_dark() {
    for (theme, tokens) in [("light", tokens(0)), ("dark", tokens(1))] {
        for (text, ground) in TEXTS {
            let ratio = contrast(tokens[text], tokens[ground]);
            assert!(ratio >= 4.5, "{text} on {ground} in {theme}: {ratio:.2}");
        }
    }
}

#[test]
fn the_edge_of_a_field_can_be_seen_in_light_and_in_dark() {
    for (theme, tokens) in [("light", tokens(0)), ("dark", tokens(1))] {
        let ratio = contrast(tokens["field"], tokens["surface"]);
        assert!(ratio >= 3.0, "field on surface in {theme}: {ratio:.2}");
    }
}
