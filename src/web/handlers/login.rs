//! Who is looking: the session's owner, or the way through web authorisation and back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::ids::OpenId;
use crate::service::notice_page;
use crate::service::sessions::{self, Outcome};
use crate::web::cookies;
use crate::web::h5::layout::Link;
use crate::web::h5::message::MessagePage;
use crate::web::h5::paths;
use crate::web::pages::Pages;

/// Where the platform sends the browser back to.
pub(crate) const PATH: &str = "/h5/oauth";
/// Seconds the pre-session cookie lives; as long as an authorisation may take.
const BEFORE_SECS: i64 = 600;

/// A follower who has a session.
pub(crate) struct Visitor {
    pub(crate) openid: OpenId,
    /// Value of the hidden field in forms.
    pub(crate) csrf: String,
}

/// The follower, or the answer that leads to a session: a redirect to the platform, or a page that says where to
/// open this. `return_to` is a key of [`return_path`], never an address.
pub(crate) async fn visitor(
    pages: &Pages,
    headers: &HeaderMap,
    return_to: &str,
) -> Result<Visitor, Box<Response>> {
    let fail = |error| Box::new(pages.failure(headers, &error));
    if let Some(token) = cookies::value(headers, pages.cookies.session)
        && let Some(openid) = sessions::owner(&pages.app, token).await.map_err(fail)?
    {
        return Ok(Visitor {
            openid,
            csrf: sessions::csrf(token),
        });
    }
    if is_outside_wechat(pages, headers) {
        let page = MessagePage::open_in_wechat(pages.frame(headers));
        return Err(Box::new(pages.message(StatusCode::FORBIDDEN, &page)));
    }
    let browser = cookies::value(headers, pages.cookies.before);
    let begun = sessions::begin(&pages.app, return_to, browser)
        .await
        .map_err(fail)?;
    let mut response =
        (StatusCode::FOUND, [(header::LOCATION, begun.authorize_url)]).into_response();
    if let Some(cookie) = pages
        .cookies
        .set(pages.cookies.before, &begun.browser, BEFORE_SECS)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Err(Box::new(response))
}

/// The real platform's page works only in WeChat's own browser.
fn is_outside_wechat(pages: &Pages, headers: &HeaderMap) -> bool {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    pages
        .app
        .settings
        .wechat
        .oauth_base_url
        .contains("//open.weixin.qq.com")
        && !agent.contains("MicroMessenger")
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
    match sessions::complete(&pages.app, code.as_deref(), &state, browser).await {
        Ok(Outcome::Session {
            token,
            max_age,
            return_to,
        }) => {
            let mut response = Redirect::to(&return_path(&return_to)).into_response();
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

const NOTICE: &str = "notice:";

/// Where a key leads; an unknown one leads home.
fn return_path(key: &str) -> String {
    if let Some(id) = key.strip_prefix(NOTICE)
        && notice_page::is_public_id(id)
    {
        return paths::notice(id);
    }
    match key {
        "follows" => paths::FOLLOWS,
        _ => paths::HOME,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_only_to_pages_of_ours() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(return_path(&notice_key(id)), format!("/h5/notices/{id}"));
        assert_eq!(return_path("follows"), "/h5/follows");
        for key in [
            "",
            "notice:",
            "notice:..%2f..%2fevil",
            "notice://evil.example",
            "//evil.example",
            "notice:0123456789abcdef0123456789abcdeF",
        ] {
            assert_eq!(return_path(key), "/h5/", "{key}");
        }
    }
}
