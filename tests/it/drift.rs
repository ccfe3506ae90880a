//! One schema: the twin migrations, `store/schema.rs` and the database itself say the same.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::database::TestDatabase;
use crate::support::record::files_below;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// `table.column TYPE` with ` NULL` where that is allowed, types in PostgreSQL's words.
type Columns = BTreeSet<String>;

fn scripts(backend: &str) -> Vec<(String, String)> {
    let root = Path::new(ROOT).join("migrations").join(backend);
    let relative = |file: &Path| file.strip_prefix(&root).unwrap().display().to_string();
    files_below(&root)
        .iter()
        .map(|file| (relative(file), std::fs::read_to_string(file).unwrap()))
        .collect()
}

/// Columns by the words of `CREATE TABLE`.
fn created(backend: &str) -> Columns {
    let mut columns = Columns::new();
    for (_, sql) in scripts(backend)
        .iter()
        .filter(|(name, _)| name.ends_with("up.sql"))
    {
        let sql: String = sql
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .collect::<Vec<_>>()
            .join("\n");
        for statement in sql.split("ALTER TABLE ").skip(1) {
            let statement = statement.split(';').next().unwrap();
            if let Some((name, column)) = statement.split_once(" ADD COLUMN ") {
                columns.insert(column_of(name, column));
            }
        }
        for table in sql.split("CREATE TABLE ").skip(1) {
            let (name, rest) = table.split_once(" (").unwrap();
            let (body, _) = rest.split_once("\n);").unwrap();
            for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let words: Vec<&str> = line.trim_end_matches(',').split_whitespace().collect();
                if ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"].contains(&words[0]) {
                    continue;
                }
                columns.insert(column_of(name, line));
            }
        }
    }
    columns
}

/// A column as one line of SQL says it.
fn column_of(table: &str, line: &str) -> String {
    let words: Vec<&str> = line.trim_end_matches(',').split_whitespace().collect();
    let null = if line.contains("NOT NULL") {
        ""
    } else {
        " NULL"
    };
    format!("{table}.{} {}{null}", words[0], words[1].to_lowercase())
}

/// Columns by the words of `store/schema.rs`.
fn declared() -> Columns {
    let read = |file: &Path| std::fs::read_to_string(file).unwrap();
    let below = files_below(&Path::new(ROOT).join("src/store/schema"));
    let parts: Vec<String> = below.iter().map(|file| read(file)).collect();
    let text = read(&Path::new(ROOT).join("src/store/schema.rs")) + &parts.concat();
    let mut columns = Columns::new();
    for table in text.split("table! {").skip(1) {
        let (head, rest) = table.split_once('{').unwrap();
        let name = head.split('(').next().unwrap().trim();
        let (body, _) = rest.split_once('}').unwrap();
        for line in body.lines().filter(|line| line.contains("->")) {
            let (column, kind) = line
                .trim()
                .trim_end_matches(',')
                .split_once(" -> ")
                .unwrap();
            let inner = kind.trim_start_matches("Nullable<").trim_end_matches('>');
            let word = match inner {
                "Text" => "text",
                "Integer" => "integer",
                "BigInt" => "bigint",
                "Bool" => "boolean",
                "Double" => "double",
                other => panic!("teach this test the type {other}"),
            };
            let null = if kind.starts_with("Nullable") {
                " NULL"
            } else {
                ""
            };
            columns.insert(format!("{name}.{column} {word}{null}"));
        }
    }
    columns
}

/// Columns by the words of the database.
fn present(database: &TestDatabase) -> Columns {
    let sql = if database.is_postgres() {
        "SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'YES' THEN ' NULL' ELSE '' END \
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%'"
    } else {
        "SELECT m.name || '.' || p.name || ' ' || lower(p.type) || CASE p.\"notnull\" WHEN 0 THEN ' NULL' ELSE '' END \
         FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'"
    };
    // PostgreSQL says the type in two words, of which a script's line gives the first.
    let columns = database.connect().texts(sql).into_iter();
    columns
        .map(|column| column.replace(" double precision", " double"))
        .collect()
}

#[test]
fn the_twin_migrations_have_the_same_names_and_make_the_same_columns() {
    let names = |backend| {
        scripts(backend)
            .into_iter()
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let columns = created("sqlite");
    assert!(columns.len() > 50, "{columns:?}");
    assert_eq!(columns, created("postgres"));
}

#[test]
fn the_twin_migrations_make_the_same_indexes() {
    let indexes = |backend| -> Vec<String> {
        let all = scripts(backend)
            .into_iter()
            .map(|(_, sql)| sql)
            .collect::<String>();
        let mut found: Vec<String> = all
            .split(';')
            .filter_map(|statement| {
                statement
                    .find("CREATE ")
                    .map(|at| statement[at..].to_owned())
            })
            .filter(|statement| {
                statement.starts_with("CREATE INDEX") || statement.starts_with("CREATE UNIQUE")
            })
            .collect();
        // What an index by first letters needs has two names.
        for statement in &mut found {
            *statement = statement.replace(" text_pattern_ops", " COLLATE NOCASE");
        }
        found.sort();
        found
    };
    assert!(indexes("sqlite").len() > 5);
    assert_eq!(indexes("sqlite"), indexes("postgres"));
}

#[test]
fn the_schema_in_code_is_what_the_migrations_make() {
    assert_eq!(declared(), created("sqlite"));
    assert_eq!(declared(), present(&TestDatabase::create()));
}

#[test]
fn going_down_leaves_nothing_behind() {
    let database = TestDatabase::create();
    let backend = if database.is_postgres() {
        "postgres"
    } else {
        "sqlite"
    };
    for (_, sql) in scripts(backend)
        .iter()
        .rev()
        .filter(|(name, _)| name.ends_with("down.sql"))
    {
        database.execute(sql);
    }
    assert_eq!(present(&database), Columns::new());
}
