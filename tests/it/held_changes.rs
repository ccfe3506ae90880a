//! A lawyer who is audited anew hears nothing of cases meanwhile, and once of each case afterwards (requirements §1.15).

use jianxin::domain::ids::OpenId;
use jianxin::service::decisions::{Verdict, registration};
use jianxin::service::{held_changes, notice_page};
use serde_json::{Value, json};

use crate::support::NOW_MS;
use crate::support::office::{Office, UNIT, openid};
use crate::support::queue::{registers, reviewer, target};

const NUMBER_A: &str = "湘检受[2026]43010000011号";
const NUMBER_B: &str = "湘检受[2026]43010000012号";
const NOTICES: &str = "SELECT fields FROM pushes WHERE kind = 'case_progress_changed' ORDER BY id";
const PAGES: &str = "SELECT public_id FROM pushes WHERE kind = 'case_progress_changed' ORDER BY id";

/// The upstream site says that a case of `u1` moved.
async fn moves(office: &Office, key: &str, number: &str, (field, old, new): (&str, &str, &str)) {
    let data = json!({
        "unit_code": UNIT, "accounts": ["u1"], "case_number": number, "case_name": "植入一案",
        "changes": [{ "field": field, "old": old, "new": new }],
    });
    office.tell(key, "case_progress_changed", data).await;
}

async fn sweep(office: &Office) -> usize {
    held_changes::run(&office.app.app).await.unwrap()
}

/// The lawyer `u1` changed the registration, and the office has not answered yet.
async fn audited() -> Office {
    let office = Office::open().await;
    office.linked("u1", "lawyer").await;
    registers(&office, "LS-1", "u1", true).await;
    office
}

/// A manager of their own decides each application.
async fn answer(office: &Office, number: &str, verdict: Verdict) {
    let manager = reviewer(office, &format!("m-{number}")).await;
    let done = registration::review(&office.app.app, &manager, target(office, number), verdict);
    done.await.unwrap();
}

fn said(office: &Office) -> Vec<(String, String)> {
    let field = |fields: &Value, name: &str| fields[name].as_str().unwrap().to_owned();
    let fields = office.rows(NOTICES);
    let fields = fields
        .iter()
        .map(|text| serde_json::from_str(text).unwrap());
    fields
        .map(|fields: Value| (field(&fields, "case"), field(&fields, "change")))
        .collect()
}

#[tokio::test]
async fn what_happened_meanwhile_is_told_once_a_case_after_the_approval() {
    let office = audited().await;
    moves(&office, "a", NUMBER_A, ("stage", "审查起诉", "提起公诉")).await;
    moves(&office, "b", NUMBER_B, ("stage", "审查逮捕", "审查起诉")).await;
    moves(&office, "c", NUMBER_A, ("stage", "提起公诉", "一审")).await;
    // What nobody is told of is not told later either; what came and went is no news.
    moves(&office, "d", NUMBER_B, ("handler", "甲", "乙")).await;
    let other = "湘检受[2026]43010000013号";
    moves(&office, "e", other, ("stage", "一审", "二审")).await;
    moves(&office, "f", other, ("stage", "二审", "一审")).await;
    assert_eq!((sweep(&office).await, said(&office).len()), (0, 0));
    answer(&office, "LS-1", Verdict::Approve).await;
    assert_eq!(sweep(&office).await, 2);
    assert_eq!(
        said(&office),
        [
            ("****0011".to_owned(), "资料审核期间有2次更新".to_owned()),
            ("****0012".to_owned(), "程序信息更新".to_owned()),
        ]
    );
    let page = office.rows(PAGES).remove(0);
    let person = OpenId::new(openid("u1"));
    let page = notice_page::of(&office.app.app, &person, &page)
        .await
        .unwrap();
    let steps: Vec<_> = page
        .changes
        .iter()
        .map(|one| (one.old.as_deref(), one.new.as_deref()))
        .collect();
    assert_eq!(page.case_number.as_deref(), Some(NUMBER_A));
    assert_eq!(steps, [(Some("审查起诉"), Some("一审"))]);
    assert_eq!(sweep(&office).await, 0);
    // From now on everything is told at once.
    moves(&office, "g", NUMBER_A, ("stage", "一审", "二审")).await;
    assert_eq!((sweep(&office).await, said(&office).len()), (0, 3));
}

#[tokio::test]
async fn who_is_refused_waits_on_and_whose_mandate_ended_hears_nothing() {
    let office = audited().await;
    moves(&office, "a", NUMBER_A, ("stage", "审查起诉", "提起公诉")).await;
    moves(&office, "b", NUMBER_B, ("stage", "审查起诉", "提起公诉")).await;
    answer(&office, "LS-1", Verdict::Reject("照片不清".to_owned())).await;
    assert_eq!(sweep(&office).await, 0);
    registers(&office, "LS-2", "u1", true).await;
    // The case came with an import, and the lawyer is not bound to it (any more).
    office.app.database.execute(&format!(
        "INSERT INTO cases (id, public_id, unified_number, department_number, unit_id, name, category, accepted_at, version, created_at, updated_at)
         VALUES (1, 'c1', 'T1', '{NUMBER_B}', '{UNIT}', '植入一案', '一审公诉', {NOW_MS}, 1, {NOW_MS}, {NOW_MS})"
    ));
    answer(&office, "LS-2", Verdict::Approve).await;
    assert_eq!(sweep(&office).await, 1);
    assert_eq!(
        said(&office),
        [("****0011".to_owned(), "程序信息更新".to_owned())]
    );
    assert_eq!(sweep(&office).await, 0);
}

#[tokio::test]
async fn two_processes_tell_once() {
    let office = audited().await;
    moves(&office, "a", NUMBER_A, ("stage", "审查起诉", "提起公诉")).await;
    answer(&office, "LS-1", Verdict::Approve).await;
    let told = tokio::join!(sweep(&office), sweep(&office));
    assert_eq!(told.0 + told.1, 1);
    assert_eq!(said(&office).len(), 1);
}
