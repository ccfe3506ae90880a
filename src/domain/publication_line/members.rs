//! The members of one JSON object, each known and each present once.
//!
//! Read by hand rather than derived: a derived reader cannot say which field is at fault.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::problem::RecordProblem;

const KNOWN: [&str; 12] = [
    "external_id",
    "kind",
    "unit_code",
    "title",
    "summary",
    "body",
    "document_type",
    "document_number",
    "charges",
    "published_at",
    "source_url",
    "withdrawn",
];

/// The members not yet taken.
pub(super) struct Members(BTreeMap<&'static str, Value>);

impl Members {
    /// Splits the object; refuses what is no object, unknown keys and doubled keys.
    pub(super) fn read(json: &str) -> Result<Self, RecordProblem> {
        // Editors on Windows begin a file with a byte order mark; JSON does not know it.
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let Pairs(pairs) = serde_json::from_str(json).map_err(|error| not_an_object(&error))?;
        let mut members = BTreeMap::new();
        for (key, value) in pairs {
            let Some(known) = KNOWN.into_iter().find(|known| *known == key) else {
                return Err(RecordProblem::at_foreign_key(
                    &key,
                    "is not a key of a publication record; remove it",
                ));
            };
            if members.insert(known, value).is_some() {
                return Err(RecordProblem::at(known, "appears twice; send it once"));
            }
        }
        Ok(Self(members))
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<Value> {
        self.0.remove(key)
    }

    pub(super) fn take_required(&mut self, key: &'static str) -> Result<String, RecordProblem> {
        let value = self
            .take(key)
            .ok_or_else(|| RecordProblem::at(key, "is missing; it is required"))?;
        string(key, value)
    }

    pub(super) fn take_flag(&mut self, key: &'static str) -> Result<Option<bool>, RecordProblem> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(RecordProblem::at(key, "must be true or false")),
        }
    }

    pub(super) fn first_key(&self) -> Option<&'static str> {
        self.0.keys().next().copied()
    }
}

/// The value as text; numbers and booleans are not taken for text.
pub(super) fn string(field: &str, value: Value) -> Result<String, RecordProblem> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Err(RecordProblem::at(field, "must be a string, not null")),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(RecordProblem::at(field, "must be a string"))
        }
    }
}

fn not_an_object(error: &serde_json::Error) -> RecordProblem {
    if error.is_data() {
        return RecordProblem::whole("expected one JSON object in braces");
    }
    let place = match error.line() {
        0 | 1 => format!("column {}", error.column()),
        line => format!("line {line}, column {}", error.column()),
    };
    if error.is_eof() {
        RecordProblem::whole(format!(
            "the JSON ends too early at {place}; send one whole object"
        ))
    } else {
        RecordProblem::whole(format!(
            "not valid JSON at {place}; send one object in UTF-8"
        ))
    }
}

/// Key and value pairs in order, doubled keys kept.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::with_capacity(KNOWN.len());
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
