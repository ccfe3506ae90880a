//! What the settings must fulfil before anything starts.

use std::net::{IpAddr, SocketAddr};

use super::layers::Layers;
use super::settings::Settings;
use super::wechat::Mode;
use super::{Mistake, Need};

/// Checks single values and combinations.
pub(super) fn check(settings: &Settings, need: Need, layers: &Layers, mistakes: &mut Vec<Mistake>) {
    let mut wrong =
        |key: &str, value: &str, remedy: &str| mistakes.push(Mistake::new(key, value, remedy));
    check_stores(settings, &mut wrong);
    if need == Need::Stores {
        return;
    }
    check_server(settings, &mut wrong);
    check_texts(settings, &mut wrong);
    check_account(settings, &mut wrong);
    check_keys(settings, &mut wrong);
    check_push(settings, &mut wrong);
    check_security(settings, &mut wrong);
    check_simulator(settings, layers, &mut wrong);
    settings.push.check(mistakes);
}

pub(super) type Wrong<'a> = dyn FnMut(&str, &str, &str) + 'a;

fn check_stores(s: &Settings, wrong: &mut Wrong<'_>) {
    let url = &s.database.url;
    let shown = super::redact_url(url);
    match url.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => {}
        Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
            check_tls(url, &shown, wrong)
        }
        _ => wrong(
            "database.url",
            &shown,
            "write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
        ),
    }
    if s.database.pool_size == 0 {
        wrong("database.pool_size", "0", "write at least 1");
    }
    let redis = &s.redis.url;
    if !redis.is_empty()
        && !["redis://", "redis+unix://", "unix://"]
            .iter()
            .any(|scheme| redis.starts_with(scheme))
    {
        wrong(
            "redis.url",
            &super::redact_url(redis),
            "write redis://HOST:PORT/DB, or leave it empty",
        );
    }
    if s.redis.prefix.is_empty() {
        wrong(
            "redis.prefix",
            "",
            "write a short word, for example jianxin",
        );
    }
    s.console.check(wrong);
    s.publishing.check(wrong);
    s.files.check(wrong);
    s.applications.check(wrong);
    if s.search.dir.as_os_str().is_empty() {
        wrong("search.dir", "", "write a directory, for example var/index");
    }
}

/// libpq is compiled in without TLS unless the feature `postgres-tls` is on.
fn check_tls(url: &str, shown: &str, wrong: &mut Wrong<'_>) {
    let demanded = [
        "sslmode=require",
        "sslmode=verify-ca",
        "sslmode=verify-full",
    ]
    .iter()
    .any(|m| url.contains(m));
    if demanded && !cfg!(feature = "postgres-tls") {
        wrong(
            "database.url",
            shown,
            "this build has no TLS to PostgreSQL: build with --features postgres-tls, or use sslmode=prefer",
        );
    }
}

fn check_server(s: &Settings, wrong: &mut Wrong<'_>) {
    if s.server.listen.parse::<SocketAddr>().is_err() {
        wrong(
            "server.listen",
            &s.server.listen,
            "write IP:PORT, for example 127.0.0.1:8080 or [::]:8080",
        );
    }
    for (key, url, may_be_empty) in [
        ("server.public_url", &s.server.public_url, true),
        ("server.site_url", &s.server.site_url, false),
        ("simulator.callback_url", &s.simulator.callback_url, true),
        (
            "wechat.api_base_url",
            &s.wechat.api_base_url,
            s.simulator.enabled,
        ),
        (
            "wechat.oauth_base_url",
            &s.wechat.oauth_base_url,
            s.simulator.enabled,
        ),
    ] {
        let fits = url.starts_with("https://") || url.starts_with("http://");
        if !(fits || may_be_empty && url.is_empty()) {
            wrong(
                key,
                url,
                "write an absolute address that begins with https:// or http://",
            );
        }
    }
    for url in &s.wechat.api_fallback_urls {
        let parsed = reqwest::Url::parse(url);
        let fits = parsed.is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()
        });
        if !fits {
            wrong(
                "wechat.api_fallback_urls",
                url,
                "write absolute addresses, for example [\"https://api2.weixin.qq.com\"]",
            );
        }
    }
    let path = reqwest::Url::parse(&s.server.public_url).map(|url| url.path().to_owned());
    if path.is_ok_and(|path| path != "/") {
        wrong(
            "server.public_url",
            &s.server.public_url,
            "write scheme and host only: the pages have their own paths",
        );
    }
    if s.server.max_connections == 0 {
        wrong("server.max_connections", "0", "write at least 1");
    }
    let budget = s.callback.handler_budget_ms;
    if !(1..=4500).contains(&budget) {
        wrong(
            "callback.handler_budget_ms",
            &budget.to_string(),
            "write 1 to 4500: the platform gives up after 5,000 and the answer must travel",
        );
    }
}

fn check_security(s: &Settings, wrong: &mut Wrong<'_>) {
    use base64::Engine;
    for key in &s.security.data_keys {
        let bytes = base64::engine::general_purpose::STANDARD.decode(key.expose());
        if bytes.map(|bytes| bytes.len()) != Ok(32) {
            wrong(
                "security.data_keys",
                "[redacted]",
                "write 32 bytes in base64 each, as `openssl rand -base64 32` prints them",
            );
        }
    }
    let is_sqlite = s.database.url.starts_with("sqlite:");
    if s.security.data_keys.is_empty() && !is_sqlite && !s.simulator.enabled {
        wrong(
            "security.data_keys",
            "[]",
            "missing: processes on PostgreSQL share one; make it with `openssl rand -base64 32` and keep it with your backups",
        );
    }
}

fn check_push(s: &Settings, wrong: &mut Wrong<'_>) {
    let push = &s.push;
    for (key, value, most) in [
        ("push.merge_secs", push.merge_secs, 3600),
        ("push.remind_after_hours", push.remind_after_hours, 200),
    ] {
        if value > most {
            wrong(key, &value.to_string(), &format!("write 0 to {most}"));
        }
    }
    if !(1..=168).contains(&push.ttl_hours) {
        wrong(
            "push.ttl_hours",
            &push.ttl_hours.to_string(),
            "write 1 to 168",
        );
    }
    if !(8..=3650).contains(&push.keep_days) {
        wrong(
            "push.keep_days",
            &push.keep_days.to_string(),
            "write 8 to 3650",
        );
    }
    let file = &push.holidays_file;
    if !file.is_empty()
        && let Err(error) = std::fs::read_to_string(file)
    {
        wrong(
            "push.holidays_file",
            file,
            &format!("cannot be read ({error}): name a CSV file like config/holidays.csv"),
        );
    }
}

fn check_texts(s: &Settings, wrong: &mut Wrong<'_>) {
    if let Err(error) = tracing_subscriber::EnvFilter::try_new(&s.log.filter) {
        wrong(
            "log.filter",
            &s.log.filter,
            &format!("{error}: write a level, for example info"),
        );
    }
    let file = &s.replies.file;
    if !file.is_empty()
        && let Err(error) = std::fs::read_to_string(file)
    {
        wrong(
            "replies.file",
            file,
            &format!("cannot be read ({error}): name a TOML file like config/replies.toml"),
        );
    }
}

fn check_account(s: &Settings, wrong: &mut Wrong<'_>) {
    if s.simulator.enabled {
        return;
    }
    for (key, missing) in [
        ("wechat.app_id", s.wechat.app_id.is_empty()),
        ("wechat.app_secret", s.wechat.app_secret.is_empty()),
        ("wechat.token", s.wechat.token.is_empty()),
        (
            "wechat.encoding_aes_key",
            s.wechat.encoding_aes_key.is_empty() && s.wechat.mode != Mode::Plain,
        ),
    ] {
        if missing {
            wrong(
                key,
                "",
                "missing: copy it from the server configuration of the Official Account",
            );
        }
    }
}

fn check_keys(s: &Settings, wrong: &mut Wrong<'_>) {
    for (key, token) in [
        ("wechat.token", &s.wechat.token),
        ("wechat.previous_token", &s.wechat.previous_token),
    ] {
        let token = token.expose();
        let fits =
            (3..=32).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric());
        if !token.is_empty() && !fits {
            wrong(key, "[redacted]", "write 3 to 32 letters and digits");
        }
    }
    for (name, key) in [
        ("wechat.encoding_aes_key", &s.wechat.encoding_aes_key),
        (
            "wechat.previous_encoding_aes_key",
            &s.wechat.previous_encoding_aes_key,
        ),
    ] {
        let key = key.expose();
        if !key.is_empty() && (key.len() != 43 || !key.bytes().all(|b| b.is_ascii_alphanumeric())) {
            let shown = format!("[redacted, {} characters]", key.chars().count());
            wrong(
                name,
                &shown,
                "write exactly 43 letters and digits, as the platform shows them",
            );
        }
    }
    for id in &s.wechat.domain_verification {
        if id.is_empty() || id.len() > 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
            wrong(
                "wechat.domain_verification",
                id,
                "write only the letters and digits between MP_verify_ and .txt",
            );
        }
    }
}

fn check_simulator(s: &Settings, layers: &Layers, wrong: &mut Wrong<'_>) {
    if !s.simulator.enabled {
        return;
    }
    let loopback = s
        .server
        .listen
        .parse::<SocketAddr>()
        .is_ok_and(|address| match address.ip() {
            IpAddr::V4(ip) => ip.is_loopback(),
            IpAddr::V6(ip) => ip.is_loopback(),
        });
    if !loopback && !s.simulator.allow_remote {
        wrong(
            "server.listen",
            &s.server.listen,
            "the simulator is on: listen on 127.0.0.1, or set simulator.allow_remote = true, or simulator.enabled = false",
        );
    }
    let fallbacks = s.wechat.api_fallback_urls.iter();
    for (key, url) in [
        ("wechat.api_base_url", &s.wechat.api_base_url),
        ("wechat.oauth_base_url", &s.wechat.oauth_base_url),
    ]
    .into_iter()
    .chain(fallbacks.map(|url| ("wechat.api_fallback_urls", url)))
    {
        let host = host_of(url);
        let real = host == "weixin.qq.com" || host.ends_with(".weixin.qq.com");
        if layers.is_set(key) && real {
            wrong(
                key,
                url,
                "the simulator must not stand beside the real platform: set simulator.enabled = false",
            );
        }
    }
}

/// The host as the client will understand it: lower case, without user, port and the dot of a full name.
fn host_of(url: &str) -> String {
    let parsed = reqwest::Url::parse(url).ok();
    let host = parsed
        .as_ref()
        .and_then(reqwest::Url::host_str)
        .unwrap_or_default();
    host.trim_end_matches('.').to_ascii_lowercase()
}
