//! Whose business an entry is: one or two look-ups by a unique index for each thing it names.

use diesel::prelude::*;

use super::Entry;
use crate::store::Conn;
use crate::store::schema::{
    accounts, applications, case_bindings, case_persons, cases, publication_drafts, publications,
    pushes,
};

/// The unit of the first thing in the subject that has one, else of the manager who acted.
pub(super) fn of(conn: &mut Conn, entry: &Entry) -> QueryResult<Option<String>> {
    for word in entry.subject.split(' ').chain([entry.actor.as_str()]) {
        if let Some((kind, id)) = word.split_once(':')
            && let Some(unit_id) = of_thing(conn, kind, id)?
        {
            return Ok(Some(unit_id));
        }
    }
    Ok(None)
}

fn of_thing(conn: &mut Conn, kind: &str, id: &str) -> QueryResult<Option<String>> {
    match kind {
        "account" | "manager" => accounts::table
            .filter(accounts::public_id.eq(id))
            .select(accounts::unit_id)
            .first(conn)
            .optional(),
        "application" => applications::table
            .filter(applications::public_id.eq(id))
            .select(applications::unit_id)
            .first(conn)
            .optional(),
        "case" => cases::table
            .filter(cases::public_id.eq(id))
            .select(cases::unit_id)
            .first(conn)
            .optional(),
        "person" => case_persons::table
            .inner_join(cases::table)
            .filter(case_persons::public_id.eq(id))
            .select(cases::unit_id)
            .first(conn)
            .optional(),
        "binding" => case_bindings::table
            .inner_join(case_persons::table.inner_join(cases::table))
            .filter(case_bindings::public_id.eq(id))
            .select(cases::unit_id)
            .first(conn)
            .optional(),
        "push" => pushes::table
            .filter(pushes::public_id.eq(id))
            .select(pushes::unit_id)
            .first(conn)
            .optional(),
        // A draft, or what it became: each has an id of its own.
        "publication" => {
            let public = publications::table
                .filter(publications::public_id.eq(id))
                .select(publications::unit_id)
                .first(conn)
                .optional()?;
            if public.is_some() {
                return Ok(public);
            }
            publication_drafts::table
                .filter(publication_drafts::public_id.eq(id))
                .select(publication_drafts::unit_id)
                .first(conn)
                .optional()
        }
        "unit" => Ok(Some(id.to_owned())),
        _ => Ok(None),
    }
}
