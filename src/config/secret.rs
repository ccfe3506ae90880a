//! A text that must never be printed.

use std::fmt;

/// A secret from the configuration; `Debug` and `Display` show a mark in its place.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether nothing was configured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() {
            "\"\""
        } else {
            "\"[redacted]\""
        })
    }
}

/// An address with the password and any query taken out, for printing.
pub fn redact_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Nothing that could hold a password is shown of what is not understood.
        let harmless = ["sqlite:", "file:", "s3:"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        return if harmless || url.is_empty() {
            url.to_owned()
        } else {
            "[redacted]".to_owned()
        };
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, _)) => (rest, "?[redacted]"),
        None => (rest, ""),
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user
                .split_once(':')
                .map_or_else(|| user.to_owned(), |(name, _)| format!("{name}:[redacted]"));
            format!("{scheme}://{user}@{host}{query}")
        }
        None => format!("{scheme}://{rest}{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_in_debug() {
        assert_eq!(format!("{:?}", Secret::new("hush")), "\"[redacted]\"");
    }

    #[test]
    fn passwords_leave_addresses() {
        assert_eq!(
            redact_url("postgres://u:p@h/db?password=x"),
            "postgres://u:[redacted]@h/db?[redacted]"
        );
        assert_eq!(redact_url("sqlite:var/jianxin.db"), "sqlite:var/jianxin.db");
        assert_eq!(redact_url("host=h password=hunter2"), "[redacted]");
        assert_eq!(redact_url("mysql:hunter2@x"), "[redacted]");
        assert_eq!(redact_url("redis://h:6379/1"), "redis://h:6379/1");
    }
}
