//! The handles, built once and handed to everybody: the only place that chooses between SQLite and PostgreSQL, memory
//! and Redis, the real platform and a simulator. No globals.

mod blind;
mod blocked;
pub mod book;
mod ids;
pub mod lost;
mod person;
mod random;
pub mod seal;
pub mod tokens;
mod unit_book;
pub mod uploads;

use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, PoisonError, RwLock};

use thiserror::Error;

use crate::cache::{Cache, CacheError, Memory, Shared};
use crate::config::{Mode, Settings};
use crate::domain::clock::Clock;
use crate::domain::procuratorate;
use crate::files::Directory;
use crate::search::{SearchError, SearchIndex};
use crate::store::freshness::Freshness;
use crate::store::{Backend, Db, StoreError, counters, secrets, units};
use crate::wechat::client::{Client, SetupError};
use crate::wechat::crypt::KeyError;
use crate::wechat::gate::{self, Gate, GateSettings, KeyPair};

pub use blind::BlindIndex;
pub use blocked::Blocked;
pub use book::{OfficeBook, notice_templates, read_office_hours, read_replies};
pub use ids::Ids;
pub use person::PersonHasher;
pub use random::{RandomPool, hex, random_bytes, random_hex};
use seal::{Place, Seal};
pub use unit_book::{UnitBook, load_units};

/// Passwords hashed at a time.
const HASHING: usize = 4;

/// Why the service cannot start; each message says what to change.
#[derive(Debug, Error)]
pub enum StartError {
    /// The database.
    #[error("{0}; check database.url")]
    Store(#[from] StoreError),
    /// The schema is behind and may not be migrated at start.
    #[error(
        "the database schema is not up to date; run `jianxin migrate`, or set database.migrate_on_start = true"
    )]
    Unmigrated,
    /// The cache.
    #[error("{0}; check redis.url")]
    Cache(#[from] CacheError),
    /// The index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// Keys of the account.
    #[error("{0}; check wechat.token and wechat.encoding_aes_key")]
    Key(#[from] KeyError),
    /// The platform client.
    #[error("{0}; check wechat.api_base_url")]
    Client(#[from] SetupError),
    /// The built-in or stored unit table.
    #[error(
        "the table of procuratorates is not usable: {0}; import a correct one with `jianxin import units`"
    )]
    Units(String),
    /// A scheme that is neither of the two.
    #[error(
        "database.url has an unknown scheme: write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"
    )]
    Scheme,
    /// A file could not be read or understood.
    #[error("{0}")]
    File(String),
    /// There is no key to seal with.
    #[error(
        "security.data_keys is empty: make a key with `openssl rand -base64 32`; processes on PostgreSQL share one"
    )]
    NoDataKey,
    /// The directory of attachments.
    #[error("the directory of files.url can be neither used nor made: {0}")]
    Files(std::io::Error),
    /// The key is not the one that the database was sealed with.
    #[error(
        "the data key does not open what the database holds: put the former key back into security.data_keys (or data.key beside the SQLite file)"
    )]
    OtherDataKey,
}

/// The handles that everything above is given.
pub struct App {
    /// The configuration.
    pub settings: Settings,
    /// Absolute address of our pages, without a slash at the end.
    pub public_url: String,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// The present revision of the publications.
    pub freshness: Freshness,
    /// Short-lived things.
    pub cache: Cache,
    /// The same in this process only, for the time when the shared cache is away.
    pub local: Cache,
    /// The full-text index of this process.
    pub search: Arc<SearchIndex>,
    /// Verifies and opens what the platform sends.
    pub gate: Gate,
    /// Calls the platform.
    pub wechat: Client,
    /// What this process remembers of the access token.
    pub tokens: tokens::Tokens,
    /// Who gets no notices until they come back.
    pub blocked: Blocked,
    /// The number that tells this database from any other, also from an older copy that was put in its place.
    pub database_id: i64,
    /// When the last list of choices that this process remembers for a follower runs out, milliseconds UTC.
    pub choosing_until: AtomicI64,
    /// Keys of new rows.
    pub ids: Ids,
    /// Bounds how many passwords are hashed at a time: each takes 19 MiB.
    pub hashing: Arc<tokio::sync::Semaphore>,
    /// Seals telephone numbers and one-time secrets.
    pub seal: Arc<Seal>,
    /// Hashes openids.
    pub person: PersonHasher,
    /// Finds sealed values again.
    pub blind: BlindIndex,
    /// Who came and went while the database was away.
    pub lost: lost::Lost,
    /// Where attachments lie, sealed.
    pub files: Directory,
    /// Draws the pages of a PDF when it is called with `render-pdf`.
    pub pdf_program: PathBuf,
    /// One picture of a stranger is decoded at a time: each may take 300 MB.
    pub drawing: Arc<tokio::sync::Semaphore>,
    /// Documents that are drawn at a time, in processes of their own; photographs do not wait for them.
    pub drawing_pages: Arc<tokio::sync::Semaphore>,
    /// Pictures that get their mark at a time: each is some 20 MB while it is drawn.
    pub marking: Arc<tokio::sync::Semaphore>,
    /// Files on their way in.
    pub uploads: uploads::Uploads,
    units: RwLock<Arc<UnitBook>>,
    /// As the files say it.
    pub base: book::Base,
    office: RwLock<Arc<OfficeBook>>,
}

impl App {
    /// Builds all handles. `origin` is the address the listener is bound to, used where none is configured.
    /// Blocking, and must run inside the runtime.
    ///
    /// # Errors
    /// A [`StartError`] that says what to change.
    pub fn build(settings: Settings, origin: &str, clock: Clock) -> Result<Arc<Self>, StartError> {
        let db = open_database(&settings)?;
        prepare_schema(&settings, &db)?;
        let cache = open_cache(&settings)?;
        let search = Arc::new(SearchIndex::open(&settings.search.dir)?);
        let gate = Gate::new(gate_settings(&settings))?;
        let wechat = open_client(&settings, origin)?;
        let freshness = Freshness::start(db.backend().clone())?;
        let seal = Arc::new(open_seal(&settings, &db)?);
        let person = open_person(&db)?;
        let blind = open_blind(&db, &seal)?;
        let database_id = db.write_blocking(|c| -> Result<_, StoreError> {
            let fresh = i64::from_le_bytes(random_bytes()).unsigned_abs() >> 2;
            let stored = secrets::get_or_insert(c, "database-id", &fresh.to_string())?;
            Ok(stored.parse().unwrap_or(0))
        })?;
        let files = Directory::open(&settings.files.url).map_err(StartError::Files)?;
        let pdf_program = match settings.files.pdf_program.as_str() {
            "" => std::env::current_exe().map_err(|error| StartError::File(error.to_string()))?,
            program => PathBuf::from(program),
        };
        let units = load_units(&db)?;
        let public_url = match settings.server.public_url.as_str() {
            "" => origin.to_owned(),
            url => url.to_owned(),
        };
        let base = book::Base::read(&settings, &public_url)?;
        let office = book::load(&db, &base)?;
        Ok(Arc::new(Self {
            settings,
            public_url,
            clock,
            db,
            freshness,
            cache,
            local: Cache::Memory(Memory::default()),
            search,
            gate,
            wechat,
            tokens: tokens::Tokens::default(),
            blocked: Blocked::default(),
            database_id,
            choosing_until: AtomicI64::new(0),
            ids: Ids::default(),
            hashing: Arc::new(tokio::sync::Semaphore::new(HASHING)),
            seal,
            person,
            blind,
            lost: lost::Lost::default(),
            files,
            pdf_program,
            drawing: Arc::new(tokio::sync::Semaphore::new(1)),
            drawing_pages: Arc::new(tokio::sync::Semaphore::new(2)),
            marking: Arc::new(tokio::sync::Semaphore::new(4)),
            uploads: uploads::Uploads::default(),
            units: RwLock::new(Arc::new(units)),
            base,
            office: RwLock::new(office),
        }))
    }

    /// The unit table as it is now.
    pub fn units(&self) -> Arc<UnitBook> {
        Arc::clone(&self.units.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Templates, answers, holidays and laws as they are now.
    pub fn office(&self) -> Arc<OfficeBook> {
        Arc::clone(&self.office.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the unit table, and what else people change at the console, again when it changed; tells whether it did.
    /// Blocking.
    ///
    /// # Errors
    /// When the database does not answer or holds no usable table.
    pub fn refresh_units(&self) -> Result<bool, StartError> {
        let (units, settings) = self.db.read_blocking(|c| -> Result<_, StoreError> {
            let units = counters::current(c, counters::UNITS)?;
            Ok((units, counters::current(c, counters::SETTINGS)?))
        })?;
        if settings != self.office().revision {
            let office = book::load(&self.db, &self.base)?;
            *self.office.write().unwrap_or_else(PoisonError::into_inner) = office;
        }
        let known = self.units();
        if (units, settings) == (known.revision, known.settings) {
            return Ok(false);
        }
        let book = Arc::new(load_units(&self.db)?);
        *self.units.write().unwrap_or_else(PoisonError::into_inner) = book;
        Ok(true)
    }

    /// A keyed hash of an openid, for logs, audit and whatever must not hold the id itself.
    pub fn person_hash(&self, openid: &str) -> String {
        self.person.hash(openid)
    }
}

/// The key ring, from the configuration or beside the SQLite file. A key other than the one that sealed what the
/// database holds is noticed here, not when the first telephone number is wanted.
///
/// # Errors
/// When there is no key, or another one.
pub fn open_seal(settings: &Settings, db: &Db) -> Result<Seal, StartError> {
    let mut keys = settings.security.data_keys.clone();
    if keys.is_empty()
        && let Backend::Sqlite(path) = db.backend()
    {
        keys.push(seal::beside(path).map_err(|error| {
            StartError::File(format!(
                "data.key beside {} can be neither read nor made: {error}",
                path.display()
            ))
        })?);
    }
    if keys.is_empty() && settings.simulator.enabled {
        // On PostgreSQL beside the simulator: nothing but trials is sealed.
        let made = db.write_blocking(|c| {
            use base64::Engine;
            let fresh = base64::engine::general_purpose::STANDARD.encode(random_bytes::<32>());
            secrets::get_or_insert(c, "trial-data-key", &fresh).map_err(StoreError::from)
        })?;
        keys.push(crate::config::Secret::new(made));
    }
    let seal = Seal::from_keys(&keys).ok_or(StartError::NoDataKey)?;
    let place = Place {
        table: "install_secrets",
        column: "value",
        row: "data-key-check",
    };
    let fresh = seal.close(place, "jianxin").unwrap_or_default();
    let stored = db.write_blocking(move |c| {
        secrets::get_or_insert(c, "data-key-check", &fresh).map_err(StoreError::from)
    })?;
    match seal.open(place, &stored) {
        Ok(_) => Ok(seal),
        Err(_) => Err(StartError::OtherDataKey),
    }
}

/// What hashes openids, with the key of this installation.
///
/// # Errors
/// When the database does not answer.
pub fn open_person(db: &Db) -> Result<PersonHasher, StartError> {
    let key = db.write_blocking(|c| {
        secrets::get_or_insert(c, "person-key", &random_hex::<32>()).map_err(StoreError::from)
    })?;
    Ok(PersonHasher::new(key))
}

/// What finds sealed values again, with the key of this installation, which stands sealed in the database.
///
/// # Errors
/// When the database does not answer, or the key was sealed with a key that is gone.
pub fn open_blind(db: &Db, seal: &Seal) -> Result<BlindIndex, StartError> {
    let place = Place {
        table: "install_secrets",
        column: "value",
        row: "blind-key",
    };
    let fresh = seal.close(place, &random_hex::<32>()).unwrap_or_default();
    let stored = db.write_blocking(move |c| {
        secrets::get_or_insert(c, "blind-key", &fresh).map_err(StoreError::from)
    })?;
    match seal.open(place, &stored) {
        Ok(key) => Ok(BlindIndex::new(key)),
        Err(_) => Err(StartError::OtherDataKey),
    }
}

/// Opens the configured database, for commands that need nothing else.
///
/// # Errors
/// When it cannot be reached.
pub fn open_database(settings: &Settings) -> Result<Db, StartError> {
    let backend = Backend::from_url(&settings.database.url).ok_or(StartError::Scheme)?;
    Ok(Db::open(backend, settings.database.pool_size)?)
}

/// Migrates, or checks that nothing is missing; then fills an empty unit table with the built-in one.
///
/// # Errors
/// When the schema is behind and may not be migrated.
pub fn prepare_schema(settings: &Settings, db: &Db) -> Result<(), StartError> {
    if settings.database.migrate_on_start {
        db.migrate()?;
    } else if !db.is_migrated()? {
        return Err(StartError::Unmigrated);
    }
    if !db.read_blocking(|c| units::is_empty(c).map_err(StoreError::from))? {
        return Ok(());
    }
    let built_in = procuratorate::parse_csv(procuratorate::BUILT_IN).map_err(|problems| {
        StartError::Units(
            problems
                .first()
                .map(ToString::to_string)
                .unwrap_or_default(),
        )
    })?;
    db.write_blocking(move |c| -> Result<(), StoreError> {
        // Whoever comes second at a first start waits for the counter's row and then finds the table filled.
        counters::raise(c, counters::UNITS, 0)?;
        if units::is_empty(c)? {
            units::replace(c, &built_in)?;
            counters::raise(c, counters::UNITS, 1)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn open_cache(settings: &Settings) -> Result<Cache, StartError> {
    Ok(match settings.redis.url.as_str() {
        "" => Cache::Memory(Memory::default()),
        url => Cache::Shared(Shared::open(url, &settings.redis.prefix)?),
    })
}

/// The platform client of these settings, for the service and for the menu commands.
///
/// # Errors
/// When an address cannot be understood.
pub fn open_client(settings: &Settings, origin: &str) -> Result<Client, SetupError> {
    let or = |configured: &str, path: &str| match configured {
        "" => format!("{origin}{path}"),
        url => url.to_owned(),
    };
    let wechat = &settings.wechat;
    Client::new(
        &or(&wechat.api_base_url, "/simulator/api"),
        &or(&wechat.oauth_base_url, "/simulator/oauth"),
        &wechat.app_id,
        wechat.app_secret.expose(),
    )?
    .with_fallbacks(&wechat.api_fallback_urls)
}

fn gate_settings(settings: &Settings) -> GateSettings {
    let wechat = &settings.wechat;
    let given =
        |secret: &crate::config::Secret| (!secret.is_empty()).then(|| secret.expose().to_owned());
    let tokens = [given(&wechat.token), given(&wechat.previous_token)];
    let keys = [
        given(&wechat.encoding_aes_key),
        given(&wechat.previous_encoding_aes_key),
    ];
    let mut pairs = Vec::new();
    for token in tokens.into_iter().flatten() {
        for key in keys.iter().flatten() {
            pairs.push(KeyPair {
                token: token.clone(),
                encoding_aes_key: Some(key.clone()),
            });
        }
        if keys.iter().flatten().next().is_none() {
            pairs.push(KeyPair {
                token,
                encoding_aes_key: None,
            });
        }
    }
    GateSettings {
        mode: match wechat.mode {
            Mode::Plain => gate::Mode::Plain,
            Mode::Compatible => gate::Mode::Compatible,
            Mode::Safe => gate::Mode::Safe,
        },
        app_id: wechat.app_id.clone(),
        original_id: (!wechat.original_id.is_empty()).then(|| wechat.original_id.clone()),
        pairs,
        max_clock_skew_secs: wechat.max_clock_skew_secs,
    }
}
