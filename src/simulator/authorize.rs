//! The web authorisation page: knows whose phone asks, makes a code, sends the browser back.
//!
//! Like the real one it checks appid, response type, scope, state and the host of the redirect address. Outside a
//! simulated phone it asks to be opened there. Page: <https://developers.weixin.qq.com/doc/service/guide/h5/auth.html>

use std::time::Instant;

use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, COOKIE, HOST, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use reqwest::Url;

use super::open::{FOLLOWER_COOKIE, cookie};
use super::page;
use super::wire::{Direction, Exchange, Verdict};
use super::world::{Shared, Simulator};

/// Longest `state`, in bytes.
const MAX_STATE: usize = 128;
/// The platform insists on this order.
const ORDER: [&str; 5] = ["appid", "redirect_uri", "response_type", "scope", "state"];

struct Asked {
    redirect: Url,
    scope: String,
    state: String,
    in_order: bool,
}

/// Sends a follower back with a code, or explains why not.
pub(crate) async fn authorize(
    State(simulator): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let asked = match read(&simulator, &headers, &query) {
        Ok(asked) => asked,
        Err(why) => {
            note(&simulator, &query, "", Verdict::bad(why));
            return page::message(StatusCode::BAD_REQUEST, "授权页面参数有误", why);
        }
    };
    let id = cookie(&headers, FOLLOWER_COOKIE).unwrap_or_default();
    let Some((follower, openid)) = simulator.look(|world| {
        world
            .follower(id)
            .map(|follower| (follower.id.clone(), follower.openid.clone()))
    }) else {
        note(
            &simulator,
            &query,
            "",
            Verdict::warn("不是在模拟微信里打开的"),
        );
        let hint = "这个页面需要知道是谁在看。请回到模拟微信，从聊天或菜单里点开它。";
        return page::message(StatusCode::OK, "请在模拟微信中打开", hint);
    };
    let code =
        || simulator.change(|world| world.codes.issue(&openid, &asked.scope, Instant::now()));
    let verdict = if asked.in_order {
        Verdict::ok("已发放 code，返回网页")
    } else {
        Verdict::warn("参数顺序与文档不同，真实平台可能拒绝")
    };
    note(&simulator, &query, &follower, verdict);
    if simulator.look(|world| world.faults.double_redirect) {
        visit_first(&simulator, &headers, address(&asked, &code())).await;
    }
    match HeaderValue::from_str(&address(&asked, &code())) {
        Ok(target) => {
            let no_store = HeaderValue::from_static("no-store");
            (
                StatusCode::FOUND,
                [(LOCATION, target), (CACHE_CONTROL, no_store)],
            )
                .into_response()
        }
        Err(_unusable) => page::message(
            StatusCode::BAD_REQUEST,
            "授权页面参数有误",
            "redirect_uri 参数错误",
        ),
    }
}

fn read(simulator: &Simulator, headers: &HeaderMap, query: &str) -> Result<Asked, &'static str> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value.as_str())
            .to_owned()
    };
    if value("appid") != simulator.settings.app_id {
        return Err("appid 参数错误");
    }
    if value("response_type") != "code" {
        return Err("response_type 参数错误");
    }
    let scope = value("scope");
    if !matches!(scope.as_str(), "snsapi_base" | "snsapi_userinfo") {
        return Err("scope 参数错误或没有 scope 权限");
    }
    let state = value("state");
    if state.len() > MAX_STATE || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("state 只能是 128 字节以内的字母和数字");
    }
    let redirect = Url::parse(&value("redirect_uri"))
        .ok()
        .filter(|url| {
            matches!(url.scheme(), "http" | "https") && known_host(simulator, headers, url)
        })
        .ok_or("redirect_uri 域名与后台配置不一致，错误码：10003")?;
    let known = pairs
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| ORDER.contains(name));
    let in_order = known.eq(ORDER
        .into_iter()
        .filter(|name| pairs.iter().any(|(found, _)| found == name)));
    Ok(Asked {
        redirect,
        scope,
        state,
        in_order,
    })
}

/// The configured domain of the real platform: here the callback's host, our own, or one that the menu opens.
fn known_host(simulator: &Simulator, headers: &HeaderMap, url: &Url) -> bool {
    let place = |url: &Url| {
        (
            url.host_str().map(str::to_owned),
            url.port_or_known_default(),
        )
    };
    let same = |text: &str| Url::parse(text).is_ok_and(|other| place(&other) == place(url));
    let own = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    same(&simulator.settings.callback_url)
        || same(&format!("{}://{own}/", url.scheme()))
        || simulator.look(|world| {
            let menu = world
                .menu
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            menu.split('"')
                .filter(|part| part.starts_with("http"))
                .any(same)
        })
}

fn address(asked: &Asked, code: &str) -> String {
    let mut url = asked.redirect.clone();
    url.query_pairs_mut()
        .append_pair("code", code)
        .append_pair("state", &asked.state);
    url.set_fragment(None);
    url.into()
}

/// The double redirect: the phone asks for the address once before the page that is shown.
async fn visit_first(simulator: &Simulator, headers: &HeaderMap, address: String) {
    let Some(client) = &simulator.http else {
        return;
    };
    let mut request = client.get(address).timeout(simulator.pace.limit);
    if let Some(cookies) = headers.get(COOKIE) {
        request = request.header(COOKIE, cookies);
    }
    if let Err(error) = request.send().await {
        tracing::debug!(%error, "the first of two redirects failed");
    }
}

fn note(simulator: &Simulator, query: &str, follower: &str, verdict: Verdict) {
    let url = format!("/simulator/oauth/connect/oauth2/authorize?{query}");
    let mut exchange = Exchange::start(Direction::Oauth, "网页授权".to_owned(), "GET", url);
    follower.clone_into(&mut exchange.follower);
    exchange.verdict = verdict;
    simulator.change(|world| world.record(exchange));
}
