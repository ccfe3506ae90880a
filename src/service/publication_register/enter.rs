//! Entries by hand: a document, its day and type, and why it is not public.

use std::collections::HashMap;
use std::sync::Arc;

use super::RegisterError;
use super::follow::{Document, marked_row};
use crate::app::{App, random_hex};
use crate::domain::desk::UnitScope;
use crate::domain::publishing::{Fault, NotPublic, Status, day_of, number_key};
use crate::service::audit::audit_entry;
use crate::service::desk::Manager;
use crate::store::audit;
use crate::store::publication_register::{self as table, Period, Row, Wanted};
use crate::store::{Conn, StoreError, publications};

/// What a form or a line of a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// 文书号.
    pub document_number: String,
    /// 文书种类.
    pub document_type: String,
    /// `2026-11-20`.
    pub decided_on: String,
    /// A word or title of [`NotPublic`]; empty: it is to become public.
    pub reason: String,
    /// The same in words.
    pub note: String,
}

/// An entry, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub(super) document_number: String,
    pub(super) document_type: String,
    pub(super) decided_at: i64,
    pub(super) reason: Option<NotPublic>,
    pub(super) note: Option<String>,
}

/// Reads an entry; every fault at once.
///
/// # Errors
/// The faults, in the order of the fields.
pub fn read(entry: &Entry) -> Result<Read, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut fault = |field, message: &str| {
        faults.push(Fault {
            field,
            message: message.to_owned(),
        });
    };
    let number = entry.document_number.trim();
    if number.is_empty() || number.chars().count() > 80 {
        fault("document_number", "请输入文书号，最多80个字。");
    }
    let kind = entry.document_type.trim();
    if kind.is_empty() || kind.chars().count() > 40 {
        fault("document_type", "请输入文书种类，例如起诉书。");
    }
    let decided_at = day_of(entry.decided_on.trim());
    if decided_at.is_none() {
        fault("decided_on", "请输入文书日期，例如2026-11-20。");
    }
    let word = entry.reason.trim();
    let reason = NotPublic::ALL
        .into_iter()
        .find(|reason| reason.as_str() == word || reason.title() == word);
    if !word.is_empty() && reason.is_none() {
        fault("reason", "请从列表中选择不公开原因。");
    }
    let note = entry.note.trim();
    if note.chars().count() > 300 {
        fault("note", "说明最多300个字。");
    }
    if reason == Some(NotPublic::Other) && note.is_empty() {
        fault("note", "选择“其他原因”时，请写明原因。");
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Read {
        document_number: number.to_owned(),
        document_type: kind.to_owned(),
        decided_at: decided_at.unwrap_or_default(),
        reason,
        note: (!note.is_empty()).then(|| note.to_owned()),
    })
}

/// Adds an entry to the unit's list, or changes the one with this number.
///
/// # Errors
/// [`RegisterError::Invalid`] when fields are missing.
pub async fn put(app: &Arc<App>, manager: &Manager, entry: &Entry) -> Result<Put, RegisterError> {
    let read = read(entry).map_err(RegisterError::Invalid)?;
    let (app_, scope, actor) = (Arc::clone(app), manager.scope(), manager.actor());
    let account_id = manager.account.id;
    app.db
        .write(move |c| {
            let public = public_numbers(c, &scope)?;
            let put = entered(c, &app_, &scope, account_id, &read, &public)?;
            if put != Put::Unchanged {
                audited(c, &app_, &actor, &read.document_number)?;
            }
            Ok(put)
        })
        .await
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// New.
    Added,
    /// Changed.
    Changed,
    /// Already so.
    Unchanged,
}

/// The unit's documents that can be read, by folded number.
pub(super) fn public_numbers(
    c: &mut Conn,
    scope: &UnitScope,
) -> Result<HashMap<String, Document>, StoreError> {
    let rows = publications::numbers_of_unit(c, scope)?;
    let document = |(number, external_id, published_at): (Option<String>, String, i64)| {
        let number = number?;
        let key = number_key(&number);
        let document = Document {
            unit_id: scope.unit_id().to_owned(),
            number,
            external_id,
            published_at,
        };
        Some((key, document))
    };
    Ok(rows.into_iter().filter_map(document).collect())
}

pub(super) fn entered(
    c: &mut Conn,
    app: &App,
    scope: &UnitScope,
    account_id: i64,
    read: &Read,
    public: &HashMap<String, Document>,
) -> Result<Put, RegisterError> {
    let now = app.clock.now_ms();
    let key = number_key(&read.document_number);
    let before = table::by_number(c, scope, &key)?;
    let row = Row {
        id: before
            .as_ref()
            .map_or_else(|| app.ids.next(now), |row| row.id),
        public_id: before
            .as_ref()
            .map_or_else(random_hex::<16>, |row| row.public_id.clone()),
        unit_id: scope.unit_id().to_owned(),
        document_number: read.document_number.clone(),
        document_type: read.document_type.clone(),
        decided_at: read.decided_at,
        status: Status::Waiting.as_str().to_owned(),
        reason: read.reason.map(|reason| reason.as_str().to_owned()),
        note: read.note.clone(),
        external_id: None,
        public_at: None,
        updated_by: Some(account_id),
        version: before.as_ref().map_or(0, |row| row.version),
        created_at: before.as_ref().map_or(now, |row| row.created_at),
        updated_at: now,
        number_key: key,
    };
    let row = marked_row(row.clone(), public.get(&row.number_key), now);
    match before {
        None => {
            table::insert(c, &row)?;
            Ok(Put::Added)
        }
        Some(before) if is_same(&before, &row) => Ok(Put::Unchanged),
        Some(before) => match table::update(c, &row, before.version)? {
            true => Ok(Put::Changed),
            false => Err(RegisterError::Stale),
        },
    }
}

fn is_same(before: &Row, row: &Row) -> bool {
    let told = |row: &Row| {
        (
            row.document_number.clone(),
            row.document_type.clone(),
            row.decided_at,
            row.status.clone(),
            row.reason.clone(),
            row.note.clone(),
            row.external_id.clone(),
        )
    };
    told(before) == told(row)
}

pub(super) fn audited(
    c: &mut Conn,
    app: &App,
    actor: &str,
    subject: &str,
) -> Result<(), RegisterError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        actor,
        "publication.registered",
        format!("document:{subject}"),
    );
    audit::append(c, &entry)?;
    Ok(())
}

/// The unit's documents of a period.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &App,
    manager: &Manager,
    period: Period,
    wanted: Wanted,
    range: (i64, i64),
) -> Result<Vec<Row>, RegisterError> {
    let scope = manager.scope();
    app.db
        .read(move |c| Ok(table::list(c, &scope, period, &wanted, range)?))
        .await
}

/// One of the unit's documents.
///
/// # Errors
/// [`RegisterError::NotFound`] when it is not the unit's.
pub async fn one(app: &App, manager: &Manager, public_id: &str) -> Result<Row, RegisterError> {
    let (scope, public_id) = (manager.scope(), public_id.to_owned());
    app.db
        .read(move |c| table::of_unit(c, &scope, &public_id)?.ok_or(RegisterError::NotFound))
        .await
}
