//! Tables of the case managers' desk.

use diesel::table;

use super::{account_links, accounts};

table! {
    managers (account_id) {
        account_id -> BigInt,
        duties -> Text,
        totp_secret -> Nullable<Text>,
        totp_step -> BigInt,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    manager_tickets (token_hash) {
        token_hash -> Text,
        account_id -> BigInt,
        totp_secret -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

table! {
    console_sessions (token_hash) {
        token_hash -> Text,
        account_id -> BigInt,
        stage -> Text,
        password_mark -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        factor_at -> Nullable<BigInt>,
    }
}

table! {
    phone_factors (session) {
        session -> Text,
        account_id -> BigInt,
        shown_at -> BigInt,
    }
}

diesel::joinable!(managers -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(console_sessions, accounts, managers);
diesel::allow_tables_to_appear_in_same_query!(account_links, managers);
