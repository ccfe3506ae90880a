//! Brings the schema up to date; several processes may try at the same time.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Conn, begin_write, commit, rollback};
use super::db::StoreError;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Applies what is missing and tells how many were applied.
pub(super) fn up(conn: &mut Conn) -> Result<usize, StoreError> {
    begin_write(conn)?;
    // SQLite's IMMEDIATE lock keeps others out; PostgreSQL needs one for this purpose ("jx" and a number).
    if let Conn::Postgres(c) = conn {
        c.batch_execute("SELECT pg_advisory_xact_lock(27256, 1)")?;
    }
    let result = match conn {
        Conn::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|done| done.len()),
        Conn::Postgres(c) => c.run_pending_migrations(POSTGRES).map(|done| done.len()),
    };
    match result {
        Ok(count) => {
            commit(conn)?;
            Ok(count)
        }
        Err(error) => {
            let _ = rollback(conn);
            Err(StoreError::Migration(error.to_string()))
        }
    }
}

/// Whether nothing is missing.
pub(super) fn is_up_to_date(conn: &mut Conn) -> Result<bool, StoreError> {
    let pending = match conn {
        Conn::Sqlite(c) => c.has_pending_migration(SQLITE),
        Conn::Postgres(c) => c.has_pending_migration(POSTGRES),
    };
    pending
        .map(|pending| !pending)
        .map_err(|error| StoreError::Migration(error.to_string()))
}
