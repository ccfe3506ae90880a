//! Default ← file ← environment, merged into flat `section.key` values that remember where they came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Mistake;

/// The file whose values are the defaults; compiled in.
pub const DEFAULT_FILE: &str = include_str!("../../config/default.toml");

/// Keys whose default depends on other keys; they stand commented out in the default file.
const DERIVED: &[&str] = &[
    "wechat.mode",
    "wechat.api_base_url",
    "wechat.oauth_base_url",
    "demo.publications",
    "demo.test_identities",
    "console.require_second_factor",
    "simulator.enabled",
];

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Default,
    File(PathBuf),
    Environment(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
        }
    }
}

/// All values by `section.key`.
#[derive(Debug, Default)]
pub(super) struct Layers {
    pub(super) values: BTreeMap<String, (toml::Value, Origin)>,
    pub(super) file_read: bool,
}

impl Layers {
    /// Merges the three layers. `file` is read when given (then it must exist), else `jianxin.toml` if it is there.
    pub(super) fn merge(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
        mistakes: &mut Vec<Mistake>,
    ) -> Self {
        let mut layers = Self::default();
        layers.add(DEFAULT_FILE, &Origin::Default, mistakes);
        let implicit = Path::new("jianxin.toml");
        let path = file.or_else(|| implicit.exists().then_some(implicit));
        if let Some(path) = path {
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    layers.file_read = true;
                    layers.add(&text, &Origin::File(path.to_owned()), mistakes);
                }
                Err(error) => mistakes.push(Mistake::new(
                    "--config",
                    path.display().to_string(),
                    format!("the file cannot be read ({error}): name a readable TOML file"),
                )),
            }
        }
        for (name, value) in environment {
            layers.add_variable(&name, value, mistakes);
        }
        layers
    }

    /// Whether a key was set by a file or the environment.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.values
            .get(key)
            .is_some_and(|(_, origin)| *origin != Origin::Default)
    }

    /// Whether any key of the section was set by a file or the environment.
    pub(super) fn is_section_set(&self, section: &str) -> bool {
        let prefix = format!("{section}.");
        self.values
            .iter()
            .any(|(key, (_, origin))| key.starts_with(&prefix) && *origin != Origin::Default)
    }

    fn add(&mut self, text: &str, origin: &Origin, mistakes: &mut Vec<Mistake>) {
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(error) => {
                let at = error.to_string().lines().collect::<Vec<_>>().join(" ");
                mistakes.push(Mistake::new(
                    &origin.to_string(),
                    "…",
                    format!("not valid TOML: {at}"),
                ));
                return;
            }
        };
        for (section, value) in table {
            let toml::Value::Table(keys) = value else {
                mistakes.push(Mistake::new(
                    &section,
                    "…",
                    "keys stand in a [section]; move it into one".to_owned(),
                ));
                continue;
            };
            self.add_table(&section, keys, origin, mistakes);
        }
    }

    /// `[push.templates]` makes keys of three parts.
    fn add_table(
        &mut self,
        prefix: &str,
        table: toml::Table,
        origin: &Origin,
        mistakes: &mut Vec<Mistake>,
    ) {
        for (key, value) in table {
            let key = format!("{prefix}.{key}");
            match value {
                toml::Value::Table(inner) if key.matches('.').count() < 2 => {
                    self.add_table(&key, inner, origin, mistakes);
                }
                value => self.put(key, value, origin.clone(), mistakes),
            }
        }
    }

    fn add_variable(&mut self, name: &str, value: String, mistakes: &mut Vec<Mistake>) {
        let Some(path) = name.strip_prefix("JIANXIN__") else {
            return;
        };
        let key = path.to_ascii_lowercase().replace("__", ".");
        self.put(
            key,
            toml::Value::String(value),
            Origin::Environment(name.to_owned()),
            mistakes,
        );
    }

    fn put(
        &mut self,
        key: String,
        value: toml::Value,
        origin: Origin,
        mistakes: &mut Vec<Mistake>,
    ) {
        let known = origin == Origin::Default
            || self.values.contains_key(&key)
            || DERIVED.contains(&key.as_str());
        if known {
            self.values.insert(key, (value, origin));
        } else {
            let hint = self.nearest(&key).map_or_else(
                || "no such key: see config/default.toml".to_owned(),
                |near| format!("no such key: did you mean {near}?"),
            );
            mistakes.push(Mistake::new(&key, origin.to_string(), hint));
        }
    }

    fn nearest(&self, key: &str) -> Option<String> {
        let tail = key.rsplit('.').next().unwrap_or(key);
        self.values
            .keys()
            .map(String::as_str)
            .chain(DERIVED.iter().copied())
            .find(|known| {
                known.ends_with(tail)
                    || known
                        .rsplit('.')
                        .next()
                        .is_some_and(|name| tail.contains(name))
            })
            .map(str::to_owned)
    }
}
