use super::*;

fn example(kind: Kind) -> Value {
    let mut data = Map::new();
    for field in shapes::of(kind) {
        let value = match (kind, field.name) {
            (Kind::PasswordResetDone, "result") => "\"reset\"",
            _ => field.example,
        };
        data.insert(field.name.to_owned(), serde_json::from_str(value).unwrap());
    }
    serde_json::json!({ "id": "k", "type": kind.as_str(), "data": data })
}

#[test]
fn the_examples_of_all_nine_are_events() {
    assert_eq!(shapes::TYPES.len(), 9);
    for kind in Kind::ALL {
        let event = parse(&example(kind).to_string()).unwrap();
        assert_eq!(event.body.kind(), kind);
        assert_eq!(event.id.as_deref(), Some("k"));
    }
    assert!(shapes::WATCHED.len() >= 10);
}

#[test]
fn the_fingerprint_is_of_what_is_said_not_of_key_order_or_spaces() {
    let one = parse(r#"{"id":"a","type":"password_reset_requested","data":{"application":"1","account":"u","unit_code":"430100"}}"#).unwrap();
    let same = parse(r#"{"type":"password_reset_requested", "data":{"unit_code":" 430100 ","account":"u","application":"1"},"id":"b"}"#).unwrap();
    let other = parse(r#"{"id":"a","type":"password_reset_requested","data":{"application":"2","account":"u","unit_code":"430100"}}"#).unwrap();
    assert_eq!(one.fingerprint, same.fingerprint);
    assert_ne!(one.fingerprint, other.fingerprint);
}

#[test]
fn a_fault_names_its_field() {
    for (json, field) in [
        (r#"{"type":"rumour","data":{}}"#, Some("type")),
        (r#"{"data":{}}"#, Some("type")),
        (r#"{"type":"binding_submitted"}"#, Some("data")),
        (r#"{"type":"binding_submitted","data":7}"#, Some("data")),
        (
            r#"{"type":"binding_submitted","data":{}}"#,
            Some("data/application"),
        ),
        (
            r#"{"type":"binding_submitted","colour":1,"data":{}}"#,
            Some("colour"),
        ),
        (
            r#"{"type":"binding_submitted","data":{"application":"张三"}}"#,
            Some("data/application"),
        ),
        (
            r#"{"type":"binding_submitted","data":{"x":"1"}}"#,
            Some("data/x"),
        ),
        (
            r#"{"type":"binding_submitted","occurred_at":"now","data":{}}"#,
            Some("occurred_at"),
        ),
        ("[]", None),
    ] {
        assert_eq!(parse(json).unwrap_err().field(), field, "{json}");
    }
}

#[test]
fn only_what_is_on_the_watch_list_and_differs_is_told() {
    let change = |field: &str, old: Option<&str>, new: Option<&str>| Change {
        field: field.to_owned(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    };
    assert!(change("stage", Some("a"), Some("b")).is_watched());
    assert!(change("stage", None, Some("b")).is_watched());
    assert!(!change("stage", Some("a"), Some("a")).is_watched());
    assert!(!change("person_name", Some("a"), Some("b")).is_watched());
}
