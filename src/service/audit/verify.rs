//! Walks the chain and names the first row that does not fit.

use std::fmt;

use super::seal::{covered, start};
use crate::domain::audit_chain::{Anchor, link};
use crate::domain::shanghai;
use crate::store::audit::chain::{self, Row};
use crate::store::{Db, StoreError};

/// Rows read at a time.
const PAGE: i64 = 5_000;
/// Rows are sealed within seconds; one that says it is older than its forerunners by more was perhaps put in later.
const LATE_MS: i64 = 15 * 60 * 1000;
/// Late rows that are named.
const MOST_LATE: usize = 20;

/// Why the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No row stands at this place.
    Missing(i64),
    /// The row does not carry the hash that its content, its place and the row before it make.
    Changed {
        /// Its place.
        seq: i64,
        /// What it says, for whoever looks into it.
        says: String,
    },
    /// A row stands where none can be: before the first or behind the end.
    Inserted(i64),
    /// The end that the chain remembers is not what its last row says.
    End {
        /// The place that is remembered.
        seq: i64,
    },
    /// The chain holds in itself, but is not the one whose anchor was kept.
    Anchor(i64),
    /// The chain ends before an anchor that was kept.
    Cut {
        /// The anchor's place.
        anchor: i64,
        /// Where the chain ends.
        end: i64,
    },
    /// Nobody knows what came before the place to begin at.
    NoStart(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(seq) => write!(
                f,
                "row {seq} is missing: it was removed, or rows were moved"
            ),
            Self::Changed { seq, says } => {
                write!(
                    f,
                    "row {seq} was edited, exchanged, moved or put in: it says {says}"
                )
            }
            Self::Inserted(seq) => write!(f, "row {seq} stands outside the chain: it was put in"),
            Self::End { seq } => write!(
                f,
                "row {seq} is not the end that the chain remembers: audit_heads or the last row was edited"
            ),
            Self::Anchor(seq) => write!(
                f,
                "row {seq} has another hash than the anchor that was kept: a row up to there was changed and the chain made anew"
            ),
            Self::Cut { anchor, end } => write!(
                f,
                "row {anchor} of the anchor that was kept is missing: the chain ends at row {end}, what came behind it was removed"
            ),
            Self::NoStart(seq) => write!(
                f,
                "row {seq} is missing: give an anchor of it with --anchor, or begin at 1"
            ),
        }
    }
}

/// What a walk found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Rows that fit.
    pub rows: i64,
    /// Committed rows without a place.
    pub unsealed: i64,
    /// The end, when the chain holds and has one: to be kept elsewhere.
    pub head: Option<Anchor>,
    /// The first thing that does not fit.
    pub fault: Option<Fault>,
    /// Rows that fit and whose time is strange.
    pub late: Vec<String>,
}

/// Where the chain ends now, for a progress bar.
///
/// # Errors
/// When the database does not answer.
pub fn end(db: &Db) -> Result<i64, StoreError> {
    let head = db.read_blocking(|c| chain::head(c).map_err(StoreError::from))?;
    Ok(head.map_or(0, |head| head.seq))
}

/// Walks from a place on. `progress` hears how many rows were looked at.
///
/// # Errors
/// When the database does not answer.
pub fn run(
    db: &Db,
    from: i64,
    anchors: &[Anchor],
    mut progress: impl FnMut(i64),
) -> Result<Report, StoreError> {
    // The rows first: what is sealed meanwhile only makes the end come later.
    let ((first, last), head, (unsealed, _since)) =
        db.read_blocking(|c| -> Result<_, StoreError> {
            Ok((chain::ends(c)?, chain::head(c)?, chain::backlog(c)?))
        })?;
    let (end, end_hash) = head.map_or((0, start()), |head| (head.seq, head.hash));
    let mut walk = Walk {
        seq: from - 1,
        hash: start(),
        newest: i64::MIN,
        late: Vec::new(),
    };
    let mut report = Report {
        rows: 0,
        unsealed,
        head: None,
        fault: None,
        late: Vec::new(),
    };
    let fault = (|| -> Result<Option<Fault>, StoreError> {
        if let Some(first) = first.filter(|first| *first < 1) {
            return Ok(Some(Fault::Inserted(first)));
        }
        if let Some(fault) = walk.begin(db, anchors)? {
            return Ok(Some(fault));
        }
        while walk.seq < end {
            let behind = walk.seq;
            let rows = db.read_blocking(|c| {
                chain::after(c, behind, PAGE.min(end - behind)).map_err(StoreError::from)
            })?;
            let is_last = rows.is_empty();
            for row in rows {
                if let Some(fault) = walk.step(&row, end, anchors) {
                    return Ok(Some(fault));
                }
                report.rows += 1;
            }
            progress(report.rows);
            if is_last {
                return Ok(Some(cut(walk.seq, anchors)));
            }
        }
        if walk.seq == end && walk.hash != end_hash {
            return Ok(Some(Fault::End { seq: end }));
        }
        if let Some(last) = last.filter(|last| *last > end) {
            return Ok(Some(Fault::Inserted(last)));
        }
        let beyond = anchors.iter().find(|anchor| anchor.seq > end);
        Ok(beyond.map(|anchor| Fault::Cut {
            anchor: anchor.seq,
            end,
        }))
    })()?;
    if fault.is_none() && end > 0 {
        report.head = Some(Anchor {
            seq: end,
            hash: end_hash,
        });
    }
    report.fault = fault;
    report.late = walk.late;
    Ok(report)
}

/// The rows end before the chain's remembered end.
fn cut(end: i64, anchors: &[Anchor]) -> Fault {
    anchors
        .iter()
        .find(|anchor| anchor.seq > end)
        .map_or(Fault::Missing(end + 1), |anchor| Fault::Cut {
            anchor: anchor.seq,
            end,
        })
}

struct Walk {
    seq: i64,
    hash: String,
    newest: i64,
    late: Vec<String>,
}

impl Walk {
    /// What stands before the first row to look at: an anchor that was kept is worth more than what the database says.
    fn begin(&mut self, db: &Db, anchors: &[Anchor]) -> Result<Option<Fault>, StoreError> {
        let before = self.seq;
        for anchor in anchors.iter().filter(|anchor| anchor.seq < before) {
            let there =
                db.read_blocking(|c| chain::hash_at(c, anchor.seq).map_err(StoreError::from))?;
            if there.as_ref().is_some_and(|there| *there != anchor.hash) {
                return Ok(Some(Fault::Anchor(anchor.seq)));
            }
        }
        if before == 0 {
            return Ok(None);
        }
        if let Some(anchor) = anchors.iter().find(|anchor| anchor.seq == before) {
            self.hash.clone_from(&anchor.hash);
            return Ok(None);
        }
        let there = db.read_blocking(|c| chain::hash_at(c, before).map_err(StoreError::from))?;
        match there {
            Some(hash) => {
                self.hash = hash;
                Ok(None)
            }
            None => Ok(Some(Fault::NoStart(before))),
        }
    }

    fn step(&mut self, row: &Row, end: i64, anchors: &[Anchor]) -> Option<Fault> {
        let seq = row.seq.unwrap_or_default();
        if seq > end {
            return Some(cut(self.seq, anchors));
        }
        if seq != self.seq + 1 {
            return Some(Fault::Missing(self.seq + 1));
        }
        let hash = link(&self.hash, seq, covered(row));
        if row.hash.as_ref() != Some(&hash) {
            return Some(Fault::Changed {
                seq,
                says: says(row),
            });
        }
        let kept = anchors.iter().find(|anchor| anchor.seq == seq);
        if kept.is_some_and(|anchor| anchor.hash != hash) {
            return Some(Fault::Anchor(seq));
        }
        if row.at < self.newest.saturating_sub(LATE_MS) && self.late.len() < MOST_LATE {
            self.late.push(format!(
                "row {seq} came later than it says, or a clock went back: {}",
                says(row)
            ));
        }
        self.newest = self.newest.max(row.at);
        self.seq = seq;
        self.hash = hash;
        None
    }
}

fn says(row: &Row) -> String {
    format!(
        "{} {} {} {} (id {})",
        shanghai::rfc3339(row.at),
        row.actor,
        row.action,
        row.subject,
        row.id
    )
}
