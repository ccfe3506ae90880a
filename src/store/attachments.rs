//! Files of people; their bytes lie in `files`.

use diesel::prelude::*;

use super::Conn;
use super::schema::attachments;
use super::schema::attachments::dsl;

/// A file.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments)]
pub struct Attachment {
    /// Internal key.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// Keyed hash of the openid that handed it in.
    pub holder: String,
    /// Whose it is once it was adopted.
    pub account_id: Option<i64>,
    /// What it proves.
    pub application_id: Option<i64>,
    /// Which place of a form it was handed in for.
    pub slot: String,
    /// What that place is called.
    pub label: String,
    /// Its name, sealed (`attachments`, `name`, `public_id`).
    pub name: String,
    /// `jpeg`, `png` or `pdf`: what it was.
    pub kind: String,
    /// Pictures.
    pub pages: i32,
    /// Bytes that were handed in.
    pub size: i64,
    /// What its parts are called in `files`.
    pub stem: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub adopted_at: Option<i64>,
    /// Milliseconds UTC after which it is deleted; 0: at once, and nobody sees it any more.
    pub delete_after: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, attachment: &Attachment) -> QueryResult<usize> {
    diesel::insert_into(dsl::attachments)
        .values(attachment)
        .execute(conn)
}

/// By its public id, unless it was taken away.
pub fn by_public_id(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Attachment>> {
    dsl::attachments
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::delete_after.is_null().or(dsl::delete_after.gt(0)))
        .select(Attachment::as_select())
        .first(conn)
        .optional()
}

/// How many of a holder wait for a form.
pub fn count_waiting(conn: &mut Conn, holder: &str) -> QueryResult<i64> {
    dsl::attachments
        .filter(dsl::holder.eq(holder))
        .filter(dsl::account_id.is_null())
        .filter(dsl::delete_after.gt(0))
        .count()
        .get_result(conn)
}

/// Those of an application that stay, by their places.
pub fn of_application(conn: &mut Conn, application_id: i64) -> QueryResult<Vec<Attachment>> {
    dsl::attachments
        .filter(dsl::application_id.eq(application_id))
        .order((dsl::slot, dsl::id))
        .select(Attachment::as_select())
        .load(conn)
}

/// Those of an account that belong to no application, by their places.
pub fn of_account(conn: &mut Conn, account_id: i64) -> QueryResult<Vec<Attachment>> {
    dsl::attachments
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::application_id.is_null())
        .filter(dsl::delete_after.is_null())
        .order((dsl::slot, dsl::id))
        .select(Attachment::as_select())
        .load(conn)
}

/// Gives a file to an account, and an application if it is for one, for good. False when it was taken away meanwhile, or is somebody else's.
pub fn adopt(
    conn: &mut Conn,
    id: i64,
    (account_id, application_id): (i64, Option<i64>),
    (slot, label): (&str, &str),
    now: i64,
) -> QueryResult<bool> {
    let row = dsl::attachments
        .filter(dsl::id.eq(id))
        .filter(dsl::account_id.is_null().or(dsl::account_id.eq(account_id)))
        // What is due may be gone from the disk already.
        .filter(dsl::delete_after.is_null().or(dsl::delete_after.gt(now)));
    let values = (
        dsl::account_id.eq(account_id),
        dsl::application_id.eq(application_id),
        dsl::slot.eq(slot),
        dsl::label.eq(label),
        dsl::adopted_at.eq(now),
        dsl::delete_after.eq(None::<i64>),
    );
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Sets when files are deleted; `None`: they stay.
pub fn set_delete_after(conn: &mut Conn, ids: &[i64], at: Option<i64>) -> QueryResult<usize> {
    diesel::update(dsl::attachments.filter(dsl::id.eq_any(ids)))
        .set(dsl::delete_after.eq(at))
        .execute(conn)
}

/// Takes a file of a holder away that waits for a form; false when there is none.
pub fn take_away(conn: &mut Conn, holder: &str, public_id: &str) -> QueryResult<bool> {
    let row = dsl::attachments
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::holder.eq(holder))
        .filter(dsl::account_id.is_null())
        .filter(dsl::delete_after.gt(0));
    Ok(diesel::update(row)
        .set(dsl::delete_after.eq(0_i64))
        .execute(conn)?
        == 1)
}

/// Key and stem of files whose time has come.
pub fn due(conn: &mut Conn, now: i64, limit: i64) -> QueryResult<Vec<(i64, String)>> {
    dsl::attachments
        .filter(dsl::delete_after.le(now))
        .order(dsl::delete_after)
        .limit(limit)
        .select((dsl::id, dsl::stem))
        .load(conn)
}

/// Forgets files whose bytes are gone; not one that was adopted at this moment.
pub fn forget(conn: &mut Conn, ids: &[i64], now: i64) -> QueryResult<usize> {
    let gone = dsl::attachments
        .filter(dsl::id.eq_any(ids))
        .filter(dsl::delete_after.le(now));
    diesel::delete(gone).execute(conn)
}

/// Which of these stems have a row.
pub fn known_stems(conn: &mut Conn, stems: &[String]) -> QueryResult<Vec<String>> {
    dsl::attachments
        .filter(dsl::stem.eq_any(stems))
        .select(dsl::stem)
        .load(conn)
}

/// Key, public id, stem and pages of files behind a key.
pub fn after(conn: &mut Conn, id: i64, limit: i64) -> QueryResult<Vec<(i64, String, String, i32)>> {
    dsl::attachments
        .filter(dsl::id.gt(id))
        .order(dsl::id)
        .limit(limit)
        .select((dsl::id, dsl::public_id, dsl::stem, dsl::pages))
        .load(conn)
}

/// How many files there are.
pub fn count(conn: &mut Conn) -> QueryResult<i64> {
    dsl::attachments.count().get_result(conn)
}
