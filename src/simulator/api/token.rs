//! Access tokens. Pages: <https://developers.weixin.qq.com/doc/service/api/base/api_getaccesstoken>,
//! <https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken>

use std::time::Instant;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Call, Refusal};
use crate::simulator::tokens::ForceRefusal;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    grant_type: String,
    appid: String,
    secret: String,
    force_refresh: bool,
}

/// `GET /cgi-bin/token`.
pub(super) fn classic(call: &Call<'_>) -> Answer {
    let asked = Asked {
        grant_type: call.parameter("grant_type").to_owned(),
        appid: call.parameter("appid").to_owned(),
        secret: call.parameter("secret").to_owned(),
        force_refresh: false,
    };
    check(call, &asked)?;
    Ok(granted(
        call.simulator
            .change(|world| world.tokens.classic(Instant::now())),
    ))
}

/// `POST /cgi-bin/stable_token`.
pub(super) fn stable(call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    check(call, &asked)?;
    let now = Instant::now();
    if !asked.force_refresh {
        return Ok(granted(
            call.simulator.change(|world| world.tokens.stable(now)),
        ));
    }
    call.simulator
        .change(|world| world.tokens.force(now))
        .map(granted)
        .map_err(|refusal| match refusal {
            ForceRefusal::TooSoon => Refusal::new(
                45011,
                "api minute-quota reach limit, must slower, retry next minute",
            ),
            ForceRefusal::UsedUp => Refusal::new(45009, "reach max api daily quota limit"),
        })
}

/// Checks the account's own id and secret.
pub(super) fn check_account(call: &Call<'_>, appid: &str, secret: &str) -> Result<(), Refusal> {
    let settings = &call.simulator.settings;
    match (appid, secret) {
        ("", _) => Err(Refusal::new(41002, "appid missing")),
        (_, "") => Err(Refusal::new(41004, "appsecret missing")),
        (id, _) if id != settings.app_id => Err(Refusal::new(40013, "invalid appid")),
        (_, given) if given != settings.app_secret => Err(Refusal::new(40125, "invalid appsecret")),
        _ => Ok(()),
    }
}

fn check(call: &Call<'_>, asked: &Asked) -> Result<(), Refusal> {
    if asked.grant_type != "client_credential" {
        return Err(Refusal::new(40002, "invalid grant_type"));
    }
    check_account(call, &asked.appid, &asked.secret)
}

fn granted((token, seconds): (String, u64)) -> Value {
    json!({"access_token": token, "expires_in": seconds})
}
