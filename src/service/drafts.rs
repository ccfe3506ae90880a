//! Drafts: what a follower has typed survives a closed web view. Sealed, and bound to the follower and the form.

use std::collections::BTreeMap;

use crate::app::App;
use crate::app::seal::Place;
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::store::drafts::{self as table, Row};
use crate::store::{Conn, StoreError};

/// A draft that nobody touches is kept this long.
const KEPT_MS: i64 = 30 * 24 * 3600 * 1000;
/// Most of a draft, in bytes of JSON.
pub const MOST_BYTES: usize = 32 * 1024;

/// Between the values of fields with the same name; nothing that a phone types.
pub const SEPARATOR: char = '\u{1e}';
/// Drafts of one person; the oldest go.
const MOST: i64 = 20;

/// Field to what was typed.
pub type Typed = BTreeMap<String, String>;

/// Keeps what was typed; an empty draft is dropped.
///
/// # Errors
/// [`ServiceError::Rejected`] when it is too long; when the database does not answer.
pub async fn keep(
    app: &App,
    openid: &OpenId,
    form: &str,
    typed: &Typed,
) -> Result<(), ServiceError> {
    let holder = app.person_hash(openid.as_str());
    let form = form.to_owned();
    if typed.values().all(String::is_empty) {
        app.db
            .write(move |c| table::drop_one(c, &holder, &form).map_err(StoreError::from))
            .await?;
        return Ok(());
    }
    let text = serde_json::json!(typed).to_string();
    if text.len() > MOST_BYTES {
        return Err(ServiceError::Rejected(
            "内容太长，没有保存草稿。".to_owned(),
        ));
    }
    let sealed = app
        .seal
        .close(place(&row(&holder, &form)), &text)
        .map_err(|_refused| ServiceError::Rejected("草稿没有保存。".to_owned()))?;
    let row = Row {
        holder,
        form,
        sealed,
        updated_at: app.clock.now_ms(),
    };
    app.db
        .write(move |c| -> Result<(), StoreError> {
            table::put(c, &row)?;
            table::keep_newest(c, &row.holder, MOST)?;
            Ok(())
        })
        .await?;
    Ok(())
}

/// What was typed before; empty when nothing was, or when it can no longer be opened.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, openid: &OpenId, form: &str) -> Result<Typed, ServiceError> {
    let holder = app.person_hash(openid.as_str());
    let row = row(&holder, form);
    let (whose, form) = (holder.clone(), form.to_owned());
    let sealed = app
        .db
        .read(move |c| table::of(c, &whose, &form).map_err(StoreError::from))
        .await?;
    let typed = sealed
        .and_then(|sealed| app.seal.open(place(&row), &sealed).ok())
        .and_then(|text| serde_json::from_str(text.expose()).ok());
    Ok(typed.unwrap_or_default())
}

/// Drops a draft, in the transaction that takes the form.
///
/// # Errors
/// When the database refuses.
pub fn done(c: &mut Conn, holder: &str, form: &str) -> Result<(), StoreError> {
    table::drop_one(c, holder, form)?;
    Ok(())
}

/// Forgets drafts that nobody came back to; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let before = app.clock.now_ms() - KEPT_MS;
    app.db
        .write(move |c| table::forget(c, before).map_err(StoreError::from))
        .await
}

fn row(holder: &str, form: &str) -> String {
    format!("{holder}:{form}")
}

fn place(row: &str) -> Place<'_> {
    Place {
        table: "drafts",
        column: "sealed",
        row,
    }
}
