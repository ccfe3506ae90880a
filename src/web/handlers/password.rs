//! 修改密码, also where an account gets its first own password.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::config::Secret;
use crate::service::password_change::{self as service, Outcome, Typed};
use crate::web::h5::field::{Field, Input};
use crate::web::h5::form::{FormPage, Section};
use crate::web::h5::layout::Link;
use crate::web::h5::{paths, sign_in as words};
use crate::web::handlers::form::Posted;
use crate::web::handlers::guard::Member;
use crate::web::handlers::sign_in::{entered, holder};
use crate::web::pages::Pages;

/// What is wrong, each beside its field.
#[derive(Default)]
struct Faults {
    old: Option<String>,
    new: Option<String>,
    again: Option<String>,
}

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
) -> Response {
    form(&pages, &headers, &member, Faults::default(), StatusCode::OK)
}

pub(crate) async fn submit(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !member.visitor.sent(&body) {
        let none = Faults::default();
        return form(&pages, &headers, &member, none, StatusCode::FORBIDDEN);
    }
    let posted = Posted::parse(&body);
    let typed = |name| Secret::new(posted.raw(name));
    let typed = Typed {
        old: typed("old"),
        new: typed("password"),
        again: typed("again"),
    };
    let mut faults = Faults::default();
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if typed.old.is_empty() {
        faults.old = Some(words::missing("原密码"));
        return form(&pages, &headers, &member, faults, status);
    }
    let who = holder(&member.visitor);
    let outcome = service::change(&pages.app, &who, &member.account, &typed).await;
    match outcome {
        Ok(Outcome::Changed(fresh)) => return entered(&pages, &fresh, paths::PASSWORD_CHANGED),
        Ok(Outcome::Flawed(flaw)) => faults.new = Some(words::flaw(flaw)),
        Ok(Outcome::Differs) => {
            faults.again = Some("请再输入一遍：两次输入的新密码不一样。".to_owned())
        }
        Ok(Outcome::Same) => faults.new = Some("请换一个：新密码不能和原密码一样。".to_owned()),
        Ok(Outcome::WrongOld) => {
            faults.old =
                Some("请再输入一遍：原密码不对。忘记密码可以点下面的“找回密码”。".to_owned())
        }
        Ok(Outcome::Expired) => faults.old = Some(words::expired().to_owned()),
        Ok(Outcome::TooMany) => {
            faults.old = Some(words::too_many(member.role));
            status = StatusCode::TOO_MANY_REQUESTS;
        }
        Err(error) => return pages.failure(&headers, &error),
    }
    form(&pages, &headers, &member, faults, status)
}

pub(crate) async fn changed(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let page = words::changed(pages.frame(&headers));
    std::future::ready(pages.message(StatusCode::OK, &page)).await
}

fn form(
    pages: &Pages,
    headers: &HeaderMap,
    member: &Member,
    faults: Faults,
    status: StatusCode,
) -> Response {
    let frame = pages.frame(headers);
    let (title, old) = match member.account.must_reset {
        true => ("设置密码", "原密码（初始密码或者临时密码）"),
        false => ("修改密码", "原密码"),
    };
    let action = paths::PASSWORD;
    let mut page = FormPage::new(frame, title, action, &member.visitor.csrf, "提交");
    page.intro =
        vec!["修改以后，微信绑定不变；网站和微信用的是同一个密码，两边同时生效。".to_owned()];
    let own = |is_new| Input::Password { is_new };
    page.sections = vec![Section::new(
        "",
        vec![
            Field::shown("account", "用户名", &member.account.login_name),
            Field::with("old", old, own(false), "").faulty(faults.old),
            Field::with("password", "新密码", own(true), "")
                .helped(
                    "8至64个字符，不能是大家常用的密码，也不能包含用户名；文字、数字、符号都可以。",
                )
                .faulty(faults.new),
            Field::with("again", "重复新密码", own(true), "").faulty(faults.again),
        ],
    )];
    page.links = vec![
        Link::new("找回密码", paths::PASSWORD_REQUEST),
        Link::new("返回首页", paths::HOME),
    ];
    page.has_help = true;
    if status == StatusCode::FORBIDDEN {
        page = page.expired();
    }
    pages.personal(status, &page)
}
