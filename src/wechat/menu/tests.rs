use super::*;

fn menu(json: &str) -> Menu {
    serde_json::from_str(json).unwrap()
}

fn faults(json: &str) -> Vec<String> {
    menu(json)
        .validate()
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_menu_is_written_without_fields_that_it_does_not_have() {
    let json = r#"{"button":[{"type":"click","name":"查询","key":"Q1"},{"name":"更多","sub_button":[{"type":"view","name":"官网","url":"https://x.example/"}]}]}"#;
    assert_eq!(serde_json::to_string(&menu(json)).unwrap(), json);
}

#[test]
fn the_three_dialects_of_the_platform_are_the_same_menu() {
    let ours = menu(
        r#"{"button":[{"type":"click","name":"a","key":"A"},{"name":"b","sub_button":[{"type":"view","name":"c","url":"https://u"}]}]}"#,
    );
    let from_get = menu(
        r#"{"button":[{"type":"click","name":"a","key":"A","sub_button":[]},
        {"name":"b","key":"","sub_button":[{"type":"view","name":"c","url":"https://u","sub_button":[]}]}],"menuid":7}"#,
    );
    let current: CurrentMenu = serde_json::from_str(
        r#"{"is_menu_open":1,"selfmenu_info":{"button":[{"type":"click","name":"a","key":"A"},
        {"name":"b","sub_button":{"list":[{"type":"view","name":"c","url":"https://u"}]}}]}}"#,
    )
    .unwrap();
    assert!(current.is_menu_open);
    assert_eq!(from_get.normalized(), ours.clone().normalized());
    assert_eq!(current.menu.normalized(), ours.normalized());
}

#[test]
fn a_right_menu_has_no_problem() {
    assert_eq!(
        faults(
            r#"{"button":[{"type":"click","name":"五个汉字呀","key":"k"},
            {"name":"b","sub_button":[{"type":"miniprogram","name":"m","url":"https://u","appid":"a","pagepath":"p"}]},
            {"type":"view","name":"c","url":"https://x.example/"}]}"#
        ),
        Vec::<String>::new()
    );
}

#[test]
fn every_limit_is_told_with_its_place() {
    let click = r#"{"type":"click","name":"n","key":"k"}"#;
    assert_eq!(
        faults(r#"{"button":[]}"#),
        ["the menu: there are 0 buttons; 1 to 3 are allowed"]
    );
    assert_eq!(
        faults(&format!(r#"{{"button":[{}]}}"#, [click; 4].join(","))),
        ["the menu: there are 4 buttons; 1 to 3 are allowed"]
    );
    assert_eq!(
        faults(&format!(
            r#"{{"button":[{{"name":"p","sub_button":[{}]}}]}}"#,
            [click; 6].join(",")
        )),
        ["button 1 (p): there are 6 entries; at most 5 are allowed"]
    );
    assert_eq!(
        faults(r#"{"button":[{"type":"click","name":"六个汉字太长","key":"k"}]}"#),
        ["button 1 (六个汉字太长): the name has 18 bytes; at most 16 are allowed"]
    );
    let long = "长".repeat(21);
    assert_eq!(
        faults(&format!(
            r#"{{"button":[{{"name":"p","sub_button":[{click},{{"type":"click","name":"{long}","key":"k"}}]}}]}}"#
        )),
        [format!(
            "button 1, entry 2 ({long}): the name has 63 bytes; at most 60 are allowed"
        )]
    );
    let (key, url) = ("k".repeat(129), format!("https://{}", "u".repeat(1017)));
    assert_eq!(
        faults(&format!(
            r#"{{"button":[{{"type":"click","name":"a","key":"{key}"}},{{"type":"view","name":"b","url":"{url}"}}]}}"#
        )),
        [
            "button 1 (a): the key has 129 bytes; at most 128 are allowed",
            "button 2 (b): the url has 1025 bytes; at most 1024 are allowed"
        ]
    );
}

#[test]
fn what_a_button_does_must_be_complete() {
    assert_eq!(
        faults(
            r#"{"button":[{"name":"a"},{"type":"teleport","name":"b"},
            {"type":"view","name":"p","sub_button":[{"type":"miniprogram","name":"","url":"https://u","appid":""},
            {"name":"q","sub_button":[{"type":"click","name":"z","key":"z"}]}]}]}"#
        ),
        [
            "button 1 (a): the type is missing",
            "button 2 (b): the type \"teleport\" does not exist",
            "button 3 (p): a button with entries has a name only, no type and nothing to open",
            "button 3, entry 1 (): the name is empty",
            "button 3, entry 1 (): the type miniprogram needs appid",
            "button 3, entry 1 (): the type miniprogram needs pagepath",
            "button 3, entry 2 (q): an entry cannot have entries of its own",
        ]
    );
}
