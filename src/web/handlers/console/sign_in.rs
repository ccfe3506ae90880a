//! Signing in at the desk, and out.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use subtle::ConstantTimeEq;

use super::desk::{SIGN_IN, entered, expired, failure};
use super::desk_form::DeskForm;
use crate::app::random_hex;
use crate::config::Secret;
use crate::domain::desk::Duty;
use crate::service::captchas::{self, Tried};
use crate::service::desk as service;
use crate::service::desk::sign_in::{self, Outcome};
use crate::service::error::ServiceError;
use crate::web::access::{Access, Table};
use crate::web::captcha::{picture, sound};
use crate::web::console::gate::{CodePage, SignInPage};
use crate::web::cookies;
use crate::web::h5::sign_in as words;
use crate::web::handlers::form::{Posted, parameter};
use crate::web::pages::Pages;

/// Seconds that the cookie in front of a sign-in lives.
const BEFORE_SECS: i64 = 3_600;

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(SIGN_IN, Access::Everyone, get(show))
        .post(SIGN_IN, Access::Everyone, post(submit))
        .get("/console/captcha/{token}", Access::Everyone, get(picture))
        .get(
            "/console/captcha/{token}/sound",
            Access::Everyone,
            get(spoken),
        )
        .get("/console/code", Access::Everyone, get(code))
        .post("/console/code", Access::Everyone, post(try_code))
        .post("/console/sign-out", Access::Desk(&Duty::ALL), post(out))
}

/// Tells browsers apart before anybody has signed in; the form's token and the picture code hang on it.
fn browser(pages: &Pages, headers: &HeaderMap) -> Option<String> {
    let value = cookies::value(headers, pages.cookies.console_before)?;
    (value.len() == 32).then(|| value.to_owned())
}

#[derive(Default)]
struct Faults {
    notice: Option<String>,
    account: Option<String>,
    password: Option<String>,
    captcha: Option<String>,
}

async fn show(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let token = cookies::value(&headers, pages.cookies.console).unwrap_or_default();
    match service::of_token(&pages.app, token).await {
        Ok(Some(_)) => Redirect::to("/console/").into_response(),
        Ok(None) => form(&pages, &headers, "", Faults::default(), StatusCode::OK).await,
        Err(error) => failure(&pages, &error),
    }
}

async fn form(
    pages: &Pages,
    headers: &HeaderMap,
    account: &str,
    faults: Faults,
    status: StatusCode,
) -> Response {
    let known = browser(pages, headers);
    let browser = known.clone().unwrap_or_else(random_hex::<16>);
    let captcha = match captchas::issue(&pages.app, &service::hash(&browser)).await {
        Ok(token) => token,
        Err(error) => return failure(pages, &error),
    };
    let page = SignInPage {
        title: "登录",
        face: pages.site_face(),
        csrf: service::csrf(&browser),
        captcha,
        account: account.to_owned(),
        notice: faults.notice,
        account_error: faults.account,
        password_error: faults.password,
        captcha_error: faults.captcha,
    };
    let mut response = pages.personal(status, &page);
    if known.is_none() {
        let name = pages.cookies.console_before;
        if let Some(cookie) = pages.cookies.set(name, &browser, BEFORE_SECS) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn is_ours(body: &str, token: &str) -> bool {
    let given = parameter(body, "csrf").unwrap_or_default();
    let ours = service::csrf(token);
    given.as_bytes().ct_eq(ours.as_bytes()).into()
}

async fn submit(State(pages): State<Arc<Pages>>, headers: HeaderMap, body: String) -> Response {
    let posted = Posted::parse(&body);
    let account = posted.text("account");
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(browser) = browser(&pages, &headers).filter(|browser| is_ours(&body, browser)) else {
        let faults = Faults {
            notice: Some("请再登录一次。这个页面打开得太久了。".to_owned()),
            ..Faults::default()
        };
        return form(&pages, &headers, &account, faults, StatusCode::FORBIDDEN).await;
    };
    let missing = |name: &str, what: &str| {
        let empty = posted.raw(name).trim().is_empty();
        empty.then(|| words::missing(what))
    };
    let mut faults = Faults {
        notice: None,
        account: missing("account", "登录账号"),
        password: missing("password", "密码"),
        captcha: missing("captcha", "验证码"),
    };
    if faults.account.is_some() || faults.password.is_some() || faults.captcha.is_some() {
        return form(&pages, &headers, &account, faults, refused).await;
    }
    let (token, typed) = (posted.text("captcha_token"), posted.text("captcha"));
    let session = service::hash(&browser);
    match captchas::try_digits(&pages.app, &token, &session, &typed).await {
        Ok(Tried::Right) => {}
        Ok(Tried::Wrong) => faults.captcha = Some(words::captcha_wrong().to_owned()),
        Ok(Tried::Gone) => faults.captcha = Some(words::captcha_gone().to_owned()),
        Err(error) => return failure(&pages, &error),
    }
    if faults.captcha.is_some() {
        return form(&pages, &headers, &account, faults, refused).await;
    }
    let password = Secret::new(posted.raw("password"));
    let outcome = sign_in::password(&pages.app, &browser, &account, &password).await;
    let (status, said) = match outcome {
        Ok(Outcome::In(fresh)) => {
            return entered(&pages, &fresh.token, fresh.max_age, "/console/");
        }
        Ok(Outcome::Code(fresh)) => {
            return entered(&pages, &fresh.token, fresh.max_age, "/console/code");
        }
        Ok(Outcome::TooMany) => (StatusCode::TOO_MANY_REQUESTS, TOO_MANY),
        Ok(Outcome::Disabled) => (refused, "请联系本院的单位管理员。这个账号已经停用。"),
        Ok(Outcome::NoDuties) => (
            refused,
            "请联系本院的单位管理员，分配工作台的权限。这个账号现在只能在微信里使用。",
        ),
        Ok(Outcome::NoPassword | Outcome::NoFactor) => (
            refused,
            "请联系本院的单位管理员，领取一次性登录地址，设置密码和手机验证以后再登录。",
        ),
        Ok(Outcome::Wrong | Outcome::WrongCode | Outcome::TooLate) => {
            (refused, "请核对账号和密码，再输入一遍。账号或者密码不对。")
        }
        Err(error) => return failure(&pages, &error),
    };
    faults.notice = Some(said.to_owned());
    form(&pages, &headers, &account, faults, status).await
}

const TOO_MANY: &str =
    "请过一个小时再试，或者联系本院的单位管理员。为了账号的安全，一个小时内可以试的次数是有限的。";

/// The session of the first step, if its code is still waited for.
async fn asked(pages: &Pages, headers: &HeaderMap) -> Result<Option<String>, ServiceError> {
    let token = cookies::value(headers, pages.cookies.console).unwrap_or_default();
    let asked = sign_in::asked(&pages.app, token).await?;
    Ok(asked.map(|_| token.to_owned()))
}

async fn code(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    match asked(&pages, &headers).await {
        Ok(Some(token)) => code_page(&pages, &token, None, StatusCode::OK),
        Ok(None) => Redirect::to(SIGN_IN).into_response(),
        Err(error) => failure(&pages, &error),
    }
}

fn code_page(pages: &Pages, token: &str, error: Option<&str>, status: StatusCode) -> Response {
    let page = CodePage {
        title: "手机验证",
        face: pages.site_face(),
        csrf: service::csrf(token),
        error: error.map(str::to_owned),
    };
    pages.personal(status, &page)
}

async fn try_code(State(pages): State<Arc<Pages>>, headers: HeaderMap, body: String) -> Response {
    let token = match asked(&pages, &headers).await {
        Ok(Some(token)) => token,
        Ok(None) => return Redirect::to(SIGN_IN).into_response(),
        Err(error) => return failure(&pages, &error),
    };
    if !is_ours(&body, &token) {
        return expired(&pages);
    }
    let typed = Posted::parse(&body).text("code");
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    match sign_in::code(&pages.app, &token, &typed).await {
        Ok(Outcome::In(fresh)) => entered(&pages, &fresh.token, fresh.max_age, "/console/"),
        Ok(Outcome::TooMany) => code_page(
            &pages,
            &token,
            Some(TOO_MANY),
            StatusCode::TOO_MANY_REQUESTS,
        ),
        Ok(Outcome::WrongCode) => {
            let said =
                "请输入手机上现在显示的六位数字。刚才的数字不对，或者已经用过；用过的请等下一组。";
            code_page(&pages, &token, Some(said), refused)
        }
        Ok(_) => Redirect::to(SIGN_IN).into_response(),
        Err(error) => failure(&pages, &error),
    }
}

async fn out(State(pages): State<Arc<Pages>>, DeskForm { desk, .. }: DeskForm) -> Response {
    if let Err(error) = sign_in::out(&pages.app, &desk.manager, &desk.session).await {
        return failure(&pages, &error);
    }
    let mut response = entered(&pages, "", 0, SIGN_IN);
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert("clear-site-data", clear);
    response
}

async fn picture(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    drawn(&pages, &headers, &token, "image/png", |code| {
        picture::png(code).unwrap_or_default()
    })
    .await
}

async fn spoken(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    drawn(&pages, &headers, &token, "audio/wav", sound::wav).await
}

async fn drawn(
    pages: &Pages,
    headers: &HeaderMap,
    token: &str,
    media: &'static str,
    draw: impl Fn(&captchas::Code) -> Vec<u8>,
) -> Response {
    let session = browser(pages, headers).map(|browser| service::hash(&browser));
    let code = match session {
        Some(session) => captchas::of(&pages.app, token, &session).await,
        None => Ok(None),
    };
    match code {
        Ok(Some(code)) => {
            let fixed = [
                (header::CONTENT_TYPE, media),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (fixed, draw(&code)).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failure(pages, &error),
    }
}
