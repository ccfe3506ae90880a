//! What became of an application.

use super::{APPLICATION, ITEMS, field, line, lines, optional, token};
use crate::domain::shape::{Field, Is};

const LATER_ACCOUNT: Field = optional(
    "account",
    token(64),
    "external_id of the applicant's account. Required when the application was not submitted through this interface.",
    "\"u-1607\"",
);

const LATER_UNIT: Field = optional(
    "unit_code",
    token(32),
    "The unit that decided. Required when the application was not submitted through this interface.",
    "\"430100\"",
);

const VERSION: Field = optional(
    "version",
    Is::Whole {
        min: 1,
        max: 9_007_199_254_740_992,
    },
    "`version` of the application as GET /api/v1/applications gave it. When the applicant has changed it since, the event is 409 and decides nothing: what was looked at is not what stands there now.",
    "1",
);

const REASON: Field = optional(
    "reason",
    lines(1000),
    "Why it was not granted, for the page behind the notice. Required when result is rejected.",
    "\"委托书缺少签名，请补正后重新提交。\"",
);

const fn reviewed(words: &'static [&'static str], meaning: &'static str) -> [Field; 6] {
    [
        APPLICATION,
        field("result", Is::Word(words), meaning, "\"rejected\""),
        REASON,
        LATER_ACCOUNT,
        LATER_UNIT,
        VERSION,
    ]
}

/// A registration was decided.
pub const REVIEWED: &[Field] = &reviewed(
    &["approved", "rejected"],
    "What was decided: 通过 or 未通过.",
);

const REVIEWED_BINDING: [Field; 6] = reviewed(
    &["approved", "rejected"],
    "What was decided: 通过 or 未通过.",
);

/// A binding was decided.
pub const BINDING_REVIEWED: &[Field] = &[
    REVIEWED_BINDING[0],
    REVIEWED_BINDING[1],
    REVIEWED_BINDING[2],
    REVIEWED_BINDING[3],
    REVIEWED_BINDING[4],
    REVIEWED_BINDING[5],
    optional(
        "unified_number",
        line(64),
        "统一受案号 of a case kept here. With person_number an approval binds the lawyer to that person: the limits are counted then, and an approval that breaks one is 409. Without the two nothing is bound here.",
        "\"43010020260000117\"",
    ),
    optional(
        "person_number",
        line(64),
        "当事人编号 of the person in that case.",
        "\"01\"",
    ),
    optional(
        "applicant_role",
        Is::Word(&["defender", "agent"]),
        "辩护人 or 诉讼代理人. Required with person_number when the application does not say it.",
        "\"defender\"",
    ),
];

/// A password was reset, or was not.
pub const PASSWORD_RESET_DONE: &[Field] = &reviewed(
    &["reset", "rejected"],
    "Whether the password is reset. The person then gets a one-time page (or, if push.password_mode is literal, a temporary password); a person without WeChat is telephoned.",
);

/// An appointment was answered.
pub const APPOINTMENT_REVIEWED: &[Field] = &[
    APPLICATION,
    field(
        "result",
        Is::Word(&["answered", "partly_answered"]),
        "answered: every item has its reply, 已回复. partly_answered: some have, 部分回复; the application stays open.",
        "\"answered\"",
    ),
    field(
        "replies",
        Is::List {
            min: 1,
            max: 7,
            of: &Is::Object(&[
                field("item", Is::Word(ITEMS), "Which item.", "\"reading\""),
                field(
                    "decision",
                    Is::Word(&["agreed", "refused", "other"]),
                    "同意, 不同意, or something that the opinion says.",
                    "\"agreed\"",
                ),
                optional(
                    "opinion",
                    lines(500),
                    "Words for the applicant, for the page only.",
                    "\"请于周三上午携带证件前来。\"",
                ),
            ]),
        },
        "The replies so far, one an item.",
        "[{\"item\":\"reading\",\"decision\":\"agreed\",\"opinion\":\"请于周三上午携带证件前来。\"}]",
    ),
    optional(
        "remark",
        lines(1000),
        "A remark on the whole, for the page only.",
        "\"已与承办人联系。\"",
    ),
    LATER_ACCOUNT,
    LATER_UNIT,
    VERSION,
];
