//! What stands behind a notice: for the person it was sent to, and what a push must not say (decision 15).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::app::App;
use crate::domain::ids::{OpenId, UnitId};
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::pushes_page as table;

/// Length of the public id of a notice: hexadecimal digits.
const PUBLIC_ID_LEN: usize = 32;

/// A notice and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticePage {
    /// The word of its kind, such as `binding_reviewed`.
    pub kind: String,
    /// Logical field to value, as it was sent.
    pub fields: BTreeMap<String, String>,
    /// The procuratorate's full name.
    pub unit_name: String,
    /// Milliseconds UTC of the notice.
    pub created_at: i64,
    /// Why an application was not granted.
    pub reason: Option<String>,
    /// 部门受案号, for a change of a case.
    pub case_number: Option<String>,
    /// What changed in the case.
    pub changes: Vec<CaseChange>,
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
    let public_id = public_id.to_owned();
    let found = app
        .db
        .read(move |c| -> Result<_, StoreError> {
            let Some(notice) = table::notice_of(c, &public_id, &hash)? else {
                return Ok(None);
            };
            let fields = fields_of(&notice.fields);
            let mut page = NoticePage {
                created_at: notice.created_at,
                kind: notice.kind,
                ..NoticePage::default()
            };
            if let Some(account) = notice.account_id {
                // Managers are told that something is to be done; what became of it is for the applicant.
                let number = fields
                    .get("application")
                    .filter(|_| page.kind.ends_with("_reviewed"));
                if let Some(number) = number {
                    page.reason = table::decision(c, account, number)?.and_then(|row| row.reason);
                }
                if page.kind == "case_progress_changed" {
                    let told = table::changes(c, account, &notice.unit_id, notice.created_at)?;
                    let number = fields.get("case").map(String::as_str);
                    if let Some(change) =
                        told.into_iter().find(|one| is_of(&one.case_number, number))
                    {
                        page.changes = changes_of(&change.changes);
                        page.case_number = Some(change.case_number);
                    }
                }
            }
            page.fields = fields;
            Ok(Some((page, notice.unit_id)))
        })
        .await?;
    let (mut page, unit) = found.ok_or(ServiceError::NotFound)?;
    let book = app.units();
    let unit = UnitId::new(unit);
    page.unit_name = book
        .tree
        .get(&unit)
        .map_or_else(|| unit.as_str().to_owned(), |unit| unit.name.clone());
    Ok(page)
}

/// Whether the case number ends with the digits that the notice shows.
fn is_of(case_number: &str, shown: Option<&str>) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    shown.is_none_or(|shown| digits(case_number).ends_with(&digits(shown)))
}

/// The texts of a JSON object; whatever else stands in it is left out.
fn fields_of(json: &str) -> BTreeMap<String, String> {
    let object: serde_json::Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    object
        .into_iter()
        .filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(number) => Some((name, number.to_string())),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        })
        .collect()
}

/// The list of changes: alone, or as the member `changes` of an object.
fn changes_of(json: &str) -> Vec<CaseChange> {
    let list = match serde_json::from_str(json) {
        Ok(Value::Array(list)) => list,
        Ok(Value::Object(mut object)) => match object.remove("changes") {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    list.into_iter()
        .filter_map(|one| serde_json::from_value(one).ok())
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
        let list = r#"[{"field":"stage","old":"审查起诉","new":"提起公诉"},{"field":"due_date","new":"2026-12-01"},{"no":1}]"#;
        let changes = changes_of(list);
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[1].old, None);
        let wrapped = format!(r#"{{"case_name":"张某某故意伤害案","changes":{list}}}"#);
        assert_eq!(changes_of(&wrapped), changes);
        assert!(changes_of("{}").is_empty());
    }

    #[test]
    fn a_case_is_told_from_another_by_the_digits_that_are_shown() {
        let number = "湘检上诉受[2016]43000000031号";
        assert!(is_of(number, Some("****0031")) && is_of(number, None));
        assert!(!is_of(number, Some("****0032")));
    }
}
