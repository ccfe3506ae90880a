//! Events of the upstream site (`POST /api/v1/events`): nine types, each with its own body. The shapes in
//! [`shapes`] say what a body may hold; the structs here are what the service works with.

pub mod shapes;

use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::domain::notice::Kind;
use crate::domain::publication_line::RecordProblem;
use crate::domain::{shanghai, shape};

/// One event, checked.
#[derive(Clone, Debug)]
pub struct Event {
    /// The sender's key, when it stood in the body.
    pub id: Option<String>,
    /// Milliseconds UTC; `None`: now.
    pub occurred_at: Option<i64>,
    /// What happened.
    pub body: Body,
    /// Hash of everything the event says but its key.
    pub fingerprint: String,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Body {
    /// A lawyer registered or changed the registration.
    RegistrationSubmitted(RegistrationSubmitted),
    /// It was decided.
    RegistrationReviewed(Reviewed),
    /// A lawyer asks for a case.
    BindingSubmitted(BindingSubmitted),
    /// It was decided.
    BindingReviewed(BindingReviewed),
    /// Somebody asks for an appointment.
    AppointmentSubmitted(AppointmentSubmitted),
    /// It was answered.
    AppointmentReviewed(AppointmentReviewed),
    /// Somebody forgot the password.
    PasswordResetRequested(PasswordResetRequested),
    /// It was reset, or was not.
    PasswordResetDone(Reviewed),
    /// A case moved.
    CaseProgressChanged(CaseProgressChanged),
}

impl Body {
    /// The notice of the same name.
    pub fn kind(&self) -> Kind {
        match self {
            Self::RegistrationSubmitted(_) => Kind::RegistrationSubmitted,
            Self::RegistrationReviewed(_) => Kind::RegistrationReviewed,
            Self::BindingSubmitted(_) => Kind::BindingSubmitted,
            Self::BindingReviewed(_) => Kind::BindingReviewed,
            Self::AppointmentSubmitted(_) => Kind::AppointmentSubmitted,
            Self::AppointmentReviewed(_) => Kind::AppointmentReviewed,
            Self::PasswordResetRequested(_) => Kind::PasswordResetRequested,
            Self::PasswordResetDone(_) => Kind::PasswordResetDone,
            Self::CaseProgressChanged(_) => Kind::CaseProgressChanged,
        }
    }
}

/// See [`shapes::REGISTRATION_SUBMITTED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationSubmitted {
    /// Number of the application.
    pub application: String,
    /// External id.
    pub account: String,
    /// Who decides.
    pub unit_code: String,
    /// It changes an earlier registration.
    #[serde(default)]
    pub is_change: bool,
    /// The account itself, when it is new.
    pub lawyer: Option<Lawyer>,
}

/// The account of a lawyer who registers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lawyer {
    /// What the lawyer types to sign in.
    pub login_name: String,
    /// Name.
    pub display_name: String,
    /// Telephone.
    pub phone: Option<String>,
}

impl std::fmt::Debug for Lawyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lawyer").finish_non_exhaustive()
    }
}

/// See [`shapes::REVIEWED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    /// Number of the application.
    pub application: String,
    /// The outcome's word.
    pub result: String,
    /// Why it was not granted.
    pub reason: Option<String>,
    /// External id; needed when the application was not submitted here.
    pub account: Option<String>,
    /// Needed when the application was not submitted here.
    pub unit_code: Option<String>,
    /// The version that was looked at.
    pub version: Option<i64>,
}

/// See [`shapes::BINDING_REVIEWED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindingReviewed {
    /// Number of the application.
    pub application: String,
    /// The outcome's word.
    pub result: String,
    /// Why it was not granted.
    pub reason: Option<String>,
    /// External id; needed when the application was not submitted here.
    pub account: Option<String>,
    /// Needed when the application was not submitted here.
    pub unit_code: Option<String>,
    /// The version that was looked at.
    pub version: Option<i64>,
    /// 统一受案号 of the case that the lawyer is bound to.
    pub unified_number: Option<String>,
    /// 当事人编号 of the person in that case.
    pub person_number: Option<String>,
    /// `defender` or `agent`; needed when the application does not say it.
    pub applicant_role: Option<String>,
}

/// See [`shapes::BINDING_SUBMITTED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindingSubmitted {
    /// Number of the application.
    pub application: String,
    /// External id.
    pub account: String,
    /// The unit that handles the case.
    pub unit_code: String,
    /// It changes an earlier one.
    #[serde(default)]
    pub is_change: bool,
    /// Name of the case.
    pub case_name: String,
    /// Whom the lawyer acts for.
    pub party_name: Option<String>,
    /// `defender` or `agent`.
    pub applicant_role: Option<String>,
}

/// See [`shapes::APPOINTMENT_SUBMITTED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentSubmitted {
    /// Number of the application.
    pub application: String,
    /// External id.
    pub account: String,
    /// The unit that handles the case.
    pub unit_code: String,
    /// What is asked for.
    pub items: Vec<String>,
    /// Name of the case.
    pub case_name: String,
    /// Number of the case.
    pub case_number: Option<String>,
    /// Free words of the applicant.
    pub remark: Option<String>,
}

/// See [`shapes::APPOINTMENT_REVIEWED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentReviewed {
    /// Number of the application.
    pub application: String,
    /// The outcome's word.
    pub result: String,
    /// The answers so far.
    pub replies: Vec<Reply>,
    /// A remark on the whole.
    pub remark: Option<String>,
    /// External id; needed when the application was not submitted here.
    pub account: Option<String>,
    /// Needed when the application was not submitted here.
    pub unit_code: Option<String>,
    /// The version that was looked at.
    pub version: Option<i64>,
}

/// The answer to one item of an appointment.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Which item.
    pub item: String,
    /// `agreed`, `refused` or `other`.
    pub decision: String,
    /// Words for the applicant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opinion: Option<String>,
}

/// See [`shapes::PASSWORD_RESET_REQUESTED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetRequested {
    /// Number of the application.
    pub application: String,
    /// External id.
    pub account: String,
    /// Who is asked.
    pub unit_code: String,
}

/// See [`shapes::CASE_PROGRESS_CHANGED`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseProgressChanged {
    /// External ids of those who are bound to the person in the case.
    pub accounts: Vec<String>,
    /// The unit that handles the case.
    pub unit_code: String,
    /// 部门受案号.
    pub case_number: String,
    /// Name of the case.
    pub case_name: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
}

/// One changed field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Which.
    pub field: String,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// After.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

impl Change {
    /// Whether people are told of it: a field of the watch list (requirements §4.4) that really is another one.
    pub fn is_watched(&self) -> bool {
        shapes::WATCHED.contains(&self.field.as_str()) && self.old != self.new
    }
}

/// Reads an event.
///
/// # Errors
/// The first fault with its field; never with the sender's text.
pub fn parse(json: &str) -> Result<Event, RecordProblem> {
    let mut envelope = shape::check(shapes::ENVELOPE, with_open_data(json)?, "")?;
    let kind = envelope
        .get("type")
        .and_then(Value::as_str)
        .and_then(Kind::parse)
        .ok_or_else(|| RecordProblem::at("type", "is missing; it is required"))?;
    let data = match shape::parse(json)?.remove("data") {
        Some(Value::Object(data)) => shape::check(shapes::of(kind), data, "data")?,
        Some(_) => return Err(RecordProblem::at("data", "must be an object")),
        None => return Err(RecordProblem::at("data", "is missing; it is required")),
    };
    let id = take_text(&mut envelope, "id");
    let occurred_at = take_text(&mut envelope, "occurred_at");
    let data = Value::Object(data);
    let said = serde_json::json!([kind.as_str(), occurred_at, data]).to_string();
    Ok(Event {
        id,
        occurred_at: occurred_at.as_deref().and_then(shanghai::parse_rfc3339),
        body: body(kind, data)?,
        fingerprint: hash(&said),
    })
}

/// The envelope with `data` taken out of the way of its shape.
fn with_open_data(json: &str) -> Result<Map<String, Value>, RecordProblem> {
    let mut object = shape::parse(json)?;
    if object.contains_key("data") {
        object.insert("data".to_owned(), Value::Object(Map::new()));
    }
    Ok(object)
}

fn take_text(object: &mut Map<String, Value>, key: &str) -> Option<String> {
    match object.remove(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// The typed body of checked data.
fn body(kind: Kind, data: Value) -> Result<Body, RecordProblem> {
    fn read<T: serde::de::DeserializeOwned>(data: Value) -> Result<T, RecordProblem> {
        // The shape was checked; what is left is a fault of ours, and is told as such by the stories.
        serde_json::from_value(data)
            .map_err(|error| RecordProblem::at("data", format!("cannot be read: {error}")))
    }
    Ok(match kind {
        Kind::RegistrationSubmitted => Body::RegistrationSubmitted(read(data)?),
        Kind::RegistrationReviewed => Body::RegistrationReviewed(read(data)?),
        Kind::BindingSubmitted => Body::BindingSubmitted(read(data)?),
        Kind::BindingReviewed => Body::BindingReviewed(read(data)?),
        Kind::AppointmentSubmitted => Body::AppointmentSubmitted(read(data)?),
        Kind::AppointmentReviewed => Body::AppointmentReviewed(read(data)?),
        Kind::PasswordResetRequested => Body::PasswordResetRequested(read(data)?),
        Kind::PasswordResetDone => Body::PasswordResetDone(read(data)?),
        Kind::CaseProgressChanged => Body::CaseProgressChanged(read(data)?),
    })
}

/// 32 hexadecimal digits of a SHA-256.
pub(crate) fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests;
