//! Accounts as they come from outside: `PUT /api/v1/accounts`, `jianxin import accounts`, `jianxin import links`.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::publication_line::RecordProblem;
use crate::domain::shape::{self, Chars, Field, Is};

/// An account record.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRecord {
    /// The sender's id.
    pub external_id: String,
    /// `lawyer`, `party` or `manager`.
    pub role: String,
    /// What the person types.
    pub login_name: String,
    /// Name.
    pub display_name: String,
    /// Unit.
    pub unit_code: String,
    /// Telephone; absent: none.
    pub phone: Option<String>,
    /// `pending`, `active`, `rejected` or `disabled`.
    pub state: Option<String>,
    /// Argon2 in PHC form; absent: the stored one stays.
    pub password_hash: Option<String>,
    /// A new password must be chosen; absent: only when there is none.
    pub must_reset: Option<bool>,
    /// Not to be told of case progress; absent: as it is.
    pub notices_off: Option<bool>,
    /// The version that the sender knows; absent: whichever.
    pub version: Option<i64>,
}

/// An account and its follower.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRecord {
    /// The account's external id.
    pub external_id: Option<String>,
    /// Or its login name.
    pub login_name: Option<String>,
    /// The follower.
    pub openid: String,
}

const ROLES: &[&str] = &["lawyer", "party", "manager"];
const STATES: &[&str] = &["pending", "active", "rejected", "disabled"];

const LOGIN: Is = Is::Text {
    min: 3,
    max: 64,
    chars: Chars::Login,
};

const fn token(max: usize) -> Is {
    Is::Text {
        min: 1,
        max,
        chars: Chars::Token,
    }
}

/// The shape of an account record.
pub const ACCOUNT: &[Field] = &[
    Field {
        name: "external_id",
        required: true,
        is: token(64),
        meaning: "Your id of the account; the same id again updates. Events name the account by it.",
        example: "\"u-1607\"",
    },
    Field {
        name: "role",
        required: true,
        is: Is::Word(ROLES),
        meaning: "律师, 当事人等, or 案件管理人员. It cannot change later.",
        example: "\"lawyer\"",
    },
    Field {
        name: "login_name",
        required: true,
        is: LOGIN,
        meaning: "What the person types to sign in; unique. Notices show it with its middle hidden, so it should not be a name or a telephone number.",
        example: "\"160712349811\"",
    },
    Field {
        name: "display_name",
        required: true,
        is: Is::Text {
            min: 1,
            max: 50,
            chars: Chars::Line,
        },
        meaning: "The person's name, for pages only; it never stands in a notice.",
        example: "\"李明\"",
    },
    Field {
        name: "unit_code",
        required: true,
        is: token(32),
        meaning: "unit_id or code_alias of the procuratorate that is responsible for the account, or that a manager works for; without regard to case. A manager gets this unit's to-dos.",
        example: "\"430100\"",
    },
    Field {
        name: "phone",
        required: false,
        is: Is::Text {
            min: 5,
            max: 20,
            chars: Chars::Phone,
        },
        meaning: "For calls when no notice can be sent; stored sealed. Absent: none.",
        example: "\"13800001111\"",
    },
    Field {
        name: "state",
        required: false,
        is: Is::Word(STATES),
        meaning: "待审核, 正常, 未通过, 停用. Absent: active for a new account, else as it is. Disabling ends the link to WeChat.",
        example: "\"active\"",
    },
    Field {
        name: "password_hash",
        required: false,
        is: Is::Text {
            min: 1,
            max: 256,
            chars: Chars::Line,
        },
        meaning: "Argon2 in PHC form ($argon2id$…), at most 256 MiB and 16 passes. Absent: the stored one stays; without any the person must set a password first.",
        example: "\"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$SqlVijFGiPG+935vDSGEsA8xUPlWcBBeXjKZgbm0dRA\"",
    },
    Field {
        name: "must_reset",
        required: false,
        is: Is::Flag,
        meaning: "Whether a new password must be chosen at the next sign-in. Absent: as it is; true for a new account without password_hash.",
        example: "false",
    },
    Field {
        name: "notices_off",
        required: false,
        is: Is::Flag,
        meaning: "Whether the person does not want to be told of case progress. Absent: as it is.",
        example: "false",
    },
    Field {
        name: "version",
        required: false,
        is: Is::Whole {
            min: 1,
            max: 9_007_199_254_740_991,
        },
        meaning: "The version you know, from the last answer. When the account has another one, 409 and nothing is stored. Absent: whichever it has.",
        example: "1",
    },
];

/// The shape of a link record.
pub const LINK: &[Field] = &[
    Field {
        name: "external_id",
        required: false,
        is: token(64),
        meaning: "The account, or login_name instead.",
        example: "\"u-1607\"",
    },
    Field {
        name: "login_name",
        required: false,
        is: LOGIN,
        meaning: "The account, or external_id instead.",
        example: "\"160712349811\"",
    },
    Field {
        name: "openid",
        required: true,
        is: Is::Text {
            min: 10,
            max: 64,
            chars: Chars::Token,
        },
        meaning: "The follower at this Official Account.",
        example: "\"oABCDEFGHIJKLMNOPQRSTUVWXYZ0\"",
    },
];

/// Reads an account record from JSON.
///
/// # Errors
/// The first fault with its field.
pub fn parse_account(json: &str) -> Result<AccountRecord, RecordProblem> {
    account(shape::parse(json)?)
}

/// Reads an account record from the members of an object.
///
/// # Errors
/// The first fault with its field.
pub fn account(object: Map<String, Value>) -> Result<AccountRecord, RecordProblem> {
    typed(shape::check(ACCOUNT, object, "")?)
}

/// Reads a link record from the members of an object.
///
/// # Errors
/// The first fault with its field.
pub fn link(object: Map<String, Value>) -> Result<LinkRecord, RecordProblem> {
    let record: LinkRecord = typed(shape::check(LINK, object, "")?)?;
    match (&record.external_id, &record.login_name) {
        (None, None) => Err(RecordProblem::at(
            "external_id",
            "is missing; send it, or login_name",
        )),
        (Some(_), Some(_)) => Err(RecordProblem::at(
            "login_name",
            "stands beside external_id; send one of the two",
        )),
        _ => Ok(record),
    }
}

/// A row of a CSV file as an object: empty cells are absent, `true` and `false` and whole numbers are what they look
/// like where the shape wants them.
pub fn row(
    fields: &'static [Field],
    header: &csv::StringRecord,
    row: &csv::StringRecord,
) -> Map<String, Value> {
    let cells = header.iter().zip(row.iter());
    cells
        .filter(|(_, cell)| !cell.trim().is_empty())
        .map(|(name, cell)| {
            let name = name.trim();
            let is = fields.iter().find(|field| field.name == name);
            let cell = cell.trim();
            let value = match is.map(|field| field.is) {
                Some(Is::Flag) if cell == "true" || cell == "1" => Value::Bool(true),
                Some(Is::Flag) if cell == "false" || cell == "0" => Value::Bool(false),
                Some(Is::Whole { .. }) => cell
                    .parse::<i64>()
                    .map_or_else(|_| Value::String(cell.to_owned()), Value::from),
                _ => Value::String(cell.to_owned()),
            };
            (name.to_owned(), value)
        })
        .collect()
}

fn typed<T: serde::de::DeserializeOwned>(object: Map<String, Value>) -> Result<T, RecordProblem> {
    serde_json::from_value(Value::Object(object))
        .map_err(|error| RecordProblem::whole(format!("cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_are_records() {
        let object = |fields: &[Field]| -> Map<String, Value> {
            let members = fields.iter();
            members
                .map(|f| (f.name.to_owned(), serde_json::from_str(f.example).unwrap()))
                .collect()
        };
        assert!(account(object(ACCOUNT)).is_ok());
        let mut both = object(LINK);
        assert_eq!(
            link(both.clone()).err().unwrap().field(),
            Some("login_name")
        );
        both.remove("login_name");
        assert!(link(both.clone()).is_ok());
        both.remove("external_id");
        assert_eq!(link(both).err().unwrap().field(), Some("external_id"));
    }

    #[test]
    fn a_csv_row_is_read_by_the_shape() {
        let header = csv::StringRecord::from(vec!["external_id", "must_reset", "version", "phone"]);
        let cells = csv::StringRecord::from(vec!["7", "true", "3", ""]);
        assert_eq!(
            Value::Object(row(ACCOUNT, &header, &cells)),
            serde_json::json!({"external_id": "7", "must_reset": true, "version": 3})
        );
    }
}
