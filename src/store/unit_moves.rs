//! What goes over to the successor when a unit is abolished. `tests/it/upkeep.rs` fails when a table with a `unit_id` is
//! neither moved here nor named there as one that stays.

use diesel::prelude::*;

use super::Conn;
use super::schema::{
    accounts, applications, case_changes, cases, follows, managers, phone_tasks, publications,
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

/// Moves everything of one unit to another.
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
        applications: diesel::update(applications::table.filter(applications::unit_id.eq(from)))
            .set(applications::unit_id.eq(to))
            .execute(conn)?,
        follows: followers(conn, from, to)?,
        cases: diesel::update(cases::table.filter(cases::unit_id.eq(from)))
            .set(cases::unit_id.eq(to))
            .execute(conn)?,
        accounts: people(conn, from, to)?,
    })
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
    diesel::update(accounts::table.filter(accounts::unit_id.eq(from)))
        .set(accounts::unit_id.eq(to))
        .execute(conn)
}
