//! Tables of the case import.

use diesel::table;

table! {
    import_batches (id) {
        id -> BigInt,
        public_id -> Text,
        unit_id -> Nullable<Text>,
        account_id -> Nullable<BigInt>,
        actor -> Text,
        file_name -> Text,
        file_format -> Text,
        file_bytes -> BigInt,
        file_stem -> Nullable<Text>,
        file_parts -> Integer,
        state -> Text,
        problem -> Nullable<Text>,
        warnings -> Text,
        rows_total -> BigInt,
        rows_new -> BigInt,
        rows_changed -> BigInt,
        rows_unchanged -> BigInt,
        rows_refused -> BigInt,
        rows_overtaken -> BigInt,
        rows_kept -> BigInt,
        rows_done -> BigInt,
        notices -> BigInt,
        phone_tasks -> BigInt,
        worker -> Nullable<Text>,
        worker_until -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        validated_at -> Nullable<BigInt>,
        applied_at -> Nullable<BigInt>,
        notify_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        attempts -> Integer,
    }
}

table! {
    import_rows (id) {
        id -> BigInt,
        batch_id -> BigInt,
        line -> BigInt,
        verdict -> Text,
        state -> Text,
        unified_number -> Text,
        person_number -> Text,
        said -> Nullable<Text>,
        changes -> Nullable<Text>,
        is_watched -> Bool,
        person_version -> BigInt,
        case_mark -> Nullable<Text>,
        before -> Nullable<Text>,
        case_before -> Nullable<Text>,
        after_version -> BigInt,
        field -> Text,
        reason -> Text,
    }
}

diesel::joinable!(import_rows -> import_batches (batch_id));
diesel::allow_tables_to_appear_in_same_query!(import_batches, import_rows);
