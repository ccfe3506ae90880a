//! Writing: a new draft, a new version of what is published, changing, taking back, throwing away.

use std::sync::Arc;

use super::due::months;
use super::{Hand, PublishError, filled, held, noted, state, stored, text_hash};
use crate::app::{App, random_hex};
use crate::domain::publication::PublicationKind;
use crate::domain::publishing::{Content, State, expiry};
use crate::service::desk::Manager;
use crate::store::publication_drafts::{self as table, Row};
use crate::store::publications::{self, Row as Publication};
use crate::store::{Conn, StoreError};

const RECALLED: &str = "recalled";
const OPEN: [State; 3] = [State::Draft, State::Checked, State::Returned];

/// Begins a draft; its public id.
///
/// # Errors
/// When the database does not answer.
pub async fn create(
    app: &Arc<App>,
    manager: &Manager,
    content: Content,
) -> Result<String, PublishError> {
    let (app_, hand) = (Arc::clone(app), Hand::of(manager));
    app.db
        .write(move |c| {
            let public_id = random_hex::<16>();
            let row = fresh(
                &app_,
                &hand,
                &public_id,
                &format!("desk-{public_id}"),
                &content,
            )?;
            table::insert(c, &row)?;
            noted(c, &app_, &row, Some(&hand), ("created", None))?;
            Ok(public_id)
        })
        .await
}

fn fresh(
    app: &App,
    hand: &Hand,
    public_id: &str,
    external_id: &str,
    content: &Content,
) -> Result<Row, PublishError> {
    let now = app.clock.now_ms();
    let mut row = Row {
        id: app.ids.next(now),
        public_id: public_id.to_owned(),
        unit_id: hand.scope.unit_id().to_owned(),
        kind: String::new(),
        state: State::Draft.as_str().to_owned(),
        external_id: external_id.to_owned(),
        is_correction: false,
        category: None,
        sub_type: None,
        title: String::new(),
        sealed: String::new(),
        document_type: None,
        document_number: None,
        charges: String::new(),
        decided_at: None,
        effective_at: None,
        source_url: None,
        publish_at: None,
        expires_at: None,
        text_hash: String::new(),
        author_id: hand.account_id,
        edited_by: hand.account_id,
        submitted_by: None,
        approved_by: None,
        reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    filled(app, &mut row, content)?;
    Ok(row)
}

/// Changes a draft; its new version. Whatever was signed for another text is void by itself.
///
/// # Errors
/// [`PublishError::Stale`] when somebody was quicker or it is no longer open.
pub async fn save(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
    content: Content,
) -> Result<i64, PublishError> {
    let (app_, hand, public_id) = (Arc::clone(app), Hand::of(manager), public_id.to_owned());
    app.db
        .write(move |c| {
            let draft = held(c, &app_, &hand, (&public_id, version), &OPEN)?;
            let is_same_text = draft.row.text_hash == text_hash(&app_.blind, &content);
            if is_same_text && draft.content == content {
                return Ok(version);
            }
            let mut row = draft.row;
            filled(&app_, &mut row, &content)?;
            if !is_same_text {
                row.state = State::Draft.as_str().to_owned();
            }
            row.edited_by = hand.account_id;
            touched(&app_, &mut row);
            stored(c, &app_, (&row, version), Some(&hand), ("saved", None))?;
            Ok(row.version)
        })
        .await
}

/// Takes a submitted draft back to change it: whoever submitted it does. Others send it back with a reason.
///
/// # Errors
/// [`PublishError::NotSubmitter`] for anybody else, [`PublishError::Stale`] when it was decided meanwhile.
pub async fn recall(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
) -> Result<(), PublishError> {
    moved(
        app,
        manager,
        (public_id, version),
        &[State::Submitted],
        (State::Draft, RECALLED),
    )
    .await
}

/// Throws a draft away that was never published.
///
/// # Errors
/// [`PublishError::Stale`] when it is no longer open.
pub async fn discard(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
) -> Result<(), PublishError> {
    moved(
        app,
        manager,
        (public_id, version),
        &OPEN,
        (State::Discarded, "discarded"),
    )
    .await
}

async fn moved(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
    from: &'static [State],
    (to, action): (State, &'static str),
) -> Result<(), PublishError> {
    let (app_, hand, public_id) = (Arc::clone(app), Hand::of(manager), public_id.to_owned());
    app.db
        .write(move |c| {
            let mut row = held(c, &app_, &hand, (&public_id, version), from)?.row;
            let is_own = row.submitted_by == Some(hand.account_id);
            if action == RECALLED && !is_own {
                return Err(PublishError::NotSubmitter);
            }
            row.state = to.as_str().to_owned();
            touched(&app_, &mut row);
            stored(c, &app_, (&row, version), Some(&hand), (action, None))
        })
        .await
}

pub(super) fn touched(app: &App, row: &mut Row) {
    row.version += 1;
    row.updated_at = app.clock.now_ms();
}

/// Begins a new version of a publication of the unit, whoever brought it; the old text stays until the new one is
/// approved. Its public id.
///
/// # Errors
/// [`PublishError::Open`] with the public id of a version that is being written already.
pub async fn correct(
    app: &Arc<App>,
    manager: &Manager,
    publication: &str,
) -> Result<String, PublishError> {
    let (app_, hand, wanted) = (Arc::clone(app), Hand::of(manager), publication.to_owned());
    app.db
        .write(move |c| {
            let old = publications::one_of_unit(c, &hand.scope, &wanted)?
                .ok_or(PublishError::NotFound)?;
            if let Some(open) = table::open_of(c, &hand.scope, &old.external_id)? {
                return Err(PublishError::Open(open.public_id));
            }
            let before = table::newest_of(c, &hand.scope, &old.external_id)?;
            let expires_at = expiry_of(&app_, &old, before.as_ref());
            let content = content_of(&old, before.as_ref(), expires_at);
            let public_id = random_hex::<16>();
            let mut row = fresh(&app_, &hand, &public_id, &old.external_id, &content)?;
            row.is_correction = true;
            inserted(c, &row)?;
            noted(c, &app_, &row, Some(&hand), ("correction", None))?;
            Ok(public_id)
        })
        .await
}

fn inserted(c: &mut Conn, row: &Row) -> Result<(), PublishError> {
    match table::insert(c, row).map_err(StoreError::from) {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate() => Err(PublishError::Stale(state(row))),
        Err(error) => Err(error.into()),
    }
}

/// When a new version is taken down. One that an import brought has no day of its own, only the age of its board, and that
/// no longer counts once the desk has its hand on it: without a day here a correction would make it stand for ever. What
/// had its time already and is brought back gets another term.
fn expiry_of(app: &App, old: &Publication, before: Option<&Row>) -> Option<i64> {
    let months = months(app, kind_of(old));
    let now = app.clock.now_ms();
    let at = match before {
        Some(before) => before.expires_at,
        None => expiry(old.published_at, months),
    };
    match at {
        Some(at) if at <= now => expiry(now, months),
        at => at,
    }
}

fn kind_of(old: &Publication) -> PublicationKind {
    PublicationKind::from_word(&old.kind).unwrap_or(PublicationKind::LegalDocument)
}

/// What is published now, with what only its draft knows.
fn content_of(old: &Publication, before: Option<&Row>, expires_at: Option<i64>) -> Content {
    Content {
        kind: kind_of(old),
        category: before.and_then(|row| row.category.clone()),
        sub_type: before.and_then(|row| row.sub_type.clone()),
        title: old.title.clone(),
        summary: old.summary.clone(),
        body: old.body.clone(),
        document_type: old.document_type.clone(),
        document_number: old.document_number.clone(),
        charges: serde_json::from_str(&old.charges).unwrap_or_default(),
        decided_at: before.and_then(|row| row.decided_at),
        effective_at: before.and_then(|row| row.effective_at),
        source_url: old.source_url.clone(),
        publish_at: Some(old.published_at),
        expires_at,
    }
}
