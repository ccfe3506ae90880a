//! The one-time address at which a manager sets password and second factor.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use subtle::ConstantTimeEq;

use super::desk::{entered, expired, failure};
use crate::config::Secret;
use crate::domain::{shanghai, totp};
use crate::service::applications::unit_name;
use crate::service::desk as service;
use crate::service::desk::enrol::{self, Open, Outcome, Typed};
use crate::web::access::{Access, Table};
use crate::web::console::gate::{DeskMessage, EnrolPage, flaw};
use crate::web::console::qr::Qr;
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

/// The name over the code on the phone.
const ISSUER: &str = "检信";

pub(crate) fn routes(table: Table) -> Table {
    table
        .get("/console/enrol/{token}", Access::Everyone, get(show))
        .post("/console/enrol/{token}", Access::Everyone, post(submit))
}

#[derive(Default)]
struct Faults {
    password: Option<String>,
    again: Option<String>,
    code: Option<String>,
}

async fn show(State(pages): State<Arc<Pages>>, Path(token): Path<String>) -> Response {
    match enrol::look(&pages.app, &token).await {
        Ok(Some(open)) => page(&pages, &token, &open, Faults::default(), StatusCode::OK),
        Ok(None) => gone(&pages),
        Err(error) => failure(&pages, &error),
    }
}

async fn submit(
    State(pages): State<Arc<Pages>>,
    Path(token): Path<String>,
    body: String,
) -> Response {
    let posted = Posted::parse(&body);
    let ours = service::csrf(&token);
    if !bool::from(posted.text("csrf").as_bytes().ct_eq(ours.as_bytes())) {
        return expired(&pages);
    }
    let typed = Typed {
        password: Secret::new(posted.raw("password")),
        again: Secret::new(posted.raw("again")),
        code: posted.text("code"),
    };
    let mut faults = Faults::default();
    match enrol::finish(&pages.app, &token, &typed).await {
        Ok(Outcome::In(fresh)) => {
            return entered(&pages, &fresh.token, fresh.max_age, "/console/");
        }
        Ok(Outcome::Flawed(why)) => faults.password = Some(flaw(why)),
        Ok(Outcome::Differs) => {
            faults.again = Some("请再输入一遍：两次输入的新密码不一样。".to_owned());
        }
        Ok(Outcome::WrongCode) => {
            faults.code = Some(
                "请输入手机上现在显示的六位数字。如果一直不对，请检查手机的时间是否准确。"
                    .to_owned(),
            );
        }
        Ok(Outcome::Gone) => return gone(&pages),
        Err(error) => return failure(&pages, &error),
    }
    match enrol::look(&pages.app, &token).await {
        Ok(Some(open)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&pages, &token, &open, faults, status)
        }
        Ok(None) => gone(&pages),
        Err(error) => failure(&pages, &error),
    }
}

fn page(pages: &Pages, token: &str, open: &Open, faults: Faults, status: StatusCode) -> Response {
    let key = totp::from_base32(open.key.expose()).unwrap_or_default();
    let address = totp::address(ISSUER, &open.account.login_name, &key);
    let page = EnrolPage {
        title: "设置密码和手机验证",
        face: pages.site_face(),
        csrf: service::csrf(token),
        name: open.account.display_name.clone(),
        login_name: open.account.login_name.clone(),
        unit: unit_name(&pages.app, &open.account.unit_id),
        until: shanghai::minute_text(open.expires_at),
        qr: Qr::of(&address),
        key: open.key.expose().to_owned(),
        password_error: faults.password,
        again_error: faults.again,
        code_error: faults.code,
    };
    pages.personal(status, &page)
}

fn gone(pages: &Pages) -> Response {
    let page = DeskMessage::new(
        pages.site_face(),
        "地址已经失效",
        &["请联系给您地址的人，再领取一个。一次性登录地址24小时内有效，只能用一次。"],
    );
    pages.personal(StatusCode::NOT_FOUND, &page)
}
