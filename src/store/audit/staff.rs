//! Whose staff acted. An entry belongs to one unit, that of what it is about; the unit whose manager did it finds it by a
//! word, which like all words is made when the row gets its place and is no part of the chain.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::store::Conn;
use crate::store::schema::accounts;

const MANAGER: &str = "manager:";

/// The word for what managers of this unit did elsewhere.
pub(super) fn word(unit_id: &str) -> String {
    format!("staff:{unit_id}")
}

/// The words for rows given by actor and unit, in their order: none where the unit is the actor's own, or where no manager
/// acted. The unit is the one that the manager has now, about a second after the act.
pub fn words(conn: &mut Conn, rows: &[(&str, Option<&str>)]) -> QueryResult<Vec<Option<String>>> {
    let id_of = |actor: &str| actor.strip_prefix(MANAGER).map(str::to_owned);
    let mut ids: Vec<String> = rows.iter().filter_map(|(actor, _)| id_of(actor)).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(vec![None; rows.len()]);
    }
    let units: BTreeMap<String, String> = accounts::table
        .filter(accounts::public_id.eq_any(&ids))
        .filter(accounts::role.eq("manager"))
        .select((accounts::public_id, accounts::unit_id))
        .load(conn)?
        .into_iter()
        .collect();
    let word_of = |(actor, unit_id): &(&str, Option<&str>)| {
        let own = units.get(&id_of(actor)?)?;
        (*unit_id != Some(own.as_str())).then(|| word(own))
    };
    Ok(rows.iter().map(word_of).collect())
}
