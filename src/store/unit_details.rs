//! What people added to units by hand.

use diesel::prelude::*;

use super::Conn;
use super::schema::unit_details;
use super::schema::unit_details::dsl;

/// The additions to one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The unit.
    pub unit_id: String,
    /// Whom users call.
    pub phone: Option<String>,
    /// Names besides those of the table.
    pub aliases: Vec<String>,
    /// Codes besides those of the table.
    pub code_aliases: Vec<String>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = unit_details, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    unit_id: String,
    phone: Option<String>,
    aliases: String,
    code_aliases: String,
    updated_at: i64,
}

fn list(text: &str) -> Vec<String> {
    let items = text.split('|').filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

impl From<Row> for Details {
    fn from(row: Row) -> Self {
        Self {
            unit_id: row.unit_id,
            phone: row.phone,
            aliases: list(&row.aliases),
            code_aliases: list(&row.code_aliases),
        }
    }
}

/// All of them.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<Details>> {
    let rows: Vec<Row> = dsl::unit_details.select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Details::from).collect())
}

/// Those of one unit; empty where there are none.
pub fn of(conn: &mut Conn, unit_id: &str) -> QueryResult<Details> {
    let row: Option<Row> = dsl::unit_details
        .find(unit_id)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map_or_else(
        || Details {
            unit_id: unit_id.to_owned(),
            ..Details::default()
        },
        Details::from,
    ))
}

/// Stores them as they are now. Call it under the lock of the counter of settings.
pub fn save(conn: &mut Conn, details: &Details, now: i64) -> QueryResult<()> {
    let row = Row {
        unit_id: details.unit_id.clone(),
        phone: details.phone.clone(),
        aliases: details.aliases.join("|"),
        code_aliases: details.code_aliases.join("|"),
        updated_at: now,
    };
    let changed = diesel::update(dsl::unit_details.find(&details.unit_id))
        .set(&row)
        .execute(conn)?;
    if changed == 0 {
        diesel::insert_into(dsl::unit_details)
            .values(&row)
            .execute(conn)?;
    }
    Ok(())
}
