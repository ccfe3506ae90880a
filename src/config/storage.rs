//! `[database]`, `[redis]`, `[search]`, `[security]`: where things are kept, and the keys that seal them.

use std::path::PathBuf;

use super::reader::Reader;
use super::secret::{Secret, redact_url};

/// `[database]`
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite:`, `postgres:` or `postgresql:`.
    pub url: String,
    /// Migrate at start.
    pub migrate_on_start: bool,
    /// Connections.
    pub pool_size: u32,
}

impl Database {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            url: r.text("database.url"),
            migrate_on_start: r.switch("database.migrate_on_start").unwrap_or(true),
            pool_size: r
                .number("database.pool_size")
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(8),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[database]".to_owned(),
            format!("url = {:?}", redact_url(&self.url)),
            format!("migrate_on_start = {}", self.migrate_on_start),
            format!("pool_size = {}", self.pool_size),
        ]
        .join("\n")
    }
}

/// `[redis]`
#[derive(Clone, Debug)]
pub struct Redis {
    /// Empty: in-process.
    pub url: String,
    /// Prefix of every key.
    pub prefix: String,
}

impl Redis {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            url: r.text("redis.url"),
            prefix: r.text("redis.prefix"),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[redis]".to_owned(),
            format!("url = {:?}", redact_url(&self.url)),
            format!("prefix = {:?}", self.prefix),
        ]
        .join("\n")
    }
}

/// `[search]`
#[derive(Clone, Debug)]
pub struct Search {
    /// Directory of the index.
    pub dir: PathBuf,
}

impl Search {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            dir: PathBuf::from(r.text("search.dir")),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        format!("[search]\ndir = {:?}", self.dir.display().to_string())
    }
}

/// `[security]`
#[derive(Clone, Debug)]
pub struct Security {
    /// Keys of 32 bytes in base64; the first seals, all open.
    pub data_keys: Vec<Secret>,
}

impl Security {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            data_keys: r.secrets("security.data_keys"),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        format!("[security]\ndata_keys = {:?}", self.data_keys)
    }
}
