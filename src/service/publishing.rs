//! Publishing: a draft is written, checked for what must be masked, approved by somebody else, shown when it is due, and
//! taken down. Each step is one transaction with its entry in the draft's history and in the audit.

mod decide;
mod due;
mod look;
mod masking;
mod take_down;
mod write;

use diesel::result::Error as SqlError;
use thiserror::Error;

use crate::app::App;
use crate::app::BlindIndex;
use crate::app::seal::{Place, Seal, SealError};
use crate::domain::desk::UnitScope;
use crate::domain::masking::Part;
use crate::domain::publication::PublicationKind;
use crate::domain::publishing::{Content, Fault, State};
use crate::service::audit::audit_entry;
use crate::service::desk::Manager;
use crate::store::audit;
use crate::store::publication_drafts::{self as table, Row};
use crate::store::publication_steps::{self, Step};
use crate::store::{Conn, StoreError};

pub use decide::{approve, may_decide, send_back, submit};
pub use due::{Kept, keep_up, months};
pub use look::{Shelf, address, counts, draft, history, list, publication, read, shelf};
pub use masking::{Report, Signed, Suspect, check, looked_at as report, sign, unsign};
pub use take_down::withdraw;
pub use write::{correct, create, discard, recall, save};

/// Why a step was not taken.
#[derive(Debug, Error)]
pub enum PublishError {
    /// There is no such thing, or it is another unit's.
    #[error("not found")]
    NotFound,
    /// Somebody was quicker, or the state does not allow it.
    #[error("changed meanwhile: it is {}", .0.as_str())]
    Stale(State),
    /// Whoever wrote, changed, submitted or signed it does not approve it.
    #[error("approved by somebody else only")]
    SameHand,
    /// Whoever submitted it takes it back, nobody else.
    #[error("taken back by whoever submitted it only")]
    NotSubmitter,
    /// The masking check found so much that nobody signed, or signed and would approve too.
    #[error("{0} findings stand")]
    Findings(usize),
    /// Fields that must be there before it is submitted, or that the record does not take.
    #[error("the fields are not complete")]
    Incomplete(Vec<Fault>),
    /// A new version with a later time would take down until then what is public now.
    #[error("it would hide what is public")]
    WouldHide,
    /// A reason is missing.
    #[error("a reason is needed")]
    NoReason,
    /// Another version of this publication is being written.
    #[error("another version is open")]
    Open(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key ring.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<SqlError> for PublishError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// Longest reason, in characters.
pub const REASON: usize = 300;

/// A draft, opened.
#[derive(Clone, Debug)]
pub struct Draft {
    /// As it is stored.
    pub row: Row,
    /// What it says.
    pub content: Content,
}

impl Draft {
    /// Where it stands.
    pub fn state(&self) -> State {
        state(&self.row)
    }
}

fn state(row: &Row) -> State {
    State::parse(&row.state).unwrap_or(State::Discarded)
}

/// Who takes a step, taken apart for a transaction.
#[derive(Clone)]
struct Hand {
    account_id: i64,
    actor: String,
    scope: UnitScope,
}

impl Hand {
    fn of(manager: &Manager) -> Self {
        Self {
            account_id: manager.account.id,
            actor: manager.actor(),
            scope: manager.scope(),
        }
    }
}

/// A draft of the unit, opened; for a step that leads on from one of these states, with this version.
fn held(
    c: &mut Conn,
    app: &App,
    hand: &Hand,
    (public_id, version): (&str, i64),
    from: &[State],
) -> Result<Draft, PublishError> {
    let row = table::of_unit(c, &hand.scope, public_id)?.ok_or(PublishError::NotFound)?;
    let draft = opened(&app.seal, row)?;
    if draft.row.version != version || !from.contains(&draft.state()) {
        return Err(PublishError::Stale(draft.state()));
    }
    Ok(draft)
}

/// Stores the draft's new state, unless somebody was quicker; with its history and the audit.
fn stored(
    c: &mut Conn,
    app: &App,
    (row, before): (&Row, i64),
    by: Option<&Hand>,
    (action, note): (&str, Option<&str>),
) -> Result<(), PublishError> {
    if !table::update(c, row, before)? {
        return Err(PublishError::Stale(state(row)));
    }
    noted(c, app, row, by, (action, note))
}

/// The history and the audit of a step.
fn noted(
    c: &mut Conn,
    app: &App,
    row: &Row,
    by: Option<&Hand>,
    step: (&str, Option<&str>),
) -> Result<(), PublishError> {
    stepped(c, app, row, by, step)?;
    audited(c, app, by, &of_step(step.0), about(&row.public_id))
}

/// The history alone, for steps that are a part of something larger.
fn stepped(
    c: &mut Conn,
    app: &App,
    row: &Row,
    by: Option<&Hand>,
    (action, note): (&str, Option<&str>),
) -> Result<(), PublishError> {
    let now = app.clock.now_ms();
    let step = Step {
        id: app.ids.next(now),
        draft_id: row.id,
        at: now,
        account_id: by.map(|hand| hand.account_id),
        action: action.to_owned(),
        note: note.map(str::to_owned),
        text_hash: row.text_hash.clone(),
    };
    publication_steps::add(c, &step)?;
    Ok(())
}

/// What the audit calls a step.
fn of_step(step: &str) -> String {
    format!("publication.{step}")
}

/// How a draft, or a publication, is named in the audit.
fn about(public_id: &str) -> String {
    format!("publication:{public_id}")
}

fn audited(
    c: &mut Conn,
    app: &App,
    by: Option<&Hand>,
    action: &str,
    subject: String,
) -> Result<(), PublishError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        by.map_or_else(|| "program".to_owned(), |hand| hand.actor.clone()),
        action,
        subject,
    );
    audit::append(c, &entry)?;
    Ok(())
}

/// What is sealed of a draft.
#[derive(serde::Serialize, serde::Deserialize)]
struct Text {
    summary: String,
    body: String,
}

fn place(public_id: &str) -> Place<'_> {
    Place {
        table: "publication_drafts",
        column: "sealed",
        row: public_id,
    }
}

fn opened(seal: &Seal, row: Row) -> Result<Draft, PublishError> {
    let clear = seal.open(place(&row.public_id), &row.sealed)?;
    let text: Text = serde_json::from_str(clear.expose()).map_err(|_json| SealError::Damaged)?;
    let content = Content {
        kind: PublicationKind::from_word(&row.kind).unwrap_or(PublicationKind::LegalDocument),
        category: row.category.clone(),
        sub_type: row.sub_type.clone(),
        title: row.title.clone(),
        summary: text.summary,
        body: text.body,
        document_type: row.document_type.clone(),
        document_number: row.document_number.clone(),
        charges: serde_json::from_str(&row.charges).unwrap_or_default(),
        decided_at: row.decided_at,
        effective_at: row.effective_at,
        source_url: row.source_url.clone(),
        publish_at: row.publish_at,
        expires_at: row.expires_at,
    };
    Ok(Draft { row, content })
}

/// Puts a content into a row.
fn filled(app: &App, row: &mut Row, content: &Content) -> Result<(), PublishError> {
    let text = serde_json::json!({ "summary": content.summary, "body": content.body });
    row.sealed = app.seal.close(place(&row.public_id), &text.to_string())?;
    row.text_hash = text_hash(&app.blind, content);
    row.kind = content.kind.as_str().to_owned();
    row.category.clone_from(&content.category);
    row.sub_type.clone_from(&content.sub_type);
    row.title.clone_from(&content.title);
    row.document_type.clone_from(&content.document_type);
    row.document_number.clone_from(&content.document_number);
    row.charges = serde_json::Value::from(content.charges.clone()).to_string();
    row.decided_at = content.decided_at;
    row.effective_at = content.effective_at;
    row.source_url.clone_from(&content.source_url);
    row.publish_at = content.publish_at;
    row.expires_at = content.expires_at;
    Ok(())
}

/// A keyed hash of what people will read; lengths keep the parts apart.
fn text_hash(blind: &BlindIndex, content: &Content) -> String {
    let charges = content.charges_line();
    let parts = content.parts(&charges);
    let parts = Part::ALL.map(|part| format!("{}:{}", parts.get(part).len(), parts.get(part)));
    blind.of("publication_text", &parts.concat())
}

/// A reason as it was typed; none is an error.
fn reason(typed: &str) -> Result<String, PublishError> {
    let reason: String = typed.trim().chars().take(REASON).collect();
    if reason.is_empty() {
        Err(PublishError::NoReason)
    } else {
        Ok(reason)
    }
}
