//! Files of cases as offices export them, and a workbook made by hand.

use std::io::{Cursor, Write};

use jianxin::domain::binding::check_digit;
use jianxin::domain::case_row::Column;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A row by its headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line(pub(crate) Vec<(&'static str, String)>);

impl Line {
    /// The template's example with the keys of this row.
    pub(crate) fn of(case: &str, person: &str) -> Self {
        let mut line = Self(
            Column::all()
                .map(|column| (column.heading(), column.example().to_owned()))
                .collect(),
        );
        line.put("统一受案号", case);
        line.put("部门受案号", &format!("长检受[2026]{case}号"));
        line.put("当事人编号", person);
        line.put("姓名", &format!("植入{case}某{person}"));
        line.put("证件号码", &made_up_id(case, person));
        line.put("更新时间", "");
        line
    }

    pub(crate) fn put(&mut self, heading: &str, value: &str) {
        let place = self.0.iter_mut().find(|(known, _)| *known == heading);
        value.clone_into(&mut place.unwrap_or_else(|| panic!("no column {heading}")).1);
    }

    pub(crate) fn with(mut self, heading: &str, value: &str) -> Self {
        self.put(heading, value);
        self
    }

    pub(crate) fn get(&self, heading: &str) -> &str {
        &self
            .0
            .iter()
            .find(|(known, _)| *known == heading)
            .unwrap()
            .1
    }
}

/// No area's number begins with 99.
pub(crate) fn made_up_id(case: &str, person: &str) -> String {
    let sum = format!("{case}-{person}").bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    let body = format!("99000019900101{:03}", sum % 1000);
    let last = check_digit(&body).unwrap();
    format!("{body}{last}")
}

/// Separated by `mark`.
pub(crate) fn separated(lines: &[Line], mark: char) -> String {
    let quoted = |text: &str| match text.contains([mark, '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let row = |cells: Vec<String>| cells.join(&mark.to_string()) + "\r\n";
    let headings = Column::all().map(|column| column.heading().to_owned());
    let mut text = row(headings.collect());
    for line in lines {
        text += &row(line.0.iter().map(|(_, value)| quoted(value)).collect());
    }
    text
}

pub(crate) fn csv(lines: &[Line]) -> Vec<u8> {
    separated(lines, ',').into_bytes()
}

pub(crate) fn json_lines(lines: &[Line]) -> Vec<u8> {
    let mut text = String::new();
    for line in lines {
        let object: serde_json::Map<String, serde_json::Value> = line
            .0
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
            .collect();
        text += &serde_json::Value::Object(object).to_string();
        text.push('\n');
    }
    text.into_bytes()
}

/// A cell of a workbook.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Shared(String),
    Inline(String),
    Number(f64),
    /// A number that is shown as a date.
    Day(f64),
    Nothing,
}

/// A workbook with one sheet.
pub(crate) struct Workbook {
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) merged: Vec<&'static str>,
}

impl Workbook {
    /// All cells as texts.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let headings = Column::all().map(|column| Value::Shared(column.heading().to_owned()));
        let mut rows = vec![headings.collect::<Vec<_>>()];
        for line in lines {
            let cells = line.0.iter().map(|(_, value)| match value.as_str() {
                "" => Value::Nothing,
                value => Value::Shared(value.to_owned()),
            });
            rows.push(cells.collect());
        }
        Self {
            rows,
            merged: Vec::new(),
        }
    }

    pub(crate) fn put(&mut self, row: usize, heading: &str, value: Value) {
        let column = Column::all()
            .position(|column| column.heading() == heading)
            .unwrap();
        self.rows[row][column] = value;
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut strings: Vec<String> = Vec::new();
        let mut sheet = String::new();
        for (row, cells) in self.rows.iter().enumerate() {
            sheet += &format!("<row r=\"{}\">", row + 1);
            for (column, cell) in cells.iter().enumerate() {
                let at = format!("{}{}", letters(column), row + 1);
                match cell {
                    Value::Nothing => {}
                    Value::Shared(text) => {
                        sheet += &format!("<c r=\"{at}\" t=\"s\"><v>{}</v></c>", strings.len());
                        strings.push(escaped(text));
                    }
                    Value::Inline(text) => {
                        let text = escaped(text);
                        sheet +=
                            &format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
                    }
                    Value::Number(number) => sheet += &format!("<c r=\"{at}\"><v>{number}</v></c>"),
                    Value::Day(number) => {
                        sheet += &format!("<c r=\"{at}\" s=\"1\"><v>{number}</v></c>");
                    }
                }
            }
            sheet += "</row>";
        }
        let merged = match self.merged.as_slice() {
            [] => String::new(),
            areas => {
                let cells = areas
                    .iter()
                    .map(|area| format!("<mergeCell ref=\"{area}\"/>"));
                format!("<mergeCells>{}</mergeCells>", cells.collect::<String>())
            }
        };
        let strings: String = strings
            .iter()
            .map(|text| format!("<si><t>{text}</t></si>"))
            .collect();
        packed(&[
            ("[Content_Types].xml", TYPES.to_owned()),
            ("_rels/.rels", ROOT.to_owned()),
            ("xl/workbook.xml", BOOK.to_owned()),
            ("xl/_rels/workbook.xml.rels", RELS.to_owned()),
            ("xl/styles.xml", STYLES.to_owned()),
            (
                "xl/sharedStrings.xml",
                format!("{HEAD}<sst xmlns=\"{MAIN}\">{strings}</sst>"),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!(
                    "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData>{sheet}</sheetData>{merged}</worksheet>"
                ),
            ),
        ])
    }
}

/// Parts in a zip.
pub(crate) fn packed(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A packed file with one more part.
pub(crate) fn with_part(file: Vec<u8>, name: &str, part: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new_append(Cursor::new(file)).unwrap();
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(part).unwrap();
    zip.finish().unwrap().into_inner()
}

/// In UTF-16 with its mark, as Excel writes what its query editor knows.
pub(crate) fn in_utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = String::new();
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap()));
        rest /= 26;
    }
    letters
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
pub(crate) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
pub(crate) const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
pub(crate) const ROOT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
pub(crate) const BOOK: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"案件\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
pub(crate) const RELS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
pub(crate) const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";
