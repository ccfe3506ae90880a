//! A lawyer changes the registration: a new revision waits, the approved one stays untouched until it is decided.

use std::sync::Arc;

use super::{
    Filled, Refused, Sender, add, approved_of, fill_in, identities, newest_application, note,
};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::service::applications::{self, Submission};
use crate::service::effects::Effects;
use crate::service::submissions::{self, Claim};
use crate::service::{attachments, drafts, pushes};
use crate::store::registrations::Revision;
use crate::store::{Conn, accounts, identity_claims, registrations};

/// Changes that are taken within a day: each is a to-do of the managers.
const CHANGES: usize = 10;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Submits a change of the account's registration; `version` is [`super::Standing::version`] as the form carries it. The
/// same form again leads to the same page.
///
/// # Errors
/// [`Refused::Stale`] when it was changed or decided meanwhile; nothing is stored then.
pub async fn change(
    app: &Arc<App>,
    sender: Sender,
    (account_id, version): (i64, i64),
    filled: Filled,
    page: &'static str,
) -> Result<String, Refused> {
    let desk = Arc::clone(app);
    let stored = app.db.write(move |c| -> Result<_, Refused> {
        let mut effects = Effects::default();
        let holder = desk.person_hash(sender.openid.as_str());
        match submissions::claim(c, &sender.once, &holder, desk.clock.now_ms())? {
            Claim::Before(path) => return Ok((path, effects)),
            Claim::New => {}
        }
        submit(
            c,
            &desk,
            (account_id, version),
            (&holder, &filled),
            &mut effects,
        )?;
        drafts::done(c, &holder, "registration")?;
        submissions::lead_to(c, &sender.once, &holder, page)?;
        Ok((page.to_owned(), effects))
    });
    let (path, effects) = stored.await?;
    effects.report();
    if effects.notices > 0 {
        pushes::bell(app).await;
    }
    Ok(path)
}

fn submit(
    c: &mut Conn,
    app: &App,
    (account_id, version): (i64, i64),
    (holder, filled): (&str, &Filled),
    effects: &mut Effects,
) -> Result<(), Refused> {
    let newest = newest_application(c, account_id)?;
    if newest.as_ref().map_or(0, |application| application.version) != version {
        return Err(Refused::Stale);
    }
    let account = accounts::by_id(c, account_id)?;
    let mut account = account
        .filter(|account| account.state != "disabled")
        .ok_or(Refused::Stale)?;
    let revisions = registrations::of_account(c, account_id)?;
    let since = app.clock.now_ms() - DAY_MS;
    let today = revisions.iter().filter(|one| one.submitted_at > since);
    if today.count() >= CHANGES {
        return Err(Refused::TooMany);
    }
    let approved = approved_of(&revisions);
    // One that nobody has decided, or that was refused, goes on under its number: its former unit loses the task.
    let again = newest.filter(|application| application.state != "approved");
    // What the upstream site approved is as good as what was approved here.
    let is_ours = account
        .external_id
        .as_deref()
        .is_none_or(|id| id.starts_with("wx-"));
    let is_first = approved.is_none() && account.state != "active" && is_ours;
    account.state = "pending".to_owned();
    if is_first {
        fill_in(
            app,
            &mut account,
            &filled.registration,
            filled.unit.as_str(),
        )?;
    }
    account.updated_at = app.clock.now_ms();
    if !accounts::update(c, &account)? {
        return Err(Refused::Stale);
    }
    let number = revisions.last().map_or(1, |last| last.number + 1);
    let cause = format!("r{}.{number}", account.public_id);
    let submission = Submission {
        kind: ApplicationKind::Registration,
        account: &account,
        unit_id: filled.unit.as_str(),
        number: again.and_then(|application| application.external_id),
        is_change: true,
        details: serde_json::json!({}),
        items: None,
        at: app.clock.now_ms(),
        cause: &cause,
    };
    let application = applications::submit(c, app, &submission, effects)?;
    for waiting in revisions
        .iter()
        .filter(|revision| revision.state == "pending")
    {
        registrations::end(c, waiting.id, "superseded", (None, app.clock.now_ms()))?;
    }
    claim(c, app, account_id, filled, approved)?;
    attachments::adopt(c, app, (holder, account_id), application.id, &filled.files)?;
    attachments::keep(c, account_id, &files_of(app, approved)?)?;
    add(c, app, (&account, &application), number, filled)?;
    note(
        c,
        app,
        format!("follower:{holder}"),
        "registration.changed",
        &account,
    )?;
    Ok(())
}

/// The numbers of the new revision and of the approved one are the account's; those of others it lets go.
fn claim(
    c: &mut Conn,
    app: &App,
    account_id: i64,
    filled: &Filled,
    approved: Option<&Revision>,
) -> Result<(), Refused> {
    identities::claim(c, app, account_id, &filled.registration)?;
    let mut kept: Vec<String> = Vec::new();
    kept.extend(identities::of(app, &filled.registration).map(|(_, hash)| hash));
    if let Some(approved) = approved {
        let before = super::open(app, approved)?;
        kept.extend(identities::of(app, &before.registration).map(|(_, hash)| hash));
    }
    identity_claims::keep_only(c, account_id, &kept)?;
    Ok(())
}

pub(super) fn files_of(app: &App, revision: Option<&Revision>) -> Result<Vec<String>, Refused> {
    let Some(revision) = revision else {
        return Ok(Vec::new());
    };
    let files = super::open(app, revision)?.files;
    Ok(files.into_iter().map(|file| file.public_id).collect())
}
