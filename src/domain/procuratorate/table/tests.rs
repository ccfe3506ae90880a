use super::parse_csv;
use crate::domain::procuratorate::BUILT_IN;

const HEADER: &str =
    "unit_id,name,level,parent_id,kind,source,confidence,area_name,aliases,code_aliases\n";

fn problems(rows: &str) -> Vec<String> {
    let found = parse_csv(&format!("{HEADER}{rows}")).expect_err("the table is bad");
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn the_built_in_table_is_sound() {
    let units = parse_csv(BUILT_IN).expect("the shipped table");
    assert_eq!(units.len(), 3_249);
    let root = units.first().expect("a first row");
    assert_eq!(root.unit_id.as_str(), "100000");
    assert!(root.aliases.iter().any(|alias| alias == "最高检"));
}

#[test]
fn columns_are_found_by_name_and_spreadsheet_leftovers_are_ignored() {
    let text = "\u{feff}Name,parent_id,remark,unit_id,level\n最高人民检察院,,x,100000,1\n,,,,\n某省人民检察院,100000,,990000,2\n";
    let units = parse_csv(text).expect("a sound table");
    assert_eq!(units.len(), 2);
    assert_eq!(units[1].unit_id.as_str(), "990000");
    assert_eq!(
        units[1]
            .parent_id
            .as_ref()
            .map(crate::domain::ids::UnitId::as_str),
        Some("100000")
    );
}

#[test]
fn every_bad_line_is_named_with_its_reason() {
    let found = problems(
        "100000,最高人民检察院,1,,national,,,,,\n\
         1,,2,100000,,,,,,\n\
         2,二院,7,100000,,,,,,\n\
         3,三院,2,999,,,,,,\n\
         bt 4,四院,2,100000,,,,,,\n\
         5,五院\n",
    );
    let expected = [
        "line 3: name is empty",
        "line 4: \"7\" is not a level from 1 to 4",
        "line 5: the parent 999 of 3 is not in the table",
        "line 6: \"bt 4\" is not a code",
        "line 7: 2 fields where the header has 10",
    ];
    for line in expected {
        assert!(
            found.iter().any(|problem| problem == line),
            "{line} is not in {found:?}"
        );
    }
}

#[test]
fn a_ring_of_parents_is_reported_once() {
    let found = problems(
        "1,一院,1,,,,,,,\n2,二院,2,4,,,,,,\n3,三院,3,2,,,,,,\n4,四院,4,3,,,,,,\n5,五院,4,2,,,,,,\n",
    );
    assert_eq!(found, ["line 3: 2 is its own ancestor"]);
}

#[test]
fn a_code_that_is_taken_is_reported_whatever_its_letter_case() {
    let found = problems("1,一院,1,,,,,,,bj-1\n2,二院,2,1,,,,,,BJ-1\n");
    assert_eq!(found, ["line 3: the code BJ-1 of 2 already belongs to 1"]);
}

#[test]
fn there_is_exactly_one_root() {
    assert_eq!(
        problems(""),
        ["line 1: no unit is without a parent, so there is no root"]
    );
    assert_eq!(
        problems("1,一院,1,,,,,,,\n2,二院,1,,,,,,,\n"),
        ["line 3: 2 has no parent, but 1 is the root already"]
    );
}

#[test]
fn a_header_without_the_needed_columns_is_refused() {
    let found = parse_csv("a,b\n1,2\n").expect_err("no such columns");
    assert_eq!(found.len(), 4);
}
