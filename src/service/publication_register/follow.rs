//! The register follows the publications, in the transaction that changes them.

use crate::domain::publishing::{Status, number_key};
use crate::store::publication_register::{self as table, Row};
use crate::store::{Conn, StoreError};

/// A document that can be read, or will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) unit_id: String,
    pub(crate) number: String,
    pub(crate) external_id: String,
    pub(crate) published_at: i64,
}

/// Keys in one question.
const CHUNK: usize = 500;

/// Marks documents as public that stand in the register.
pub(crate) fn shown(c: &mut Conn, documents: &[Document], now: i64) -> Result<(), StoreError> {
    if documents.is_empty() || table::is_empty(c)? {
        return Ok(());
    }
    for chunk in documents.chunks(CHUNK) {
        let keys: Vec<String> = chunk.iter().map(|one| number_key(&one.number)).collect();
        for row in table::by_keys(c, &keys)? {
            let document = chunk
                .iter()
                .zip(&keys)
                .find(|(one, key)| one.unit_id == row.unit_id && **key == row.number_key);
            if let Some((document, _)) = document {
                marked(c, row, Some(document), now)?;
            }
        }
    }
    Ok(())
}

/// Marks documents as waiting again whose publication was withdrawn.
pub(crate) fn gone(c: &mut Conn, external_ids: &[&str], now: i64) -> Result<(), StoreError> {
    if external_ids.is_empty() || table::is_empty(c)? {
        return Ok(());
    }
    for chunk in external_ids.chunks(CHUNK) {
        for row in table::by_publications(c, chunk)? {
            marked(c, row, None, now)?;
        }
    }
    Ok(())
}

/// The row as the publication makes it.
pub(super) fn marked_row(mut row: Row, document: Option<&Document>, now: i64) -> Row {
    row.external_id = document.map(|one| one.external_id.clone());
    row.public_at = document.map(|one| one.published_at);
    let status = match document {
        Some(_) => Status::Public,
        None if row.reason.is_some() => Status::Closed,
        None => Status::Waiting,
    };
    if document.is_some() {
        row.reason = None;
        row.note = None;
    }
    row.status = status.as_str().to_owned();
    row.version += 1;
    row.updated_at = now;
    row
}

fn marked(c: &mut Conn, row: Row, document: Option<&Document>, now: i64) -> Result<(), StoreError> {
    let is_so = row.external_id.as_deref() == document.map(|one| one.external_id.as_str())
        && row.public_at == document.map(|one| one.published_at)
        && (document.is_none() || row.status == Status::Public.as_str());
    if is_so {
        return Ok(());
    }
    let version = row.version;
    // Somebody who was quicker wrote a reason; the publication wins with the next change.
    if !table::update(c, &marked_row(row, document, now), version)? {
        tracing::warn!("an entry of the register changed while its publication did");
    }
    Ok(())
}
