//! Putting notices into the outbox. Call it inside the transaction that makes what the notice tells of: then both are
//! there or neither is (reliability O1, O3).

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::Conn;
use super::conn::on_either;
use super::schema::pushes;
use super::schema::pushes::dsl;

/// A notice for one person, as it is promised.
#[derive(Clone, Insertable)]
#[diesel(table_name = pushes)]
pub struct NewPush {
    /// Internal key, see [`super::row_id`].
    pub id: i64,
    /// 32 hexadecimal digits; also the platform's `client_msg_id`.
    pub public_id: String,
    /// Which of the nine notices.
    pub kind: String,
    /// 0 goes first.
    pub lane: i32,
    /// The receiver's account.
    pub account_id: Option<i64>,
    /// The procuratorate that the notice comes from.
    pub unit_id: String,
    /// The receiver.
    pub openid: Option<String>,
    /// Keyed hash of the receiver's openid.
    pub openid_hash: String,
    /// A JSON object: logical field to value, without anything secret.
    pub fields: String,
    /// A sealed value for the one field that must not be stored in clear.
    pub secret: Option<String>,
    /// What a tap opens, below our address.
    pub path: String,
    /// Notices with the same key go in order, one at a time: receiver and case.
    pub order_key: Option<String>,
    /// A second notice with the same key is not taken.
    pub dedupe_key: Option<String>,
    /// To-dos with the same key may be merged while they wait.
    pub merge_key: Option<String>,
    /// `pending`, or `merged` for one that another one tells of.
    pub state: String,
    /// Milliseconds UTC of the first try; `None` for a merged one.
    pub due_at: Option<i64>,
    /// The notice that tells of this one.
    pub merged_into: Option<i64>,
    /// Zero.
    pub attempts: i32,
    /// Zero.
    pub token_swaps: i32,
    /// Zero.
    pub crashes: i32,
    /// Milliseconds UTC after which it is not sent any more.
    pub expires_at: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Set for a merged one.
    pub ended_at: Option<i64>,
}

/// Takes a notice; false when one with its `dedupe_key` is there. It stands behind an unfinished one of the same
/// `order_key`.
pub fn enqueue(conn: &mut Conn, push: &NewPush) -> QueryResult<bool> {
    let mut push = push.clone();
    if let Some(order_key) = push.order_key.as_deref()
        && push.due_at.is_some()
        && has_open(conn, order_key)?
    {
        push.due_at = None;
    }
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::pushes)
        .values(&push)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Whether a notice with that `dedupe_key` was taken.
pub fn is_known(conn: &mut Conn, dedupe_key: &str) -> QueryResult<bool> {
    let known = dsl::pushes.filter(dsl::dedupe_key.eq(dedupe_key));
    select(exists(known)).get_result(conn)
}

fn has_open(conn: &mut Conn, order_key: &str) -> QueryResult<bool> {
    let open = dsl::pushes
        .filter(dsl::order_key.eq(order_key))
        .filter(dsl::ended_at.is_null())
        .filter(dsl::state.ne("parked"));
    select(exists(open)).get_result(conn)
}
