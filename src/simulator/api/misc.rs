//! Followers, codes with a scene, addresses and quotas.
//! Pages: <https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_userinfo.html>,
//! <https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode.html>,
//! <https://developers.weixin.qq.com/doc/service/api/apimanage/api_clearquota.html>

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Call, Refusal, ok};
use crate::simulator::clock;
use crate::simulator::random;
use crate::simulator::world::{MAX_QR_CODES, QrCode};

/// Longest life of a temporary code, in seconds.
const MAX_CODE_LIFE: i64 = 2_592_000;
/// Life of a temporary code that asks for none, in seconds.
const DEFAULT_CODE_LIFE: i64 = 60;
/// Quota resets in a month; here, per start.
const MAX_RESETS: u32 = 10;

/// `GET /cgi-bin/user/info`.
pub(super) fn user_info(call: &Call<'_>) -> Answer {
    let openid = call.parameter("openid");
    if openid.is_empty() {
        return Err(Refusal::new(41009, "missing openid"));
    }
    call.simulator.look(|world| {
        let follower = world.followers.iter().find(|follower| follower.openid == openid);
        let follower = follower.ok_or(Refusal::new(40003, "invalid openid"))?;
        if !follower.subscribed {
            return Ok(json!({"subscribe": 0, "openid": openid, "tagid_list": []}));
        }
        let by_code = !follower.scene.is_empty();
        Ok(json!({
            "subscribe": 1,
            "openid": openid,
            "nickname": "",
            "language": "",
            "headimgurl": "",
            "subscribe_time": follower.subscribed_at,
            "remark": "",
            "groupid": 0,
            "tagid_list": [],
            "subscribe_scene": if by_code { "ADD_SCENE_QR_CODE" } else { "ADD_SCENE_SEARCH" },
            "qr_scene": follower.scene.parse::<u32>().unwrap_or_default(),
            "qr_scene_str": if follower.scene.parse::<u32>().is_ok() { "" } else { follower.scene.as_str() },
        }))
    })
}

#[derive(Deserialize)]
struct AskedCode {
    expire_seconds: Option<i64>,
    action_name: String,
    action_info: Value,
}

/// `POST /cgi-bin/qrcode/create`.
pub(super) fn create_code(call: &Call<'_>) -> Answer {
    let asked: AskedCode = call.json()?;
    let invalid = || Refusal::new(40053, "invalid action info");
    let scene = asked.action_info.get("scene").ok_or_else(invalid)?;
    let permanent = asked.action_name.starts_with("QR_LIMIT");
    let scene = match asked.action_name.as_str() {
        "QR_SCENE" | "QR_LIMIT_SCENE" => {
            let most = if permanent {
                100_000
            } else {
                u64::from(u32::MAX)
            };
            let id = scene
                .get("scene_id")
                .and_then(Value::as_u64)
                .ok_or_else(invalid)?;
            if !(1..=most).contains(&id) {
                return Err(invalid());
            }
            id.to_string()
        }
        "QR_STR_SCENE" | "QR_LIMIT_STR_SCENE" => {
            let text = scene
                .get("scene_str")
                .and_then(Value::as_str)
                .ok_or_else(invalid)?;
            if !(1..=64).contains(&text.len()) {
                return Err(invalid());
            }
            text.to_owned()
        }
        _ => return Err(Refusal::new(40052, "invalid action name")),
    };
    let life = asked.expire_seconds.unwrap_or(DEFAULT_CODE_LIFE);
    if !permanent && !(1..=MAX_CODE_LIFE).contains(&life) {
        return Err(Refusal::new(40097, "invalid args: expire_seconds"));
    }
    // Tickets of the platform end in padding that must be encoded in addresses.
    let ticket = format!("gQ{}==", random::text::<62>());
    let until = if permanent {
        0
    } else {
        clock::seconds() + life
    };
    let url = format!("http://weixin.qq.com/q/02{}", random::text::<15>());
    let mut answer = json!({"ticket": ticket, "url": url});
    if !permanent && let Some(fields) = answer.as_object_mut() {
        fields.insert("expire_seconds".to_owned(), json!(life));
    }
    call.simulator.change(|world| {
        world.qr_codes.push_back(QrCode {
            ticket,
            scene,
            until,
        });
        while world.qr_codes.len() > MAX_QR_CODES {
            world.qr_codes.pop_front();
        }
    });
    Ok(answer)
}

/// `GET /cgi-bin/getcallbackip`.
pub(super) fn callback_addresses(_call: &Call<'_>) -> Answer {
    Ok(json!({"ip_list": ["127.0.0.1", "127.0.0.0/25"]}))
}

#[derive(Deserialize)]
struct AskedReset {
    appid: String,
}

/// `POST /cgi-bin/clear_quota`.
pub(super) fn clear_quota(call: &Call<'_>) -> Answer {
    let asked: AskedReset = call.json()?;
    if asked.appid != call.simulator.settings.app_id {
        return Err(Refusal::new(40013, "invalid appid"));
    }
    let allowed = call.simulator.change(|world| {
        world.quota_resets += 1;
        world.quota_used = 0;
        world.quota_resets <= MAX_RESETS
    });
    if allowed {
        Ok(ok())
    } else {
        Err(Refusal::new(
            48006,
            "forbid to clear quota because of reaching the limit",
        ))
    }
}
