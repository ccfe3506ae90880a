//! Template messages: a card in the follower's chat, then a receipt to the callback.
//! Page: <https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage.md>

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::template_limits;
use super::{Answer, Call, Refusal};
use crate::simulator::chat::{Content, Row, Side};
use crate::simulator::faults::Repeated;
use crate::simulator::stimulus::Maker;
use crate::simulator::templates::{self, Template};
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

/// What a message came to.
struct Taken {
    follower: String,
    msgid: i64,
    /// Whether it is the first with its `client_msg_id`.
    fresh: bool,
}

/// `GET /cgi-bin/template/get_all_private_template`.
pub(super) fn list(_call: &Call<'_>) -> Answer {
    Ok(templates::listed())
}

/// `POST /cgi-bin/message/template/send`. A duplicate sends nothing; a switch says how it is answered.
pub(super) fn send(call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if asked.template_id.is_empty()
        || asked.template_id.len() > 64
        || !asked.template_id.bytes().all(is_id)
    {
        return Err(Refusal::new(40037, "invalid template_id"));
    }
    let template = templates::find(&asked.template_id);
    let rows = rows(template, &asked.data)?;
    let taken = call
        .simulator
        .change(|world| take(world, &asked, template, rows))?;
    let (repeated, status, zero) = call.simulator.look(|world| {
        let faults = &world.faults;
        let zero = faults.notices.receipt_zero;
        (faults.notices.repeated, faults.receipt.wording(), zero)
    });
    if let (true, Some(status)) = (taken.fresh, status) {
        let msgid = if zero { 0 } else { taken.msgid };
        let maker = Maker::new(call.simulator, taken.follower, asked.touser);
        call.announce(maker.receipt(msgid, status));
    }
    let msgid = match repeated {
        Repeated::Zero if !taken.fresh => 0,
        Repeated::Error if !taken.fresh => {
            return Err(Refusal::new(45065, "clientmsgid exist"));
        }
        Repeated::Same | Repeated::Zero | Repeated::Error => taken.msgid,
    };
    Ok(json!({"errcode": 0, "errmsg": "ok", "msgid": msgid}))
}

fn take(
    world: &mut World,
    asked: &Asked,
    template: Option<&Template>,
    rows: Vec<Row>,
) -> Result<Taken, Refusal> {
    let now = Instant::now();
    let follower = world
        .id_of(&asked.touser)
        .ok_or(Refusal::new(40003, "invalid openid"))?;
    if !world.follower(&follower).is_some_and(|one| one.subscribed) {
        return Err(Refusal::new(43004, "require subscribe"));
    }
    if let Some(msgid) = sent_before(world, asked, now) {
        return Ok(Taken {
            follower,
            msgid,
            fresh: false,
        });
    }
    let quota = world.faults.notices.quota;
    if quota > 0 && world.quota_used >= quota {
        return Err(Refusal::new(45009, "reach max api daily quota limit"));
    }
    world.quota_used = world.quota_used.saturating_add(1);
    let msgid = world.take_message_id();
    remember(world, asked, msgid, now);
    let card = Content::Template {
        template_id: asked.template_id.clone(),
        title: template.map_or("服务通知", |template| template.title),
        rows,
        url: asked.url.clone(),
    };
    world.say(&follower, Side::Account, card);
    Ok(Taken {
        follower,
        msgid,
        fresh: true,
    })
}

/// The rows of the card. A known template shows its own keywords and misses none; of another one the values are shown in
/// the order of their numbers.
fn rows(template: Option<&Template>, data: &Map<String, Value>) -> Result<Vec<Row>, Refusal> {
    let value = |key: &str| {
        let item = data.get(key).and_then(|item| item.get("value"));
        item.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let row = |key: &str, label: &str| {
        let value = value(key);
        template_limits::check(key, &value)?;
        Ok(Row {
            key: key.to_owned(),
            label: label.to_owned(),
            value,
        })
    };
    if let Some(template) = template {
        let keywords = template.keywords.iter();
        return keywords.map(|(key, label)| row(key, label)).collect();
    }
    if data.is_empty() {
        return Err(Refusal::new(47003, "argument invalid! data"));
    }
    let mut keys: Vec<&String> = data.keys().collect();
    keys.sort_by_key(|key| {
        let digits = key.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        digits.parse::<u32>().unwrap_or(u32::MAX)
    });
    keys.into_iter().map(|key| row(key, "")).collect()
}

fn sent_before(world: &mut World, asked: &Asked, now: Instant) -> Option<i64> {
    let is_over = |send: &TemplateSend| now.duration_since(send.at) >= PROTECTED;
    while world.sends.front().is_some_and(is_over) {
        world.sends.pop_front();
    }
    let same = |send: &&TemplateSend| {
        send.openid == asked.touser && send.client_msg_id == asked.client_msg_id
    };
    // Repetitions come soon.
    world.sends.iter().rev().find(same).map(|send| send.msgid)
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
