//! The office has decided: the pending revision ends, and an approved one becomes what the account shows.

use super::{approved_of, fill_in, identities, open};
use crate::app::App;
use crate::domain::notice::Outcome;
use crate::service::error::RecordError;
use crate::service::{attachments, phones};
use crate::store::accounts::Account;
use crate::store::applications::Application;
use crate::store::{Conn, identity_claims, registrations};

/// Ends the revision that was submitted with a decided application, in the caller's transaction, and fills in the account,
/// which the caller stores. An application without a revision came from elsewhere: nothing is to be done.
///
/// # Errors
/// When the database refuses or a revision cannot be opened.
pub fn decided(
    c: &mut Conn,
    app: &App,
    application: &Application,
    account: &mut Account,
    outcome: Outcome,
) -> Result<(), RecordError> {
    let revisions = registrations::of_account(c, account.id)?;
    let pending = revisions
        .iter()
        .find(|revision| revision.application_id == application.id && revision.state == "pending");
    let Some(pending) = pending else {
        return Ok(());
    };
    let ids = |revision| -> Result<Vec<String>, RecordError> {
        let files = open(app, revision)?.files;
        Ok(files.into_iter().map(|file| file.public_id).collect())
    };
    let at = app.clock.now_ms();
    if outcome != Outcome::Approved {
        registrations::end(
            c,
            pending.id,
            "rejected",
            (application.reason.as_deref(), at),
        )?;
        // Its files go some day, those of the approved one stay.
        if let Some(approved) = approved_of(&revisions) {
            attachments::keep(c, account.id, &ids(approved)?)?;
        }
        return Ok(());
    }
    registrations::end(c, pending.id, "approved", (None, at))?;
    let known = open(app, pending)?;
    fill_in(app, account, &known.registration, &known.unit_id)?;
    phones::index(c, app, account)?;
    let claims = identities::of(app, &known.registration).map(|(_, hash)| hash);
    identity_claims::keep_only(c, account.id, &claims)?;
    let kept = ids(pending)?;
    let mut gone = Vec::new();
    for before in revisions
        .iter()
        .filter(|revision| revision.id != pending.id)
    {
        gone.extend(ids(before)?.into_iter().filter(|id| !kept.contains(id)));
    }
    attachments::release(c, app, account.id, &gone)?;
    Ok(())
}
