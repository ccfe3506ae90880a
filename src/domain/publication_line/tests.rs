use serde_json::{Value, json};

use super::*;

fn full() -> Value {
    json!({
        "external_id": "hn-2026-1", "kind": "legal_document", "unit_code": "430104", "title": "王某某盗窃案起诉书",
        "summary": "一句话。", "body": "第一段\n第二段", "document_type": "起诉书",
        "document_number": "长岳检刑诉〔2021〕Z127号", "charges": ["盗窃罪"],
        "published_at": "2026-11-20T09:00:00+08:00", "source_url": "https://example.org/a?b=1"
    })
}

fn with(key: &str, value: impl Into<Value>) -> String {
    let mut object = full();
    object[key] = value.into();
    object.to_string()
}

fn without(key: &str) -> String {
    let mut object = full();
    object.as_object_mut().unwrap().remove(key);
    object.to_string()
}

fn read(text: &str) -> PublicationRecord {
    match parse(text) {
        Ok(ImportLine::Record(record)) => record,
        other => panic!("not a record: {other:?}"),
    }
}

/// The field and the reason of the refusal.
fn refusal(text: &str) -> (String, String) {
    let problem = parse(text).unwrap_err();
    (
        problem.field().unwrap_or("-").to_owned(),
        problem.reason().to_owned(),
    )
}

#[test]
fn a_full_record_is_read_and_written_back_to_itself() {
    let record = read(&full().to_string());
    assert_eq!(record.published_at, 1_795_136_400_000);
    assert_eq!(record.kind, PublicationKind::LegalDocument);
    assert_eq!(record.charges, ["盗窃罪"]);
    assert_eq!(read(&serde_json::to_string(&record).unwrap()), record);
    assert_eq!(serde_json::to_value(&record).unwrap(), full());
}

#[test]
fn the_first_and_the_last_moment_and_milliseconds_survive_the_round_trip() {
    for time in [
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999+08:00",
        "2026-11-20T09:00:00.123-03:30",
    ] {
        let record = read(&with("published_at", time));
        assert_eq!(
            read(&serde_json::to_string(&record).unwrap()),
            record,
            "{time}"
        );
    }
}

#[test]
fn only_five_members_are_required_and_each_is_missed_by_name() {
    let least = json!({"external_id": "a", "kind": "important_case", "unit_code": "BT-一", "title": "题",
        "published_at": "2026-11-20T01:00:00Z"});
    let record = read(&least.to_string());
    assert_eq!(
        (
            record.summary.as_str(),
            record.body.as_str(),
            record.charges.len()
        ),
        ("", "", 0)
    );
    assert_eq!(
        (
            record.document_type,
            record.document_number,
            record.source_url
        ),
        (None, None, None)
    );
    for key in ["external_id", "kind", "unit_code", "title", "published_at"] {
        let (field, reason) = refusal(&without(key));
        assert_eq!(field, key);
        assert!(reason.contains("missing"), "{reason}");
    }
}

#[test]
fn what_is_not_one_object_is_refused_without_a_field() {
    for text in [
        "",
        "[]",
        "null",
        "\"x\"",
        "{",
        "{\"external_id\":\"a\"",
        "{} {}",
        "{'a':1}",
        "{\"a\":\"\\ud800\"}",
    ] {
        assert_eq!(refusal(text).0, "-", "{text}");
    }
    let broken = refusal("{\"external_id\" \"a\"}").1;
    assert_eq!(
        broken,
        "not valid JSON at column 16; send one object in UTF-8"
    );
    assert!(
        parse(&format!("\u{feff}{}", full())).is_ok(),
        "a byte order mark is no fault"
    );
}

#[test]
fn unknown_and_doubled_members_are_refused_by_name() {
    assert_eq!(refusal(&with("titel", "x")).0, "titel");
    assert_eq!(refusal(&with("\u{1b}[2J", "x")).0, "[2J");
    let doubled = full().to_string().replacen('{', "{\"title\":\"again\",", 1);
    assert_eq!(refusal(&doubled).0, "title");
    assert!(refusal(&doubled).1.contains("twice"));
}

#[test]
fn types_are_strict() {
    for key in [
        "external_id",
        "kind",
        "unit_code",
        "title",
        "summary",
        "body",
        "published_at",
    ] {
        for value in [json!(1), json!(null), json!(true), json!(["x"]), json!({})] {
            assert_eq!(refusal(&with(key, value.clone())).0, key, "{value}");
        }
    }
    for key in ["document_type", "document_number", "source_url"] {
        assert_eq!(refusal(&with(key, 1)).0, key);
        assert!(parse(&with(key, Value::Null)).is_ok(), "{key} may be null");
    }
    assert_eq!(refusal(&with("charges", "盗窃罪")).0, "charges");
    assert_eq!(refusal(&with("charges", Value::Null)).0, "charges");
    assert_eq!(
        refusal(&with("charges", json!(["盗窃罪", 3]))).0,
        "charges/1"
    );
    assert_eq!(refusal(&with("kind", "document")).0, "kind");
}

#[test]
fn limits_hold_at_the_last_character() {
    let limits = [
        ("external_id", 128),
        ("unit_code", 32),
        ("title", 200),
        ("summary", 500),
        ("body", 200_000),
        ("document_type", 40),
        ("document_number", 80),
    ];
    for (key, most) in limits {
        assert!(parse(&with(key, "字".repeat(most))).is_ok(), "{key}");
        let (field, reason) = refusal(&with(key, "字".repeat(most + 1)));
        assert_eq!(field, key);
        assert_eq!(
            reason,
            format!("has {} characters; at most {most} are allowed", most + 1)
        );
    }
    let names = |count: usize| (0..count).map(|n| format!("罪{n}")).collect::<Vec<_>>();
    assert_eq!(read(&with("charges", names(50))).charges.len(), 50);
    assert_eq!(refusal(&with("charges", names(51))).0, "charges");
    assert_eq!(
        refusal(&with("charges", vec!["字".repeat(61)])).0,
        "charges/0"
    );
    assert_eq!(
        refusal(&with("source_url", format!("https://{}", "a".repeat(1017)))).0,
        "source_url"
    );
    assert_eq!(
        read(&with("title", format!("  {}\n", "字".repeat(200))))
            .title
            .chars()
            .count(),
        200
    );
}

#[test]
fn identifiers_take_no_white_space_and_nothing_invisible() {
    for id in [
        "",
        "a b",
        " a",
        "a\t",
        "a\u{0}",
        "a\u{200b}",
        "\u{feff}a",
        "a\u{3000}b",
        "a\u{202e}b",
    ] {
        assert_eq!(refusal(&with("external_id", id)).0, "external_id", "{id:?}");
        assert_eq!(refusal(&with("unit_code", id)).0, "unit_code", "{id:?}");
    }
}

#[test]
fn controls_are_dropped_and_line_ends_unified_before_anything_is_judged_empty() {
    let record = read(&with("body", "甲\r\n乙\u{0}\u{b}\t丙\r丁\u{ffff}"));
    assert_eq!(record.body, "甲\n乙\t丙\n丁");
    assert_eq!(read(&with("title", " 上\r\n下\u{7} ")).title, "上 下");
    for blank in ["", " \u{3000}", "\u{0}\u{1}", "\u{200b}\u{feff}", "\n"] {
        assert_eq!(
            refusal(&with("title", blank)),
            ("title".to_owned(), "must not be empty".to_owned()),
            "{blank:?}"
        );
    }
    assert_eq!(refusal(&with("charges", json!(["\u{0}"]))).0, "charges/0");
    assert_eq!(read(&with("document_type", " ")).document_type, None);
    assert_eq!(
        read(&with("charges", json!(["盗窃罪", " 盗窃罪"]))).charges,
        ["盗窃罪"]
    );
}

#[test]
fn times_need_an_offset_and_a_year_from_1970_to_9999() {
    let wrong = [
        "2026-11-20T09:00:00",
        "2026-11-20",
        "2026-02-30T09:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T07:59:59+08:00",
        "9999-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "",
        "now",
    ];
    for time in wrong {
        assert_eq!(
            refusal(&with("published_at", time)).0,
            "published_at",
            "{time}"
        );
    }
    assert_eq!(
        read(&with("published_at", "1970-01-01T08:00:00+08:00")).published_at,
        0
    );
}

#[test]
fn addresses_are_http_with_a_host() {
    for wrong in [
        "",
        "javascript:alert(1)",
        "ftp://a",
        "http://",
        "https:///x",
        "//a",
        "http://a b",
        "http://a\"x",
    ] {
        assert_eq!(
            refusal(&with("source_url", wrong)).0,
            "source_url",
            "{wrong}"
        );
    }
    assert!(parse(&with("source_url", "HTTP://例子.cn/页")).is_ok());
}

#[test]
fn a_withdrawal_carries_its_id_and_nothing_else() {
    let line = parse(r#"{"external_id":"a-1","withdrawn":true}"#).unwrap();
    assert_eq!(
        line,
        ImportLine::Withdrawal {
            external_id: "a-1".to_owned()
        }
    );
    assert_eq!(
        serde_json::to_string(&line).unwrap(),
        r#"{"external_id":"a-1","withdrawn":true}"#
    );
    assert_eq!(refusal(&with("withdrawn", true)).0, "body");
    assert_eq!(refusal(r#"{"withdrawn":true}"#).0, "external_id");
    for value in [json!("true"), json!(1), json!(null)] {
        assert_eq!(
            refusal(&json!({"external_id": "a", "withdrawn": value}).to_string()).0,
            "withdrawn"
        );
    }
}

#[test]
fn withdrawn_false_is_accepted_with_a_whole_record_only() {
    assert_eq!(read(&with("withdrawn", false)), read(&full().to_string()));
    let (field, reason) = refusal(r#"{"external_id":"a","withdrawn":false}"#);
    assert_eq!(field, "kind");
    assert!(reason.contains("withdrawn false"), "{reason}");
}

#[test]
fn a_problem_prints_its_field_first_and_is_plain_english() {
    let problem = parse(&with("title", "")).unwrap_err();
    assert_eq!(problem.to_string(), "title: must not be empty");
    assert!(
        parse(&with("published_at", "昨天"))
            .unwrap_err()
            .to_string()
            .is_ascii()
    );
}
