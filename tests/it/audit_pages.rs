//! The audit trail at the console: who finds what, page by page, and as a table.

use std::collections::BTreeSet;
use std::path::Path;

use jianxin::config::DEFAULT_FILE;
use jianxin::domain::binding::ApplicantRole;
use jianxin::service::audit::{seal, verify};
use jianxin::store::StoreError;
use jianxin::store::audit::{self, Entry};
use jianxin::web::console::audit_words;

use crate::support::NOW_MS;
use crate::support::browser::Page;
use crate::support::casework::Casework;
use crate::support::clerk::Clerk;
use crate::support::office::UNIT;
use crate::support::queue::asks_binding;
use crate::support::record::files_below;

const ELSEWHERE: &str = "430200";

async fn put(work: &Casework, unit: Option<&'static str>, entries: Vec<Entry>) {
    let app = &work.office.app.app;
    let done = app.db.write(move |c| -> Result<(), StoreError> {
        for entry in &entries {
            audit::append_for(c, entry, unit)?;
        }
        Ok(())
    });
    done.await.unwrap();
    seal::round(app).await.unwrap();
}

fn entry(work: &Casework, id: &str, action: &str, subject: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        at: work.office.app.app.clock.now_ms(),
        actor: "command-line".to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
    }
}

/// The things that the rows of a page are about, in full, by their addresses.
fn about(page: &Page) -> Vec<String> {
    let links = page.body.split("subject=").skip(1);
    let ids = links.map(|rest| rest.split(['"', '&']).next().unwrap().to_owned());
    ids.filter(|id| id.starts_with('c')).collect()
}

#[tokio::test]
async fn an_administrator_finds_entries_of_the_own_unit_and_the_system_administrator_all() {
    let work = Casework::open().await;
    let entries = |id: &str| {
        vec![entry(
            &work,
            &format!("id-{id}"),
            "case.viewed",
            &format!("case:{id} person:p{id}"),
        )]
    };
    put(&work, Some(UNIT), entries("c-own")).await;
    put(&work, Some(ELSEWHERE), entries("c-other")).await;
    put(&work, None, entries("c-nobody")).await;
    let mut boss = work.clerk("boss", "unit_admin").await;
    let mut far = work.clerk_at(ELSEWHERE, "far", "unit_admin").await;
    let mut root = work.clerk("root", "system_admin").await;
    seal::round(&work.office.app.app).await.unwrap();
    let all = "/console/audit?action=case.viewed";
    assert_eq!(about(&boss.browser.get(all).await), ["c-own"]);
    assert_eq!(about(&far.browser.get(all).await), ["c-other"]);
    let seen: BTreeSet<String> = about(&root.browser.get(all).await).into_iter().collect();
    assert_eq!(seen.len(), 3);
    // By an id in the subject, whichever; of another unit it finds nothing.
    assert_eq!(
        about(&boss.browser.get("/console/audit?subject=c-own").await),
        ["c-own"]
    );
    assert_eq!(
        about(&boss.browser.get("/console/audit?subject=pc-own").await),
        ["c-own"]
    );
    let page = boss.browser.get("/console/audit?subject=c-other").await;
    assert!(about(&page).is_empty() && page.body.contains("没有符合条件的记录"));
    let exported = boss
        .send("/console/audit/export", &[("subject", "c-other")])
        .await;
    assert!(!exported.body.contains("c-other"));
    // By a manager's login name, in words.
    let page = boss.browser.get("/console/audit?actor=boss").await;
    assert!(
        page.body.contains("案管boss") && page.body.contains("管理员开通"),
        "{}",
        page.body
    );
    let page = boss.browser.get("/console/audit?actor=far").await;
    assert!(page.body.contains("没有符合条件的记录"));
    // The chain is shown.
    assert!(page.body.contains("记录链") && page.body.contains("待入链"));
    let mut clerk = work.clerk("clerk", "reviewer").await;
    assert_eq!(clerk.browser.get(all).await.status, 403);
}

/// Rows of a manager of the unit about accounts `c-000` … of the unit that the function names, each as the program writes
/// it: the unit follows from the account.
async fn acted(work: &Casework, manager: &str, units: &[&'static str]) {
    let app = &work.office.app;
    let sql = format!("SELECT public_id FROM accounts WHERE login_name = '{manager}'");
    let actor = format!("manager:{}", work.office.rows(&sql)[0]);
    for (number, unit) in units.iter().enumerate() {
        let id = format!("c-{number:03}");
        work.office.account(&id, "party").await;
        app.database.execute(&format!(
            "UPDATE accounts SET public_id = '{id}', unit_id = '{unit}' WHERE external_id = '{id}'"
        ));
        let row = Entry {
            actor: actor.clone(),
            ..entry(
                work,
                &format!("s{number:03}"),
                "account.viewed",
                &format!("account:{id}"),
            )
        };
        let done = app
            .app
            .db
            .write(move |c| audit::append(c, &row).map_err(StoreError::from));
        done.await.unwrap();
    }
    seal::round(&app.app).await.unwrap();
}

/// The things of all pages.
async fn walked(clerk: &mut Clerk, address: &str) -> Vec<String> {
    let (mut address, mut seen) = (address.to_owned(), Vec::new());
    loop {
        let page = clerk.browser.get(&address).await;
        assert_eq!(page.status, 200);
        seen.extend(about(&page));
        match page.between("rel=\"next\" href=\"", "\"") {
            Some(next) => address = next.replace("&amp;", "&").replace("&#38;", "&"),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn an_administrator_also_sees_what_the_own_staff_did_about_anothers_business() {
    let work = Casework::open().await;
    work.clerk("wang", "reviewer").await;
    // Both kinds mixed, on more than two pages, all of one moment.
    let units: Vec<&str> = (0..120)
        .map(|number| if number % 3 == 0 { ELSEWHERE } else { UNIT })
        .collect();
    acted(&work, "wang", &units).await;
    let mut boss = work.clerk("boss", "unit_admin").await;
    let mut far = work.clerk_at(ELSEWHERE, "far", "unit_admin").await;
    let mut third = work.clerk_at("430300", "third", "unit_admin").await;
    let mut root = work.clerk("root", "system_admin").await;
    let newest_first = |wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
        let numbers = (0..120).rev().filter(|number| wanted(*number));
        numbers.map(|number| format!("c-{number:03}")).collect()
    };
    let everything = newest_first(&|_| true);
    let theirs = newest_first(&|number| number % 3 == 0);
    for address in [
        "/console/audit?action=account.viewed",
        "/console/audit?actor=wang&action=account.viewed",
    ] {
        assert_eq!(walked(&mut boss, address).await, everything, "{address}");
        assert_eq!(walked(&mut root, address).await, everything, "{address}");
        assert_eq!(walked(&mut far, address).await, theirs, "{address}");
        assert!(walked(&mut third, address).await.is_empty(), "{address}");
    }
    let subject = "/console/audit?subject=c-003";
    for (clerk, rows) in [(&mut boss, 1), (&mut far, 1), (&mut third, 0)] {
        let page = clerk.browser.get(subject).await;
        assert_eq!(page.body.matches("<td class=\"num\">").count(), rows);
    }
    let exported = boss
        .send("/console/audit/export", &[("action", "account.viewed")])
        .await;
    assert_eq!(exported.body.matches("account:c-").count(), 120);
    // What the rows say, and the chain over it, is as it always was.
    let report = verify::run(&work.office.app.app.db, 1, &[], |_rows| {}).unwrap();
    assert_eq!(report.fault, None);
    let unit = work
        .office
        .rows("SELECT DISTINCT unit_id FROM audit WHERE subject = 'account:c-003'");
    assert_eq!(unit, [ELSEWHERE]);
}

/// Rows from before the words of the staff were made.
#[tokio::test]
async fn the_migration_finds_what_the_staff_did_before_it() {
    let work = Casework::open().await;
    work.clerk("wang", "reviewer").await;
    acted(&work, "wang", &[ELSEWHERE, UNIT]).await;
    let database = &work.office.app.database;
    let words = || {
        work.office
            .rows("SELECT word || ' ' || audit_id FROM audit_words WHERE word LIKE 'staff:%'")
    };
    let made = words();
    assert_eq!(made, [format!("staff:{UNIT} s000")]);
    database.execute("DELETE FROM audit_words WHERE word LIKE 'staff:%'");
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"));
    let backend = match database.is_postgres() {
        true => "postgres",
        false => "sqlite",
    };
    let file = root
        .join(backend)
        .join("2026-11-29-000149_audit_staff/up.sql");
    let sql = std::fs::read_to_string(file).unwrap();
    let (_, insert) = sql.split_once("INSERT").unwrap();
    let insert = format!("INSERT{}", insert.split(';').next().unwrap());
    database.execute(&insert);
    assert_eq!(words(), made);
    // Again: nothing is there twice.
    database.execute(&insert);
    assert_eq!(words(), made);
}

#[tokio::test]
async fn numbers_that_people_know_lead_to_the_rows_of_the_own_unit() {
    let work = Casework::open().await;
    let lawyer = work.office.account("u-1", "lawyer").await;
    let case = work.case("1001", "一审公诉案件", NOW_MS).await;
    let person = work.person(&case, "01", "张某某").await;
    let bound = work
        .bind(&lawyer, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    asks_binding(&work.office, "JX0A1B2C3D4E5F", "u-1").await;
    let application = work
        .office
        .rows("SELECT public_id FROM applications")
        .remove(0);
    let subjects = [
        format!("application:{application}"),
        format!("binding:{} person:{}", bound.public_id, person.public_id),
        format!("application:x persons:{}", person.public_id),
        format!("case:{}", case.public_id),
        format!("account:{} bindings:{}", lawyer.public_id, bound.public_id),
    ];
    let entries = subjects.iter().enumerate();
    let entries = entries
        .map(|(number, about)| entry(&work, &format!("n{number}"), "case.viewed", about))
        .collect();
    put(&work, Some(UNIT), entries).await;
    // A sign-in that failed stands under a keyed hash of the name, and belongs to no unit.
    let login = lawyer.login_name.as_str();
    let hash = work.office.app.app.blind.of("login_name", login);
    let failed = format!("account-name:{hash}");
    let failed = vec![entry(&work, "failed", "sign_in.failed", &failed)];
    put(&work, None, failed).await;

    let mut boss = work.clerk("boss", "unit_admin").await;
    let mut far = work.clerk_at(ELSEWHERE, "far", "unit_admin").await;
    let mut root = work.clerk("root", "system_admin").await;
    let found = async |clerk: &mut Clerk, action: &str, typed: &str| {
        let address = format!("/console/audit?action={action}&subject={typed}");
        let page = clerk.browser.get(&address).await;
        assert_eq!(page.status, 200);
        page.body.matches("<td class=\"num\">").count()
    };
    for (typed, rows) in [
        ("JX0A1B2C3D4E5F", 1),
        ("jx0a1b2c3d4e5f", 1),
        ("1001", 4),
        ("长检受[2026]1001号", 4),
        (login, 3),
        ("JX000000000000", 0),
        ("1002", 0),
    ] {
        assert_eq!(
            found(&mut boss, "case.viewed", typed).await,
            rows,
            "{typed}"
        );
        assert_eq!(
            found(&mut root, "case.viewed", typed).await,
            rows,
            "{typed}"
        );
        assert_eq!(found(&mut far, "case.viewed", typed).await, 0, "{typed}");
        let fields = [("action", "case.viewed"), ("subject", typed)];
        let exported = boss.send("/console/audit/export", &fields).await;
        let lines = exported.body.trim_end().split("\r\n").count();
        assert_eq!(lines, rows + 1, "{typed}");
    }
    assert_eq!(found(&mut root, "sign_in.failed", login).await, 1);
    assert_eq!(found(&mut boss, "sign_in.failed", login).await, 0);

    // A number of another unit is answered like one that nobody has, also where a row could be seen by its id.
    let own = entry(
        &work,
        "own",
        "account.viewed",
        &format!("account:{}", lawyer.public_id),
    );
    put(&work, Some(ELSEWHERE), vec![own]).await;
    assert_eq!(
        found(&mut far, "account.viewed", &lawyer.public_id).await,
        1
    );
    assert_eq!(found(&mut far, "account.viewed", login).await, 0);
    let theirs = far.browser.get("/console/audit?subject=1001").await;
    let nobodys = far.browser.get("/console/audit?subject=1002").await;
    assert_eq!(theirs.body.replace("1001", "1002"), nobodys.body);
    // Until its own counter knows the person.
    work.office.app.database.execute(&format!(
        "INSERT INTO account_units (account_id, unit_id, created_at) VALUES ({}, '{ELSEWHERE}', 1)",
        lawyer.id
    ));
    assert_eq!(found(&mut far, "account.viewed", login).await, 1);
    assert!(theirs.body.contains("统一受案号或部门受案号"));
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_repetition() {
    let work = Casework::open().await;
    // All of one moment: only the id tells them apart.
    let entries = (0..120)
        .map(|number| {
            entry(
                &work,
                &format!("r{number:03}"),
                "case.viewed",
                &format!("case:c{number:03}"),
            )
        })
        .collect();
    put(&work, Some(UNIT), entries).await;
    let mut boss = work.clerk("boss", "unit_admin").await;
    let mut address = "/console/audit?action=case.viewed".to_owned();
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = boss.browser.get(&address).await;
        assert_eq!(page.status, 200);
        seen.extend(about(&page));
        pages += 1;
        match page.between("rel=\"next\" href=\"", "\"") {
            Some(next) => address = next.replace("&amp;", "&").replace("&#38;", "&"),
            None => break,
        }
    }
    let wanted: Vec<String> = (0..120)
        .rev()
        .map(|number| format!("c{number:03}"))
        .collect();
    assert_eq!((pages, seen), (3, wanted));
}

#[tokio::test]
async fn days_are_those_of_china_and_what_is_no_day_is_said_beside_the_field() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let entries = vec![entry(&work, "one", "case.viewed", "case:c-one")];
    put(&work, Some(UNIT), entries).await;
    let day = jianxin::domain::shanghai::wall_clock(app.app.clock.now_ms()).date();
    let (before, after) = (day.pred_opt().unwrap(), day.succ_opt().unwrap());
    let mut boss = work.clerk("boss", "unit_admin").await;
    for (from, until, found) in [
        (day, day, 1),
        (before, before, 0),
        (after, after, 0),
        (before, after, 1),
    ] {
        let page = boss
            .browser
            .get(&format!(
                "/console/audit?action=case.viewed&from={from}&until={until}"
            ))
            .await;
        assert_eq!(about(&page).len(), found, "{from} {until}");
    }
    for query in ["from=yesterday", "from=2026-12-02&until=2026-12-01"] {
        let page = boss.browser.get(&format!("/console/audit?{query}")).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains("days-error"), "{query}");
    }
}

#[tokio::test]
async fn an_export_is_a_table_without_formulas_and_an_entry_itself() {
    let work = Casework::open().await;
    let mut odd = entry(&work, "odd", "case.viewed", "case:c-odd");
    odd.actor = "=HYPERLINK(1)".to_owned();
    odd.subject = "@SUM(A1)".to_owned();
    put(&work, Some(UNIT), vec![odd]).await;
    let mut boss = work.clerk("boss", "unit_admin").await;
    let page = boss
        .send("/console/audit/export", &[("action", "case.viewed")])
        .await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/csv"));
    assert!(page.header("content-disposition").contains("attachment"));
    let lines: Vec<&str> = page.body.trim_end().split("\r\n").collect();
    assert!(
        lines.len() == 2 && lines[1].contains("'=HYPERLINK(1)") && lines[1].contains("'@SUM(A1)"),
        "{lines:?}"
    );
    assert_eq!(work.audited("audit.exported"), 1);
    let refused = boss
        .browser
        .post("/console/audit/export", &[("csrf", "wrong")])
        .await;
    assert_eq!(refused.status, 403);
    assert_eq!(work.audited("audit.exported"), 1);
}

/// `section.key` of every setting: dotted words that are no actions.
fn settings() -> BTreeSet<String> {
    let mut section = "";
    let mut keys = BTreeSet::new();
    for line in DEFAULT_FILE
        .lines()
        .map(|line| line.trim_start_matches(['#', ' ']))
    {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name;
        } else if let Some((key, _)) = line.split_once(" =") {
            keys.insert(format!("{section}.{key}"));
        }
    }
    keys
}

/// Whoever writes a new action into the trail gives it a word, or this fails.
#[test]
fn every_action_that_the_program_writes_has_a_word() {
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let settings = settings();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut found = BTreeSet::new();
    for room in ["service", "push", "cli", "web/handlers", "api"] {
        for path in files_below(&root.join(room)) {
            let text = std::fs::read_to_string(path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for quoted in code.split('"').skip(1) {
                let Some((noun, verb)) = quoted.split_once('.') else {
                    continue;
                };
                if is_word(noun) && is_word(verb) && !settings.contains(quoted) {
                    found.insert(quoted.to_owned());
                }
            }
        }
    }
    // Names of files look the same.
    for ending in [
        ".db", ".json", ".csv", ".toml", ".xlsx", ".html", ".css", ".js", ".key", ".conf", ".jsonl",
    ] {
        found.retain(|action| !action.ends_with(ending));
    }
    assert!(found.len() > 20, "{found:?}");
    let without: Vec<&String> = found
        .iter()
        .filter(|action| audit_words::action(action) == action.as_str())
        .collect();
    assert_eq!(
        without,
        Vec::<&String>::new(),
        "web/console/audit_words.rs has no word for these"
    );
    let all: Vec<&str> = audit_words::ACTIONS
        .iter()
        .flat_map(|(_, actions)| actions.iter().map(|(name, _)| *name))
        .collect();
    let different: BTreeSet<&&str> = all.iter().collect();
    assert_eq!(all.len(), different.len());
}
