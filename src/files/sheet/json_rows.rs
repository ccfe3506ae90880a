//! Rows of JSON lines: objects whose members are called like the columns.

use std::io::{BufRead, BufReader, Read, Seek};

use serde_json::{Map, Value};

use super::encoding::{self, Transcoded};
use super::problem::FileProblem;
use super::{Counted, Format, Head, MOST_COLUMNS, Sink};
use crate::domain::case_row::Cell;

/// A longer line is no row.
const LONGEST: u64 = 64 * 1024;

pub(super) fn read<S: Read + Seek, K: Sink>(
    mut source: S,
    sink: &mut Counted<'_, K>,
) -> Result<(), K::Error> {
    let encoding = encoding::detect(&mut source)?;
    // All names that appear are the headings: the first row may leave out what a later one has.
    let mut headings: Vec<String> = Vec::new();
    let text = Transcoded::new(&mut source, encoding).map_err(FileProblem::from)?;
    each_line(text, |line, row, is_cut| {
        if is_cut && row.is_err() {
            return Err(FileProblem::Truncated(line));
        }
        for name in row.into_iter().flat_map(|row| row.into_iter()) {
            if !headings.contains(&name.0) {
                headings.push(name.0);
            }
        }
        match headings.len() > MOST_COLUMNS {
            true => Err(FileProblem::TooWide),
            false => Ok(()),
        }
    })?;
    if headings.is_empty() {
        return Err(FileProblem::Empty.into());
    }
    sink.head(Head {
        format: Format::JsonLines,
        headings: headings.clone(),
        is_1904: false,
    })?;
    let text = Transcoded::new(&mut source, encoding).map_err(FileProblem::from)?;
    each_line(text, |line, row, _| {
        let cells = row.and_then(|mut row| {
            let cells = headings.iter().map(|name| cell(row.remove(name)));
            cells.collect::<Result<Vec<Cell>, String>>()
        });
        sink.row(line, cells)
    })
}

type Row = Result<Map<String, Value>, String>;

/// Every line that is not empty; whether it is one that ends without a line break.
fn each_line<R: Read, E: From<FileProblem>>(
    text: R,
    mut take: impl FnMut(u64, Row, bool) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = BufReader::new(text);
    let (mut line, mut bytes) = (0_u64, Vec::new());
    loop {
        bytes.clear();
        let limited = &mut (&mut reader).take(LONGEST);
        let read = limited
            .read_until(b'\n', &mut bytes)
            .map_err(FileProblem::from)?;
        if read == 0 {
            return Ok(());
        }
        line += 1;
        let ends = bytes.ends_with(b"\n");
        if !ends && u64::try_from(read).unwrap_or(0) == LONGEST {
            return Err(FileProblem::OpenQuote(line).into());
        }
        let text = bytes.trim_ascii();
        if !text.is_empty() {
            take(line, object(text), !ends)?;
        }
    }
}

fn object(text: &[u8]) -> Row {
    match serde_json::from_slice(text) {
        Ok(Value::Object(row)) => Ok(row),
        _ => Err("不是一个完整的JSON对象。每行写一个{…}，不要换行。".to_owned()),
    }
}

fn cell(value: Option<Value>) -> Result<Cell, String> {
    match value {
        None | Some(Value::Null) => Ok(Cell::Empty),
        Some(Value::String(text)) => Ok(Cell::Text(text)),
        Some(Value::Bool(truth)) => Ok(Cell::Truth(truth)),
        // Whole numbers as they are written. What has a fraction, an exponent or more than twenty digits was read as a
        // float, as the program that wrote it may have done.
        Some(Value::Number(number)) => Ok(match number.as_f64() {
            Some(float) if number.is_f64() => Cell::Number(float),
            _ => Cell::Text(number.to_string()),
        }),
        Some(Value::Array(_) | Value::Object(_)) => {
            Err("值应是文字、数字、true、false或null。".to_owned())
        }
    }
}
