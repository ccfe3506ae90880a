//! Units are renamed, abolished, planned for a day; nothing of theirs is forgotten.

use std::collections::BTreeSet;

use jianxin::domain::ids::OpenId;
use jianxin::domain::procuratorate::read_rows;
use jianxin::service::unit_upkeep::{self, Plan, What};
use jianxin::service::{follows, units};

use super::BY;
use crate::support::office::Office;
use crate::support::{TestApp, case, record};

const OPENID: &str = "oUnits-000000000000000000001";
const DAY_MS: i64 = 24 * 3_600_000;

fn plan(unit_id: &str, what: What, effective_on: &str) -> Plan {
    Plan {
        unit_id: unit_id.to_owned(),
        what,
        basis: "国函〔2026〕1号".to_owned(),
        effective_on: effective_on.to_owned(),
    }
}

fn rename(name: &str, area_name: &str) -> What {
    What::Rename {
        name: name.to_owned(),
        area_name: area_name.to_owned(),
    }
}

fn into(successor: &str) -> What {
    What::Abolish {
        successor: successor.to_owned(),
    }
}

async fn import_units(app: &TestApp, lines: &str) {
    let header = "unit_id,name,level,parent_id,kind,area_name,aliases,code_aliases\n";
    let rows = read_rows(&format!("{header}{lines}")).unwrap().rows;
    let db = app.app.db.clone();
    let done = tokio::task::spawn_blocking(move || units::import(&db, rows, 1));
    let outcome = done.await.unwrap().unwrap();
    assert!(outcome.rejected.is_empty(), "{:?}", outcome.rejected);
    app.index().await;
}

#[tokio::test]
async fn a_renamed_unit_is_found_by_its_old_name_and_the_answer_says_so_in_every_process() {
    let app = TestApp::start().await;
    import_units(
        &app,
        "420600,襄樊市人民检察院,3,420000,prefecture,襄樊市,,\n",
    )
    .await;
    let other = app.second_instance().await;
    app.publish([case("c", "420600", "襄阳一案").line()]).await;
    let renamed = rename("襄阳市人民检察院", "襄阳市");
    let change = unit_upkeep::plan(&app.app, BY, plan("420600", renamed, "")).await;
    assert_eq!(change.unwrap().state, "done");
    other.index().await;
    for instance in [&app, &other] {
        for typed in ["zyaj_襄樊", "zyaj_襄樊市人民检察院"] {
            let said = instance.text(OPENID, typed).await.text();
            assert!(
                said.starts_with("襄樊市人民检察院已于2026年11月22日更名为襄阳市人民检察院。\n"),
                "{typed}: {said}"
            );
            assert!(said.contains("襄阳一案"), "{said}");
        }
        let plain = instance.text(OPENID, "zyaj_襄阳").await.text();
        assert!(plain.starts_with("襄阳市人民检察院最新"), "{plain}");
    }
    // The official table comes in anew and knows nothing of the old name.
    import_units(
        &app,
        "420600,襄阳市人民检察院,3,420000,prefecture,襄阳市,,\n",
    )
    .await;
    let said = app.text(OPENID, "zyaj_襄樊").await.text();
    assert!(said.contains("更名为襄阳市人民检察院"), "{said}");
    let history = unit_upkeep::view(&app.app, "420600").await.unwrap().history;
    assert_eq!(
        (history.len(), history[0].old_name.as_str()),
        (1, "襄樊市人民检察院")
    );
}

#[tokio::test]
async fn what_an_abolished_unit_had_goes_over_to_its_successor_on_the_day() {
    let office = Office::open().await;
    let app = &office.app;
    let records = [
        case("old", "430104", "岳麓旧案"),
        case("new", "430105", "开福新案"),
    ];
    app.publish(record::lines(&records)).await;
    for (openid, units) in [("f-1", vec!["430104"]), ("f-2", vec!["430104", "430105"])] {
        for unit in units {
            let unit = jianxin::domain::ids::UnitId::new(unit);
            follows::add(&app.app, &OpenId::new(openid), &unit)
                .await
                .unwrap();
        }
    }
    office.account("L1", "lawyer").await;
    office.account("M1", "manager").await;
    for sql in [
        "UPDATE accounts SET unit_id = '430104'",
        "INSERT INTO managers (account_id, duties, totp_step, version, created_at, updated_at) SELECT id, \
         'reviewer,importer', 0, 1, 0, 0 FROM accounts WHERE role = 'manager'",
        "INSERT INTO applications (id, public_id, kind, account_id, unit_id, state, is_change, details, submitted_at, version) \
         SELECT 1, 'a1', 'binding', id, '430104', 'pending', FALSE, '{}', 1, 1 FROM accounts WHERE role = 'lawyer'",
    ] {
        app.database.execute(sql);
    }
    let planned = unit_upkeep::plan(&app.app, BY, plan("430104", into("430105"), "2026-11-24"));
    assert_eq!(planned.await.unwrap().state, "planned");
    assert_eq!(unit_upkeep::apply_due(&app.app).await.unwrap(), 0);
    let before = app.text(OPENID, "zyaj_岳麓区").await.text();
    assert!(before.starts_with("长沙市岳麓区人民检察院最新"), "{before}");
    app.advance_ms(2 * DAY_MS);
    assert_eq!(unit_upkeep::apply_due(&app.app).await.unwrap(), 1);
    assert_eq!(unit_upkeep::apply_due(&app.app).await.unwrap(), 0, "once");
    app.index().await;
    for typed in [
        "zyaj_岳麓区",
        "zyaj_430104",
        "zyaj_长沙市岳麓区人民检察院",
        "zyaj_岳麓区检察院",
    ] {
        let said = app.text(OPENID, typed).await.text();
        assert!(
            said.starts_with(
                "长沙市岳麓区人民检察院已于2026年11月24日并入长沙市开福区人民检察院。"
            ),
            "{typed}: {said}"
        );
        assert!(
            said.contains("岳麓旧案") && said.contains("开福新案"),
            "{said}"
        );
    }
    for (sql, wanted) in [
        (
            "SELECT openid || unit_id FROM follows ORDER BY openid",
            vec!["f-1430105", "f-2430105"],
        ),
        ("SELECT unit_id FROM applications", vec!["430105"]),
        ("SELECT DISTINCT unit_id FROM accounts", vec!["430105"]),
        ("SELECT duties FROM managers", vec![""]),
        // Whoever read a row before does not write the old unit back.
        ("SELECT CAST(version AS TEXT) FROM applications", vec!["2"]),
        (
            "SELECT DISTINCT CAST(version AS TEXT) FROM accounts",
            vec!["2"],
        ),
        (
            "SELECT unit_id FROM publications ORDER BY id",
            vec!["430105", "430105"],
        ),
        (
            "SELECT count(*) FROM units WHERE unit_id = '430104'",
            vec!["0"],
        ),
    ] {
        assert_eq!(office.rows(sql), wanted, "{sql}");
    }
    let page = app.get("/h5/list?kind=important_case&unit=430104").await;
    assert!(page.body.contains("岳麓旧案"), "{}", page.body);
    let actions =
        office.rows("SELECT action FROM audit WHERE actor = 'manager:story' ORDER BY action");
    assert_eq!(actions, ["unit.change_planned", "unit.changed"]);
    // An official table that still has it does not bring it back.
    let rows = read_rows("unit_id,name,level,parent_id\n430104,岳麓区院,4,430100\n")
        .unwrap()
        .rows;
    let db = app.app.db.clone();
    let outcome = tokio::task::spawn_blocking(move || units::import(&db, rows, 1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((outcome.imported, outcome.rejected.len()), (0, 1));
}

#[tokio::test]
async fn changes_that_cannot_be_are_refused_in_words_and_a_planned_one_can_be_taken_back() {
    let app = TestApp::start().await;
    for (unit, what, day, word) in [
        ("430104", into("430104"), "", "它自己"),
        ("430100", into("430104"), "", "下属院"),
        ("100000", into("430104"), "", "最高"),
        ("430104", into("999999"), "", "没有这个"),
        ("999999", into("430104"), "", "没有这个"),
        (
            "430104",
            rename("长沙市开福区人民检察院", "岳麓区"),
            "",
            "另一个检察院",
        ),
        ("430104", rename("x", ""), "", "2至64个字"),
        ("430104", rename("甲|乙丙", ""), "", "2至64个字"),
        (
            "430104",
            What::AddAlias("长沙".to_owned()),
            "2026-13-01",
            "生效日期",
        ),
        (
            "430104",
            What::RemoveAlias("岳麓".to_owned()),
            "",
            "不能在这里删除",
        ),
    ] {
        let error = unit_upkeep::plan(&app.app, BY, plan(unit, what, day))
            .await
            .unwrap_err();
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
    let texts = |sql: &str| app.database.connect().texts(sql);
    assert_eq!(texts("SELECT count(*) FROM unit_changes"), ["0"]);
    let alias = plan(
        "430104",
        What::AddAlias("大学城院".to_owned()),
        "2026-12-01",
    );
    let change = unit_upkeep::plan(&app.app, BY, alias.clone())
        .await
        .unwrap();
    unit_upkeep::cancel(&app.app, BY, &change.public_id)
        .await
        .unwrap();
    assert!(
        unit_upkeep::cancel(&app.app, BY, &change.public_id)
            .await
            .is_err()
    );
    app.advance_ms(30 * DAY_MS);
    assert_eq!(unit_upkeep::apply_due(&app.app).await.unwrap(), 0);
    let now = Plan {
        effective_on: String::new(),
        ..alias
    };
    unit_upkeep::plan(&app.app, BY, now).await.unwrap();
    let said = app.text(OPENID, "zyaj_大学城院").await.text();
    assert!(said.starts_with("长沙市岳麓区人民检察院"), "{said}");
    let away = plan("430104", What::RemoveAlias("大学城院".to_owned()), "");
    unit_upkeep::plan(&app.app, BY, away).await.unwrap();
    let said = app.text(OPENID, "zyaj_大学城院").await.text();
    assert!(!said.starts_with("长沙市岳麓区人民检察院"), "{said}");
}

#[tokio::test]
async fn a_planned_change_that_became_impossible_fails_by_itself_and_takes_no_other_with_it() {
    let app = TestApp::start().await;
    for (unit, what) in [
        ("430104", into("430105")),
        ("430105", into("430104")),
        ("430102", What::AddAlias("五一广场院".to_owned())),
    ] {
        unit_upkeep::plan(&app.app, BY, plan(unit, what, "2026-12-01"))
            .await
            .unwrap();
    }
    app.advance_ms(10 * DAY_MS);
    assert_eq!(unit_upkeep::apply_due(&app.app).await.unwrap(), 3);
    let states = "SELECT unit_id || state FROM unit_changes ORDER BY id";
    let states = app.database.connect().texts(states);
    assert_eq!(states, ["430104done", "430105failed", "430102done"]);
}

#[tokio::test]
async fn the_telephone_of_a_unit_stands_where_people_wait_for_it() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    assert!(
        unit_upkeep::set_phone(&app.app, BY, "430100", "电话")
            .await
            .is_err()
    );
    unit_upkeep::set_phone(&app.app, BY, "430100", " 0731-12309 ")
        .await
        .unwrap();
    other.index().await;
    for instance in [&app, &other] {
        assert_eq!(instance.app.units().phone("430100"), Some("0731-12309"));
    }
    unit_upkeep::set_phone(&app.app, BY, "430100", "")
        .await
        .unwrap();
    assert_eq!(app.app.units().phone("430100"), None);
}

/// Every table that says whose something is goes over to a successor, or is named here with the reason why it stays.
#[tokio::test]
async fn no_table_with_a_unit_is_forgotten_when_a_unit_ends() {
    let app = TestApp::start().await;
    let schema = jianxin_schema();
    let moved = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/store/unit_moves.rs"
    ))
    .unwrap();
    let stays: BTreeSet<&str> = STAYS.iter().map(|(table, _)| *table).collect();
    for table in &schema {
        let moves = ['(', ' ']
            .iter()
            .any(|before| moved.contains(&format!("{before}{table}::unit_id.eq(to)")));
        assert!(moves != stays.contains(table.as_str()), "{table}");
    }
    assert!(schema.len() > 8, "{schema:?}");
    drop(app);
}

/// Tables whose rows keep the id of a unit that ended, and why.
const STAYS: [(&str, &str); 7] = [
    ("audit", "nothing there is ever changed"),
    ("password_asks", "forgotten after two days"),
    ("units", "the unit itself ends"),
    (
        "unit_details",
        "names and codes are copied; the telephone ends",
    ),
    ("unit_changes", "the history"),
    ("daily_stats", "added up in daily_stats::hand_over"),
    (
        "pushes",
        "ended or on their way; names are found by the old code",
    ),
];

fn jianxin_schema() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut files = crate::support::record::files_below(&root.join("schema"));
    files.push(root.join("schema.rs"));
    let mut tables = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for table in text.split("table! {").skip(1) {
            let (head, rest) = table.split_once('{').unwrap();
            let (body, _) = rest.split_once('}').unwrap();
            if body.contains(" unit_id ->") {
                tables.push(head.split('(').next().unwrap().trim().to_owned());
            }
        }
    }
    tables
}
