//! Tables of cases and of whom they are shown to.

use diesel::table;

table! {
    stopped_cases (unified_number) {
        unified_number -> Text,
        reason -> Text,
        stopped_by -> BigInt,
        stopped_at -> BigInt,
    }
}

use super::{accounts, applications};

table! {
    cases (id) {
        id -> BigInt,
        public_id -> Text,
        unified_number -> Text,
        department_number -> Text,
        unit_id -> Text,
        name -> Text,
        category -> Text,
        charge -> Nullable<Text>,
        other_charges -> Nullable<Text>,
        accepted_at -> BigInt,
        transferring_unit -> Nullable<Text>,
        department -> Nullable<Text>,
        handler -> Nullable<Text>,
        stage -> Nullable<Text>,
        review_status -> Nullable<Text>,
        review_opinion -> Nullable<Text>,
        time_limit_text -> Nullable<Text>,
        due_date -> Nullable<Text>,
        concluded_at -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
        closed_at -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    case_persons (id) {
        id -> BigInt,
        public_id -> Text,
        case_id -> BigInt,
        person_number -> Text,
        name -> Text,
        gender -> Nullable<Text>,
        id_type -> Nullable<Text>,
        id_number -> Nullable<Text>,
        id_blind -> Nullable<Text>,
        coercive_measure -> Nullable<Text>,
        coercive_measure_date -> Nullable<Text>,
        detention_place -> Nullable<Text>,
        charge -> Nullable<Text>,
        stage -> Nullable<Text>,
        review_status -> Nullable<Text>,
        review_opinion -> Nullable<Text>,
        time_limit_text -> Nullable<Text>,
        due_date -> Nullable<Text>,
        outcome -> Nullable<Text>,
        fingerprint -> Text,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    case_bindings (id) {
        id -> BigInt,
        public_id -> Text,
        account_id -> BigInt,
        case_person_id -> BigInt,
        applicant_role -> Text,
        application_id -> Nullable<BigInt>,
        state -> Text,
        reason -> Nullable<Text>,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    binding_requests (application_id) {
        application_id -> BigInt,
        account_id -> BigInt,
        case_name -> Text,
        party_name -> Text,
        party_id -> Text,
        party_blind -> Text,
        is_remote -> Bool,
        applicant_role -> Text,
        case_person_id -> Nullable<BigInt>,
    }
}

diesel::joinable!(case_persons -> cases (case_id));
diesel::joinable!(case_bindings -> case_persons (case_person_id));
diesel::joinable!(case_bindings -> accounts (account_id));
diesel::joinable!(binding_requests -> applications (application_id));
diesel::allow_tables_to_appear_in_same_query!(cases, case_persons, case_bindings, accounts);
diesel::allow_tables_to_appear_in_same_query!(binding_requests, applications);
