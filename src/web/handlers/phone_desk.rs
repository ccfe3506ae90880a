//! 案管后台 in WeChat: numbers for every reviewer; names, papers and decisions only within fifteen minutes of
//! the second factor (decision 19).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::domain::application::ApplicationKind;
use crate::domain::reasons::Reasons;
use crate::service::attachments;
use crate::service::decisions::{Target, Verdict};
use crate::service::desk::Manager;
use crate::service::desk::factor::{self, Shown};
use crate::service::error::ServiceError;
use crate::service::phone_desk::{self as service, Detail};
use crate::web::access::Access::Member as For;
use crate::web::access::{MANAGER, Needs, Table};
use crate::web::h5::desk_page::{self, DeskPage};
use crate::web::h5::follow_outcome::{Notice, Tone};
use crate::web::h5::layout::Link;
use crate::web::h5::message::MessagePage;
use crate::web::h5::paths;
use crate::web::handlers::bindings::{files, rest};
use crate::web::handlers::form::{Posted, parameter};
use crate::web::handlers::guard::Member;
use crate::web::handlers::login::is_plain;
use crate::web::pages::Pages;

/// Rows of a page.
const ROWS: i64 = 20;

/// Its routes.
pub(crate) fn routes(table: Table) -> Table {
    let manager = For(MANAGER, Needs::Approval);
    table
        .get(paths::DESK, manager, get(overview))
        .get("/h5/desk/factor", manager, get(ask))
        .post("/h5/desk/factor", manager, post(show))
        .get("/h5/desk/{kind}", manager, get(list))
        .get("/h5/desk/applications/{id}", manager, get(one))
        .post("/h5/desk/applications/{id}/approve", manager, post(approve))
        .get("/h5/desk/applications/{id}/reject", manager, get(why))
        .post("/h5/desk/applications/{id}/reject", manager, post(reject))
}

type Refusal = Box<Response>;

/// The manager behind the account, who may decide.
async fn reviewer(pages: &Pages, headers: &HeaderMap, member: &Member) -> Result<Manager, Refusal> {
    let found = service::reviewer(&pages.app, &member.account).await;
    let found = found.map_err(|error| Box::new(pages.failure(headers, &error)))?;
    found.ok_or_else(|| {
        let page = desk_page::no_duty(pages.frame(headers));
        Box::new(pages.message(StatusCode::FORBIDDEN, &page))
    })
}

/// The same, with the second factor shown a moment ago; else the way to where it is asked for, and from there to `back`.
async fn verified(
    pages: &Pages,
    headers: &HeaderMap,
    member: &Member,
    back: &str,
) -> Result<Manager, Refusal> {
    let manager = reviewer(pages, headers, member).await?;
    let session = &member.visitor.session;
    let fresh = factor::is_fresh_on_phone(&pages.app, &member.account, session).await;
    match fresh.map_err(|error| Box::new(pages.failure(headers, &error)))? {
        true => Ok(manager),
        false => {
            let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
            let to = format!("{}/factor?to={back}", paths::DESK);
            Err(Box::new(Redirect::to(&to).into_response()))
        }
    }
}

async fn overview(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let manager = match reviewer(&pages, &headers, &member).await {
        Ok(manager) => manager,
        Err(refusal) => return *refusal,
    };
    match service::overview(&pages.app, &manager).await {
        Ok(overview) => {
            let csrf = &member.visitor.csrf;
            let mut page = DeskPage::new(pages.frame(&headers), overview, csrf);
            page.notice = outcome(uri.query().unwrap_or_default());
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

fn outcome(query: &str) -> Option<Notice> {
    let said = |tone, text: &str| {
        let text = text.to_owned();
        Some(Notice { tone, text })
    };
    match parameter(query, "outcome")?.as_str() {
        "approved" => said(Tone::Ok, "已通过，申请人会收到通知。"),
        "rejected" => said(Tone::Ok, "已作不通过处理，申请人会收到通知和原因。"),
        "call" => said(
            Tone::Warn,
            "已处理。申请人没有绑定微信，请在电脑上完成电话告知。",
        ),
        _ => None,
    }
}

async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(word): Path<String>,
    uri: Uri,
) -> Response {
    let Some(kind) = ApplicationKind::parse(&word) else {
        return pages.failure(&headers, &ServiceError::NotFound);
    };
    let path = desk_page::list_path(kind);
    let manager = match verified(&pages, &headers, &member, &path).await {
        Ok(manager) => manager,
        Err(refusal) => return *refusal,
    };
    let after = parameter(uri.query().unwrap_or_default(), "after");
    match service::list(&pages.app, &manager, kind, after, ROWS + 1).await {
        Ok(mut found) => {
            let more = rest(&mut found, ROWS);
            let next = found.last().filter(|_| more).map(|last| {
                let id = &last.application.public_id;
                Link::new("后面的", format!("{path}?after={id}"))
            });
            let page = desk_page::cards(pages.frame(&headers), kind, &found, next);
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

/// The application and who looks at it.
async fn opened(
    pages: &Pages,
    headers: &HeaderMap,
    member: &Member,
    public_id: &str,
) -> Result<(Manager, Detail), Refusal> {
    let back = desk_page::application_path(public_id);
    let manager = verified(pages, headers, member, &back).await?;
    let one = service::one(&pages.app, &manager, public_id).await;
    let one = one.map_err(|error| Box::new(pages.failure(headers, &error)))?;
    Ok((manager, one))
}

async fn one(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    match opened(&pages, &headers, &member, &public_id).await {
        Ok((_, one)) => {
            let frame = pages.frame(&headers);
            let mut page = desk_page::detail(frame, &one, &member.visitor.csrf);
            page.files = files(&pages, &member, &one.files);
            pages.personal(StatusCode::OK, &page)
        }
        Err(refusal) => *refusal,
    }
}

async fn why(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    match opened(&pages, &headers, &member, &public_id).await {
        Ok((_, one)) if one.application.decided_at.is_some() => {
            Redirect::to(&desk_page::application_path(&public_id)).into_response()
        }
        Ok((_, one)) => {
            let shown = (&[][..], "", None);
            let page = rejection(&pages, &headers, &member, &one, shown);
            pages.personal(StatusCode::OK, &page)
        }
        Err(refusal) => *refusal,
    }
}

fn rejection(
    pages: &Pages,
    headers: &HeaderMap,
    member: &Member,
    one: &Detail,
    shown: (&[String], &str, Option<String>),
) -> crate::web::h5::form::FormPage {
    let known = Reasons::built_in();
    let reasons: Vec<(String, String)> = known
        .of(one.kind.as_str())
        .iter()
        .map(|reason| (reason.key.clone(), reason.label.clone()))
        .collect();
    let frame = pages.frame(headers);
    desk_page::rejection(frame, one, &reasons, &member.visitor.csrf, shown)
}

async fn approve(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
    body: String,
) -> Response {
    if !member.visitor.sent(&body) {
        return expired(&pages, &headers, &public_id);
    }
    let (manager, one) = match opened(&pages, &headers, &member, &public_id).await {
        Ok(opened) => opened,
        Err(refusal) => return *refusal,
    };
    let posted = Posted::parse(&body);
    decide(
        &pages,
        &headers,
        (&manager, &one),
        &posted,
        Verdict::Approve,
    )
    .await
}

async fn reject(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
    body: String,
) -> Response {
    if !member.visitor.sent(&body) {
        return expired(&pages, &headers, &public_id);
    }
    let (manager, one) = match opened(&pages, &headers, &member, &public_id).await {
        Ok(opened) => opened,
        Err(refusal) => return *refusal,
    };
    let posted = Posted::parse(&body);
    let (ticked, more) = (posted.all("reason"), posted.text("more"));
    let together = Reasons::built_in().together(one.kind.as_str(), &ticked, &more);
    match together {
        Ok(reason) => {
            let verdict = Verdict::Reject(reason);
            decide(&pages, &headers, (&manager, &one), &posted, verdict).await
        }
        Err(flaw) => {
            let fault = Some(flaw.sentence().to_owned());
            let shown = (ticked.as_slice(), more.as_str(), fault);
            let page = rejection(&pages, &headers, &member, &one, shown);
            pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn decide(
    pages: &Pages,
    headers: &HeaderMap,
    (manager, one): (&Manager, &Detail),
    posted: &Posted,
    verdict: Verdict,
) -> Response {
    let word = match verdict {
        Verdict::Approve => "approved",
        Verdict::Reject(_) => "rejected",
    };
    let target = Target {
        public_id: one.application.public_id.clone(),
        version: posted.text("version").parse().unwrap_or(-1),
        take_over: false,
    };
    match service::decide(&pages.app, manager, (one.kind, target), verdict).await {
        Ok(decided) => {
            let word = decided.phone_task.map_or(word, |_call| "call");
            Redirect::to(&format!("{}?outcome={word}", paths::DESK)).into_response()
        }
        Err(refused) => {
            let page =
                desk_page::refused(pages.frame(headers), &refused.sentence_on_phone(), one.kind);
            pages.message(StatusCode::CONFLICT, &page)
        }
    }
}

async fn ask(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if let Err(refusal) = reviewer(&pages, &headers, &member).await {
        return *refusal;
    }
    let to = target(uri.query().unwrap_or_default());
    let page = factor_page(&pages, &headers, &member, &to, None);
    pages.personal(StatusCode::OK, &page)
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    uri: Uri,
    body: String,
) -> Response {
    let to = target(uri.query().unwrap_or_default());
    if !member.visitor.sent(&body) {
        let page = factor_page(&pages, &headers, &member, &to, None).expired();
        return pages.personal(StatusCode::FORBIDDEN, &page);
    }
    if let Err(refusal) = reviewer(&pages, &headers, &member).await {
        return *refusal;
    }
    let code = Posted::parse(&body).text("code");
    let session = &member.visitor.session;
    let shown = factor::check_on_phone(&pages.app, &member.account, session, &code).await;
    let (status, fault) = match shown {
        Ok(Shown::Right) => return Redirect::to(&to).into_response(),
        Ok(Shown::None) => {
            let page = desk_page::no_factor(pages.frame(&headers));
            return pages.message(StatusCode::FORBIDDEN, &page);
        }
        Ok(Shown::Wrong) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "请输入身份验证器上现在显示的数字：这个动态码不对，或者已经用过。用过的请等下一个。",
        ),
        Ok(Shown::TooMany) => (
            StatusCode::TOO_MANY_REQUESTS,
            "请一小时以后再试：输错的次数太多。",
        ),
        Err(error) => return pages.failure(&headers, &error),
    };
    let page = factor_page(&pages, &headers, &member, &to, Some(fault.to_owned()));
    pages.personal(status, &page)
}

/// Where the way goes on: a page of the desk, nothing else.
fn target(query: &str) -> String {
    let asked = parameter(query, "to").unwrap_or_default();
    let below = format!("{}/", paths::DESK);
    match is_plain(&asked) && asked.starts_with(&below) {
        true => asked,
        false => paths::DESK.to_owned(),
    }
}

fn factor_page(
    pages: &Pages,
    headers: &HeaderMap,
    member: &Member,
    to: &str,
    fault: Option<String>,
) -> crate::web::h5::form::FormPage {
    let encoded: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    let action = format!("{}/factor?to={encoded}", paths::DESK);
    desk_page::factor(pages.frame(headers), &action, &member.visitor.csrf, fault)
}

fn expired(pages: &Pages, headers: &HeaderMap, public_id: &str) -> Response {
    let again = Link::new("重新打开这件申请", desk_page::application_path(public_id));
    let page = MessagePage::form_expired(pages.frame(headers), again);
    pages.message(StatusCode::FORBIDDEN, &page)
}

/// What a reviewer may look at on the phone: papers of applications to the unit, within the time of the second factor.
pub(crate) async fn viewer(
    pages: &Pages,
    member: (&crate::store::accounts::Account, &str),
) -> Result<Option<attachments::Viewer>, ServiceError> {
    let (account, session) = member;
    let Some(manager) = service::reviewer(&pages.app, account).await? else {
        return Ok(None);
    };
    if !factor::is_fresh_on_phone(&pages.app, account, session).await? {
        return Ok(None);
    }
    Ok(Some(attachments::Viewer::Manager {
        unit_id: manager.scope().unit_id().to_owned(),
        login_name: manager.account.login_name.clone(),
        public_id: manager.account.public_id,
    }))
}
