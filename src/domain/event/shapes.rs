//! The shapes of the nine events, with the words and examples that `/api/openapi.json` shows.

mod reviews;

use crate::domain::notice::Kind;
use crate::domain::shape::{Chars, Field, Is};

pub use reviews::{APPOINTMENT_REVIEWED, BINDING_REVIEWED, PASSWORD_RESET_DONE, REVIEWED};

/// Fields of a case whose change people are told of (requirements §4.4).
pub const WATCHED: &[&str] = &[
    "coercive_measure",
    "coercive_measure_date",
    "detention_place",
    "stage",
    "review_status",
    "outcome",
    "department",
    "due_date",
    "time_limit_text",
    "charge",
];

/// All fields that may be named; corrections of names and the like are recorded and not told.
const CASE_FIELDS: &[&str] = &[
    "coercive_measure",
    "coercive_measure_date",
    "detention_place",
    "stage",
    "review_status",
    "outcome",
    "department",
    "due_date",
    "time_limit_text",
    "charge",
    "case_name",
    "person_name",
    "handler",
    "accepted_at",
    "other",
];

const ITEMS: &[&str] = &[
    "reading",
    "evidence_collection",
    "evidence_submission",
    "opinion",
    "meeting",
    "measure_change",
    "other",
];

/// Names of the events.
pub const TYPES: &[&str] = &[
    "registration_submitted",
    "registration_reviewed",
    "binding_submitted",
    "binding_reviewed",
    "appointment_submitted",
    "appointment_reviewed",
    "password_reset_requested",
    "password_reset_done",
    "case_progress_changed",
];

const fn field(name: &'static str, is: Is, meaning: &'static str, example: &'static str) -> Field {
    Field {
        name,
        required: true,
        is,
        meaning,
        example,
    }
}

const fn optional(
    name: &'static str,
    is: Is,
    meaning: &'static str,
    example: &'static str,
) -> Field {
    Field {
        name,
        required: false,
        is,
        meaning,
        example,
    }
}

const fn line(max: usize) -> Is {
    Is::Text {
        min: 1,
        max,
        chars: Chars::Line,
    }
}

const fn lines(max: usize) -> Is {
    Is::Text {
        min: 1,
        max,
        chars: Chars::Lines,
    }
}

const fn token(max: usize) -> Is {
    Is::Text {
        min: 1,
        max,
        chars: Chars::Token,
    }
}

/// Around every event.
pub const ENVELOPE: &[Field] = &[
    optional(
        "id",
        token(128),
        "Your key of this event, unless the header Idempotency-Key carries it. Sending the same event again with the same key has no further effect and gets the same answer; another event under a used key is 409.",
        "\"site-2026-000117\"",
    ),
    field(
        "type",
        Is::Word(TYPES),
        "What happened; it decides what data holds.",
        "\"binding_submitted\"",
    ),
    optional(
        "occurred_at",
        Is::Time,
        "When it happened; notices show it. At most ten minutes ahead of our clock. Absent: now.",
        "\"2026-11-22T09:58:00+08:00\"",
    ),
    field("data", Is::Object(&[]), "See the type.", "{}"),
];

const APPLICATION: Field = field(
    "application",
    token(32),
    "Your number of the application. Notices show it, so it must not be made of a person's or a case's name.",
    "\"SQ20261122000117\"",
);

const ACCOUNT: Field = field(
    "account",
    token(64),
    "external_id of the account (PUT /api/v1/accounts).",
    "\"u-1607\"",
);

const UNIT: Field = field(
    "unit_code",
    token(32),
    "unit_id or code_alias of the procuratorate, without regard to case. Its managers are told.",
    "\"430100\"",
);

const IS_CHANGE: Field = optional(
    "is_change",
    Is::Flag,
    "Whether it changes an earlier submission. Sending a number that is known says so by itself.",
    "false",
);

const CASE_NAME: Field = field(
    "case_name",
    line(200),
    "Name of the case, for pages only; it never stands in a notice.",
    "\"张某某故意伤害案\"",
);

/// A lawyer registered or changed the registration.
pub const REGISTRATION_SUBMITTED: &[Field] = &[
    APPLICATION,
    ACCOUNT,
    UNIT,
    IS_CHANGE,
    optional(
        "lawyer",
        Is::Object(&[
            field(
                "login_name",
                Is::Text {
                    min: 3,
                    max: 64,
                    chars: Chars::Login,
                },
                "What the lawyer types to sign in; unique. Notices show it with its middle hidden.",
                "\"160712349811\"",
            ),
            field(
                "display_name",
                line(50),
                "The lawyer's name, for pages only.",
                "\"李明\"",
            ),
            optional(
                "phone",
                Is::Text {
                    min: 5,
                    max: 20,
                    chars: Chars::Phone,
                },
                "For a call when no notice can be sent; stored sealed.",
                "\"13800001111\"",
            ),
        ]),
        "The account. Required when `account` is not known yet: it is then made, in state pending.",
        "{\"login_name\":\"160712349811\",\"display_name\":\"李明\",\"phone\":\"13800001111\"}",
    ),
];

/// A lawyer asks for a case.
pub const BINDING_SUBMITTED: &[Field] = &[
    APPLICATION,
    ACCOUNT,
    UNIT,
    IS_CHANGE,
    CASE_NAME,
    optional(
        "party_name",
        line(50),
        "Whom the lawyer acts for, for pages only.",
        "\"张某某\"",
    ),
    optional(
        "applicant_role",
        Is::Word(&["defender", "agent"]),
        "辩护人 or 诉讼代理人.",
        "\"defender\"",
    ),
];

/// Somebody asks for an appointment.
pub const APPOINTMENT_SUBMITTED: &[Field] = &[
    APPLICATION,
    ACCOUNT,
    UNIT,
    field(
        "items",
        Is::List {
            min: 1,
            max: 7,
            of: &Is::Word(ITEMS),
        },
        "What is asked for, each once: 阅卷, 收集调取证据, 提供证据材料, 听取意见, 会见, 变更强制措施, 其他.",
        "[\"reading\",\"opinion\"]",
    ),
    CASE_NAME,
    optional(
        "case_number",
        line(64),
        "Number of the case, for pages only.",
        "\"湘检上诉受[2016]43000000031号\"",
    ),
    optional(
        "remark",
        lines(1000),
        "Words of the applicant, for pages only.",
        "\"希望周三上午。\"",
    ),
];

/// Somebody forgot the password.
pub const PASSWORD_RESET_REQUESTED: &[Field] = &[APPLICATION, ACCOUNT, UNIT];

/// A case moved.
pub const CASE_PROGRESS_CHANGED: &[Field] = &[
    field(
        "accounts",
        Is::List {
            min: 1,
            max: 50,
            of: &token(64),
        },
        "external_id of every lawyer and party who is bound to the person in this case, each once. Each gets one notice, however many fields changed.",
        "[\"u-1607\"]",
    ),
    UNIT,
    field(
        "case_number",
        line(64),
        "部门受案号. Notices show its last four digits.",
        "\"湘检上诉受[2016]43000000031号\"",
    ),
    optional(
        "case_name",
        line(200),
        "Name of the case, for the page only.",
        "\"张某某故意伤害案\"",
    ),
    field(
        "changes",
        Is::List {
            min: 1,
            max: 20,
            of: &Is::Object(&[
                field(
                    "field",
                    Is::Word(CASE_FIELDS),
                    "Which field. case_name, person_name, handler, accepted_at and other are recorded; people are not told of them.",
                    "\"stage\"",
                ),
                optional("old", lines(500), "Before.", "\"审查起诉\""),
                optional("new", lines(500), "After.", "\"提起公诉\""),
            ]),
        },
        "What changed, for the page only. When nothing that people are told of differs, nobody is told.",
        "[{\"field\":\"stage\",\"old\":\"审查起诉\",\"new\":\"提起公诉\"}]",
    ),
];

/// The shape of an event's data.
pub fn of(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::RegistrationSubmitted => REGISTRATION_SUBMITTED,
        Kind::RegistrationReviewed => REVIEWED,
        Kind::BindingReviewed => BINDING_REVIEWED,
        Kind::BindingSubmitted => BINDING_SUBMITTED,
        Kind::AppointmentSubmitted => APPOINTMENT_SUBMITTED,
        Kind::AppointmentReviewed => APPOINTMENT_REVIEWED,
        Kind::PasswordResetRequested => PASSWORD_RESET_REQUESTED,
        Kind::PasswordResetDone => PASSWORD_RESET_DONE,
        Kind::CaseProgressChanged => CASE_PROGRESS_CHANGED,
    }
}
