//! Short-lived things that may be lost: stored answers, remembered choices. Memory, or Redis shared by all instances.
//!
//! Nothing that matters depends on it alone: whoever uses it says what happens when it forgets. Knows nothing of what
//! it keeps.

mod bell;
mod memory;
mod redis;

use std::time::Duration;

use thiserror::Error;

pub use bell::Bell;
pub use memory::Memory;
pub use redis::Shared;

/// Why the cache gave no answer; the caller goes on without it.
#[derive(Debug, Error)]
#[error("the shared cache gave no answer: {0}")]
pub struct CacheError(String);

/// The cache of this process or of all.
#[derive(Clone)]
pub enum Cache {
    /// In this process.
    Memory(Memory),
    /// Redis.
    Shared(Shared),
}

impl Cache {
    /// The value under the key, while it lives.
    ///
    /// # Errors
    /// When Redis does not answer within its budget.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        match self {
            Self::Memory(memory) => Ok(memory.get(key)),
            Self::Shared(shared) => shared.get(key).await,
        }
    }

    /// Stores a value for a time.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn set(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), CacheError> {
        match self {
            Self::Memory(memory) => {
                memory.set(key, value, ttl);
                Ok(())
            }
            Self::Shared(shared) => shared.set(key, value, ttl).await,
        }
    }

    /// Stores a value unless there is one; tells whether it did.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn set_if_absent(
        &self,
        key: &str,
        value: &[u8],
        ttl: Duration,
    ) -> Result<bool, CacheError> {
        match self {
            Self::Memory(memory) => Ok(memory.set_if_absent(key, value, ttl)),
            Self::Shared(shared) => shared.set_if_absent(key, value, ttl).await,
        }
    }

    /// Lets a value live on for a time, if it is still `value`; tells whether it was.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn extend(&self, key: &str, value: &[u8], ttl: Duration) -> Result<bool, CacheError> {
        match self {
            Self::Memory(memory) => Ok(memory.replace(key, value, value, ttl)),
            Self::Shared(shared) => shared.replace(key, value, value, ttl).await,
        }
    }

    /// Stores `new` for a time, if the value is still `old`; tells whether it was.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn replace(
        &self,
        key: &str,
        old: &[u8],
        new: &[u8],
        ttl: Duration,
    ) -> Result<bool, CacheError> {
        match self {
            Self::Memory(memory) => Ok(memory.replace(key, old, new, ttl)),
            Self::Shared(shared) => shared.replace(key, old, new, ttl).await,
        }
    }

    /// Forgets a value.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn remove(&self, key: &str) -> Result<(), CacheError> {
        match self {
            Self::Memory(memory) => {
                memory.remove(key);
                Ok(())
            }
            Self::Shared(shared) => shared.remove(key).await,
        }
    }

    /// Rings a bell: everybody who listens wakes up, or will when they listen next. It may be lost; whoever listens
    /// also looks from time to time.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn ring(&self, bell: &str) -> Result<(), CacheError> {
        match self {
            Self::Memory(memory) => {
                memory.ring(bell);
                Ok(())
            }
            Self::Shared(shared) => shared.publish(bell).await,
        }
    }

    /// Listens to a bell from now on. Must be called inside the runtime.
    pub fn listen(&self, bell: &str) -> Bell {
        match self {
            Self::Memory(memory) => Bell::near(memory.listen(bell)),
            Self::Shared(shared) => shared.subscribe(bell),
        }
    }

    /// Whether other processes see what this one stores.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }

    /// Whether it answers now.
    pub async fn is_alive(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Shared(shared) => shared.ping().await.is_ok(),
        }
    }
}
