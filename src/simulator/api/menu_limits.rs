//! What the platform accepts as a menu: counts, lengths in bytes, types and their fields.
//! Page: <https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu.html>

use serde_json::Value;

use super::Refusal;
use crate::simulator::chat::is_web;

/// Longest key, in bytes.
const MAX_KEY: usize = 128;
/// Longest address, in bytes.
const MAX_URL: usize = 1024;

/// The two levels differ in lengths and codes.
struct Level {
    max_name: usize,
    kind: i64,
    name: i64,
    key: i64,
    url: i64,
    domain: i64,
}

const TOP: Level = Level {
    max_name: 16,
    kind: 40017,
    name: 40018,
    key: 40019,
    url: 40020,
    domain: 40055,
};
const SUB: Level = Level {
    max_name: 60,
    kind: 40024,
    name: 40025,
    key: 40026,
    url: 40027,
    domain: 40054,
};

/// Checks a `button` array.
pub(super) fn check(button: &Value) -> Result<(), Refusal> {
    let tops = button
        .as_array()
        .ok_or(Refusal::new(40015, "invalid button array"))?;
    if !(1..=3).contains(&tops.len()) {
        return Err(Refusal::new(40016, "invalid button size"));
    }
    for top in tops {
        match top
            .get("sub_button")
            .and_then(Value::as_array)
            .filter(|subs| !subs.is_empty())
        {
            None => check_button(top, &TOP)?,
            Some(subs) => {
                check_name(top, &TOP)?;
                if subs.len() > 5 {
                    return Err(Refusal::new(40023, "invalid sub button size"));
                }
                for sub in subs {
                    if sub
                        .get("sub_button")
                        .and_then(Value::as_array)
                        .is_some_and(|third| !third.is_empty())
                    {
                        return Err(Refusal::new(40022, "invalid sub menu level"));
                    }
                    check_button(sub, &SUB)?;
                }
            }
        }
    }
    Ok(())
}

fn check_button(button: &Value, level: &Level) -> Result<(), Refusal> {
    check_name(button, level)?;
    match text(button, "type") {
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album"
        | "pic_weixin" | "location_select" => {
            if (1..=MAX_KEY).contains(&text(button, "key").len()) {
                Ok(())
            } else {
                Err(Refusal::new(level.key, "invalid button key size"))
            }
        }
        "view" => check_url(text(button, "url"), level),
        "miniprogram" => {
            if text(button, "appid").is_empty() || text(button, "pagepath").is_empty() {
                return Err(Refusal::new(40013, "invalid appid"));
            }
            check_url(text(button, "url"), level)
        }
        "media_id" | "view_limited" | "article_id" | "article_view_limited" => Ok(()),
        _ => Err(Refusal::new(level.kind, "invalid button type")),
    }
}

fn check_name(button: &Value, level: &Level) -> Result<(), Refusal> {
    if (1..=level.max_name).contains(&text(button, "name").len()) {
        Ok(())
    } else {
        Err(Refusal::new(level.name, "invalid button name size"))
    }
}

fn check_url(url: &str, level: &Level) -> Result<(), Refusal> {
    if !(1..=MAX_URL).contains(&url.len()) {
        Err(Refusal::new(level.url, "invalid button url size"))
    } else if is_web(url) {
        Ok(())
    } else {
        Err(Refusal::new(level.domain, "invalid button url domain"))
    }
}

fn text<'a>(button: &'a Value, name: &str) -> &'a str {
    button.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(button: &Value) -> i64 {
        check(button).err().map_or(0, |refusal| refusal.code)
    }

    #[test]
    fn a_menu_within_the_limits_is_accepted() {
        assert_eq!(
            code(&json!([
                {"type": "view", "name": "业务办理", "url": "https://a.example/h5/"},
                {"name": "最新信息", "sub_button": [{"type": "click", "name": "重要案件信息", "key": "latest_cases"}]}
            ])),
            0
        );
    }

    #[test]
    fn each_limit_has_its_code() {
        let click = json!({"type": "click", "name": "a", "key": "k"});
        assert_eq!(code(&json!([])), 40016);
        assert_eq!(code(&json!([click, click, click, click])), 40016);
        assert_eq!(
            code(&json!([{"type": "click", "name": "六个汉字太长", "key": "k"}])),
            40018
        );
        assert_eq!(
            code(&json!([{"type": "click", "name": "a", "key": "k".repeat(129)}])),
            40019
        );
        assert_eq!(
            code(&json!([{"type": "view", "name": "a", "url": ""}])),
            40020
        );
        assert_eq!(
            code(&json!([{"type": "view", "name": "a", "url": "javascript:1"}])),
            40055
        );
        assert_eq!(code(&json!([{"type": "tap", "name": "a"}])), 40017);
        assert_eq!(
            code(&json!([{"name": "a", "sub_button": [click, click, click, click, click, click]}])),
            40023
        );
        assert_eq!(
            code(
                &json!([{"name": "a", "sub_button": [{"type": "click", "name": "", "key": "k"}]}])
            ),
            40025
        );
    }
}
