//! Tables of the queues.

use diesel::table;

table! {
    application_hands (application_id) {
        application_id -> BigInt,
        claimed_by -> Nullable<BigInt>,
        claimed_at -> Nullable<BigInt>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<BigInt>,
        revoked_by -> Nullable<BigInt>,
        decided_version -> Nullable<BigInt>,
    }
}
