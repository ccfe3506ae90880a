//! 业务办理: the page of the role for who has an account linked, the three entrances for everybody else; 个人中心.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::publication::PublicationKind;
use crate::domain::role::Role;
use crate::service::error::ServiceError;
use crate::service::{home as service, link_messages, members, publications};
use crate::store::accounts::Account;
use crate::web::h5::about_binding::AboutBindingPage;
use crate::web::h5::follow_outcome::Notice;
use crate::web::h5::home::{self, HomePage};
use crate::web::h5::landing::LandingPage;
use crate::web::h5::layout::Link;
use crate::web::h5::me::{self, MePage};
use crate::web::h5::message::MessagePage;
use crate::web::h5::paths;
use crate::web::handlers::form::parameter;
use crate::web::handlers::guard::Member;
use crate::web::handlers::login::{self, Visitor};
use crate::web::handlers::{reading, sign_in};
use crate::web::pages::Pages;

/// Open to everybody. Who comes from the menu of WeChat without a session is known after one silent authorisation; if
/// that fails the page is shown all the same.
pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let visitor = match login::known(&pages, &headers).await {
        Ok(visitor) => visitor,
        Err(error) => return pages.failure(&headers, &error),
    };
    let notice = notice(uri.query().unwrap_or_default());
    let shown = match visitor {
        Some(visitor) => personal(&pages, &headers, visitor, notice).await,
        None => match login::silently(&pages, &headers).await {
            Some(redirect) => Ok(redirect),
            None => public(&pages, &headers, notice).await,
        },
    };
    shown.unwrap_or_else(|error| pages.failure(&headers, &error))
}

async fn personal(
    pages: &Pages,
    headers: &HeaderMap,
    visitor: Visitor,
    notice: Option<Notice>,
) -> Result<Response, ServiceError> {
    let account = members::account_of(&pages.app, &visitor.openid).await?;
    let messages = link_messages::of(&pages.app, &visitor.openid).await?;
    let messages: Vec<String> = messages.iter().map(home::sentence).collect();
    let found = account.and_then(|account| Some((Role::parse(&account.role)?, account)));
    if let Some((role, account)) = found {
        let counted = service::of(&pages.app, &account, &visitor.openid).await?;
        let frame = pages.frame(headers);
        let mut page = HomePage::new(frame, &account, role, visitor.csrf, counted);
        page.notice = notice;
        page.messages = messages;
        return Ok(pages.personal(StatusCode::OK, &page));
    }
    let mut page = landing(pages, headers).await?;
    page.notice = notice;
    page.messages = messages;
    page.csrf = visitor.csrf;
    Ok(pages.personal(StatusCode::OK, &page))
}

async fn public(
    pages: &Pages,
    headers: &HeaderMap,
    notice: Option<Notice>,
) -> Result<Response, ServiceError> {
    let mut page = landing(pages, headers).await?;
    page.notice = notice;
    Ok(pages.page(&page))
}

async fn landing(pages: &Pages, headers: &HeaderMap) -> Result<LandingPage, ServiceError> {
    let items = publications::latest(&pages.app, PublicationKind::ImportantCase).await?;
    let rows = reading::rows(pages, items);
    Ok(LandingPage::new(pages.frame(headers), rows))
}

fn notice(query: &str) -> Option<Notice> {
    match parameter(query, "outcome")?.as_str() {
        "signed_out" => Some(sign_in::signed_out()),
        _ => None,
    }
}

/// The messages of the landing page are read.
pub(crate) async fn read_messages(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !visitor.sent(&body) {
        return expired(&pages, &headers);
    }
    match link_messages::read(&pages.app, &visitor.openid).await {
        Ok(()) => Redirect::to(paths::HOME).into_response(),
        Err(error) => pages.failure(&headers, &error),
    }
}

pub(crate) async fn me(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let account: &Account = &member.account;
    let profile = match service::profile(&pages.app, account).await {
        Ok(profile) => profile,
        Err(error) => return pages.failure(&headers, &error),
    };
    let (frame, csrf) = (pages.frame(&headers), member.visitor.csrf);
    let mut page = MePage::new(frame, account, member.role, profile, csrf);
    let outcome = parameter(uri.query().unwrap_or_default(), "outcome");
    page.notice = match outcome.as_deref() {
        Some("on") => Some(me::switched(true)),
        Some("off") => Some(me::switched(false)),
        _ => None,
    };
    pages.personal(StatusCode::OK, &page)
}

pub(crate) async fn switch_notices(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !member.visitor.sent(&body) {
        return expired(&pages, &headers);
    }
    let word = match parameter(&body, "notices").as_deref() {
        Some("on") => "on",
        Some("off") => "off",
        _ => return pages.failure(&headers, &ServiceError::Rejected("notices".to_owned())),
    };
    let openid = &member.visitor.openid;
    match service::switch_notices(&pages.app, &member.account, openid, word == "on").await {
        Ok(()) => Redirect::to(&format!("{}?outcome={word}", paths::ME)).into_response(),
        Err(error) => pages.failure(&headers, &error),
    }
}

pub(crate) async fn about_binding(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let page = AboutBindingPage::new(pages.frame(&headers));
    std::future::ready(pages.page(&page)).await
}

fn expired(pages: &Pages, headers: &HeaderMap) -> Response {
    let again = Link::new("返回首页", paths::HOME);
    let page = MessagePage::form_expired(pages.frame(headers), again);
    pages.message(StatusCode::FORBIDDEN, &page)
}
