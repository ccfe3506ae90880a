//! 律师注册.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::service::error::ServiceError;
use crate::service::registrations::{self as service, First, Refused, Sender};
use crate::service::{drafts, members};
use crate::web::h5::cards::Pill;
use crate::web::h5::detail::{Block, DetailPage, Fact, Step};
use crate::web::h5::follow_outcome::{Notice, Tone};
use crate::web::h5::form::FormPage;
use crate::web::h5::layout::{HELP_PHONE, Link};
use crate::web::h5::message::{MessagePage, Sign, home};
use crate::web::h5::paths;
use crate::web::h5::text::TextPage;
use crate::web::handlers::form::Posted;
use crate::web::handlers::form_files::FormFiles;
use crate::web::handlers::login::Visitor;
use crate::web::handlers::registration_form::{self as form, Faults, SLOTS};
use crate::web::pages::Pages;

/// Its draft.
const DRAFT: &str = "register";

/// The agreement.
pub(crate) async fn agreement(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let page = TextPage::agreement(pages.frame(&headers));
    std::future::ready(pages.page(&page)).await
}

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    if let Some(refused) = has_account(&pages, &visitor, &headers).await {
        return refused;
    }
    let draft = match drafts::of(&pages.app, &visitor.openid, DRAFT).await {
        Ok(draft) => Posted::from_draft(&draft),
        Err(error) => return pages.failure(&headers, &error),
    };
    let shown = Shown::new(StatusCode::OK, Faults::default());
    answer(&pages, &headers, &visitor, &draft, shown).await
}

pub(crate) async fn submit(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let posted = Posted::parse(&body);
    if !visitor.sent(&body) {
        let shown = Shown::new(StatusCode::FORBIDDEN, Faults::default());
        return answer(&pages, &headers, &visitor, &posted, shown).await;
    }
    if let Some(refused) = has_account(&pages, &visitor, &headers).await {
        return refused;
    }
    let files = match FormFiles::of(&pages, &visitor, &posted, SLOTS).await {
        Ok(files) => files,
        Err(error) => return pages.failure(&headers, &error),
    };
    let sender = Sender {
        openid: visitor.openid.clone(),
        once: posted.once(),
    };
    // A form that was taken is not read again: its files are the account's now.
    match service::taken_before(&pages.app, &sender).await {
        Ok(Some(path)) => return Redirect::to(&path).into_response(),
        Ok(None) => {}
        Err(error) => return pages.failure(&headers, &error),
    }
    let unprocessable = |faults| Shown::new(StatusCode::UNPROCESSABLE_ENTITY, faults);
    let filled = match form::read(&pages, &posted, &files, None) {
        Ok(filled) => filled,
        Err(faults) => {
            return answer(&pages, &headers, &visitor, &posted, unprocessable(faults)).await;
        }
    };
    match service::register(&pages.app, sender, filled, paths::registered).await {
        Ok(path) => Redirect::to(&path).into_response(),
        Err(refused) => match form::refusal(&refused) {
            Some(faults) => {
                answer(&pages, &headers, &visitor, &posted, unprocessable(faults)).await
            }
            None => failed(&pages, &headers, &visitor, &posted, refused).await,
        },
    }
}

async fn failed(
    pages: &Pages,
    headers: &HeaderMap,
    visitor: &Visitor,
    posted: &Posted,
    refused: Refused,
) -> Response {
    match refused {
        Refused::TooMany => {
            let words = "请明天再试，或者拨打12309。每个微信一天内最多可以注册3次。";
            let shown = Shown {
                words: Some(words),
                ..Shown::new(StatusCode::TOO_MANY_REQUESTS, Faults::default())
            };
            answer(pages, headers, visitor, posted, shown).await
        }
        refused => {
            tracing::error!(
                error = &refused as &dyn std::error::Error,
                "a registration was not stored"
            );
            let page = MessagePage::unavailable(pages.frame(headers));
            pages.message(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
    }
}

/// Who has an account linked registers no other.
async fn has_account(pages: &Pages, visitor: &Visitor, headers: &HeaderMap) -> Option<Response> {
    match members::account_of(&pages.app, &visitor.openid).await {
        Ok(None) => None,
        Ok(Some(_)) => {
            let page = MessagePage::new(
                pages.frame(headers),
                "您已有账号",
                Sign::Info,
                "您已经绑定了账号",
            )
            .saying("您可以在个人中心查看账号，或者修改注册信息。要注册别的账号，请先退出登录。")
            .leading_to(Link::new("查看个人中心", paths::ME))
            .or_to(home());
            Some(pages.message(StatusCode::OK, &page))
        }
        Err(error) => Some(pages.failure(headers, &error)),
    }
}

struct Shown {
    status: StatusCode,
    faults: Faults,
    words: Option<&'static str>,
}

impl Shown {
    fn new(status: StatusCode, faults: Faults) -> Self {
        Self {
            status,
            faults,
            words: None,
        }
    }
}

async fn answer(
    pages: &Pages,
    headers: &HeaderMap,
    visitor: &Visitor,
    posted: &Posted,
    shown: Shown,
) -> Response {
    let files = match FormFiles::of(pages, visitor, posted, SLOTS).await {
        Ok(files) => files,
        Err(error) => return pages.failure(headers, &error),
    };
    let frame = pages.frame(headers);
    let mut page = FormPage::new(
        frame,
        "律师注册",
        paths::REGISTER,
        &visitor.csrf,
        "同意并注册",
    );
    page.intro = vec!["请如实填写，由您选择的检察院审核，预计3个工作日内完成。当事人等请到办案的检察院领取账号，不用注册。".to_owned()];
    page.once = posted.once();
    page.draft = Some(DRAFT.to_owned());
    page.sections = form::sections(pages, visitor, posted, (&files, &shown.faults), None);
    page.links = vec![
        Link::new("《律师注册用户协议和个人信息处理说明》", paths::AGREEMENT),
        Link::new("已有账号，找回密码", paths::PASSWORD_REQUEST),
        Link::new("已有账号，去登录", lawyer_login()),
    ];
    page.has_help = true;
    if shown.status == StatusCode::FORBIDDEN {
        page = page.expired();
    }
    if let Some(words) = shown.words {
        page = page.saying(Tone::Bad, words);
    }
    pages.personal(shown.status, &page)
}

fn lawyer_login() -> String {
    format!("{}lawyer", paths::LOGIN)
}

/// The page after a registration: the first password stands there once.
pub(crate) async fn done(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    Path(public_id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    // Whoever only asks for the head would use the password up unseen.
    if method != Method::GET {
        return StatusCode::NO_CONTENT.into_response();
    }
    match service::first_password(&pages.app, &visitor.openid, &public_id).await {
        Ok(first) => pages.personal(
            StatusCode::OK,
            &done_page(&pages, &headers, &visitor, &first),
        ),
        Err(ServiceError::NotFound) => pages.failure(&headers, &ServiceError::NotFound),
        Err(error) => pages.failure(&headers, &error),
    }
}

fn done_page(pages: &Pages, headers: &HeaderMap, visitor: &Visitor, first: &First) -> DetailPage {
    let frame = pages.frame(headers);
    let mut page = DetailPage::new(frame, "注册已提交", "注册已提交，待审核", &visitor.csrf);
    page.pill = Some(Pill {
        tone: None,
        word: "待审核".to_owned(),
    });
    let step = |name: &str, when: &str, done| Step {
        name: name.to_owned(),
        when: when.to_owned(),
        done,
    };
    page.steps = vec![
        step("提交", "已完成", true),
        step("审核", "预计3个工作日内", false),
        step("结果", "在微信中通知您", false),
    ];
    let text = match &first.password {
        Some(password) => {
            let text = "请现在就记下或者截图保存用户名和密码：密码只在这里显示这一次。";
            page.notice = Some(Notice {
                tone: Tone::Warn,
                text: text.to_owned(),
            });
            password.expose().to_owned()
        }
        None => {
            let text = "密码已经显示过了，不能再次显示。如果没有记下，请用“找回密码”。";
            page.notice = Some(Notice {
                tone: Tone::Warn,
                text: text.to_owned(),
            });
            page.second = Some(Link::new("找回密码", paths::PASSWORD_REQUEST));
            "已显示过".to_owned()
        }
    };
    page.blocks = vec![Block {
        title: "您的账号".to_owned(),
        facts: vec![
            Fact::new("姓名", &first.account.display_name),
            Fact::new("地区", &first.region),
            Fact::new("检察院", &first.unit),
            Fact::new("用户名", &first.account.login_name),
            Fact::new("密码", &text),
        ],
        links: Vec::new(),
    }];
    page.foot = vec![
        "请用这个用户名和密码登录，绑定您的微信，再设置自己的密码。绑定以后，审核结果会在微信中通知您；没有绑定的，由检察院打电话告诉您。".to_owned(),
        format!("如有急事，请拨打{HELP_PHONE}。"),
    ];
    page.primary = Some(Link::new("去登录", lawyer_login()));
    page
}
