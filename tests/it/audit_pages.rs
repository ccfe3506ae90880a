//! The audit trail at the console: who finds what, page by page, and as a table.

use std::collections::BTreeSet;
use std::path::Path;

use jianxin::config::DEFAULT_FILE;
use jianxin::service::audit::seal;
use jianxin::store::StoreError;
use jianxin::store::audit::{self, Entry};
use jianxin::web::console::audit_words;

use crate::support::browser::Page;
use crate::support::casework::Casework;
use crate::support::office::UNIT;
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
