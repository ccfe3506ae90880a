//! `jianxin …` as its users meet it: exit codes, sentences that say what to change, summaries.

use std::net::TcpListener;

use crate::support::database::{TestDatabase, postgres_url};
use crate::support::process::{Bench, Ended};
use crate::support::{AES_KEY, APP_SECRET, TOKEN, case, record};

/// Not possible: exit 2, nothing on standard output, one sentence that names the key.
fn assert_refused(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let is_warning = |line: &&str| line.contains(" WARN jianxin::");
    let (_warnings, said): (Vec<&str>, Vec<&str>) = ended.err.lines().partition(is_warning);
    let [sentence] = said.as_slice() else {
        panic!("not one sentence: {}", ended.err)
    };
    for word in words.iter().chain(&["jianxin: "]) {
        assert!(sentence.contains(word), "no {word:?} in {sentence}");
    }
    assert_eq!(ended.out, "");
}

#[test]
fn an_unknown_database_scheme_is_one_sentence() {
    let bench = Bench::on(&TestDatabase::sqlite()).set("database.url", "mysql://root@localhost/x");
    for arguments in [
        &["serve"][..],
        &["migrate"],
        &["check-config"],
        &["api-key", "add", "x"],
    ] {
        assert_refused(
            &bench.run(arguments),
            &["database.url", "sqlite:PATH or postgres://"],
        );
    }
}

#[test]
fn a_key_of_the_wrong_length_is_one_sentence_without_the_key() {
    let wrong = &AES_KEY[1..];
    let ended = Bench::on(&TestDatabase::sqlite())
        .set("wechat.encoding_aes_key", wrong)
        .run(&["serve"]);
    assert_refused(&ended, &["wechat.encoding_aes_key", "43"]);
    assert!(!ended.err.contains(wrong));
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = Bench::on(&TestDatabase::sqlite())
        .set("server.listen", &address)
        .run(&["serve"]);
    assert_refused(&ended, &["server.listen", &address, "choose another one"]);
}

#[test]
fn web_without_postgresql_and_redis_is_one_sentence() {
    let ended = Bench::on(&TestDatabase::sqlite()).run(&["web"]);
    assert_refused(&ended, &["PostgreSQL", "Redis", "jianxin serve"]);
}

#[test]
fn a_database_server_that_does_not_answer_is_one_sentence() {
    let bench = Bench::on(&TestDatabase::sqlite())
        .set("database.url", "postgres://nobody@127.0.0.1:9/none");
    assert_refused(&bench.run(&["migrate"]), &["database.url"]);
}

#[test]
fn every_mistake_is_reported_in_one_go() {
    let bench = Bench::on(&TestDatabase::sqlite())
        .set("wechat.token", "x")
        .set("callback.handler_budget_ms", "9000")
        .set("wechat.colour", "red");
    let ended = bench.run(&["check-config"]);
    assert_eq!(
        (ended.code, ended.err.lines().count()),
        (Some(2), 3),
        "{}",
        ended.err
    );
    for key in [
        "wechat.token",
        "callback.handler_budget_ms",
        "wechat.colour",
    ] {
        assert!(ended.err.contains(key), "{}", ended.err);
    }
}

#[test]
fn check_config_prints_the_settings_without_secrets() {
    let bench = Bench::on(&TestDatabase::sqlite())
        .set(
            "database.url",
            "postgres://user:hunter2@db.example/jianxin?password=hunter3",
        )
        .set("redis.url", "redis://:hunter4@cache.example:6379");
    let ended = bench.run(&["check-config"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for secret in ["hunter", TOKEN, AES_KEY, APP_SECRET] {
        assert!(
            !format!("{}{}", ended.out, ended.err).contains(secret),
            "{secret}: {}",
            ended.out
        );
    }
    for line in [
        "mode = \"plain\"",
        "max_clock_skew_secs = 600",
        "[redacted]",
        "db.example",
    ] {
        assert!(ended.out.contains(line), "{line}: {}", ended.out);
    }
}

#[test]
fn an_import_ends_with_its_summary_and_names_bad_lines() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database);
    let good = record::lines(&[case("a", "430100", "甲"), case("b", "430104", "乙")]).join("\n");
    let file = bench.file("good.jsonl", &format!("\u{feff}{good}\n\n"));
    let first = bench.run(&["import", "publications", &file]);
    assert_eq!(
        (first.code, first.out.trim()),
        (Some(0), "imported=2 unchanged=0 rejected=0"),
        "{first:?}"
    );
    let again = bench.run(&["import", "publications", &file]);
    assert_eq!(
        (again.code, again.out.trim()),
        (Some(0), "imported=0 unchanged=2 rejected=0")
    );
    let bad = format!(
        "{}\n\nnonsense\n{}\n",
        case("c", "430100", "丙").line(),
        case("d", "0", "丁").line()
    );
    let file = bench.file("bad.jsonl", &bad);
    let mixed = bench.run(&["import", "publications", &file]);
    assert_eq!(
        (mixed.code, mixed.out.trim()),
        (Some(1), "imported=1 unchanged=0 rejected=2")
    );
    let lines: Vec<&str> = mixed
        .err
        .lines()
        .filter(|line| line.starts_with("line "))
        .collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("line 3: ") && lines[1].starts_with("line 4: "),
        "{}",
        mixed.err
    );
    assert!(lines[1].contains("unit_code"));
    assert_eq!(
        bench.run(&["import", "publications", "missing.jsonl"]).code,
        Some(2)
    );
    assert_eq!(
        database
            .connect()
            .texts("SELECT count(*) FROM publications"),
        ["3"]
    );
}

#[test]
fn an_api_key_is_shown_once_and_its_name_is_taken() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database);
    let key = bench
        .run(&["api-key", "add", "upstream"])
        .out
        .trim()
        .to_owned();
    assert!(key.starts_with("jx_") && key.len() > 40, "{key}");
    assert!(
        !database
            .connect()
            .texts("SELECT key_hash FROM api_keys")
            .contains(&key)
    );
    assert_eq!(bench.run(&["api-key", "add", "upstream"]).code, Some(2));
}

#[test]
fn migrating_twice_is_harmless_and_demo_data_is_deterministic() {
    let content = |seed: &str| {
        let database = TestDatabase::create();
        let bench = Bench::on(&database);
        assert_eq!(bench.run(&["migrate"]).out.trim(), "applied=0");
        let ended = bench.run(&["demo-data", "--publications", "300", "--seed", seed]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        database
            .connect()
            .texts("SELECT external_id || ' ' || title FROM publications ORDER BY external_id")
    };
    let first = content("7");
    assert_eq!(first.len(), 300);
    assert_eq!(first, content("7"));
    assert_ne!(first, content("8"));
}

#[test]
fn an_index_that_another_process_holds_stops_the_start() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database);
    let running = bench.serve();
    let second = bench.run(&["serve"]);
    assert_eq!(second.code, Some(2), "{second:?}");
    assert!(second.err.contains("index"), "{}", second.err);
    drop(running);
    assert!(postgres_url().is_some() == database.is_postgres());
}
