//! 案件导入 when something goes wrong: files that end their reader, batches that cross each other, units that are merged
//! meanwhile, disks that are away, and people who never decide.

use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::desk::UnitScope;
use jianxin::service::case_imports;
use jianxin::service::unit_upkeep::{self, Plan, What};

use crate::support::MINUTE_MS;
use crate::support::browser::Street;
use crate::support::casework::Casework;
use crate::support::database::TestDatabase;
use crate::support::import_desk::Desk;
use crate::support::process::Bench;
use crate::support::sheets::{self, Line};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// No row of this case can be written down from here on.
fn plant(desk: &Desk, case: &str) {
    let database = &desk.office.app.database;
    let (sqlite, postgres) = (
        format!(
            "CREATE TRIGGER planted BEFORE INSERT ON import_rows WHEN NEW.unified_number = '{case}' \
             BEGIN SELECT RAISE(ABORT, 'planted'); END"
        ),
        format!(
            "ALTER TABLE import_rows ADD CONSTRAINT planted CHECK (unified_number <> '{case}')"
        ),
    );
    database.execute(if database.is_postgres() {
        &postgres
    } else {
        &sqlite
    });
}

fn pull(desk: &Desk) {
    let database = &desk.office.app.database;
    database.execute(match database.is_postgres() {
        true => "ALTER TABLE import_rows DROP CONSTRAINT planted",
        false => "DROP TRIGGER planted",
    });
}

/// Whoever had a batch ended without a word, some minutes ago.
fn dies(desk: &Desk, counted: i64) {
    desk.office.app.database.execute(&format!(
        "UPDATE import_batches SET worker = 'dead', worker_until = 0, attempts = {counted} WHERE state = 'uploaded'"
    ));
}

fn department(desk: &Desk, case: &str) -> String {
    let sql = format!("SELECT department FROM cases WHERE unified_number = '{case}'");
    desk.office.rows(&sql).pop().unwrap()
}

/// How often anybody was told of a case.
fn told(desk: &Desk) -> usize {
    desk.office.count("SELECT count(*) FROM case_changes")
}

#[tokio::test]
async fn a_file_that_ends_whoever_reads_it_is_given_up() {
    let desk = Desk::open().await;
    let app = &desk.office.app.app;
    let batch = desk
        .hand_in(&sheets::csv(&[Line::of("1001", "01")]))
        .await
        .unwrap();
    plant(&desk, "1001");
    let attempts = "SELECT CAST(attempts AS TEXT) FROM import_batches";
    // Failures alone are no reason: the disk may be away for a while.
    for failures in 1..=4 {
        assert!(case_imports::run(app, batch.id).await.is_err());
        assert_eq!(desk.office.rows(attempts), [format!("-{failures}")]);
        desk.office.app.advance_ms(61 * MINUTE_MS);
    }
    dies(&desk, -4);
    assert!(case_imports::run(app, batch.id).await.is_err());
    assert_eq!(
        desk.page(&batch.public_id).await.view.batch.state,
        "uploaded"
    );
    // Three that ended in the middle are.
    dies(&desk, 2);
    case_imports::run(app, batch.id).await.unwrap();
    let page = desk.page(&batch.public_id).await;
    assert_eq!(page.view.batch.state, "invalid");
    let problem = page.view.batch.problem.unwrap();
    assert!(problem.contains("多次没有读完"), "{problem}");
    assert!(desk.office.app.stored_files().is_empty());
    desk.office.app.advance_ms(DAY_MS);
    assert_eq!(desk.chore().await, 0);
}

#[tokio::test]
async fn batches_that_fail_rest_and_hold_nobody_up() {
    let desk = Desk::open().await;
    for at in 0..10 {
        let case = if at < 9 { "1001" } else { "2000" };
        // In the order in which they came.
        desk.office.app.advance_ms(1);
        desk.hand_in(&sheets::csv(&[Line::of(case, "01")]))
            .await
            .unwrap();
    }
    plant(&desk, "1001");
    assert_eq!(desk.chore().await, 10);
    let states = "SELECT state FROM import_batches ORDER BY id";
    let mut expected = vec!["uploaded"; 9];
    expected.push("valid");
    assert_eq!(desk.office.rows(states), expected);
    // They rest longer each time, and are given up by nobody: no process ended.
    assert_eq!(desk.chore().await, 0);
    for minutes in [2, 3, 5, 9] {
        desk.office.app.advance_ms(minutes * MINUTE_MS);
        assert_eq!(desk.chore().await, 9, "{minutes}");
        desk.office.app.advance_ms(MINUTE_MS);
        assert_eq!(desk.chore().await, 0, "{minutes}");
    }
    pull(&desk);
    desk.office.app.advance_ms(61 * MINUTE_MS);
    assert_eq!(desk.chore().await, 9);
    assert_eq!(desk.office.rows(states), ["valid"; 10]);
    let tries = desk
        .office
        .rows("SELECT DISTINCT attempts FROM import_batches");
    assert_eq!(tries, ["0"]);
}

#[tokio::test]
async fn a_disk_that_is_away_is_waited_for_and_a_file_that_is_gone_is_not() {
    let desk = Desk::open().await;
    let app = &desk.office.app.app;
    let csv = sheets::csv(&[Line::of("1001", "01")]);
    let batch = desk.hand_in(&csv).await.unwrap();
    let part = desk.office.app.stored_files().pop().unwrap();
    let aside = part.with_extension("aside");
    std::fs::rename(&part, &aside).unwrap();
    std::fs::create_dir(&part).unwrap();
    assert!(case_imports::run(app, batch.id).await.is_err());
    let page = desk.page(&batch.public_id).await;
    assert_eq!(page.view.batch.state, "uploaded");
    std::fs::remove_dir(&part).unwrap();
    std::fs::rename(&aside, &part).unwrap();
    desk.office.app.advance_ms(2 * MINUTE_MS);
    assert_eq!(desk.chore().await, 1);
    let page = desk.page(&batch.public_id).await;
    assert_eq!(page.view.batch.state, "valid");

    let batch = desk.hand_in(&csv).await.unwrap();
    std::fs::remove_file(desk.office.app.stored_files().pop().unwrap()).unwrap();
    case_imports::run(app, batch.id).await.unwrap();
    let page = desk.page(&batch.public_id).await;
    assert_eq!(page.view.batch.state, "invalid");
    assert!(page.view.batch.problem.unwrap().contains("已经不在"));
}

#[tokio::test]
async fn a_case_of_which_another_batch_spoke_since_stays_when_a_batch_is_taken_back() {
    let desk = Desk::open().await;
    let cases = ["1001", "1002", "1003", "1004"];
    let first = |case: &str| Line::of(case, "01").with("办案部门", "第一检察部");
    let moved = |line: Line| line.with("办案部门", "第二检察部");
    desk.import(&cases.map(first)).await;
    let all = cases.map(|case| moved(first(case)));
    let page = desk.upload(&sheets::csv(&all)).await;
    let slow = desk.apply(&page).await.unwrap();
    desk.office.app.advance_ms(1);
    // What lists show, what they do not show, and somebody new; of the last case nobody says anything.
    let later = [
        moved(first("1001")).with("当前阶段", "提起公诉"),
        moved(first("1002")).with("强制措施", "逮捕"),
        moved(Line::of("1003", "02")),
    ];
    let page = desk.upload(&sheets::csv(&later)).await;
    assert_eq!(page.view.batch.rows_refused, 0);
    desk.apply(&page).await.unwrap();
    let slow = desk.roll_back(&slow).await.unwrap();
    assert_eq!(
        (slow.view.batch.rows_kept, slow.set_aside.len()),
        (3, 3),
        "{:?}",
        slow.set_aside
    );
    for case in ["1001", "1002", "1003"] {
        assert_eq!(department(&desk, case), "第二检察部", "{case}");
    }
    assert_eq!(department(&desk, "1004"), "第一检察部");
    // And a person who said otherwise before is not taken for unchanged.
    let page = desk.upload(&sheets::csv(&[first("1003")])).await;
    assert_eq!(page.view.batch.rows_changed, 1);
    let page = desk.upload(&sheets::csv(&later)).await;
    assert_eq!(page.view.batch.rows_unchanged, 3);
}

#[tokio::test]
async fn batches_taken_back_newest_first_leave_everything_as_it_was() {
    let desk = Desk::open().await;
    let cases = ["1001", "1002", "1003"];
    let first = |case: &str| Line::of(case, "01").with("办案部门", "第一检察部");
    desk.import(&cases.map(first)).await;
    let standing = desk.standing();
    let mut batches = Vec::new();
    for (department, stage, new) in [
        ("第二检察部", "审查起诉", "2001"),
        ("第三检察部", "提起公诉", "2002"),
        ("第四检察部", "提起公诉", "2003"),
    ] {
        let mut lines = cases
            .map(|case| {
                let line = first(case).with("办案部门", department);
                line.with("当前阶段", stage)
            })
            .to_vec();
        lines.push(Line::of(new, "01").with("办案部门", department));
        // A case and a person whom the first of these batches brings.
        lines.push(Line::of("3001", "01").with("办案部门", department));
        let page = desk.upload(&sheets::csv(&lines)).await;
        batches.push(desk.apply(&page).await.unwrap());
        desk.office.app.advance_ms(1);
    }
    while let Some(newest) = batches.pop() {
        let back = desk.roll_back(&newest).await.unwrap();
        assert_eq!(back.view.batch.rows_kept, 0, "{:?}", back.set_aside);
    }
    assert_eq!(desk.standing(), standing);
}

#[tokio::test]
async fn a_person_whose_case_moved_without_them_is_not_taken_for_unchanged() {
    let desk = Desk::open().await;
    let lines = [Line::of("1001", "01"), Line::of("1001", "02")]
        .map(|line| line.with("办案部门", "第一检察部"));
    desk.import(&lines).await;
    let lawyer = desk.office.linked("u-1", "lawyer").await;
    desk.bind(&lawyer, "1001", "02", ApplicantRole::Defender)
        .await;
    let moved = lines[0].clone().with("办案部门", "第二检察部");
    let page = desk.import(std::slice::from_ref(&moved)).await;
    assert_eq!(page.view.batch.notices, 1);
    // Both go back; the second one says what it said first.
    let page = desk.upload(&sheets::csv(&lines)).await;
    assert_eq!(page.view.batch.rows_changed, 2);
    let page = desk.apply(&page).await.unwrap();
    assert_eq!(desk.release(&page).await.view.batch.notices, 1);
    assert_eq!(department(&desk, "1001"), "第一检察部");
    desk.import(&[moved]).await;
    let page = desk.import(&lines[1..]).await;
    assert_eq!(
        (page.view.batch.rows_changed, page.view.batch.notices),
        (1, 1)
    );
    assert_eq!(department(&desk, "1001"), "第一检察部");
    let page = desk.upload(&sheets::csv(&lines)).await;
    assert_eq!(page.view.batch.rows_unchanged, 2);
}

#[tokio::test]
async fn two_batches_that_were_looked_through_before_either_was_stored_tell_once() {
    let desk = Desk::open().await;
    let lines = [
        Line::of("1001", "01"),
        Line::of("1001", "02"),
        Line::of("1002", "01"),
        Line::of("1002", "02"),
    ]
    .map(|line| line.with("办案部门", "第一检察部"));
    desk.import(&lines).await;
    let lawyer = desk.office.linked("u-1", "lawyer").await;
    for case in ["1001", "1002"] {
        desk.bind(&lawyer, case, "02", ApplicantRole::Defender)
            .await;
    }
    let moved = |at: usize| lines[at].clone().with("办案部门", "第二检察部");
    // The same file twice.
    let file = sheets::csv(&[moved(0)]);
    let (one, two) = (desk.upload(&file).await, desk.upload(&file).await);
    for page in [one, two] {
        let page = desk.apply(&page).await.unwrap();
        desk.release(&page).await;
    }
    assert_eq!(told(&desk), 1);
    // One file for each person; the second one also says something new.
    let one = desk.upload(&sheets::csv(&[moved(2)])).await;
    let new = moved(3).with("当前阶段", "提起公诉");
    let two = desk.upload(&sheets::csv(&[new])).await;
    let (one, two) = (
        desk.apply(&one).await.unwrap(),
        desk.apply(&two).await.unwrap(),
    );
    assert_eq!(two.view.batch.rows_overtaken, 0);
    let said: Vec<&str> = two
        .rows
        .iter()
        .filter(|row| row.verdict == "changed")
        .flat_map(|row| row.changes.iter().map(|change| change.title.as_str()))
        .collect();
    assert_eq!(said, ["当前阶段"]);
    desk.release(&one).await;
    desk.release(&two).await;
    let changes = desk
        .office
        .rows("SELECT changes FROM case_changes ORDER BY id");
    let departments = changes
        .iter()
        .filter(|text| text.contains("第二检察部"))
        .count();
    assert_eq!((changes.len(), departments), (3, 2), "{changes:?}");
    assert_eq!(department(&desk, "1002"), "第二检察部");
}

#[tokio::test]
async fn a_unit_that_is_merged_between_preview_and_storing_gets_no_more_cases() {
    let mut desk = Desk::open().await;
    desk.scope = UnitScope::of_manager("430104");
    let of = |case: &str| Line::of(case, "01").with("单位编码", "430104");
    desk.import(&[of("1001"), of("1002")]).await;
    let held = of("1002").with("办案部门", "第三检察部");
    let held = desk.upload(&sheets::csv(&[held])).await;
    let held = desk.apply(&held).await.unwrap();
    let changed = of("1001").with("当前阶段", "提起公诉");
    let page = desk.upload(&sheets::csv(&[changed, of("1003")])).await;
    assert_eq!(page.view.batch.state, "valid");
    let merge = Plan {
        unit_id: "430104".to_owned(),
        what: What::Abolish {
            successor: "430105".to_owned(),
        },
        basis: "国函〔2026〕1号".to_owned(),
        effective_on: String::new(),
    };
    let done = unit_upkeep::plan(&desk.office.app.app, "manager:story", merge).await;
    assert_eq!(done.unwrap().state, "done");
    desk.scope = UnitScope::of_manager("430105");
    let page = desk.apply(&page).await.unwrap();
    assert_eq!(page.view.batch.rows_overtaken, 0);
    desk.roll_back(&held).await.unwrap();
    let units = desk
        .office
        .rows("SELECT unit_id FROM cases ORDER BY unified_number");
    assert_eq!(units, ["430105"; 3]);
    assert_eq!(department(&desk, "1002"), "第一检察部");
}

#[tokio::test]
async fn rows_of_old_batches_are_forgotten_to_the_last_one() {
    let desk = Desk::open().await;
    let nameless: Vec<Line> = (0..2_500)
        .map(|at| Line::of(&format!("{}", 10_000 + at), "01").with("姓名", ""))
        .collect();
    let page = desk.upload(&sheets::csv(&nameless)).await;
    assert_eq!(page.view.batch.state, "invalid");
    for _ in 0..9 {
        desk.upload(&sheets::csv(&nameless[..1])).await;
    }
    let app = &desk.office.app.app;
    assert_eq!(case_imports::forget_old(app).await.unwrap(), 0);
    desk.office.app.advance_ms(31 * DAY_MS);
    assert_eq!(case_imports::forget_old(app).await.unwrap(), 2_509);
}

#[tokio::test]
async fn a_preview_that_nobody_decides_on_is_thrown_away_with_its_names() {
    let desk = Desk::open().await;
    let lines = [
        Line::of("1001", "01"),
        Line::of("1002", "01").with("姓名", ""),
    ];
    let page = desk.upload(&sheets::csv(&lines)).await;
    desk.office.app.advance_ms(6 * DAY_MS);
    assert_eq!(desk.chore().await, 0);
    desk.office.app.advance_ms(2 * DAY_MS);
    assert_eq!(desk.chore().await, 1);
    let old = desk.page(&page.view.batch.public_id).await;
    assert_eq!(
        (
            old.view.batch.state.as_str(),
            old.rows.len(),
            old.refused.len()
        ),
        ("discarded", 0, 1)
    );
    let audited = "SELECT actor FROM audit WHERE action = 'import.expired'";
    assert_eq!(desk.office.rows(audited), ["program"]);
    assert_eq!(desk.chore().await, 0);
    desk.office.app.advance_ms(31 * DAY_MS);
    let app = &desk.office.app.app;
    assert_eq!(case_imports::forget_old(app).await.unwrap(), 1);

    // The command decides at once: what it left there was left by one that was killed.
    desk.upload(&sheets::csv(&lines)).await;
    desk.office
        .app
        .database
        .execute("UPDATE import_batches SET unit_id = NULL WHERE state = 'valid'");
    assert_eq!(desk.chore().await, 1);
    assert_eq!(
        desk.office
            .count("SELECT count(*) FROM import_rows WHERE said IS NOT NULL"),
        0
    );
}

#[tokio::test]
async fn a_person_who_is_there_by_another_number_is_noticed() {
    let desk = Desk::open().await;
    let line = Line::of("1001", "01");
    desk.import(std::slice::from_ref(&line)).await;
    let renumbered = [
        line.clone().with("当事人编号", "1"),
        line.clone().with("当事人编号", "7"),
        Line::of("1002", "1"),
    ];
    let page = desk.upload(&sheets::csv(&renumbered)).await;
    let said: Vec<(i64, &str)> = page
        .refused
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_str()))
        .collect();
    assert_eq!(said, [(2, "当事人编号")]);
    assert_eq!(page.view.batch.rows_new, 2);
    assert!(
        page.view.warnings[0].contains("如第3行"),
        "{:?}",
        page.view.warnings
    );
}

#[tokio::test]
async fn rows_that_came_too_late_can_be_downloaded_though_none_was_refused() {
    let work = Casework::with(&[("demo.test_identities", "true")]).await;
    let mut clerk = work.clerk("importer-li", "importer").await;
    let mut batches = Vec::new();
    for stage in ["甲", "乙"] {
        let csv = sheets::csv(&[Line::of("1001", "01").with("当前阶段", stage)]);
        let sent = crate::case_import_pages::hand_in(&mut clerk, &csv).await;
        crate::case_import_pages::settled(&mut clerk, &sent.location).await;
        batches.push(sent.location);
    }
    for address in &batches {
        clerk.send(&format!("{address}/apply"), &[]).await;
        crate::case_import_pages::settled(&mut clerk, address).await;
    }
    let page = clerk.browser.get(&batches[1]).await;
    let link = format!("{}/refused", batches[1]);
    assert!(page.body.contains("没有处理的行"), "{}", page.body);
    assert!(page.body.contains(&link), "{}", page.body);
    let list = clerk.browser.get(&link).await;
    assert!(list.body.contains("另一批次"), "{}", list.body);
}

#[test]
fn what_the_command_line_orders_is_in_the_audit() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database).set("demo.test_identities", "true");
    let audited = |action: &str| {
        let sql = format!(
            "SELECT count(*) FROM audit WHERE actor = 'command-line' AND action = '{action}'"
        );
        database.connect().texts(&sql).pop().unwrap()
    };
    let import = |name: &str, release: &[&str]| {
        let file = bench.file(
            &format!("{name}.csv"),
            &sheets::separated(&[Line::of(name, "01")], ','),
        );
        let ended = bench.run(&[&["import", "cases", file.as_str()][..], release].concat());
        let id = ended.err.split("batch ").nth(1).unwrap();
        id.split(':').next().unwrap().to_owned()
    };
    import("1001", &["--release"]);
    assert_eq!(audited("import.notices_released"), "1");
    let held = import("1002", &[]);
    let ended = bench.run(&["import", "release-cases", &held]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(audited("import.notices_released"), "2");
    let taken = import("1003", &[]);
    bench.run(&["import", "roll-back-cases", &taken]);
    assert_eq!(audited("import.rollback_ordered"), "1");
    let units = bench.file(
        "units.csv",
        "unit_id,name,level,parent_id,kind,area_name,aliases,code_aliases\n\
         430199,长沙市某某区人民检察院,4,430100,county,某某区,,\n",
    );
    for _ in 0..2 {
        let ended = bench.run(&["import", "units", &units]);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
    }
    assert_eq!(audited("units.imported"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_menu_that_the_command_line_publishes_is_in_the_audit() {
    let street = Street::open().await;
    let bench = Bench::on(&street.app.database)
        .set(
            "wechat.api_base_url",
            &format!("{}/simulator/api", street.wechat),
        )
        .set("server.public_url", "https://wx.example.cn")
        .set("server.site_url", "https://www.example.cn");
    let ended = tokio::task::block_in_place(|| bench.run(&["menu", "push"]));
    assert_eq!(ended.out.trim(), "published", "{}", ended.err);
    let actors = "SELECT actor FROM audit WHERE action = 'menu.published'";
    assert_eq!(
        street.app.database.connect().texts(actors),
        ["command-line"]
    );
}
