//! The case managers' desk: who sits at it. A manager is read anew with every request, so that a duty that was taken
//! away is gone with the next one (S13); from the manager come the scopes that queries ask for.

pub mod enrol;
pub mod factor;
pub mod own_password;
pub mod sign_in;

use crate::app::{App, hex};
use crate::domain::desk::{Duties, Duty, TreeScope, UnitScope};
use crate::domain::ids::UnitId;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::store::accounts::Account;
use crate::store::console_sessions::{self as table, Row};
use crate::store::{Conn, StoreError, audit, managers};
use sha2::{Digest, Sha256};

const MINUTE_MS: i64 = 60_000;
const TOKEN_LEN: usize = 32;

/// A manager who is signed in, as the database has it at this moment.
#[derive(Clone)]
pub struct Manager {
    /// The account; its state is `active`.
    pub account: Account,
    /// What the manager may do.
    pub duties: Duties,
    /// When the second factor was shown in this session, milliseconds UTC.
    pub factor_at: Option<i64>,
}

impl Manager {
    /// The one unit whose work the manager does.
    pub fn scope(&self) -> UnitScope {
        UnitScope::of_manager(&self.account.unit_id)
    }

    /// The unit and everything below it, for numbers.
    pub fn tree(&self, app: &App) -> TreeScope {
        tree(app, &self.account.unit_id)
    }

    /// A part of the manager's tree, for drilling down; `None` for what is not inside.
    pub fn tree_below(&self, app: &App, unit_id: &str) -> Option<TreeScope> {
        let below = subtree(app, unit_id);
        self.tree(app).narrowed(unit_id, below)
    }

    /// For the audit.
    pub fn actor(&self) -> String {
        actor(&self.account)
    }

    /// Writes into the audit what the manager does now; call it in the transaction of the act.
    pub(in crate::service) fn note(
        &self,
        c: &mut Conn,
        app: &App,
        action: &str,
        subject: String,
    ) -> Result<(), StoreError> {
        let entry = audit_entry(app.clock.now_ms(), self.actor(), action, subject);
        audit::append(c, &entry)?;
        Ok(())
    }

    /// Whether the manager may do this.
    pub fn has(&self, duty: Duty) -> bool {
        self.duties.has(duty)
    }
}

/// A manager's account in the audit.
pub fn actor(account: &Account) -> String {
    format!("manager:{}", account.public_id)
}

fn tree(app: &App, unit_id: &str) -> TreeScope {
    TreeScope::of_manager(unit_id, subtree(app, unit_id))
}

fn subtree(app: &App, unit_id: &str) -> Vec<String> {
    let id = UnitId::new(unit_id);
    let below = app.units().tree.subtree(&id);
    let mut ids: Vec<String> = below.iter().map(|id| id.as_str().to_owned()).collect();
    if !ids.iter().any(|known| known == unit_id) {
        ids.push(unit_id.to_owned());
    }
    ids
}

/// The manager behind a WeChat account, for the pages on the phone; none when the account has no duties here.
///
/// # Errors
/// When the database does not answer.
pub async fn on_phone(app: &App, account: &Account) -> Result<Option<Manager>, ServiceError> {
    let account = account.clone();
    let manager = app.db.read(move |c| load(c, &account)).await?;
    Ok(manager)
}

fn load(c: &mut Conn, account: &Account) -> Result<Option<Manager>, StoreError> {
    if account.role != "manager" || account.state != "active" {
        return Ok(None);
    }
    let row = managers::of_account(c, account.id)?;
    Ok(row.map(|row| Manager {
        account: account.clone(),
        duties: read_duties(&row.duties),
        factor_at: None,
    }))
}

/// An unknown word in the database gives no right.
fn read_duties(text: &str) -> Duties {
    Duties::parse(text).unwrap_or_else(|word| {
        tracing::error!(word, "a manager has a duty that is none");
        Duties::default()
    })
}

/// Whose session a token is, if it is one that is signed in, and used within the idle time.
///
/// # Errors
/// When the database does not answer.
pub async fn of_token(app: &App, token: &str) -> Result<Option<Manager>, ServiceError> {
    Ok(find(app, token)
        .await?
        .and_then(|(row, manager)| (row.stage == table::IN).then_some(manager)))
}

/// The session of a token at whatever stage, with whose it is.
async fn find(app: &App, token: &str) -> Result<Option<(Row, Manager)>, ServiceError> {
    if token.len() != TOKEN_LEN {
        return Ok(None);
    }
    let (hash, now) = (digest(token), app.clock.now_ms());
    let wanted = hash.clone();
    let found = app
        .db
        .read(move |c| table::find(c, &wanted, now).map_err(StoreError::from))
        .await?;
    let Some((row, account, desk)) = found else {
        return Ok(None);
    };
    let idle_ms = i64::try_from(app.settings.console.idle_minutes).unwrap_or(30) * MINUTE_MS;
    let same_password = row.password_mark == password_mark(&account);
    let usable = account.role == "manager" && account.state == "active" && !account.must_reset;
    if !usable || !same_password || now - row.seen_at > idle_ms {
        return Ok(None);
    }
    if now - row.seen_at >= MINUTE_MS {
        app.db
            .write(move |c| table::touch(c, &hash, now).map_err(StoreError::from))
            .await?;
    }
    let manager = Manager {
        duties: read_duties(&desk.duties),
        factor_at: row.factor_at,
        account,
    };
    Ok(Some((row, manager)))
}

/// What tells one password of an account from the next, without telling anything of it.
fn password_mark(account: &Account) -> String {
    digest(account.password_hash.as_deref().unwrap_or_default())
        .chars()
        .take(16)
        .collect()
}

/// What the database knows a session by.
pub fn hash(token: &str) -> String {
    digest(token)
}

/// The token that forms of a session carry, so that no other site can send them.
pub fn csrf(token: &str) -> String {
    digest(&format!("console-csrf:{token}"))
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Forgets sessions and codes that are over; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now_ms();
    app.db
        .write(move |c| -> Result<usize, StoreError> {
            let codes = crate::store::phone_factors::prune(c, now - 24 * 60 * MINUTE_MS)?;
            Ok(table::prune(c, now)? + codes)
        })
        .await
}
