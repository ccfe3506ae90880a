//! The access token that all instances share: one row an account. Every change is a compare-and-set, so that whoever
//! was slow changes nothing.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::access_tokens;
use super::schema::access_tokens::dsl;

/// The row.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = access_tokens)]
pub struct Row {
    /// The sealed token; empty before the first one.
    pub token: String,
    /// Grows with every token that may be served; 0: there was none yet.
    pub generation: i64,
    /// Milliseconds UTC; not to be served from then on.
    pub expires_at: i64,
    /// Milliseconds UTC of the platform's last answer.
    pub fetched_at: i64,
    /// The newest generation that the platform refused.
    pub rejected_generation: i64,
    /// How often in a row it refused a token that it had just confirmed.
    pub rejections: i32,
    /// The day of China that `forced_today` counts.
    pub forced_day: String,
    /// Forced renewals of that day.
    pub forced_today: i32,
    /// Milliseconds UTC of the last forced renewal.
    pub forced_at: i64,
    /// Milliseconds UTC until which somebody asks the platform; 0: nobody does.
    pub claimed_until: i64,
}

/// A forced renewal, noted before it is asked for.
#[derive(Clone)]
pub struct Forced {
    /// The day of China.
    pub day: String,
    /// With this one.
    pub today: i32,
    /// Milliseconds UTC.
    pub at: i64,
}

/// What the platform's answer changes.
#[derive(Clone)]
pub struct Answer {
    /// The sealed token.
    pub token: String,
    /// The row's new generation; the old one when the token only lives longer.
    pub generation: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
    /// Milliseconds UTC.
    pub fetched_at: i64,
    /// Refusals of this very token so far.
    pub rejections: i32,
    /// Whether the answer is only good if nobody refused the token meanwhile.
    pub unless_rejected: bool,
}

/// The account's row, made when it is missing.
pub fn find_or_insert(conn: &mut Conn, app_id: &str) -> QueryResult<Row> {
    if let Some(row) = find(conn, app_id)? {
        return Ok(row);
    }
    let empty = (
        dsl::app_id.eq(app_id),
        dsl::token.eq(""),
        dsl::generation.eq(0),
        dsl::expires_at.eq(0),
        dsl::fetched_at.eq(0),
        dsl::rejected_generation.eq(0),
        dsl::rejections.eq(0),
        dsl::forced_day.eq(""),
        dsl::forced_today.eq(0),
        dsl::forced_at.eq(0),
        dsl::claimed_until.eq(0),
    );
    on_either!(conn, c => diesel::insert_into(dsl::access_tokens)
        .values(empty)
        .on_conflict_do_nothing()
        .execute(c))?;
    dsl::access_tokens
        .find(app_id)
        .select(Row::as_select())
        .first(conn)
}

/// The account's row.
pub fn find(conn: &mut Conn, app_id: &str) -> QueryResult<Option<Row>> {
    dsl::access_tokens
        .find(app_id)
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// Takes the right to ask the platform until `until`; false when somebody has it or the row is not as it was `seen`. A
/// claim that reaches further than this one was made before the clock was set back, and does not count.
pub fn claim(
    conn: &mut Conn,
    app_id: &str,
    seen: &Row,
    forced: Option<&Forced>,
    now: i64,
    until: i64,
) -> QueryResult<bool> {
    let unchanged = dsl::access_tokens
        .find(app_id)
        .filter(dsl::generation.eq(seen.generation))
        .filter(dsl::fetched_at.eq(seen.fetched_at))
        .filter(dsl::rejected_generation.eq(seen.rejected_generation))
        .filter(dsl::forced_at.eq(seen.forced_at))
        .filter(dsl::claimed_until.le(now).or(dsl::claimed_until.gt(until)));
    let changed = match forced {
        None => diesel::update(unchanged)
            .set(dsl::claimed_until.eq(until))
            .execute(conn)?,
        Some(forced) => diesel::update(unchanged)
            .set((
                dsl::claimed_until.eq(until),
                dsl::forced_day.eq(&forced.day),
                dsl::forced_today.eq(forced.today),
                dsl::forced_at.eq(forced.at),
            ))
            .execute(conn)?,
    };
    Ok(changed == 1)
}

/// Gives the claim back without an answer.
pub fn release(conn: &mut Conn, app_id: &str, claimed_until: i64) -> QueryResult<bool> {
    let mine = dsl::access_tokens
        .find(app_id)
        .filter(dsl::claimed_until.eq(claimed_until));
    let changed = diesel::update(mine)
        .set(dsl::claimed_until.eq(0))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Stores an answer of the platform; false when the row has gone on since it was `seen`: a newer token is there, or
/// the token was refused meanwhile.
pub fn settle(conn: &mut Conn, app_id: &str, seen: &Row, answer: &Answer) -> QueryResult<bool> {
    let newest_rejection = if answer.unless_rejected {
        seen.rejected_generation
    } else {
        seen.generation
    };
    let unchanged = dsl::access_tokens
        .find(app_id)
        .filter(dsl::generation.eq(seen.generation))
        .filter(dsl::rejected_generation.le(newest_rejection));
    let changed = diesel::update(unchanged)
        .set((
            dsl::token.eq(&answer.token),
            dsl::generation.eq(answer.generation),
            dsl::expires_at.eq(answer.expires_at),
            dsl::fetched_at.eq(answer.fetched_at),
            dsl::rejections.eq(answer.rejections),
            dsl::claimed_until.eq(0),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Notes that the platform refused this generation; false when it is not the present one, or was refused before.
/// A refusal within `fresh_ms` of the platform's last answer counts further, a later one counts from one.
pub fn reject(
    conn: &mut Conn,
    app_id: &str,
    generation: i64,
    now: i64,
    fresh_ms: i64,
) -> QueryResult<bool> {
    let Some(row) = find(conn, app_id)? else {
        return Ok(false);
    };
    let is_fresh = now - row.fetched_at <= fresh_ms;
    let rejections = if is_fresh {
        row.rejections.saturating_add(1)
    } else {
        1
    };
    let present = dsl::access_tokens
        .find(app_id)
        .filter(dsl::generation.eq(generation))
        .filter(dsl::rejected_generation.lt(generation));
    let changed = diesel::update(present)
        .set((
            dsl::rejected_generation.eq(generation),
            dsl::rejections.eq(rejections),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Deletes the tokens of other accounts that ended before `before` (milliseconds UTC).
pub fn prune(conn: &mut Conn, app_id: &str, before: i64) -> QueryResult<usize> {
    let old = dsl::access_tokens
        .filter(dsl::app_id.ne(app_id))
        .filter(dsl::expires_at.lt(before))
        .filter(dsl::claimed_until.lt(before));
    diesel::delete(old).execute(conn)
}
