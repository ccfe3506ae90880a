//! Files of cases as they come: kinds, encodings, and what is refused as a whole.

use std::io::Cursor;

use jianxin::domain::case_row::{Cell, Column};
use jianxin::files::sheet::{self, FileProblem, Format, Head, MOST_ROWS, SheetRow, Sink};

use crate::support::sheets::{self, Line, Value, Workbook};

#[derive(Debug, Default)]
struct Taken {
    head: Option<Head>,
    rows: Vec<SheetRow>,
}

impl Sink for Taken {
    type Error = FileProblem;

    fn head(&mut self, head: Head) -> Result<(), FileProblem> {
        self.head = Some(head);
        Ok(())
    }

    fn row(&mut self, row: SheetRow) -> Result<(), FileProblem> {
        self.rows.push(row);
        Ok(())
    }
}

fn read(bytes: &[u8]) -> Result<Taken, FileProblem> {
    let mut taken = Taken::default();
    sheet::read(Cursor::new(bytes), &mut taken)?;
    Ok(taken)
}

/// The texts of all cells.
fn texts(taken: &Taken) -> Vec<Vec<String>> {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Empty => String::new(),
        other => format!("{other:?}"),
    };
    let cells = |row: &SheetRow| row.cells.as_ref().unwrap().iter().map(text).collect();
    taken.rows.iter().map(cells).collect()
}

fn lines() -> Vec<Line> {
    vec![
        Line::of("1", "01").with("案件名称", "张某某、\"李某\"盗窃案"),
        Line::of("1", "02").with("审查意见", "第一行\n第二行"),
        Line::of("2", "01").with("案由", "掩饰、隐瞒犯罪所得罪<㛃>&"),
    ]
}

fn in_encoding(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

#[test]
fn one_table_reads_alike_from_every_kind_of_file_and_encoding() {
    let lines = lines();
    let expected: Vec<Vec<String>> = lines
        .iter()
        .map(|line| line.0.iter().map(|(_, value)| value.clone()).collect())
        .collect();
    let text = sheets::separated(&lines, ',');
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(
            sheets::separated(&lines, '\t')
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    let files = [
        ("utf-8", text.clone().into_bytes(), Format::Csv),
        (
            "with a mark",
            format!("\u{feff}{text}").into_bytes(),
            Format::Csv,
        ),
        (
            "gb18030",
            in_encoding(&text, encoding_rs::GB18030),
            Format::Csv,
        ),
        ("tabs in utf-16", utf16, Format::Csv),
        (
            "semicolons",
            sheets::separated(&lines, ';').into_bytes(),
            Format::Csv,
        ),
        ("json", sheets::json_lines(&lines), Format::JsonLines),
        ("workbook", Workbook::of(&lines).bytes(), Format::Xlsx),
    ];
    for (name, bytes, format) in files {
        let taken = read(&bytes).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert_eq!(taken.head.as_ref().unwrap().format, format, "{name}");
        assert_eq!(taken.head.as_ref().unwrap().headings.len(), 31, "{name}");
        // Members of JSON have no order.
        let headings = taken.head.as_ref().unwrap().headings.clone();
        let in_order = |row: Vec<String>| -> Vec<String> {
            let place = |column: Column| headings.iter().position(|one| one == column.heading());
            Column::all()
                .map(|column| row[place(column).unwrap()].clone())
                .collect()
        };
        let read: Vec<Vec<String>> = texts(&taken).into_iter().map(in_order).collect();
        assert_eq!(read, expected, "{name}");
    }
    let taken = read(&sheets::csv(&lines)).unwrap();
    let numbers: Vec<u64> = taken.rows.iter().map(|row| row.line).collect();
    assert_eq!(numbers, [2, 3, 5]);
}

#[test]
fn a_workbook_s_numbers_dates_and_inline_texts_are_told_apart() {
    let mut book = Workbook::of(&lines()[..1]);
    book.put(1, "强制措施日期", Value::Day(46_329.0));
    book.put(1, "受理日期", Value::Day(46_329.395_833_333_336));
    book.put(1, "到期日", Value::Number(46_359.0));
    book.put(1, "姓名", Value::Inline("王某".to_owned()));
    let taken = read(&book.bytes()).unwrap();
    let cells = taken.rows[0].cells.as_ref().unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
    for expected in [
        Cell::Moment(day.and_hms_opt(0, 0, 0).unwrap()),
        Cell::Moment(day.and_hms_opt(9, 30, 0).unwrap()),
        Cell::Number(46_359.0),
        Cell::Text("王某".to_owned()),
    ] {
        assert!(cells.contains(&expected), "{expected:?} in {cells:?}");
    }
}

fn refused(bytes: &[u8]) -> FileProblem {
    read(bytes).map(|taken| taken.rows.len()).unwrap_err()
}

#[test]
fn merged_cells_are_named_by_their_addresses() {
    let mut book = Workbook::of(&lines());
    book.merged = vec!["A2:A3", "C2:D2"];
    assert_eq!(
        refused(&book.bytes()),
        FileProblem::Merged(vec!["A2:A3".to_owned(), "C2:D2".to_owned()])
    );
}

#[test]
fn a_file_that_ends_in_the_middle_is_refused_wherever_it_was_cut() {
    let lines = lines();
    let csv = sheets::csv(&lines[..1]);
    // Cut inside the row, but behind the heading.
    let start = csv.iter().position(|byte| *byte == b'\n').unwrap() + 40;
    for at in (start..csv.len() - 12).step_by(7) {
        let problem = refused(&csv[..at]);
        assert!(
            matches!(
                problem,
                FileProblem::Truncated(2) | FileProblem::OpenQuote(2)
            ),
            "{at}: {problem}"
        );
    }
    let json = sheets::json_lines(&lines);
    assert_eq!(refused(&json[..json.len() - 9]), FileProblem::Truncated(3));
    let book = Workbook::of(&lines).bytes();
    for at in [book.len() - 1, book.len() / 2, 60] {
        assert!(
            matches!(refused(&book[..at]), FileProblem::Damaged(_)),
            "{at}"
        );
    }
    let mut spoilt = book.clone();
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 0xFF;
    assert!(matches!(refused(&spoilt), FileProblem::Damaged(_)));
}

#[test]
fn what_is_no_table_is_refused_with_what_to_do() {
    let plain = [Line::of("1", "01"), Line::of("2", "01")];
    let csv = String::from_utf8(sheets::csv(&plain)).unwrap();
    let open_quote = csv.replacen("长沙市公安局", "\"长沙市公安局", 1);
    assert!(matches!(
        refused(open_quote.as_bytes()),
        FileProblem::OpenQuote(_)
    ));
    assert_eq!(refused(b""), FileProblem::Empty);
    assert_eq!(refused(b"  \n"), FileProblem::Empty);
    assert_eq!(refused(&sheets::csv(&[])), FileProblem::Empty);
    assert_eq!(refused(b"<html><table>"), FileProblem::Page);
    assert_eq!(
        refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"),
        FileProblem::OldWorkbook
    );
    assert!(matches!(
        refused(b"a,b\n\xff\xff\xff,1\n"),
        FileProblem::Encoding(_)
    ));
    assert!(matches!(
        refused(b"a,b\n\0\0,1\n"),
        FileProblem::Encoding(_)
    ));
    let other = sheets::packed(&[("word/document.xml", "<a/>".to_owned())]);
    assert!(matches!(refused(&other), FileProblem::Damaged(_)));
    for problem in [
        FileProblem::Empty,
        FileProblem::Bomb,
        FileProblem::TooBig(99_000_000),
    ] {
        assert!(problem.to_string().ends_with('。'));
    }
}

#[test]
fn too_many_rows_are_counted_and_refused() {
    let heading = "统一受案号\n";
    let text = heading.to_owned() + &"1\n".repeat(usize::try_from(MOST_ROWS).unwrap());
    assert_eq!(read(text.as_bytes()).unwrap().rows.len(), 300_000);
    let text = text + &"1\n".repeat(12_345);
    assert_eq!(refused(text.as_bytes()), FileProblem::TooManyRows(312_345));
}

#[test]
fn a_small_file_that_unpacks_to_gigabytes_is_refused_before_it_does_harm() {
    let text = format!("<sst>{}", " ".repeat(40 * 1024 * 1024));
    let strings = format!("<sst>{}", "<si><t>a</t></si>".repeat(20_000_000));
    for (name, text) in [
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", text),
    ] {
        let bomb = sheets::packed(&[("xl/workbook.xml", sheets::BOOK.to_owned()), (name, text)]);
        assert!(bomb.len() < 2_000_000, "{}", bomb.len());
        assert_eq!(refused(&bomb), FileProblem::Bomb, "{name}");
    }
}

#[test]
fn a_workbook_that_announces_or_holds_more_than_any_table_needs_is_refused_before_it_is_read() {
    let texts = |head: &str, rest: &str| format!("{}<sst {head}>{rest}</sst>", sheets::HEAD);
    let merged = "<mergeCell ref=\"A1:B2\"/>".repeat(1_000_001);
    let many = "<si/>".repeat(6_000_001);
    for (name, text) in [
        // Room for as many was made at once: the process ended.
        (
            "xl/sharedStrings.xml",
            texts("uniqueCount=\"10000000000000\"", ""),
        ),
        // Where the texts lie is said by the workbook itself.
        (
            "other/sharedStrings.xml",
            texts("uniqueCount=\"10000000000000\"", ""),
        ),
        ("xl/sharedStrings.xml", texts("count=\"1\"", &many)),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><mergeCells>{merged}</mergeCells></worksheet>"),
        ),
    ] {
        let book = sheets::packed(&[("xl/workbook.xml", sheets::BOOK.to_owned()), (name, text)]);
        assert_eq!(refused(&book), FileProblem::Bomb, "{name}");
    }
    // A column of one word: far more cells than bytes of the text.
    let few = texts("count=\"300000\" uniqueCount=\"1\"", "<si><t>否</t></si>");
    let book = sheets::packed(&[
        ("xl/workbook.xml", sheets::BOOK.to_owned()),
        ("xl/sharedStrings.xml", few),
    ]);
    assert_ne!(refused(&book), FileProblem::Bomb);
    // In UTF-16 the same is seen, and refused where it cannot be known to be that.
    let bare = sheets::packed(&[("xl/workbook.xml", sheets::BOOK.to_owned())]);
    let wide = sheets::in_utf16(&texts("uniqueCount=\"10000000000000\"", &many));
    let book = |part: &[u8]| sheets::with_part(bare.clone(), "xl/sharedStrings.xml", part);
    assert_eq!(refused(&book(&wide)), FileProblem::Bomb);
    let few = sheets::in_utf16(&texts("uniqueCount=\"1\"", &many));
    assert_eq!(refused(&book(&few)), FileProblem::Bomb);
    assert!(matches!(refused(&book(&few[2..])), FileProblem::Damaged(_)));
}

#[test]
fn a_workbook_of_the_query_editor_is_read() {
    let lines = [Line::of("1001", "01"), Line::of("1002", "01")];
    let query = sheets::in_utf16(
        "<?xml version=\"1.0\" encoding=\"utf-16\"?><DataMashup>A—查询</DataMashup>",
    );
    let book = Workbook::of(&lines).bytes();
    let book = sheets::with_part(book, "customXml/item1.xml", &query);
    assert_eq!(read(&book).unwrap().rows.len(), 2);
}

#[test]
fn numbers_of_json_keep_their_digits_or_are_known_to_have_lost_them() {
    let cells = |text: &str| {
        let taken = read(format!("{{\"统一受案号\":{text}}}\n").as_bytes()).unwrap();
        taken.rows[0].cells.clone().unwrap()
    };
    assert_eq!(
        cells("43010020260000031"),
        [Cell::Text("43010020260000031".to_owned())]
    );
    assert_eq!(
        cells("43010020260000030000"),
        [Cell::Number(4.301_002_026_000_003e19)]
    );
    assert_eq!(cells("4.301e16"), [Cell::Number(4.301e16)]);
}
