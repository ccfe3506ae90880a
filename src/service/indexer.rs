//! Keeps this process's index at the database's heels: changed rows by revision, hidden rows when they become due.
//!
//! The index holds what is visible now. Its commit carries how far it has come, so that after a kill it goes on from
//! there; an index that is new, of another version, or built over another unit table is filled from the beginning.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::App;
use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::domain::units::UnitTree;
use crate::search::{Change, Document, Position};
use crate::service::blocks;
use crate::service::error::ServiceError;
use crate::store::publications::{self as table, Row};
use crate::store::{StoreError, counters};

/// How often the database is asked. Additions must show within two seconds.
const INTERVAL: Duration = Duration::from_millis(400);
/// Rows taken from the database at a time.
const CHUNK: i64 = 1000;
/// Documents between commits while catching up: a commit costs the same however few there are.
const COMMIT_EVERY: usize = 20_000;

/// How the index stands, for `/readyz` and metrics.
#[derive(Debug, Default)]
pub struct Status {
    ready: AtomicBool,
    failing: AtomicBool,
    stop: AtomicBool,
}

impl Status {
    /// Whether the index has caught up once.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Whether the last round failed.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Acquire)
    }

    /// Asks the thread to end after its present step.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

/// Runs until told to stop. Blocking: give it a thread of its own.
pub fn run(app: &App, status: &Status) {
    while !status.is_stopping() {
        match catch_up(app, status) {
            Ok(()) => status.failing.store(false, Ordering::Release),
            Err(error) => {
                metrics::counter!("jianxin_index_failures_total").increment(1);
                if !status.failing.swap(true, Ordering::AcqRel) {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the index cannot follow the database"
                    );
                }
            }
        }
        std::thread::park_timeout(INTERVAL);
    }
}

/// Brings the index up to the database's present state.
///
/// # Errors
/// When the database or the index fails; the next round goes on from the last commit.
pub fn catch_up(app: &App, status: &Status) -> Result<(), ServiceError> {
    match app.refresh_units() {
        Ok(true) => tracing::info!(
            units = app.units().tree.len(),
            "the table of procuratorates was read again"
        ),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the table of procuratorates could not be read"),
    }
    if let Err(error) = blocks::refresh(app) {
        tracing::warn!(%error, "who is blocked could not be read");
    }
    let book = app.units();
    let mut position = app.search.position();
    let target = app.db.read_blocking(|c| {
        counters::current(c, counters::PUBLICATIONS).map_err(StoreError::from)
    })?;
    // Another unit table, another database, or a copy of it from before the index's last commit: begin anew.
    let foreign = position.units != book.revision || position.database != app.database_id;
    if foreign || position.revision > target {
        app.search.clear()?;
        position = Position {
            units: book.revision,
            database: app.database_id,
            ..Position::default()
        };
    }
    let now = app.clock.now_ms();
    let mut pass = Pass {
        app,
        tree: &book.tree,
        now,
        position,
        pending: 0,
        bar: None,
    };
    if target != position.revision {
        pass.follow_changes(target, status)?;
    }
    pass.add_due()?;
    pass.finish()?;
    if !status.is_stopping() {
        status.ready.store(true, Ordering::Release);
    }
    Ok(())
}

struct Pass<'a> {
    app: &'a App,
    tree: &'a Arc<UnitTree>,
    now: i64,
    position: Position,
    pending: usize,
    bar: Option<Progress>,
}

impl Pass<'_> {
    fn follow_changes(&mut self, target: i64, status: &Status) -> Result<(), ServiceError> {
        while self.position.revision < target && !status.is_stopping() {
            let from = self.position.revision;
            let rows = self.app.db.read_blocking(|c| {
                table::changed_since(c, from, CHUNK).map_err(StoreError::from)
            })?;
            let Some(last) = rows.last().map(|row| row.revision) else {
                // Revisions without rows: a later change took the row along, or a unit moved.
                self.position.revision = target;
                self.pending += 1;
                break;
            };
            let count = rows.len();
            let remaining = target - from;
            self.app
                .search
                .apply(rows.into_iter().map(|row| change(self.tree, row, self.now)))?;
            self.position.revision = last;
            self.pending += count;
            self.show(count, remaining);
            if self.pending >= COMMIT_EVERY {
                self.commit()?;
            }
        }
        Ok(())
    }

    fn add_due(&mut self) -> Result<(), ServiceError> {
        let (from, to, revision) = (self.position.due, self.now, self.position.revision);
        if from > 0 && from < to {
            let rows = self.app.db.read_blocking(|c| {
                table::due_between(c, from, to, revision).map_err(StoreError::from)
            })?;
            self.pending += rows.len();
            self.app
                .search
                .apply(rows.into_iter().map(|row| change(self.tree, row, self.now)))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), ServiceError> {
        let is_new = self.app.search.position() == Position::default();
        if self.pending > 0 || is_new {
            self.commit()?;
        }
        metrics::gauge!("jianxin_index_documents").set(count_of(self.app.search.document_count()));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), ServiceError> {
        // Rows that became due before `now` are in; rows due later are found by the next pass.
        self.position.due = self.now;
        self.app.search.commit(self.position)?;
        self.pending = 0;
        Ok(())
    }

    fn show(&mut self, count: usize, remaining: i64) {
        if self.bar.is_none() && remaining > i64::try_from(COMMIT_EVERY).unwrap_or(i64::MAX) {
            self.bar = Some(Progress::start(remaining));
        }
        if let Some(bar) = &mut self.bar {
            bar.advance(count);
        }
    }
}

fn change(tree: &UnitTree, row: Row, now: i64) -> Change {
    let kind = PublicationKind::from_word(&row.kind);
    match kind {
        Some(kind) if row.withdrawn_at.is_none() && row.published_at <= now => {
            Change::Put(Box::new(Document {
                kind,
                scopes: scopes(tree, &UnitId::new(row.unit_id)),
                external_id: row.external_id,
                title: row.title,
                document_number: row.document_number,
                charges: serde_json::from_str(&row.charges).unwrap_or_default(),
                summary: row.summary,
                body: row.body,
                published_at: row.published_at,
            }))
        }
        _ => Change::Remove(row.external_id),
    }
}

/// Where a search finds the unit's publications: its own scope, and that of each unit above it.
fn scopes(tree: &UnitTree, unit: &UnitId) -> Vec<UnitId> {
    let mut scopes = tree.ancestors(unit);
    scopes.push(own_scope(unit));
    scopes
}

/// The scope of a unit without what is below it. No unit's id begins with this sign.
pub(super) fn own_scope(unit: &UnitId) -> UnitId {
    UnitId::new(format!("={unit}"))
}

/// A bar on a terminal, a log line every few seconds elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
    done: u64,
    total: u64,
    said: Instant,
}

impl Progress {
    fn start(total: i64) -> Self {
        let total = u64::try_from(total).unwrap_or(0);
        let bar = std::io::stderr().is_terminal().then(|| {
            let style =
                ProgressStyle::with_template("indexing {bar:40} {pos}/{len} {per_sec} {eta}");
            ProgressBar::new(total)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        tracing::info!(total, "the index is being filled from the database");
        Self {
            bar,
            done: 0,
            total,
            said: Instant::now(),
        }
    }

    fn advance(&mut self, count: usize) {
        let count = u64::try_from(count).unwrap_or(0);
        self.done += count;
        if let Some(bar) = &self.bar {
            bar.inc(count);
        } else if self.said.elapsed() >= Duration::from_secs(5) {
            self.said = Instant::now();
            tracing::info!(done = self.done, total = self.total, "indexing");
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge; counts stay far below 2^52"
)]
fn count_of(documents: u64) -> f64 {
    documents as f64
}
