//! `GET /api/openapi.json`: the interface described so that an integrator needs nothing else. Bodies are described from
//! the same shapes that read them.

mod schema;

use serde_json::{Map, Value, json};

use crate::domain::account_record::ACCOUNT;
use crate::domain::event::shapes;
use crate::domain::notice::Kind;
use crate::domain::publication_shape::{PUBLICATION, WITHDRAWAL};

/// The description, with the address that this service is reached at.
pub(super) fn document(public_url: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "检信 (jianxin)",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": public_url }],
        "security": [{ "apiKey": [] }],
        "paths": {
            "/api/v1/publications": { "put": publications() },
            "/api/v1/accounts": { "put": accounts() },
            "/api/v1/applications": { "get": applications() },
            "/api/v1/events": { "post": events() },
            "/api/openapi.json": { "get": itself() },
        },
        "components": {
            "securitySchemes": { "apiKey": {
                "type": "http",
                "scheme": "bearer",
                "description": "A key made by `jianxin api-key add NAME`; it is printed once. One key per system: its name tells whose event an idempotency key belongs to.",
            }},
            "schemas": components(),
        },
    })
}

const DESCRIPTION: &str = "Publications, accounts and events of the upstream site.\n\n\
    **What happens to an event.** It is stored together with what it changes and with the notices it causes, or not at all. Notices go to the linked follower of the person, or to every linked case manager of the unit who decides (duty 审核, or no duties here yet); whoever is not linked becomes a telephone task of the unit, and so does, later, whom WeChat does not deliver a result to. Sending, retrying and receipts are this service's business.\n\n\
    **What followers see.** A notice never holds a name, a charge, a stage or a reason: accounts and case numbers appear masked, results come from a closed list, everything else stands on the page behind the notice.\n\n\
    **Repeating.** Every operation may be repeated. After a time-out or 503 send the same again: publications and accounts are compared with what is there, events are known by their idempotency key (for at least 90 days) and get the same answer.\n\n\
    **Errors** are application/problem+json with `detail` and, where one is at fault, `field` (a path such as `data/items/0`). 4xx: nothing was stored, and the same again will fail again. 401: no valid key. 409: it contradicts what is there. 413: too large. 422: a field is wrong. 503: try again in a moment.\n\n\
    **Text** is UTF-8. Lengths are in characters after trimming. Unknown and repeated members are refused. null is the same as absent. **Times** are RFC 3339 with an offset.\n\n\
    **Units** are named by `unit_id` or `code_alias` of config/procuratorates.csv, without regard to case.";

fn publications() -> Value {
    json!({
        "operationId": "putPublication",
        "summary": "Publish, update or withdraw one 重要案件信息 or 法律文书",
        "description": "Additions show within two seconds, withdrawals with the next message or page. A publication that the unit corrected at its desk can be withdrawn, not replaced: the record that the correction replaced is `unchanged`, another is rejected (422). At most 2 MiB. Batches: `jianxin import publications`.",
        "requestBody": body(
            &json!({ "oneOf": [schema::reference("Publication"), schema::reference("Withdrawal")] }),
            &json!({
                "publication": { "summary": "A publication", "value": schema::example(PUBLICATION) },
                "withdrawal": { "summary": "Taking it back", "value": schema::example(WITHDRAWAL) },
            }),
        ),
        "responses": responses(&json!({
            "type": "object",
            "required": ["result"],
            "properties": { "result": result_of(&["imported", "unchanged"]) },
        }), &json!({ "result": "imported" }), false),
    })
}

fn accounts() -> Value {
    json!({
        "operationId": "putAccount",
        "summary": "Add or change one account",
        "description": "The record is the whole account, except where a member says what its absence means. At most 64 KiB. Batches: `jianxin import accounts`; links to followers: `jianxin import links`.",
        "requestBody": body(
            &schema::reference("Account"),
            &json!({ "lawyer": { "summary": "A lawyer without a password yet", "value": account_example() } }),
        ),
        "responses": responses(&json!({
            "type": "object",
            "required": ["result", "version"],
            "properties": {
                "result": result_of(&["imported", "unchanged"]),
                "version": { "type": "integer", "description": "The account's version now." },
            },
        }), &json!({ "result": "imported", "version": 1 }), true),
    })
}

/// Without what only a change or an import has.
fn account_example() -> Value {
    let mut example = schema::example(ACCOUNT);
    if let Some(members) = example.as_object_mut() {
        members.remove("version");
        members.remove("password_hash");
        members.remove("must_reset");
    }
    example
}

fn events() -> Value {
    let all = Kind::ALL.into_iter();
    let one_of: Vec<Value> = all
        .clone()
        .map(|kind| schema::reference(&event_name(kind)))
        .collect();
    let mapping: Map<String, Value> = all
        .clone()
        .map(|kind| {
            let target = format!("#/components/schemas/{}", event_name(kind));
            (kind.as_str().to_owned(), Value::String(target))
        })
        .collect();
    let examples: Map<String, Value> = all
        .map(|kind| {
            let example = json!({ "summary": meaning(kind), "value": event_example(kind) });
            (kind.as_str().to_owned(), example)
        })
        .collect();
    let discriminator = json!({ "propertyName": "type", "mapping": mapping });
    json!({
        "operationId": "postEvent",
        "summary": "Tell what happened",
        "description": "Nine types. The event, what it changes and the notices it causes are stored in one transaction. At most 256 KiB. Events about one application must be sent one after the other.",
        "parameters": [{
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "Your key of this event; required unless `id` in the body carries it. If both are there they must be equal.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._:/-]+$" },
            "example": "site-2026-000117",
        }],
        "requestBody": body(&json!({ "oneOf": one_of, "discriminator": discriminator }), &Value::Object(examples)),
        "responses": responses(&json!({
            "type": "object",
            "required": ["result", "type", "notices", "phone_tasks"],
            "properties": {
                "result": result_of(&["recorded"]),
                "type": { "type": "string", "description": "The event's type." },
                "notices": { "type": "integer", "description": "Notices that were put into the outbox, merged ones included. 0 for a submission: no manager of the unit who decides is linked; it waits as an open application all the same." },
                "phone_tasks": { "type": "integer", "description": "Calls that managers have to make, because the person is not linked." },
            },
        }), &json!({ "result": "recorded", "type": "binding_submitted", "notices": 2, "phone_tasks": 0 }), true),
    })
}

fn applications() -> Value {
    let parameter = |name: &str, meaning: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "description": meaning, "schema": schema });
    let kinds = json!({ "type": "string", "description": "What is applied for.", "enum": ["registration", "binding", "appointment", "password_reset"] });
    let text = json!({ "type": "string" });
    let example = json!({
        "application": "JX0A1B2C3D4E5F", "type": "registration", "is_change": false, "state": "pending", "unit_code": "430100",
        "account": "wx-260712349811", "login_name": "260712349811", "version": 1, "submitted_at": "2026-11-22T09:58:00+08:00",
    });
    let line = json!({
        "type": "object",
        "required": ["application", "type", "is_change", "state", "unit_code", "account", "login_name", "version", "submitted_at"],
        "properties": {
            "application": { "type": "string", "description": "The number by which events decide it." },
            "type": kinds.clone(),
            "is_change": { "type": "boolean", "description": "It changes an earlier one." },
            "state": { "type": "string", "description": "pending, or partly_answered for an appointment with open items." },
            "unit_code": { "type": "string", "description": "unit_id of the procuratorate that decides." },
            "account": { "type": ["string", "null"], "description": "external_id of the applicant's account; wx- and the login name for one that was registered in WeChat." },
            "login_name": { "type": "string", "description": "What the applicant types to sign in." },
            "version": { "type": "integer", "description": "Raised by every change; name it in the deciding event, so that what was changed meanwhile is not decided unseen." },
            "submitted_at": { "type": "string", "format": "date-time", "description": "When it came, or was changed last." },
        },
    });
    let mut responses = responses(
        &json!({
            "type": "object",
            "required": ["applications"],
            "properties": { "applications": { "type": "array", "description": "In the order they came.", "maxItems": 200, "items": line } },
        }),
        &json!({ "applications": [example] }),
        false,
    );
    if let Some(responses) = responses.as_object_mut() {
        responses.remove("400");
        responses.remove("413");
    }
    json!({
        "operationId": "listApplications",
        "summary": "What waits for a decision",
        "description": "At most 200; for more ask again with `after`. Decide with the events `registration_reviewed`, `binding_reviewed`, `appointment_reviewed` and `password_reset_done`.",
        "parameters": [
            parameter("type", "Only this type.", kinds),
            parameter("unit_code", "Only this procuratorate's.", text.clone()),
            parameter("after", "`application` of the last one of the answer before.", text),
        ],
        "responses": responses,
    })
}

fn itself() -> Value {
    json!({
        "operationId": "getDescription",
        "summary": "This description",
        "security": [],
        "responses": { "200": {
            "description": "OpenAPI 3.1",
            "content": { "application/json": { "schema": { "type": "object" } } },
        }},
    })
}

/// The example of an event, as it stands in the description; the stories post it.
pub(super) fn event_example(kind: Kind) -> Value {
    let mut data = schema::example(shapes::of(kind));
    if kind == Kind::PasswordResetDone
        && let Some(members) = data.as_object_mut()
    {
        members.insert("result".to_owned(), json!("reset"));
        members.remove("reason");
    }
    if kind == Kind::BindingReviewed
        && let Some(members) = data.as_object_mut()
    {
        // A person is named by an approval, and this one is refused.
        members.remove("unified_number");
        members.remove("person_number");
        members.remove("applicant_role");
    }
    json!({
        "id": format!("site-2026-{}", kind.as_str()),
        "type": kind.as_str(),
        "occurred_at": "2026-11-22T09:58:00+08:00",
        "data": data,
    })
}

fn components() -> Value {
    let mut schemas = Map::new();
    for (name, fields, meaning) in [
        ("Publication", PUBLICATION, "A publication."),
        ("Withdrawal", WITHDRAWAL, "Taking a publication back."),
        ("Account", ACCOUNT, "An account."),
    ] {
        schemas.insert(name.to_owned(), schema::object(fields, meaning));
    }
    for kind in Kind::ALL {
        let mut event = schema::object(shapes::ENVELOPE, meaning(kind));
        if let Some(members) = event.get_mut("properties").and_then(Value::as_object_mut) {
            members.insert("type".to_owned(), json!({ "const": kind.as_str() }));
            let data = schema::object(shapes::of(kind), "What the event says.");
            members.insert("data".to_owned(), data);
        }
        schemas.insert(event_name(kind), event);
    }
    schemas.insert(
        "Problem".to_owned(),
        json!({
            "type": "object",
            "description": "RFC 9457.",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": { "type": "string", "description": "Always about:blank: title and status say which class it is.", "examples": ["about:blank"] },
                "title": { "type": "string", "description": "The class of the problem." },
                "status": { "type": "integer", "description": "As in the status line." },
                "detail": { "type": "string", "description": "What is wrong and what to send instead; never your own text." },
                "field": { "type": "string", "description": "The member at fault, `/` between levels and indexes.", "examples": ["data/items/0"] },
            },
        }),
    );
    Value::Object(schemas)
}

fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::RegistrationSubmitted => {
            "R-9.1: a lawyer registered or changed the registration. The account is pending; the unit's managers are told."
        }
        Kind::RegistrationReviewed => {
            "R-8.1: the registration was decided. The account is active or rejected; the lawyer is told."
        }
        Kind::BindingSubmitted => {
            "R-9.2: a lawyer asks to be bound to a case, or changes the request. The unit's managers are told."
        }
        Kind::BindingReviewed => "R-8.2: the binding was decided; the lawyer is told.",
        Kind::AppointmentSubmitted => {
            "R-9.3: somebody asks for an appointment. The unit's managers are told."
        }
        Kind::AppointmentReviewed => {
            "R-8.3: items of an appointment were answered; the applicant is told."
        }
        Kind::PasswordResetRequested => {
            "R-9.4: somebody forgot the password. The unit's managers are told. A second request to the same unit before the first is decided is 409."
        }
        Kind::PasswordResetDone => {
            "R-8.4: the password was reset, or was not; the person is told. Other open requests of the person are closed."
        }
        Kind::CaseProgressChanged => {
            "R-8.5: procedural data of a person in a case changed. Everybody who is bound to that person gets one notice, when something changed that people are told of. Notices about one case arrive in the order of the events."
        }
    }
}

/// `binding_submitted` → `BindingSubmitted`.
fn event_name(kind: Kind) -> String {
    let words = kind.as_str().split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

fn result_of(words: &[&str]) -> Value {
    json!({ "enum": words, "description": "What became of it; unchanged: it was exactly so before." })
}

fn body(schema: &Value, examples: &Value) -> Value {
    json!({
        "required": true,
        "content": { "application/json": { "schema": schema, "examples": examples } },
    })
}

fn responses(schema: &Value, example: &Value, conflict: bool) -> Value {
    let problem = |description: &str| {
        let schema = schema::reference("Problem");
        json!({
            "description": description,
            "content": { "application/problem+json": { "schema": schema } },
        })
    };
    let mut all = json!({
        "200": {
            "description": "Done.",
            "content": { "application/json": { "schema": schema, "example": example } },
        },
        "400": problem("The body broke off or took longer than 20 s. Nothing was stored."),
        "401": problem("No valid API key. Nothing was stored."),
        "413": problem("The body is too large. Nothing was stored."),
        "422": problem("A field is wrong; `field` names it. Nothing was stored."),
        "503": problem("Not possible now; send the same again in a moment. Nothing was stored, or it is known by its key."),
    });
    if conflict && let Some(all) = all.as_object_mut() {
        let text = "It contradicts what is there: the key was used for another event, the application was decided, the version is another one. Nothing was stored.";
        all.insert("409".to_owned(), problem(text));
    }
    all
}
