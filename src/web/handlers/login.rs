//! Who is looking: the session's owner, or the way through web authorisation and back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::app::seal::{Place, Seal};
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::service::sessions::{self, Outcome};
use crate::service::{notice_page, reset_page};
use crate::web::cookies;
use crate::web::h5::layout::Link;
use crate::web::h5::message::MessagePage;
use crate::web::h5::paths;
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

/// Where the platform sends the browser back to.
pub(crate) const PATH: &str = "/h5/oauth";
/// Seconds the pre-session cookie lives; as long as an authorisation may take.
const BEFORE_SECS: i64 = 600;
/// Seconds before the landing page asks again who is looking, when the first answer was none.
const ASKED_SECS: i64 = 300;

/// A follower who has a session.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) openid: OpenId,
    /// Value of the hidden field in forms.
    pub(crate) csrf: String,
    /// The session, by the hash of its token.
    pub(crate) session: String,
}

impl Visitor {
    /// Whether a form that was sent in is one of this session's.
    pub(crate) fn sent(&self, body: &str) -> bool {
        self.has_sent(&parameter(body, "csrf").unwrap_or_default())
    }

    /// The same, for the value of the hidden field.
    pub(crate) fn has_sent(&self, given: &str) -> bool {
        given.as_bytes().ct_eq(self.csrf.as_bytes()).into()
    }
}

/// The follower, or the answer that leads to a session: a redirect to the platform, or a page that says where to
/// open this. `return_to` is a key of [`return_path`], never an address.
pub(crate) async fn visitor(
    pages: &Pages,
    headers: &HeaderMap,
    return_to: &str,
) -> Result<Visitor, Box<Response>> {
    let fail = |error| Box::new(pages.failure(headers, &error));
    if let Some(visitor) = known(pages, headers).await.map_err(fail)? {
        return Ok(visitor);
    }
    if is_outside_wechat(pages, headers) {
        let frame = pages.frame(headers);
        let page = match return_to {
            FOLLOWS => MessagePage::open_in_wechat(frame),
            key if key.starts_with(PAGE) => MessagePage::open_page_in_wechat(frame),
            _ => MessagePage::open_notice_in_wechat(frame),
        };
        return Err(Box::new(pages.message(StatusCode::FORBIDDEN, &page)));
    }
    let begun = begin(pages, headers, return_to).await.map_err(fail)?;
    Err(Box::new(begun.0))
}

/// The follower, when there is a session.
pub(crate) async fn known(
    pages: &Pages,
    headers: &HeaderMap,
) -> Result<Option<Visitor>, ServiceError> {
    let Some(token) = cookies::value(headers, pages.cookies.session) else {
        return Ok(None);
    };
    let owner = sessions::owner(&pages.app, token).await?;
    Ok(owner.map(|openid| Visitor {
        openid,
        csrf: sessions::csrf(token),
        session: sessions::hash(token),
    }))
}

/// The way through authorisation for who opens the landing page from the menu: in WeChat only, and once, so that whatever
/// fails on the way leads back to a page and never round again. `None`: show the page as it is.
pub(crate) async fn silently(pages: &Pages, headers: &HeaderMap) -> Option<Response> {
    let names = pages.cookies;
    if !is_inside_wechat(pages, headers) || cookies::value(headers, names.asked).is_some() {
        return None;
    }
    let (mut response, state) = match begin(pages, headers, &page_key(paths::HOME)).await {
        Ok(begun) => begun,
        Err(error) => {
            tracing::warn!(%error, "who opens the landing page could not be asked for");
            return None;
        }
    };
    let cookie = names.set(names.asked, &state, ASKED_SECS)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Some(response)
}

/// The redirect to the platform, and its state.
async fn begin(
    pages: &Pages,
    headers: &HeaderMap,
    return_to: &str,
) -> Result<(Response, String), ServiceError> {
    let browser = cookies::value(headers, pages.cookies.before);
    let begun = sessions::begin(&pages.app, return_to, browser).await?;
    let mut response =
        (StatusCode::FOUND, [(header::LOCATION, begun.authorize_url)]).into_response();
    let cookie = pages
        .cookies
        .set(pages.cookies.before, &begun.browser, BEFORE_SECS);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok((response, begun.state))
}

/// Whether this is WeChat's browser, or the phone of the simulator.
fn is_inside_wechat(pages: &Pages, headers: &HeaderMap) -> bool {
    let simulated = || cookies::value(headers, cookies::SIMULATED_PHONE).is_some();
    agent(headers).contains("MicroMessenger") || (!is_real(pages) && simulated())
}

/// The real platform's page works only in WeChat's own browser.
fn is_outside_wechat(pages: &Pages, headers: &HeaderMap) -> bool {
    is_real(pages) && !agent(headers).contains("MicroMessenger")
}

fn is_real(pages: &Pages) -> bool {
    let base = &pages.app.settings.wechat.oauth_base_url;
    base.contains("//open.weixin.qq.com")
}

fn agent(headers: &HeaderMap) -> &str {
    let agent = headers.get(header::USER_AGENT);
    agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default()
}

/// The platform sent the browser back.
pub(crate) async fn returned(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let (mut code, mut state) = (None, String::new());
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        match name.as_ref() {
            "code" => code = Some(value.into_owned()),
            "state" => state = value.into_owned(),
            _ => {}
        }
    }
    let browser = cookies::value(&headers, pages.cookies.before);
    let asked = cookies::value(&headers, pages.cookies.asked);
    let outcome = sessions::complete(&pages.app, code.as_deref(), &state, browser).await;
    let failed = !matches!(outcome, Ok(Outcome::Session { .. }));
    if failed && !state.is_empty() && asked == Some(state.as_str()) {
        // Nobody asked for this authorisation: the landing page does without it.
        return Redirect::to(paths::HOME).into_response();
    }
    match outcome {
        Ok(Outcome::Session {
            token,
            max_age,
            return_to,
        }) => {
            let mut response =
                Redirect::to(&return_path(&pages.app.seal, &return_to)).into_response();
            if let Some(cookie) = pages.cookies.set(pages.cookies.session, &token, max_age) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Ok(Outcome::Snapshot) => {
            let page = MessagePage::full_service_needed(pages.frame(&headers));
            pages.message(StatusCode::FORBIDDEN, &page)
        }
        Ok(Outcome::Again) => {
            let again = Link::new("重新打开我的关注", paths::FOLLOWS);
            pages.message(
                StatusCode::BAD_REQUEST,
                &MessagePage::form_expired(pages.frame(&headers), again),
            )
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

/// The key of a notice's page; [`return_path`] reads it back.
pub(crate) fn notice_key(public_id: &str) -> String {
    format!("{NOTICE}{public_id}")
}

/// The key of the page that a reset's token opens. Keys stand in the database, so the token is sealed.
pub(crate) fn reset_key(app: &App, token: &str) -> String {
    // What cannot be sealed leads home.
    let sealed = app.seal.close(RESET_PLACE, token).unwrap_or_default();
    format!("{RESET}{sealed}")
}

/// The key of any other page; [`return_path`] reads it back. What is no page leads home.
pub(crate) fn page_key(path: &str) -> String {
    format!("{PAGE}{path}")
}

/// The key of the list of follows.
pub(crate) const FOLLOWS: &str = "page:/h5/follows";
const PAGE: &str = "page:";
const NOTICE: &str = "notice:";
const RESET: &str = "reset:";
const RESET_PLACE: Place<'static> = Place {
    table: "oauth_states",
    column: "return_to",
    row: "reset",
};

/// Where a key leads; an unknown one leads home.
fn return_path(seal: &Seal, key: &str) -> String {
    if let Some(id) = key.strip_prefix(NOTICE)
        && notice_page::is_public_id(id)
    {
        return paths::notice(id);
    }
    if let Some(sealed) = key.strip_prefix(RESET)
        && let Ok(token) = seal.open(RESET_PLACE, sealed)
        && reset_page::is_token(token.expose())
    {
        return paths::reset(token.expose());
    }
    match key.strip_prefix(PAGE) {
        Some(path) if is_plain(path) => path.to_owned(),
        _ => paths::HOME.to_owned(),
    }
}

/// A path of ours and nothing else: no query, no second slash, nothing encoded.
pub(super) fn is_plain(path: &str) -> bool {
    path.starts_with(paths::HOME)
        && !path.contains("//")
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn a_key_leads_only_to_pages_of_ours() {
        let seal = Seal::from_keys(&[Secret::new(format!("{}=", "A".repeat(43)))]).unwrap();
        let return_path = |key: &str| return_path(&seal, key);
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(return_path(&notice_key(id)), format!("/h5/notices/{id}"));
        assert_eq!(return_path(FOLLOWS), "/h5/follows");
        let reset = |text: &str| format!("{RESET}{}", seal.close(RESET_PLACE, text).unwrap());
        let token = id.repeat(2);
        assert!(!reset(&token).contains(&token));
        assert_eq!(return_path(&reset(&token)), format!("/h5/reset/{token}"));
        assert_eq!(return_path(&reset("../../evil")), "/h5/");
        for key in [
            "",
            "notice:",
            "notice:..%2f..%2fevil",
            "notice://evil.example",
            "//evil.example",
            "page://evil.example",
            "page:/h5//evil.example",
            "page:/h5/?next=x",
            "page:/h5/%2e%2e/x",
            "page:/console/",
            "page:https://evil.example/h5/",
            "notice:0123456789abcdef0123456789abcdeF",
            "reset:",
            "reset:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(return_path(key), "/h5/", "{key}");
        }
    }
}
