//! Tables of what people look after at the console, and of what it counts.

use diesel::table;

table! {
    settings_overrides (kind, key, version) {
        kind -> Text,
        key -> Text,
        version -> BigInt,
        value -> Nullable<Text>,
        changed_by -> Text,
        changed_at -> BigInt,
    }
}

table! {
    unit_details (unit_id) {
        unit_id -> Text,
        phone -> Nullable<Text>,
        aliases -> Text,
        code_aliases -> Text,
        updated_at -> BigInt,
    }
}

table! {
    unit_changes (id) {
        id -> BigInt,
        public_id -> Text,
        unit_id -> Text,
        kind -> Text,
        old_name -> Text,
        value -> Text,
        area_name -> Text,
        basis -> Text,
        effective_on -> Text,
        state -> Text,
        former -> Text,
        reason -> Nullable<Text>,
        made_by -> Text,
        made_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

table! {
    daily_stats (unit_id, day, measure) {
        unit_id -> Text,
        day -> Text,
        measure -> Text,
        own -> BigInt,
        tree -> BigInt,
    }
}

table! {
    chore_runs (name) {
        name -> Text,
        ran_at -> BigInt,
        failed_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        deleted -> BigInt,
    }
}
