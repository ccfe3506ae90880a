//! Template messages: a card in the follower's chat, then a receipt to the callback.
//! Page: <https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage.md>

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::template_limits;
use super::{Answer, Call, Refusal};
use crate::simulator::chat::{Content, Row, Side};
use crate::simulator::delivery;
use crate::simulator::stimulus::Maker;
use crate::simulator::world::{MAX_SENDS, TemplateSend, World};

/// For how long a repeated `client_msg_id` is the same message.
const PROTECTED: Duration = Duration::from_secs(600);

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Asked {
    touser: String,
    template_id: String,
    url: String,
    client_msg_id: String,
    data: Map<String, Value>,
}

/// `POST /cgi-bin/message/template/send`. A duplicate answers with the first `msgid` and sends nothing.
pub(super) fn send(call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if asked.template_id.is_empty()
        || asked.template_id.len() > 64
        || !asked.template_id.bytes().all(is_id)
    {
        return Err(Refusal::new(40037, "invalid template_id"));
    }
    let rows = rows(&asked.data)?;
    let now = Instant::now();
    let (follower, msgid, fresh) = call.simulator.change(|world| {
        let id = world
            .id_of(&asked.touser)
            .ok_or(Refusal::new(40003, "invalid openid"))?;
        if !world
            .follower(&id)
            .is_some_and(|follower| follower.subscribed)
        {
            return Err(Refusal::new(43004, "require subscribe"));
        }
        if let Some(msgid) = sent_before(world, &asked, now) {
            return Ok((id, msgid, false));
        }
        let msgid = world.take_message_id();
        remember(world, &asked, msgid, now);
        let card = Content::Template {
            template_id: asked.template_id.clone(),
            rows,
            url: asked.url.clone(),
        };
        world.say(&id, Side::Account, card);
        Ok((id, msgid, true))
    })?;
    let status = call.simulator.look(|world| world.faults.receipt.wording());
    if let (true, Some(status)) = (fresh, status) {
        let receipt = Maker::new(call.simulator, follower, asked.touser).receipt(msgid, status);
        tokio::spawn(delivery::deliver(Arc::clone(call.simulator), receipt));
    }
    Ok(json!({"errcode": 0, "errmsg": "ok", "msgid": msgid}))
}

fn rows(data: &Map<String, Value>) -> Result<Vec<Row>, Refusal> {
    let mut rows = Vec::new();
    for (key, item) in data {
        let value = item
            .get("value")
            .and_then(Value::as_str)
            .unwrap_or_default();
        template_limits::check(key, value)?;
        rows.push(Row {
            key: key.clone(),
            value: value.to_owned(),
        });
    }
    if rows.is_empty() {
        return Err(Refusal::new(47003, "argument invalid! data"));
    }
    // Keywords are numbered in the order in which the template shows them.
    rows.sort_by_key(|row| {
        let digits = row
            .key
            .trim_start_matches(|letter: char| !letter.is_ascii_digit());
        digits.parse::<u32>().unwrap_or(u32::MAX)
    });
    Ok(rows)
}

fn sent_before(world: &mut World, asked: &Asked, now: Instant) -> Option<i64> {
    world
        .sends
        .retain(|send| now.duration_since(send.at) < PROTECTED);
    let same = |send: &&TemplateSend| {
        send.openid == asked.touser && send.client_msg_id == asked.client_msg_id
    };
    world.sends.iter().find(same).map(|send| send.msgid)
}

fn remember(world: &mut World, asked: &Asked, msgid: i64, now: Instant) {
    if asked.client_msg_id.is_empty() {
        return;
    }
    world.sends.push_back(TemplateSend {
        openid: asked.touser.clone(),
        client_msg_id: asked.client_msg_id.clone(),
        msgid,
        at: now,
    });
    while world.sends.len() > MAX_SENDS {
        world.sends.pop_front();
    }
}
