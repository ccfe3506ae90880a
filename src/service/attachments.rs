//! Files of people: taken in, looked at, adopted by an application, deleted when their time has come. Bytes and names are
//! sealed; who may look is asked every time.

mod anew;
mod chore;
mod intake;
mod looking;

use std::collections::BTreeMap;

use crate::app::App;
use crate::app::seal::Place;
use crate::service::error::{RecordError, ServiceError};
use crate::store::accounts::Account;
use crate::store::attachments::{self as table, Attachment};
use crate::store::{Conn, StoreError, applications};

pub use anew::seal_part_anew;
pub use chore::sweep;
pub use intake::{Failed, Giver, Handed, remove, remove_from, take, take_from};
pub use looking::{Look, page, ticket, ticket_is_good};

/// Files of one application.
pub const MOST_OF_APPLICATION: usize = 10;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Who wants to look.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// A follower: what waits for a form of its own, and what its account adopted.
    Follower {
        /// Keyed hash of the openid.
        holder: String,
        /// The account it is linked to now: key and login name.
        account: Option<(i64, String)>,
    },
    /// A manager: what was handed in with applications to the manager's unit, papers of accounts that its counter sees,
    /// and what waits for a form of the manager's own.
    Manager {
        /// Unit.
        unit_id: String,
        /// Login name, for the mark in the picture.
        login_name: String,
        /// For the audit: the account's public id.
        public_id: String,
    },
}

impl Viewer {
    /// A follower, and the account it is linked to.
    pub fn follower(app: &App, openid: &str, account: Option<&Account>) -> Self {
        Self::Follower {
            holder: app.person_hash(openid),
            account: account.map(|account| (account.id, account.login_name.clone())),
        }
    }
}

/// A file as a form or a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// For addresses.
    pub public_id: String,
    /// Which place of the form.
    pub slot: String,
    /// What that place is called.
    pub label: String,
    /// Its name.
    pub name: String,
    /// `jpeg`, `png` or `pdf`.
    pub kind: String,
    /// Pictures.
    pub pages: i32,
    /// Bytes that were handed in.
    pub size: i64,
    /// It belongs to an application already.
    pub is_adopted: bool,
}

/// A file that was chosen for a place of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Which place, such as `id_card`.
    pub slot: String,
    /// What it is called, such as 居民身份证.
    pub label: String,
    /// Which file.
    pub public_id: String,
}

/// Gives the chosen files to an account and its application, in the caller's transaction; what the application had before
/// and is not chosen any more is deleted later.
///
/// # Errors
/// [`RecordError::Conflict`] at `file_SLOT` when a file is gone or is not this person's, [`RecordError::Bad`] at
/// `attachments` when there are too many.
pub fn adopt(
    c: &mut Conn,
    app: &App,
    (holder, account_id): (&str, i64),
    application_id: i64,
    chosen: &[Chosen],
) -> Result<(), RecordError> {
    if chosen.len() > MOST_OF_APPLICATION {
        return Err(RecordError::bad("attachments", "are more than ten"));
    }
    let now = app.clock.now_ms();
    let mut kept = Vec::new();
    for (at, one) in chosen.iter().enumerate() {
        let mut earlier = chosen.iter().take(at);
        if earlier.any(|other| other.public_id == one.public_id) {
            let field = format!("file_{}", one.slot);
            return Err(RecordError::conflict(&field, "stands in two places"));
        }
        let gone = || {
            let field = format!("file_{}", one.slot);
            RecordError::conflict(&field, "is gone, or belongs to somebody else")
        };
        let file = table::by_public_id(c, &one.public_id)?.ok_or_else(gone)?;
        let is_own = match file.account_id {
            Some(owner) => owner == account_id,
            None => file.holder == holder,
        };
        if let Some(other) = file.application_id.filter(|id| *id != application_id)
            && !(is_registration(c, other)? && is_registration(c, application_id)?)
        {
            // What proves one application is not taken out of it for another.
            return Err(gone());
        }
        let whose = (account_id, Some(application_id));
        if !is_own || !table::adopt(c, file.id, whose, (&one.slot, &one.label), now)? {
            return Err(gone());
        }
        kept.push(file.id);
    }
    let dropped: Vec<i64> = table::of_application(c, application_id)?
        .iter()
        .filter(|file| file.delete_after.is_none() && !kept.contains(&file.id))
        .map(|file| file.id)
        .collect();
    table::set_delete_after(c, &dropped, Some(now + kept_ms(app)))?;
    Ok(())
}

/// Gives the chosen files to an account that was issued at the counter: they belong to no application. In the caller's
/// transaction.
///
/// # Errors
/// As [`adopt`].
pub fn adopt_for_account(
    c: &mut Conn,
    app: &App,
    (holder, account_id): (&str, i64),
    chosen: &[Chosen],
) -> Result<(), RecordError> {
    if chosen.len() > MOST_OF_APPLICATION {
        return Err(RecordError::bad("attachments", "are more than ten"));
    }
    let now = app.clock.now_ms();
    for one in chosen {
        let gone = || {
            let field = format!("file_{}", one.slot);
            RecordError::conflict(&field, "is gone, or belongs to somebody else")
        };
        let file = table::by_public_id(c, &one.public_id)?.ok_or_else(gone)?;
        let waits = file.account_id.is_none() && file.holder == holder;
        let place = (one.slot.as_str(), one.label.as_str());
        if !waits || !table::adopt(c, file.id, (account_id, None), place, now)? {
            return Err(gone());
        }
    }
    Ok(())
}

/// The files that an account was issued with.
///
/// # Errors
/// When the database refuses or a name cannot be opened.
pub fn of_account(c: &mut Conn, app: &App, account_id: i64) -> Result<Vec<Shown>, RecordError> {
    let files = table::of_account(c, account_id)?;
    files.into_iter().map(|file| shown(app, file)).collect()
}

/// Registrations hand their papers on to the next one.
fn is_registration(c: &mut Conn, application_id: i64) -> Result<bool, StoreError> {
    let application = applications::by_id(c, application_id)?;
    Ok(application.is_some_and(|application| application.kind == "registration"))
}

/// An application was refused: its files are deleted after the configured days, unless they are chosen again before.
///
/// # Errors
/// When the database refuses.
pub fn refused(c: &mut Conn, app: &App, application_id: i64) -> Result<(), StoreError> {
    let ids: Vec<i64> = table::of_application(c, application_id)?
        .iter()
        .filter(|file| file.delete_after.is_none())
        .map(|file| file.id)
        .collect();
    table::set_delete_after(c, &ids, Some(app.clock.now_ms() + kept_ms(app)))?;
    Ok(())
}

/// These files of an account stay, whatever was said before.
///
/// # Errors
/// When the database refuses.
pub fn keep(c: &mut Conn, account_id: i64, public_ids: &[String]) -> Result<(), StoreError> {
    let mut ids = Vec::new();
    for public_id in public_ids {
        let file = table::by_public_id(c, public_id)?;
        ids.extend(
            file.filter(|file| file.account_id == Some(account_id))
                .map(|file| file.id),
        );
    }
    table::set_delete_after(c, &ids, None)?;
    Ok(())
}

/// These files of an account are needed no more: they are deleted after the configured days.
///
/// # Errors
/// When the database refuses.
pub fn release(
    c: &mut Conn,
    app: &App,
    account_id: i64,
    public_ids: &[String],
) -> Result<(), StoreError> {
    let mut ids = Vec::new();
    for public_id in public_ids {
        let file = table::by_public_id(c, public_id)?;
        let stays =
            |file: &Attachment| file.account_id == Some(account_id) && file.delete_after.is_none();
        ids.extend(file.filter(stays).map(|file| file.id));
    }
    table::set_delete_after(c, &ids, Some(app.clock.now_ms() + kept_ms(app)))?;
    Ok(())
}

/// The files of an application.
///
/// # Errors
/// When the database refuses or a name cannot be opened.
pub fn of_application(
    c: &mut Conn,
    app: &App,
    application_id: i64,
) -> Result<Vec<Shown>, RecordError> {
    let files = table::of_application(c, application_id)?;
    let stay = files
        .into_iter()
        .filter(|file| file.delete_after.is_none_or(|at| at > app.clock.now_ms()));
    stay.map(|file| shown(app, file)).collect()
}

/// Those of these files that are there and that this viewer may see, by their public ids. What is not is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn of_ids(
    app: &App,
    viewer: &Viewer,
    public_ids: Vec<String>,
) -> Result<BTreeMap<String, Shown>, ServiceError> {
    let mut found = BTreeMap::new();
    for file in looking::visible(app, viewer, public_ids).await? {
        if let Ok(shown) = shown(app, file) {
            found.insert(shown.public_id.clone(), shown);
        }
    }
    Ok(found)
}

fn shown(app: &App, file: Attachment) -> Result<Shown, RecordError> {
    let name = app.seal.open(name_place(&file.public_id), &file.name)?;
    Ok(Shown {
        name: name.expose().to_owned(),
        public_id: file.public_id,
        slot: file.slot,
        label: file.label,
        kind: file.kind,
        pages: file.pages,
        size: file.size,
        is_adopted: file.account_id.is_some(),
    })
}

fn kept_ms(app: &App) -> i64 {
    i64::try_from(app.settings.files.keep_rejected_days).unwrap_or(90) * DAY_MS
}

fn name_place(public_id: &str) -> Place<'_> {
    Place {
        table: "attachments",
        column: "name",
        row: public_id,
    }
}

/// Each part is bound to its file and its number.
fn part_row(public_id: &str, part: u32) -> String {
    format!("{public_id}/{part}")
}

fn part_place(row: &str) -> Place<'_> {
    Place {
        table: "attachments",
        column: "bytes",
        row,
    }
}
