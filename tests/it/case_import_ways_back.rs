//! A batch that is taken back, and one whose process died.

use jianxin::domain::binding::ApplicantRole;
use jianxin::service::case_imports;

use crate::support::MINUTE_MS;
use crate::support::import_desk::Desk;
use crate::support::sheets::{self, Line};

#[tokio::test]
async fn a_batch_taken_back_leaves_everything_as_it_was_and_nobody_is_told() {
    let desk = Desk::open().await;
    let before: Vec<Line> = (0..40)
        .map(|at| Line::of(&format!("{}", 3000 + at / 2), &format!("{:02}", at % 2)))
        .collect();
    desk.import(&before).await;
    let lawyer = desk.office.linked("u-1", "lawyer").await;
    desk.bind(&lawyer, "3000", "00", ApplicantRole::Defender)
        .await;
    let standing = desk.standing();
    let mut after: Vec<Line> = before
        .iter()
        .map(|line| {
            line.clone()
                .with("当前阶段", "提起公诉")
                .with("办案部门", "第三检察部")
                .with("姓名", "植入他人")
        })
        .collect();
    after.extend([
        Line::of("3000", "09").with("办案部门", "第三检察部"),
        Line::of("3999", "01"),
    ]);
    let page = desk.upload(&sheets::csv(&after)).await;
    let page = desk.apply(&page).await.unwrap();
    assert_ne!(desk.standing(), standing);
    let page = desk.roll_back(&page).await.unwrap();
    assert_eq!(
        (page.view.batch.state.as_str(), page.view.batch.rows_kept),
        ("rolled_back", 0)
    );
    assert_eq!(desk.standing(), standing);
    assert_eq!(
        desk.office
            .count("SELECT count(*) FROM cases WHERE unified_number = '3999'"),
        0
    );
    desk.office.app.advance_ms(60 * MINUTE_MS);
    desk.chore().await;
    assert_eq!(desk.told(), Vec::<String>::new());
    // The same file can be imported after all.
    let page = desk.import(&after).await;
    assert_eq!(page.view.batch.notices, 1);
    let late = desk.roll_back(&page).await.map(|_| ()).unwrap_err();
    assert!(late.to_string().contains("通知已经发出"), "{late}");
}

#[tokio::test]
async fn what_others_did_meanwhile_stays() {
    let desk = Desk::open().await;
    let lines = [Line::of("1001", "01"), Line::of("1002", "01")];
    desk.import(&lines).await;
    let slow = desk
        .upload(&sheets::csv(&[
            lines[0].clone().with("当前阶段", "甲"),
            lines[1].clone().with("当前阶段", "甲"),
        ]))
        .await;
    let quick = [lines[0].clone().with("当前阶段", "乙")];
    desk.import(&quick).await;
    let slow = desk.apply(&slow).await.unwrap();
    assert_eq!(slow.view.batch.rows_overtaken, 1);
    assert_eq!(slow.set_aside.len(), 1);
    let stage = |case: &str| {
        desk.office.rows(&format!(
            "SELECT p.stage FROM case_persons p JOIN cases c ON c.id = p.case_id WHERE c.unified_number = '{case}'"
        ))
    };
    assert_eq!(
        (stage("1001"), stage("1002")),
        (vec!["乙".to_owned()], vec!["甲".to_owned()])
    );
    // Changed again after this batch, and a new person who was bound: both stay when it is taken back.
    let more = desk
        .upload(&sheets::csv(&[
            lines[0].clone().with("当前阶段", "丙"),
            Line::of("1003", "01"),
            lines[1].clone().with("当前阶段", "丙"),
        ]))
        .await;
    let more = desk.apply(&more).await.unwrap();
    desk.import(&[lines[0].clone().with("当前阶段", "丁")])
        .await;
    let lawyer = desk.office.linked("u-1", "lawyer").await;
    desk.bind(&lawyer, "1003", "01", ApplicantRole::Defender)
        .await;
    let more = desk.roll_back(&more).await.unwrap();
    assert_eq!(more.view.batch.rows_kept, 2);
    assert_eq!(
        (stage("1001"), stage("1002")),
        (vec!["丁".to_owned()], vec!["甲".to_owned()])
    );
    assert_eq!(stage("1003").len(), 1);
}

#[tokio::test]
async fn a_batch_whose_process_dies_in_the_middle_goes_on_where_it_stopped() {
    let desk = Desk::open().await;
    let first: Vec<Line> = (0..700)
        .map(|at| Line::of(&format!("{}", 10_000 + at), "01"))
        .collect();
    let page = desk.upload(&sheets::csv(&first)).await;
    let id = page.view.batch.public_id.clone();
    let database = &desk.office.app.database;
    // From the second piece on the database refuses, as a process that dies would leave it.
    let (plant, pull) = match database.is_postgres() {
        true => (
            "ALTER TABLE cases ADD CONSTRAINT planted CHECK (unified_number < '10400')",
            "ALTER TABLE cases DROP CONSTRAINT planted",
        ),
        false => (
            "CREATE TRIGGER planted BEFORE INSERT ON cases WHEN NEW.unified_number >= '10400' \
             BEGIN SELECT RAISE(ABORT, 'planted'); END",
            "DROP TRIGGER planted",
        ),
    };
    database.execute(plant);
    let app = &desk.office.app.app;
    let batch = case_imports::apply(app, desk.who(), &id).await.unwrap();
    assert!(case_imports::run(app, batch).await.is_err());
    let half = desk.page(&id).await;
    assert_eq!(
        (half.view.batch.state.as_str(), half.view.batch.rows_done),
        ("applying", 250)
    );
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 250);
    database.execute(pull);
    // Whoever died holds the batch until the lease is over.
    database.execute(&format!(
        "UPDATE import_batches SET worker = 'dead', worker_until = {} WHERE state = 'applying'",
        app.clock.now_ms() + 60_000
    ));
    assert_eq!(desk.chore().await, 0);
    desk.office.app.advance_ms(2 * MINUTE_MS);
    let other = desk.office.app.second_instance().await;
    assert_eq!(case_imports::carry_on(&other.app).await.unwrap(), 1);
    let whole = desk.page(&id).await;
    assert_eq!(whole.view.batch.state, "applied");
    assert_eq!(desk.office.count("SELECT count(*) FROM case_persons"), 700);

    // The same while a file is looked through: from the beginning, nothing twice.
    let batch = desk.hand_in(&sheets::csv(&first)).await.unwrap();
    database.execute(&format!(
        "UPDATE import_batches SET worker = 'dead', worker_until = {} WHERE state = 'uploaded'",
        app.clock.now_ms() + 60_000
    ));
    case_imports::run(app, batch.id).await.unwrap();
    assert_eq!(
        desk.page(&batch.public_id).await.view.batch.state,
        "uploaded"
    );
    desk.office.app.advance_ms(2 * MINUTE_MS);
    desk.chore().await;
    let page = desk.page(&batch.public_id).await;
    assert_eq!(
        (
            page.view.batch.state.as_str(),
            page.view.batch.rows_unchanged
        ),
        ("valid", 700)
    );
}
