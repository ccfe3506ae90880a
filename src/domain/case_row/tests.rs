use super::*;
use crate::domain::procuratorate;
use chrono::NaiveDate;

const NOW: i64 = 1_795_312_800_000; // 2026-11-22 10:00 in China

fn tree() -> UnitTree {
    UnitTree::build(procuratorate::parse_csv(procuratorate::BUILT_IN).unwrap()).unwrap()
}

fn columns() -> Columns {
    let headings: Vec<&str> = Column::all().map(Column::heading).collect();
    Columns::of(&headings).unwrap()
}

/// The template's example row with some cells changed.
fn cells(changes: &[(Column, Cell)]) -> Vec<Cell> {
    let columns = columns();
    let mut cells: Vec<Cell> = Column::all()
        .map(|column| Cell::Text(column.example().to_owned()))
        .collect();
    for (column, cell) in changes {
        cells[columns.place(*column).unwrap()] = cell.clone();
    }
    cells
}

fn check_with(changes: &[(Column, Cell)], unit: Option<&str>) -> Result<CaseRow, RowProblem> {
    let tree = tree();
    let rules = Rules {
        tree: &tree,
        unit_id: unit,
        identities: Identities::Real,
        now: NOW,
        is_1904: false,
    };
    check(&columns(), &cells(changes), rules)
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn column_of(changes: &[(Column, Cell)]) -> &'static str {
    check_with(changes, None).unwrap_err().column
}

#[test]
fn every_column_stands_in_the_table_once() {
    let mut headings: Vec<&str> = Column::all().map(Column::heading).collect();
    assert_eq!(headings.len(), Column::Juvenile as usize + 1);
    headings.sort_unstable();
    headings.dedup();
    assert_eq!(headings.len(), 31);
}

#[test]
fn the_template_s_example_is_a_good_row() {
    let row = check_with(&[], Some("430100")).unwrap();
    assert_eq!(row.case.unified_number, "43010020260000031");
    assert_eq!(row.case.unit_id, "430100");
    assert_eq!(row.person.due_date.as_deref(), Some("2026-12-03"));
    assert_eq!(row.person.detention_place, None);
    assert_eq!(
        row.fingerprint(),
        check_with(&[], None).unwrap().fingerprint()
    );
    let moved = check_with(&[(Column::UpdatedAt, text("2026-11-04"))], None).unwrap();
    assert_eq!(row.fingerprint(), moved.fingerprint());
    let other = check_with(&[(Column::Stage, text("提起公诉"))], None).unwrap();
    assert_ne!(row.fingerprint(), other.fingerprint());
}

#[test]
fn headings_come_in_any_order_and_what_is_missing_is_named() {
    let mut headings: Vec<String> = Column::all()
        .filter(|column| column.is_required())
        .map(|column| format!(" {}＊", column.heading()))
        .collect();
    headings.reverse();
    headings.push("备注".to_owned());
    let read = Columns::of(&headings).unwrap();
    assert_eq!(read.unknown, ["备注"]);
    assert_eq!(read.place(Column::UnifiedNumber), Some(9));
    headings.retain(|heading| !heading.contains("姓名") && !heading.contains("涉密"));
    let problem = Columns::of(&headings).unwrap_err();
    assert_eq!(problem, HeadProblem::Missing(vec!["姓名", "涉密标志"]));
    assert!(problem.sentence().contains("姓名、涉密标志"));
    assert_eq!(
        Columns::of(&["统一受案号", "统一受案号"]).unwrap_err(),
        HeadProblem::Doubled("统一受案号")
    );
    assert_eq!(
        Columns::of(&["张某某", "男"]).unwrap_err(),
        HeadProblem::NoHeading
    );
}

#[test]
fn protected_rows_are_refused_before_anything_else() {
    for (column, word) in [
        (Column::Classified, "是"),
        (Column::Classified, "机密"),
        (Column::Juvenile, "1"),
        (Column::Juvenile, "Y"),
        (Column::Classified, "不清楚"),
    ] {
        let changes = [(column, text(word)), (Column::Name, Cell::Empty)];
        assert_eq!(column_of(&changes), column.heading(), "{word}");
    }
    // A formula that fails says neither yes nor no.
    for cell in [Cell::Truth(true), Cell::Broken, Cell::Number(1e16)] {
        for column in [Column::Classified, Column::Juvenile] {
            assert_eq!(column_of(&[(column, cell.clone())]), column.heading());
        }
    }
    for word in ["", "0", "否", "false"] {
        assert!(check_with(&[(Column::Classified, text(word))], None).is_ok());
    }
    // Born in 2012, flagged as no juvenile.
    let child = "110105201206010020";
    let body = child.get(..17).unwrap();
    let child = format!(
        "{body}{}",
        crate::domain::binding::check_digit(body).unwrap()
    );
    let problem = check_with(&[(Column::IdNumber, text(&child))], None).unwrap_err();
    assert!(problem.reason.contains("18周岁"), "{problem}");
}

#[test]
fn each_fault_is_named_with_its_column() {
    for (column, cell) in [
        (Column::UnifiedNumber, Cell::Empty),
        (Column::UnifiedNumber, Cell::Number(4.301_002_026e16)),
        (Column::UnifiedNumber, text("4.30E+16")),
        // As JSON libraries and other spreadsheets write it.
        (Column::UnifiedNumber, text("4.301002026000003e19")),
        (Column::UnifiedNumber, text("4E+16")),
        // Sixteen digits: the spreadsheet kept fifteen and wrote a nought.
        (Column::UnifiedNumber, Cell::Number(4_301_002_026_000_030.0)),
        (Column::DepartmentNumber, Cell::Number(1e15)),
        (Column::UnifiedNumber, Cell::Number(43_010.5)),
        (Column::PersonNumber, Cell::Number(1.5)),
        (Column::UnitCode, text("999999")),
        (Column::IdNumber, text("110105194912310021")),
        (Column::IdNumber, text("1101051949")),
        (Column::IdNumber, text("990000200001010012")),
        (Column::Name, text("  \u{3000}")),
        (Column::Name, Cell::Broken),
        (Column::AcceptedAt, text("去年")),
        (Column::AcceptedAt, text("2062-01-01")),
        (Column::DueDate, text("2026-13-01")),
        (Column::Gender, text("张")),
        (Column::Stage, text(&"长".repeat(61))),
    ] {
        assert_eq!(
            column_of(&[(column, cell.clone())]),
            column.heading(),
            "{cell:?}"
        );
    }
    let problem = check_with(&[], Some("430200")).unwrap_err();
    assert_eq!(problem.column, "单位编码");
}

#[test]
fn long_numbers_survive_the_ways_exports_protect_them() {
    for written in [
        "=\"43010020260000031\"",
        "'43010020260000031",
        "\t43010020260000031\t",
    ] {
        let row = check_with(&[(Column::UnifiedNumber, text(written))], None).unwrap();
        assert_eq!(row.case.unified_number, "43010020260000031");
    }
    let row = check_with(&[(Column::UnitCode, Cell::Number(430_100.0))], None).unwrap();
    assert_eq!(row.case.unit_id, "430100");
    for number in ["12E3", "E12", "甲e3"] {
        let row = check_with(&[(Column::UnifiedNumber, text(number))], None).unwrap();
        assert_eq!(row.case.unified_number, number);
    }
    let longest = Cell::Number(999_999_999_999_999.0);
    let row = check_with(&[(Column::UnifiedNumber, longest)], None).unwrap();
    assert_eq!(row.case.unified_number, "999999999999999");
}

#[test]
fn dates_are_read_in_the_forms_that_offices_write() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
    for written in [
        "2026-11-03",
        "2026/11/3",
        "2026.11.3",
        "20261103",
        "2026年11月3日",
        " 2026-11-3 ",
        "46329",
    ] {
        let read = dates::moment(&text(written), false).unwrap().unwrap();
        assert_eq!(read, day.and_hms_opt(0, 0, 0).unwrap(), "{written}");
    }
    for written in [
        "2026-11-03 09:30:00",
        "2026/11/3 9:30",
        "2026年11月3日9时30分",
        "2026-11-03T09:30:00+08:00",
        "20261103 09:30:00",
        "2026-11-03 09:30:00.0",
    ] {
        let read = dates::moment(&text(written), false).unwrap().unwrap();
        assert_eq!(read, day.and_hms_opt(9, 30, 0).unwrap(), "{written}");
    }
    let serial = |days| dates::moment(&Cell::Number(days), false);
    assert_eq!(
        serial(46_329.0).unwrap().unwrap(),
        day.and_hms_opt(0, 0, 0).unwrap()
    );
    assert_eq!(
        serial(46_329.395_833_333_336).unwrap().unwrap(),
        day.and_hms_opt(9, 30, 0).unwrap()
    );
    let old_mac = dates::moment(&Cell::Number(46_329.0 - 1_462.0), true)
        .unwrap()
        .unwrap();
    assert_eq!(old_mac.date(), day);
    for wrong in ["2026-02-30", "11/03/2026", "昨天", "0", "2026", "99999"] {
        assert!(dates::moment(&text(wrong), false).is_err(), "{wrong}");
    }
    assert!(serial(5.0).is_err() && serial(f64::NAN).is_err());
    assert_eq!(dates::moment(&text(" "), false), Ok(None));
}

#[test]
fn a_view_tells_what_changed_and_a_corrected_name_is_not_watched() {
    let before = check_with(&[], None).unwrap();
    let view = |row: &CaseRow| View::of(&row.case, &row.person);
    let renamed = check_with(&[(Column::Name, text("张某"))], None).unwrap();
    let changes = view(&before).changes(view(&renamed));
    assert_eq!(changes.len(), 1);
    assert!(!changes[0].is_watched());
    let moved = check_with(
        &[
            (Column::Stage, Cell::Empty),
            (Column::IdNumber, Cell::Empty),
        ],
        None,
    );
    let changes = view(&before).changes(view(&moved.unwrap()));
    let said: Vec<(&str, bool)> = changes
        .iter()
        .map(|change| (change.title.as_str(), change.is_watched()))
        .collect();
    assert_eq!(said, [("当前阶段", true), ("证件号码", false)]);
    assert_eq!(changes[1].old.as_deref(), Some("110105********002X"));
    assert!(view(&before).changes(view(&before)).is_empty());
}
