//! The settings as the program uses them: the sections together.

use super::applications::Applications;
use super::console::Console;
use super::files::Files;
use super::office::{Imports, Replies};
use super::publishing::Publishing;
use super::push::{self, PasswordMode, Push};
use super::reader::Reader;
use super::server::{Callback, Log, Server};
use super::storage::{Database, Redis, Search, Security};
use super::trial::{Demo, Simulator};
use super::wechat::{Mode, Wechat};

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
        [
            self.server.describe(),
            self.wechat.describe(),
            self.callback.describe(),
            self.database.describe(),
            self.redis.describe(),
            self.console.describe(),
            self.publishing.describe(),
            self.files.describe(),
            self.search.describe(),
            self.demo.describe(),
            self.simulator.describe(),
            self.replies.describe(),
            self.push.describe().join("\n"),
            self.imports.describe(),
            self.applications.describe(),
            self.security.describe(),
            self.log.describe(),
        ]
        .join("\n")
    }
}

/// Reads all sections. Mistakes go to the reader; the settings are complete all the same.
pub(super) fn read(r: &mut Reader<'_>) -> Settings {
    let simulator = Simulator::read(r);
    let on = simulator.enabled;
    Settings {
        server: Server::read(r),
        wechat: Wechat::read(r, on),
        callback: Callback::read(r),
        database: Database::read(r),
        redis: Redis::read(r),
        console: Console::read(r, on),
        publishing: Publishing::read(r),
        files: Files::read(r),
        search: Search::read(r),
        demo: Demo::read(r, on),
        simulator,
        replies: Replies::read(r),
        push: push::read(r, on),
        imports: Imports::read(r),
        applications: Applications::read(r),
        security: Security::read(r),
        log: Log::read(r),
    }
}
