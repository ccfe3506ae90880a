//! Tables that people hand in: CSV in several encodings, XLSX, JSON lines. Read row by row, so that the size of a file
//! does not matter for memory, and bounded, so that no file can do harm.

mod csv_rows;
mod encoding;
mod guard;
mod json_rows;
mod problem;
mod tags;
mod xlsx_rows;

use std::io::{Read, Seek, SeekFrom};

use crate::domain::case_row::Cell;

pub use problem::FileProblem;

/// Most rows of a file, the heading not counted.
pub const MOST_ROWS: u64 = 300_000;
/// Largest file, in bytes.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Most columns; nobody's export has as many.
const MOST_COLUMNS: usize = 256;

/// What a file is, told by what stands in it and not by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Separated by commas, semicolons or tabs.
    Csv,
    /// A workbook.
    Xlsx,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::JsonLines => "JSON",
        }
    }
}

/// What is known before the first row.
#[derive(Clone, Debug)]
pub struct Head {
    /// What the file is.
    pub format: Format,
    /// The headings.
    pub headings: Vec<String>,
    /// The workbook counts its days from 1904.
    pub is_1904: bool,
}

/// One row below the heading.
#[derive(Clone, Debug)]
pub struct SheetRow {
    /// The line of the file, or the number that the spreadsheet shows.
    pub line: u64,
    /// The cells below the headings, or what is wrong with the row as a whole.
    pub cells: Result<Vec<Cell>, String>,
}

/// What takes the rows.
pub trait Sink {
    /// What ends the reading early.
    type Error: From<FileProblem>;

    /// The headings, before any row.
    ///
    /// # Errors
    /// When they will not do.
    fn head(&mut self, head: Head) -> Result<(), Self::Error>;

    /// One row, empty ones left out.
    ///
    /// # Errors
    /// When reading on makes no sense.
    fn row(&mut self, row: SheetRow) -> Result<(), Self::Error>;
}

/// Reads a file to its end; tells how many rows it has.
///
/// # Errors
/// What is wrong with the file as a whole, or what the sink says.
pub fn read<S: Read + Seek, K: Sink>(mut source: S, sink: &mut K) -> Result<u64, K::Error> {
    let length = source.seek(SeekFrom::End(0)).map_err(FileProblem::from)?;
    if length > MOST_BYTES {
        return Err(FileProblem::TooBig(length).into());
    }
    let format = sniff(&mut source)?;
    let mut counted = Counted {
        sink,
        rows: 0,
        width: 0,
    };
    match format {
        Format::Xlsx => xlsx_rows::read(source, &mut counted)?,
        Format::Csv => csv_rows::read(source, &mut counted)?,
        Format::JsonLines => json_rows::read(source, &mut counted)?,
    }
    match counted.rows {
        0 => Err(FileProblem::Empty.into()),
        rows if rows > MOST_ROWS => Err(FileProblem::TooManyRows(rows).into()),
        rows => Ok(rows),
    }
}

/// Looks at the first bytes.
fn sniff<S: Read + Seek>(source: &mut S) -> Result<Format, FileProblem> {
    source.seek(SeekFrom::Start(0))?;
    let mut first = Vec::new();
    source.take(512).read_to_end(&mut first)?;
    source.seek(SeekFrom::Start(0))?;
    if first.is_empty() {
        return Err(FileProblem::Empty);
    }
    if first.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx);
    }
    if first.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(FileProblem::OldWorkbook);
    }
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => Ok(Format::JsonLines),
        Some(b'<') => Err(FileProblem::Page),
        Some(b'%') if text.starts_with(b"%PDF") => Err(FileProblem::Page),
        _ => Ok(Format::Csv),
    }
}

/// Counts rows, and keeps those beyond the limit from the sink, so that the refusal can name their number.
struct Counted<'a, K> {
    sink: &'a mut K,
    rows: u64,
    width: usize,
}

impl<K: Sink> Counted<'_, K> {
    fn head(&mut self, head: Head) -> Result<(), K::Error> {
        if head.headings.len() > MOST_COLUMNS {
            return Err(FileProblem::TooWide.into());
        }
        self.width = head.headings.len();
        self.sink.head(head)
    }

    fn row(&mut self, line: u64, cells: Result<Vec<Cell>, String>) -> Result<(), K::Error> {
        if let Ok(cells) = &cells
            && cells.iter().all(Cell::is_empty)
        {
            return Ok(());
        }
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Ok(());
        }
        self.sink.row(SheetRow { line, cells })
    }
}
