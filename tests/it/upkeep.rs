//! What people look after at the desk, and that it counts everywhere without a restart: units, templates, answers, holidays,
//! laws, keys, the notice lane.

use std::collections::{BTreeMap, BTreeSet};

use jianxin::app::book::kind;
use jianxin::domain::ids::OpenId;
use jianxin::domain::laws;
use jianxin::domain::notice::{Kind, Template};
use jianxin::domain::procuratorate::read_rows;
use jianxin::service::office::{self, Over, Unsaved};
use jianxin::service::push_desk::{self, Act};
use jianxin::service::unit_upkeep::{self, Plan, What};
use jianxin::service::{api_keys, follows, retention, units};

use crate::support::casework::Casework;
use crate::support::clerk::Clerk;
use crate::support::office::Office;
use crate::support::platform;
use crate::support::pushing;
use crate::support::{TestApp, case, record};

const BY: &str = "manager:story";
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
    let done = tokio::task::spawn_blocking(move || units::import(&db, rows));
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
    let outcome = tokio::task::spawn_blocking(move || units::import(&db, rows))
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

fn flaws(result: Result<(), Unsaved>) -> String {
    match result {
        Err(Unsaved::Flaws(flaws)) => flaws.into_iter().map(|(_, flaw)| flaw).collect(),
        other => panic!("{other:?}"),
    }
}

const fn over(version: i64) -> Over<'static> {
    Over { by: BY, version }
}

#[tokio::test]
async fn an_answer_from_the_desk_is_given_in_every_process_and_the_files_can_be_had_back() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    let before = app.text(OPENID, "?").await.text();
    let text = "新的说明，<a href=\"{help}\">请看</a>";
    for (bad, word) in [
        ("", "不能为空"),
        ("{nowhere}", "nowhere"),
        ("<a href=\"{help}\">x", "链接"),
    ] {
        let refused = flaws(office::save_reply(&app.app, over(0), "help", bad).await);
        assert!(refused.contains(word), "{refused}");
    }
    office::save_reply(&app.app, over(0), "help", text)
        .await
        .unwrap();
    other.index().await;
    for instance in [&app, &other] {
        let said = instance.click(OPENID, "self_query").await.text();
        assert_eq!(
            said,
            "新的说明，<a href=\"https://wx.example.cn/h5/help\">请看</a>"
        );
        let unknown = instance.text(OPENID, "zyaj_鿿鿿鿿鿿").await.text();
        assert!(unknown.contains("新的说明"), "{unknown}");
    }
    let twice = office::save_reply(&app.app, over(0), "help", "另一个").await;
    let Err(Unsaved::Changed(newest)) = twice else {
        panic!("the second of two is told");
    };
    assert_eq!((newest.version, newest.changed_by.as_str()), (1, BY));
    office::reset(&app.app, over(1), (kind::REPLY, "help"))
        .await
        .unwrap();
    other.index().await;
    assert_eq!(other.text(OPENID, "?").await.text(), before);
    let versions = office::versions(&app.app, kind::REPLY, "help")
        .await
        .unwrap();
    let versions: Vec<_> = versions
        .iter()
        .map(|it| (it.version, it.value.is_some()))
        .collect();
    assert_eq!(versions, [(2, false), (1, true)]);
    let audit =
        "SELECT action || ' ' || subject FROM audit WHERE actor = 'manager:story' ORDER BY action";
    let audit = app.database.connect().texts(audit);
    assert_eq!(
        audit,
        [
            "settings.changed reply:help v1",
            "settings.reset reply:help v2"
        ]
    );
}

#[tokio::test]
async fn a_template_from_the_desk_is_checked_by_the_rules_of_the_file_and_used_for_the_next_notice()
{
    let office = pushing::Office::with(&[], |_| {}).await;
    let app = &office.app.app;
    let kind_of = Kind::BindingReviewed;
    let fields = |fields: &[(&str, &str)]| Template {
        template_id: "T-new_1".to_owned(),
        keywords: fields
            .iter()
            .map(|(key, field)| ((*key).to_owned(), (*field).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    };
    for (bad, word) in [
        (fields(&[]), "1至10个"),
        (fields(&[("thing1", "reason")]), "没有“reason”"),
        (fields(&[("坏1", "unit")]), "thing1"),
        (fields(&[("phrase1", "time")]), "放不进"),
        (
            Template {
                template_id: "中".to_owned(),
                ..fields(&[("thing1", "unit")])
            },
            "照公众平台",
        ),
    ] {
        let refused = flaws(office::save_template(app, over(0), kind_of, &bad).await);
        assert!(refused.contains(word), "{refused}");
    }
    let good = fields(&[("thing1", "unit"), ("time2", "time")]);
    office::save_template(app, over(0), kind_of, &good)
        .await
        .unwrap();
    let other = office.app.second_instance().await;
    assert_eq!(other.app.office().notices.of(kind_of), &good);
    assert_eq!(app.office().notices.of(kind_of), &good);
    office::reset(app, over(1), (kind::TEMPLATE, kind_of.as_str()))
        .await
        .unwrap();
    assert_ne!(app.office().notices.of(kind_of), &good);
}

#[tokio::test]
async fn holidays_of_a_year_count_without_a_restart() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    let new_year = chrono::NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let works = |app: &TestApp| app.app.office().office_hours.is_working_day(new_year);
    assert!(works(&app), "a Friday, and the built-in table ends before");
    let refused =
        flaws(office::save_holidays(&app.app, over(0), 2027, "2026-01-01,holiday,元旦").await);
    assert!(refused.contains("第1行"), "{refused}");
    let text = "day,kind,name\n2027-01-01,holiday,元旦\n2027-01-03,workday,元旦\n";
    office::save_holidays(&app.app, over(0), 2027, text)
        .await
        .unwrap();
    other.index().await;
    for instance in [&app, &other] {
        assert!(!works(instance));
        assert_eq!(instance.app.office().office_hours.last_year(), Some(2027));
    }
}

#[tokio::test]
async fn a_new_version_of_a_law_is_shown_and_may_not_overlap() {
    let app = TestApp::start().await;
    let laws = app.app.office().laws.clone();
    let law = laws.get("xsssf-2018").unwrap().clone();
    let mut next = law.clone();
    next.id = "xsssf-2027".to_owned();
    next.version = "2027年修正".to_owned();
    next.from = "2027-01-01".to_owned();
    next.article = laws::articles("86 第八十六条\n新的条文。\n").unwrap();
    let refused = flaws(office::save_law(&app.app, over(0), &next).await);
    assert!(refused.contains("重叠"), "{refused}");
    let mut ended = law;
    ended.until = "2026-12-31".to_owned();
    office::save_law(&app.app, over(0), &ended).await.unwrap();
    office::save_law(&app.app, over(0), &next).await.unwrap();
    let page = app.get("/h5/laws/xsssf-2027").await;
    assert!(page.body.contains("新的条文。"), "{}", page.body);
    let list = app.get("/h5/laws").await;
    assert!(list.body.contains("2027年修正"), "{}", list.body);
    let laws = app.app.office().laws.clone();
    let on = |day| laws.in_force("刑事诉讼法", day).map(|law| law.id.clone());
    assert_eq!(on("2026-12-31").as_deref(), Some("xsssf-2018"));
    assert_eq!(on("2027-01-01").as_deref(), Some("xsssf-2027"));
}

#[tokio::test]
async fn a_key_is_shown_once_and_a_revoked_one_opens_nothing() {
    let office = Office::open().await;
    let app = &office.app.app;
    let key = api_keys::issue(app, BY, "second-site").await.unwrap();
    assert_eq!(
        api_keys::holder(app, &key).await.unwrap().as_deref(),
        Some("second-site")
    );
    for (name, word) in [("second-site", "已有名为"), ("空 格", "字母、数字")] {
        let error = api_keys::issue(app, BY, name).await.unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
    api_keys::revoke(app, BY, "second-site").await.unwrap();
    assert!(api_keys::revoke(app, BY, "second-site").await.is_err());
    assert_eq!(api_keys::holder(app, &key).await.unwrap(), None);
    let names: Vec<_> = api_keys::list(app)
        .await
        .unwrap()
        .into_iter()
        .map(|it| (it.name, it.revoked_at.is_some()))
        .collect();
    assert_eq!(
        names,
        [("second-site".to_owned(), true), ("site".to_owned(), false)]
    );
    let actions =
        office.rows("SELECT actor || action FROM audit WHERE action LIKE 'api_key%' ORDER BY id");
    let actions: BTreeSet<String> = actions.into_iter().collect();
    let wanted = [
        "command-lineapi_key.added",
        "manager:storyapi_key.added",
        "manager:storyapi_key.revoked",
    ];
    assert_eq!(actions, wanted.map(str::to_owned).into());
}

#[tokio::test]
async fn a_stopped_lane_goes_on_when_a_person_says_so_and_parked_notices_go_out() {
    let office = pushing::Office::with(&[], |rules| rules.concurrency = 2).await;
    let app = &office.app.app;
    office.notices(6).await;
    office.platform.always(platform::Act::Code(40164));
    office.drain().await;
    let view = push_desk::view(app).await.unwrap();
    assert!(push_desk::is_held(&view.lane), "{:?}", view.lane);
    office.platform.always(platform::Act::Take);
    assert!(push_desk::resume(app, BY).await.unwrap());
    assert!(
        !push_desk::resume(app, BY).await.unwrap(),
        "it goes on already"
    );
    office.drain().await;
    assert_eq!(office.states(), ["sent=6"]);
    office.app.database.execute("UPDATE pushes SET state = 'parked' WHERE id IN (SELECT id FROM pushes ORDER BY id LIMIT 2)");
    let view = push_desk::view(app).await.unwrap();
    let ids: Vec<String> = view.parked.iter().map(|it| it.public_id.clone()).collect();
    assert_eq!(ids.len(), 2);
    let redriven = push_desk::treat(app, BY, Act::Redrive, vec![ids[0].clone()])
        .await
        .unwrap();
    let cancelled = push_desk::treat(
        app,
        BY,
        Act::Cancel,
        vec![ids[1].clone(), "nothing".to_owned()],
    )
    .await
    .unwrap();
    assert!(redriven[0].1.is_ok() && cancelled[0].1.is_ok() && cancelled[1].1.is_err());
    office.drain().await;
    assert_eq!(office.states(), ["cancelled=1", "sent=5"]);
    let audit = "SELECT action FROM audit WHERE actor = 'manager:story' ORDER BY action";
    let audit = office.app.database.connect().texts(audit);
    assert_eq!(audit, ["push.cancelled", "push.redriven", "push.resumed"]);
}

#[tokio::test]
async fn what_chores_deleted_is_told() {
    let app = TestApp::start().await;
    retention::note(&app.app, "old drafts", Some(7)).await;
    app.advance_ms(1000);
    retention::note(&app.app, "old drafts", Some(0)).await;
    retention::note(&app.app, "old notices", None).await;
    let kept = retention::overview(&app.app).await.unwrap();
    let of = |chore: &str| {
        let kept = kept.iter().find(|it| it.chore == Some(chore)).unwrap();
        kept.run.clone().unwrap()
    };
    let drafts = of("old drafts");
    assert_eq!(
        (drafts.deleted, drafts.ran_at - drafts.deleted_at.unwrap()),
        (7, 1000)
    );
    let notices = of("old notices");
    assert!(notices.failed_at.is_some() && notices.deleted_at.is_none());
}

/// The system's administrator at the console.
async fn administrator() -> (Casework, Clerk) {
    let work = Casework::open().await;
    let clerk = work.clerk("admin", "system_admin").await;
    (work, clerk)
}

#[tokio::test]
async fn a_unit_is_renamed_and_abolished_on_its_page_and_what_is_refused_keeps_what_was_typed() {
    let (work, mut clerk) = administrator().await;
    let found = clerk
        .browser
        .get("/console/units?q=%E5%B2%B3%E9%BA%93")
        .await;
    assert!(
        found.body.contains("href=\"/console/units/430104\""),
        "{}",
        found.body
    );
    let path = "/console/units/430104";
    let taken = [("name", "长沙市开福区人民检察院"), ("basis", "某文")];
    let refused = clerk.send(&format!("{path}/rename"), &taken).await;
    assert_eq!(refused.status, 422);
    for kept in [
        "另一个检察院",
        "value=\"长沙市开福区人民检察院\"",
        "value=\"某文\"",
    ] {
        assert!(refused.body.contains(kept), "{kept}: {}", refused.body);
    }
    let renamed = [
        ("name", "长沙市麓山区人民检察院"),
        ("area_name", "麓山区"),
        ("effective_on", "2026-12-01"),
    ];
    let planned = clerk.send(&format!("{path}/rename"), &renamed).await;
    assert_eq!(
        (planned.status, planned.location.as_str()),
        (303, "/console/units/430104?done=planned")
    );
    let page = clerk.browser.get(&planned.location).await;
    for shown in [
        "到生效日期自动办理",
        "更名为长沙市麓山区人民检察院",
        "等待生效",
        "撤回",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let ids = work.office.rows("SELECT public_id FROM unit_changes");
    let cancelled = clerk
        .send(&format!("/console/unit-changes/{}/cancel", ids[0]), &[])
        .await;
    assert_eq!(cancelled.status, 303);
    let unsure = clerk
        .send(&format!("{path}/abolish"), &[("successor", "430105")])
        .await;
    assert_eq!(unsure.status, 422);
    let sure = [("successor", "430105"), ("sure", "yes")];
    let gone = clerk.send(&format!("{path}/abolish"), &sure).await;
    assert_eq!(
        gone.location, "/console/units/430105?done=changed",
        "{}",
        gone.body
    );
    let old = clerk.browser.get(path).await;
    assert!(
        old.body.contains("长沙市开福区人民检察院"),
        "the old code leads to the successor"
    );
}

#[tokio::test]
async fn a_units_own_administrator_sets_its_telephone_and_sees_no_other_unit() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("unit-admin", "unit_admin").await;
    let own = clerk.browser.get("/console/units").await;
    assert_eq!(own.location, "/console/units/430100");
    let page = clerk.browser.get("/console/units/430100").await;
    assert!(
        page.body.contains("保存电话") && !page.body.contains("撤销这个检察院"),
        "{}",
        page.body
    );
    let bad = clerk
        .send("/console/units/430100/phone", &[("phone", "12")])
        .await;
    assert!(
        bad.status == 422 && bad.body.contains("5至16位"),
        "{}",
        bad.body
    );
    let saved = clerk
        .send("/console/units/430100/phone", &[("phone", "0731-12309")])
        .await;
    assert_eq!(saved.location, "/console/units/430100?done=phone");
    for other in ["430104", "430000", "nowhere"] {
        assert_eq!(
            clerk
                .browser
                .get(&format!("/console/units/{other}"))
                .await
                .status,
            404,
            "{other}"
        );
        let refused = clerk
            .send(
                &format!("/console/units/{other}/phone"),
                &[("phone", "0731-12309")],
            )
            .await;
        assert_eq!(refused.status, 404, "{other}");
    }
    let actor = work
        .office
        .rows("SELECT actor FROM audit WHERE action = 'unit.phone_set'");
    assert!(actor[0].starts_with("manager:"), "{actor:?}");
}

#[tokio::test]
async fn an_answer_is_looked_at_before_it_is_saved_on_its_page() {
    let (work, mut clerk) = administrator().await;
    let path = "/console/upkeep/replies/help";
    let list = clerk.browser.get(path).await;
    assert!(
        list.body.contains("{example_cases}") && list.body.contains("自助查询说明"),
        "{}",
        list.body
    );
    let text = "说明 <a href=\"{help}\">这里</a>";
    let preview = clerk
        .send(path, &[("version", "0"), ("text", text), ("do", "preview")])
        .await;
    assert_eq!(preview.status, 422);
    assert!(
        preview.body.contains("还没有保存")
            && preview
                .body
                .contains("/h5/help\" rel=\"noreferrer\">这里</a>"),
        "{}",
        preview.body
    );
    let bad = clerk
        .send(path, &[("version", "0"), ("text", "{nowhere}")])
        .await;
    assert!(
        bad.status == 422 && bad.body.contains("nowhere这个占位符"),
        "{}",
        bad.body
    );
    let saved = clerk.send(path, &[("version", "0"), ("text", text)]).await;
    assert_eq!(saved.location, format!("{path}?done=saved"));
    let late = clerk
        .send(path, &[("version", "0"), ("text", "别的")])
        .await;
    assert!(
        late.status == 422 && late.body.contains("已经保存了第1版") && late.body.contains("别的"),
        "{}",
        late.body
    );
    let said = work.office.app.click(OPENID, "self_query").await.text();
    assert!(said.starts_with("说明 <a"), "{said}");
    let reset = clerk
        .send(path, &[("version", "1"), ("do", "reset"), ("text", "x")])
        .await;
    assert_eq!(
        reset.location,
        format!("{path}?done=reset"),
        "{}",
        reset.body
    );
}

#[tokio::test]
async fn templates_holidays_laws_and_the_menu_are_looked_after_on_their_pages() {
    let (work, mut clerk) = administrator().await;
    let path = "/console/upkeep/templates/binding_reviewed";
    let page = clerk.browser.get(path).await;
    assert!(
        page.body.contains("预览（示例内容）") && page.body.contains("办理结果（result）"),
        "{}",
        page.body
    );
    let twice = [
        ("version", "0"),
        ("keyword", "thing1"),
        ("field", "unit"),
        ("keyword", "thing1"),
        ("field", "time"),
    ];
    let refused = clerk.send(path, &twice).await;
    assert!(
        refused.status == 422 && refused.body.contains("写了两次"),
        "{}",
        refused.body
    );
    let good = [
        ("version", "0"),
        ("template_id", "T-1"),
        ("keyword", "thing1"),
        ("field", "unit"),
        ("keyword", ""),
        ("field", ""),
    ];
    let saved = clerk.send(path, &good).await;
    assert_eq!(
        saved.location,
        format!("{path}?done=saved"),
        "{}",
        saved.body
    );
    assert_eq!(
        work.office
            .app
            .app
            .office()
            .notices
            .of(Kind::BindingReviewed)
            .template_id,
        "T-1"
    );

    let path = "/console/upkeep/holidays";
    let page = clerk.browser.get(&format!("{path}?year=2027")).await;
    assert!(page.body.contains("2027年还没有登记"), "{}", page.body);
    let bad = [
        ("year", "2027"),
        ("version", "0"),
        ("days", "2027-01-01,x,元旦"),
    ];
    let refused = clerk.send(path, &bad).await;
    assert!(
        refused.status == 422 && refused.body.contains("第1行"),
        "{}",
        refused.body
    );
    let good = [
        ("year", "2027"),
        ("version", "0"),
        ("days", "2027-01-01,休,元旦\r\n2027-01-03,班,元旦\r\n"),
    ];
    let saved = clerk.send(path, &good).await;
    assert_eq!(
        saved.location,
        format!("{path}?year=2027&done=saved"),
        "{}",
        saved.body
    );
    let page = clerk.browser.get(&saved.location).await;
    assert!(
        page.body
            .contains("title=\"元旦\">1<span class=\"mark-word\">休</span>"),
        "{}",
        page.body
    );

    let path = "/console/upkeep/laws";
    let new = [
        ("new", "1"),
        ("id", "gzgd-2021"),
        ("name", "案件信息公开工作规定"),
        ("law_version", "2021年"),
        ("from", "2021-09-28"),
        ("source", "公报"),
        ("articles", "1 第一条\r\n为了公开。\r\n"),
    ];
    let saved = clerk.send(path, &new).await;
    assert_eq!(
        saved.location,
        format!("{path}/gzgd-2021?done=saved"),
        "{}",
        saved.body
    );
    let again = clerk.send(path, &new).await;
    assert!(
        again.status == 422 && again.body.contains("已经有了"),
        "{}",
        again.body
    );
    assert_eq!(
        work.office
            .app
            .get("/h5/laws/gzgd-2021")
            .await
            .status
            .as_u16(),
        200
    );

    let menu = clerk.browser.get("/console/upkeep/menu").await;
    assert!(
        menu.body.contains("重要案件信息")
            && (menu.body.contains("联系不上") || menu.body.contains("还没有菜单")),
        "{}",
        menu.body
    );
    let kept = clerk.browser.get("/console/upkeep/retention").await;
    assert!(kept.body.contains("push.keep_days"), "{}", kept.body);
}

#[tokio::test]
async fn a_key_stands_on_one_page_once_and_the_lane_is_looked_after() {
    let (work, mut clerk) = administrator().await;
    let path = "/console/upkeep/keys";
    let issued = clerk.send(path, &[("name", "court")]).await;
    assert_eq!(issued.status, 303, "{}", issued.body);
    let once = clerk.browser.get(path).await;
    let (_, rest) = once.body.split_once("<code class=\"secret\">").unwrap();
    let key = rest.split_once('<').unwrap().0.to_owned();
    assert_eq!(
        api_keys::holder(&work.office.app.app, &key)
            .await
            .unwrap()
            .as_deref(),
        Some("court")
    );
    let again = clerk.browser.get(path).await;
    assert!(
        !again.body.contains(&key) && again.body.contains("court"),
        "{}",
        again.body
    );
    let revoked = clerk.send(&format!("{path}/court/revoke"), &[]).await;
    assert_eq!(revoked.location, format!("{path}?done=revoked"));
    assert_eq!(
        api_keys::holder(&work.office.app.app, &key).await.unwrap(),
        None
    );

    let lane = clerk.browser.get("/console/upkeep/lane").await;
    assert!(
        lane.body.contains("没有模板编号") || lane.body.contains("通知正常发送"),
        "{}",
        lane.body
    );
    let running = clerk.send("/console/upkeep/lane/resume", &[]).await;
    assert_eq!(running.location, "/console/upkeep/lane?done=running");
    let none = clerk
        .send("/console/upkeep/lane/parked", &[("do", "redrive")])
        .await;
    assert!(
        none.status == 422 && none.body.contains("请先勾选"),
        "{}",
        none.body
    );
}
