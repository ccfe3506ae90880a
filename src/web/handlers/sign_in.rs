//! 登录 for each role, the question before an account is taken over, and 退出登录.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::config::Secret;
use crate::domain::notice::mask_account;
use crate::domain::role::Role;
use crate::service::error::ServiceError;
use crate::service::members;
use crate::service::sessions::Fresh;
use crate::service::sign_in::{self as service, Holder, Outcome, Typed};
use crate::web::h5::field::{Field, Input, Line};
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::form::{FormPage, Section};
use crate::web::h5::layout::Link;
use crate::web::h5::message::MessagePage;
use crate::web::h5::{paths, sign_in as words};
use crate::web::handlers::captcha;
use crate::web::handlers::form::Posted;
use crate::web::handlers::guard::Member;
use crate::web::handlers::login::Visitor;
use crate::web::pages::Pages;

/// Seconds for which a browser that has just signed out is not led through authorisation again.
const CALM_SECS: i64 = 300;

/// What is wrong, each beside its field.
#[derive(Default)]
struct Faults {
    account: Option<String>,
    password: Option<String>,
    captcha: Option<String>,
}

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Path(role): Path<String>,
) -> Response {
    let Some(role) = Role::parse(&role) else {
        return pages.failure(&headers, &ServiceError::NotFound);
    };
    if let Some(answer) = linked(&pages, &headers, &visitor).await {
        return answer;
    }
    let desk = Desk {
        pages: &pages,
        headers: &headers,
        visitor: &visitor,
        role,
    };
    desk.form(&Posted::default(), Faults::default(), StatusCode::OK)
        .await
}

pub(crate) async fn submit(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Path(role): Path<String>,
    body: String,
) -> Response {
    let Some(role) = Role::parse(&role) else {
        return pages.failure(&headers, &ServiceError::NotFound);
    };
    let desk = Desk {
        pages: &pages,
        headers: &headers,
        visitor: &visitor,
        role,
    };
    let posted = Posted::parse(&body);
    if !visitor.sent(&body) {
        return desk
            .form(&posted, Faults::default(), StatusCode::FORBIDDEN)
            .await;
    }
    if let Some(answer) = linked(&pages, &headers, &visitor).await {
        return answer;
    }
    let missing = |name: &str, what: &str| {
        let empty = posted.raw(name).trim().is_empty();
        empty.then(|| words::missing(what))
    };
    let faults = Faults {
        account: missing("account", "登录账号"),
        password: missing("password", "密码"),
        captcha: missing("captcha", "验证码"),
    };
    if faults.account.is_some() || faults.password.is_some() || faults.captcha.is_some() {
        return desk
            .form(&posted, faults, StatusCode::UNPROCESSABLE_ENTITY)
            .await;
    }
    match desk.sign_in(&posted).await {
        Ok(answer) => answer,
        Err(error) => pages.failure(&headers, &error),
    }
}

/// Who has an account linked has nothing to do on a sign-in page.
async fn linked(pages: &Pages, headers: &HeaderMap, visitor: &Visitor) -> Option<Response> {
    match members::account_of(&pages.app, &visitor.openid).await {
        Ok(None) => None,
        Ok(Some(account)) => {
            let account = mask_account(&account.login_name);
            let page = words::already(pages.frame(headers), &account);
            Some(pages.message(StatusCode::OK, &page))
        }
        Err(error) => Some(pages.failure(headers, &error)),
    }
}

struct Desk<'a> {
    pages: &'a Pages,
    headers: &'a HeaderMap,
    visitor: &'a Visitor,
    role: Role,
}

impl Desk<'_> {
    async fn sign_in(&self, posted: &Posted) -> Result<Response, ServiceError> {
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        let captcha = captcha::fault(self.pages, self.visitor, posted).await?;
        if captcha.is_some() {
            let faults = Faults {
                captcha,
                ..Faults::default()
            };
            return Ok(self.form(posted, faults, refused).await);
        }
        let typed = Typed {
            role: self.role,
            account: posted.text("account"),
            password: Secret::new(posted.raw("password")),
        };
        let outcome = service::sign_in(&self.pages.app, &holder(self.visitor), &typed).await?;
        let mut faults = Faults::default();
        let mut status = refused;
        match outcome {
            Outcome::In(fresh) => return Ok(entered(self.pages, &fresh, paths::HOME)),
            Outcome::Ask => {
                let question = paths::login_replace(self.role);
                return Ok(Redirect::to(&question).into_response());
            }
            Outcome::Wrong => faults.password = Some(words::wrong(self.role)),
            Outcome::TooMany => {
                faults.account = Some(words::too_many(self.role));
                status = StatusCode::TOO_MANY_REQUESTS;
            }
            Outcome::OtherRole(found) => faults.account = Some(words::other_role(self.role, found)),
            Outcome::Disabled => faults.account = Some(words::disabled()),
            Outcome::Expired => faults.password = Some(words::expired().to_owned()),
            Outcome::FollowerTaken => faults.account = Some(words::follower_taken().to_owned()),
            Outcome::TooLate => faults.password = Some(words::wrong(self.role)),
        }
        Ok(self.form(posted, faults, status).await)
    }

    /// The form with everything typed but the password, and a new picture.
    async fn form(&self, posted: &Posted, faults: Faults, status: StatusCode) -> Response {
        let captcha = match captcha::field(self.pages, self.visitor, faults.captcha).await {
            Ok(field) => field,
            Err(error) => return self.pages.failure(self.headers, &error),
        };
        let line = Line {
            keyboard: "text",
            fill: "username",
            most: 64,
            example: "请输入登录账号",
        };
        let account = Field::line("account", "账号", line, &posted.text("account"));
        let password = Field::with("password", "密码", Input::Password { is_new: false }, "");
        let fields = vec![
            account.faulty(faults.account),
            password.faulty(faults.password),
            captcha,
        ];
        let frame = self.pages.frame(self.headers);
        let action = paths::login(self.role);
        let mut page = FormPage::new(frame, "登录", &action, &self.visitor.csrf, "绑定");
        page.strip = Some(self.role);
        page.sections = vec![Section::new("", fields)];
        let recover = Link::new("找回密码", paths::PASSWORD_REQUEST);
        match self.role {
            Role::Lawyer => page.buttons = vec![Link::new("注册", paths::REGISTER), recover],
            Role::Party => page.links = vec![recover],
            Role::Manager => {}
        }
        page.links
            .push(Link::new("账号绑定说明", paths::ABOUT_BINDING));
        page.has_help = true;
        if status == StatusCode::FORBIDDEN {
            page = page.expired();
        }
        self.pages.personal(status, &page)
    }
}

pub(crate) async fn ask(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Path(role): Path<String>,
) -> Response {
    let Some(role) = Role::parse(&role) else {
        return pages.failure(&headers, &ServiceError::NotFound);
    };
    question(&pages, &headers, &visitor, role, StatusCode::OK).await
}

pub(crate) async fn replace(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Path(role): Path<String>,
    body: String,
) -> Response {
    let Some(role) = Role::parse(&role) else {
        return pages.failure(&headers, &ServiceError::NotFound);
    };
    if !visitor.sent(&body) {
        return question(&pages, &headers, &visitor, role, StatusCode::FORBIDDEN).await;
    }
    match service::replace(&pages.app, &holder(&visitor), role).await {
        Ok(Outcome::In(fresh)) => entered(&pages, &fresh, paths::HOME),
        Ok(_) => {
            let page = words::too_late(pages.frame(&headers), role);
            pages.message(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

async fn question(
    pages: &Pages,
    headers: &HeaderMap,
    visitor: &Visitor,
    role: Role,
    status: StatusCode,
) -> Response {
    let frame = pages.frame(headers);
    let account = match service::asked(&pages.app, &holder(visitor), role).await {
        Ok(Some(account)) => account,
        Ok(None) => {
            let page = words::too_late(frame, role);
            return pages.message(StatusCode::OK, &page);
        }
        Err(error) => return pages.failure(headers, &error),
    };
    let action = paths::login_replace(role);
    let mut page = FormPage::new(frame, "更换绑定的微信", &action, &visitor.csrf, "确认更换");
    page.intro = vec![
        format!(
            "账号{}已绑定其他微信。要改为绑定这个微信，请点“确认更换”。",
            mask_account(&account.login_name)
        ),
        "更换以后，原来的微信不再收到这个账号的通知，也不能再办理它的业务。".to_owned(),
        "您不需要再输入密码。请在5分钟内确认。".to_owned(),
    ];
    page.links = vec![Link::new("不更换，返回首页", paths::HOME)];
    page.has_help = true;
    if status == StatusCode::FORBIDDEN {
        page = page.expired();
    }
    pages.personal(status, &page)
}

pub(crate) async fn sign_out(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !member.visitor.sent(&body) {
        let again = Link::new("返回首页", paths::HOME);
        let page = MessagePage::form_expired(pages.frame(&headers), again);
        return pages.message(StatusCode::FORBIDDEN, &page);
    }
    if let Err(error) = service::sign_out(&pages.app, &member.visitor.openid).await {
        return pages.failure(&headers, &error);
    }
    let after = format!("{}?outcome=signed_out", paths::HOME);
    let mut response = Redirect::to(&after).into_response();
    let names = pages.cookies;
    for (name, value, age) in [(names.session, "", 0), (names.asked, "0", CALM_SECS)] {
        if let Some(cookie) = names.set(name, value, age) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    // Not the cookies: the reading mode of somebody with weak eyes stays.
    response.headers_mut().insert(
        "clear-site-data",
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    no_store(&mut response);
    response
}

/// Leads on with the session's new token.
pub(super) fn entered(pages: &Pages, fresh: &Fresh, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let names = pages.cookies;
    if let Some(cookie) = names.set(names.session, &fresh.token, fresh.max_age) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    no_store(&mut response);
    response
}

fn no_store(response: &mut Response) {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
}

/// Who signs in.
pub(super) fn holder(visitor: &Visitor) -> Holder {
    Holder {
        openid: visitor.openid.clone(),
        session: visitor.session.clone(),
    }
}

/// The message of the landing page after 退出登录.
pub(super) fn signed_out() -> crate::web::h5::follow_outcome::Notice {
    crate::web::h5::follow_outcome::Notice {
        tone: Tone::Ok,
        text: "您已退出登录。这个微信不再收到案件通知；您关注的检察院还在。".to_owned(),
    }
}
