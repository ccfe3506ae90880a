//! What goes over to the successor when a unit is abolished. `tests/it/upkeep.rs` fails when a table with a `unit_id` is
//! neither moved here nor named there as one that stays.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::Conn;
use super::schema::{
    account_units, accounts, applications, case_changes, cases, follows, import_batches, managers,
    phone_tasks, publication_drafts, publication_holds, publication_register, publications,
    registration_revisions,
};

/// From which unit to which, and where the successor's publications are filed.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    /// The abolished unit.
    pub from: &'a str,
    /// Its successor.
    pub to: &'a str,
    /// The successor's place one step below the root.
    pub scope_1: Option<&'a str>,
    /// The same two steps below.
    pub scope_2: Option<&'a str>,
    /// The new revision of the publications.
    pub revision: i64,
    /// Milliseconds UTC.
    pub now: i64,
}

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Publications.
    pub publications: usize,
    /// Applications, open and decided.
    pub applications: usize,
    /// People who followed it.
    pub follows: usize,
    /// Cases.
    pub cases: usize,
    /// Accounts.
    pub accounts: usize,
}

/// Moves the imports of one unit to another: first of all, for whoever stores a piece of one holds its row before the
/// counter of case imports.
pub fn batches(conn: &mut Conn, from: &str, to: &str) -> QueryResult<usize> {
    diesel::update(import_batches::table.filter(import_batches::unit_id.eq(from)))
        .set(import_batches::unit_id.eq(to))
        .execute(conn)
}

/// Moves everything else of one unit to another.
pub fn everything(conn: &mut Conn, it: Move<'_>) -> QueryResult<Moved> {
    let (from, to) = (it.from, it.to);
    diesel::update(case_changes::table.filter(case_changes::unit_id.eq(from)))
        .set(case_changes::unit_id.eq(to))
        .execute(conn)?;
    diesel::update(phone_tasks::table.filter(phone_tasks::unit_id.eq(from)))
        .set(phone_tasks::unit_id.eq(to))
        .execute(conn)?;
    let revisions = registration_revisions::table.filter(registration_revisions::unit_id.eq(from));
    diesel::update(revisions)
        .set(registration_revisions::unit_id.eq(to))
        .execute(conn)?;
    published(conn, from, to)?;
    asked_twice(conn, it)?;
    let publications = publications::table.filter(publications::unit_id.eq(from));
    Ok(Moved {
        publications: diesel::update(publications)
            .set((
                publications::unit_id.eq(to),
                publications::scope_1.eq(it.scope_1),
                publications::scope_2.eq(it.scope_2),
                publications::revision.eq(it.revision),
            ))
            .execute(conn)?,
        // Whoever read one before and stores it as a whole would bring the abolished unit back: the version tells.
        applications: diesel::update(applications::table.filter(applications::unit_id.eq(from)))
            .set((
                applications::unit_id.eq(to),
                applications::version.eq(applications::version + 1),
            ))
            .execute(conn)?,
        follows: followers(conn, from, to)?,
        cases: diesel::update(cases::table.filter(cases::unit_id.eq(from)))
            .set(cases::unit_id.eq(to))
            .execute(conn)?,
        accounts: people(conn, from, to)?,
    })
}

/// What was written, held back and registered. A document that the successor has registered as well stays where it is.
fn published(conn: &mut Conn, from: &str, to: &str) -> QueryResult<()> {
    let drafts = publication_drafts::table.filter(publication_drafts::unit_id.eq(from));
    diesel::update(drafts)
        .set(publication_drafts::unit_id.eq(to))
        .execute(conn)?;
    let holds = publication_holds::table.filter(publication_holds::unit_id.eq(from));
    diesel::update(holds)
        .set(publication_holds::unit_id.eq(to))
        .execute(conn)?;
    let keys = |conn: &mut Conn, unit: &str| {
        publication_register::table
            .filter(publication_register::unit_id.eq(unit.to_owned()))
            .select((publication_register::id, publication_register::number_key))
            .load::<(i64, String)>(conn)
    };
    let known: BTreeSet<String> = keys(conn, to)?.into_iter().map(|(_, key)| key).collect();
    let ids: Vec<i64> = keys(conn, from)?
        .into_iter()
        .filter(|(_, key)| !known.contains(key))
        .map(|(id, _)| id)
        .collect();
    for some in ids.chunks(500) {
        let rows =
            publication_register::table.filter(publication_register::id.eq_any(some.to_vec()));
        diesel::update(rows)
            .set(publication_register::unit_id.eq(to))
            .execute(conn)?;
    }
    Ok(())
}

/// Who asked both for a new password asks the successor once.
fn asked_twice(conn: &mut Conn, it: Move<'_>) -> QueryResult<()> {
    let open = |unit: &str| {
        applications::table
            .filter(applications::unit_id.eq(unit.to_owned()))
            .filter(applications::kind.eq("password_reset"))
            .filter(applications::decided_at.is_null())
    };
    let asked: Vec<i64> = open(it.to).select(applications::account_id).load(conn)?;
    let twice: Vec<i64> = open(it.from)
        .filter(applications::account_id.eq_any(asked))
        .select(applications::id)
        .load(conn)?;
    diesel::update(applications::table.filter(applications::id.eq_any(twice)))
        .set((
            applications::state.eq("rejected"),
            applications::reason.eq(Some("两个检察院合并，您的另一份申请继续办理。")),
            applications::details.eq("{\"closed_by\":\"merger\"}"),
            applications::decided_at.eq(Some(it.now)),
            applications::remind_at.eq(None::<i64>),
            applications::version.eq(applications::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whoever follows both already keeps one.
fn followers(conn: &mut Conn, from: &str, to: &str) -> QueryResult<usize> {
    let both: Vec<String> = follows::table
        .filter(follows::unit_id.eq(to))
        .select(follows::openid)
        .load(conn)?;
    for some in both.chunks(500) {
        let twice = follows::table
            .filter(follows::unit_id.eq(from))
            .filter(follows::openid.eq_any(some.to_vec()));
        diesel::delete(twice).execute(conn)?;
    }
    diesel::update(follows::table.filter(follows::unit_id.eq(from)))
        .set(follows::unit_id.eq(to))
        .execute(conn)
}

/// Nobody gets a right over the successor's work by the way of things: managers lose their duties, except the system's
/// own, until the successor gives them new ones.
fn people(conn: &mut Conn, from: &str, to: &str) -> QueryResult<usize> {
    let ids = accounts::table
        .filter(accounts::unit_id.eq(from))
        .filter(accounts::role.eq("manager"))
        .select(accounts::id)
        .load::<i64>(conn)?;
    for some in ids.chunks(500) {
        for (duties, left) in [(true, "system_admin"), (false, "")] {
            let rows = managers::table.filter(managers::account_id.eq_any(some.to_vec()));
            let system = managers::duties.like("%system_admin%");
            let set = (
                managers::duties.eq(left),
                managers::version.eq(managers::version + 1),
            );
            if duties {
                diesel::update(rows.filter(system)).set(set).execute(conn)?;
            } else {
                let others = rows.filter(diesel::dsl::not(system));
                diesel::update(others).set(set).execute(conn)?;
            }
        }
    }
    let both: Vec<i64> = account_units::table
        .filter(account_units::unit_id.eq(to))
        .select(account_units::account_id)
        .load(conn)?;
    for some in both.chunks(500) {
        let twice = account_units::table
            .filter(account_units::unit_id.eq(from))
            .filter(account_units::account_id.eq_any(some.to_vec()));
        diesel::delete(twice).execute(conn)?;
    }
    diesel::update(account_units::table.filter(account_units::unit_id.eq(from)))
        .set(account_units::unit_id.eq(to))
        .execute(conn)?;
    diesel::update(accounts::table.filter(accounts::unit_id.eq(from)))
        .set((
            accounts::unit_id.eq(to),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(conn)
}
