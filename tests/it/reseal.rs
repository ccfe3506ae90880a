//! A new data key: everything that is sealed gets it, and the old one can go.

use std::path::Path;

use jianxin::app::seal::Place;
use jianxin::domain::ids::OpenId;
use jianxin::service::{case_imports, demo};
use jianxin::store::sealed::COLUMNS;

use crate::support::casework::{Casework, file};
use crate::support::database::TestDatabase;
use crate::support::import_desk::Desk;
use crate::support::process::{Bench, Ended};
use crate::support::record::files_below;
use crate::support::sheets::{self, Line};
use crate::support::{DATA_KEY, TestApp};

const NEW_KEY: &str = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
/// Sealed for minutes only: not worth sealing anew.
const SHORT_LIVED: [&str; 4] = ["captchas", "oauth_states", "cache", "import_files"];

/// How often a text begins values of any column.
fn occurrences(database: &TestDatabase, beginning: &str) -> usize {
    let mut outside = database.connect();
    let columns = outside.texts(if database.is_postgres() {
        "SELECT table_name || '.' || column_name FROM information_schema.columns \
         WHERE table_schema = current_schema() AND data_type = 'text'"
    } else {
        "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
         WHERE m.type = 'table' AND lower(p.type) = 'text'"
    });
    let found = columns
        .iter()
        .filter(|column| !SHORT_LIVED.iter().any(|table| column.starts_with(table)))
        .map(|column| {
            let (table, column) = column.split_once('.').unwrap();
            let sql = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '{beginning}%'");
            outside.texts(&sql)[0].parse::<usize>().unwrap()
        });
    found.sum()
}

fn reseal(app: &TestApp, keys: &str) -> Ended {
    Bench::on(&app.database)
        .set("security.data_keys", keys)
        .set("files.url", &app.app.settings.files.url)
        .run(&["security", "reseal"])
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_gets_the_new_key_and_the_old_one_can_go() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let people = std::sync::Arc::clone(&app.app);
    tokio::task::spawn_blocking(move || {
        let followers: Vec<OpenId> = ["d1", "d2", "d3", "d4"].map(OpenId::new).into();
        demo::people::add_people(&people, &followers).unwrap();
        demo::cases::add_cases(&people).unwrap();
    })
    .await
    .unwrap();
    let (mut phone, account) = work.phone("f1", "l1", "lawyer").await;
    let csrf = phone.open("/h5/follows").await.csrf();
    file(&mut phone, &csrf, "legal_aid").await;
    let case = work
        .case("430100202600000001", "审查起诉", app.app.clock.now_ms())
        .await;
    let person = work.person(&case, "1", "张某某").await;
    let place = Place {
        table: "case_persons",
        column: "name",
        row: &person.public_id,
    };
    let old = format!("1.{}.", app.app.seal.first_id());
    let before = occurrences(&app.database, &old);
    assert!(before > 15, "{before}");

    // The old key alone has nothing to do; both keys seal everything anew; a second time there is nothing left.
    let ended = reseal(app, DATA_KEY);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.starts_with("resealed=0 "), "{ended:?}");
    let both = format!("{NEW_KEY},{DATA_KEY}");
    let parts = app.stored_files().len();
    let ended = reseal(app, &both);
    let said = format!("resealed={} current=", before + parts);
    assert!(
        ended.out.starts_with(&said) && ended.out.ends_with("failed=0\n"),
        "{said} {ended:?}"
    );
    assert_eq!(occurrences(&app.database, &old), 0);
    let ended = reseal(app, &both);
    assert!(ended.out.starts_with("resealed=0 "), "{ended:?}");

    // A program with the new key alone reads it all; one with the old key alone does not start.
    let renewed = app
        .with_other_settings(&[
            ("security.data_keys", NEW_KEY),
            ("files.url", &app.app.settings.files.url),
        ])
        .await;
    let seal = &renewed.app.seal;
    let name = work.office.rows(&format!(
        "SELECT name FROM case_persons WHERE public_id = '{}'",
        person.public_id
    ));
    assert_eq!(seal.open(place, &name[0]).unwrap().expose(), "张某某");
    assert_eq!(
        renewed.app.blind.of("id_number", "1"),
        app.app.blind.of("id_number", "1")
    );
    for stored in app.stored_files() {
        assert!(seal.is_current_bytes(&std::fs::read(stored).unwrap()));
    }
    assert_eq!(account.role, "lawyer");
    let ended = reseal(app, DATA_KEY);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        work.office
            .count("SELECT count(*) FROM audit WHERE action = 'security.resealed'")
            >= 3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_no_key_opens_stays_and_keeps_the_old_key_needed() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let case = work
        .case("430100202600000001", "审查起诉", app.app.clock.now_ms())
        .await;
    work.person(&case, "1", "张某某").await;
    let damaged = "1.00000000.AAAA";
    app.database
        .execute(&format!("UPDATE case_persons SET id_number = '{damaged}'"));
    let ended = reseal(app, &format!("{NEW_KEY},{DATA_KEY}"));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("failed=1"), "{ended:?}");
    assert_eq!(occurrences(&app.database, damaged), 1);
    assert_eq!(reseal(app, NEW_KEY).code, Some(2));
    assert_eq!(reseal(app, DATA_KEY).code, Some(1));
}

/// Whoever seals something new and forgets to name it in `store/sealed.rs` is told here.
#[test]
fn every_place_that_is_sealed_is_named() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut found = 0;
    for path in files_below(root) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for place in code.split("Place {").skip(1) {
            let body = place.split('}').next().unwrap();
            let literal = |name: &str| {
                body.split_once(&format!("{name}: \""))
                    .and_then(|(_, rest)| rest.split('"').next())
            };
            let Some(table) = literal("table") else {
                continue;
            };
            found += 1;
            let column = literal("column");
            let is_named = COLUMNS.iter().any(|known| {
                known.table == table && column.is_none_or(|column| known.column == column)
            });
            assert!(
                is_named
                    || SHORT_LIVED.contains(&table)
                    || (table, column) == ("attachments", Some("bytes")),
                "{}: {table}.{column:?}",
                path.display()
            );
        }
    }
    assert!(found > 15, "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_can_be_taken_back_after_its_key_is_gone() {
    let desk = Desk::open().await;
    let app = &desk.office.app;
    let line = Line::of("1001", "01");
    desk.import(std::slice::from_ref(&line)).await;
    let page = desk
        .upload(&sheets::csv(&[line.with("姓名", "植入他人")]))
        .await;
    let page = desk.apply(&page).await.unwrap();
    let ended = reseal(app, &format!("{NEW_KEY},{DATA_KEY}"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let settings = [
        ("security.data_keys", NEW_KEY),
        ("files.url", app.app.settings.files.url.as_str()),
    ];
    let renewed = &app.with_other_settings(&settings).await.app;
    let id = &page.view.batch.public_id;
    let batch = case_imports::roll_back(renewed, desk.who(), id).await;
    case_imports::run(renewed, batch.unwrap()).await.unwrap();
    let person = desk.person("1001", "01").await;
    for (column, sealed) in [
        ("name", person.name.as_str()),
        ("id_number", person.id_number.as_deref().unwrap()),
    ] {
        let place = Place {
            table: "case_persons",
            column,
            row: &person.public_id,
        };
        let clear = renewed.seal.open(place, sealed).unwrap();
        assert_ne!(clear.expose(), "植入他人");
    }
}
