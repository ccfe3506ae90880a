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

#[test]
fn template_ids_come_from_their_section_or_the_environment_and_the_simulator_makes_them_up() {
    let settings = load_with(&[], Need::Account).unwrap();
    assert!(settings.push.notices.without_id().is_empty());
    assert_eq!(
        settings.push.notices.0["binding_reviewed"].template_id,
        "sim-binding_reviewed"
    );
    let mut pairs = REAL.to_vec();
    pairs.push(("JIANXIN__PUSH__TEMPLATES__BINDING_REVIEWED", "TM-7"));
    let settings = load_with(&pairs, Need::Account).unwrap();
    assert_eq!(
        settings.push.notices.0["binding_reviewed"].template_id,
        "TM-7"
    );
    assert_eq!(settings.push.notices.without_id().len(), 8);
    let warned = settings.warnings().join("\n");
    assert!(warned.contains("registration_submitted"), "{warned}");
    assert!(!warned.contains("binding_reviewed"), "{warned}");
    pairs.push(("JIANXIN__PUSH__TEMPLATES__RUMOUR", "TM-8"));
    assert_eq!(
        keys(load_with(&pairs, Need::Account)),
        ["push.templates.rumour"]
    );
}

#[test]
fn a_file_of_notices_replaces_what_it_names_and_says_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notices.toml");
    let load_text = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let name = path.display().to_string();
        load_with(&[("JIANXIN__PUSH__NOTICES_FILE", &name)], Need::Account)
    };
    let good = "[binding_reviewed]\ntemplate_id = \"T\"\nfields = { thing9 = \"unit\" }\n";
    let settings = load_text(good).unwrap();
    assert_eq!(settings.push.notices.0.len(), 9);
    assert_eq!(settings.push.notices.0["binding_reviewed"].fields.len(), 1);
    for bad in [
        "[rumour]\nfields = { thing1 = \"unit\" }",
        "[binding_reviewed]\ncolour = 1\nfields = {}",
        "[binding_reviewed]",
        "nonsense",
    ] {
        assert_eq!(keys(load_text(bad)), ["push.notices_file"], "{bad}");
    }
}

#[test]
fn hours_and_keys_are_checked() {
    fn wrong(key: &str, value: &str) -> Vec<String> {
        let mut pairs: Vec<(&str, &str)> = REAL.to_vec();
        pairs.push((key, value));
        keys(load_with(&pairs, Need::Account))
    }
    for (name, value) in [
        ("QUIET_HOURS", "8 to 9"),
        ("QUIET_HOURS", "08:00-08:00"),
        ("WORKING_HOURS", "14:00-18:00,09:00-12:00"),
        ("WORKING_HOURS", ""),
        ("PASSWORD_MODE", "loud"),
        ("TTL_HOURS", "0"),
        ("MERGE_SECS", "4000"),
        ("HOLIDAYS_FILE", "/no/such/file"),
    ] {
        let variable = format!("JIANXIN__PUSH__{name}");
        let key = format!("push.{}", name.to_lowercase());
        assert_eq!(wrong(variable.as_str(), value), [key], "{value}");
    }
    let keys_of = "JIANXIN__SECURITY__DATA_KEYS";
    assert_eq!(wrong(keys_of, "short"), ["security.data_keys"]);
    let postgres = "JIANXIN__DATABASE__URL";
    assert_eq!(wrong(postgres, "postgres://h/d"), ["security.data_keys"]);
}
