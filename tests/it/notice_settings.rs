//! Templates, holidays and keys as an operator configures them.

use crate::support::database::TestDatabase;
use crate::support::process::Bench;
use crate::support::{DATA_KEY, office::Office};

#[test]
fn check_config_names_what_is_wrong_in_the_files() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database);
    let whole = |name: String| bench.dir.path().join(name).display().to_string();
    let notices = bench.file(
        "notices.toml",
        "[binding_reviewed]\nfields = { thing1 = \"reason\", phrase2 = \"time\" }\n",
    );
    let ended = Bench::on(&database)
        .set("push.notices_file", &whole(notices))
        .run(&["check-config"]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(
        ended
            .err
            .contains("[binding_reviewed] thing1: there is no field"),
        "{}",
        ended.err
    );
    assert!(
        ended.err.contains("[binding_reviewed] phrase2: "),
        "{}",
        ended.err
    );
    let holidays = bench.file("holidays.csv", "day,kind,name\n2026-12-32,holiday,x\n");
    let ended = Bench::on(&database)
        .set("push.holidays_file", &whole(holidays))
        .run(&["check-config"]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(
        ended.err.contains("push.holidays_file") && ended.err.contains("line 2"),
        "{}",
        ended.err
    );
    let ended = bench.run(&["check-config"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!ended.out.contains(DATA_KEY), "the key is not shown");
    assert!(ended.err.contains("no template id for"), "{}", ended.err);
}

#[tokio::test]
async fn a_key_that_does_not_open_what_is_there_stops_the_start() {
    let office = Office::open().await;
    let other = "//////////////////////////////////////////8=";
    let ended = Bench::on(&office.app.database)
        .set("security.data_keys", other)
        .run(&["serve"]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("data key"), "{}", ended.err);
}
