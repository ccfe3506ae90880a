//! A link is tapped: remember whose phone it is, then go there.
//!
//! Only addresses that stand in this follower's chat or in the menu are opened, so the simulator is no open
//! redirect. When the phone changed hands since the last page, the pages' own session cookies are cleared, as
//! another phone would not have them.

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::chat;
use super::page;
use super::world::{Shared, World};

/// Names the follower whose phone shows the page; read by the authorisation page. The pages see it too: to them it says that
/// they are opened in WeChat.
pub(crate) const FOLLOWER_COOKIE: &str = "jianxin_simulator_follower";

/// Session cookies of the pages in the phone.
const SESSION_COOKIES: [&str; 3] = ["jianxin_session", "jianxin_pre", "jianxin_asked"];

/// Which link, in whose chat.
#[derive(Debug, Deserialize)]
pub(crate) struct Tapped {
    follower: String,
    url: String,
}

/// Opens a page in a follower's phone.
pub(crate) async fn open(
    State(simulator): State<Shared>,
    headers: HeaderMap,
    Query(tapped): Query<Tapped>,
) -> Response {
    let allowed = simulator.look(|world| offered(world, &tapped));
    let target = HeaderValue::from_str(&tapped.url).ok();
    let response = match target {
        Some(target) if allowed && chat::is_web(&tapped.url) => {
            let mut response = (StatusCode::FOUND, [(LOCATION, target)]).into_response();
            set_cookies(&mut response, &headers, &tapped.follower);
            response
        }
        _ => page::message(
            StatusCode::FORBIDDEN,
            "无法打开",
            "只能打开这个聊天或菜单里出现过的网页地址。请回到聊天，点一点其中的链接。",
        ),
    };
    std::future::ready(response).await
}

/// Value of a cookie of the request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn set_cookies(response: &mut Response, request: &HeaderMap, follower: &str) {
    let mut lines = vec![format!(
        "{FOLLOWER_COOKIE}={follower}; Path=/; HttpOnly; SameSite=Lax"
    )];
    if cookie(request, FOLLOWER_COOKIE) != Some(follower) {
        for name in SESSION_COOKIES {
            lines.push(format!(
                "{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
            ));
        }
    }
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for line in lines {
        if let Ok(value) = HeaderValue::from_str(&line) {
            headers.append(SET_COOKIE, value);
        }
    }
}

fn offered(world: &World, tapped: &Tapped) -> bool {
    let Some(follower) = world.follower(&tapped.follower) else {
        return false;
    };
    let in_menu = || {
        world
            .menu
            .as_ref()
            .is_some_and(|menu| mentions(menu, &tapped.url))
    };
    follower
        .entries
        .iter()
        .any(|entry| entry.content.offers(&tapped.url))
        || in_menu()
}

/// Whether a `url` somewhere in the menu is exactly this one.
fn mentions(menu: &Value, url: &str) -> bool {
    let buttons = menu.as_array().map(Vec::as_slice).unwrap_or_default();
    buttons.iter().any(|button| {
        button.get("url").and_then(Value::as_str) == Some(url)
            || button
                .get("sub_button")
                .is_some_and(|subs| mentions(subs, url))
    })
}
