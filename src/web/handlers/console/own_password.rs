//! 修改密码 at the console, for every manager.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, entered, failure};
use super::desk_form::DeskForm;
use crate::config::Secret;
use crate::domain::desk::Duty;
use crate::service::desk::own_password::{self as service, Outcome, Typed};
use crate::web::access::{Access, Table};
use crate::web::console::gate::flaw;
use crate::web::console::own_password::{Faults, OwnPasswordPage};
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

const PATH: &str = "/console/password";

pub(crate) fn routes(table: Table) -> Table {
    table.get(PATH, Access::Desk(&Duty::ALL), get(show)).post(
        PATH,
        Access::Desk(&Duty::ALL),
        post(change),
    )
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let is_done = parameter(&query.unwrap_or_default(), "said").is_some_and(|word| word == "done");
    page(&pages, &desk, (StatusCode::OK, is_done), Faults::default()).await
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    (status, is_done): (StatusCode, bool),
    faults: Faults,
) -> Response {
    let asks_code = match service::asks_code(&pages.app, &desk.manager).await {
        Ok(asks_code) => asks_code,
        Err(error) => return failure(pages, &error),
    };
    let page = OwnPasswordPage {
        frame: console_frame(pages, desk, "修改密码", "password").await,
        asks_code,
        is_done,
        faults,
    };
    pages.personal(status, &page)
}

async fn change(State(pages): State<Arc<Pages>>, DeskForm { desk, posted }: DeskForm) -> Response {
    let typed = Typed {
        old: Secret::new(posted.raw("old")),
        code: posted.text("code"),
        new: Secret::new(posted.raw("new")),
        again: Secret::new(posted.raw("again")),
    };
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut faults = Faults::default();
    match service::change(&pages.app, &desk.manager, &typed).await {
        Ok(Outcome::Changed(fresh)) => {
            let to = format!("{PATH}?said=done");
            return entered(&pages, &fresh.token, fresh.max_age, &to);
        }
        Ok(Outcome::Flawed(why)) => faults.new = Some(flaw(why)),
        Ok(Outcome::Differs) => {
            faults.again = Some("请再输入一遍：两次输入的新密码不一样。".to_owned());
        }
        Ok(Outcome::Same) => {
            faults.new = Some("请换一个密码：新密码和原密码一样。".to_owned());
        }
        Ok(Outcome::WrongOld) => {
            faults.old = Some("请重新输入原密码：输入的不对。".to_owned());
        }
        Ok(Outcome::WrongCode) => {
            faults.code = Some(
                "请输入手机上现在显示的六位数字。刚才的数字不对，或者已经用过；用过的请等下一组。"
                    .to_owned(),
            );
        }
        Ok(Outcome::TooMany) => {
            status = StatusCode::TOO_MANY_REQUESTS;
            faults.notice = Some(
                "请过一个小时再试。为了账号的安全，一个小时内可以试的次数是有限的。".to_owned(),
            );
        }
        Err(error) => return failure(&pages, &error),
    }
    page(&pages, &desk, (status, false), faults).await
}
