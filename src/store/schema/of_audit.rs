//! Tables of the audit trail.

use diesel::table;

table! {
    audit (id) {
        id -> Text,
        at -> BigInt,
        actor -> Text,
        action -> Text,
        subject -> Text,
        seq -> Nullable<BigInt>,
        hash -> Nullable<Text>,
        unit_id -> Nullable<Text>,
    }
}

table! {
    audit_heads (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Text,
        anchored_on -> Text,
    }
}

table! {
    audit_words (word, at, audit_id) {
        word -> Text,
        at -> BigInt,
        audit_id -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(audit, audit_words);
