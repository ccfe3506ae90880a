//! The masking check of a draft, and findings that somebody signed to be none. A signature is good for one text: its
//! hash is part of it, so that any change voids it.

use std::sync::Arc;

use super::{Draft, Hand, PublishError, about, audited, held, opened, reason, stored};
use crate::app::{App, BlindIndex};
use crate::domain::masking::{self, Finding};
use crate::domain::publishing::{Content, State};
use crate::service::desk::Manager;
use crate::store::publication_drafts::{self as table};
use crate::store::publication_steps::{self, Override};
use crate::store::{Conn, StoreError};

/// A finding of a draft.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// Where and what.
    pub finding: Finding,
    /// Names it in forms.
    pub key: String,
    /// What somebody signed.
    pub signed: Option<Signed>,
}

/// Who signed that a finding is none.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The account.
    pub account_id: i64,
    /// The person's name.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Milliseconds UTC.
    pub at: i64,
}

/// What the check says of one text.
#[derive(Clone, Debug)]
pub struct Report {
    /// The text it is about.
    pub text_hash: String,
    /// In the order of the text.
    pub suspects: Vec<Suspect>,
    /// Everybody who ever had a hand in the draft: began, changed, submitted it or signed a finding.
    pub(super) hands: Vec<i64>,
}

impl Report {
    /// How many nobody signed.
    pub fn open(&self) -> usize {
        let open = |suspect: &&Suspect| suspect.signed.is_none();
        self.suspects.iter().filter(open).count()
    }
}

/// The findings of a content, each with its key.
pub(super) fn found(blind: &BlindIndex, text_hash: &str, content: &Content) -> Vec<Suspect> {
    let charges = content.charges_line();
    let key = |finding: &Finding| {
        let place = format!(
            "{text_hash}\0{}\0{}\0{}\0{}",
            finding.part.as_str(),
            finding.start,
            finding.end,
            finding.kind.as_str()
        );
        blind.of("publication_finding", &place)
    };
    masking::check(&content.parts(&charges))
        .into_iter()
        .map(|finding| Suspect {
            key: key(&finding),
            finding,
            signed: None,
        })
        .collect()
}

/// What the check says of a draft, with what was signed for this very text.
pub(super) fn report(
    c: &mut Conn,
    blind: &BlindIndex,
    draft: &Draft,
) -> Result<Report, PublishError> {
    let text_hash = super::text_hash(blind, &draft.content);
    let suspects = found(blind, &text_hash, &draft.content);
    signed_report(
        c,
        blind,
        draft,
        Report {
            text_hash,
            suspects,
            hands: Vec::new(),
        },
    )
}

/// Adds to a report what was signed, and whose hands the draft went through.
pub(super) fn signed_report(
    c: &mut Conn,
    blind: &BlindIndex,
    draft: &Draft,
    mut report: Report,
) -> Result<Report, PublishError> {
    report.hands = hands(c, draft)?;
    for (row, name) in publication_steps::signed(c, draft.row.id, &report.text_hash)? {
        if row.signature != signature(blind, &draft.row.public_id, &row) {
            tracing::error!(draft = draft.row.public_id, "a signed finding was changed");
            continue;
        }
        let suspect = report.suspects.iter_mut().find(|it| it.key == row.finding);
        if let Some(suspect) = suspect {
            suspect.signed = Some(Signed {
                account_id: row.signed_by,
                name,
                reason: row.reason,
                at: row.signed_at,
            });
        }
    }
    Ok(report)
}

/// The steps that make or answer for a text. All of the draft's count, not only those of the text as it stands now: whoever
/// wrote the body wrote it, even if somebody else put a comma after it.
const HANDS: [&str; 5] = ["created", "correction", "saved", "signed", "submitted"];

fn hands(c: &mut Conn, draft: &Draft) -> Result<Vec<i64>, PublishError> {
    let row = &draft.row;
    let mut hands = publication_steps::who(c, row.id, &HANDS)?;
    hands.extend([row.author_id, row.edited_by]);
    hands.extend(row.submitted_by);
    Ok(hands)
}

fn signature(blind: &BlindIndex, public_id: &str, row: &Override) -> String {
    let whole = format!(
        "{public_id}\0{}\0{}\0{}\0{}\0{}",
        row.text_hash, row.finding, row.signed_by, row.signed_at, row.reason
    );
    blind.of("publication_override", &whole)
}

/// What the check says of a draft, and the draft; nothing is noted.
///
/// # Errors
/// [`PublishError::NotFound`] when it is not the unit's.
pub async fn looked_at(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<(Report, Draft), PublishError> {
    let (app_, hand, public_id) = (Arc::clone(app), Hand::of(manager), public_id.to_owned());
    app.db
        .read(move |c| {
            let row = table::of_unit(c, &hand.scope, &public_id)?.ok_or(PublishError::NotFound)?;
            let draft = opened(&app_.seal, row)?;
            Ok((report(c, &app_.blind, &draft)?, draft))
        })
        .await
}

/// Checks a draft; one without open findings is marked as checked. The report, and the draft's version.
///
/// # Errors
/// [`PublishError::NotFound`] when it is not the unit's.
pub async fn check(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<(Report, Draft), PublishError> {
    let (report, draft) = looked_at(app, manager, public_id).await?;
    if report.open() > 0 || !matches!(draft.state(), State::Draft | State::Returned) {
        return Ok((report, draft));
    }
    let (app_, hand) = (Arc::clone(app), Hand::of(manager));
    let draft = app
        .db
        .write(move |c| -> Result<_, PublishError> {
            let wanted = (draft.row.public_id.as_str(), draft.row.version);
            let mut draft = held(c, &app_, &hand, wanted, &[State::Draft, State::Returned])?;
            let version = draft.row.version;
            draft.row.state = State::Checked.as_str().to_owned();
            super::write::touched(&app_, &mut draft.row);
            stored(
                c,
                &app_,
                (&draft.row, version),
                Some(&hand),
                ("checked", None),
            )?;
            Ok(draft)
        })
        .await?;
    Ok((report, draft))
}

/// Signs that a finding is none.
///
/// # Errors
/// [`PublishError::NotFound`] when the text has no such finding, [`PublishError::NoReason`] without a reason.
pub async fn sign(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
    (finding, why): (&str, &str),
) -> Result<(), PublishError> {
    let why = reason(why)?;
    let (app_, hand) = (Arc::clone(app), Hand::of(manager));
    let (public_id, finding) = (public_id.to_owned(), finding.to_owned());
    app.db
        .write(move |c| -> Result<_, PublishError> {
            let open = [State::Draft, State::Checked, State::Returned];
            let draft = held(c, &app_, &hand, (&public_id, version), &open)?;
            let report = report(c, &app_.blind, &draft)?;
            if !report.suspects.iter().any(|suspect| suspect.key == finding) {
                return Err(PublishError::NotFound);
            }
            let now = app_.clock.now_ms();
            let mut row = Override {
                id: app_.ids.next(now),
                draft_id: draft.row.id,
                text_hash: report.text_hash,
                finding,
                reason: why,
                signed_by: hand.account_id,
                signed_at: now,
                signature: String::new(),
            };
            row.signature = signature(&app_.blind, &public_id, &row);
            publication_steps::sign(c, &row)?;
            super::noted(
                c,
                &app_,
                &draft.row,
                Some(&hand),
                ("signed", Some(&row.reason)),
            )
        })
        .await
}

/// Takes a signature back.
///
/// # Errors
/// [`PublishError::NotFound`] when there is none.
pub async fn unsign(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
    finding: &str,
) -> Result<(), PublishError> {
    let (app_, hand) = (Arc::clone(app), Hand::of(manager));
    let (public_id, finding) = (public_id.to_owned(), finding.to_owned());
    app.db
        .write(move |c| -> Result<_, PublishError> {
            let open = [State::Draft, State::Checked, State::Returned];
            let mut draft = held(c, &app_, &hand, (&public_id, version), &open)?;
            let text_hash = draft.row.text_hash.clone();
            let gone = publication_steps::unsign(c, draft.row.id, &text_hash, &finding)
                .map_err(StoreError::from)?;
            if gone == 0 {
                return Err(PublishError::NotFound);
            }
            if draft.state() == State::Checked {
                draft.row.state = State::Draft.as_str().to_owned();
                super::write::touched(&app_, &mut draft.row);
                return stored(
                    c,
                    &app_,
                    (&draft.row, version),
                    Some(&hand),
                    ("unsigned", None),
                );
            }
            let action = "publication.unsigned";
            audited(c, &app_, Some(&hand), action, about(&public_id))
        })
        .await
}
