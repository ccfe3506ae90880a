//! Rows of a CSV file.

use std::io::{Read, Seek};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::encoding::{self, Transcoded};
use super::problem::FileProblem;
use super::{Counted, Format, Head, Sink};
use crate::domain::case_row::Cell;

/// A longer field has swallowed what comes behind an open quotation mark.
const LONGEST: usize = 8 * 1024;

pub(super) fn read<S: Read + Seek, K: Sink>(
    mut source: S,
    sink: &mut Counted<'_, K>,
) -> Result<(), K::Error> {
    let encoding = encoding::detect(&mut source)?;
    let delimiter = delimiter(&mut source, encoding)?;
    let text = Transcoded::new(source, encoding).map_err(FileProblem::from)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text);
    let mut record = ByteRecord::new();
    // Kept back until it is known whether another one follows.
    let mut last: Option<(u64, Vec<String>)> = None;
    let mut has_head = false;
    while next(&mut reader, &mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().any(|field| field.len() > LONGEST) {
            return Err(FileProblem::OpenQuote(line).into());
        }
        let fields: Vec<String> = record
            .iter()
            .map(|field| String::from_utf8_lossy(field).into_owned())
            .collect();
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if !has_head {
            has_head = true;
            sink.head(Head {
                format: Format::Csv,
                headings: fields,
                is_1904: false,
            })?;
            continue;
        }
        if let Some((line, fields)) = last.replace((line, fields)) {
            hand_over(sink, line, fields)?;
        }
    }
    if let Some((line, fields)) = last {
        let is_whole = fields.len() >= sink.width;
        let swallows = fields.iter().any(|field| field.contains('\n'));
        if !is_whole && swallows {
            return Err(FileProblem::OpenQuote(line).into());
        }
        if !is_whole && reader.get_ref().last != b'\n' {
            return Err(FileProblem::Truncated(line).into());
        }
        hand_over(sink, line, fields)?;
    }
    Ok(())
}

fn next<R: Read>(reader: &mut Reader<R>, record: &mut ByteRecord) -> Result<bool, FileProblem> {
    reader
        .read_byte_record(record)
        .map_err(|error| FileProblem::Unreadable(error.to_string()))
}

fn hand_over<K: Sink>(
    sink: &mut Counted<'_, K>,
    line: u64,
    fields: Vec<String>,
) -> Result<(), K::Error> {
    let (width, count) = (sink.width, fields.len());
    let surplus = fields.iter().skip(width);
    let fits = count == width
        || (count > width && surplus.into_iter().all(|field| field.trim().is_empty()));
    let cells = match fits {
        true => Ok(fields.into_iter().take(width).map(Cell::Text).collect()),
        false => Err(format!(
            "有{count}列，表头有{width}列。请检查这一行的逗号和引号。"
        )),
    };
    sink.row(line, cells)
}

/// The mark that the first line has most of.
fn delimiter<S: Read + Seek>(
    source: &mut S,
    encoding: &'static encoding_rs::Encoding,
) -> Result<u8, FileProblem> {
    let mut first = Vec::new();
    let text = Transcoded::new(&mut *source, encoding)?;
    text.take(LONGEST as u64).read_to_end(&mut first)?;
    let lines = first.split(|byte| *byte == b'\n');
    let line = lines
        .into_iter()
        .find(|line| !line.trim_ascii().is_empty())
        .unwrap_or_default();
    let count = |mark: u8| line.iter().filter(|byte| **byte == mark).count();
    let best = [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(|mark| count(*mark));
    Ok(best.filter(|mark| count(*mark) > 0).unwrap_or(b','))
}
