//! Promising a notice: whom it goes to, what it says, when it may go. Everything here runs inside the transaction of
//! what the notice tells of (reliability O1, O3); the worker sends later.

mod to_dos;
pub mod undelivered;

use crate::app::seal::Place;
use crate::app::{App, random_hex};
use crate::config::Secret;
use crate::domain::notice::{self, Fields, Kind, Untold};
use crate::service::error::RecordError;
use crate::store::accounts::Account;
use crate::store::outbox::{self, NewPush};
use crate::store::phone_tasks::{self, NewTask};
use crate::store::{Conn, StoreError, links};

pub use to_dos::{to_managers, to_superiors};

const HOUR_MS: i64 = 3_600_000;
/// A new password, or the page for one, is good for half an hour (requirements §5.4).
pub const SECRET_LIFE_MS: i64 = 30 * 60_000;

/// What a notice says, whoever gets it.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Which.
    pub kind: Kind,
    /// The unit it comes from.
    pub unit_id: String,
    /// Logical fields; nothing secret.
    pub fields: Fields,
    /// What caused it; with the receiver it makes the `dedupe_key`.
    pub cause: String,
    /// Notices with the same key go in order.
    pub order_key: Option<String>,
}

/// What became of a notice for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// In the outbox.
    Queued,
    /// In the outbox, as part of another one.
    Merged,
    /// It was promised before.
    Known,
    /// No follower to send it to: somebody must telephone.
    Telephone,
    /// Nobody to tell, or nobody who wants to be told.
    Nobody,
}

/// Checks that what the notice says fits the account's template, before anything is promised.
///
/// # Errors
/// [`RecordError::Bad`] with the field of the event that does not fit.
pub fn check(app: &App, notice: &Notice) -> Result<(), RecordError> {
    let office = app.office();
    notice::render(office.notices.of(notice.kind), &notice.fields).map_err(|problem| {
        let at = match problem.field.as_str() {
            "applicant" => "data/account",
            "application" => "data/application",
            "case" => "data/case_number",
            "unit" => "data/unit_code",
            _ => "data",
        };
        RecordError::bad(at, format!("does not fit the notice's template: {problem}"))
    })?;
    Ok(())
}

/// Whether a lawyer is audited anew: sees no case and hears of none (requirements §1.15).
pub fn is_frozen(account: &Account) -> bool {
    account.role == "lawyer" && account.state != "active"
}

/// Tells the person of an account. `secret` stands for [`notice::SECRET_MARK`] in the path or in a field and is stored
/// sealed; `path` is what a tap opens, or the notice's own page.
///
/// # Errors
/// When a value does not fit, or the database refuses.
pub fn to_account(
    c: &mut Conn,
    app: &App,
    notice: &Notice,
    account: &Account,
    secret: Option<(&Secret, Option<&str>)>,
) -> Result<Reached, RecordError> {
    check(app, notice)?;
    // Whose account is disabled hears nothing, not by telephone either.
    if account.state == "disabled" {
        return Ok(Reached::Nobody);
    }
    // What a lawyer who is audited anew would be told of cases waits (`held_changes`).
    if notice.kind == Kind::CaseProgressChanged && (account.notices_off || is_frozen(account)) {
        return Ok(Reached::Nobody);
    }
    let now = app.clock.now_ms();
    let link = links::of_account(c, account.id)?;
    let link = match link {
        Some(link) if links::hold(c, link.id)? => link,
        _ => return telephone(c, app, notice, account, now),
    };
    let mut push = new_push(app, notice, &link, now, now);
    if let Some((secret, path)) = secret {
        let place = Place {
            table: "pushes",
            column: "secret",
            row: &push.public_id,
        };
        push.secret = Some(app.seal.close(place, secret.expose())?);
        push.expires_at = push.expires_at.min(now + SECRET_LIFE_MS);
        if let Some(path) = path {
            path.clone_into(&mut push.path);
        }
    }
    Ok(if enqueue(c, app, push, now)? {
        Reached::Queued
    } else {
        Reached::Known
    })
}

/// Opens the sealed value of a queued notice, for the moment of sending.
///
/// # Errors
/// When the key is gone or the value was damaged.
pub fn open_secret(app: &App, public_id: &str, sealed: &str) -> Result<Secret, RecordError> {
    let place = Place {
        table: "pushes",
        column: "secret",
        row: public_id,
    };
    Ok(app.seal.open(place, sealed)?)
}

/// Nobody can be reached by WeChat: a call for the managers of the unit. One open call a person and kind is enough for
/// the progress of cases; every result has its own.
fn telephone(
    c: &mut Conn,
    app: &App,
    notice: &Notice,
    account: &Account,
    now: i64,
) -> Result<Reached, RecordError> {
    let kind = notice.kind.as_str();
    if notice.kind == Kind::CaseProgressChanged
        && phone_tasks::is_open(c, &notice.unit_id, account.id, kind)?
    {
        return Ok(Reached::Known);
    }
    let task = NewTask {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        dedupe_key: dedupe_key(&notice.cause, &account.public_id),
        kind: kind.to_owned(),
        account_id: account.id,
        unit_id: notice.unit_id.clone(),
        reason: Untold::NotLinked.as_str().to_owned(),
        details: as_json(&notice.fields),
        created_at: now,
    };
    Ok(if add_call(c, app, task)? {
        Reached::Telephone
    } else {
        Reached::Known
    })
}

/// Takes a call; false when there is one with its key. As with [`enqueue`], an id that is taken must not pass for that.
fn add_call(c: &mut Conn, app: &App, mut task: NewTask) -> Result<bool, StoreError> {
    for _ in 0..5 {
        if phone_tasks::insert(c, &task)? {
            return Ok(true);
        }
        if phone_tasks::is_known(c, &task.dedupe_key)? {
            return Ok(false);
        }
        task.id = app.ids.next(task.created_at);
    }
    Err(StoreError::Timeout)
}

/// A row for the outbox, to be tried first at `due`.
fn new_push(app: &App, notice: &Notice, link: &links::OpenLink, now: i64, due: i64) -> NewPush {
    let public_id = random_hex::<16>();
    let ttl = i64::try_from(app.settings.push.ttl_hours).unwrap_or(24) * HOUR_MS;
    NewPush {
        id: app.ids.next(now),
        path: format!("/h5/notices/{public_id}"),
        public_id,
        kind: notice.kind.as_str().to_owned(),
        lane: notice.kind.lane(),
        account_id: Some(link.account_id),
        unit_id: notice.unit_id.clone(),
        openid: Some(link.openid.clone()),
        openid_hash: link.openid_hash.clone(),
        fields: as_json(&notice.fields),
        secret: None,
        order_key: notice.order_key.clone(),
        dedupe_key: Some(dedupe_key(&notice.cause, &link.openid_hash)),
        merge_key: None,
        state: "pending".to_owned(),
        due_at: Some(due),
        merged_into: None,
        attempts: 0,
        token_swaps: 0,
        crashes: 0,
        expires_at: due.max(now) + ttl,
        created_at: now,
        ended_at: None,
    }
}

/// Takes a notice; false when it was promised before. An id that another process took in the same millisecond must not
/// pass for that.
fn enqueue(c: &mut Conn, app: &App, mut push: NewPush, now: i64) -> Result<bool, RecordError> {
    for _ in 0..5 {
        if outbox::enqueue(c, &push)? {
            return Ok(true);
        }
        match push.dedupe_key.as_deref() {
            Some(key) if outbox::is_known(c, key)? => return Ok(false),
            _ => push.id = app.ids.next(now),
        }
    }
    Err(RecordError::Store(StoreError::Timeout))
}

fn dedupe_key(cause: &str, receiver: &str) -> String {
    let receiver: String = receiver.chars().take(32).collect();
    format!("{cause}:{receiver}")
}

fn as_json(fields: &Fields) -> String {
    serde_json::to_string(fields).unwrap_or_default()
}
