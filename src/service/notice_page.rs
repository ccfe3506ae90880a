//! What stands behind a notice: for the person it was sent to, and what a push must not say (decision 15).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::App;
use crate::domain::ids::{OpenId, UnitId};
use crate::domain::notice::Kind;
use crate::service::audit::{audit_entry, write_down};
use crate::service::error::ServiceError;
use crate::store::pushes_page as table;
use crate::store::{Conn, StoreError, accounts};

/// Length of the public id of a notice: hexadecimal digits.
const PUBLIC_ID_LEN: usize = 32;

/// A notice and what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticePage {
    /// Which of the nine.
    pub kind: Kind,
    /// Logical field to value, as it was sent.
    pub fields: BTreeMap<String, String>,
    /// The procuratorate's full name.
    pub unit_name: String,
    /// Milliseconds UTC of the notice.
    pub created_at: i64,
    /// Why an application was not granted.
    pub reason: Option<String>,
    /// The replies to an appointment.
    pub replies: Vec<Reply>,
    /// A remark on all of them.
    pub remark: Option<String>,
    /// 部门受案号, for a change of a case.
    pub case_number: Option<String>,
    /// The case's name.
    pub case_name: Option<String>,
    /// What changed in the case.
    pub changes: Vec<CaseChange>,
}

/// The reply to one item of an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reply {
    /// The word of the item, such as `reading`.
    pub item: String,
    /// `agreed`, `refused` or `other`.
    pub decision: String,
    /// Words for the applicant.
    pub opinion: Option<String>,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CaseChange {
    /// The word of the field, such as `stage`.
    pub field: String,
    /// Before; `None`: there was nothing.
    pub old: Option<String>,
    /// After; `None`: there is nothing any more.
    pub new: Option<String>,
}

/// Whether a text has the form of a notice's public id.
pub fn is_public_id(text: &str) -> bool {
    text.len() == PUBLIC_ID_LEN
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The notice with this public id, for the person who looks.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is none, it went to somebody else, or the account it speaks of is no longer
/// linked to this person.
pub async fn of(app: &App, openid: &OpenId, public_id: &str) -> Result<NoticePage, ServiceError> {
    if !is_public_id(public_id) {
        return Err(ServiceError::NotFound);
    }
    let hash = app.person_hash(openid.as_str());
    let (public_id, looked_at) = (public_id.to_owned(), public_id.to_owned());
    let found = app
        .db
        .read(move |c| -> Result<_, StoreError> {
            let Some(notice) = table::notice_of(c, &public_id, &hash)? else {
                return Ok(None);
            };
            let Some(kind) = Kind::parse(&notice.kind) else {
                return Ok(None);
            };
            let mut page = NoticePage {
                kind,
                fields: fields_of(&notice.fields),
                unit_name: String::new(),
                created_at: notice.created_at,
                reason: None,
                replies: Vec::new(),
                remark: None,
                case_number: None,
                case_name: None,
                changes: Vec::new(),
            };
            if let Some(account) = notice.account_id {
                add_subject(c, &mut page, account)?;
            }
            Ok(Some((page, notice.unit_id)))
        })
        .await?;
    let (mut page, unit) = found.ok_or(ServiceError::NotFound)?;
    if !page.changes.is_empty() {
        look(app, openid, &looked_at).await?;
    }
    let book = app.units();
    let unit = UnitId::new(unit);
    page.unit_name = book
        .tree
        .get(&unit)
        .map_or_else(|| unit.as_str().to_owned(), |unit| unit.name.clone());
    Ok(page)
}

/// Every look at a case's data is written down (R-I.10), and nothing is shown when that fails.
async fn look(app: &App, openid: &OpenId, public_id: &str) -> Result<(), ServiceError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        format!("follower:{}", app.person_hash(openid.as_str())),
        "case.change_viewed",
        format!("push:{public_id}"),
    );
    write_down(app, entry).await?;
    Ok(())
}

/// Adds what the notice is about, which its field `subject` names: `application:ID` or `case_change:ID`. Only what belongs
/// to the receiver's account: a manager is told that there is something to do, not what stands in it.
fn add_subject(c: &mut Conn, page: &mut NoticePage, account: i64) -> Result<(), StoreError> {
    let Some(subject) = page.fields.remove("subject") else {
        return Ok(());
    };
    match subject.split_once(':') {
        Some(("application", id)) => {
            if let Some(decision) = table::decision(c, account, id)? {
                let mut details = object(&decision.details);
                page.reason = decision.reason;
                page.replies = list(details.remove("replies"));
                page.remark = text(details.remove("answer_remark"));
            }
        }
        Some(("case_change", id)) => {
            // Who is not approved (any more) sees no case, by whatever way.
            let account_now = accounts::by_id(c, account)?;
            let may_see = account_now.is_some_and(|account| account.state == "active");
            if !may_see {
                return Ok(());
            }
            let mut all = Vec::new();
            for change in table::changes(c, account, id)? {
                let mut said = object(&change.changes);
                page.case_name = text(said.remove("case_name"));
                page.case_number = Some(change.case_number);
                all.push(change.changes);
            }
            page.changes = as_one(all.iter().map(String::as_str));
        }
        _ => {}
    }
    Ok(())
}

/// Changes one after the other as one step, from what stood before the first to what stands after the last. Of two persons
/// of a case the values tell whose they are, so what is continued is found by its value.
pub(super) fn as_one<'a>(stored: impl Iterator<Item = &'a str>) -> Vec<CaseChange> {
    let mut all: Vec<CaseChange> = Vec::new();
    let steps = stored.flat_map(|json| list::<CaseChange>(object(json).remove("changes")));
    for step in steps {
        let before = all
            .iter_mut()
            .find(|before| before.field == step.field && before.new == step.old);
        match before {
            Some(before) => before.new = step.new,
            None => all.push(step),
        }
    }
    all.retain(|one| one.old != one.new);
    all
}

fn object(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The members that have the expected form.
fn list<T: DeserializeOwned>(value: Option<Value>) -> Vec<T> {
    match value {
        Some(Value::Array(list)) => list
            .into_iter()
            .filter_map(|one| serde_json::from_value(one).ok())
            .collect(),
        _ => Vec::new(),
    }
}

/// The texts of a JSON object; whatever else stands in it is left out.
fn fields_of(json: &str) -> BTreeMap<String, String> {
    object(json)
        .into_iter()
        .filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(number) => Some((name, number.to_string())),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_and_what_is_not_understood_is_left_out() {
        let fields = fields_of(r#"{"unit":"长沙市院","pending":12,"x":null,"y":[1]}"#);
        assert_eq!(fields.len(), 2);
        assert_eq!(fields["pending"], "12");
        assert!(fields_of("[]").is_empty() && fields_of("").is_empty());
        let changes = r#"[{"field":"stage","old":"审查起诉","new":"提起公诉"},{"field":"due_date","new":"2026-12-01"},{"no":1}]"#;
        let changes: Vec<CaseChange> = list(serde_json::from_str(changes).ok());
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[1].old, None);
        assert!(list::<Reply>(Some(Value::Null)).is_empty() && list::<Reply>(None).is_empty());
        assert_eq!(text(Some(Value::String(String::new()))), None);
    }

    #[test]
    fn steps_of_a_case_become_one() {
        let step = |field: &str, old: Option<&str>, new: Option<&str>| CaseChange {
            field: field.to_owned(),
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
        };
        let stored = [
            r#"{"changes":[{"field":"stage","old":"张某：一审","new":"张某：二审"},
                           {"field":"stage","old":"李某：一审","new":"李某：二审"},{"field":"outcome","new":"起诉"}]}"#,
            r#"{"changes":[{"field":"stage","old":"张某：二审","new":"张某：再审"},{"field":"outcome","old":"起诉"},
                           {"field":"department","old":"一部","new":"二部"}]}"#,
        ];
        let expected = vec![
            step("stage", Some("张某：一审"), Some("张某：再审")),
            step("stage", Some("李某：一审"), Some("李某：二审")),
            step("department", Some("一部"), Some("二部")),
        ];
        assert_eq!(as_one(stored.into_iter()), expected);
        assert!(as_one(["{}", "", "[1]"].into_iter()).is_empty());
    }

    #[test]
    fn only_hexadecimal_digits_are_a_public_id() {
        assert!(is_public_id("0123456789abcdef0123456789abcdef"));
        for text in [
            "",
            "0123456789abcdef",
            "0123456789ABCDEF0123456789ABCDEF",
            "0123456789abcdef0123456789abcde/",
        ] {
            assert!(!is_public_id(text), "{text}");
        }
    }
}
