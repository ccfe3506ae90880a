//! Publications that were written or corrected at the desk of their unit: no import puts another text there.

use diesel::prelude::*;

use super::Conn;
use super::schema::desk_publications;
use super::schema::desk_publications::dsl;

/// A publication that is the desk's.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = desk_publications)]
pub struct Taken {
    /// The publication's.
    pub external_id: String,
    /// The fingerprint of what stood there before the desk's first text; none when nothing did.
    pub replaced: Option<String>,
    /// Milliseconds UTC.
    pub taken_at: i64,
}

/// Notes that one is the desk's; what was noted first stays, for later texts of the desk replace its own.
pub fn take(conn: &mut Conn, taken: Taken) -> QueryResult<()> {
    let known: i64 = dsl::desk_publications
        .filter(dsl::external_id.eq(&taken.external_id))
        .count()
        .get_result(conn)?;
    if known == 0 {
        diesel::insert_into(desk_publications::table)
            .values(taken)
            .execute(conn)?;
    }
    Ok(())
}

/// Which of these are the desk's.
pub fn of(conn: &mut Conn, external_ids: &[&str]) -> QueryResult<Vec<Taken>> {
    dsl::desk_publications
        .filter(dsl::external_id.eq_any(external_ids))
        .select(Taken::as_select())
        .load(conn)
}
