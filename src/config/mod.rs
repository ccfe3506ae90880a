//! Settings: default ← file ← environment, checked as a whole before anything starts.
//!
//! The defaults are the commented file `config/default.toml`, compiled in. Every mistake is collected and reported
//! in one go, each with its key, its value and what to do. Knows nothing of the features that use the settings.

mod applications;
mod console;
mod files;
mod layers;
mod notices;
mod office;
mod publishing;
mod push;
mod reader;
mod secret;
mod server;
mod settings;
mod storage;
mod trial;
mod validate;
mod wechat;

use std::fmt;
use std::path::Path;

pub use applications::Applications;
pub use console::Console;
pub use files::Files;
pub use layers::DEFAULT_FILE;
pub use notices::{NoticeTemplate, Notices};
pub use office::{Imports, Replies};
pub use publishing::Publishing;
pub use push::{Ambiguous, PasswordMode, Push};
pub use secret::{Secret, redact_url};
pub use server::{Callback, Log, LogFormat, Server};
pub use settings::Settings;
pub use storage::{Database, Redis, Search, Security};
pub use trial::{Demo, Simulator};
pub use wechat::{MenuReply, Mode, Wechat};

use layers::Layers;
use reader::Reader;

/// One thing that is wrong in the configuration, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// `section.key`.
    pub key: String,
    /// The value found; secrets are not shown.
    pub value: String,
    /// What to write instead.
    pub remedy: String,
}

impl Mistake {
    fn new(key: &str, value: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            value: value.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}: {}", self.key, self.value, self.remedy)
    }
}

/// How much of the configuration a command depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Only the stores: imports, migrations, keys.
    Stores,
    /// Also the Official Account: the service itself and the menu.
    Account,
}

/// Loads the settings from the default file, `file` (or `jianxin.toml` when it exists) and the environment.
///
/// # Errors
/// Every mistake found, never empty.
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    need: Need,
) -> Result<Settings, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let layers = Layers::merge(file, environment, &mut mistakes);
    let mut reader = Reader {
        layers: &layers,
        mistakes: &mut mistakes,
    };
    let settings = settings::read(&mut reader);
    validate::check(&settings, need, &layers, &mut mistakes);
    if mistakes.is_empty() {
        Ok(settings)
    } else {
        Err(mistakes)
    }
}

#[cfg(test)]
mod tests;
