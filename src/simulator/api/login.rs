//! The code exchange of the web authorisation.
//! Page: <https://developers.weixin.qq.com/doc/service/guide/h5/auth.html>

use std::time::Instant;

use serde_json::json;

use super::token::check_account;
use super::{Answer, Call, Refusal};
use crate::simulator::random;
use crate::simulator::tokens::CodeRefusal;

/// `GET /sns/oauth2/access_token`.
pub(super) fn exchange(call: &Call<'_>) -> Answer {
    if call.parameter("grant_type") != "authorization_code" {
        return Err(Refusal::new(40002, "invalid grant_type"));
    }
    check_account(call, call.parameter("appid"), call.parameter("secret"))?;
    let code = call.parameter("code");
    if code.is_empty() {
        return Err(Refusal::new(41008, "missing code"));
    }
    let (openid, scope) = call
        .simulator
        .change(|world| world.codes.exchange(code, Instant::now()))
        .map_err(|refusal| match refusal {
            CodeRefusal::Unknown => Refusal::new(40029, "invalid code"),
            CodeRefusal::Used => Refusal::new(40163, "code been used"),
            CodeRefusal::Expired => Refusal::new(42003, "code expired"),
        })?;
    let mut answer = json!({
        "access_token": format!("89_{}", random::text::<60>()),
        "expires_in": 7200,
        "refresh_token": format!("89_{}", random::text::<60>()),
        "openid": openid,
        "scope": scope,
    });
    if call.simulator.look(|world| world.faults.snapshot_user)
        && let Some(fields) = answer.as_object_mut()
    {
        // A snapshot page belongs to a virtual account; nothing may be bound to it.
        fields.insert("is_snapshotuser".to_owned(), json!(1));
        fields.insert(
            "openid".to_owned(),
            json!(format!("oSnap-{}", random::text::<16>())),
        );
    }
    Ok(answer)
}
