//! The audit trail. Persons appear as keyed hashes, never as openids. Rows are only ever added: the database refuses
//! everything else, but for `chain`, which fills a committed row's place once.

pub mod chain;
pub mod search;
pub mod staff;
pub mod subjects;
mod unit;

use diesel::prelude::*;

use super::Conn;
use super::schema::audit;

/// One entry.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = audit)]
pub struct Entry {
    /// Random.
    pub id: String,
    /// Milliseconds UTC.
    pub at: i64,
    /// Who: `follower:HASH`, `manager:ID`, `api-key:NAME`, `command-line`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what: `account:ID`, several with a blank between them.
    pub subject: String,
}

/// Appends an entry; call it in the transaction of the act. Whose business it was is the unit of the subject, else that
/// of a manager who acted; nothing is locked for it.
pub fn append(conn: &mut Conn, entry: &Entry) -> QueryResult<usize> {
    let unit_id = unit::of(conn, entry)?;
    append_for(conn, entry, unit_id.as_deref())
}

/// [`append`] where the unit is known, or where it is known that the entry is no unit's.
pub fn append_for(conn: &mut Conn, entry: &Entry, unit_id: Option<&str>) -> QueryResult<usize> {
    diesel::insert_into(audit::table)
        .values((entry, audit::unit_id.eq(unit_id)))
        .execute(conn)
}
