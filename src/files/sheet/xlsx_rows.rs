//! Rows of the first sheet of a workbook that anybody sees.

use std::io::{BufReader, Read, Seek, SeekFrom};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use chrono::{NaiveDate, NaiveDateTime};

use super::problem::FileProblem;
use super::{Counted, Format, Head, MOST_COLUMNS, Sink, guard};
use crate::domain::case_row::Cell;

/// Merged cells that are named.
const NAMED: usize = 8;

pub(super) fn read<S: Read + Seek, K: Sink>(
    mut source: S,
    sink: &mut Counted<'_, K>,
) -> Result<(), K::Error> {
    guard::look(BufReader::new(&mut source))?;
    source.seek(SeekFrom::Start(0)).map_err(FileProblem::from)?;
    let mut book: Xlsx<BufReader<S>> = Xlsx::new(BufReader::new(source)).map_err(damaged)?;
    let is_1904 = book.has_1904_epoch();
    let first = book
        .sheets_metadata()
        .iter()
        .find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    let name = first
        .map(|sheet| sheet.name.clone())
        .ok_or(FileProblem::Empty)?;
    let merged = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
    if !merged.is_empty() {
        let mut addresses: Vec<String> = merged
            .iter()
            .take(NAMED)
            .map(|area| format!("{}:{}", address(area.start), address(area.end)))
            .collect();
        if merged.len() > NAMED {
            addresses.push(format!("等共{}处", merged.len()));
        }
        return Err(FileProblem::Merged(addresses).into());
    }
    let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut row: Vec<Cell> = Vec::new();
    let (mut at, mut has_head) = (0_u32, false);
    loop {
        let cell = cells.next_cell().map_err(damaged)?;
        let place = cell.as_ref().map(calamine::Cell::get_position);
        if place.is_none_or(|(line, _)| line != at) {
            let whole = std::mem::take(&mut row);
            if !whole.iter().all(Cell::is_empty) {
                hand_over(sink, at, whole, &mut has_head, is_1904)?;
            }
        }
        let (Some(cell), Some((line, column))) = (cell, place) else {
            return Ok(());
        };
        if line < at {
            return Err(FileProblem::Damaged("行的顺序不对").into());
        }
        at = line;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let value = value(cell.get_value());
        if column >= MOST_COLUMNS {
            if value.is_empty() {
                continue;
            }
            return Err(FileProblem::TooWide.into());
        }
        if row.len() <= column {
            row.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = row.get_mut(column) {
            *place = value;
        }
    }
}

fn hand_over<K: Sink>(
    sink: &mut Counted<'_, K>,
    at: u32,
    mut row: Vec<Cell>,
    has_head: &mut bool,
    is_1904: bool,
) -> Result<(), K::Error> {
    let line = u64::from(at) + 1;
    if !*has_head {
        *has_head = true;
        let headings = row.iter().map(|cell| match cell {
            Cell::Text(text) => text.clone(),
            _ => String::new(),
        });
        return sink.head(Head {
            format: Format::Xlsx,
            headings: headings.collect(),
            is_1904,
        });
    }
    let width = sink.width;
    if row.iter().skip(width).any(|cell| !cell.is_empty()) {
        let reason = "有内容在表头以外的列。请检查是否错列。".to_owned();
        return sink.row(line, Err(reason));
    }
    row.resize(width, Cell::Empty);
    sink.row(line, Ok(row))
}

fn value(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty => Cell::Empty,
        // Whole numbers of a spreadsheet are far below what a float holds, or have lost digits already.
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(at) => moment(at).map_or(Cell::Number(at.as_f64()), Cell::Moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(_) => Cell::Broken,
    }
}

fn moment(at: &ExcelDateTime) -> Option<NaiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
    // A moment that was counted in fractions of a day falls just short of its second.
    let carry = i64::from(milli >= 500);
    let time = date.and_hms_opt(u32::from(hour), u32::from(minute), u32::from(second))?;
    time.checked_add_signed(chrono::TimeDelta::seconds(carry))
}

fn damaged(_error: calamine::XlsxError) -> FileProblem {
    FileProblem::Damaged("工作簿的内容读不出来")
}

/// `C12`, as a spreadsheet names a cell.
fn address((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.reverse();
    format!("{}{}", letters.into_iter().collect::<String>(), row + 1)
}
