//! The table of procuratorates.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::units;
use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;

#[derive(Insertable, Queryable)]
#[diesel(table_name = units, treat_none_as_default_value = false)]
struct Row {
    unit_id: String,
    name: String,
    level: i32,
    parent_id: Option<String>,
    kind: String,
    area_name: String,
    aliases: String,
    code_aliases: String,
}

fn list(text: &str) -> Vec<String> {
    text.split('|')
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// All of them, in the order of their ids.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<Procuratorate>> {
    let rows: Vec<Row> = units::table.order(units::unit_id.asc()).load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Procuratorate {
            unit_id: UnitId::new(row.unit_id),
            name: row.name,
            level: u8::try_from(row.level).unwrap_or(u8::MAX),
            parent_id: row.parent_id.map(UnitId::new),
            kind: row.kind,
            area_name: row.area_name,
            aliases: list(&row.aliases),
            code_aliases: list(&row.code_aliases),
        })
        .collect())
}

/// Whether there is none yet.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    units::table
        .select(units::unit_id)
        .first::<String>(conn)
        .optional()
        .map(|row| row.is_none())
}

/// Replaces the whole table.
pub fn replace(conn: &mut Conn, all: &[Procuratorate]) -> QueryResult<usize> {
    diesel::delete(units::table).execute(conn)?;
    let rows: Vec<Row> = all
        .iter()
        .map(|unit| Row {
            unit_id: unit.unit_id.as_str().to_owned(),
            name: unit.name.clone(),
            level: i32::from(unit.level),
            parent_id: unit.parent_id.as_ref().map(|id| id.as_str().to_owned()),
            kind: unit.kind.clone(),
            area_name: unit.area_name.clone(),
            aliases: unit.aliases.join("|"),
            code_aliases: unit.code_aliases.join("|"),
        })
        .collect();
    for chunk in rows.chunks(500) {
        on_either!(conn, c => diesel::insert_into(units::table).values(chunk).execute(c))?;
    }
    Ok(rows.len())
}
