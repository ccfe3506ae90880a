//! A cell of a table, whatever kind of file it stood in.

use chrono::NaiveDateTime;

/// Numbers from here on have lost their last digits in a spreadsheet.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number of a spreadsheet.
    Number(f64),
    /// A cell that the spreadsheet shows as a date.
    Moment(NaiveDateTime),
    /// True or false.
    Truth(bool),
    /// The spreadsheet itself shows an error, such as `#N/A`.
    Broken,
}

impl Cell {
    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(is_blank),
            Self::Number(_) | Self::Moment(_) | Self::Truth(_) | Self::Broken => false,
        }
    }

    /// The text, clean: on one line, without what surrounds it and what cannot be seen.
    ///
    /// # Errors
    /// What to do about it.
    pub(super) fn text(&self) -> Result<String, &'static str> {
        match self {
            Self::Empty => Ok(String::new()),
            Self::Text(text) => {
                let text = clean(text);
                if is_scientific(&text) {
                    return Err(LOST);
                }
                Ok(text)
            }
            Self::Number(number) if number.abs() >= EXACT => Err(LOST),
            Self::Number(number) => Ok(number.to_string()),
            Self::Moment(moment) if moment.time() == chrono::NaiveTime::MIN => {
                Ok(moment.date().to_string())
            }
            Self::Moment(moment) => Ok(moment.format("%Y-%m-%d %H:%M:%S").to_string()),
            Self::Truth(true) => Ok("是".to_owned()),
            Self::Truth(false) => Ok("否".to_owned()),
            Self::Broken => Err("单元格是公式错误（如 #N/A）。请在表格里改成实际内容后重新导出。"),
        }
    }
}

const LOST: &str =
    "号码被表格软件当成了数字，末几位已经丢失。请把这一列设为“文本”格式，从业务系统重新导出。";

/// `4.3010E+16`: what a spreadsheet writes in the place of a long number.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let is_mantissa = mantissa.contains('.')
        && mantissa
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c == '-');
    is_mantissa
        && exponent
            .strip_prefix('+')
            .is_some_and(|digits| digits.len() <= 3 && digits.chars().all(|c| c.is_ascii_digit()))
}

/// Exports keep long numbers from being taken for numbers by `="430…"`, by an apostrophe or by a tab.
fn clean(text: &str) -> String {
    let text = text.trim_matches(is_blank);
    let text = text
        .strip_prefix("=\"")
        .and_then(|inner| inner.strip_suffix('"'))
        .unwrap_or(text);
    let text = text.strip_prefix('\'').unwrap_or(text);
    let mut clean = String::with_capacity(text.len());
    for c in text.trim_matches(is_blank).chars() {
        match c {
            '\r' | '\n' | '\t' | '\u{2028}' | '\u{2029}' => {
                if !clean.ends_with(' ') {
                    clean.push(' ');
                }
            }
            c if c.is_control() || is_invisible(c) => {}
            c => clean.push(c),
        }
    }
    clean
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
