//! Looking: lists of drafts and of what is published, one of each, and what was done with it. Whoever reads what the public
//! cannot leaves a row of the audit.

use std::sync::Arc;

use super::masking::{self, Report};
use super::{Draft, Hand, PublishError, about, audited, opened};
use crate::app::App;
use crate::domain::publishing::State;
use crate::service::desk::Manager;
use crate::store::publication_drafts::{self as table, Listed};
use crate::store::publication_holds::{self, Hold};
use crate::store::publication_steps::{self, Shown};
use crate::store::publications::{self, Row as Publication, Wanted};

/// Drafts of the unit in a state, with a text in title or number.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &App,
    manager: &Manager,
    state: State,
    text: &str,
    range: (i64, i64),
) -> Result<Vec<Listed>, PublishError> {
    let (scope, text) = (manager.scope(), text.to_owned());
    app.db
        .read(move |c| Ok(table::list(c, &scope, state, &text, range)?))
        .await
}

/// How many the unit has in each state.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(app: &App, manager: &Manager) -> Result<Vec<(State, i64)>, PublishError> {
    let scope = manager.scope();
    let counted = app
        .db
        .read(move |c| -> Result<_, PublishError> { Ok(table::counts(c, &scope)?) })
        .await?;
    let known = |(word, count): (String, i64)| Some((State::parse(&word)?, count));
    Ok(counted.into_iter().filter_map(known).collect())
}

/// A draft of the unit.
///
/// # Errors
/// [`PublishError::NotFound`] when it is not the unit's.
pub async fn draft(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<Draft, PublishError> {
    let (app_, hand, public_id) = (Arc::clone(app), Hand::of(manager), public_id.to_owned());
    app.db
        .read(move |c| {
            let row = table::of_unit(c, &hand.scope, &public_id)?.ok_or(PublishError::NotFound)?;
            opened(&app_.seal, row)
        })
        .await
}

/// A draft as a page shows it, with what the check says. That somebody read it is written down once a call; without the
/// row nothing is shown.
///
/// # Errors
/// [`PublishError::NotFound`] when it is not the unit's.
pub async fn read(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<(Report, Draft), PublishError> {
    // Outside of the writing transaction, for the check takes its time.
    let found = masking::looked_at(app, manager, public_id).await?;
    viewed(app, manager, &found.1.row.public_id).await?;
    Ok(found)
}

async fn viewed(app: &Arc<App>, manager: &Manager, public_id: &str) -> Result<(), PublishError> {
    let (app_, hand, subject) = (Arc::clone(app), Hand::of(manager), about(public_id));
    app.db
        .write(move |c| audited(c, &app_, Some(&hand), "publication.viewed", subject))
        .await
}

/// The public id of the publication that a draft became; none before it was approved.
///
/// # Errors
/// When the database does not answer.
pub async fn address(
    app: &App,
    manager: &Manager,
    draft: &Draft,
) -> Result<Option<String>, PublishError> {
    let (scope, external_id) = (manager.scope(), draft.row.external_id.clone());
    app.db
        .read(move |c| {
            let found = publications::external_of_unit(c, &scope, &external_id)?;
            Ok(found.map(|row| row.public_id))
        })
        .await
}

/// What was done with a draft that was found by its unit.
///
/// # Errors
/// When the database does not answer.
pub async fn history(app: &App, draft: &Draft) -> Result<Vec<Shown>, PublishError> {
    let id = draft.row.id;
    app.db
        .read(move |c| Ok(publication_steps::of_draft(c, id)?))
        .await
}

/// The unit's publications, whoever brought them; the moment each was withdrawn.
///
/// # Errors
/// When the database does not answer.
pub async fn shelf(
    app: &App,
    manager: &Manager,
    wanted: Wanted,
    range: (i64, i64),
) -> Result<Vec<(publications::Listed, Option<i64>)>, PublishError> {
    let scope = manager.scope();
    app.db
        .read(move |c| Ok(publications::of_unit(c, &scope, &wanted, range)?))
        .await
}

/// A publication of the unit with what the desk knows of it.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The publication.
    pub publication: Publication,
    /// Why it is held back.
    pub hold: Option<Hold>,
    /// The draft of which it came, if it was written here.
    pub draft: Option<String>,
    /// A version that is being written.
    pub open: Option<String>,
}

/// A publication of the unit at its public address. What everybody can read leaves no row; what was taken down, perhaps
/// for a name in it, or is to come does.
///
/// # Errors
/// [`PublishError::NotFound`] when it is not the unit's.
pub async fn publication(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<Shelf, PublishError> {
    let (scope, public_id) = (manager.scope(), public_id.to_owned());
    let shelf = app
        .db
        .read(move |c| -> Result<_, PublishError> {
            let publication =
                publications::one_of_unit(c, &scope, &public_id)?.ok_or(PublishError::NotFound)?;
            let id = publication.external_id.clone();
            Ok(Shelf {
                hold: publication_holds::of_unit(c, &scope, &id)?,
                draft: table::newest_of(c, &scope, &id)?.map(|row| row.public_id),
                open: table::open_of(c, &scope, &id)?.map(|row| row.public_id),
                publication,
            })
        })
        .await?;
    let row = &shelf.publication;
    if row.withdrawn_at.is_some() || row.published_at > app.clock.now_ms() {
        viewed(app, manager, &row.public_id).await?;
    }
    Ok(shelf)
}
