//! `[demo]`, `[simulator]`: for trying out.

use super::reader::Reader;

/// `[demo]`
#[derive(Clone, Debug)]
pub struct Demo {
    /// Synthetic publications at first start.
    pub publications: u64,
    /// Identity cards and telephone numbers that nobody can have are taken.
    pub test_identities: bool,
}

impl Demo {
    pub(super) fn read(r: &mut Reader<'_>, simulator: bool) -> Self {
        Self {
            publications: r
                .number("demo.publications")
                .unwrap_or(if simulator { 3000 } else { 0 }),
            test_identities: r.switch("demo.test_identities").unwrap_or(simulator),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[demo]".to_owned(),
            format!("publications = {}", self.publications),
            format!("test_identities = {}", self.test_identities),
        ]
        .join("\n")
    }
}

/// `[simulator]`
#[derive(Clone, Debug)]
pub struct Simulator {
    /// Whether `/simulator` is served.
    pub enabled: bool,
    /// Permit a listen address that is not loopback.
    pub allow_remote: bool,
    /// Where it delivers messages; empty: this process.
    pub callback_url: String,
}

impl Simulator {
    /// It is on by itself where nothing at all was configured.
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        let quiet = !r.layers.file_read
            && !r.layers.is_section_set("wechat")
            && !r.layers.is_set("database.url");
        Self {
            enabled: r.switch("simulator.enabled").unwrap_or(quiet),
            allow_remote: r.switch("simulator.allow_remote").unwrap_or(false),
            callback_url: r.text("simulator.callback_url"),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[simulator]".to_owned(),
            format!("enabled = {}", self.enabled),
            format!("allow_remote = {}", self.allow_remote),
            format!("callback_url = {:?}", self.callback_url),
        ]
        .join("\n")
    }
}
