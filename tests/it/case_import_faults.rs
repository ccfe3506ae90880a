//! 案件导入 when something goes wrong: files that end their reader, batches that cross each other, units that are merged
//! meanwhile, disks that are away, and people who never decide.

use jianxin::service::case_imports;

use crate::case_imports::Desk;
use crate::support::MINUTE_MS;
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
fn dies(desk: &Desk) {
    desk.office.app.database.execute(
        "UPDATE import_batches SET worker = 'dead', worker_until = 0 WHERE state = 'uploaded'",
    );
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
    for tries in 1..=3 {
        assert!(case_imports::run(app, batch.id).await.is_err());
        let counted = desk.office.count("SELECT attempts FROM import_batches");
        assert_eq!(counted, tries);
        dies(&desk);
    }
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
