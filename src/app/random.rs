//! Random bytes, and how they are written.

use std::sync::{Mutex, PoisonError};

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| match nibble {
        0..10 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    };
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(digit(byte >> 4)));
        text.push(char::from(digit(byte & 0x0f)));
    }
    text
}

/// `N` random bytes from the operating system, which does not fail once it has booted.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::error!(%error, "the operating system has no random numbers");
        std::process::abort();
    }
    bytes
}

/// Random bytes of the operating system, fetched a page at a time: for what needs new ones with every message.
pub struct RandomPool {
    page: Mutex<(Box<[u8; RANDOM_PAGE]>, usize)>,
}

const RANDOM_PAGE: usize = 4096;

impl Default for RandomPool {
    fn default() -> Self {
        Self {
            page: Mutex::new((Box::new([0; RANDOM_PAGE]), RANDOM_PAGE)),
        }
    }
}

impl RandomPool {
    /// `N` bytes that nobody gets a second time. Not for long-lived keys: they lie in memory until their page is used up.
    pub fn take<const N: usize>(&self) -> [u8; N] {
        let mut page = self.page.lock().unwrap_or_else(PoisonError::into_inner);
        if page.1 + N > RANDOM_PAGE {
            *page = (Box::new(random_bytes()), 0);
        }
        let (bytes, used) = &mut *page;
        let taken = bytes.get(*used..).and_then(|rest| rest.first_chunk::<N>());
        *used += N;
        // More than a page at once, which nobody asks for.
        taken.copied().unwrap_or_else(random_bytes)
    }
}

/// `N` random bytes as hexadecimal.
pub fn random_hex<const N: usize>() -> String {
    hex(&random_bytes::<N>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_gives_nothing_twice() {
        let pool = RandomPool::default();
        let taken: std::collections::HashSet<[u8; 24]> = (0..10_000).map(|_| pool.take()).collect();
        assert_eq!(taken.len(), 10_000);
        assert_ne!(pool.take::<5000>(), pool.take::<5000>());
    }
}
