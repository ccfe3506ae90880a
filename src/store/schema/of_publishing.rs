//! Tables of the publishers: drafts, their steps and signed findings, what is held back, what should be public.

use diesel::table;

use super::{accounts, publications};

table! {
    publication_drafts (id) {
        id -> BigInt,
        public_id -> Text,
        unit_id -> Text,
        kind -> Text,
        state -> Text,
        external_id -> Text,
        is_correction -> Bool,
        category -> Nullable<Text>,
        sub_type -> Nullable<Text>,
        title -> Text,
        sealed -> Text,
        document_type -> Nullable<Text>,
        document_number -> Nullable<Text>,
        charges -> Text,
        decided_at -> Nullable<BigInt>,
        effective_at -> Nullable<BigInt>,
        source_url -> Nullable<Text>,
        publish_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        text_hash -> Text,
        author_id -> BigInt,
        edited_by -> BigInt,
        submitted_by -> Nullable<BigInt>,
        approved_by -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    publication_steps (id) {
        id -> BigInt,
        draft_id -> BigInt,
        at -> BigInt,
        account_id -> Nullable<BigInt>,
        action -> Text,
        note -> Nullable<Text>,
        text_hash -> Text,
    }
}

table! {
    publication_overrides (id) {
        id -> BigInt,
        draft_id -> BigInt,
        text_hash -> Text,
        finding -> Text,
        reason -> Text,
        signed_by -> BigInt,
        signed_at -> BigInt,
        signature -> Text,
    }
}

table! {
    publication_holds (external_id) {
        external_id -> Text,
        unit_id -> Text,
        cause -> Text,
        reason -> Text,
        held_by -> Nullable<BigInt>,
        held_at -> BigInt,
    }
}

table! {
    desk_publications (external_id) {
        external_id -> Text,
        replaced -> Nullable<Text>,
        taken_at -> BigInt,
    }
}

table! {
    publication_register (id) {
        id -> BigInt,
        public_id -> Text,
        unit_id -> Text,
        document_number -> Text,
        number_key -> Text,
        document_type -> Text,
        decided_at -> BigInt,
        status -> Text,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        public_at -> Nullable<BigInt>,
        updated_by -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::joinable!(publication_steps -> accounts (account_id));
diesel::joinable!(publication_overrides -> accounts (signed_by));
diesel::allow_tables_to_appear_in_same_query!(publication_steps, accounts);
diesel::allow_tables_to_appear_in_same_query!(publication_overrides, accounts);
diesel::allow_tables_to_appear_in_same_query!(publication_drafts, publications);
