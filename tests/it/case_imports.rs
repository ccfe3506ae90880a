//! 案件导入: looked through, stored, told; and every way it can go wrong.

use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::desk::UnitScope;
use jianxin::service::case_imports::{self, Importer, Tools, UploadError};
use jianxin::service::error::ServiceError;

use crate::support::MINUTE_MS;
use crate::support::casework::Casework;
use crate::support::database::TestDatabase;
use crate::support::import_desk::Desk;
use crate::support::office::UNIT;
use crate::support::process::Bench;
use crate::support::sheets::{self, Line, Value, Workbook};

#[tokio::test]
async fn a_file_is_looked_through_stored_and_told_after_its_time() {
    let desk = Desk::open().await;
    let first = [
        Line::of("1001", "01"),
        Line::of("1001", "02"),
        Line::of("1002", "01"),
    ];
    let page = desk.upload(&sheets::csv(&first)).await;
    let batch = &page.view.batch;
    assert_eq!(
        (batch.state.as_str(), batch.rows_new, batch.rows_total),
        ("valid", 3, 3)
    );
    assert_eq!(page.rows[0].adds.as_ref().unwrap().1, "植入1001某01");
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 0);
    let page = desk.apply(&page).await.unwrap();
    assert_eq!(page.view.batch.state, "applied");
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 2);
    assert_eq!(desk.office.count("SELECT count(*) FROM case_persons"), 3);
    let page = desk.release(&page).await;
    assert_eq!(
        (page.view.batch.state.as_str(), page.view.batch.notices),
        ("notified", 0)
    );

    let lawyer = desk.office.linked("u-1", "lawyer").await;
    desk.bind(&lawyer, "1001", "01", ApplicantRole::Defender)
        .await;
    let second = [
        first[0]
            .clone()
            .with("当前阶段", "提起公诉")
            .with("处理结果", "起诉"),
        first[1].clone().with("姓名", "植入改名"),
        first[2].clone(),
    ];
    let page = desk.upload(&Workbook::of(&second).bytes()).await;
    let batch = &page.view.batch;
    assert_eq!(
        (batch.rows_new, batch.rows_changed, batch.rows_unchanged),
        (0, 2, 1)
    );
    assert_eq!((batch.file_format.as_str(), page.watched), ("XLSX", 1));
    let changed = page
        .rows
        .iter()
        .find(|row| row.person_number == "01")
        .unwrap();
    let said: Vec<(&str, Option<&str>, Option<&str>)> = changed
        .changes
        .iter()
        .map(|one| (one.title.as_str(), one.old.as_deref(), one.new.as_deref()))
        .collect();
    assert_eq!(
        said,
        [
            ("当前阶段", Some("审查起诉"), Some("提起公诉")),
            ("处理结果", None, Some("起诉"))
        ]
    );
    let page = desk.apply(&page).await.unwrap();
    assert_eq!(desk.chore().await, 0);
    assert_eq!(desk.told(), Vec::<String>::new());
    desk.office.app.advance_ms(10 * MINUTE_MS);
    assert_eq!(desk.chore().await, 1);
    assert_eq!(desk.told(), ["u-1"]);
    let page = desk.page(&page.view.batch.public_id).await;
    assert_eq!(
        (page.view.batch.state.as_str(), page.view.batch.notices),
        ("notified", 1)
    );
    let snapshot = desk
        .office
        .rows("SELECT changes FROM case_changes")
        .pop()
        .unwrap();
    assert!(
        snapshot.contains("提起公诉") && snapshot.contains("审查起诉"),
        "{snapshot}"
    );
    assert_eq!(desk.chore().await, 0);

    // The same file again, whatever kind, changes nothing and tells nobody.
    for bytes in [sheets::csv(&second), sheets::json_lines(&second)] {
        let page = desk.upload(&bytes).await;
        assert_eq!((page.view.batch.rows_unchanged, page.rows.len()), (3, 0));
        let page = desk.apply(&page).await.unwrap();
        desk.release(&page).await;
    }
    assert_eq!(desk.told(), ["u-1"]);
}

#[tokio::test]
async fn names_and_numbers_lie_sealed_in_batches_and_uploads() {
    let desk = Desk::open().await;
    let line = Line::of("1001", "01");
    let number = line.get("证件号码").to_owned();
    let batch = desk
        .hand_in(&sheets::csv(std::slice::from_ref(&line)))
        .await
        .unwrap();
    let files = desk.office.app.stored_files();
    assert!(!files.is_empty());
    let is_in = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        assert!(!is_in(&bytes, &number) && !is_in(&bytes, "植入"));
    }
    case_imports::run(&desk.office.app.app, batch.id)
        .await
        .unwrap();
    assert!(desk.office.app.stored_files().is_empty());
    let page = desk.page(&batch.public_id).await;
    let page = desk.apply(&page).await.unwrap();
    desk.release(&page).await;
    for bytes in desk.office.app.database.bytes() {
        assert!(!is_in(&bytes, &number) && !is_in(&bytes, "植入1001"));
    }
}

#[tokio::test]
async fn refused_rows_are_named_and_the_good_ones_kept() {
    let desk = Desk::open().await;
    let good = Line::of("1001", "01");
    let lines = [
        good.clone(),
        Line::of("1002", "01").with("涉密标志", "是"),
        Line::of("1003", "01").with("未成年人标志", "1"),
        Line::of("1004", "01").with("证件号码", "990000199001011234"),
        Line::of("1005", "01").with("单位编码", "430200"),
        Line::of("1006", "01").with("受理日期", "2026-02-30"),
        good.clone(),
        Line::of("1001", "02").with("案件名称", "另一个名字"),
    ];
    let page = desk.upload(&sheets::csv(&lines)).await;
    let said: Vec<(i64, &str)> = page
        .refused
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_str()))
        .collect();
    let expected = [
        (3, "涉密标志"),
        (4, "未成年人标志"),
        (5, "证件号码"),
        (6, "单位编码"),
        (7, "受理日期"),
        (8, "当事人编号"),
        (9, "案件名称"),
    ];
    assert_eq!(said, expected);
    assert!(
        page.refused[5].reason.contains("第2行"),
        "{}",
        page.refused[5].reason
    );
    assert_eq!(
        (page.view.batch.rows_new, page.view.batch.rows_refused),
        (1, 7)
    );
    desk.apply(&page).await.unwrap();
    assert_eq!(desk.office.count("SELECT count(*) FROM case_persons"), 1);
    let (_, all) =
        case_imports::refusals(&desk.office.app.app, desk.who(), &page.view.batch.public_id)
            .await
            .unwrap();
    assert_eq!(all.len(), 7);
}

#[tokio::test]
async fn a_file_that_will_not_do_is_refused_as_a_whole_and_leaves_nothing() {
    let desk = Desk::open().await;
    let lines = [Line::of("1001", "01"), Line::of("1002", "01")];
    let csv = sheets::csv(&lines);
    let mut merged = Workbook::of(&lines);
    merged.merged = vec!["A2:A3"];
    let headless = String::from_utf8(csv.clone())
        .unwrap()
        .replace("姓名", "名字");
    for (bytes, word) in [
        (csv[..csv.len() - 60].to_vec(), "第3行"),
        (headless.into_bytes(), "姓名"),
        (merged.bytes(), "A2:A3"),
        (b"\xD0\xCF\x11\xE0".to_vec(), "xlsx"),
        (
            sheets::csv(&[lines[0].clone().with("姓名", "")]),
            "没有一行",
        ),
    ] {
        let page = desk.upload(&bytes).await;
        assert_eq!(page.view.batch.state, "invalid");
        let problem = page.view.batch.problem.clone().unwrap();
        assert!(problem.contains(word), "{problem}");
        assert!(page.rows.is_empty());
        assert!(desk.apply(&page).await.is_err());
    }
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 0);
    assert!(desk.office.app.stored_files().is_empty());
    let large = vec![b'1'; 64 * 1024 * 1024 + 1];
    assert!(matches!(
        desk.hand_in(&large).await,
        Err(UploadError::File(_))
    ));
    assert!(desk.office.app.stored_files().is_empty());
}

#[tokio::test]
async fn dates_as_serials_and_numbers_that_a_spreadsheet_spoilt() {
    let desk = Desk::open().await;
    let mut book = Workbook::of(&[
        Line::of("1001", "01"),
        Line::of("1002", "01"),
        Line::of("1003", "01"),
    ]);
    book.put(1, "受理日期", Value::Day(46_329.395_833_333_336));
    book.put(1, "到期日", Value::Number(46_359.0));
    book.put(1, "单位编码", Value::Number(430_100.0));
    book.put(2, "统一受案号", Value::Number(4.301_002_026e16));
    book.put(3, "证件号码", Value::Number(9.9e17));
    let page = desk.upload(&book.bytes()).await;
    let said: Vec<(i64, &str)> = page
        .refused
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_str()))
        .collect();
    assert_eq!(said, [(3, "统一受案号"), (4, "证件号码")]);
    desk.apply(&page).await.unwrap();
    let due = desk.office.rows("SELECT due_date FROM case_persons");
    assert_eq!(due, ["2026-12-03"]);
    let accepted = desk.office.rows("SELECT accepted_at FROM cases");
    assert_eq!(accepted, ["1793669400000"]);
}

#[tokio::test]
async fn another_unit_s_cases_and_batches_are_out_of_reach() {
    let desk = Desk::open().await;
    desk.import(&[Line::of("1001", "01")]).await;
    let page = desk.upload(&sheets::csv(&[Line::of("1002", "01")])).await;
    let scope = UnitScope::of_manager("430200");
    let other = Importer {
        scope: &scope,
        account_id: desk.importer.id,
        actor: "manager:x",
    };
    let (app, id) = (&desk.office.app.app, &page.view.batch.public_id);
    assert!(matches!(
        case_imports::one(app, other, id, 0).await,
        Err(ServiceError::NotFound)
    ));
    assert!(matches!(
        case_imports::refusals(app, other, id).await,
        Err(ServiceError::NotFound)
    ));
    for order in [
        case_imports::apply(app, other, id).await,
        case_imports::discard(app, other, id).await,
        case_imports::roll_back(app, other, id).await,
        case_imports::release_now(app, other, id).await,
    ] {
        assert!(matches!(order, Err(ServiceError::NotFound)));
    }
    let (listed, _) = case_imports::list(app, other, 0).await.unwrap();
    assert!(listed.is_empty());
    // A case that another unit has is not taken over by naming one's own unit.
    desk.office
        .app
        .database
        .execute("UPDATE cases SET unit_id = '430200'");
    let page = desk
        .upload(&sheets::csv(&[
            Line::of("1001", "01").with("当前阶段", "甲")
        ]))
        .await;
    assert_eq!(page.refused[0].field, "统一受案号");
    case_imports::discard(app, desk.who(), id).await.unwrap();
    let page = desk.page(id).await;
    assert_eq!(
        (page.view.batch.state.as_str(), page.rows.len()),
        ("discarded", 0)
    );
    assert!(case_imports::apply(app, desk.who(), id).await.is_err());
}

#[tokio::test]
async fn cases_that_came_another_way_keep_what_their_persons_have() {
    let work = Casework::with(&[("demo.test_identities", "true")]).await;
    let case = work.case("1001", "一审公诉案件", 1_795_000_000_000).await;
    let own = work.person(&case, "02", "张小明").await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let bound = work
        .bind(&lawyer, &own, ApplicantRole::Defender)
        .await
        .unwrap();
    let importer = work.office.account("m-1", "manager").await;
    let desk = Desk {
        office: work.office,
        importer,
        scope: UnitScope::of_manager(UNIT),
    };
    // A new person of the same case; the case as a whole is said as it stands but for its lists.
    let line = Line::of("1001", "01")
        .with("部门受案号", &case.department_number)
        .with("案件名称", &case.name)
        .with("案件类别", &case.category)
        .with("受理日期", "2026-11-18 19:06:40")
        .with("当前阶段", "植入的阶段")
        .with("案由", "");
    let page = desk.import(&[line]).await;
    assert_eq!((page.view.batch.rows_new, page.view.batch.notices), (1, 0));
    let page = phone.open(&format!("/h5/cases/{}", bound.public_id)).await;
    assert!(
        page.body.contains("故意伤害罪") && page.body.contains("审查起诉"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("植入的阶段"));
}

#[test]
fn the_command_keeps_good_rows_names_bad_ones_and_goes_on_after_a_batch_that_was_left() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database).set("demo.test_identities", "true");
    let good = Line::of("1001", "01");
    let lines = [
        good.clone(),
        Line::of("1002", "01").with("涉密标志", "是"),
        Line::of("1003", "01").with("单位编码", "430200"),
    ];
    let file = bench.file("cases.csv", &sheets::separated(&lines, ','));
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!(ended.out.trim(), "imported=2 unchanged=0 rejected=1");
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("line 3: 涉密标志"), "{}", ended.err);
    let file = bench.file("again.csv", &sheets::separated(&[good], ','));
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!(
        (ended.out.trim(), ended.code),
        ("imported=0 unchanged=1 rejected=0", Some(0))
    );
    let file = bench.file("bad.csv", "姓名,性别\n张某,男\n");
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!((ended.out.as_str(), ended.code), ("", Some(2)));
    assert!(
        ended.err.contains("统一受案号") && ended.err.contains("涉密标志"),
        "{}",
        ended.err
    );
    // What a killed command left is stored whole by the next one.
    let lines: Vec<Line> = (0..3)
        .map(|at| Line::of(&format!("{}", 2000 + at), "01"))
        .collect();
    let file = bench.file("more.csv", &sheets::separated(&lines, ','));
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!(ended.out.trim(), "imported=3 unchanged=0 rejected=0");
    let id = ended
        .err
        .split("batch ")
        .nth(1)
        .unwrap()
        .split(':')
        .next()
        .unwrap()
        .to_owned();
    let ended = bench.run(&["import", "roll-back-cases", &id]);
    assert_eq!((ended.out.trim(), ended.code), ("undone=3 kept=0", Some(0)));
    assert_eq!(
        database.connect().texts("SELECT count(*) FROM cases"),
        ["2"]
    );
    assert_eq!(bench.run(&["import", "roll-back-cases", &id]).code, Some(2));
}

#[tokio::test]
async fn tools_of_a_server_and_of_the_command_agree() {
    let desk = Desk::open().await;
    let tools = Tools::of(&desk.office.app.app);
    let task = tokio::task::spawn_blocking(move || {
        let opened = case_imports::Opened::with(tools);
        let bytes = sheets::csv(&[Line::of("1001", "01")]);
        opened
            .import("x.csv", std::io::Cursor::new(bytes), |_| {})
            .unwrap()
    });
    let batch = task.await.unwrap();
    assert_eq!(
        (batch.state.as_str(), batch.unit_id.is_none()),
        ("applied", true)
    );
    let page = desk.upload(&sheets::csv(&[Line::of("1001", "01")])).await;
    assert_eq!(page.view.batch.rows_unchanged, 1);
    desk.office.app.advance_ms(11 * MINUTE_MS);
    assert_eq!(desk.chore().await, 1);
}
