//! Everything the simulator remembers, behind one lock, with a version that grows at each change.
//!
//! The page asks for what changed since a version; a watch channel lets that question wait a moment. The lock is
//! never held across an await: [`Simulator::look`] and [`Simulator::change`] take closures.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;
use tokio::sync::watch;

use super::SimulatorSettings;
use super::chat::{Content, Entry, MAX_ENTRIES, Side};
use super::clock::{self, Pace};
use super::crypto::EnvelopeKey;
use super::faults::{Faults, Mode};
use super::followers::{FIRST_NAMES, Follower, MAX_FOLLOWERS};
use super::random;
use super::tokens::{CodeBook, TokenBook};
use super::wire::{Exchange, MAX_EXCHANGES};

/// Codes with a scene are kept up to this many, oldest dropped.
pub(crate) const MAX_QR_CODES: usize = 50;
/// Template sends remembered for duplicate protection.
pub(crate) const MAX_SENDS: usize = 10_000;

/// The simulator as handlers hold it.
pub(crate) type Shared = Arc<Simulator>;

/// Settings, the client for deliveries and the world.
pub(crate) struct Simulator {
    pub(crate) settings: SimulatorSettings,
    pub(crate) pace: Pace,
    /// Client for deliveries: no redirects, no proxy. Absent if TLS could not be set up.
    pub(crate) http: Option<reqwest::Client>,
    /// The current key, if the configured text is one.
    pub(crate) key: Option<EnvelopeKey>,
    /// Differs at each start, so that an open page notices.
    pub(crate) epoch: String,
    world: Mutex<World>,
    changed: watch::Sender<u64>,
}

/// A parametric code the account created.
#[derive(Debug, Clone)]
pub(crate) struct QrCode {
    pub(crate) ticket: String,
    pub(crate) scene: String,
    /// Unix seconds, 0 for a permanent one.
    pub(crate) until: i64,
}

/// A template message sent with a `client_msg_id`, for ten minutes of protection.
#[derive(Debug, Clone)]
pub(crate) struct TemplateSend {
    pub(crate) openid: String,
    pub(crate) client_msg_id: String,
    pub(crate) msgid: i64,
    pub(crate) at: Instant,
}

/// The state of the simulated WeChat.
pub(crate) struct World {
    pub(crate) version: u64,
    next_id: u64,
    /// Whether the page was opened before; the first follower subscribes on the first opening.
    pub(crate) arrived: bool,
    pub(crate) followers: VecDeque<Follower>,
    followers_made: u64,
    /// `button` array of the published menu.
    pub(crate) menu: Option<Value>,
    pub(crate) faults: Faults,
    pub(crate) wire: VecDeque<Exchange>,
    /// Exchanges up to this id were cleared away.
    pub(crate) wire_floor: u64,
    pub(crate) tokens: TokenBook,
    pub(crate) codes: CodeBook,
    pub(crate) qr_codes: VecDeque<QrCode>,
    pub(crate) sends: VecDeque<TemplateSend>,
    /// How often quotas were reset.
    pub(crate) quota_resets: u32,
    /// Template messages sent since the quota was set or reset.
    pub(crate) quota_used: u32,
    next_message: i64,
}

impl Simulator {
    /// A new world with three followers.
    pub(crate) fn new(settings: SimulatorSettings, pace: Pace) -> Shared {
        // The client is built without a default TLS provider; installing it twice is harmless.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent("Mozilla/4.0")
            .build()
            .map_err(|error| tracing::error!(%error, "the simulator cannot send deliveries"))
            .ok();
        let key = EnvelopeKey::parse(&settings.encoding_aes_key).ok();
        let mut world = World {
            version: 1,
            next_id: 1,
            arrived: false,
            followers: VecDeque::new(),
            followers_made: 0,
            menu: None,
            faults: Faults {
                mode: Mode::from_name(&settings.mode),
                ..Faults::default()
            },
            wire: VecDeque::new(),
            wire_floor: 0,
            tokens: TokenBook::default(),
            codes: CodeBook::default(),
            qr_codes: VecDeque::new(),
            sends: VecDeque::new(),
            quota_resets: 0,
            quota_used: 0,
            // Far above 2^53, as on the platform: who reads an id into a float finds out here.
            next_message: clock::millis() << 20,
        };
        for name in FIRST_NAMES {
            world.add_follower(name.to_owned());
        }
        Arc::new(Self {
            settings,
            pace,
            http,
            key,
            epoch: random::text::<9>(),
            world: Mutex::new(world),
            changed: watch::Sender::new(1),
        })
    }

    /// Reads the world.
    pub(crate) fn look<T>(&self, read: impl FnOnce(&World) -> T) -> T {
        read(&self.lock())
    }

    /// Changes the world and wakes the pages.
    pub(crate) fn change<T>(&self, write: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        world.version += 1;
        let result = write(&mut world);
        self.changed.send_replace(world.version);
        result
    }

    /// Wakes up at the next change.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic elsewhere leaves at worst a half-drawn chat; the simulator goes on.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// The follower with a short id.
    pub(crate) fn follower(&self, id: &str) -> Option<&Follower> {
        self.followers.iter().find(|follower| follower.id == id)
    }

    /// The same, for a change; it is marked as changed.
    pub(crate) fn follower_mut(&mut self, id: &str) -> Option<&mut Follower> {
        let version = self.version;
        let follower = self
            .followers
            .iter_mut()
            .find(|follower| follower.id == id)?;
        follower.version = version;
        Some(follower)
    }

    /// Short id of the follower with an openid.
    pub(crate) fn id_of(&self, openid: &str) -> Option<String> {
        self.followers
            .iter()
            .find(|follower| follower.openid == openid)
            .map(|follower| follower.id.clone())
    }

    /// Adds a phone and returns its short id; the oldest makes room if there are too many.
    pub(crate) fn add_follower(&mut self, name: String) -> String {
        self.followers_made += 1;
        let mut follower = Follower::new(self.followers_made, name);
        follower.version = self.version;
        let id = follower.id.clone();
        self.followers.push_back(follower);
        while self.followers.len() > MAX_FOLLOWERS {
            self.followers.pop_front();
        }
        id
    }

    /// Number of the phone made next.
    pub(crate) fn next_follower_number(&self) -> u64 {
        self.followers_made + 1
    }

    /// Puts an entry into a chat.
    pub(crate) fn say(&mut self, follower: &str, side: Side, content: Content) {
        let id = self.take_id();
        let version = self.version;
        if let Some(follower) = self
            .followers
            .iter_mut()
            .find(|candidate| candidate.id == follower)
        {
            follower.entries.push_back(Entry {
                id,
                version,
                at: clock::millis(),
                side,
                content,
            });
            while follower.entries.len() > MAX_ENTRIES {
                follower.entries.pop_front();
            }
        }
    }

    /// Starts the record of an exchange and returns its id.
    pub(crate) fn record(&mut self, mut exchange: Exchange) -> u64 {
        exchange.id = self.take_id();
        exchange.version = self.version;
        exchange.at = clock::millis();
        let id = exchange.id;
        self.wire.push_back(exchange);
        while self.wire.len() > MAX_EXCHANGES {
            self.wire.pop_front();
        }
        id
    }

    /// Changes a recorded exchange, if it is still kept.
    pub(crate) fn amend(&mut self, id: u64, amend: impl FnOnce(&mut Exchange)) {
        let version = self.version;
        if let Some(exchange) = self
            .wire
            .iter_mut()
            .rev()
            .find(|exchange| exchange.id == id)
        {
            exchange.version = version;
            amend(exchange);
        }
    }

    /// A 64-bit message id that no other message has.
    pub(crate) fn take_message_id(&mut self) -> i64 {
        self.next_message += 1;
        self.next_message
    }

    fn take_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}
