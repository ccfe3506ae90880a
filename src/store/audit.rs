//! The audit trail. Persons appear as keyed hashes, never as openids.

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
    /// Who: `follower:HASH`, `api-key:NAME`, `command-line`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
}

/// Appends an entry; call it in the transaction of the act.
pub fn append(conn: &mut Conn, entry: &Entry) -> QueryResult<usize> {
    diesel::insert_into(audit::table)
        .values(entry)
        .execute(conn)
}
