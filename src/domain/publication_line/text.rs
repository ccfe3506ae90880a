//! Cleaning and limits of the text members. All lengths are in characters, counted after cleaning.

use super::problem::RecordProblem;

/// Running text: line feeds and tabs stay.
pub(super) fn paragraphs(field: &str, raw: &str, most: usize) -> Result<String, RecordProblem> {
    within(field, clean(raw), most)
}

/// Text shown on one line: white space around it goes, line breaks and tabs inside become spaces.
pub(super) fn line(field: &str, raw: &str, most: usize) -> Result<String, RecordProblem> {
    let cleaned = clean(raw).replace(['\n', '\t'], " ");
    within(field, cleaned.trim().to_owned(), most)
}

/// Refuses a text in which nothing can be seen.
pub(super) fn not_empty(field: &str, text: String) -> Result<String, RecordProblem> {
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        Err(RecordProblem::at(field, "must not be empty"))
    } else {
        Ok(text)
    }
}

/// A key of 1 to `most` visible characters without white space; never altered, since others refer to it.
pub(super) fn identifier(field: &str, raw: &str, most: usize) -> Result<String, RecordProblem> {
    if raw.is_empty() {
        return Err(RecordProblem::at(field, "must not be empty"));
    }
    if raw
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
    {
        return Err(RecordProblem::at(
            field,
            "must have neither white space nor invisible characters",
        ));
    }
    within(field, raw.to_owned(), most)
}

/// An http or https address.
pub(super) fn address(field: &str, raw: &str) -> Result<String, RecordProblem> {
    let rest = match raw.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            rest
        }
        Some(_) | None => {
            return Err(RecordProblem::at(
                field,
                "must begin with http:// or https://, or be null",
            ));
        }
    };
    if rest.is_empty() || rest.starts_with(['/', '?', '#', ':', '@']) {
        return Err(RecordProblem::at(
            field,
            "must name a host after the scheme",
        ));
    }
    let is_unfit = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || is_invisible(c)
            || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`')
    };
    if raw.chars().any(is_unfit) {
        return Err(RecordProblem::at(
            field,
            "must have no white space, quotes or angle brackets; percent-encode them",
        ));
    }
    within(field, raw.to_owned(), 1024)
}

fn within(field: &str, text: String, most: usize) -> Result<String, RecordProblem> {
    // A text has at most as many characters as bytes: nearly all are let through without counting.
    if text.len() <= most {
        return Ok(text);
    }
    let count = text.chars().count();
    if count <= most {
        Ok(text)
    } else {
        Err(RecordProblem::at(
            field,
            format!("has {count} characters; at most {most} are allowed"),
        ))
    }
}

/// Line ends become LF; characters that PostgreSQL (NUL) or XML 1.0 (the other controls, U+FFFE, U+FFFF) refuse go.
fn clean(raw: &str) -> String {
    let is_refused =
        |c: char| (c < ' ' && c != '\n' && c != '\t') || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !raw.contains(is_refused) {
        return raw.to_owned();
    }
    raw.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace(is_refused, "")
}

/// Marks without width: soft hyphen, zero-width and direction marks, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e0fff}')
}
