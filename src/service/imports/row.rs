//! From a record to the row of it that is stored.

use sha2::{Digest, Sha256};

use crate::app::{hex, random_bytes};
use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationRecord;
use crate::domain::units::UnitTree;
use crate::service::publications::filing_scopes;
use crate::store::publications::Row;

/// The row of a record.
pub(super) fn row(
    tree: &UnitTree,
    record: PublicationRecord,
    unit: &str,
    id: i64,
    public_id: String,
    revision: i64,
    now: i64,
) -> Row {
    let fingerprint = fingerprint(&record, unit);
    let (scope_1, scope_2) = filing_scopes(tree, &UnitId::new(unit));
    Row {
        id,
        public_id,
        external_id: record.external_id,
        kind: record.kind.as_str().to_owned(),
        unit_id: unit.to_owned(),
        scope_1,
        scope_2,
        title: record.title,
        summary: record.summary,
        body: record.body,
        document_type: record.document_type,
        document_number: record.document_number,
        charges: serde_json::Value::from(record.charges).to_string(),
        published_at: record.published_at,
        source_url: record.source_url,
        withdrawn_at: None,
        revision,
        fingerprint,
        stored_at: now,
    }
}

/// A hash of everything a record says; the length before each part keeps the parts apart.
pub(super) fn fingerprint(record: &PublicationRecord, unit: &str) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for text in [
        record.kind.as_str(),
        unit,
        &record.title,
        &record.summary,
        &record.body,
    ] {
        part(text);
    }
    for text in [
        &record.document_type,
        &record.document_number,
        &record.source_url,
    ] {
        part(text.as_deref().unwrap_or("\0"));
    }
    part(&record.published_at.to_string());
    for charge in &record.charges {
        part(charge);
    }
    hex(hash.finalize().get(..16).unwrap_or_default())
}

/// 80 random bits in letters and digits that are easy to read out.
pub(super) fn public_id() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    random_bytes::<16>()
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte & 31)))
        .map(|letter| char::from(*letter))
        .collect()
}
