//! What the page behind a notice shows: the notice itself, and what it must not say in a push.

use diesel::prelude::*;

use super::Conn;
use super::schema::{account_links, applications, case_changes, pushes};

/// A notice as its page needs it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = pushes)]
pub struct Notice {
    /// Which of the nine.
    pub kind: String,
    /// The receiver's account.
    pub account_id: Option<i64>,
    /// The procuratorate it comes from.
    pub unit_id: String,
    /// Keyed hash of the receiver's openid.
    pub openid_hash: String,
    /// A JSON object: logical field to value.
    pub fields: String,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// What became of an application.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct Decision {
    /// Why it was not granted.
    pub reason: Option<String>,
    /// A JSON object: also the replies to an appointment.
    pub details: String,
}

/// A change of a case as it was told.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = case_changes)]
pub struct Change {
    /// 部门受案号.
    pub case_number: String,
    /// A JSON object: the case's name and what changed, old and new.
    pub changes: String,
}

/// The notice with this public id, if it is this person's and the account it speaks of is still linked to this person.
pub fn notice_of(
    conn: &mut Conn,
    public_id: &str,
    openid_hash: &str,
) -> QueryResult<Option<Notice>> {
    let found: Option<Notice> = pushes::table
        .filter(pushes::public_id.eq(public_id))
        .filter(pushes::openid_hash.eq(openid_hash))
        .select(Notice::as_select())
        .first(conn)
        .optional()?;
    let Some(notice) = found else {
        return Ok(None);
    };
    let Some(account_id) = notice.account_id else {
        return Ok(Some(notice));
    };
    let open = account_links::table
        .filter(account_links::account_id.eq(account_id))
        .filter(account_links::openid_hash.eq(openid_hash))
        .filter(account_links::ended_at.is_null());
    let linked: bool = diesel::select(diesel::dsl::exists(open)).get_result(conn)?;
    Ok(linked.then_some(notice))
}

/// The application with this public id, for its account only.
pub fn decision(
    conn: &mut Conn,
    account_id: i64,
    public_id: &str,
) -> QueryResult<Option<Decision>> {
    applications::table
        .filter(applications::public_id.eq(public_id))
        .filter(applications::account_id.eq(account_id))
        .select(Decision::as_select())
        .first(conn)
        .optional()
}

/// The change with this public id, behind those that were told with it, oldest first; for the account that was told of it
/// only.
pub fn changes(conn: &mut Conn, account_id: i64, public_id: &str) -> QueryResult<Vec<Change>> {
    let told = case_changes::public_id
        .eq(public_id)
        .nullable()
        .or(case_changes::told_with.eq(public_id));
    case_changes::table
        .filter(case_changes::account_id.eq(account_id))
        .filter(told)
        .order((case_changes::changed_at, case_changes::id))
        .select(Change::as_select())
        .load(conn)
}

/// The newest notices of a kind that went to this person about this account: public id and fields.
pub fn newest_of_kind(
    conn: &mut Conn,
    (account_id, openid_hash): (i64, &str),
    kind: &str,
    limit: i64,
) -> QueryResult<Vec<(String, String)>> {
    pushes::table
        .filter(pushes::account_id.eq(account_id))
        .filter(pushes::openid_hash.eq(openid_hash))
        .filter(pushes::kind.eq(kind))
        .order(pushes::id.desc())
        .limit(limit)
        .select((pushes::public_id, pushes::fields))
        .load(conn)
}
