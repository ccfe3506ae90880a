//! The settings as the program uses them, one struct a section.

use std::path::PathBuf;

use super::applications::Applications;
use super::console::Console;
use super::files::Files;
use super::publishing::Publishing;
use super::push::{self, PasswordMode, Push};
use super::reader::Reader;
use super::secret::{Secret, redact_url};

/// Everything that can be configured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `[server]`
    pub server: Server,
    /// `[wechat]`
    pub wechat: Wechat,
    /// `[callback]`
    pub callback: Callback,
    /// `[database]`
    pub database: Database,
    /// `[redis]`
    pub redis: Redis,
    /// `[console]`
    pub console: Console,
    /// `[publishing]`
    pub publishing: Publishing,
    /// `[files]`
    pub files: Files,
    /// `[search]`
    pub search: Search,
    /// `[demo]`
    pub demo: Demo,
    /// `[simulator]`
    pub simulator: Simulator,
    /// `[replies]`
    pub replies: Replies,
    /// `[push]`
    pub push: Push,
    /// `[applications]`
    pub applications: Applications,
    /// `[imports]`
    pub imports: Imports,
    /// `[security]`
    pub security: Security,
    /// `[log]`
    pub log: Log,
}

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

/// How the platform delivers messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// 明文: clear messages only.
    Plain,
    /// 兼容: clear and encrypted; only the encrypted half counts.
    Compatible,
    /// 安全: encrypted only.
    Safe,
}

impl Mode {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compatible => "compatible",
            Self::Safe => "safe",
        }
    }
}

/// How menu clicks answer with the latest items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuReply {
    /// Up to five articles.
    News,
    /// One text with up to five links.
    Text,
    /// One article that opens the list.
    Card,
}

/// `[wechat]`
#[derive(Clone, Debug)]
pub struct Wechat {
    /// AppID.
    pub app_id: String,
    /// AppSecret.
    pub app_secret: Secret,
    /// Token of the server configuration.
    pub token: Secret,
    /// EncodingAESKey; empty only in plain mode.
    pub encoding_aes_key: Secret,
    /// `gh_…`; empty: not checked.
    pub original_id: String,
    /// Accepted during a rotation; may be empty.
    pub previous_encoding_aes_key: Secret,
    /// Accepted during a rotation; may be empty.
    pub previous_token: Secret,
    /// Delivery mode.
    pub mode: Mode,
    /// Empty: the simulator of this process.
    pub api_base_url: String,
    /// Tried in this order where `api_base_url` cannot be reached.
    pub api_fallback_urls: Vec<String>,
    /// Empty: the simulator of this process.
    pub oauth_base_url: String,
    /// Window for `timestamp`, both ways; 0: no check.
    pub max_clock_skew_secs: u64,
    /// Form of the menu answers.
    pub menu_reply: MenuReply,
    /// Ids of `/MP_verify_ID.txt`.
    pub domain_verification: Vec<String>,
}

/// `[callback]`
#[derive(Clone, Debug)]
pub struct Callback {
    /// Milliseconds until the polite text answers.
    pub handler_budget_ms: u64,
}

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

/// `[redis]`
#[derive(Clone, Debug)]
pub struct Redis {
    /// Empty: in-process.
    pub url: String,
    /// Prefix of every key.
    pub prefix: String,
}

/// `[search]`
#[derive(Clone, Debug)]
pub struct Search {
    /// Directory of the index.
    pub dir: PathBuf,
}

/// `[demo]`
#[derive(Clone, Debug)]
pub struct Demo {
    /// Synthetic publications at first start.
    pub publications: u64,
    /// Identity cards and telephone numbers that nobody can have are taken.
    pub test_identities: bool,
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

/// `[replies]`
#[derive(Clone, Debug)]
pub struct Replies {
    /// Empty: the built-in wordings.
    pub file: String,
}

/// `[imports]`
#[derive(Clone, Debug)]
pub struct Imports {
    /// How long the notices of an import are held.
    pub notice_delay_minutes: u64,
}

impl Imports {
    /// The same in milliseconds.
    pub fn notice_delay_ms(&self) -> i64 {
        i64::try_from(self.notice_delay_minutes.saturating_mul(60_000)).unwrap_or(i64::MAX / 2)
    }
}

/// `[security]`
#[derive(Clone, Debug)]
pub struct Security {
    /// Keys of 32 bytes in base64; the first seals, all open.
    pub data_keys: Vec<Secret>,
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

impl Settings {
    /// What deserves a second look although it may be meant so.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.simulator.enabled {
            return warnings;
        }
        if self.wechat.mode != Mode::Safe {
            warnings.push(format!(
                "wechat.mode = \"{}\": messages are not protected by encryption alone; prefer \"safe\"",
                self.wechat.mode.as_str()
            ));
        }
        if !self.wechat.token.is_empty() && self.wechat.token.expose().len() < 16 {
            warnings.push(
                "wechat.token has fewer than 16 characters: make it longer, up to 32".to_owned(),
            );
        }
        if self.server.public_url.is_empty() {
            warnings.push(
                "server.public_url is empty: links in replies lead to the bound address; set the address followers reach"
                    .to_owned(),
            );
        }
        if self.wechat.max_clock_skew_secs == 0 {
            warnings
                .push("wechat.max_clock_skew_secs = 0: old requests can be replayed".to_owned());
        }
        let missing = self.push.notices.without_id();
        if !missing.is_empty() {
            warnings.push(format!(
                "push.templates: no template id for {}; such notices are parked until one is set and they are redriven",
                missing.join(", ")
            ));
        }
        if self.push.password_mode == PasswordMode::Literal {
            warnings.push(
                "push.password_mode = \"literal\": new passwords can be read by whoever sees the phone; prefer \"secure\""
                    .to_owned(),
            );
        }
        warnings
    }

    /// The effective configuration as TOML-like lines, secrets redacted.
    pub fn describe(&self) -> String {
        let s = self;
        let w = &s.wechat;
        let lines = [
            "[server]".to_owned(),
            format!("listen = {:?}", s.server.listen),
            format!("public_url = {:?}", s.server.public_url),
            format!("site_url = {:?}", s.server.site_url),
            format!("operator_name = {:?}", s.server.operator_name),
            format!("max_connections = {}", s.server.max_connections),
            format!("drain_secs = {}", s.server.drain_secs),
            "[wechat]".to_owned(),
            format!("app_id = {:?}", w.app_id),
            format!("app_secret = {:?}", w.app_secret),
            format!("token = {:?}", w.token),
            format!("encoding_aes_key = {:?}", w.encoding_aes_key),
            format!("original_id = {:?}", w.original_id),
            format!(
                "previous_encoding_aes_key = {:?}",
                w.previous_encoding_aes_key
            ),
            format!("previous_token = {:?}", w.previous_token),
            format!("mode = {:?}", w.mode.as_str()),
            format!("api_base_url = {:?}", w.api_base_url),
            format!("api_fallback_urls = {:?}", w.api_fallback_urls),
            format!("oauth_base_url = {:?}", w.oauth_base_url),
            format!("max_clock_skew_secs = {}", w.max_clock_skew_secs),
            format!(
                "menu_reply = {:?}",
                format!("{:?}", w.menu_reply).to_lowercase()
            ),
            format!("domain_verification = {:?}", w.domain_verification),
            "[callback]".to_owned(),
            format!("handler_budget_ms = {}", s.callback.handler_budget_ms),
            "[database]".to_owned(),
            format!("url = {:?}", redact_url(&s.database.url)),
            format!("migrate_on_start = {}", s.database.migrate_on_start),
            format!("pool_size = {}", s.database.pool_size),
            "[redis]".to_owned(),
            format!("url = {:?}", redact_url(&s.redis.url)),
            format!("prefix = {:?}", s.redis.prefix),
            s.console.describe(),
            s.publishing.describe(),
            s.files.describe(),
            "[search]".to_owned(),
            format!("dir = {:?}", s.search.dir.display().to_string()),
            "[demo]".to_owned(),
            format!("publications = {}", s.demo.publications),
            format!("test_identities = {}", s.demo.test_identities),
            "[simulator]".to_owned(),
            format!("enabled = {}", s.simulator.enabled),
            format!("allow_remote = {}", s.simulator.allow_remote),
            format!("callback_url = {:?}", s.simulator.callback_url),
            "[replies]".to_owned(),
            format!("file = {:?}", s.replies.file),
            s.push.describe().join("\n"),
            "[imports]".to_owned(),
            format!("notice_delay_minutes = {}", s.imports.notice_delay_minutes),
            s.applications.describe(),
            "[security]".to_owned(),
            format!("data_keys = {:?}", s.security.data_keys),
            "[log]".to_owned(),
            format!(
                "format = {:?}",
                format!("{:?}", s.log.format).to_lowercase()
            ),
            format!("filter = {:?}", s.log.filter),
        ];
        lines.join("\n")
    }
}

/// Reads all sections. Mistakes go to the reader; the settings are complete all the same.
pub(super) fn read(r: &mut Reader<'_>) -> Settings {
    let quiet = !r.layers.file_read
        && !r.layers.is_section_set("wechat")
        && !r.layers.is_set("database.url");
    let simulator = Simulator {
        enabled: r.switch("simulator.enabled").unwrap_or(quiet),
        allow_remote: r.switch("simulator.allow_remote").unwrap_or(false),
        callback_url: r.text("simulator.callback_url"),
    };
    let on = simulator.enabled;
    Settings {
        server: read_server(r),
        wechat: read_wechat(r, on),
        callback: Callback {
            handler_budget_ms: r.number("callback.handler_budget_ms").unwrap_or(3500),
        },
        database: Database {
            url: r.text("database.url"),
            migrate_on_start: r.switch("database.migrate_on_start").unwrap_or(true),
            pool_size: r
                .number("database.pool_size")
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(8),
        },
        redis: Redis {
            url: r.text("redis.url"),
            prefix: r.text("redis.prefix"),
        },
        console: Console::read(r, on),
        publishing: Publishing::read(r),
        files: Files::read(r),
        search: Search {
            dir: PathBuf::from(r.text("search.dir")),
        },
        demo: Demo {
            publications: r
                .number("demo.publications")
                .unwrap_or(if on { 3000 } else { 0 }),
            test_identities: r.switch("demo.test_identities").unwrap_or(on),
        },
        simulator,
        replies: Replies {
            file: r.text("replies.file"),
        },
        push: push::read(r, on),
        imports: Imports {
            notice_delay_minutes: r.number("imports.notice_delay_minutes").unwrap_or(10),
        },
        applications: Applications::read(r),
        security: Security {
            data_keys: r.secrets("security.data_keys"),
        },
        log: Log {
            format: choice(
                r,
                "log.format",
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
                LogFormat::Text,
            ),
            filter: r.text("log.filter"),
        },
    }
}

fn read_server(r: &mut Reader<'_>) -> Server {
    Server {
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

fn read_wechat(r: &mut Reader<'_>, simulator: bool) -> Wechat {
    let modes = [
        ("plain", Mode::Plain),
        ("compatible", Mode::Compatible),
        ("safe", Mode::Safe),
    ];
    let replies = [
        ("news", MenuReply::News),
        ("text", MenuReply::Text),
        ("card", MenuReply::Card),
    ];
    let base = |configured: String, official: &str| match (configured.is_empty(), simulator) {
        (false, _) => configured.trim_end_matches('/').to_owned(),
        (true, true) => String::new(),
        (true, false) => official.to_owned(),
    };
    Wechat {
        app_id: r.text("wechat.app_id"),
        app_secret: r.secret("wechat.app_secret"),
        token: r.secret("wechat.token"),
        encoding_aes_key: r.secret("wechat.encoding_aes_key"),
        original_id: r.text("wechat.original_id"),
        previous_encoding_aes_key: r.secret("wechat.previous_encoding_aes_key"),
        previous_token: r.secret("wechat.previous_token"),
        mode: choice(
            r,
            "wechat.mode",
            &modes,
            if simulator { Mode::Plain } else { Mode::Safe },
        ),
        api_base_url: base(r.text("wechat.api_base_url"), "https://api.weixin.qq.com"),
        api_fallback_urls: r.list("wechat.api_fallback_urls"),
        oauth_base_url: base(
            r.text("wechat.oauth_base_url"),
            "https://open.weixin.qq.com",
        ),
        max_clock_skew_secs: r.number("wechat.max_clock_skew_secs").unwrap_or(600),
        menu_reply: choice(r, "wechat.menu_reply", &replies, MenuReply::News),
        domain_verification: r.list("wechat.domain_verification"),
    }
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
