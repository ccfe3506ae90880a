//! Tables, one schema for both databases. A test compares it with what the migrations make.

mod of_audit;
mod of_cases;
mod of_desk;
mod of_imports;
mod of_people;
mod of_publishing;
mod of_queues;
mod of_sign_in;
mod of_upkeep;

use diesel::table;

pub(super) use of_audit::{audit, audit_heads, audit_words};
pub(super) use of_cases::{binding_requests, case_bindings, case_persons, cases, stopped_cases};
pub(super) use of_desk::{console_sessions, manager_tickets, managers, phone_factors};
pub(super) use of_imports::{import_batches, import_rows};
pub(super) use of_people::{account_phones, account_units, counter_persons};
pub(super) use of_publishing::{
    desk_publications, publication_drafts, publication_holds, publication_overrides,
    publication_register, publication_steps,
};
pub(super) use of_queues::application_hands;
pub(super) use of_sign_in::{
    captchas, guesses, link_messages, link_tickets, password_asks, password_limits,
};
pub(super) use of_upkeep::{
    chore_runs, daily_stats, settings_overrides, unit_changes, unit_details,
};

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
    install_secrets (name) {
        name -> Text,
        value -> Text,
    }
}

table! {
    accounts (id) {
        id -> BigInt,
        public_id -> Text,
        external_id -> Nullable<Text>,
        role -> Text,
        login_name -> Text,
        display_name -> Text,
        unit_id -> Text,
        phone -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        must_reset -> Bool,
        state -> Text,
        notices_off -> Bool,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    account_links (id) {
        id -> BigInt,
        account_id -> BigInt,
        openid -> Nullable<Text>,
        openid_hash -> Text,
        linked_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
    }
}

table! {
    applications (id) {
        id -> BigInt,
        public_id -> Text,
        external_id -> Nullable<Text>,
        kind -> Text,
        account_id -> BigInt,
        unit_id -> Text,
        state -> Text,
        is_change -> Bool,
        reason -> Nullable<Text>,
        details -> Text,
        submitted_at -> BigInt,
        decided_at -> Nullable<BigInt>,
        remind_at -> Nullable<BigInt>,
        version -> BigInt,
        account_name -> Text,
        account_login -> Text,
        reminders -> Integer,
        escalated_at -> Nullable<BigInt>,
    }
}

table! {
    case_changes (id) {
        id -> BigInt,
        public_id -> Text,
        account_id -> BigInt,
        unit_id -> Text,
        case_number -> Text,
        changes -> Text,
        changed_at -> BigInt,
        created_at -> BigInt,
        held -> Bool,
        told_with -> Nullable<Text>,
    }
}

table! {
    reset_tickets (token_hash) {
        token_hash -> Text,
        account_id -> BigInt,
        openid -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        tries -> Integer,
        used_at -> Nullable<BigInt>,
        used_by -> Nullable<Text>,
    }
}

table! {
    phone_tasks (id) {
        id -> BigInt,
        public_id -> Text,
        dedupe_key -> Text,
        kind -> Text,
        account_id -> BigInt,
        unit_id -> Text,
        reason -> Text,
        details -> Text,
        created_at -> BigInt,
        done_at -> Nullable<BigInt>,
        done_by -> Nullable<BigInt>,
        password_by -> Nullable<BigInt>,
        password_at -> Nullable<BigInt>,
        account_name -> Text,
        account_login -> Text,
        claimed_by -> Nullable<BigInt>,
        claimed_at -> Nullable<BigInt>,
    }
}

table! {
    events (id) {
        id -> BigInt,
        source -> Text,
        idempotency_key -> Text,
        fingerprint -> Text,
        kind -> Text,
        answer -> Text,
        created_at -> BigInt,
    }
}

table! {
    pushes (id) {
        id -> BigInt,
        public_id -> Text,
        kind -> Text,
        lane -> Integer,
        account_id -> Nullable<BigInt>,
        unit_id -> Text,
        openid -> Nullable<Text>,
        openid_hash -> Text,
        fields -> Text,
        secret -> Nullable<Text>,
        path -> Text,
        order_key -> Nullable<Text>,
        dedupe_key -> Nullable<Text>,
        merge_key -> Nullable<Text>,
        merged_into -> Nullable<BigInt>,
        state -> Text,
        due_at -> Nullable<BigInt>,
        lease_token -> Nullable<Text>,
        attempts -> Integer,
        token_swaps -> Integer,
        crashes -> Integer,
        resends -> Integer,
        first_attempt_at -> Nullable<BigInt>,
        msgid -> Nullable<Text>,
        errcode -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        receipt -> Nullable<Text>,
        receipt_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        fallback_at -> Nullable<BigInt>,
    }
}

table! {
    push_attempts (id) {
        id -> BigInt,
        push_id -> BigInt,
        attempt -> Integer,
        started_at -> BigInt,
        ended_at -> BigInt,
        outcome -> Text,
        errcode -> Nullable<BigInt>,
        detail -> Nullable<Text>,
        msgid -> Nullable<Text>,
    }
}

table! {
    push_receipts (receipt_key) {
        receipt_key -> Text,
        msgid -> Text,
        openid_hash -> Text,
        status -> Text,
        received_at -> BigInt,
        push_id -> Nullable<BigInt>,
    }
}

table! {
    push_blocks (openid_hash) {
        openid_hash -> Text,
        reason -> Text,
        blocked_at -> BigInt,
    }
}

table! {
    push_lane (id) {
        id -> Integer,
        stopped_until -> Nullable<BigInt>,
        stop_reason -> Nullable<Text>,
        stop_code -> Nullable<BigInt>,
        stopped_at -> Nullable<BigInt>,
        circuit -> Text,
        circuit_at -> BigInt,
        probe_at -> BigInt,
        streak -> Integer,
        failures -> Integer,
        successes -> Integer,
        window_at -> BigInt,
        tokens -> Double,
        tokens_at -> BigInt,
        quota_day -> Text,
        quota_used -> BigInt,
    }
}

table! {
    access_tokens (app_id) {
        app_id -> Text,
        token -> Text,
        generation -> BigInt,
        expires_at -> BigInt,
        fetched_at -> BigInt,
        rejected_generation -> BigInt,
        rejections -> Integer,
        forced_day -> Text,
        forced_today -> Integer,
        forced_at -> BigInt,
        claimed_until -> BigInt,
    }
}

table! {
    submissions (once_hash) {
        once_hash -> Text,
        holder -> Text,
        path -> Text,
        created_at -> BigInt,
    }
}

table! {
    drafts (holder, form) {
        holder -> Text,
        form -> Text,
        sealed -> Text,
        updated_at -> BigInt,
    }
}

table! {
    attachments (id) {
        id -> BigInt,
        public_id -> Text,
        holder -> Text,
        account_id -> Nullable<BigInt>,
        application_id -> Nullable<BigInt>,
        slot -> Text,
        label -> Text,
        name -> Text,
        kind -> Text,
        pages -> Integer,
        size -> BigInt,
        stem -> Text,
        created_at -> BigInt,
        adopted_at -> Nullable<BigInt>,
        delete_after -> Nullable<BigInt>,
    }
}

table! {
    registration_revisions (id) {
        id -> BigInt,
        public_id -> Text,
        account_id -> BigInt,
        application_id -> BigInt,
        number -> Integer,
        state -> Text,
        unit_id -> Text,
        sealed -> Text,
        consent_version -> Text,
        consented_at -> BigInt,
        reason -> Nullable<Text>,
        submitted_at -> BigInt,
        decided_at -> Nullable<BigInt>,
    }
}

table! {
    identity_claims (claim) {
        claim -> Text,
        kind -> Text,
        account_id -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    first_passwords (public_id) {
        public_id -> Text,
        holder -> Text,
        account_id -> BigInt,
        sealed -> Nullable<Text>,
        created_at -> BigInt,
        shown_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(pushes, push_attempts);
diesel::joinable!(account_links -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(account_links, accounts);
diesel::allow_tables_to_appear_in_same_query!(applications, accounts);
diesel::allow_tables_to_appear_in_same_query!(case_changes, accounts);
diesel::joinable!(case_changes -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(phone_tasks, accounts);
