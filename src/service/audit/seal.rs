//! Chains rows that were committed.

use crate::app::App;
use crate::domain::audit_chain::{Covered, GENESIS, ids_of, link};
use crate::domain::shanghai;
use crate::store::audit::chain::{self, Head, Row};
use crate::store::audit::staff;
use crate::store::{Conn, Db, StoreError};

/// Rows in one transaction: a few milliseconds, which writers of SQLite wait.
const BATCH: i64 = 100;
/// Words in one statement.
const NOTED_AT_ONCE: usize = 1_000;
/// Steps of a long round between two looks at what is left.
const LOOK_UP: u32 = 20;

/// What a round found and left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Rows that got their place from us.
    pub sealed: usize,
    /// Rows that still have none.
    pub left: i64,
    /// Since when the oldest of those waits, milliseconds UTC.
    pub oldest: Option<i64>,
}

/// Chains all that is committed, in small steps; sets the gauges, and once a day writes the end of the chain into the log.
///
/// # Errors
/// When the database does not answer.
pub async fn round(app: &App) -> Result<Round, StoreError> {
    let (mut sealed, mut steps) = (0, 0_u32);
    loop {
        let step = step(&app.db).await?;
        sealed += step;
        steps += 1;
        if step < BATCH as usize {
            break;
        }
        // A long trail of a former version takes minutes, and is seen meanwhile.
        if steps.is_multiple_of(LOOK_UP) {
            watch(app).await?;
        }
    }
    let (left, oldest, head) = watch(app).await?;
    if let Some(head) = head {
        anchor(app, head, app.clock.now_ms()).await?;
    }
    Ok(Round {
        sealed,
        left,
        oldest,
    })
}

/// Sets the gauges; what is left, since when, and the end.
async fn watch(app: &App) -> Result<(i64, Option<i64>, Option<Head>), StoreError> {
    let ((left, oldest), head) = app
        .db
        .read(|c| -> Result<_, StoreError> { Ok((chain::backlog(c)?, chain::head(c)?)) })
        .await?;
    let age = oldest.map_or(0, |at| (app.clock.now_ms() - at).max(0));
    metrics::gauge!("jianxin_audit_unsealed").set(left as f64);
    metrics::gauge!("jianxin_audit_unsealed_seconds").set(age as f64 / 1000.0);
    if let Some(head) = &head {
        metrics::gauge!("jianxin_audit_rows").set(head.seq as f64);
    }
    Ok((left, oldest, head))
}

/// The end of the chain goes into the log with the first round of a day, by one process: who keeps the log elsewhere can
/// tell later whether the chain was made anew.
async fn anchor(app: &App, head: Head, now: i64) -> Result<(), StoreError> {
    let day = shanghai::wall_clock(now).format("%Y-%m-%d").to_string();
    if head.seq == 0 || head.anchored_on == day {
        return Ok(());
    }
    let (before, today) = (head.anchored_on, day.clone());
    let is_ours = app
        .db
        .write(move |c| chain::anchored(c, &before, &today).map_err(StoreError::from))
        .await?;
    if is_ours {
        tracing::info!(%day, anchor = %format_args!("{}:{}", head.seq, head.hash), "the end of the audit chain: keep this line elsewhere");
    }
    Ok(())
}

/// One transaction's worth; tells how many rows got their place.
async fn step(db: &Db) -> Result<usize, StoreError> {
    // Most of the time there is nothing, and a look does not keep writers waiting.
    let is_idle = db
        .read(|c| chain::unsealed(c, 1).map_err(StoreError::from))
        .await?
        .is_empty();
    if is_idle {
        return Ok(0);
    }
    let sealed = db.write(batch).await;
    match sealed {
        Ok(sealed) => Ok(sealed),
        Err(Stop::Overtaken) => Ok(0),
        Err(Stop::Store(error)) => Err(error),
    }
}

/// Why a step keeps nothing.
enum Stop {
    /// Another process sealed these rows.
    Overtaken,
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<diesel::result::Error> for Stop {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

fn batch(c: &mut Conn) -> Result<usize, Stop> {
    let Some(head) = chain::head(c)? else {
        tracing::error!("the end of the audit chain is gone: run `jianxin audit verify`");
        return Ok(0);
    };
    let rows = chain::unsealed(c, BATCH)?;
    let mut places = Vec::with_capacity(rows.len());
    let (mut seq, mut hash) = (head.seq, head.hash);
    for row in &rows {
        seq += 1;
        hash = link(&hash, seq, covered(row));
        places.push((seq, hash.clone()));
    }
    if rows.is_empty() {
        return Ok(0);
    }
    if !chain::advance(c, head.seq, seq, &hash)? {
        return Err(Stop::Overtaken);
    }
    let acted: Vec<_> = rows
        .iter()
        .map(|row| (row.actor.as_str(), row.unit_id.as_deref()))
        .collect();
    let staff = staff::words(c, &acted)?;
    let mut found_by = Vec::with_capacity(rows.len() * 3);
    for ((row, (seq, hash)), staff) in rows.iter().zip(&places).zip(&staff) {
        if !chain::seal(c, &row.id, *seq, hash)? {
            return Err(Stop::Overtaken);
        }
        let words = ids_of(&row.subject).into_iter().chain([row.actor.as_str()]);
        let words = words.chain(staff.as_deref());
        found_by.extend(words.map(|word| (word, row.at, row.id.as_str())));
    }
    for some in found_by.chunks(NOTED_AT_ONCE) {
        chain::note(c, some)?;
    }
    Ok(rows.len())
}

/// What of a row its hash covers.
pub(super) fn covered(row: &Row) -> Covered<'_> {
    Covered {
        id: &row.id,
        at: row.at,
        actor: &row.actor,
        action: &row.action,
        subject: &row.subject,
        unit_id: row.unit_id.as_deref(),
    }
}

/// The hash before the first row.
pub(super) fn start() -> String {
    GENESIS.to_owned()
}
