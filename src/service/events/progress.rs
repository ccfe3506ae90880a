//! A case moved.

use serde_json::json;

use super::apply::{Cause, account, unit};
use crate::app::App;
use crate::domain::event::{CaseProgressChanged, Change};
use crate::domain::notice::Kind;
use crate::service::case_notices::{self, News};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::store::Conn;
use crate::store::accounts::Account;

pub(super) fn progress_changed(
    c: &mut Conn,
    app: &App,
    said: &CaseProgressChanged,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let unit_id = unit(app, &said.unit_code, "data/unit_code")?;
    let mut told: Vec<Account> = Vec::new();
    for (at, external_id) in said.accounts.iter().enumerate() {
        let field = format!("data/accounts/{at}");
        let account = account(c, external_id, &field)?;
        if account.role == "manager" {
            return Err(RecordError::bad(
                &field,
                "belongs to a manager; cases belong to lawyers and parties",
            ));
        }
        if told.iter().any(|other| other.id == account.id) {
            return Err(RecordError::bad(&field, "appears twice; send it once"));
        }
        told.push(account);
    }
    // Links are locked in the order of their keys wherever several are.
    told.sort_by_key(|account| account.id);
    let news = News {
        unit_id: &unit_id,
        case_number: &said.case_number,
        case_name: said.case_name.as_deref(),
        changes: json!(said.changes),
        at: cause.at,
        cause: &cause.key,
        is_watched: said.changes.iter().any(Change::is_watched),
    };
    for account in &told {
        if let Some(reached) = case_notices::tell(c, app, &news, account)? {
            effects.add(Kind::CaseProgressChanged, reached);
        }
    }
    Ok(())
}
