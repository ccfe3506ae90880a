//! What time does: scheduled drafts are public when they are due, and what had its time is taken down. Several processes
//! may do it at once: each step is taken only from the state it leads on from.

use std::sync::Arc;

use super::take_down::taken_down;
use super::write::touched;
use super::{PublishError, stored};
use crate::app::App;
use crate::domain::publication::PublicationKind;
use crate::domain::publishing::{self, State};
use crate::store::publication_holds::Hold;
use crate::store::{publication_drafts, publications};

/// So many in one transaction.
const BATCH: i64 = 100;
/// So many transactions in a round: others want to write too.
const ROUNDS: usize = 20;
const OVER: &str = "公开期限届满";

/// What became of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Scheduled drafts that are public now.
    pub shown: usize,
    /// Publications whose time is over.
    pub expired: usize,
}

/// Does what is due.
///
/// # Errors
/// When the database does not answer; what was done stays done.
pub async fn keep_up(app: &Arc<App>) -> Result<Kept, PublishError> {
    let mut all = Kept::default();
    for _ in 0..ROUNDS {
        let kept = round(app).await?;
        all.shown += kept.shown;
        all.expired += kept.expired;
        if kept == Kept::default() {
            break;
        }
    }
    Ok(all)
}

async fn round(app: &Arc<App>) -> Result<Kept, PublishError> {
    if !anything(app).await? {
        return Ok(Kept::default());
    }
    let (app_, tree) = (Arc::clone(app), Arc::clone(&app.units().tree));
    app.db
        .write(move |c| {
            let now = app_.clock.now_ms();
            let mut kept = Kept::default();
            for mut row in publication_drafts::due(c, now, BATCH)? {
                let before = row.version;
                row.state = State::Published.as_str().to_owned();
                touched(&app_, &mut row);
                stored(c, &app_, (&row, before), None, ("published", None))?;
                kept.shown += 1;
            }
            for (unit_id, external_id) in over(c, &app_, now)? {
                let hold = Hold {
                    external_id,
                    unit_id,
                    cause: "expired".to_owned(),
                    reason: OVER.to_owned(),
                    held_by: None,
                    held_at: now,
                };
                taken_down(c, &app_, &tree, &hold, None)?;
                kept.expired += 1;
            }
            Ok(kept)
        })
        .await
}

/// Looks without the writer's turn whether there is anything to do.
async fn anything(app: &Arc<App>) -> Result<bool, PublishError> {
    let app_ = Arc::clone(app);
    app.db
        .read(move |c| {
            let now = app_.clock.now_ms();
            Ok(!publication_drafts::due(c, now, 1)?.is_empty() || !over(c, &app_, now)?.is_empty())
        })
        .await
}

/// Unit and id of what had its time: by its own day, or by the age of its board.
fn over(
    c: &mut crate::store::Conn,
    app: &App,
    now: i64,
) -> Result<Vec<(String, String)>, PublishError> {
    let own = publication_drafts::expired(c, now, BATCH)?;
    let mut over: Vec<(String, String)> = own
        .into_iter()
        .map(|row| (row.unit_id, row.external_id))
        .collect();
    for kind in PublicationKind::ALL {
        let months = months(app, kind);
        if let Some(before) = publishing::cutoff(now, months) {
            over.extend(publications::older_than(c, kind.as_str(), before, BATCH)?);
        }
    }
    Ok(over)
}

/// How many months a board's publications stand; 0: for ever.
pub fn months(app: &App, kind: PublicationKind) -> u32 {
    let publishing = &app.settings.publishing;
    let months = match kind {
        PublicationKind::ImportantCase => publishing.important_case_months,
        PublicationKind::LegalDocument => publishing.legal_document_months,
    };
    u32::try_from(months).unwrap_or(0)
}
