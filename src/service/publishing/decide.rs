//! Submitting, and the decision of somebody else: approved and shown, or sent back.

use std::sync::Arc;

use super::masking::{self, Report};
use super::write::touched;
use super::{Draft, Hand, PublishError, held, reason, stored, text_hash};
use crate::app::App;
use crate::domain::publication::PublicationKind;
use crate::domain::publication::PublicationRecord;
use crate::domain::publication_line::{self, ImportLine};
use crate::domain::publishing::{Content, Fault, State, may_approve};
use crate::domain::units::UnitTree;
use crate::service::desk::Manager;
use crate::service::imports;
use crate::store::publication_drafts::{self as table};
use crate::store::publications::{self, Row as Publication};
use crate::store::{Conn, publication_holds};

const OPEN: [State; 3] = [State::Draft, State::Checked, State::Returned];

/// Hands a draft to whoever approves.
///
/// # Errors
/// [`PublishError::Findings`] when the masking check finds what nobody signed, [`PublishError::Incomplete`] when
/// something is missing, [`PublishError::WouldHide`] when a correction of what is public names a later time.
pub async fn submit(
    app: &Arc<App>,
    manager: &Manager,
    wanted: (&str, i64),
) -> Result<(), PublishError> {
    // Outside of the writing transaction, for the check takes its time.
    let (report, draft) = masking::looked_at(app, manager, wanted.0).await?;
    let faults = missing(&draft.content);
    if !faults.is_empty() {
        return Err(PublishError::Incomplete(faults));
    }
    let (app_, hand) = (Arc::clone(app), Hand::of(manager));
    let (public_id, version) = (wanted.0.to_owned(), wanted.1);
    app.db
        .write(move |c| {
            let draft = held(c, &app_, &hand, (&public_id, version), &OPEN)?;
            let report = still(c, &app_, &draft, report)?;
            if report.open() > 0 {
                return Err(PublishError::Findings(report.open()));
            }
            let old = publications::external_of_unit(c, &hand.scope, &draft.row.external_id)?;
            in_time(draft.content.publish_at, old.as_ref(), app_.clock.now_ms())?;
            let mut row = draft.row;
            row.state = State::Submitted.as_str().to_owned();
            row.submitted_by = Some(hand.account_id);
            row.reason = None;
            touched(&app_, &mut row);
            stored(c, &app_, (&row, version), Some(&hand), ("submitted", None))
        })
        .await
}

/// There is one row for old and new: with a later time the old text would be gone from the approval on.
fn in_time(
    publish_at: Option<i64>,
    old: Option<&Publication>,
    now: i64,
) -> Result<(), PublishError> {
    let is_public = old.is_some_and(|old| old.withdrawn_at.is_none() && old.published_at <= now);
    match publish_at {
        Some(at) if at > now && is_public => Err(PublishError::WouldHide),
        _ => Ok(()),
    }
}

/// The report, if the text is still the one that was checked; with what is signed now.
fn still(
    c: &mut Conn,
    app: &App,
    draft: &Draft,
    mut report: Report,
) -> Result<Report, PublishError> {
    let same = report.text_hash == draft.row.text_hash
        && report.text_hash == text_hash(&app.blind, &draft.content);
    if !same {
        return Err(PublishError::Stale(draft.state()));
    }
    for suspect in &mut report.suspects {
        suspect.signed = None;
    }
    masking::signed_report(c, &app.blind, draft, report)
}

/// What must be there before somebody is asked to approve it.
fn missing(content: &Content) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut need = |is_there: bool, field, message: &str| {
        if !is_there {
            faults.push(Fault {
                field,
                message: message.to_owned(),
            });
        }
    };
    need(!content.body.is_empty(), "body", "请输入正文。");
    if content.kind == PublicationKind::LegalDocument {
        need(
            content.document_type.is_some(),
            "document_type",
            "请选择文书种类。",
        );
        need(
            content.document_number.is_some(),
            "document_number",
            "请输入文书号。",
        );
    } else {
        need(content.category.is_some(), "category", "请选择类别。");
    }
    faults
}

/// Whether this manager may decide a draft; the transaction of the decision asks again.
pub fn may_decide(manager: &Manager, report: &Report) -> bool {
    may_approve(manager.account.id, &report.hands)
}

/// Approves a submitted draft: it takes its place among the publications, shown at once or when it is due.
///
/// # Errors
/// [`PublishError::SameHand`] for whoever ever wrote, changed, submitted or signed it; [`PublishError::Findings`] when the check finds
/// what is not signed; [`PublishError::WouldHide`] as for submitting; [`PublishError::Stale`] when it changed since
/// `version`.
pub async fn approve(
    app: &Arc<App>,
    manager: &Manager,
    wanted: (&str, i64),
) -> Result<State, PublishError> {
    let (report, _) = masking::looked_at(app, manager, wanted.0).await?;
    let (app_, hand, tree) = (
        Arc::clone(app),
        Hand::of(manager),
        Arc::clone(&app.units().tree),
    );
    let (public_id, version) = (wanted.0.to_owned(), wanted.1);
    app.db
        .write(move |c| {
            let draft = held(c, &app_, &hand, (&public_id, version), &[State::Submitted])?;
            let report = still(c, &app_, &draft, report)?;
            if !may_approve(hand.account_id, &report.hands) {
                return Err(PublishError::SameHand);
            }
            if report.open() > 0 {
                return Err(PublishError::Findings(report.open()));
            }
            published(c, &app_, (&hand, &tree), draft)
        })
        .await
}

fn published(
    c: &mut Conn,
    app: &App,
    (hand, tree): (&Hand, &UnitTree),
    draft: Draft,
) -> Result<State, PublishError> {
    let (now, version) = (app.clock.now_ms(), draft.row.version);
    let old = publications::external_of_unit(c, &hand.scope, &draft.row.external_id)?;
    in_time(draft.content.publish_at, old.as_ref(), now)?;
    let published_at = draft
        .content
        .publish_at
        .or_else(|| old.map(|old| old.published_at))
        .unwrap_or(now);
    let record = record(&draft, published_at)?;
    publication_holds::lift(c, &draft.row.external_id)?;
    let outcome = imports::from_desk(c, tree, ImportLine::Record(record), now)?;
    if let Some((_, problem)) = outcome.rejected.first() {
        return Err(refused(problem.field(), &problem.to_string()));
    }
    for mut earlier in table::public_of(c, &draft.row.external_id)? {
        let before = earlier.version;
        earlier.state = State::Replaced.as_str().to_owned();
        touched(app, &mut earlier);
        stored(c, app, (&earlier, before), Some(hand), ("replaced", None))?;
    }
    let state = match published_at > now {
        true => State::Scheduled,
        false => State::Published,
    };
    let mut row = draft.row;
    row.state = state.as_str().to_owned();
    row.approved_by = Some(hand.account_id);
    row.publish_at = Some(published_at);
    touched(app, &mut row);
    stored(c, app, (&row, version), Some(hand), ("approved", None))?;
    super::noted(c, app, &row, Some(hand), (state.as_str(), None))?;
    Ok(state)
}

/// The record, through the same gate as everybody else's.
fn record(draft: &Draft, published_at: i64) -> Result<PublicationRecord, PublishError> {
    let content = &draft.content;
    let record = PublicationRecord {
        external_id: draft.row.external_id.clone(),
        kind: content.kind,
        unit_code: draft.row.unit_id.clone(),
        title: content.title.clone(),
        summary: content.summary.clone(),
        body: content.body.clone(),
        document_type: content.document_type.clone(),
        document_number: content.document_number.clone(),
        charges: content.charges.clone(),
        published_at,
        source_url: content.source_url.clone(),
    };
    let line = serde_json::to_string(&record).unwrap_or_default();
    match publication_line::parse(&line) {
        Ok(ImportLine::Record(record)) => Ok(record),
        Ok(ImportLine::Withdrawal { .. }) => Err(refused(None, "a withdrawal")),
        Err(problem) => Err(refused(problem.field(), &problem.to_string())),
    }
}

/// A field that the record does not take; the form's fields have the same names.
fn refused(field: Option<&str>, message: &str) -> PublishError {
    const FIELDS: [&str; 6] = [
        "title",
        "summary",
        "document_type",
        "document_number",
        "charges",
        "source_url",
    ];
    let field = FIELDS
        .into_iter()
        .find(|known| Some(*known) == field)
        .unwrap_or("body");
    PublishError::Incomplete(vec![Fault {
        field,
        message: format!("这一栏的内容不能发布：{message}"),
    }])
}

/// Sends a submitted draft back with a reason.
///
/// # Errors
/// [`PublishError::NoReason`] without one.
pub async fn send_back(
    app: &Arc<App>,
    manager: &Manager,
    wanted: (&str, i64),
    why: &str,
) -> Result<(), PublishError> {
    let why = reason(why)?;
    let (app_, hand) = (Arc::clone(app), Hand::of(manager));
    let (public_id, version) = (wanted.0.to_owned(), wanted.1);
    app.db
        .write(move |c| {
            let mut row = held(c, &app_, &hand, (&public_id, version), &[State::Submitted])?.row;
            row.state = State::Returned.as_str().to_owned();
            row.reason = Some(why.clone());
            touched(&app_, &mut row);
            stored(
                c,
                &app_,
                (&row, version),
                Some(&hand),
                ("returned", Some(&why)),
            )
        })
        .await
}
