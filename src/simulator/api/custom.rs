//! Customer-service messages: a bubble in the chat, if a window is open.
//! Page: <https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage.html>

use std::time::Instant;

use serde_json::Value;

use super::{Answer, Call, Refusal, ok};
use crate::simulator::chat::{self, Article, Content, Segment, Side};
use crate::simulator::followers::Closed;

/// Longest text, in bytes.
const MAX_TEXT_BYTES: usize = 2048;

/// `POST /cgi-bin/message/custom/send`.
pub(super) fn send(call: &Call<'_>) -> Answer {
    let asked: Value = call.json()?;
    let openid = text(&asked, "/touser");
    let content = read(&asked)?;
    call.simulator.change(|world| {
        let id = world
            .id_of(&openid)
            .ok_or(Refusal::new(40003, "invalid openid"))?;
        let follower = world
            .follower_mut(&id)
            .ok_or(Refusal::new(40003, "invalid openid"))?;
        follower
            .take_message(Instant::now())
            .map_err(|closed| match closed {
                Closed::OutsideWindow => Refusal::new(
                    45015,
                    "response out of time limit or subscription is canceled",
                ),
                Closed::UsedUp => Refusal::new(45047, "out of response count limit"),
            })?;
        world.say(&id, Side::Account, content);
        Ok(ok())
    })
}

fn read(asked: &Value) -> Result<Content, Refusal> {
    match text(asked, "/msgtype").as_str() {
        "text" => {
            let content = text(asked, "/text/content");
            if content.is_empty() {
                return Err(Refusal::new(44004, "empty content"));
            }
            if content.len() > MAX_TEXT_BYTES {
                return Err(Refusal::new(45002, "content size out of limit"));
            }
            Ok(Content::Text {
                segments: chat::segments(&content),
            })
        }
        "news" => news(asked),
        "msgmenu" => Ok(menu(asked)),
        "image" => media(asked, "/image/media_id", "图片"),
        "voice" => media(asked, "/voice/media_id", "语音"),
        "video" => media(asked, "/video/media_id", "视频"),
        _ => Err(Refusal::new(40008, "invalid message type")),
    }
}

fn news(asked: &Value) -> Result<Content, Refusal> {
    let articles = asked.pointer("/news/articles").and_then(Value::as_array);
    let articles = articles.map(Vec::as_slice).unwrap_or_default();
    match articles {
        [] => Err(Refusal::new(44003, "empty news data")),
        [one] => Ok(Content::News {
            articles: vec![Article {
                title: text(one, "/title"),
                description: text(one, "/description"),
                picture: text(one, "/picurl"),
                url: text(one, "/url"),
            }],
        }),
        _ => Err(Refusal::new(45008, "article size out of limit")),
    }
}

fn menu(asked: &Value) -> Content {
    let line = |text: String| Segment {
        text,
        ..Segment::default()
    };
    let mut segments = vec![line(text(asked, "/msgmenu/head_content"))];
    let entries = asked.pointer("/msgmenu/list").and_then(Value::as_array);
    for entry in entries.into_iter().flatten() {
        segments.push(line("\n".to_owned()));
        let label = text(entry, "/content");
        segments.push(Segment {
            text: label.clone(),
            say: Some(label),
            say_id: Some(text(entry, "/id")),
            url: None,
        });
    }
    segments.push(line(format!("\n{}", text(asked, "/msgmenu/tail_content"))));
    Content::Text { segments }
}

fn media(asked: &Value, pointer: &str, what: &str) -> Result<Content, Refusal> {
    let note = text(asked, pointer);
    if note.is_empty() {
        return Err(Refusal::new(40007, "invalid media_id"));
    }
    Ok(Content::Media {
        what: what.to_owned(),
        note,
    })
}

fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
