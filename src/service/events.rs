//! Events of the upstream site: the event, what it changes and whom it tells, in ONE transaction.

mod apply;
mod progress;
mod registration;
mod reviewed;
mod submitted;

use std::sync::Arc;

use crate::app::App;
use crate::domain::event::{Body, Event};
use crate::service::audit::audit_entry;
use crate::service::error::RecordError;
use crate::service::pushes;
use crate::service::resets::{self, Fresh};
use crate::store::StoreError;
use crate::store::audit;
use crate::store::events::{self as table, NewEvent};

pub use apply::{Cause, apply};

/// A clock that runs ahead of ours by more than this is wrong.
const AHEAD_MS: i64 = 10 * 60_000;

/// How long a key is known.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;
const FORGOTTEN_AT_ONCE: i64 = 1000;

/// What the sender is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// A JSON object, the same for the same event.
    pub body: String,
    /// Whether the event had been recorded before.
    pub repeated: bool,
}

/// Records an event of `source` (the name of its API key) under its key. The same event again has no effect and gets
/// the same answer.
///
/// # Errors
/// [`RecordError::Bad`] with the field at fault, [`RecordError::Conflict`] when the key was used for another event or
/// the event contradicts what is there. Nothing is stored then.
pub async fn record(
    app: &Arc<App>,
    event: Event,
    key: String,
    source: String,
) -> Result<Answer, RecordError> {
    let (asked_source, asked_key) = (source.clone(), key.clone());
    let before = app
        .db
        .read(move |c| table::recorded(c, &asked_source, &asked_key).map_err(StoreError::from));
    if let Some(before) = before.await? {
        return repeated(before, &event.fingerprint);
    }
    let now = app.clock.now_ms();
    if event.occurred_at.is_some_and(|at| at > now + AHEAD_MS) {
        return Err(RecordError::bad(
            "occurred_at",
            "lies ahead of our clock by more than ten minutes",
        ));
    }
    let fresh = fresh_for(app, &event.body).await?;
    let kind = event.body.kind();
    let desk = Arc::clone(app);
    let recorded = app.db.write(move |c| {
        let app = &*desk;
        let id = app.ids.next(now);
        let claim = NewEvent {
            id,
            source: &source,
            idempotency_key: &key,
            fingerprint: &event.fingerprint,
            kind: kind.as_str(),
            answer: "",
            created_at: now,
        };
        if !table::claim(c, &claim)? {
            // Somebody sent the same at the same time and is done, or another process took this very id.
            let before = table::recorded(c, &source, &key)?;
            let before = before.ok_or(RecordError::Store(StoreError::Timeout))?;
            return Ok((repeated(before, &event.fingerprint)?, None));
        }
        let cause = Cause {
            key: format!("e{id}"),
            at: event.occurred_at.unwrap_or(now),
        };
        let effects = apply(c, app, &event.body, &cause, fresh.as_ref())?;
        let body = serde_json::json!({
            "result": "recorded",
            "type": kind.as_str(),
            "notices": effects.notices,
            "phone_tasks": effects.phone_tasks,
        })
        .to_string();
        table::answer(c, id, &body)?;
        let entry = audit_entry(
            now,
            format!("api-key:{source}"),
            "event.recorded",
            format!("event:{} id:{key}", kind.as_str()),
        );
        audit::append_for(c, &entry, None)?;
        let answer = Answer {
            body,
            repeated: false,
        };
        Ok::<_, RecordError>((answer, Some(effects)))
    });
    let (answer, effects) = recorded.await?;
    if let Some(effects) = effects {
        effects.report();
        if effects.notices > 0 {
            pushes::bell(app).await;
        }
    }
    let result = if answer.repeated {
        "repeated"
    } else {
        "recorded"
    };
    metrics::counter!("jianxin_events_total", "type" => kind.as_str(), "result" => result)
        .increment(1);
    Ok(answer)
}

/// Forgets events whose senders have long had their answer; how many. Call it now and then.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let before = app.clock.now_ms() - KEPT_MS;
    app.db
        .write(move |c| table::forget(c, before, FORGOTTEN_AT_ONCE).map_err(StoreError::from))
        .await
}

fn repeated(before: table::Recorded, fingerprint: &str) -> Result<Answer, RecordError> {
    if before.fingerprint == fingerprint {
        return Ok(Answer {
            body: before.answer,
            repeated: true,
        });
    }
    Err(RecordError::conflict(
        "id",
        "this key was used for an event with other contents: send a new key",
    ))
}

/// What must be made before the transaction begins.
///
/// # Errors
/// When the process is stopping.
pub async fn fresh_for(app: &App, body: &Body) -> Result<Option<Fresh>, RecordError> {
    let Body::PasswordResetDone(_) = body else {
        return Ok(None);
    };
    let fresh = resets::prepare(app).await;
    fresh
        .map(Some)
        .map_err(|_stopping| RecordError::Store(StoreError::Stopped))
}
