//! Case managers who decide, and what waits for them; without a browser.

use jianxin::domain::desk::{Duties, Duty};
use jianxin::service::decisions::{Target, Verdict};
use jianxin::service::desk::Manager;
use jianxin::store::StoreError;
use jianxin::store::accounts::{self, Account};
use serde_json::json;

use super::office::{Office, UNIT};

/// A reviewer of the unit, without a follower.
pub(crate) async fn reviewer(office: &Office, id: &str) -> Manager {
    reviewer_of(office, id, UNIT).await
}

/// A reviewer of any unit, whose name is the id.
pub(crate) async fn reviewer_of(office: &Office, id: &str, unit_id: &str) -> Manager {
    let account = office.account(id, "manager").await;
    let account = Account {
        unit_id: unit_id.to_owned(),
        display_name: id.to_owned(),
        ..account
    };
    let row = account.clone();
    let done = office.app.app.db.write(move |c| -> Result<_, StoreError> {
        assert!(accounts::update(c, &row)?);
        Ok(())
    });
    done.await.unwrap();
    Manager {
        account: Account {
            version: account.version + 1,
            ..account
        },
        duties: Duties::of(&[Duty::Reviewer]),
        factor_at: None,
    }
}

/// An application as the page shows it now.
pub(crate) fn target(office: &Office, number: &str) -> Target {
    let sql = |column: &str| {
        let sql = format!("SELECT {column} FROM applications WHERE external_id = '{number}'");
        office.rows(&sql).remove(0)
    };
    Target {
        public_id: sql("public_id"),
        version: sql("CAST(version AS TEXT)").parse().unwrap(),
        take_over: false,
    }
}

/// A lawyer asks for a case through the upstream site.
pub(crate) async fn asks_binding(office: &Office, number: &str, account: &str) {
    let data = json!({
        "application": number, "account": account, "unit_code": UNIT,
        "case_name": "张某某故意伤害案", "applicant_role": "defender",
    });
    office
        .tell(&format!("b-{number}"), "binding_submitted", data)
        .await;
}

/// A lawyer registers through the upstream site.
pub(crate) async fn registers(office: &Office, number: &str, account: &str, is_change: bool) {
    let digits = account
        .bytes()
        .fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 1_000_000);
    let data = json!({
        "application": number, "account": account, "unit_code": UNIT, "is_change": is_change,
        "lawyer": { "login_name": format!("160799{digits:06}"), "display_name": "李明", "phone": "13800001111" },
    });
    let key = format!("r-{number}-{is_change}");
    office.tell(&key, "registration_submitted", data).await;
}

/// Somebody asks for an appointment through the upstream site.
pub(crate) async fn asks_appointment(office: &Office, number: &str, account: &str) {
    let data = json!({
        "application": number, "account": account, "unit_code": UNIT, "case_name": "张某某故意伤害案",
        "items": ["reading", "opinion", "other"],
    });
    office
        .tell(&format!("a-{number}"), "appointment_submitted", data)
        .await;
}

/// Somebody forgot the password.
pub(crate) async fn asks_reset(office: &Office, number: &str, account: &str) {
    let data = json!({ "application": number, "account": account, "unit_code": UNIT });
    office
        .tell(&format!("p-{number}"), "password_reset_requested", data)
        .await;
}

/// A refusal.
pub(crate) fn because() -> Verdict {
    Verdict::Reject("请重新上传居民身份证的图片。".to_owned())
}

/// How often a manager did this, as the audit has it.
pub(crate) fn audited(office: &Office, action: &str, manager: &Manager) -> usize {
    office.count(&format!(
        "SELECT count(*) FROM audit WHERE action = '{action}' AND actor = '{}'",
        manager.actor()
    ))
}
