//! 修改注册信息.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::service::drafts;
use crate::service::registrations::{self as service, Refused, Sender, Standing};
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::form::FormPage;
use crate::web::h5::layout::{HELP_PHONE, Link};
use crate::web::h5::message::{MessagePage, Sign, home};
use crate::web::h5::paths;
use crate::web::handlers::form::Posted;
use crate::web::handlers::form_files::FormFiles;
use crate::web::handlers::guard::Member;
use crate::web::handlers::registration_form::{self as form, Faults, Fixed, SLOTS};
use crate::web::pages::Pages;

/// Its draft.
const DRAFT: &str = "registration";

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
) -> Response {
    let standing = match service::latest(&pages.app, member.account.id).await {
        Ok(standing) => standing,
        Err(error) => return pages.failure(&headers, &error),
    };
    let draft = match drafts::of(&pages.app, &member.visitor.openid, DRAFT).await {
        Ok(draft) => Posted::from_draft(&draft),
        Err(error) => return pages.failure(&headers, &error),
    };
    let posted = match (&standing.latest, draft.is_empty()) {
        (Some(known), true) => form::filled_with(&pages, known),
        (_, _) => draft,
    };
    let shown = (StatusCode::OK, Faults::default());
    answer(&pages, &headers, (&member, &standing), &posted, shown).await
}

pub(crate) async fn submit(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let (app, visitor) = (&pages.app, &member.visitor);
    let standing = match service::latest(app, member.account.id).await {
        Ok(standing) => standing,
        Err(error) => return pages.failure(&headers, &error),
    };
    let posted = Posted::parse(&body);
    let whose = (&member, &standing);
    if !visitor.sent(&body) {
        let shown = (StatusCode::FORBIDDEN, Faults::default());
        return answer(&pages, &headers, whose, &posted, shown).await;
    }
    let files = match FormFiles::of(&pages, visitor, &posted, SLOTS).await {
        Ok(files) => files,
        Err(error) => return pages.failure(&headers, &error),
    };
    let sender = Sender {
        openid: visitor.openid.clone(),
        once: posted.once(),
    };
    match service::taken_before(app, &sender).await {
        Ok(Some(path)) => return Redirect::to(&path).into_response(),
        Ok(None) => {}
        Err(error) => return pages.failure(&headers, &error),
    }
    let filled = match form::read(&pages, &posted, &files, Some(&fixed(&member, &standing))) {
        Ok(filled) => filled,
        Err(faults) => {
            let shown = (StatusCode::UNPROCESSABLE_ENTITY, faults);
            return answer(&pages, &headers, whose, &posted, shown).await;
        }
    };
    let read = posted.text("version").parse().unwrap_or(-1);
    let about = (member.account.id, read);
    match service::change(app, sender, about, filled, paths::ME_REGISTRATION_DONE).await {
        Ok(path) => Redirect::to(&path).into_response(),
        Err(Refused::Stale) => {
            // What is there now, so that the next try is about that.
            let standing = match service::latest(app, member.account.id).await {
                Ok(standing) => standing,
                Err(error) => return pages.failure(&headers, &error),
            };
            let shown = (StatusCode::CONFLICT, Faults::default());
            answer(&pages, &headers, (&member, &standing), &posted, shown).await
        }
        Err(Refused::TooMany) => {
            let page = MessagePage::new(
                pages.frame(&headers),
                "请明天再试",
                Sign::Wait,
                "今天修改的次数太多",
            )
            .saying("请您明天再修改。一天内最多可以修改10次，您填写的内容已经保存为草稿。")
            .saying(format!("如有急事，请拨打{HELP_PHONE}。"))
            .leading_to(Link::new("查看个人中心", paths::ME))
            .or_to(home());
            pages.message(StatusCode::TOO_MANY_REQUESTS, &page)
        }
        Err(refused) => match form::refusal(&refused) {
            Some(faults) => {
                let shown = (StatusCode::UNPROCESSABLE_ENTITY, faults);
                answer(&pages, &headers, whose, &posted, shown).await
            }
            None => {
                tracing::error!(
                    error = &refused as &dyn std::error::Error,
                    "a registration was not stored"
                );
                let page = MessagePage::unavailable(pages.frame(&headers));
                pages.message(StatusCode::SERVICE_UNAVAILABLE, &page)
            }
        },
    }
}

pub(crate) async fn done(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let page = MessagePage::new(pages.frame(&headers), "已提交", Sign::Wait, "已提交，待审核")
        .saying("您的注册信息由您选择的检察院重新审核，预计3个工作日内完成，结果会在微信中通知您。")
        .saying("审核通过之前，其他功能暂时不能使用；案件进展通知也会暂停，通过以后您可以在案件页面查看这段时间的变化。")
        .saying(format!("如有急事，请拨打{HELP_PHONE}。"))
        .leading_to(Link::new("查看个人中心", paths::ME))
        .or_to(home());
    std::future::ready(pages.message(StatusCode::OK, &page)).await
}

fn fixed(member: &Member, standing: &Standing) -> Fixed {
    let latest = standing.latest.as_ref();
    Fixed {
        login_name: member.account.login_name.clone(),
        name: latest.map_or_else(
            || member.account.display_name.clone(),
            |known| known.registration.name.clone(),
        ),
        gender: latest.map(|known| known.registration.gender.clone()),
        freezes: member.account.state == "active",
    }
}

async fn answer(
    pages: &Pages,
    headers: &HeaderMap,
    (member, standing): (&Member, &Standing),
    posted: &Posted,
    (status, faults): (StatusCode, Faults),
) -> Response {
    let visitor = &member.visitor;
    let files = match FormFiles::of(pages, visitor, posted, SLOTS).await {
        Ok(files) => files,
        Err(error) => return pages.failure(headers, &error),
    };
    let fixed = fixed(member, standing);
    let frame = pages.frame(headers);
    let mut page = FormPage::new(
        frame,
        "修改注册信息",
        paths::ME_REGISTRATION,
        &visitor.csrf,
        "保存",
    );
    page.intro = intro(standing, fixed.freezes);
    page.once = posted.once();
    page.version = Some(standing.version);
    page.draft = Some(DRAFT.to_owned());
    page.sections = form::sections(pages, visitor, posted, (&files, &faults), Some(&fixed));
    page.links = vec![
        Link::new("《律师注册用户协议和个人信息处理说明》", paths::AGREEMENT),
        Link::new("不修改，返回个人中心", paths::ME),
    ];
    page.has_help = true;
    page = match status {
        StatusCode::FORBIDDEN => page.expired(),
        StatusCode::CONFLICT => page.saying(
            Tone::Bad,
            "请核对后再保存一次。您填写的时候，这份注册信息已经被处理或者修改过，刚才的保存没有生效；您填写的内容都在。",
        ),
        _ => page,
    };
    pages.personal(status, &page)
}

fn intro(standing: &Standing, freezes: bool) -> Vec<String> {
    let mut intro = Vec::new();
    if freezes {
        intro.push("请注意：保存以后，您的账号回到“待审核”，到重新审核通过之前，其他功能都不能使用。已经通过的信息在这之前不会改变。".to_owned());
    } else {
        intro.push("保存以后，由您选择的检察院重新审核，预计3个工作日内完成。".to_owned());
    }
    let refused = standing
        .latest
        .as_ref()
        .filter(|known| known.state == "rejected");
    if let Some(reason) = refused.and_then(|known| known.reason.as_deref()) {
        intro.push("上次没有通过的原因：".to_owned());
        let lines = reason
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        intro.extend(lines.map(str::to_owned));
    }
    intro
}
