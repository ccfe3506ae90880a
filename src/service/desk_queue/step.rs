//! From one case to the next.

use std::sync::Arc;

use super::list::{self, Asked, Row, View};
use super::{Queue, calls, reviewer};
use crate::app::App;
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::store::application_hands::Hands;
use crate::store::{StoreError, accounts, desk_applications, desk_phone_tasks};

/// What comes after one that was just decided: the next of the same part, or its first one.
///
/// # Errors
/// When the database does not answer.
pub async fn next(
    app: &Arc<App>,
    manager: &Manager,
    mut asked: Asked,
    after: &str,
) -> Result<Option<String>, ServiceError> {
    reviewer(manager)?;
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), after.to_owned());
    let found = app.db.read(move |c| -> Result<_, StoreError> {
        // What is decided is looked through, not worked through.
        if asked.view == View::Done {
            return Ok(None);
        }
        asked.after = Some(id.clone());
        let behind = list::load(c, &desk, &manager, &asked, 1)?;
        if let Some(row) = behind.rows.into_iter().next() {
            return Ok(Some(row.public_id));
        }
        asked.after = None;
        let first = list::load(c, &desk, &manager, &asked, 2)?;
        let mut others = first.rows.into_iter().filter(|row| row.public_id != id);
        Ok(others.next().map(|row| row.public_id))
    });
    Ok(found.await?)
}

/// One of the unit as it stands in the list, to say what was just done; nothing of another unit.
///
/// # Errors
/// When the database does not answer.
pub async fn brief(
    app: &Arc<App>,
    manager: &Manager,
    queue: Queue,
    public_id: &str,
) -> Result<Option<Row>, ServiceError> {
    reviewer(manager)?;
    let (desk, scope, id) = (Arc::clone(app), manager.scope(), public_id.to_owned());
    let found = app.db.read(move |c| -> Result<_, StoreError> {
        let app = &*desk;
        let Some(kind) = queue.kind() else {
            let Some(task) = desk_phone_tasks::one(c, &scope, &id)? else {
                return Ok(None);
            };
            let account = accounts::by_id(c, task.account_id)?;
            return Ok(
                account.map(|account| calls::row(app, (&task, &account), (0, i64::MAX), &[]))
            );
        };
        let found = desk_applications::one(c, &scope, &id)?.filter(|one| one.kind == kind.as_str());
        let Some(one) = found else {
            return Ok(None);
        };
        let account = accounts::by_id(c, one.account_id)?;
        let nobody = (Hands::default(), (0, 0));
        Ok(account.map(|account| list::row(app, queue, (&one, &account), nobody.0, nobody.1, &[])))
    });
    Ok(found.await?)
}
