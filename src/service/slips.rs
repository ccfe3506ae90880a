//! Secrets that are shown once: the first password after a registration or at the counter, a password that a manager made
//! for somebody, the address at which a manager begins. Kept sealed for who asked for it, a day at most.

use std::sync::Arc;

use crate::app::seal::Place;
use crate::app::{App, random_hex};
use crate::config::Secret;
use crate::service::error::{RecordError, ServiceError};
use crate::store::accounts::{self, Account};
use crate::store::first_passwords::{self as table, FirstPassword};
use crate::store::{Conn, StoreError};

/// What nobody came for is forgotten.
const KEPT_MS: i64 = 24 * 3600 * 1000;
/// It is shown again to the same holder this long after the first time: WeChat's browser is known to load a page twice,
/// a printer's preview loads it once more, and a connection may break while the page is on its way.
const AGAIN_MS: i64 = 60 * 1000;

/// Keeps a secret of an account for its holder (a keyed hash of who may see it), in the caller's transaction; the public
/// id for the address of its page.
///
/// # Errors
/// When the database refuses.
pub fn keep(
    c: &mut Conn,
    app: &App,
    holder: &str,
    account_id: i64,
    secret: &Secret,
) -> Result<String, RecordError> {
    let public_id = random_hex::<16>();
    let sealed = app.seal.close(place(&public_id), secret.expose())?;
    let row = FirstPassword {
        holder: holder.to_owned(),
        account_id,
        sealed: Some(sealed),
        created_at: app.clock.now_ms(),
        shown_at: None,
        public_id: public_id.clone(),
    };
    table::insert(c, &row)?;
    Ok(public_id)
}

fn place(public_id: &str) -> Place<'_> {
    Place {
        table: "first_passwords",
        column: "sealed",
        row: public_id,
    }
}

/// Whose secret it is, and the secret this one time; `None`: it was shown before, or grew old.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is no such thing for this holder.
pub async fn show(
    app: &Arc<App>,
    holder: String,
    public_id: &str,
) -> Result<(Account, Option<Secret>), ServiceError> {
    let (id, desk) = (public_id.to_owned(), Arc::clone(app));
    let found = app.db.write(move |c| -> Result<_, StoreError> {
        let Some(row) = table::of(c, &id, &holder)? else {
            return Ok(None);
        };
        let account = accounts::by_id(c, row.account_id)?;
        let now = desk.clock.now_ms();
        let is_fresh = row.created_at + KEPT_MS > now;
        let sealed = match row.shown_at {
            None => {
                table::note_shown(c, &id, now)?;
                row.sealed.filter(|_| is_fresh)
            }
            Some(at) if now - at <= AGAIN_MS => row.sealed,
            Some(_) => {
                table::empty(c, &id)?;
                None
            }
        };
        Ok(account.map(|account| (account, sealed)))
    });
    let (account, sealed) = found.await?.ok_or(ServiceError::NotFound)?;
    let secret = sealed.and_then(|sealed| app.seal.open(place(public_id), &sealed).ok());
    Ok((account, secret))
}

/// Forgets secrets that nobody came for; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now_ms();
    app.db
        .write(move |c| table::forget(c, now - KEPT_MS, now - AGAIN_MS).map_err(StoreError::from))
        .await
}
