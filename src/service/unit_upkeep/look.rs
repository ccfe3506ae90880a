//! What the page of a unit shows, and what waits for its day.

use crate::app::App;
use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;
use crate::service::error::ServiceError;
use crate::store::unit_changes::{self, Change};
use crate::store::{StoreError, unit_details};

/// Rows of a unit's history on its page.
const HISTORY: i64 = 100;

/// A unit for its page.
#[derive(Clone, Debug)]
pub struct UnitView {
    /// The unit.
    pub unit: Procuratorate,
    /// Its superiors, nearest first: id and name.
    pub above: Vec<(String, String)>,
    /// What lies directly below: id and name.
    pub below: Vec<(String, String)>,
    /// Aliases that were added by hand.
    pub added: Vec<String>,
    /// Whom users call.
    pub phone: Option<String>,
    /// What became of it, newest first.
    pub history: Vec<Change>,
}

/// One unit, by `unit_id` or any of its codes.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database's.
pub async fn view(app: &App, code: &str) -> Result<UnitView, ServiceError> {
    let book = app.units();
    let unit = book.tree.by_code(code).ok_or(ServiceError::NotFound)?;
    let named = |id: &UnitId| {
        let name = book.tree.get(id).map(|unit| unit.name.clone());
        (id.to_string(), name.unwrap_or_default())
    };
    let above = book.tree.ancestors(&unit.unit_id);
    let below = book.tree.children(&unit.unit_id);
    let id = unit.unit_id.to_string();
    let read = app.db.read(move |c| -> Result<_, StoreError> {
        let history = unit_changes::of_unit(c, &id, HISTORY)?;
        Ok((unit_details::of(c, &id)?, history))
    });
    let (details, history) = read.await?;
    Ok(UnitView {
        unit: unit.clone(),
        above: above.iter().skip(1).map(named).collect(),
        below: below.iter().map(named).collect(),
        added: details.aliases,
        phone: details.phone,
        history,
    })
}

/// All changes that wait for their day, the next first.
///
/// # Errors
/// When the database does not answer.
pub async fn planned(app: &App) -> Result<Vec<Change>, ServiceError> {
    let read = app
        .db
        .read(|c| unit_changes::all_planned(c).map_err(StoreError::from));
    Ok(read.await?)
}
