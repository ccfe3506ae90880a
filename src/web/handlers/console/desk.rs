//! The guard of the desk: the session's cookie, who that is now, and which duties a place needs; and the frame that every
//! page of the desk is given.

use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use subtle::ConstantTimeEq;

use crate::app::random_hex;
use crate::domain::desk::Duty;
use crate::service::applications;
use crate::service::desk::{self as service, Manager};
use crate::service::desk_queue;
use crate::service::error::ServiceError;
use crate::web::console::frame::{self, ConsoleFrame};
use crate::web::console::gate::DeskMessage;
use crate::web::cookies;
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

/// Where one signs in.
pub(crate) const SIGN_IN: &str = "/console/sign-in";

/// A manager at the desk, for handlers.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) manager: Manager,
    /// Value of the hidden field in forms.
    pub(crate) csrf: String,
    /// The session, by the hash of its token.
    pub(crate) session: String,
}

impl Desk {
    /// Whether a form that was sent in is one of this session's.
    pub(crate) fn sent(&self, body: &str) -> bool {
        self.has_sent(&parameter(body, "csrf").unwrap_or_default())
    }

    /// The same, for the value of the hidden field.
    pub(crate) fn has_sent(&self, given: &str) -> bool {
        given.as_bytes().ct_eq(self.csrf.as_bytes()).into()
    }
}

/// Lets a request to the desk in, or answers it.
pub(crate) async fn admit(
    pages: &Pages,
    headers: &HeaderMap,
    method: &Method,
    duties: &[Duty],
) -> Result<Desk, Box<Response>> {
    let token = cookies::value(headers, pages.cookies.console).unwrap_or_default();
    let manager = match service::of_token(&pages.app, token).await {
        Ok(manager) => manager,
        Err(error) => return Err(Box::new(failure(pages, &error))),
    };
    let Some(manager) = manager else {
        // What was typed cannot be kept across a sign-in: a form says so instead of losing it without a word.
        return Err(Box::new(match *method {
            Method::GET => Redirect::to(SIGN_IN).into_response(),
            _ => expired(pages),
        }));
    };
    if !manager.duties.any(duties) {
        return Err(Box::new(not_yours(pages)));
    }
    Ok(Desk {
        csrf: service::csrf(token),
        session: service::hash(token),
        manager,
    })
}

/// The frame of a page of the desk: `key` says which place in the navigation it is.
pub(crate) async fn console_frame(
    pages: &Pages,
    desk: &Desk,
    title: &str,
    key: &str,
) -> ConsoleFrame {
    let manager = &desk.manager;
    let counts = match manager.has(Duty::Reviewer) {
        true => counts(pages, manager).await,
        false => Vec::new(),
    };
    ConsoleFrame {
        title: title.to_owned(),
        key: key.to_owned(),
        name: manager.account.display_name.clone(),
        unit: applications::unit_name(&pages.app, &manager.account.unit_id),
        csrf: desk.csrf.clone(),
        face: pages.site_face(),
        nav: frame::nav(|wanted| manager.duties.any(wanted), &counts),
    }
}

/// What waits, by place. A page does without the numbers when the database is slow to count.
async fn counts(pages: &Pages, manager: &Manager) -> Vec<(&'static str, i64)> {
    let counted = desk_queue::counts(&pages.app, manager).await;
    counted.map_or_else(
        |error| {
            tracing::warn!(%error, "what waits could not be counted");
            Vec::new()
        },
        |counted| {
            let words = |count: desk_queue::Count| {
                let key = count.queue.kind().map_or("phone", |kind| kind.as_str());
                (key, count.waiting)
            };
            counted.into_iter().map(words).collect()
        },
    )
}

/// The form is another session's, or too old.
pub(crate) fn expired(pages: &Pages) -> Response {
    let page = DeskMessage::new(
        pages.site_face(),
        "请重新操作",
        &[
            "请返回首页，重新登录以后再做一遍。",
            "登录已经过期，或者这个页面打开得太久，刚才的操作没有生效。",
        ],
    );
    pages.personal(StatusCode::FORBIDDEN, &page)
}

/// The manager has no such duty.
pub(crate) fn not_yours(pages: &Pages) -> Response {
    let page = DeskMessage::new(
        pages.site_face(),
        "没有这项权限",
        &["需要这项权限时，请联系本院的单位管理员。您的账号现在不能使用这个页面。"],
    );
    pages.personal(StatusCode::FORBIDDEN, &page)
}

/// What went wrong at the desk, as a page with a way on.
pub(crate) fn failure(pages: &Pages, error: &ServiceError) -> Response {
    let (status, title, sentence) = match error {
        ServiceError::NotFound => (
            StatusCode::NOT_FOUND,
            "没有找到",
            "请从列表里重新打开。这条记录不存在，或者不属于本院。",
        ),
        ServiceError::Rejected(_) => (
            StatusCode::BAD_REQUEST,
            "无法办理",
            "请返回重新操作。这个请求不完整，没有生效。",
        ),
        ServiceError::Store(_)
        | ServiceError::Search(_)
        | ServiceError::Cache(_)
        | ServiceError::Platform(_) => return unavailable(pages, error),
    };
    let page = DeskMessage::new(pages.site_face(), title, &[sentence]);
    pages.personal(status, &page)
}

/// «Us»: logged once, here, under the number that the page shows.
pub(crate) fn unavailable(pages: &Pages, error: &(dyn std::error::Error + 'static)) -> Response {
    let reference = random_hex::<4>();
    tracing::error!(reference, error, "a page of the desk failed");
    let mut page = DeskMessage::new(
        pages.site_face(),
        "请稍后再试",
        &["请过几分钟再试。服务暂时无法完成这个操作，请重新打开页面看看它是否已经生效。"],
    );
    page.reference = Some(reference);
    pages.personal(StatusCode::SERVICE_UNAVAILABLE, &page)
}

/// 303 to a page, with the session's cookie.
pub(crate) fn entered(pages: &Pages, token: &str, max_age: i64, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Some(cookie) = pages.cookies.set(pages.cookies.console, token, max_age) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
