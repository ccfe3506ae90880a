//! Telling somebody that a case moved: the snapshot that the page shows, and the notice that leads to it.

use serde_json::{Value, json};

use crate::app::{App, random_hex};
use crate::domain::event::hash;
use crate::domain::notice::{Fields, Kind, mask_case_number};
use crate::domain::shanghai;
use crate::service::applications;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice, Reached};
use crate::store::Conn;
use crate::store::accounts::Account;
use crate::store::case_changes::{self, CaseChange};

/// What is told.
pub struct News<'a> {
    /// The unit that handles the case.
    pub unit_id: &'a str,
    /// 部门受案号.
    pub case_number: &'a str,
    /// 案件名称.
    pub case_name: Option<&'a str>,
    /// A list of objects with `field`, `old` and `new`.
    pub changes: Value,
    /// Milliseconds UTC.
    pub at: i64,
    /// What caused it; an account is told once.
    pub cause: &'a str,
    /// Whether a notice goes out, or the change only stands on the page of the case.
    pub is_watched: bool,
}

/// Tells one account, in the caller's transaction.
///
/// # Errors
/// When a value does not fit, or the database refuses.
pub fn tell(
    c: &mut Conn,
    app: &App,
    news: &News<'_>,
    account: &Account,
) -> Result<Option<Reached>, RecordError> {
    let now = app.clock.now_ms();
    let change = CaseChange {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        account_id: account.id,
        unit_id: news.unit_id.to_owned(),
        case_number: news.case_number.to_owned(),
        changes: json!({ "case_name": news.case_name, "changes": news.changes }).to_string(),
        changed_at: news.at,
        created_at: now,
        held: news.is_watched && notices::is_frozen(account),
        told_with: None,
    };
    case_changes::insert(c, &change)?;
    if !news.is_watched || change.held {
        return Ok(None);
    }
    let notice = notice(app, &change, 1, news.cause.to_owned());
    notices::to_account(c, app, &notice, account, None).map(Some)
}

/// The notice that leads to a change, the newest of so many of its case.
pub(super) fn notice(app: &App, change: &CaseChange, many: usize, cause: String) -> Notice {
    // At most 20 characters.
    let what = match many {
        1 => "程序信息更新".to_owned(),
        many => format!("资料审核期间有{many}次更新"),
    };
    let fields = Fields::from(
        [
            ("case", mask_case_number(&change.case_number)),
            ("change", what),
            ("unit", applications::unit_name(app, &change.unit_id)),
            ("time", shanghai::minute_text(change.changed_at)),
            ("hint", "请点击查看详情".to_owned()),
            ("subject", format!("case_change:{}", change.public_id)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    Notice {
        kind: Kind::CaseProgressChanged,
        unit_id: change.unit_id.clone(),
        fields,
        cause,
        order_key: Some(hash(&format!(
            "{}:{}",
            change.account_id, change.case_number
        ))),
    }
}
