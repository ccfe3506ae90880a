//! The handles, built once and handed to everybody: the only place that chooses between SQLite and PostgreSQL, memory
//! and Redis, the real platform and a simulator. No globals.

mod random;
pub mod tokens;

pub use random::{RandomPool, hex, random_bytes, random_hex};

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, PoisonError, RwLock};

use thiserror::Error;

use crate::cache::{Cache, CacheError, Memory, Shared};
use crate::config::{Mode, Settings};
use crate::domain::clock::Clock;
use crate::domain::procuratorate;
use crate::domain::unit_names::Resolver;
use crate::domain::units::UnitTree;
use crate::search::{SearchError, SearchIndex};
use crate::store::freshness::Freshness;
use crate::store::{Backend, Db, StoreError, counters, secrets, units};
use crate::wechat::client::{Client, SetupError};
use crate::wechat::crypt::KeyError;
use crate::wechat::gate::{self, Gate, GateSettings, KeyPair};

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
}

/// The unit tree and what resolves names in it; replaced as a whole when the table changes.
pub struct UnitBook {
    /// The hierarchy.
    pub tree: Arc<UnitTree>,
    /// The resolver.
    pub resolver: Resolver,
    /// The counter's value when it was read.
    pub revision: i64,
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
    /// The number that tells this database from any other, also from an older copy that was put in its place.
    pub database_id: i64,
    /// When the last list of choices that this process remembers for a follower runs out, milliseconds UTC.
    pub choosing_until: AtomicI64,
    person_key: Vec<u8>,
    units: RwLock<Arc<UnitBook>>,
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
        let person_key = db
            .write_blocking(|c| {
                secrets::get_or_insert(c, "person-key", &random_hex::<32>())
                    .map_err(StoreError::from)
            })?
            .into_bytes();
        let database_id = db.write_blocking(|c| -> Result<_, StoreError> {
            let fresh = i64::from_le_bytes(random_bytes()).unsigned_abs() >> 2;
            let stored = secrets::get_or_insert(c, "database-id", &fresh.to_string())?;
            Ok(stored.parse().unwrap_or(0))
        })?;
        let book = load_units(&db)?;
        let public_url = match settings.server.public_url.as_str() {
            "" => origin.to_owned(),
            url => url.to_owned(),
        };
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
            database_id,
            choosing_until: AtomicI64::new(0),
            person_key,
            units: RwLock::new(Arc::new(book)),
        }))
    }

    /// The unit table as it is now.
    pub fn units(&self) -> Arc<UnitBook> {
        Arc::clone(&self.units.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the unit table again when it changed; tells whether it did. Blocking.
    ///
    /// # Errors
    /// When the database does not answer or holds no usable table.
    pub fn refresh_units(&self) -> Result<bool, StartError> {
        let stored = self
            .db
            .read_blocking(|c| counters::current(c, counters::UNITS).map_err(StoreError::from))?;
        if stored == self.units().revision {
            return Ok(false);
        }
        let book = Arc::new(load_units(&self.db)?);
        *self.units.write().unwrap_or_else(PoisonError::into_inner) = book;
        Ok(true)
    }

    /// A keyed hash of an openid, for logs, audit and whatever must not hold the id itself.
    pub fn person_hash(&self, openid: &str) -> String {
        use hmac::{Hmac, KeyInit, Mac};
        let Ok(mut mac) = Hmac::<sha2::Sha256>::new_from_slice(&self.person_key) else {
            return String::new(); // HMAC takes keys of any length
        };
        mac.update(openid.as_bytes());
        hex(&mac.finalize().into_bytes())
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

/// Reads the unit table from the database.
///
/// # Errors
/// When it does not answer, or what it holds is not one tree.
pub fn load_units(db: &Db) -> Result<UnitBook, StartError> {
    let (all, revision) = db.read_blocking(|c| -> Result<_, StoreError> {
        let revision = counters::current(c, counters::UNITS)?;
        Ok((units::all(c)?, revision))
    })?;
    let tree =
        Arc::new(UnitTree::build(all).map_err(|problem| StartError::Units(problem.to_string()))?);
    let resolver = Resolver::build(Arc::clone(&tree));
    Ok(UnitBook {
        tree,
        resolver,
        revision,
    })
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
