//! Reading a body against its shape: the first fault is told with its field.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{Chars, Field, Is};
use crate::domain::publication_line::RecordProblem;
use crate::domain::shanghai;

/// JSON with doubled keys still in it: `serde_json` would keep the last and say nothing.
enum Node {
    Null,
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// Reads one JSON object; keys may not come twice.
///
/// # Errors
/// What is wrong and in which field; never with the sender's text.
pub fn parse(json: &str) -> Result<Map<String, Value>, RecordProblem> {
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let node: Node = serde_json::from_str(json).map_err(|error| {
        RecordProblem::whole(format!(
            "not valid JSON at line {}, column {}; send one object in UTF-8",
            error.line().max(1),
            error.column()
        ))
    })?;
    match single(node, "")? {
        Value::Object(object) => Ok(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(RecordProblem::whole("expected one JSON object in braces"))
        }
    }
}

/// Refuses doubled keys on the way to a plain value.
fn single(node: Node, path: &str) -> Result<Value, RecordProblem> {
    Ok(match node {
        Node::Null => Value::Null,
        Node::Flag(flag) => Value::Bool(flag),
        Node::Number(number) => Value::Number(number),
        Node::Text(text) => Value::String(text),
        Node::List(nodes) => {
            let items = nodes.into_iter().enumerate();
            let items = items.map(|(at, node)| single(node, &below(path, &at.to_string())));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Node::Object(pairs) => {
            let mut object = Map::new();
            for (key, node) in pairs {
                let here = below(path, &key);
                let value = single(node, &here)?;
                if object.insert(key, value).is_some() {
                    return Err(RecordProblem::at_foreign_key(
                        &here,
                        "appears twice; send it once",
                    ));
                }
            }
            Value::Object(object)
        }
    })
}

/// Checks an object: every member known and within its limits. Texts come back trimmed with `\n` for line breaks,
/// members that are null are gone.
///
/// # Errors
/// The first fault in the order of the shape, unknown keys first.
pub fn check(
    fields: &'static [Field],
    object: Map<String, Value>,
    path: &str,
) -> Result<Map<String, Value>, RecordProblem> {
    let stranger = object
        .keys()
        .find(|key| fields.iter().all(|field| field.name != key.as_str()));
    if let Some(key) = stranger {
        let reason = "is not a key of this object; remove it";
        return Err(RecordProblem::at_foreign_key(&below(path, key), reason));
    }
    let mut object = object;
    let mut checked = Map::new();
    for field in fields {
        let here = below(path, field.name);
        match object.remove(field.name) {
            None | Some(Value::Null) if !field.required => {}
            None => return Err(RecordProblem::at(&here, "is missing; it is required")),
            Some(value) => {
                checked.insert(field.name.to_owned(), value_of(&field.is, value, &here)?);
            }
        }
    }
    Ok(checked)
}

fn value_of(is: &'static Is, value: Value, path: &str) -> Result<Value, RecordProblem> {
    let wrong = |reason: String| Err(RecordProblem::at(path, reason));
    match (is, value) {
        (Is::Text { min, max, chars }, Value::String(text)) => {
            text_of(&text, (*min, *max), *chars, path).map(Value::String)
        }
        (Is::Word(words), Value::String(text)) => {
            if words.contains(&text.as_str()) {
                Ok(Value::String(text))
            } else {
                wrong(format!("must be one of {}", words.join(", ")))
            }
        }
        (Is::Time, Value::String(text)) => match shanghai::parse_rfc3339(text.trim()) {
            Some(_) => Ok(Value::String(text.trim().to_owned())),
            None => {
                wrong("must be a time with an offset, such as 2026-11-22T10:00:00+08:00".to_owned())
            }
        },
        (Is::Flag, Value::Bool(flag)) => Ok(Value::Bool(flag)),
        (Is::Whole { min, max }, Value::Number(number)) => match number.as_i64() {
            Some(whole) if (*min..=*max).contains(&whole) => Ok(Value::from(whole)),
            _ => wrong(format!("must be a whole number from {min} to {max}")),
        },
        (Is::List { min, max, of }, Value::Array(items)) => {
            if !(*min..=*max).contains(&items.len()) {
                return wrong(format!("must have {min} to {max} entries"));
            }
            let items = items.into_iter().enumerate();
            let items = items.map(|(at, item)| value_of(of, item, &below(path, &at.to_string())));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        (Is::Object(fields), Value::Object(object)) => {
            check(fields, object, path).map(Value::Object)
        }
        (is, _) => wrong(format!("must be {}", kind(is))),
    }
}

fn text_of(
    text: &str,
    (min, max): (usize, usize),
    chars: Chars,
    path: &str,
) -> Result<String, RecordProblem> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    let count = text.chars().count();
    if count < min {
        return Err(RecordProblem::at(path, "must not be empty"));
    }
    if count > max {
        return Err(RecordProblem::at(
            path,
            format!("has {count} characters; at most {max} are taken"),
        ));
    }
    if text.chars().all(|c| chars.takes(c)) {
        return Ok(text.to_owned());
    }
    Err(RecordProblem::at(
        path,
        match chars {
            Chars::Token => "may have letters, digits and -_.:/ only",
            Chars::Login => "may have letters, digits and -_.@ only",
            Chars::Phone => "may have digits, +, - and spaces only",
            Chars::Line => "must be one line without control characters",
            Chars::Lines => "must not have control characters",
        },
    ))
}

fn kind(is: &Is) -> &'static str {
    match is {
        Is::Text { .. } | Is::Word(_) | Is::Time => "a string",
        Is::Flag => "true or false",
        Is::Whole { .. } => "a whole number",
        Is::List { .. } => "an array",
        Is::Object(_) => "an object",
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}/{key}")
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Number::from_f64(number).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Node::Object(pairs))
    }
}
