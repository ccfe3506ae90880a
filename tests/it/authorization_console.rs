//! Who may open what at the console: every route of the pages' own table, tried as nobody, as a follower, and as a manager
//! with each single duty. A route that is not in [`MATRIX`] fails here.

use axum::http::Method;
use jianxin::domain::desk::Duty;
use jianxin::web::access::{Access, Line};
use jianxin::web::pages::{Pages, access_lines};

use crate::authorization::{address, ask, word, world};
use crate::support::browser::Browser;
use crate::support::casework::Casework;

/// Method, path, and whom it is for.
const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/console/", ANY),
    ("GET", "/console/audit", ADMINS),
    ("GET", "/console/captcha/{token}", "everyone"),
    ("GET", "/console/captcha/{token}/sound", "everyone"),
    ("GET", "/console/code", "everyone"),
    ("GET", "/console/enrol/{token}", "everyone"),
    ("GET", "/console/password", ANY),
    ("POST", "/console/password", ANY),
    ("GET", "/console/publications", PUBLISHER),
    ("GET", "/console/publications/drafts/{id}", PUBLISHER),
    ("GET", "/console/publications/new", PUBLISHER),
    ("GET", "/console/publications/{id}", PUBLISHER),
    ("GET", "/console/publicity", ANY),
    ("GET", "/console/publicity/documents", ANY),
    ("GET", "/console/publicity/documents/export", ANY),
    ("GET", "/console/publicity/export", ANY),
    ("GET", "/console/accounts", CLERKS),
    ("GET", "/console/accounts/new", CLERKS),
    ("GET", "/console/accounts/{id}", CLERKS),
    ("GET", "/console/accounts/{id}/identity", CLERKS),
    ("GET", "/console/accounts/{id}/slips/{slip}", CLERKS),
    ("GET", "/console/managers", ADMINS),
    ("GET", "/console/managers/new", ADMINS),
    ("GET", "/console/managers/{id}", ADMINS),
    ("GET", "/console/managers/{id}/tickets/{slip}", ADMINS),
    ("GET", "/console/cases", READERS),
    ("GET", "/console/imports", IMPORTER),
    ("GET", "/console/imports/template", IMPORTER),
    ("GET", "/console/imports/{id}", IMPORTER),
    ("GET", "/console/imports/{id}/refused", IMPORTER),
    ("GET", "/console/sign-in", "everyone"),
    ("GET", "/console/units", ADMINS),
    ("GET", "/console/units/{code}", ADMINS),
    ("GET", "/console/upkeep", SYSTEM),
    ("GET", "/console/upkeep/holidays", SYSTEM),
    ("GET", "/console/upkeep/keys", SYSTEM),
    ("GET", "/console/upkeep/lane", SYSTEM),
    ("GET", "/console/upkeep/laws", SYSTEM),
    ("GET", "/console/upkeep/laws/{id}", SYSTEM),
    ("GET", "/console/upkeep/menu", SYSTEM),
    ("GET", "/console/upkeep/replies", SYSTEM),
    ("GET", "/console/upkeep/replies/{key}", SYSTEM),
    ("GET", "/console/upkeep/retention", SYSTEM),
    ("GET", "/console/upkeep/templates", SYSTEM),
    ("GET", "/console/upkeep/templates/{notice}", SYSTEM),
    ("POST", "/console/audit/export", ADMINS),
    ("POST", "/console/code", "everyone"),
    ("POST", "/console/enrol/{token}", "everyone"),
    ("POST", "/console/publications/drafts/{id}", PUBLISHER),
    (
        "POST",
        "/console/publications/drafts/{id}/decide",
        PUBLISHER,
    ),
    (
        "POST",
        "/console/publications/drafts/{id}/discard",
        PUBLISHER,
    ),
    (
        "POST",
        "/console/publications/drafts/{id}/recall",
        PUBLISHER,
    ),
    ("POST", "/console/publications/new", PUBLISHER),
    ("POST", "/console/publications/{id}/correct", PUBLISHER),
    ("POST", "/console/publications/{id}/withdraw", PUBLISHER),
    ("POST", "/console/publicity/documents", PUBLISHER),
    ("POST", "/console/publicity/file", PUBLISHER),
    ("POST", "/console/accounts/new", CLERKS),
    ("POST", "/console/accounts/recognise", CLERKS),
    ("POST", "/console/accounts/{id}/bind", CLERKS),
    (
        "POST",
        "/console/accounts/{id}/bindings/{binding}/end",
        CLERKS,
    ),
    ("POST", "/console/accounts/{id}/disable", CLERKS),
    ("POST", "/console/accounts/{id}/enable", CLERKS),
    ("POST", "/console/accounts/{id}/find", CLERKS),
    ("POST", "/console/accounts/{id}/reset", CLERKS),
    ("POST", "/console/managers/new", ADMINS),
    ("POST", "/console/managers/{id}/disable", ADMINS),
    ("POST", "/console/managers/{id}/duties", ADMINS),
    ("POST", "/console/managers/{id}/enable", ADMINS),
    ("POST", "/console/managers/{id}/ticket", ADMINS),
    ("POST", "/console/cases/{id}/resume", READERS),
    ("POST", "/console/cases/{id}/stop", READERS),
    ("POST", "/console/imports", IMPORTER),
    ("POST", "/console/imports/{id}/apply", IMPORTER),
    ("POST", "/console/imports/{id}/discard", IMPORTER),
    ("POST", "/console/imports/{id}/release", IMPORTER),
    ("POST", "/console/imports/{id}/roll-back", IMPORTER),
    ("POST", "/console/sign-in", "everyone"),
    ("POST", "/console/sign-out", ANY),
    ("POST", "/console/unit-changes/{public_id}/cancel", SYSTEM),
    ("POST", "/console/units/{code}/abolish", SYSTEM),
    ("POST", "/console/units/{code}/aliases", SYSTEM),
    ("POST", "/console/units/{code}/aliases/remove", SYSTEM),
    ("POST", "/console/units/{code}/phone", ADMINS),
    ("POST", "/console/units/{code}/rename", SYSTEM),
    ("POST", "/console/upkeep/holidays", SYSTEM),
    ("POST", "/console/upkeep/keys", SYSTEM),
    ("POST", "/console/upkeep/keys/{name}/revoke", SYSTEM),
    ("POST", "/console/upkeep/lane/parked", SYSTEM),
    ("POST", "/console/upkeep/lane/resume", SYSTEM),
    ("POST", "/console/upkeep/laws", SYSTEM),
    ("POST", "/console/upkeep/replies/{key}", SYSTEM),
    ("POST", "/console/upkeep/templates/{notice}", SYSTEM),
    (
        "GET",
        "/console/attachments/{public_id}/pages/{number}",
        REVIEWERS,
    ),
    ("GET", "/console/queues", REVIEWERS),
    ("GET", "/console/queues/{queue}", REVIEWERS),
    ("GET", "/console/queues/{queue}/export.csv", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/approve", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/claim", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/password", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/reject", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/reply", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/revoke", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/show", REVIEWERS),
    ("POST", "/console/queues/{queue}/{id}/told", REVIEWERS),
];

/// Who looks after the system.
const SYSTEM: &str = "desk: system_admin";
/// Those who publish.
const PUBLISHER: &str = "desk: publisher";
/// Who looks after people and what they did.
const ADMINS: &str = "desk: unit_admin+system_admin";
/// Those who decide.
const REVIEWERS: &str = "desk: reviewer";
/// Who may look who looks at a case.
const READERS: &str = "desk: reviewer+importer";
/// 案件导入.
const IMPORTER: &str = "desk: importer";
/// Every manager who is signed in.
const ANY: &str = "desk: reviewer+importer+publisher+unit_admin+system_admin";

/// At the counter.
const CLERKS: &str = "desk: reviewer";

fn lines(work: &Casework) -> Vec<Line> {
    let pages = Pages::new(std::sync::Arc::clone(&work.office.app.app));
    let all = access_lines(&pages).into_iter();
    all.filter(|line| line.path.starts_with("/console"))
        .collect()
}

#[tokio::test]
async fn every_route_of_the_console_stands_in_the_matrix() {
    let work = Casework::open().await;
    let mut found: Vec<String> = lines(&work)
        .iter()
        .map(|line| format!("{} {} {}", line.method, line.path, word(line.access)))
        .collect();
    found.sort();
    let mut known: Vec<String> = MATRIX
        .iter()
        .map(|(method, path, access)| format!("{method} {path} {access}"))
        .collect();
    known.sort();
    assert_eq!(found, known, "a route came, went, or is for others now");
}

#[tokio::test]
async fn every_route_of_the_console_lets_in_whom_it_is_for_and_nobody_else() {
    let work = Casework::open().await;
    let lines = lines(&work);
    let (mut lawyer, _account) = work.phone("f1", "u-1", "lawyer").await;
    for line in lines.iter().filter(|line| line.access != Access::Everyone) {
        let what = format!("{} {}", line.method, line.path);
        let mut nobody = Browser::of(&work.origin, "f3");
        for who in [&mut nobody, &mut lawyer] {
            let page = ask(who, line).await;
            match line.method {
                Method::GET => assert_eq!(page.location, "/console/sign-in", "{what}"),
                _ => assert_eq!(page.status, 403, "{what}"),
            }
        }
    }
    for duty in Duty::ALL {
        let mut clerk = work.clerk(&format!("only-{duty:?}"), duty.as_str()).await;
        for line in &lines {
            let Access::Desk(duties) = line.access else {
                continue;
            };
            let what = format!("{} {} as {duty:?}", line.method, line.path);
            let before = world(&work);
            let page = ask(&mut clerk.browser, line).await;
            let is_refused = page.body.contains("没有这项权限");
            assert_eq!(
                is_refused,
                !duties.contains(&duty),
                "{what}: {}",
                page.status
            );
            assert!(page.status < 500, "{what}: {}", page.status);
            if is_refused {
                assert_eq!(page.status, 403, "{what}");
            }
            if line.path.contains('{') {
                let path = address(line);
                assert!(
                    page.status >= 300,
                    "{what}: nobody has {path}, yet {}",
                    page.status
                );
            }
            if line.method == Method::POST {
                assert_eq!(
                    world(&work),
                    before,
                    "{what}: a form without its token had an effect"
                );
            }
        }
    }
}
