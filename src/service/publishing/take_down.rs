//! Taking down: by the unit with a reason, or because its time is over. Effective with the next message or page of every
//! process, and an import does not bring it back.

use std::sync::Arc;

use super::write::touched;
use super::{Hand, PublishError, about, audited, of_step, reason, state, stepped};
use crate::app::App;
use crate::domain::publication_line::ImportLine;
use crate::domain::publishing::State;
use crate::domain::units::UnitTree;
use crate::service::desk::Manager;
use crate::service::imports;
use crate::store::publication_holds::{self, Hold};
use crate::store::{Conn, publication_drafts, publications};

/// Takes a publication of the unit down at once, whoever brought it.
///
/// # Errors
/// [`PublishError::NotFound`] when it is not the unit's, [`PublishError::Stale`] when it is down already.
pub async fn withdraw(
    app: &Arc<App>,
    manager: &Manager,
    publication: &str,
    why: &str,
) -> Result<(), PublishError> {
    let why = reason(why)?;
    let (app_, hand, tree) = (
        Arc::clone(app),
        Hand::of(manager),
        Arc::clone(&app.units().tree),
    );
    let wanted = publication.to_owned();
    app.db
        .write(move |c| {
            let row = publications::one_of_unit(c, &hand.scope, &wanted)?
                .ok_or(PublishError::NotFound)?;
            if row.withdrawn_at.is_some() {
                return Err(PublishError::Stale(State::Withdrawn));
            }
            let hold = Hold {
                external_id: row.external_id.clone(),
                unit_id: row.unit_id.clone(),
                cause: "withdrawn".to_owned(),
                reason: why,
                held_by: Some(hand.account_id),
                held_at: app_.clock.now_ms(),
            };
            taken_down(c, &app_, &tree, &hold, Some(&hand))
        })
        .await
}

/// The publication, the hold and the drafts behind it: one change, and one row of the audit that names all of them.
pub(super) fn taken_down(
    c: &mut Conn,
    app: &App,
    tree: &UnitTree,
    hold: &Hold,
    by: Option<&Hand>,
) -> Result<(), PublishError> {
    let line = ImportLine::Withdrawal {
        external_id: hold.external_id.clone(),
    };
    imports::from_desk(c, tree, line, hold.held_at)?;
    publication_holds::put(c, hold)?;
    let known = publications::known(c, &[&hold.external_id])?;
    let mut names: Vec<String> = known.iter().map(|one| about(&one.public_id)).collect();
    for mut draft in publication_drafts::public_of(c, &hold.external_id)? {
        let before = draft.version;
        debug_assert!(state(&draft).is_public());
        draft.state = State::Withdrawn.as_str().to_owned();
        draft.reason = Some(hold.reason.clone());
        touched(app, &mut draft);
        if !publication_drafts::update(c, &draft, before)? {
            return Err(PublishError::Stale(state(&draft)));
        }
        let step = (hold.cause.as_str(), Some(hold.reason.as_str()));
        stepped(c, app, &draft, by, step)?;
        names.push(about(&draft.public_id));
    }
    audited(c, app, by, &of_step(&hold.cause), names.join(" "))
}
