//! Tables for the office computer: CSV that a spreadsheet opens as it is, with formulas defused (S30).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A spreadsheet takes a cell that begins so for a formula; some fold the full-width signs of a Chinese keyboard first.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'];

/// The text of a table: UTF-8 with a mark that tells spreadsheets so, lines ended as they expect.
pub fn text<R, C>(head: &[&str], rows: R) -> String
where
    R: IntoIterator<Item = C>,
    C: IntoIterator<Item = String>,
{
    let mut text = String::from("\u{feff}");
    line(&mut text, head.iter().map(|cell| (*cell).to_owned()));
    for row in rows {
        line(&mut text, row);
    }
    text
}

fn line(text: &mut String, cells: impl IntoIterator<Item = String>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let defused = match cell.trim_start().chars().next() {
            Some(first) if FORMULA.contains(&first) || cell.starts_with(FORMULA) => {
                format!("'{cell}")
            }
            _ => cell,
        };
        if defused.contains(['"', ',', '\n', '\r']) {
            text.push('"');
            text.push_str(&defused.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&defused);
        }
    }
    text.push_str("\r\n");
}

/// The answer that saves a table as `name` (ASCII letters, digits and hyphens, without ending).
pub fn download(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let mut response = (StatusCode::OK, text).into_response();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_quotes_doubled() {
        let row = [
            "=1+1",
            "-2",
            "@SUM(A1)",
            " =x",
            "a\"b",
            "c,d",
            "\t=",
            "正常",
            "＝1",
            "\u{3000}＋1",
            "－1",
            "＠A1",
        ];
        let text = text(&["头"], [row.map(str::to_owned)]);
        assert_eq!(
            text,
            "\u{feff}头\r\n'=1+1,'-2,'@SUM(A1),' =x,\"a\"\"b\",\"c,d\",'\t=,正常,'＝1,'\u{3000}＋1,'－1,'＠A1\r\n"
        );
    }
}
