//! Tables of the people at the counter.

use diesel::table;

use super::accounts;

table! {
    counter_persons (account_id) {
        account_id -> BigInt,
        sealed -> Text,
        consent_version -> Text,
        consented_at -> BigInt,
        issued_by -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    account_units (account_id, unit_id) {
        account_id -> BigInt,
        unit_id -> Text,
        created_at -> BigInt,
    }
}

table! {
    account_phones (account_id) {
        account_id -> BigInt,
        blind -> Text,
        sealed -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(account_units, accounts);
diesel::allow_tables_to_appear_in_same_query!(account_phones, accounts);
