//! 案件导入 (R-I.3): a file of cases is looked through, what it would do is shown, then it is stored, then those who are bound
//! are told. Each step runs in pieces, a transaction each, and any process can go on where another one died.
//!
//! `UPLOADED → VALID | INVALID`, `VALID → APPLYING → APPLIED → NOTIFYING → NOTIFIED`, `VALID → DISCARDED` (also when nobody
//! decides), and before the notices leave `APPLIED → ROLLING_BACK → ROLLED_BACK`.

mod apply;
mod carried;
mod chores;
mod decide;
mod facts;
mod in_file;
mod intake;
mod look;
mod open;
mod piece;
mod present;
mod protected;
mod release;
mod shift;
mod there;
mod twins;
mod undo;
mod validate;
mod work;

use std::sync::Arc;

use thiserror::Error;

use crate::app::seal::{Place, Seal, SealError};
use crate::app::{App, BlindIndex, Ids};
use crate::domain::clock::Clock;
use crate::domain::desk::UnitScope;
use crate::domain::registration::Identities;
use crate::domain::units::UnitTree;
use crate::files::Directory;
use crate::service::error::RecordError;
use crate::store::{Db, StoreError};

pub use chores::{carry_on, forget_old};
pub use decide::{apply, discard, release_now, roll_back};
pub use intake::{Upload, UploadError};
pub use look::{BatchPage, BatchView, NO_ROWS, Refusal, RowView, list, one, refusals};
pub use open::{Opened, open_for_command};
pub use work::{run, start};

/// Rows of a step's transaction: others must not wait long for theirs.
const PIECE: usize = 250;
/// How long a batch belongs to whoever works on it, without a word from them.
const LEASE_MS: i64 = 60_000;
/// A preview that nobody decided on for so long is thrown away: it shows names.
const UNDECIDED_MS: i64 = 7 * 24 * 3_600_000;

/// Who imports at the console.
#[derive(Clone, Copy)]
pub struct Importer<'a> {
    /// The unit whose cases they are.
    pub scope: &'a UnitScope,
    /// The manager's account.
    pub account_id: i64,
    /// For the audit.
    pub actor: &'a str,
}

/// What the work on a batch needs. The command line has no [`App`]: it must not open the search index.
#[derive(Clone)]
pub struct Tools {
    /// The database.
    pub db: Db,
    /// Which units there are.
    pub tree: Arc<UnitTree>,
    /// The counter of their table when they were read; below 0: not known.
    pub units_revision: i64,
    /// Seals names and numbers.
    pub seal: Arc<Seal>,
    /// Finds sealed numbers again.
    pub blind: BlindIndex,
    /// Keys of new rows.
    pub ids: Arc<Ids>,
    /// The time.
    pub clock: Clock,
    /// Whether identity numbers that nobody can have are taken.
    pub identities: Identities,
    /// How long the notices of a batch are held.
    pub delay_ms: i64,
    /// Where uploads lie, sealed.
    pub uploads: Option<Directory>,
}

impl Tools {
    /// Those of a server.
    pub fn of(app: &App) -> Self {
        let (settings, units) = (&app.settings, app.units());
        Self {
            db: app.db.clone(),
            tree: Arc::clone(&units.tree),
            units_revision: units.revision,
            seal: Arc::clone(&app.seal),
            blind: app.blind.clone(),
            ids: Arc::new(Ids::default()),
            clock: app.clock.clone(),
            identities: identities(settings.demo.test_identities),
            delay_ms: settings.imports.notice_delay_ms(),
            uploads: Directory::open(&format!("{}/imports", settings.files.url)).ok(),
        }
    }

    fn seal(&self, column: &str, row: i64, clear: &str) -> Result<String, SealError> {
        let row = row.to_string();
        self.seal.close(place(column, &row), clear)
    }

    fn open<T: serde::de::DeserializeOwned>(
        &self,
        column: &str,
        row: i64,
        sealed: Option<&str>,
    ) -> Result<Option<T>, SealError> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let row = row.to_string();
        let clear = self.seal.open(place(column, &row), sealed)?;
        let read = serde_json::from_str(clear.expose());
        read.map(Some).map_err(|_json| SealError::Damaged)
    }
}

fn place<'a>(column: &'a str, row: &'a str) -> Place<'a> {
    Place {
        table: "import_rows",
        column,
        row,
    }
}

/// Which identity numbers are taken.
pub fn identities(test_identities: bool) -> Identities {
    match test_identities {
        true => Identities::Synthetic,
        false => Identities::Real,
    }
}

/// Why the work on a batch stopped.
#[derive(Debug, Error)]
pub enum WorkError {
    /// Somebody else has it now; they go on.
    #[error("another process works on this batch")]
    Lost,
    /// The database or the key ring. The batch stays as it is, and the next to come goes on.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The disk. The file may be there again later.
    #[error("the file could not be read: {0}")]
    File(#[from] std::io::Error),
}

impl From<StoreError> for WorkError {
    fn from(error: StoreError) -> Self {
        Self::Record(error.into())
    }
}

impl From<diesel::result::Error> for WorkError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Record(error.into())
    }
}

impl From<SealError> for WorkError {
    fn from(error: SealError) -> Self {
        Self::Record(error.into())
    }
}
