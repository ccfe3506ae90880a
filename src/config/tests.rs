use super::*;

fn load_with(pairs: &[(&str, &str)], need: Need) -> Result<Settings, Vec<Mistake>> {
    let environment = pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect::<Vec<_>>();
    load(None, environment.into_iter(), need)
}

fn keys(result: Result<Settings, Vec<Mistake>>) -> Vec<String> {
    result.map_or_else(
        |mistakes| mistakes.into_iter().map(|m| m.key).collect(),
        |_| Vec::new(),
    )
}

const REAL: [(&str, &str); 4] = [
    ("JIANXIN__WECHAT__APP_ID", "wx1"),
    ("JIANXIN__WECHAT__APP_SECRET", "secret"),
    ("JIANXIN__WECHAT__TOKEN", "abcdefghijklmnop"),
    (
        "JIANXIN__WECHAT__ENCODING_AES_KEY",
        "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    ),
];

#[test]
fn nothing_configured_turns_the_simulator_on_in_plain_mode_with_demonstration_data() {
    let settings = load_with(&[], Need::Account).unwrap();
    assert!(settings.simulator.enabled);
    assert_eq!(settings.wechat.mode, Mode::Plain);
    assert_eq!(settings.demo.publications, 3000);
}

#[test]
fn a_real_account_turns_the_simulator_off_and_defaults_to_safe_mode() {
    let settings = load_with(&REAL, Need::Account).unwrap();
    assert!(!settings.simulator.enabled);
    assert_eq!(settings.wechat.mode, Mode::Safe);
    assert_eq!(settings.demo.publications, 0);
    assert_eq!(settings.wechat.api_base_url, "https://api.weixin.qq.com");
}

#[test]
fn a_database_url_alone_turns_the_simulator_off_but_imports_need_no_account() {
    let database = [("JIANXIN__DATABASE__URL", "sqlite:x.db")];
    assert!(load_with(&database, Need::Stores).is_ok());
    assert_eq!(
        keys(load_with(&database, Need::Account)),
        [
            "wechat.app_id",
            "wechat.app_secret",
            "wechat.token",
            "wechat.encoding_aes_key"
        ]
    );
}

#[test]
fn every_mistake_is_reported_in_one_go() {
    let found = keys(load_with(
        &[
            ("JIANXIN__DATABASE__URL", "mysql://x"),
            ("JIANXIN__WECHAT__TOKEN", "a b"),
            ("JIANXIN__WECHAT__ENCODING_AES_KEY", "short"),
            ("JIANXIN__SERVER__LISTEN", "nowhere"),
            ("JIANXIN__CALLBACK__HANDLER_BUDGET_MS", "soon"),
            ("JIANXIN__WECHAT__NO_SUCH", "1"),
        ],
        Need::Account,
    ));
    for key in [
        "database.url",
        "wechat.token",
        "wechat.encoding_aes_key",
        "server.listen",
        "callback.handler_budget_ms",
        "wechat.no_such",
        "wechat.app_id",
    ] {
        assert!(found.iter().any(|f| f == key), "{key} not in {found:?}");
    }
}

#[test]
fn the_simulator_refuses_the_real_platform_and_open_addresses() {
    let found = keys(load_with(
        &[
            ("JIANXIN__SIMULATOR__ENABLED", "true"),
            ("JIANXIN__SERVER__LISTEN", "0.0.0.0:8080"),
            (
                "JIANXIN__WECHAT__API_BASE_URL",
                "https://API.weixin.qq.com/x",
            ),
        ],
        Need::Account,
    ));
    assert_eq!(found, ["server.listen", "wechat.api_base_url"]);
}

#[test]
fn no_way_of_writing_the_real_host_gets_past_the_simulator() {
    for url in [
        "https://API.weixin.qq.com.:443/",
        "http://api.weixin.qq.com.",
        "https://weixin.qq.com#",
        "https:///api.weixin.qq.com",
        "https://u:p@api.weixin.qq.com",
    ] {
        let found = keys(load_with(
            &[
                ("JIANXIN__SIMULATOR__ENABLED", "true"),
                ("JIANXIN__WECHAT__API_BASE_URL", url),
            ],
            Need::Account,
        ));
        assert_eq!(found, ["wechat.api_base_url"], "{url}");
    }
}

#[test]
fn the_description_shows_no_secret() {
    let settings = load_with(&REAL, Need::Account).unwrap();
    let text = settings.describe();
    for secret in ["abcdefghijklmnop", "\"secret\"", "0123456789ABCDEFG"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn the_default_file_explains_every_key_it_sets() {
    let mut explained = false;
    for line in DEFAULT_FILE.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with("previous_token") {
            continue; // shares the sentence of the line above it
        }
        if line.starts_with('#') {
            explained = true;
        } else if line.contains('=') {
            assert!(explained, "no sentence above {line}");
            explained = false;
        }
    }
}
