//! 找回密码.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::service::error::ServiceError;
use crate::service::password_requests::{self as service, Asked, Outcome};
use crate::service::submissions;
use crate::web::h5::field::{Field, Line};
use crate::web::h5::form::{FormPage, Section};
use crate::web::h5::layout::Link;
use crate::web::h5::{paths, sign_in as words};
use crate::web::handlers::captcha;
use crate::web::handlers::form::Posted;
use crate::web::handlers::login::Visitor;
use crate::web::handlers::unit_choice::{self, UnitChoice};
use crate::web::pages::Pages;

/// Of a once-key that came back.
const ONCE_LEN: usize = 32;

/// What is wrong, each beside its field.
#[derive(Default)]
struct Faults {
    account: Option<String>,
    unit: Option<UnitChoice>,
    captcha: Option<String>,
}

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    let empty = Posted::default();
    answer(
        &pages,
        &headers,
        &visitor,
        &empty,
        Faults::default(),
        StatusCode::OK,
    )
    .await
}

pub(crate) async fn submit(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let posted = Posted::parse(&body);
    if !visitor.sent(&body) {
        let (none, status) = (Faults::default(), StatusCode::FORBIDDEN);
        return answer(&pages, &headers, &visitor, &posted, none, status).await;
    }
    match take(&pages, &visitor, &posted).await {
        Ok(Ok(path)) => Redirect::to(&path).into_response(),
        Ok(Err((faults, status))) => {
            answer(&pages, &headers, &visitor, &posted, faults, status).await
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

pub(crate) async fn done(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let page = words::requested(pages.frame(&headers));
    std::future::ready(pages.message(StatusCode::OK, &page)).await
}

/// Where the result is, or what is wrong.
async fn take(
    pages: &Pages,
    visitor: &Visitor,
    posted: &Posted,
) -> Result<Result<String, (Faults, StatusCode)>, ServiceError> {
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let account = posted.text("account");
    let unit = unit_choice::read(&pages.app.units(), posted, "unit");
    let mut faults = Faults::default();
    if account.is_empty() {
        faults.account = Some(words::missing("您的账号"));
    }
    if posted.text("captcha").is_empty() {
        faults.captcha = Some(words::missing("验证码"));
    }
    let UnitChoice::Chosen(chosen) = unit else {
        faults.unit = Some(unit);
        return Ok(Err((faults, status)));
    };
    if faults.account.is_some() || faults.captcha.is_some() {
        return Ok(Err((faults, status)));
    }
    faults.captcha = captcha::fault(pages, visitor, posted).await?;
    if faults.captcha.is_some() {
        return Ok(Err((faults, status)));
    }
    let asked = Asked {
        openid: visitor.openid.clone(),
        account,
        unit: chosen,
        once: once(posted),
        result: paths::PASSWORD_REQUESTED,
    };
    let refuse = |text: &str| {
        Some(UnitChoice::Unknown {
            fault: text.to_owned(),
            candidates: Vec::new(),
        })
    };
    match service::ask(&pages.app, &asked).await? {
        Outcome::Taken(path) => return Ok(Ok(path)),
        Outcome::Waiting => {
            faults.unit = refuse(
                "请耐心等候：您已经向这个检察院提出过找回密码的申请，预计在3个工作日内处理，不用重复提交。如有急事，请拨打12309。",
            );
        }
        Outcome::TooManyUnits => {
            faults.unit = refuse(
                "请先等候前面的申请处理：您已经向3个检察院提出过找回密码的申请。如有急事，请拨打12309。",
            );
        }
        Outcome::TooMany => {
            faults.account = Some(
                "请过一个小时再试，或者拨打12309。找回密码一个小时内最多可以申请6次。".to_owned(),
            );
            status = StatusCode::TOO_MANY_REQUESTS;
        }
    }
    Ok(Err((faults, status)))
}

/// The form's key as it was sent out; a made-up one is as good as none.
fn once(posted: &Posted) -> String {
    let given = posted.text("once");
    match given.len() {
        ONCE_LEN => given,
        _ => submissions::fresh(),
    }
}

async fn answer(
    pages: &Pages,
    headers: &HeaderMap,
    visitor: &Visitor,
    posted: &Posted,
    faults: Faults,
    status: StatusCode,
) -> Response {
    let captcha = match captcha::field(pages, visitor, faults.captcha).await {
        Ok(field) => field,
        Err(error) => return pages.failure(headers, &error),
    };
    let line = Line {
        keyboard: "text",
        fill: "username",
        most: 64,
        example: "请输入您的登录账号",
    };
    let book = pages.app.units();
    let mut unit = unit_choice::field(&book, posted, "unit", "检察院");
    if let Some(choice) = &faults.unit {
        unit = choice.shown_on(&book, unit);
    }
    let unit = unit.helped("律师请选注册时选择的检察院，当事人等请选发给账号的检察院。");
    let frame = pages.frame(headers);
    let action = paths::PASSWORD_REQUEST;
    let mut page = FormPage::new(frame, "找回密码", action, &visitor.csrf, "提交申请");
    page.intro = vec![
        "请填写账号，选择检察院，由案件管理部门为您重置密码，预计3个工作日内处理。".to_owned(),
    ];
    page.once = once(posted);
    let account = Field::line("account", "账号", line, &posted.text("account"));
    page.sections = vec![Section::new(
        "",
        vec![account.faulty(faults.account), unit, captcha],
    )];
    page.links = vec![Link::new("返回首页", paths::HOME)];
    page.has_help = true;
    if status == StatusCode::FORBIDDEN {
        page = page.expired();
    }
    pages.personal(status, &page)
}
