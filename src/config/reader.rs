//! Reads typed values out of the layers and notes every mistake instead of stopping at the first.

use super::Mistake;
use super::layers::{Layers, Origin};
use super::secret::Secret;

/// A typed look at the layers.
pub(super) struct Reader<'a> {
    pub(super) layers: &'a Layers,
    pub(super) mistakes: &'a mut Vec<Mistake>,
}

impl Reader<'_> {
    /// A text; the default is always there, derived keys give an empty text.
    pub(super) fn text(&mut self, key: &str) -> String {
        match self.layers.values.get(key) {
            None => String::new(),
            Some((toml::Value::String(text), _)) => text.trim().to_owned(),
            Some((other, _)) => {
                let shown = other.to_string();
                self.wrong(key, shown, "write it as a text in quotes");
                String::new()
            }
        }
    }

    /// A text that must not be shown.
    pub(super) fn secret(&mut self, key: &str) -> Secret {
        match self.layers.values.get(key) {
            Some((toml::Value::String(text), _)) => Secret::new(text.trim()),
            None => Secret::default(),
            Some(_) => {
                self.wrong(key, "[redacted]", "write it as a text in quotes");
                Secret::default()
            }
        }
    }

    /// A whole number from 0; `None` when a derived key is not set.
    pub(super) fn number(&mut self, key: &str) -> Option<u64> {
        let (value, origin) = self.layers.values.get(key)?;
        let parsed = match (value, origin) {
            (toml::Value::Integer(number), _) => u64::try_from(*number).ok(),
            (toml::Value::String(text), Origin::Environment(_)) => text.trim().parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            let shown = plain(value);
            self.wrong(key, shown, "write a whole number from 0");
        }
        parsed
    }

    /// `true` or `false`; `None` when a derived key is not set.
    pub(super) fn switch(&mut self, key: &str) -> Option<bool> {
        let (value, origin) = self.layers.values.get(key)?;
        let parsed = match (value, origin) {
            (toml::Value::Boolean(on), _) => Some(*on),
            (toml::Value::String(text), Origin::Environment(_)) => match text.trim() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if parsed.is_none() {
            let shown = plain(value);
            self.wrong(key, shown, "write true or false");
        }
        parsed
    }

    /// A list of texts; in the environment separated by commas.
    pub(super) fn list(&mut self, key: &str) -> Vec<String> {
        match self.layers.values.get(key) {
            Some((toml::Value::Array(items), _)) if items.iter().all(toml::Value::is_str) => items
                .iter()
                .filter_map(toml::Value::as_str)
                .map(str::to_owned)
                .collect(),
            Some((toml::Value::String(text), Origin::Environment(_))) => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
            None => Vec::new(),
            Some((other, _)) => {
                let shown = plain(other);
                self.wrong(key, shown, "write a list of texts: [\"…\"]");
                Vec::new()
            }
        }
    }

    /// A list of texts that must not be shown; in the environment separated by commas.
    pub(super) fn secrets(&mut self, key: &str) -> Vec<Secret> {
        let before = self.mistakes.len();
        let list = self.list(key);
        for mistake in self.mistakes.iter_mut().skip(before) {
            mistake.value = "[redacted]".to_owned();
        }
        list.into_iter().map(Secret::new).collect()
    }

    /// Notes a mistake.
    pub(super) fn wrong(&mut self, key: &str, value: impl Into<String>, remedy: impl Into<String>) {
        self.mistakes.push(Mistake::new(key, value, remedy));
    }
}

fn plain(value: &toml::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// One of a closed list of words; empty gives the default.
pub(super) fn choice<T: Copy>(
    r: &mut Reader<'_>,
    key: &str,
    choices: &[(&str, T)],
    default: T,
) -> T {
    let word = r.text(key);
    if word.is_empty() {
        return default;
    }
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
        return *value;
    }
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    r.wrong(key, word, format!("write one of {}", names.join(", ")));
    default
}
