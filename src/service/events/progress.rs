//! A case moved.

use serde_json::json;

use super::apply::{Cause, account, unit};
use crate::app::{App, random_hex};
use crate::domain::event::{CaseProgressChanged, hash};
use crate::domain::notice::{Fields, Kind, mask_case_number};
use crate::domain::shanghai;
use crate::service::applications;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice};
use crate::store::Conn;
use crate::store::accounts::Account;
use crate::store::case_changes::{self, CaseChange};

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
    let watched = said.changes.iter().any(|change| change.is_watched());
    let now = app.clock.now_ms();
    // Links are locked in the order of their keys wherever several are.
    told.sort_by_key(|account| account.id);
    for account in &told {
        let change = CaseChange {
            id: app.ids.next(now),
            public_id: random_hex::<16>(),
            account_id: account.id,
            unit_id: unit_id.clone(),
            case_number: said.case_number.clone(),
            changes: json!({ "case_name": said.case_name, "changes": said.changes }).to_string(),
            changed_at: cause.at,
            created_at: now,
        };
        case_changes::insert(c, &change)?;
        if !watched {
            continue;
        }
        let fields = Fields::from(
            [
                ("case", mask_case_number(&said.case_number)),
                ("change", "程序信息更新".to_owned()),
                ("unit", applications::unit_name(app, &unit_id)),
                ("time", shanghai::minute_text(cause.at)),
                ("hint", "请点击查看详情".to_owned()),
                ("subject", format!("case_change:{}", change.public_id)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let notice = Notice {
            kind: Kind::CaseProgressChanged,
            unit_id: unit_id.clone(),
            fields,
            cause: cause.key.clone(),
            order_key: Some(hash(&format!("{}:{}", account.id, said.case_number))),
        };
        let reached = notices::to_account(c, app, &notice, account, None)?;
        effects.add(notice.kind, reached);
    }
    Ok(())
}
