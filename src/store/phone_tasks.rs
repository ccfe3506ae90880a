//! Persons whom a manager must telephone because no notice can reach them, or none did.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::Conn;
use super::conn::on_either;
use super::schema::phone_tasks;
use super::schema::phone_tasks::dsl;

/// A call to be made.
#[derive(Clone, Insertable)]
#[diesel(table_name = phone_tasks)]
pub struct NewTask {
    /// Internal key.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// A second task with the same key is not taken.
    pub dedupe_key: String,
    /// Which notice could not be sent.
    pub kind: String,
    /// Whom to call.
    pub account_id: i64,
    /// Whose managers call.
    pub unit_id: String,
    /// Why: `not_linked` (there was no notice) or `undelivered` (there was one in vain).
    pub reason: String,
    /// A JSON object: the notice's fields.
    pub details: String,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// Takes a task; false when one with its key is there.
pub fn insert(conn: &mut Conn, task: &NewTask) -> QueryResult<bool> {
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::phone_tasks)
        .values(task)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Whether a call with that `dedupe_key` was taken.
pub fn is_known(conn: &mut Conn, dedupe_key: &str) -> QueryResult<bool> {
    let known = dsl::phone_tasks.filter(dsl::dedupe_key.eq(dedupe_key));
    select(exists(known)).get_result(conn)
}

/// Whether a call of that kind to that person is still to be made.
pub fn is_open(conn: &mut Conn, unit_id: &str, account_id: i64, kind: &str) -> QueryResult<bool> {
    let open = dsl::phone_tasks
        .filter(dsl::unit_id.eq(unit_id))
        .filter(dsl::done_at.is_null())
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind));
    select(exists(open)).get_result(conn)
}
