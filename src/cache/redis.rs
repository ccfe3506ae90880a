//! Redis, with a budget for every call: a Redis that is away must cost a message 50 ms, not its answer.

use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Bell, CacheError};

/// Longest time one call may take.
const BUDGET: Duration = Duration::from_millis(50);
/// After a failure calls are answered with an error at once for this long, so that a black hole costs one message
/// its budget and not all of them.
const PAUSE: Duration = Duration::from_millis(500);

/// Compare and set in one step; Redis runs a script alone.
const REPLACE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then \
     redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1 end return 0";

/// A cloneable handle to Redis; it reconnects by itself.
#[derive(Clone)]
pub struct Shared {
    client: redis::Client,
    manager: ConnectionManager,
    prefix: Arc<str>,
    failed_at: Arc<Mutex<Option<Instant>>>,
}

impl Shared {
    /// Prepares the connection; it is made with the first call. Must run inside the runtime.
    ///
    /// # Errors
    /// When the URL cannot be understood.
    pub fn open(url: &str, prefix: &str) -> Result<Self, CacheError> {
        let client = redis::Client::open(url).map_err(|error| CacheError(error.to_string()))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(500)))
            .set_response_timeout(Some(Duration::from_secs(1)))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(200));
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .map_err(|error| CacheError(error.to_string()))?;
        Ok(Self {
            client,
            manager,
            prefix: prefix.into(),
            failed_at: Arc::default(),
        })
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.run(redis::cmd("GET").arg(self.name(key))).await
    }

    pub(super) async fn set(
        &self,
        key: &str,
        value: &[u8],
        ttl: Duration,
    ) -> Result<(), CacheError> {
        self.run(
            redis::cmd("SET")
                .arg(self.name(key))
                .arg(value)
                .arg("PX")
                .arg(millis(ttl)),
        )
        .await
    }

    pub(super) async fn set_if_absent(
        &self,
        key: &str,
        value: &[u8],
        ttl: Duration,
    ) -> Result<bool, CacheError> {
        let mut command = redis::cmd("SET");
        command
            .arg(self.name(key))
            .arg(value)
            .arg("PX")
            .arg(millis(ttl))
            .arg("NX");
        self.run::<Option<String>>(&command)
            .await
            .map(|done| done.is_some())
    }

    pub(super) async fn replace(
        &self,
        key: &str,
        old: &[u8],
        new: &[u8],
        ttl: Duration,
    ) -> Result<bool, CacheError> {
        let mut command = redis::cmd("EVAL");
        command.arg(REPLACE).arg(1).arg(self.name(key));
        command.arg(old).arg(new).arg(millis(ttl));
        self.run::<i64>(&command).await.map(|done| done == 1)
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), CacheError> {
        self.run(redis::cmd("DEL").arg(self.name(key))).await
    }

    pub(super) async fn publish(&self, bell: &str) -> Result<(), CacheError> {
        let mut command = redis::cmd("PUBLISH");
        command.arg(self.name(bell)).arg("");
        self.run::<i64>(&command).await.map(|_listeners| ())
    }

    pub(super) fn subscribe(&self, bell: &str) -> Bell {
        Bell::far(self.client.clone(), self.name(bell))
    }

    pub(super) async fn ping(&self) -> Result<(), CacheError> {
        self.run::<String>(&redis::cmd("PING"))
            .await
            .map(|_pong| ())
    }

    fn name(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    async fn run<T: redis::FromRedisValue>(&self, command: &redis::Cmd) -> Result<T, CacheError> {
        let pausing = {
            let failed = self
                .failed_at
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            failed.is_some_and(|at| at.elapsed() < PAUSE)
        };
        if pausing {
            return Err(CacheError("it failed a moment ago".to_owned()));
        }
        let mut manager = self.manager.clone();
        let outcome = tokio::time::timeout(BUDGET, command.query_async::<T>(&mut manager)).await;
        let (result, failed) = match outcome {
            Ok(Ok(value)) => (Ok(value), None),
            Ok(Err(error)) => (Err(CacheError(error.to_string())), Some(Instant::now())),
            Err(_elapsed) => (
                Err(CacheError("no answer in 50 ms".to_owned())),
                Some(Instant::now()),
            ),
        };
        *self
            .failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = failed;
        result
    }
}

fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}
