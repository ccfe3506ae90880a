//! Receipts: what the platform tells about a notice after it took it, once per notice, also before its sender has
//! stored the id that joins the two.

use diesel::prelude::*;

use super::conn::on_either;
use super::pushes::{SENT, revive};
use super::schema::push_receipts::dsl;
use super::schema::{push_receipts, pushes};
use super::{Conn, push_blocks};
use crate::domain::notice::SECRET_MARK;

/// Delivered.
pub const SUCCESS: &str = "success";
/// The receiver refuses messages of the account.
pub const USER_BLOCK: &str = "user_block";
/// The platform failed to deliver.
pub const SYSTEM_FAILED: &str = "system_failed";

/// After this time the platform shows a notice that it failed to deliver, even under the same id.
const SECOND_TRY_MS: i64 = 15 * 60_000;
/// A receipt without an id is for a notice sent not longer ago.
const NAMELESS_MS: i64 = 10 * 60_000;

/// A receipt as it came.
#[derive(Clone, Insertable)]
#[diesel(table_name = push_receipts)]
pub struct Receipt {
    /// The same receipt has the same key.
    pub receipt_key: String,
    /// The platform's id; `0` when it does not say.
    pub msgid: String,
    /// Keyed hash of the receiver.
    pub openid_hash: String,
    /// [`SUCCESS`], [`USER_BLOCK`], [`SYSTEM_FAILED`] or the platform's word.
    pub status: String,
    /// Milliseconds UTC.
    pub received_at: i64,
}

/// What a receipt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// It came before.
    Repeated,
    /// Its notice has it now.
    Notice,
    /// No notice yet, or none of ours.
    Kept,
}

/// Takes a receipt. A constant number of look-ups by key.
pub fn receive(conn: &mut Conn, receipt: &Receipt, openid: &str) -> QueryResult<Joined> {
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::push_receipts)
        .values(receipt)
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted == 0 {
        return Ok(Joined::Repeated);
    }
    let now = receipt.received_at;
    if receipt.status == USER_BLOCK {
        push_blocks::block(conn, &receipt.openid_hash, USER_BLOCK, now)?;
        super::pushes::cancel_waiting(conn, openid, "blocked", now)?;
    }
    let Some(push_id) = notice_of(conn, receipt, openid)? else {
        return Ok(Joined::Kept);
    };
    apply(conn, push_id, receipt_words(receipt), now)?;
    diesel::update(dsl::push_receipts.find(&receipt.receipt_key))
        .set(dsl::push_id.eq(push_id))
        .execute(conn)?;
    Ok(Joined::Notice)
}

/// Joins receipts that came before their notices' ids were stored.
pub(super) fn join_early(conn: &mut Conn, sent: &[(i64, &str)], now: i64) -> QueryResult<()> {
    let ids: Vec<&str> = sent
        .iter()
        .map(|(_, msgid)| *msgid)
        .filter(|id| is_id(id))
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let early: Vec<(String, String, String, i64)> = dsl::push_receipts
        .filter(dsl::msgid.eq_any(ids))
        .filter(dsl::push_id.is_null())
        .select((dsl::receipt_key, dsl::msgid, dsl::status, dsl::received_at))
        .load(conn)?;
    for (key, msgid, status, at) in early {
        let Some((push_id, _)) = sent.iter().find(|(_, own)| *own == msgid) else {
            continue;
        };
        apply(conn, *push_id, (&status, at), now)?;
        diesel::update(dsl::push_receipts.find(key))
            .set(dsl::push_id.eq(push_id))
            .execute(conn)?;
    }
    Ok(())
}

fn receipt_words(receipt: &Receipt) -> (&str, i64) {
    (&receipt.status, receipt.received_at)
}

fn is_id(msgid: &str) -> bool {
    !msgid.is_empty() && msgid != "0"
}

/// By its id; without one, the newest notice that was sent to this person lately and has no receipt.
fn notice_of(conn: &mut Conn, receipt: &Receipt, openid: &str) -> QueryResult<Option<i64>> {
    if is_id(&receipt.msgid) {
        return pushes::table
            .filter(pushes::msgid.eq(&receipt.msgid))
            .filter(pushes::openid_hash.eq(&receipt.openid_hash))
            .select(pushes::id)
            .first(conn)
            .optional();
    }
    pushes::table
        .filter(pushes::openid.eq(openid))
        .filter(pushes::state.eq(SENT))
        .filter(pushes::receipt.is_null())
        .filter(pushes::ended_at.ge(receipt.received_at - NAMELESS_MS))
        .order(pushes::id.desc())
        .select(pushes::id)
        .first(conn)
        .optional()
}

/// Forgets receipts that came before `before` (milliseconds UTC).
pub fn forget(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::push_receipts.filter(dsl::received_at.lt(before))).execute(conn)
}

/// Notes what the platform told. What it failed to deliver goes out once more, after the time for which it would drop
/// a second copy, unless it showed a secret: that went with the first copy, so there is nothing to send.
fn apply(conn: &mut Conn, push_id: i64, (status, at): (&str, i64), now: i64) -> QueryResult<()> {
    let row = pushes::table.find(push_id);
    let (told_before, state, expires): (Option<i64>, String, i64) = row
        .select((pushes::receipt_at, pushes::state, pushes::expires_at))
        .first(conn)?;
    let (path, fields): (String, String) =
        row.select((pushes::path, pushes::fields)).first(conn)?;
    let showed_secret = path.contains(SECRET_MARK) || fields.contains(SECRET_MARK);
    diesel::update(row)
        .set((pushes::receipt.eq(status), pushes::receipt_at.eq(at)))
        .execute(conn)?;
    let due = now + SECOND_TRY_MS;
    let is_first = told_before.is_none() && state == SENT;
    if status == SYSTEM_FAILED && is_first && !showed_secret && due < expires {
        revive(conn, push_id, SENT, due, expires)?;
    }
    Ok(())
}
