//! `/api/openapi.json` and what really happens say the same.

use jianxin::api;
use jianxin::domain::event::shapes;
use jianxin::domain::notice::Kind;
use jianxin::domain::shape::{Chars, Field, Is};
use serde_json::{Map, Value, json};

use crate::support::office::Office;

async fn description(office: &Office) -> Value {
    let answer = office.app.get("/api/openapi.json").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), "application/json");
    serde_json::from_str(&answer.body).unwrap()
}

fn operations(description: &Value) -> Vec<(String, String, &Value)> {
    let paths = description["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap().iter();
            item.map(|(method, operation)| (path.clone(), method.to_uppercase(), operation))
        })
        .collect()
}

#[tokio::test]
async fn every_route_is_described_and_every_described_route_is_there() {
    let office = Office::open().await;
    let description = description(&office).await;
    assert_eq!(description["openapi"], "3.1.0");
    let mut described: Vec<String> = operations(&description)
        .into_iter()
        .map(|(path, _, _)| path)
        .collect();
    let mut routed: Vec<String> = api::paths(&office.app.app)
        .into_iter()
        .map(str::to_owned)
        .collect();
    described.sort();
    routed.sort();
    assert_eq!(described, routed);
    for (path, method, operation) in operations(&description) {
        let other = if method == "PUT" { "POST" } else { "PUT" };
        let wrong = office.send(other, &path, "", None).await;
        assert_eq!(wrong.status.as_u16(), 405, "{path} has one operation");
        for text in ["operationId", "summary", "responses"] {
            assert!(operation.get(text).is_some(), "{path} {text}");
        }
        if method != "GET" {
            assert_eq!(
                office
                    .send(&method, &path, "{}", None)
                    .await
                    .status
                    .as_u16(),
                422
            );
            for status in ["200", "400", "401", "413", "422", "503"] {
                assert!(
                    !operation["responses"][status]["description"]
                        .as_str()
                        .unwrap()
                        .is_empty()
                );
            }
        }
    }
}

#[tokio::test]
async fn every_member_has_a_meaning_and_every_reference_leads_somewhere() {
    let office = Office::open().await;
    let description = description(&office).await;
    let mut references = 0;
    walk(&description, &mut |object| {
        if let Some(properties) = object.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let told = ["description", "const", "$ref"]
                    .iter()
                    .any(|key| property.get(key).is_some());
                assert!(told, "{name} says nothing: {property}");
            }
        }
        if let Some(target) = object.get("$ref").and_then(Value::as_str) {
            references += 1;
            let name = target.strip_prefix("#/components/schemas/").unwrap();
            assert!(
                description["components"]["schemas"].get(name).is_some(),
                "{target}"
            );
        }
    });
    assert!(references > 20);
}

fn walk(value: &Value, look: &mut dyn FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            look(object);
            object.values().for_each(|value| walk(value, look));
        }
        Value::Array(items) => items.iter().for_each(|value| walk(value, look)),
        _ => {}
    }
}

#[tokio::test]
async fn every_example_is_accepted() {
    let office = Office::open().await;
    let description = description(&office).await;
    let mut accepted = 0;
    for (path, method, operation) in operations(&description) {
        let Some(examples) =
            operation["requestBody"]["content"]["application/json"]["examples"].as_object()
        else {
            continue;
        };
        // A withdrawal needs its publication, hence by name.
        for (name, example) in examples {
            office.app.database.execute("DELETE FROM applications");
            let answer = office
                .send(&method, &path, example["value"].to_string(), None)
                .await;
            assert_eq!(
                answer.status.as_u16(),
                200,
                "{path} {name}: {}",
                answer.body
            );
            accepted += 1;
        }
    }
    assert_eq!(accepted, 12);
    assert_eq!(office.count("SELECT count(*) FROM events"), 9);
}

/// Every way to spoil a member, by its shape: a value, and what `field` must name.
fn spoiled(field: &Field) -> Vec<(Value, String)> {
    let name = field.name.to_owned();
    let mut bad = match field.is {
        Is::Text { max, chars, .. } => {
            let mut bad = vec![
                (json!("x".repeat(max + 1)), name.clone()),
                (json!("a\u{7}"), name.clone()),
                (json!(""), name.clone()),
                (json!(7), name.clone()),
            ];
            if chars != Chars::Line && chars != Chars::Lines {
                bad.push((json!("张三"), name.clone()));
            }
            bad
        }
        Is::Word(_) => vec![(json!("rumour"), name.clone()), (json!(1), name.clone())],
        Is::Time => vec![(json!("tomorrow"), name.clone())],
        Is::Flag => vec![(json!("true"), name.clone())],
        Is::Whole { max, .. } => vec![(json!(max + 1), name.clone())],
        Is::List { max, of, .. } => {
            let one: Value = serde_json::from_str(field.example).unwrap();
            let one = one[0].clone();
            let mut bad = vec![
                (json!([]), name.clone()),
                (json!(vec![one; max + 1]), name.clone()),
                (json!([[]]), format!("{name}/0")),
                (json!({}), name.clone()),
            ];
            if let Is::Object(fields) = of {
                bad.push((json!([{}]), format!("{name}/0/{}", fields[0].name)));
            }
            bad
        }
        Is::Object(fields) => vec![
            (json!([]), name.clone()),
            (json!({ "colour": 1 }), format!("{name}/colour")),
            (json!({}), format!("{name}/{}", fields[0].name)),
        ],
    };
    if field.required {
        bad.push((Value::Null, name));
    }
    bad
}

#[tokio::test]
async fn every_member_spoiled_in_every_way_is_named_and_nothing_is_stored() {
    let office = Office::open().await;
    office.linked("m1", "manager").await;
    office.linked("u-1607", "lawyer").await;
    let description = description(&office).await;
    let examples = &description["paths"]["/api/v1/events"]["post"]["requestBody"]["content"]["application/json"]
        ["examples"];
    let sizes = office.sizes();
    let mut tried = 0;
    for kind in Kind::ALL {
        let good = &examples[kind.as_str()]["value"];
        let mut cases: Vec<(Value, String)> = Vec::new();
        for field in shapes::of(kind) {
            for (value, at) in spoiled(field) {
                let mut event = good.clone();
                event["data"][field.name] = value;
                cases.push((event, format!("data/{at}")));
            }
            if field.required {
                let mut event = good.clone();
                event["data"].as_object_mut().unwrap().remove(field.name);
                cases.push((event, format!("data/{}", field.name)));
            }
        }
        for field in shapes::ENVELOPE.iter().filter(|field| field.name != "data") {
            for (value, at) in spoiled(field) {
                let mut event = good.clone();
                event[field.name] = value;
                cases.push((event, at));
            }
        }
        let with = |at: &[&str], value: Value| {
            let mut event = good.clone();
            let place = at.iter().fold(&mut event, |place, key| &mut place[*key]);
            *place = value;
            event
        };
        cases.push((with(&["colour"], json!(1)), "colour".to_owned()));
        cases.push((
            with(&["data", "colour"], json!(1)),
            "data/colour".to_owned(),
        ));
        cases.push((with(&["data"], json!([])), "data".to_owned()));
        cases.push((with(&["data"], Value::Null), "data".to_owned()));
        cases.push((
            with(&["occurred_at"], json!("2026-11-23T09:58:00+08:00")),
            "occurred_at".to_owned(),
        ));
        cases.push((
            with(&["data", "unit_code"], json!("000000")),
            "data/unit_code".to_owned(),
        ));
        let account = if kind == Kind::CaseProgressChanged {
            "accounts"
        } else {
            "account"
        };
        let (nobody, at) = match account {
            "accounts" => (json!(["u-1607", "nobody"]), "data/accounts/1"),
            _ => (json!("nobody"), "data/account"),
        };
        if kind != Kind::RegistrationSubmitted {
            cases.push((with(&["data", account], nobody), at.to_owned()));
        }
        for (event, field) in cases {
            let answer = office.post(&event).await;
            assert_eq!(answer.status.as_u16(), 422, "{event} {}", answer.body);
            let problem: Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!(
                problem["field"].as_str(),
                Some(field.as_str()),
                "{event} {problem}"
            );
            assert!(
                !problem["detail"].as_str().unwrap().contains("张"),
                "{problem}"
            );
            tried += 1;
        }
    }
    assert!(tried > 250, "{tried}");
    let large = format!("{{\"id\":\"x\",\"pad\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(
        office
            .send("POST", "/api/v1/events", large, None)
            .await
            .status
            .as_u16(),
        413
    );
    assert_eq!(office.sizes(), sizes);
}
