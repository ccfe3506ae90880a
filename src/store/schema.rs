//! Tables, one schema for both databases. A test compares it with what the migrations make.

use diesel::table;

table! {
    units (unit_id) {
        unit_id -> Text,
        name -> Text,
        level -> Integer,
        parent_id -> Nullable<Text>,
        kind -> Text,
        area_name -> Text,
        aliases -> Text,
        code_aliases -> Text,
    }
}

table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

table! {
    publications (id) {
        id -> BigInt,
        public_id -> Text,
        external_id -> Text,
        kind -> Text,
        unit_id -> Text,
        scope_1 -> Nullable<Text>,
        scope_2 -> Nullable<Text>,
        title -> Text,
        summary -> Text,
        body -> Text,
        document_type -> Nullable<Text>,
        document_number -> Nullable<Text>,
        charges -> Text,
        published_at -> BigInt,
        source_url -> Nullable<Text>,
        withdrawn_at -> Nullable<BigInt>,
        revision -> BigInt,
        fingerprint -> Text,
        stored_at -> BigInt,
    }
}

table! {
    followers (openid_hash) {
        openid_hash -> Text,
        openid -> Nullable<Text>,
        subscribed -> Bool,
        event_time -> BigInt,
        scene -> Nullable<Text>,
        changed_at -> BigInt,
    }
}

table! {
    follows (openid, slot) {
        openid -> Text,
        slot -> Integer,
        unit_id -> Text,
        created_at -> BigInt,
    }
}

table! {
    sessions (token_hash) {
        token_hash -> Text,
        openid -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    oauth_states (state_hash) {
        state_hash -> Text,
        browser_hash -> Text,
        return_to -> Text,
        created_at -> BigInt,
        claimed_at -> Nullable<BigInt>,
        openid -> Nullable<Text>,
    }
}

table! {
    api_keys (key_hash) {
        key_hash -> Text,
        name -> Text,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    audit (id) {
        id -> Text,
        at -> BigInt,
        actor -> Text,
        action -> Text,
        subject -> Text,
    }
}

table! {
    install_secrets (name) {
        name -> Text,
        value -> Text,
    }
}
