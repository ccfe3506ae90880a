use super::*;

const INNER: &[Field] = &[field("word", true, Is::Word(&["a", "b"]))];
const SHAPE: &[Field] = &[
    field(
        "id",
        true,
        Is::Text {
            min: 1,
            max: 4,
            chars: Chars::Token,
        },
    ),
    field("at", false, Is::Time),
    field("on", false, Is::Flag),
    field("n", false, Is::Whole { min: 0, max: 9 }),
    field(
        "list",
        false,
        Is::List {
            min: 1,
            max: 2,
            of: &Is::Object(INNER),
        },
    ),
    field(
        "text",
        false,
        Is::Text {
            min: 1,
            max: 9,
            chars: Chars::Lines,
        },
    ),
];

const fn field(name: &'static str, required: bool, is: Is) -> Field {
    Field {
        name,
        required,
        is,
        meaning: "",
        example: "",
    }
}

fn fault(json: &str) -> (Option<String>, String) {
    let problem = parse(json)
        .and_then(|object| check(SHAPE, object, ""))
        .unwrap_err();
    (
        problem.field().map(str::to_owned),
        problem.reason().to_owned(),
    )
}

#[test]
fn a_body_that_fits_comes_back_trimmed_and_without_nulls() {
    let json = "\u{feff}{\"id\":\" x1 \",\"at\":null,\"list\":[{\"word\":\"b\"}],\"text\":\"a\\r\\nb\",\"n\":3}";
    let body = check(SHAPE, parse(json).unwrap(), "").unwrap();
    assert_eq!(
        serde_json::Value::Object(body),
        serde_json::json!({"id":"x1","list":[{"word":"b"}],"text":"a\nb","n":3})
    );
}

#[test]
fn the_field_at_fault_is_named_and_its_value_is_not() {
    for (json, at) in [
        ("{}", "id"),
        (r#"{"id":null}"#, "id"),
        (r#"{"id":""}"#, "id"),
        (r#"{"id":"12345"}"#, "id"),
        (r#"{"id":"中"}"#, "id"),
        (r#"{"id":7}"#, "id"),
        (r#"{"id":"a","colour":1}"#, "colour"),
        (r#"{"id":"a","id":"b"}"#, "id"),
        (r#"{"id":"a","at":"2026-11-22"}"#, "at"),
        (r#"{"id":"a","on":"true"}"#, "on"),
        (r#"{"id":"a","n":10}"#, "n"),
        (r#"{"id":"a","n":1.5}"#, "n"),
        (r#"{"id":"a","list":[]}"#, "list"),
        (
            r#"{"id":"a","list":[{"word":"a"},{"word":"SECRET"}]}"#,
            "list/1/word",
        ),
        (
            r#"{"id":"a","list":[{"word":"a","word":"a"}]}"#,
            "list/0/word",
        ),
        (r#"{"id":"a","list":[1]}"#, "list/0"),
        (r#"{"id":"a","text":"a\u0000"}"#, "text"),
    ] {
        let (field, reason) = fault(json);
        assert_eq!(field.as_deref(), Some(at), "{json}");
        assert!(!reason.is_empty() && !reason.contains("SECRET"));
    }
    for json in ["", "[1]", "7", "{", "nonsense", r#"{"id":"a"} x"#] {
        assert_eq!(fault(json).0, None, "{json}");
    }
    let deep = format!("{{\"id\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(fault(&deep).0, None, "depth is bounded");
}
