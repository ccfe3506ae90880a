//! What waits for a decision, for the system that decides.

use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::service::error::ServiceError;
use crate::store::accounts::Account;
use crate::store::applications::{self as table, Application};
use crate::store::{Conn, StoreError};

/// Applications of one answer.
pub const PAGE: i64 = 200;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only these; `None`: all.
    pub kind: Option<ApplicationKind>,
    /// Only this procuratorate's, by its `unit_id`.
    pub unit_id: Option<String>,
    /// The number of the last application of the answer before.
    pub after: Option<String>,
}

/// The applications that wait, in the order they came, at most [`PAGE`].
///
/// # Errors
/// [`ServiceError::NotFound`] when no application has the number of `after`; when the database does not answer.
pub async fn list(app: &App, wanted: Wanted) -> Result<Vec<(Application, Account)>, ServiceError> {
    let found = app.db.read(move |c| load(c, &wanted)).await?;
    found.ok_or(ServiceError::NotFound)
}

fn load(c: &mut Conn, wanted: &Wanted) -> Result<Option<Vec<(Application, Account)>>, StoreError> {
    let after = match &wanted.after {
        None => 0,
        Some(number) => match table::by_external_id(c, number)? {
            Some(application) => application.id,
            None => return Ok(None),
        },
    };
    let kind = wanted.kind.map(ApplicationKind::as_str);
    let which = (kind, wanted.unit_id.as_deref());
    Ok(Some(table::waiting(c, which, after, PAGE)?))
}
