//! From shapes to JSON Schema.

use serde_json::{Map, Value, json};

use crate::domain::shape::{Field, Is};

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object of these fields.
pub(super) fn object(fields: &[Field], meaning: &str) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut property = schema(&field.is, field.required);
        if let Some(members) = property.as_object_mut() {
            members.insert("description".to_owned(), json!(field.meaning));
            let example = parse(field.example);
            if !example.is_null() {
                members.insert("examples".to_owned(), json!([example]));
            }
        }
        properties.insert(field.name.to_owned(), property);
    }
    let required = fields.iter().filter(|field| field.required);
    let required: Vec<&str> = required.map(|field| field.name).collect();
    json!({
        "type": "object",
        "description": meaning,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// An object with every example in it.
pub(super) fn example(fields: &[Field]) -> Value {
    let members = fields
        .iter()
        .map(|field| (field.name.to_owned(), parse(field.example)))
        .filter(|(_, value)| !value.is_null());
    Value::Object(members.collect())
}

fn parse(example: &str) -> Value {
    serde_json::from_str(example).unwrap_or(Value::Null)
}

fn schema(is: &Is, required: bool) -> Value {
    let mut schema = match is {
        Is::Text { min, max, chars } => {
            let mut text = json!({ "type": "string", "minLength": min, "maxLength": max });
            if let (Some(pattern), Some(members)) = (chars.pattern(), text.as_object_mut()) {
                members.insert("pattern".to_owned(), json!(pattern));
            }
            text
        }
        Is::Word(words) => {
            // null belongs to the list where it may stand for nothing.
            let words = words.iter().map(|word| json!(word));
            let null = (!required).then_some(Value::Null);
            let words: Vec<Value> = words.chain(null).collect();
            json!({ "type": "string", "enum": words })
        }
        Is::Time => json!({ "type": "string", "format": "date-time" }),
        Is::Flag => json!({ "type": "boolean" }),
        Is::Whole { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Is::List { min, max, of } => json!({
            "type": "array",
            "minItems": min,
            "maxItems": max,
            "items": schema(of, true),
        }),
        Is::Object(fields) => object(fields, ""),
    };
    if !required
        && let Some(members) = schema.as_object_mut()
        && let Some(kind) = members.get("type").cloned()
    {
        members.insert("type".to_owned(), json!([kind, "null"]));
    }
    schema
}
