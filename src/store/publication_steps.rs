//! What was done with drafts, and the findings that were signed to be none.

use diesel::prelude::*;

use super::Conn;
use super::schema::{accounts, publication_overrides, publication_steps};

/// A step.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = publication_steps)]
pub struct Step {
    /// Internal key.
    pub id: i64,
    /// The draft's.
    pub draft_id: i64,
    /// Milliseconds UTC.
    pub at: i64,
    /// Whose; nobody's when the program did it.
    pub account_id: Option<i64>,
    /// What was done.
    pub action: String,
    /// A reason or the like.
    pub note: Option<String>,
    /// The text it was done with.
    pub text_hash: String,
}

/// A step as it is shown.
#[derive(Clone, Debug, Queryable)]
pub struct Shown {
    /// Milliseconds UTC.
    pub at: i64,
    /// Who did it.
    pub name: Option<String>,
    /// What was done.
    pub action: String,
    /// A reason or the like.
    pub note: Option<String>,
}

/// A signed finding.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = publication_overrides)]
pub struct Override {
    /// Internal key.
    pub id: i64,
    /// The draft's.
    pub draft_id: i64,
    /// The text it was signed for.
    pub text_hash: String,
    /// Which finding.
    pub finding: String,
    /// Why it is none.
    pub reason: String,
    /// Who signed.
    pub signed_by: i64,
    /// Milliseconds UTC.
    pub signed_at: i64,
    /// Keyed hash of all of it.
    pub signature: String,
}

/// Adds a step.
pub fn add(conn: &mut Conn, step: &Step) -> QueryResult<usize> {
    diesel::insert_into(publication_steps::table)
        .values(step)
        .execute(conn)
}

/// The steps of a draft, oldest first.
pub fn of_draft(conn: &mut Conn, draft_id: i64) -> QueryResult<Vec<Shown>> {
    publication_steps::table
        .left_join(accounts::table)
        .filter(publication_steps::draft_id.eq(draft_id))
        .order(publication_steps::id.asc())
        .select((
            publication_steps::at,
            accounts::display_name.nullable(),
            publication_steps::action,
            publication_steps::note,
        ))
        .load(conn)
}

/// Who took one of these steps with a draft, each account once.
pub fn who(conn: &mut Conn, draft_id: i64, actions: &[&str]) -> QueryResult<Vec<i64>> {
    let found: Vec<Option<i64>> = publication_steps::table
        .filter(publication_steps::draft_id.eq(draft_id))
        .filter(publication_steps::action.eq_any(actions))
        .filter(publication_steps::account_id.is_not_null())
        .select(publication_steps::account_id)
        .distinct()
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// Signs a finding; what was signed for it before is replaced.
pub fn sign(conn: &mut Conn, row: &Override) -> QueryResult<usize> {
    unsign(conn, row.draft_id, &row.text_hash, &row.finding)?;
    diesel::insert_into(publication_overrides::table)
        .values(row)
        .execute(conn)
}

/// Takes a signature back.
pub fn unsign(
    conn: &mut Conn,
    draft_id: i64,
    text_hash: &str,
    finding: &str,
) -> QueryResult<usize> {
    let same = publication_overrides::table
        .filter(publication_overrides::draft_id.eq(draft_id))
        .filter(publication_overrides::text_hash.eq(text_hash))
        .filter(publication_overrides::finding.eq(finding));
    diesel::delete(same).execute(conn)
}

/// What was signed for one text of a draft, with the names of those who signed.
pub fn signed(
    conn: &mut Conn,
    draft_id: i64,
    text_hash: &str,
) -> QueryResult<Vec<(Override, String)>> {
    publication_overrides::table
        .inner_join(accounts::table)
        .filter(publication_overrides::draft_id.eq(draft_id))
        .filter(publication_overrides::text_hash.eq(text_hash))
        .order(publication_overrides::id.asc())
        .select((Override::as_select(), accounts::display_name))
        .load(conn)
}
