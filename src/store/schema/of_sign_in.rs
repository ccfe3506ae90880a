//! Tables of signing in.

use diesel::table;

table! {
    captchas (token_hash) {
        token_hash -> Text,
        session -> Text,
        answer -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    guesses (key) {
        key -> Text,
        minutes -> Text,
        changed_at -> BigInt,
    }
}

table! {
    link_tickets (session) {
        session -> Text,
        account_id -> BigInt,
        account_version -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    link_messages (id) {
        id -> Text,
        openid_hash -> Text,
        kind -> Text,
        account -> Text,
        created_at -> BigInt,
    }
}

table! {
    password_limits (account_id) {
        account_id -> BigInt,
        password_mark -> Text,
        good_until -> BigInt,
    }
}

table! {
    password_asks (openid_hash, name_hash, unit_id) {
        openid_hash -> Text,
        name_hash -> Text,
        unit_id -> Text,
        asked_at -> BigInt,
    }
}
