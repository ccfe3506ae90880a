//! A notice as it is read.

use std::fmt;

use diesel::prelude::*;

use crate::store::schema::{push_attempts, pushes};

/// A whole row, for people who look after notices.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = pushes)]
pub struct Push {
    /// Internal key.
    pub id: i64,
    /// The id that people and the platform know it by.
    pub public_id: String,
    /// Which of the nine notices.
    pub kind: String,
    /// 0 goes first.
    pub lane: i32,
    /// The procuratorate.
    pub unit_id: String,
    /// Keyed hash of the receiver.
    pub openid_hash: String,
    /// One of the states of [`super`].
    pub state: String,
    /// The next try, or the end of the lease.
    pub due_at: Option<i64>,
    /// Tries that counted.
    pub attempts: i32,
    /// Changes of the access token on its behalf.
    pub token_swaps: i32,
    /// Leases that ran out without an outcome.
    pub crashes: i32,
    /// Sent once more although the platform might show it twice, as configured.
    pub resends: i32,
    /// The first try that may have arrived.
    pub first_attempt_at: Option<i64>,
    /// The platform's id.
    pub msgid: Option<String>,
    /// The platform's last error.
    pub errcode: Option<i64>,
    /// Why it is in its state.
    pub reason: Option<String>,
    /// What the platform told later: `success`, `user_block`, `system_failed`.
    pub receipt: Option<String>,
    /// When.
    pub receipt_at: Option<i64>,
    /// After that it is not sent any more.
    pub expires_at: i64,
    /// When it was promised.
    pub created_at: i64,
    /// When its fate was known.
    pub ended_at: Option<i64>,
}

/// What sending needs to know.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = pushes)]
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) public_id: String,
    pub(super) kind: String,
    pub(super) unit_id: String,
    pub(super) openid: Option<String>,
    pub(super) openid_hash: String,
    pub(super) fields: String,
    pub(super) secret: Option<String>,
    pub(super) path: String,
    pub(super) order_key: Option<String>,
    pub(super) state: String,
    pub(super) attempts: i32,
    pub(super) token_swaps: i32,
    pub(super) crashes: i32,
    pub(super) resends: i32,
    pub(super) first_attempt_at: Option<i64>,
    pub(super) expires_at: i64,
    pub(super) created_at: i64,
}

/// A notice that this worker holds and sends now.
#[derive(Clone)]
pub struct ClaimedPush {
    /// Internal key.
    pub id: i64,
    /// The id that the platform is given.
    pub public_id: String,
    /// Which of the nine notices.
    pub kind: String,
    /// The procuratorate.
    pub unit_id: String,
    /// The receiver.
    pub openid: String,
    /// Keyed hash of the receiver.
    pub openid_hash: String,
    /// A JSON object: logical field to value.
    pub fields: String,
    /// A sealed value.
    pub secret: Option<String>,
    /// What a tap opens, below our address.
    pub path: String,
    /// Notices with the same key go in order.
    pub order_key: Option<String>,
    /// The number of this try, from 1.
    pub attempt: i32,
    /// Changes of the access token so far.
    pub token_swaps: i32,
    /// The first try that may have arrived, this one at the latest.
    pub first_attempt_at: i64,
    /// Whether that is this one: no earlier try may have arrived.
    pub is_first_doubt: bool,
    /// It goes to see whether the platform is well again.
    pub is_probe: bool,
    /// Milliseconds UTC.
    pub created_at: i64,
}

impl fmt::Debug for ClaimedPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimedPush")
            .field("public_id", &self.public_id)
            .field("kind", &self.kind)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Push")
            .field("public_id", &self.public_id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// What a try came to, to be kept.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = push_attempts, treat_none_as_default_value = false)]
pub struct NewAttempt {
    /// Internal key; the same outcome stored twice is one row.
    pub id: i64,
    /// Whose.
    pub push_id: i64,
    /// Its number.
    pub attempt: i32,
    /// Milliseconds UTC by the worker's clock.
    pub started_at: i64,
    /// Milliseconds UTC by the worker's clock.
    pub ended_at: i64,
    /// `sent`, `not_sent`, `unknown`.
    pub outcome: String,
    /// The platform's error.
    pub errcode: Option<i64>,
    /// One line for people.
    pub detail: Option<String>,
    /// The platform's id.
    pub msgid: Option<String>,
}

/// What a try came to.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = push_attempts)]
pub struct Attempt {
    /// Its number.
    pub attempt: i32,
    /// Milliseconds UTC.
    pub started_at: i64,
    /// Milliseconds UTC.
    pub ended_at: i64,
    /// `sent`, `not_sent`, `unknown`.
    pub outcome: String,
    /// The platform's error.
    pub errcode: Option<i64>,
    /// One line for people.
    pub detail: Option<String>,
    /// The platform's id.
    pub msgid: Option<String>,
}
