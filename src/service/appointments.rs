//! 预约: what 辩护人 and 诉讼代理人 ask the handling unit for, and what it answers, item by item.

mod ask;

use std::sync::Arc;

use serde::Deserialize;

use crate::app::App;
use crate::domain::notice::Item;
use crate::service::attachments::{self, Shown};
use crate::service::bindings::{contact, full_name};
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::applications::{self as table, Application};

pub use ask::{Asked, Wanted, submit, withdraw};

/// The kind of application.
const KIND: &str = "appointment";
/// The state of one that was taken back.
pub const WITHDRAWN: &str = "withdrawn";

/// How far the answers are (R-7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// 未处理.
    Open,
    /// 部分处理.
    Partly,
    /// 已处理.
    Done,
    /// 已撤回.
    Withdrawn,
}

/// An item and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// What was asked for.
    pub item: Item,
    /// The answer.
    pub reply: Option<Reply>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reply {
    /// The word of the item.
    pub item: String,
    /// `agreed`, `refused` or `other`.
    pub decision: String,
    /// Words for the applicant.
    pub opinion: Option<String>,
    /// Milliseconds UTC; `None`: from a time when days were not kept.
    pub replied_at: Option<i64>,
}

/// An appointment.
#[derive(Clone)]
pub struct Appointment {
    /// The application.
    pub application: Application,
    /// 案件名称.
    pub case_name: String,
    /// 案件号码.
    pub case_number: String,
    /// 申请人身份.
    pub identity: String,
    /// Words of the applicant.
    pub remark: String,
    /// The remark on the whole.
    pub answer: String,
    /// The items.
    pub items: Vec<ItemRow>,
    /// How far it is.
    pub progress: Progress,
    /// The unit's full name.
    pub unit_name: String,
    /// The same, and whom one calls there.
    pub unit_contact: String,
    /// 附件; not in lists.
    pub files: Vec<Shown>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    items: Vec<String>,
    case_name: Option<String>,
    case_number: Option<String>,
    identity: Option<String>,
    remark: Option<String>,
    replies: Vec<Reply>,
    answer_remark: Option<String>,
}

/// The items of the form; 会见 and 变更强制措施 only where the configuration says so (R-3.19).
pub fn offered(app: &App) -> Vec<Item> {
    let extra = app.settings.applications.extra_items;
    let all = Item::ALL.into_iter();
    all.filter(|item| extra || !matches!(item, Item::Meeting | Item::MeasureChange))
        .collect()
}

/// Those of an account, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &Arc<App>,
    account_id: i64,
    states: &'static [&'static str],
    range: (i64, i64),
) -> Result<Vec<Appointment>, ServiceError> {
    let read = app.db.read(move |c| -> Result<_, StoreError> {
        Ok(table::list_of_account(c, account_id, KIND, states, range)?)
    });
    let found = read.await?.into_iter();
    Ok(found.map(|one| filled(app, one)).collect())
}

/// One of an account.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not this account's.
pub async fn one(
    app: &Arc<App>,
    account_id: i64,
    public_id: &str,
) -> Result<Appointment, ServiceError> {
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let read = app.db.read(move |c| -> Result<_, StoreError> {
        let Some(found) = table::of_account(c, account_id, KIND, &public_id)? else {
            return Ok(None);
        };
        let files = attachments::of_application(c, &desk, found.id).unwrap_or_default();
        Ok(Some((found, files)))
    });
    let (found, files) = read.await?.ok_or(ServiceError::NotFound)?;
    Ok(Appointment {
        files,
        ..filled(app, found)
    })
}

pub(in crate::service) fn filled(app: &App, application: Application) -> Appointment {
    let details: Details = serde_json::from_str(&application.details).unwrap_or_default();
    let items = rows(&details);
    Appointment {
        progress: progress(&application.state, &items),
        unit_name: full_name(app, &application.unit_id),
        unit_contact: contact(app, &application.unit_id),
        case_name: details.case_name.unwrap_or_default(),
        case_number: details.case_number.unwrap_or_default(),
        identity: details.identity.unwrap_or_default(),
        remark: details.remark.unwrap_or_default(),
        answer: details.answer_remark.unwrap_or_default(),
        items,
        application,
        files: Vec::new(),
    }
}

fn rows(details: &Details) -> Vec<ItemRow> {
    let row = |word: &String| {
        Some(ItemRow {
            item: Item::parse(word)?,
            reply: details
                .replies
                .iter()
                .find(|reply| reply.item == *word)
                .cloned(),
        })
    };
    // One that was answered without being asked for here (it came through the interface) is shown too.
    let answered = details.replies.iter().map(|reply| &reply.item);
    let unasked = answered.filter(|word| !details.items.contains(word));
    details
        .items
        .iter()
        .chain(unasked)
        .filter_map(row)
        .collect()
}

fn progress(state: &str, items: &[ItemRow]) -> Progress {
    let replied = items.iter().filter(|row| row.reply.is_some()).count();
    match state {
        WITHDRAWN => Progress::Withdrawn,
        "answered" => Progress::Done,
        _ if replied == 0 => Progress::Open,
        _ if replied < items.len() => Progress::Partly,
        _ => Progress::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_follows_from_the_items() {
        let read = |replies: &str, state: &str| {
            let text = format!(r#"{{"items":["reading","opinion"],"replies":[{replies}]}}"#);
            let details: Details = serde_json::from_str(&text).unwrap();
            progress(state, &rows(&details))
        };
        let one = r#"{"item":"reading","decision":"agreed"}"#;
        let both = format!(r#"{one},{{"item":"opinion","decision":"refused","replied_at":7}}"#);
        assert_eq!(read("", "pending"), Progress::Open);
        assert_eq!(read(one, "partly_answered"), Progress::Partly);
        assert_eq!(read(&both, "partly_answered"), Progress::Done);
        assert_eq!(read(one, "answered"), Progress::Done);
        assert_eq!(read("", "withdrawn"), Progress::Withdrawn);
    }
}
