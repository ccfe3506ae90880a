//! Results that did not reach their person, until it is settled whether somebody telephones instead.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::store::Conn;
use crate::store::schema::pushes;
use crate::store::schema::pushes::dsl;

/// The words of the partial index `pushes_undelivered`: SQLite uses it only when it sees them again. Parked notices are not
/// among them, a person decides about those; nor are those that were cancelled by hand or with their account. Whoever signs
/// out, or links another WeChat, while a notice waits is not told by it either.
const UNDELIVERED: &str = "fallback_at IS NULL \
    AND kind IN ('registration_reviewed', 'binding_reviewed', 'appointment_reviewed', 'password_reset_done') \
    AND (state IN ('refused', 'expired') OR (state = 'cancelled' AND reason IN ('unsubscribed', 'blocked', 'signed_out', 'replaced')) \
    OR (state = 'sent' AND receipt IN ('user_block', 'system_failed')))";

/// What a call needs to know of a notice.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = pushes)]
pub struct Undelivered {
    /// Internal key.
    pub id: i64,
    /// The id that people and the platform know it by.
    pub public_id: String,
    /// Which of the nine notices.
    pub kind: String,
    /// The receiver's account.
    pub account_id: Option<i64>,
    /// The procuratorate.
    pub unit_id: String,
    /// A JSON object: logical field to value.
    pub fields: String,
}

/// Those that ended after `since` (milliseconds UTC), the longest ended first.
pub fn undelivered(conn: &mut Conn, since: i64, limit: i64) -> QueryResult<Vec<Undelivered>> {
    dsl::pushes
        .filter(words())
        .filter(dsl::ended_at.gt(since))
        .order((dsl::ended_at, dsl::id))
        .limit(limit)
        .select(Undelivered::as_select())
        .load(conn)
}

/// Notes that it is settled now whether somebody telephones; false when it was before, or when the notice is to be sent
/// anew. The row stays locked until the transaction ends.
pub fn settle_fallback(conn: &mut Conn, id: i64, now: i64) -> QueryResult<bool> {
    let row = dsl::pushes.filter(words()).filter(dsl::id.eq(id));
    let settled = diesel::update(row)
        .set(dsl::fallback_at.eq(now))
        .execute(conn)?;
    Ok(settled == 1)
}

/// Nobody telephones any more because of the notices of a kind that an account got until now, whatever becomes of them:
/// what they told of was overtaken.
pub fn waive_fallback(
    conn: &mut Conn,
    account_id: i64,
    kind: &str,
    now: i64,
) -> QueryResult<usize> {
    let ids: Vec<i64> = dsl::pushes
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::fallback_at.is_null())
        .order(dsl::id)
        .select(dsl::id)
        .load(conn)?;
    // One after the other, in the order in which a worker locks what it settles.
    for id in &ids {
        diesel::update(dsl::pushes.find(id))
            .set(dsl::fallback_at.eq(now))
            .execute(conn)?;
    }
    Ok(ids.len())
}

fn words() -> SqlLiteral<Bool> {
    sql::<Bool>(UNDELIVERED)
}

#[cfg(test)]
mod tests {
    use super::UNDELIVERED;
    use crate::domain::notice::Kind;
    use crate::store::push_receipts::{SYSTEM_FAILED, USER_BLOCK};
    use crate::store::pushes::triage::reasons;
    use crate::store::pushes::{CANCELLED, EXPIRED, REFUSED, SENT};

    #[test]
    fn the_words_are_those_of_the_code_and_of_the_index() {
        for kind in Kind::ALL {
            let named = UNDELIVERED.contains(&format!("'{}'", kind.as_str()));
            assert_eq!(named, kind.is_result(), "{}", kind.as_str());
        }
        let states = [REFUSED, EXPIRED, CANCELLED, SENT];
        let causes = [reasons::UNSUBSCRIBED, reasons::BLOCKED];
        let receipts = [USER_BLOCK, SYSTEM_FAILED];
        for word in [&states[..], &causes, &receipts].concat() {
            assert!(UNDELIVERED.contains(&format!("'{word}'")), "{word}");
        }
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let index = include_str!("../../../migrations/sqlite/2026-11-29-000150_undelivered/up.sql");
        assert!(plain(index).contains(&plain(UNDELIVERED)));
    }
}
