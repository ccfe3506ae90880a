//! Reading publications: the newest of the country, of a unit, of a subtree, of followed units, and one by its address.

use crate::app::App;
use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::domain::units::UnitTree;
use crate::service::error::ServiceError;
use crate::store::publications::{self as table, Listed, Place, Row, Scope};
use crate::store::{Conn, StoreError};

/// How many items an answer in the chat has (manual 1 §10).
pub const LATEST: usize = 5;

/// What the newest of one unit are: its own, filled from below when there are fewer than five (decision 6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfUnit {
    /// Newest first: the unit's own, then those of its subordinates.
    pub items: Vec<Listed>,
    /// How many of them are the unit's own.
    pub own: usize,
}

/// The part of the hierarchy that a unit with all below it is.
pub fn subtree_scope(tree: &UnitTree, unit: &UnitId) -> Scope {
    match tree.ancestors(unit).len() {
        0 | 1 => Scope::All,
        2 => Scope::First(unit.as_str().to_owned()),
        3 => Scope::Second(unit.as_str().to_owned()),
        // Nothing is below the fourth step; `import units` refuses deeper trees.
        _ => Scope::Own(unit.as_str().to_owned()),
    }
}

/// The ancestors one and two steps below the root under which a unit's publications are filed.
pub fn filing_scopes(tree: &UnitTree, unit: &UnitId) -> (Option<String>, Option<String>) {
    let mut path: Vec<UnitId> = tree.ancestors(unit);
    path.reverse();
    let step = |n: usize| path.get(n).map(|id| id.as_str().to_owned());
    (step(1), step(2))
}

/// The newest of the whole country.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(app: &App, kind: PublicationKind) -> Result<Vec<Listed>, ServiceError> {
    page(app, kind, Scope::All, None, LATEST).await
}

/// One page of a list, after a place when given.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    app: &App,
    kind: PublicationKind,
    scope: Scope,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<Listed>, ServiceError> {
    let now = app.clock.now_ms();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    app.db
        .read(move |c| {
            table::latest(c, kind.as_str(), &scope, now, after.as_ref(), limit)
                .map_err(StoreError::from)
        })
        .await
        .map_err(ServiceError::from)
}

/// The newest of one unit: own first, then filled from its subtree up to five.
///
/// # Errors
/// When the database does not answer.
pub async fn latest_of_unit(
    app: &App,
    kind: PublicationKind,
    unit: &UnitId,
) -> Result<OfUnit, ServiceError> {
    let book = app.units();
    let own_scope = Scope::Own(unit.as_str().to_owned());
    let below = (!book.tree.children(unit).is_empty()).then(|| subtree_scope(&book.tree, unit));
    let unit = unit.as_str().to_owned();
    let now = app.clock.now_ms();
    app.db
        .read(move |c| -> Result<OfUnit, StoreError> {
            let mut items = table::latest(c, kind.as_str(), &own_scope, now, None, 5)?;
            let own = items.len();
            if own < LATEST
                && let Some(scope) = below
            {
                fill_from_below(c, kind, &scope, &unit, now, &mut items)?;
            }
            Ok(OfUnit { items, own })
        })
        .await
        .map_err(ServiceError::from)
}

/// Adds the newest of the subtree that are not the unit's own. At most four own items can be among the first nine.
fn fill_from_below(
    c: &mut Conn,
    kind: PublicationKind,
    scope: &Scope,
    unit: &str,
    now: i64,
    items: &mut Vec<Listed>,
) -> Result<(), StoreError> {
    let mut below = table::latest(c, kind.as_str(), scope, now, None, 9)?;
    below.retain(|item| item.unit_id != unit);
    below.truncate(LATEST - items.len());
    items.append(&mut below);
    Ok(())
}

/// The newest of several units, each with all below it, as one list.
///
/// # Errors
/// When the database does not answer.
pub async fn latest_of_units(
    app: &App,
    kind: PublicationKind,
    units: &[UnitId],
) -> Result<Vec<Listed>, ServiceError> {
    let book = app.units();
    let scopes: Vec<Scope> = units
        .iter()
        .map(|unit| subtree_scope(&book.tree, unit))
        .collect();
    let now = app.clock.now_ms();
    app.db
        .read(move |c| -> Result<Vec<Listed>, StoreError> {
            let mut items = Vec::new();
            for scope in &scopes {
                items.extend(table::latest(c, kind.as_str(), scope, now, None, 5)?);
            }
            items.sort_by(|a, b| {
                (b.published_at, &b.external_id).cmp(&(a.published_at, &a.external_id))
            });
            items.dedup_by(|a, b| a.external_id == b.external_id);
            items.truncate(LATEST);
            Ok(items)
        })
        .await
        .map_err(ServiceError::from)
}

/// What stands at a public address.
#[derive(Debug)]
pub enum Found {
    /// It can be read.
    Visible(Box<Row>),
    /// It was withdrawn.
    Withdrawn(PublicationKind),
    /// There is none, or it is not due yet.
    Nothing,
}

/// The publication at a public address.
///
/// # Errors
/// When the database does not answer.
pub async fn at_address(app: &App, public_id: String) -> Result<Found, ServiceError> {
    let now = app.clock.now_ms();
    app.db
        .read(move |c| -> Result<Found, StoreError> {
            if let Some(row) = table::visible_by_public_id(c, &public_id, now)? {
                return Ok(Found::Visible(Box::new(row)));
            }
            let withdrawn = table::withdrawn_kind(c, &public_id)?;
            Ok(withdrawn
                .and_then(|kind| PublicationKind::from_word(&kind))
                .map_or(Found::Nothing, Found::Withdrawn))
        })
        .await
        .map_err(ServiceError::from)
}

/// When the next hidden item becomes due, in milliseconds.
///
/// # Errors
/// When the database does not answer.
pub async fn next_due(app: &App) -> Result<Option<i64>, ServiceError> {
    let now = app.clock.now_ms();
    app.db
        .read(move |c| table::next_due(c, now).map_err(StoreError::from))
        .await
        .map_err(ServiceError::from)
}
