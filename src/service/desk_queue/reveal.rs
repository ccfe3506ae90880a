//! What is masked until a manager asks for it: 显示 writes an entry and makes a ticket, with which this session sees the
//! full value for a minute.

use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::{Queue, note, reviewer};
use crate::app::App;
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::store::{StoreError, desk_applications, desk_phone_tasks};

/// How long the full value is shown.
const SHOWN_MS: i64 = 60_000;

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// The applicant's identity card.
    IdNumber,
    /// The number of the person the lawyer acts for.
    PartyId,
    /// The telephone.
    Phone,
}

impl Hidden {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::IdNumber, Self::PartyId, Self::Phone];

    /// The word in forms and in the audit.
    pub fn word(self) -> &'static str {
        match self {
            Self::IdNumber => "id_number",
            Self::PartyId => "party_id",
            Self::Phone => "phone",
        }
    }

    /// The one of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// Writes down that a manager sees this value of this application or call.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not there, or not this unit's.
pub async fn reveal(
    app: &Arc<App>,
    manager: &Manager,
    (queue, public_id): (Queue, &str),
    what: Hidden,
) -> Result<(), ServiceError> {
    reviewer(manager)?;
    let (public_id, now) = (public_id.to_owned(), app.clock.now_ms());
    let (scope, actor) = (manager.scope(), manager.actor());
    let is_there = app.db.write(move |c| -> Result<_, StoreError> {
        let subject = match queue.kind() {
            Some(kind) => {
                let found = desk_applications::one(c, &scope, &public_id)?;
                let found = found.filter(|one| one.kind == kind.as_str());
                found.map(|_| format!("application:{public_id}"))
            }
            None => {
                let found = desk_phone_tasks::one(c, &scope, &public_id)?;
                found.map(|_| format!("call:{public_id}"))
            }
        };
        let Some(subject) = subject else {
            return Ok(false);
        };
        let subject = format!("{subject} field:{}", what.word());
        note(c, (&actor, now), "personal.shown", subject)?;
        Ok(true)
    });
    match is_there.await? {
        true => Ok(()),
        false => Err(ServiceError::NotFound),
    }
}

/// What makes the next page show the value, to this session, for a minute.
pub fn ticket(app: &App, session: &str, public_id: &str, what: Hidden) -> String {
    let until = app.clock.now_ms() + SHOWN_MS;
    format!("{until:x}-{}", mark(app, session, (public_id, what), until))
}

/// Whether a ticket was made for this session and this value, and is still good.
pub fn ticket_is_good(
    app: &App,
    session: &str,
    (public_id, what): (&str, Hidden),
    given: &str,
) -> bool {
    let Some((until, given)) = given.split_once('-') else {
        return false;
    };
    let Ok(until) = i64::from_str_radix(until, 16) else {
        return false;
    };
    let right = mark(app, session, (public_id, what), until);
    app.clock.now_ms() < until && bool::from(right.as_bytes().ct_eq(given.as_bytes()))
}

fn mark(app: &App, session: &str, (public_id, what): (&str, Hidden), until: i64) -> String {
    let said = format!("{session}:{public_id}:{}:{until}", what.word());
    let whole = app.blind.of("reveal-ticket", &said);
    whole.chars().take(32).collect()
}
