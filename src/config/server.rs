//! `[server]`, `[callback]`, `[log]`: the process itself.

use super::reader::{Reader, choice};

/// `[server]`
#[derive(Clone, Debug)]
pub struct Server {
    /// Address to listen on.
    pub listen: String,
    /// Absolute address for links; empty: the bound address.
    pub public_url: String,
    /// Where 更多信息 leads.
    pub site_url: String,
    /// Named in the footer of pages.
    pub operator_name: String,
    /// Connections at a time.
    pub max_connections: usize,
    /// Seconds to finish after SIGTERM.
    pub drain_secs: u64,
}

impl Server {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            listen: r.text("server.listen"),
            public_url: r.text("server.public_url").trim_end_matches('/').to_owned(),
            site_url: r.text("server.site_url"),
            operator_name: r.text("server.operator_name"),
            max_connections: r
                .number("server.max_connections")
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(4096),
            drain_secs: r.number("server.drain_secs").unwrap_or(20),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[server]".to_owned(),
            format!("listen = {:?}", self.listen),
            format!("public_url = {:?}", self.public_url),
            format!("site_url = {:?}", self.site_url),
            format!("operator_name = {:?}", self.operator_name),
            format!("max_connections = {}", self.max_connections),
            format!("drain_secs = {}", self.drain_secs),
        ]
        .join("\n")
    }
}

/// `[callback]`
#[derive(Clone, Debug)]
pub struct Callback {
    /// Milliseconds until the polite text answers.
    pub handler_budget_ms: u64,
}

impl Callback {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            handler_budget_ms: r.number("callback.handler_budget_ms").unwrap_or(3500),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        format!("[callback]\nhandler_budget_ms = {}", self.handler_budget_ms)
    }
}

/// Form of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// `[log]`
#[derive(Clone, Debug)]
pub struct Log {
    /// Form.
    pub format: LogFormat,
    /// Filter directive.
    pub filter: String,
}

impl Log {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            format: choice(
                r,
                "log.format",
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
                LogFormat::Text,
            ),
            filter: r.text("log.filter"),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[log]".to_owned(),
            format!("format = {:?}", format!("{:?}", self.format).to_lowercase()),
            format!("filter = {:?}", self.filter),
        ]
        .join("\n")
    }
}
