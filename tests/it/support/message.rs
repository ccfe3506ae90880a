//! The XML of messages and events, as the platform writes it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::ACCOUNT;

/// A `MsgId` that no other message of this process has.
pub(crate) fn fresh_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(23_456_789_012_345_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A text with a new id.
pub(crate) fn text(openid: &str, content: &str, at: i64) -> String {
    text_with_id(openid, content, at, &fresh_id().to_string())
}

/// A text with a certain id.
pub(crate) fn text_with_id(openid: &str, content: &str, at: i64, id: &str) -> String {
    let content = content.replace("]]>", "]]]]><![CDATA[>");
    let rest = format!("<Content><![CDATA[{content}]]></Content><MsgId>{id}</MsgId>");
    of_kind(openid, "text", &rest, at)
}

/// Any kind of message with the elements that belong to it.
pub(crate) fn of_kind(openid: &str, kind: &str, rest: &str, at: i64) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>\
         <CreateTime>{at}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{rest}</xml>"
    )
}

/// A tap on a menu button. Events have no id, so a second tap within a second would be a repetition: the element at
/// the end, which the platform sends with some menus, keeps taps of the stories apart.
pub(crate) fn click(openid: &str, key: &str, at: i64) -> String {
    let rest = format!(
        "<EventKey><![CDATA[{key}]]></EventKey><MenuId>{}</MenuId>",
        fresh_id()
    );
    event(openid, "CLICK", &rest, at)
}

/// Any event.
pub(crate) fn event(openid: &str, event: &str, rest: &str, at: i64) -> String {
    of_kind(
        openid,
        "event",
        &format!("<Event><![CDATA[{event}]]></Event>{rest}"),
        at,
    )
}
