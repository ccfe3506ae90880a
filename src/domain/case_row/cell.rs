//! A cell of a table, whatever kind of file it stood in.

use chrono::NaiveDateTime;

/// Numbers from here on have lost their last digits: a spreadsheet keeps fifteen and writes noughts behind them.
const EXACT: f64 = 1e15;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number of a spreadsheet, or one with a fraction or an exponent in JSON.
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
    pub fn text(&self) -> Result<String, &'static str> {
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

/// `4.3010E+16`, `4.301e16`, `4E+16`: what programs write in the place of a long number.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_mantissa = mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && mantissa
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c == '-');
    // `12E3` may be somebody's number after all.
    let is_marked = mantissa.contains('.') || digits.len() < exponent.len();
    is_mantissa
        && is_marked
        && (1..=3).contains(&digits.len())
        && digits.chars().all(|c| c.is_ascii_digit())
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
