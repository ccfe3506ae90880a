//! The second factor: a code of the manager's phone, good once, few tries an hour (S20).

use std::sync::Arc;

use crate::app::App;
use crate::app::seal::Place;
use crate::domain::totp;
use crate::service::error::ServiceError;
use crate::service::guesses::{self, Act, Try};
use crate::store::accounts::Account;
use crate::store::{StoreError, managers, phone_factors};

/// How long a code that was shown on the phone opens the decisions there (decision 19).
pub const PHONE_MS: i64 = 15 * 60_000;

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is the phone's, and was not used before.
    Right,
    /// It is not, or it was used.
    Wrong,
    /// Too many tries in an hour.
    TooMany,
    /// The manager has no second factor.
    None,
}

/// Checks a code. Whatever is right is used up.
///
/// # Errors
/// When the database does not answer, or the key cannot be opened.
pub async fn check(app: &Arc<App>, account: &Account, typed: &str) -> Result<Shown, ServiceError> {
    let id = account.id;
    let row = app
        .db
        .read(move |c| managers::of_account(c, id).map_err(StoreError::from))
        .await?;
    let Some(row) = row else {
        return Ok(Shown::None);
    };
    let Some(sealed) = &row.totp_secret else {
        return Ok(Shown::None);
    };
    let tried = Try::new(app, Act::Factor, &account.login_name, &account.public_id);
    if !guesses::may_try(app, &tried).await? {
        return Ok(counted("too_many", Shown::TooMany));
    }
    let key = app
        .seal
        .open(key_place(&account.public_id), sealed)
        .ok()
        .and_then(|text| totp::from_base32(text.expose()))
        .ok_or(StoreError::Stopped)?;
    let Some(step) = totp::matching_step(&key, typed, app.clock.now_ms(), row.totp_step) else {
        return Ok(counted("wrong", Shown::Wrong));
    };
    let used = app
        .db
        .write(move |c| managers::use_step(c, id, step).map_err(StoreError::from))
        .await?;
    if !used {
        return Ok(counted("wrong", Shown::Wrong));
    }
    guesses::was_right(app, &tried).await?;
    Ok(counted("right", Shown::Right))
}

fn counted(result: &'static str, shown: Shown) -> Shown {
    metrics::counter!("jianxin_second_factor_total", "result" => result).increment(1);
    shown
}

/// Checks a code on the phone; a right one opens its decisions for [`PHONE_MS`] in this page session.
///
/// # Errors
/// When the database does not answer.
pub async fn check_on_phone(
    app: &Arc<App>,
    account: &Account,
    session: &str,
    typed: &str,
) -> Result<Shown, ServiceError> {
    let shown = check(app, account, typed).await?;
    if shown == Shown::Right {
        let (session, id, now) = (session.to_owned(), account.id, app.clock.now_ms());
        app.db
            .write(move |c| phone_factors::set(c, &session, id, now).map_err(StoreError::from))
            .await?;
    }
    Ok(shown)
}

/// Whether decisions on the phone are open in this page session. Where no second factor is required and the manager has
/// none, they are.
///
/// # Errors
/// When the database does not answer.
pub async fn is_fresh_on_phone(
    app: &App,
    account: &Account,
    session: &str,
) -> Result<bool, ServiceError> {
    let (session, id) = (session.to_owned(), account.id);
    let (row, shown_at) = app
        .db
        .read(move |c| -> Result<_, StoreError> {
            Ok((
                managers::of_account(c, id)?,
                phone_factors::shown_at(c, &session, id)?,
            ))
        })
        .await?;
    let has_factor = row.is_some_and(|row| row.totp_secret.is_some());
    if !has_factor {
        return Ok(!app.settings.console.require_second_factor);
    }
    let now = app.clock.now_ms();
    Ok(shown_at.is_some_and(|at| at <= now && now - at < PHONE_MS))
}

/// Where a manager's key stands sealed.
pub(super) fn key_place(account_public_id: &str) -> Place<'_> {
    Place {
        table: "managers",
        column: "totp_secret",
        row: account_public_id,
    }
}
