//! How a manager comes to the console (S19): a one-time address, printed once, good for a day, at which password and second
//! factor are set. The same for the first manager of an installation and for a lost phone.

use std::sync::Arc;

use super::factor::key_place;
use super::sign_in::{self, Fresh};
use super::{actor, digest};
use crate::app::seal::{Place, Seal};
use crate::app::{App, Ids, random_bytes, random_hex};
use crate::config::Secret;
use crate::domain::desk::Duties;
use crate::domain::password::{self, Flaw};
use crate::domain::totp;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::service::passwords;
use crate::store::accounts::{self, Account};
use crate::store::audit;
use crate::store::console_sessions as sessions;
use crate::store::manager_tickets::{self as tickets, Row as Ticket};
use crate::store::managers::{self, Row};
use crate::store::{Conn, Db, StoreError, phone_factors};

/// A ticket is good for a day.
pub const TICKET_MS: i64 = 24 * 3_600_000;
const TOKEN_LEN: usize = 64;
/// Login names: so many characters at least and at most.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 3..=40;

/// A manager to be.
#[derive(Clone, Debug)]
pub struct NewManager {
    /// The unit's id, known to be one.
    pub unit_id: String,
    /// What is typed to sign in.
    pub login_name: String,
    /// The person's name.
    pub display_name: String,
    /// At least one.
    pub duties: Duties,
}

/// Who does it, with what.
pub struct Office<'a> {
    /// Keys of rows.
    pub ids: &'a Ids,
    /// Seals keys.
    pub seal: &'a Seal,
    /// Milliseconds UTC.
    pub now: i64,
    /// For the audit.
    pub actor: &'a str,
}

/// Why nobody was added; what to do stands in the words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The login name is taken.
    #[error("the login name is taken: choose another one")]
    Taken,
    /// The login name does not do.
    #[error("the login name must have 3 to 40 letters, digits, '-', '_' or '.'")]
    Name,
    /// Nothing to show.
    #[error("the display name must have 1 to 40 characters")]
    DisplayName,
    /// No duty.
    #[error("at least one duty is needed")]
    NoDuty,
}

/// Adds a manager and a ticket, in the caller's transaction; the ticket's token is returned and stored nowhere.
///
/// # Errors
/// When the database refuses; the inner result says what to change.
pub fn add(
    c: &mut Conn,
    office: &Office<'_>,
    new: &NewManager,
) -> Result<Result<(Account, Secret), Refused>, StoreError> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if !NAME_CHARS.contains(&new.login_name.chars().count()) || !new.login_name.chars().all(fits) {
        return Ok(Err(Refused::Name));
    }
    if !(1..=40).contains(&new.display_name.trim().chars().count()) {
        return Ok(Err(Refused::DisplayName));
    }
    if new.duties.is_empty() {
        return Ok(Err(Refused::NoDuty));
    }
    if accounts::by_login_name(c, &new.login_name)?.is_some() {
        return Ok(Err(Refused::Taken));
    }
    let now = office.now;
    let account = Account {
        id: office.ids.next(now),
        public_id: random_hex::<16>(),
        external_id: None,
        role: "manager".to_owned(),
        login_name: new.login_name.clone(),
        display_name: new.display_name.trim().to_owned(),
        unit_id: new.unit_id.clone(),
        phone: None,
        password_hash: None,
        must_reset: true,
        state: "active".to_owned(),
        notices_off: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    accounts::insert(c, &account)?;
    let row = Row {
        account_id: account.id,
        duties: new.duties.to_string(),
        totp_secret: None,
        totp_step: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    managers::insert(c, &row)?;
    note(c, office, "manager.added", &account)?;
    let token = issue(c, office, &account)?;
    Ok(Ok((account, token)))
}

/// A new ticket for a manager, in the caller's transaction; earlier ones are void. What else ends because a phone is lost
/// is the caller's business.
///
/// # Errors
/// When the database refuses.
pub fn issue(c: &mut Conn, office: &Office<'_>, account: &Account) -> Result<Secret, StoreError> {
    let token = random_hex::<32>();
    let token_hash = digest(&token);
    let key = totp::base32(&random_bytes::<{ totp::KEY_BYTES }>());
    let sealed = office
        .seal
        .close(ticket_place(&token_hash), &key)
        .map_err(|_refused| StoreError::Stopped)?;
    let row = Ticket {
        token_hash,
        account_id: account.id,
        totp_secret: sealed,
        created_at: office.now,
        expires_at: office.now + TICKET_MS,
        used_at: None,
    };
    tickets::replace(c, &row)?;
    note(c, office, "manager.ticket", account)?;
    Ok(Secret::new(token))
}

/// The first manager of an installation, or a further one, by the command line. Blocking.
///
/// # Errors
/// When the database refuses; the inner result says what to change.
pub fn add_by_command(
    db: &Db,
    seal: &Arc<Seal>,
    new: NewManager,
    now: i64,
) -> Result<Result<Secret, Refused>, StoreError> {
    let seal = Arc::clone(seal);
    db.write_blocking(move |c| -> Result<_, StoreError> {
        let ids = Ids::default();
        let office = Office {
            ids: &ids,
            seal: &seal,
            now,
            actor: "command-line",
        };
        Ok(add(c, &office, &new)?.map(|(_, token)| token))
    })
}

/// A ticket that is open: whose, and the key to put on the phone.
#[derive(Clone)]
pub struct Open {
    /// Whose.
    pub account: Account,
    /// In base32, as people type it.
    pub key: Secret,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Looks at a ticket; uses nothing up.
///
/// # Errors
/// When the database does not answer.
pub async fn look(app: &Arc<App>, token: &str) -> Result<Option<Open>, ServiceError> {
    if token.len() != TOKEN_LEN {
        return Ok(None);
    }
    let (hash, now) = (digest(token), app.clock.now_ms());
    let wanted = hash.clone();
    let found = app
        .db
        .read(move |c| -> Result<_, StoreError> {
            let Some(ticket) = tickets::open(c, &wanted, now)? else {
                return Ok(None);
            };
            let account = accounts::by_id(c, ticket.account_id)?;
            Ok(account.map(|account| (ticket, account)))
        })
        .await?;
    let Some((ticket, account)) = found.filter(|(_, account)| account.state == "active") else {
        return Ok(None);
    };
    let key = app
        .seal
        .open(ticket_place(&hash), &ticket.totp_secret)
        .map_err(|_damaged| StoreError::Stopped)?;
    Ok(Some(Open {
        account,
        key,
        expires_at: ticket.expires_at,
    }))
}

/// What was typed at a ticket's page.
#[derive(Clone)]
pub struct Typed {
    /// The new password.
    pub password: Secret,
    /// Once more.
    pub again: Secret,
    /// The phone's code.
    pub code: String,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Done and signed in; every other session of the account has ended, and what a code had opened on a phone.
    In(Fresh),
    /// The password does not do.
    Flawed(Flaw),
    /// The two passwords differ.
    Differs,
    /// The code is not the one of this key.
    WrongCode,
    /// Used, expired, or never there.
    Gone,
}

/// Sets password and second factor, once.
///
/// # Errors
/// When the database does not answer.
pub async fn finish(app: &Arc<App>, token: &str, typed: &Typed) -> Result<Outcome, ServiceError> {
    let Some(open) = look(app, token).await? else {
        return Ok(Outcome::Gone);
    };
    if let Err(flaw) = password::check(typed.password.expose(), &open.account.login_name) {
        return Ok(Outcome::Flawed(flaw));
    }
    if typed.password != typed.again {
        return Ok(Outcome::Differs);
    }
    let now = app.clock.now_ms();
    let key = totp::from_base32(open.key.expose()).unwrap_or_default();
    let Some(step) = totp::matching_step(&key, &typed.code, now, 0) else {
        return Ok(Outcome::WrongCode);
    };
    let hash = passwords::hash(app, &typed.password).await?;
    let sealed = app
        .seal
        .close(key_place(&open.account.public_id), open.key.expose())
        .map_err(|_refused| StoreError::Stopped)?;
    let (ticket, account) = (digest(token), open.account.clone());
    let entry = audit_entry(
        now,
        actor(&account),
        "manager.enrolled",
        format!("account:{}", account.public_id),
    );
    let set = app
        .db
        .write(move |c| -> Result<Option<Account>, StoreError> {
            if !tickets::spend(c, &ticket, now)? {
                return Ok(None);
            }
            accounts::set_password(c, account.id, &hash, now)?;
            managers::set_totp(c, account.id, (&sealed, step), now)?;
            sessions::end_all(c, account.id)?;
            // What the old factor had opened on a phone.
            phone_factors::forget_account(c, account.id)?;
            audit::append(c, &entry)?;
            Ok(accounts::by_id(c, account.id)?)
        })
        .await?;
    let Some(account) = set else {
        return Ok(Outcome::Gone);
    };
    let fresh = sign_in::open(app, &account, sessions::IN).await?;
    Ok(Outcome::In(fresh))
}

fn ticket_place(token_hash: &str) -> Place<'_> {
    Place {
        table: "manager_tickets",
        column: "totp_secret",
        row: token_hash,
    }
}

fn note(
    c: &mut Conn,
    office: &Office<'_>,
    action: &str,
    account: &Account,
) -> Result<(), StoreError> {
    let entry = audit_entry(
        office.now,
        office.actor,
        action,
        format!("account:{}", account.public_id),
    );
    audit::append(c, &entry)?;
    Ok(())
}
