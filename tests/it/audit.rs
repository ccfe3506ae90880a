//! The audit trail: rows are only added, chained after the act, and whoever changes one is found out.

use std::time::{Duration, Instant};

use jianxin::domain::audit_chain::{Anchor, Covered, GENESIS, link};
use jianxin::service::audit::seal;
use jianxin::service::audit::verify::{self, Fault, Report};
use jianxin::store::audit::{self, Entry};
use jianxin::store::{Db, StoreError};

use crate::support::app::TestApp;
use crate::support::database::TestDatabase;
use crate::support::office::Office;
use crate::support::process::Bench;

fn entry(number: i64, at: i64) -> Entry {
    Entry {
        id: format!("{number:032x}"),
        at,
        actor: format!("manager:m{}", number % 3),
        action: "case.viewed".to_owned(),
        subject: format!("case:c{number}"),
    }
}

async fn act(db: &Db, entry: Entry) {
    let done = db.write(move |c| audit::append(c, &entry).map_err(StoreError::from));
    done.await.unwrap();
}

/// An app whose trail has so many sealed rows.
async fn trail(rows: i64) -> TestApp {
    let app = TestApp::start().await;
    fill(&app, rows).await;
    app
}

async fn fill(app: &TestApp, rows: i64) {
    let now = app.app.clock.now_ms();
    app.app
        .db
        .write(move |c| -> Result<(), StoreError> {
            for number in 1..=rows {
                audit::append(c, &entry(number, now + number))?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let round = seal::round(&app.app).await.unwrap();
    assert_eq!(
        (round.sealed as i64, round.left, round.oldest),
        (rows, 0, None)
    );
}

fn verified(app: &TestApp, from: i64, anchors: &[Anchor]) -> Report {
    verify::run(&app.app.db, from, anchors, |_rows| {}).unwrap()
}

fn fault(app: &TestApp) -> Option<Fault> {
    verified(app, 1, &[]).fault
}

/// What somebody with the owner's rights can do.
fn unguard(database: &TestDatabase) {
    database.execute(if database.is_postgres() {
        "ALTER TABLE audit DISABLE TRIGGER USER; ALTER TABLE audit_heads DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER audit_insert; DROP TRIGGER audit_update; DROP TRIGGER audit_delete;
         DROP TRIGGER audit_head_update; DROP TRIGGER audit_head_delete"
    });
}

/// Makes the chain anew behind an edit, as somebody would who knows how it is made.
fn chain_anew(database: &TestDatabase) {
    let mut outside = database.connect();
    let rows = outside.texts(
        "SELECT id || '|' || at || '|' || actor || '|' || action || '|' || subject FROM audit ORDER BY seq",
    );
    let (mut hash, mut script) = (GENESIS.to_owned(), String::new());
    for (row, seq) in rows.iter().zip(1..) {
        let parts: Vec<&str> = row.split('|').collect();
        let covered = Covered {
            id: parts[0],
            at: parts[1].parse().unwrap(),
            actor: parts[2],
            action: parts[3],
            subject: parts[4],
            unit_id: None,
        };
        hash = link(&hash, seq, covered);
        script += &format!(
            "UPDATE audit SET seq = {seq}, hash = '{hash}' WHERE id = '{}';",
            parts[0]
        );
    }
    script += &format!(
        "UPDATE audit_heads SET seq = {}, hash = '{hash}'",
        rows.len()
    );
    outside.execute(&script);
}

#[tokio::test]
async fn the_database_refuses_to_change_or_remove_a_row() {
    use diesel::connection::SimpleConnection;
    let app = trail(3).await;
    act(&app.app.db, entry(4, 1)).await;
    let fourth = format!("{:032x}", 4);
    for statement in [
        "DELETE FROM audit",
        "UPDATE audit SET actor = 'nobody'",
        "UPDATE audit SET seq = 9 WHERE seq = 2",
        "UPDATE audit SET hash = NULL",
        "INSERT INTO audit (id, at, actor, action, subject, seq, hash) VALUES ('x', 1, 'a', 'b', 'c', 5, 'h')",
        &format!("UPDATE audit SET at = 2 WHERE id = '{fourth}'"),
        &format!("UPDATE audit SET at = 2, seq = 4, hash = 'h' WHERE id = '{fourth}'"),
        &format!("UPDATE audit SET unit_id = 'x', seq = 4, hash = 'h' WHERE id = '{fourth}'"),
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET seq = 1",
        "UPDATE audit_heads SET hash = 'h'",
    ] {
        let refused = app
            .app
            .db
            .write({
                let statement = statement.to_owned();
                move |c| -> Result<(), StoreError> { Ok(c.batch_execute(&statement)?) }
            })
            .await;
        assert!(refused.is_err(), "{statement}");
    }
    if app.database.is_postgres() {
        let truncated = app
            .app
            .db
            .write(|c| -> Result<(), StoreError> { Ok(c.batch_execute("TRUNCATE audit")?) });
        assert!(truncated.await.is_err());
    } else {
        let replaced = app.app.db.write(|c| -> Result<(), StoreError> {
            Ok(c.batch_execute("INSERT OR REPLACE INTO audit (id, at, actor, action, subject) SELECT id, 7, actor, action, subject FROM audit")?)
        });
        assert!(replaced.await.is_err());
    }
    seal::round(&app.app).await.unwrap();
    let report = verified(&app, 1, &[]);
    assert_eq!((report.rows, report.unsealed, report.fault), (4, 0, None));
}

#[tokio::test]
async fn a_whole_chain_is_verified_from_any_place_and_its_end_is_an_anchor() {
    let app = trail(230).await;
    let report = verified(&app, 1, &[]);
    assert_eq!(
        (report.rows, report.fault, report.late.len()),
        (230, None, 0)
    );
    let anchor = report.head.unwrap();
    assert_eq!(anchor.seq, 230);
    act(&app.app.db, entry(231, 5)).await;
    assert_eq!(verified(&app, 1, &[]).unsealed, 1);
    seal::round(&app.app).await.unwrap();
    // It came long after the time it gives: nothing is broken, and it is named.
    let report = verified(&app, 1, std::slice::from_ref(&anchor));
    assert_eq!((report.rows, report.fault), (231, None));
    assert!(
        report.late.len() == 1 && report.late[0].contains("row 231"),
        "{:?}",
        report.late
    );
    let report = verified(&app, 230, &[]);
    assert_eq!((report.rows, report.fault), (2, None));
    let report = verified(&app, 231, &[anchor]);
    assert_eq!((report.rows, report.fault), (1, None));
    assert_eq!(verified(&app, 233, &[]).fault, Some(Fault::NoStart(232)));
}

#[tokio::test]
async fn the_first_row_that_somebody_touched_is_named() {
    let edited = |seq| move |fault: &Fault| matches!(fault, Fault::Changed { seq: named, .. } if *named == seq);
    type Check = Box<dyn Fn(&Fault) -> bool>;
    let cases: Vec<(&str, Check)> = vec![
        ("UPDATE audit SET actor = 'manager:else' WHERE seq = 7", Box::new(edited(7))),
        ("UPDATE audit SET at = at + 1 WHERE seq >= 5", Box::new(edited(5))),
        ("UPDATE audit SET action = 'case.listed' WHERE seq = 1", Box::new(edited(1))),
        ("UPDATE audit SET subject = subject || ' ' WHERE seq = 12", Box::new(edited(12))),
        ("UPDATE audit SET unit_id = '430100' WHERE seq = 3", Box::new(edited(3))),
        ("UPDATE audit SET id = 'another' WHERE seq = 3", Box::new(edited(3))),
        ("UPDATE audit SET hash = NULL WHERE seq = 6", Box::new(edited(6))),
        // Removed.
        ("DELETE FROM audit WHERE seq = 4", Box::new(|fault| *fault == Fault::Missing(4))),
        ("DELETE FROM audit WHERE seq = 1", Box::new(|fault| *fault == Fault::Missing(1))),
        ("DELETE FROM audit WHERE seq > 9", Box::new(|fault| *fault == Fault::Missing(10))),
        ("DELETE FROM audit", Box::new(|fault| *fault == Fault::Missing(1))),
        // Removed, and the rows behind it moved up.
        ("DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = -seq + 1 WHERE seq > 4; UPDATE audit SET seq = -seq WHERE seq < 0", Box::new(edited(4))),
        // Two exchanged.
        ("UPDATE audit SET seq = 100 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 8; UPDATE audit SET seq = 8 WHERE seq = 100", Box::new(edited(5))),
        // Put in: in the middle, behind the end, before the first.
        ("UPDATE audit SET seq = -seq - 1 WHERE seq > 5; UPDATE audit SET seq = -seq WHERE seq < 0;
          INSERT INTO audit (id, at, actor, action, subject, seq, hash) SELECT 'new', at, actor, action, subject, 6, hash FROM audit WHERE seq = 5", Box::new(edited(6))),
        ("INSERT INTO audit (id, at, actor, action, subject, seq, hash) VALUES ('new', 1, 'a', 'b', 'c', 13, 'h')", Box::new(|fault| *fault == Fault::Inserted(13))),
        ("INSERT INTO audit (id, at, actor, action, subject, seq, hash) VALUES ('new', 1, 'a', 'b', 'c', 0, 'h')", Box::new(|fault| *fault == Fault::Inserted(0))),
        // The end.
        ("UPDATE audit_heads SET hash = 'h'", Box::new(|fault| *fault == Fault::End { seq: 12 })),
        ("UPDATE audit_heads SET seq = 11", Box::new(|fault| *fault == Fault::End { seq: 11 })),
        ("DELETE FROM audit_heads", Box::new(|fault| *fault == Fault::Inserted(12))),
    ];
    let app = TestApp::start().await;
    unguard(&app.database);
    for (statement, is_named) in cases {
        app.database.execute(&format!(
            "DELETE FROM audit; DELETE FROM audit_heads;
             INSERT INTO audit_heads (id, seq, hash, anchored_on) VALUES (1, 0, '{GENESIS}', '')"
        ));
        fill(&app, 12).await;
        assert_eq!(fault(&app), None);
        app.database.execute(statement);
        let fault = fault(&app).unwrap_or_else(|| panic!("not noticed: {statement}"));
        assert!(is_named(&fault), "{statement}: {fault:?}");
        assert!(verified(&app, 1, &[]).head.is_none());
    }
}

#[tokio::test]
async fn a_chain_made_anew_holds_in_itself_and_not_against_an_anchor() {
    let app = trail(12).await;
    let anchor = verified(&app, 1, &[]).head.unwrap();
    unguard(&app.database);
    app.database
        .execute("UPDATE audit SET subject = 'case:other' WHERE seq = 7");
    chain_anew(&app.database);
    assert_eq!(fault(&app), None);
    assert_eq!(
        verified(&app, 1, std::slice::from_ref(&anchor)).fault,
        Some(Fault::Anchor(12))
    );

    let app = trail(12).await;
    let earlier = verified(&app, 1, &[]).head.unwrap();
    assert_eq!(earlier, anchor_at(&app, 12));
    let middle = anchor_at(&app, 6);
    unguard(&app.database);
    app.database.execute("DELETE FROM audit WHERE seq > 8");
    chain_anew(&app.database);
    assert_eq!(fault(&app), None);
    assert_eq!(verified(&app, 1, &[middle]).fault, None);
    assert_eq!(
        verified(&app, 1, &[earlier]).fault,
        Some(Fault::Cut { anchor: 12, end: 8 })
    );
}

fn anchor_at(app: &TestApp, seq: i64) -> Anchor {
    let hash = app
        .database
        .connect()
        .texts(&format!("SELECT hash FROM audit WHERE seq = {seq}"));
    Anchor {
        seq,
        hash: hash[0].clone(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_sealers_and_many_writers_make_one_chain() {
    let first = TestApp::start().await;
    let second = first.second_instance().await;
    let now = first.app.clock.now_ms();
    let mut writers = Vec::new();
    for writer in 0..4_i64 {
        let db = first.app.db.clone();
        writers.push(tokio::spawn(async move {
            for number in 0..60 {
                act(&db, entry(writer * 1000 + number, now + number)).await;
            }
        }));
    }
    let sealers = [&first, &second].map(|instance| {
        let app = std::sync::Arc::clone(&instance.app);
        tokio::spawn(async move {
            for _ in 0..40 {
                seal::round(&app).await.unwrap();
            }
        })
    });
    for task in writers.into_iter().chain(sealers) {
        task.await.unwrap();
    }
    seal::round(&first.app).await.unwrap();
    let report = verified(&first, 1, &[]);
    assert_eq!((report.rows, report.unsealed, report.fault), (240, 0, None));
}

#[tokio::test]
async fn an_act_does_not_wait_for_the_chain_and_a_late_commit_gets_a_later_place() {
    let app = trail(3).await;
    if !app.database.is_postgres() {
        // SQLite has one writer at a time: neither can happen.
        return;
    }
    let now = app.app.clock.now_ms();
    let mut slow = app.database.connect();
    slow.execute(&format!(
        "BEGIN; INSERT INTO audit (id, at, actor, action, subject) VALUES ('slow', {now}, 'a', 'b', 'c')"
    ));
    let mut sealer = app.database.connect();
    sealer.execute("BEGIN; UPDATE audit_heads SET seq = seq");
    let began = Instant::now();
    act(&app.app.db, entry(9, now + 9)).await;
    assert!(began.elapsed() < Duration::from_secs(5));
    sealer.release();
    seal::round(&app.app).await.unwrap();
    slow.execute("COMMIT");
    assert_eq!(verified(&app, 1, &[]).unsealed, 1);
    seal::round(&app.app).await.unwrap();
    let report = verified(&app, 1, &[]);
    assert_eq!((report.rows, report.unsealed, report.fault), (5, 0, None));
    assert_eq!(
        app.database
            .connect()
            .texts("SELECT id FROM audit WHERE seq = 5"),
        ["slow"]
    );
}

#[tokio::test]
async fn an_entry_belongs_to_the_unit_of_what_it_is_about() {
    let office = Office::open().await;
    let account = office.account("l1", "lawyer").await;
    let manager = office.account("m1", "manager").await;
    let db = &office.app.app.db;
    for (number, actor, subject) in [
        (
            1,
            "follower:h".to_owned(),
            format!("follower:h account:{}", account.public_id),
        ),
        (
            2,
            format!("manager:{}", manager.public_id),
            "template:t".to_owned(),
        ),
        (3, "command-line".to_owned(), "push:none".to_owned()),
    ] {
        let it = Entry {
            actor,
            subject,
            ..entry(number, number)
        };
        act(db, it).await;
    }
    let units = office
        .rows("SELECT coalesce(unit_id, '-') FROM audit WHERE action = 'case.viewed' ORDER BY at");
    assert_eq!(
        units,
        [account.unit_id.as_str(), manager.unit_id.as_str(), "-"]
    );
    seal::round(&office.app.app).await.unwrap();
    let mut words = office.rows("SELECT word FROM audit_words WHERE at < 4");
    words.sort_unstable();
    let actor = format!("manager:{}", manager.public_id);
    let mut wanted = [
        "h",
        "follower:h",
        &account.public_id,
        "t",
        &actor,
        "none",
        "command-line",
    ];
    wanted.sort_unstable();
    assert_eq!(words, wanted);
}

#[tokio::test]
async fn the_end_goes_into_the_log_once_a_day() {
    let app = trail(2).await;
    let day = || {
        app.database
            .connect()
            .texts("SELECT anchored_on FROM audit_heads")
    };
    let first = day();
    assert_eq!(first[0].len(), 10);
    seal::round(&app.app).await.unwrap();
    assert_eq!(day(), first);
    app.advance_ms(24 * 3600 * 1000);
    seal::round(&app.app).await.unwrap();
    assert_ne!(day(), first);
}

#[test]
fn the_command_tells_by_its_exit_code() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database);
    let empty = bench.run(&["audit", "verify"]);
    assert_eq!(
        (empty.code, empty.out.trim()),
        (Some(0), "verified=0 unsealed=0"),
        "{empty:?}"
    );
    let row = |id: &str| {
        database.execute(&format!(
            "INSERT INTO audit (id, at, actor, action, subject) VALUES ('{id}', 1, 'a', 'b', 'c:{id}')"
        ));
    };
    row("first");
    row("second");
    let running = bench.serve();
    let sealed = || database.connect().texts("SELECT seq FROM audit_heads");
    let deadline = Instant::now() + Duration::from_secs(20);
    while sealed() != ["2"] {
        assert!(Instant::now() < deadline, "{}", running.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    // Rows of the last requests are sealed at the end.
    row("third");
    running.terminate();
    let mut running = running;
    assert!(running.ended_within(Duration::from_secs(20)).success());
    assert_eq!(sealed(), ["3"]);
    assert!(
        running.log().contains("the end of the audit chain"),
        "{}",
        running.log()
    );

    let whole = bench.run(&["audit", "verify"]);
    assert_eq!(whole.code, Some(0), "{whole:?}");
    let lines: Vec<&str> = whole.out.lines().collect();
    assert_eq!(lines[0], "verified=3 unsealed=0");
    let anchor = lines[1].strip_prefix("head=").unwrap();
    assert_eq!(
        bench
            .run(&["audit", "verify", "--from", "2", "--anchor", anchor])
            .code,
        Some(0)
    );
    assert_eq!(
        bench.run(&["audit", "verify", "--anchor", "3:abc"]).code,
        Some(2)
    );

    unguard(&database);
    database.execute("UPDATE audit SET actor = 'x' WHERE seq = 2");
    let broken = bench.run(&["audit", "verify"]);
    assert_eq!(broken.code, Some(1), "{broken:?}");
    assert!(
        broken.out.contains("broken: row 2 was edited") && !broken.out.contains("head="),
        "{broken:?}"
    );
}
