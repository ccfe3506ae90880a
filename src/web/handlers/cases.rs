//! 我的案件: the list, one case, and the form of an appointment.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::binding::mask_own;
use crate::domain::role::Role;
use crate::service::appointments::{self, Asked};
use crate::service::bindings::Sent;
use crate::service::cases::{self, CaseView, Looker};
use crate::service::error::ServiceError;
use crate::service::{drafts, registrations, submissions};
use crate::web::h5::case_page;
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::form::FormPage;
use crate::web::h5::layout::Link;
use crate::web::h5::{appointment_page, paths};
use crate::web::handlers::appointment_form::{self, Desk, Filled};
use crate::web::handlers::bindings::{failed, stale};
use crate::web::handlers::form::Posted;
use crate::web::handlers::form_files::FormFiles;
use crate::web::handlers::guard::Member;
use crate::web::pages::Pages;

fn looker(member: &Member) -> Looker {
    Looker {
        account_id: member.account.id,
        openid: member.visitor.openid.clone(),
    }
}

pub(crate) async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
) -> Response {
    match cases::list(&pages.app, looker(&member)).await {
        Ok(found) => {
            let is_lawyer = member.role == Role::Lawyer;
            let page = case_page::cards(pages.frame(&headers), &found, is_lawyer);
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    match cases::one(&pages.app, looker(&member), &public_id).await {
        Ok(case) => {
            let (frame, csrf) = (pages.frame(&headers), &member.visitor.csrf);
            let page = case_page::detail(frame, &case, &pages.app.office().laws, csrf);
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

/// The case, if an appointment may be asked for in it; for anybody else the page is not there.
async fn appointable(
    pages: &Pages,
    member: &Member,
    public_id: &str,
) -> Result<CaseView, ServiceError> {
    let case = cases::one(&pages.app, looker(member), public_id).await?;
    match case.role.may_appoint() {
        true => Ok(case),
        false => Err(ServiceError::NotFound),
    }
}

pub(crate) async fn new_appointment(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    let case = match appointable(&pages, &member, &public_id).await {
        Ok(case) => case,
        Err(error) => return pages.failure(&headers, &error),
    };
    let draft = draft(&public_id);
    let kept = match drafts::of(&pages.app, &member.visitor.openid, &draft).await {
        Ok(kept) => Posted::from_draft(&kept),
        Err(error) => return pages.failure(&headers, &error),
    };
    let (files, document) = match known(&pages, &member, &kept).await {
        Ok(known) => known,
        Err(error) => return pages.failure(&headers, &error),
    };
    let desk = Desk {
        pages: &pages,
        member: &member,
        case: &case,
        files: &files,
        document,
    };
    let mut page = form(&desk, &headers, appointment_form::fields(&desk, &kept));
    page.once = submissions::fresh();
    if !kept.is_empty() {
        page = page.saying(Tone::Ok, "已经恢复您上次填写的内容，请检查后提交。");
    }
    pages.personal(StatusCode::OK, &page)
}

pub(crate) async fn appoint(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
    body: String,
) -> Response {
    let case = match appointable(&pages, &member, &public_id).await {
        Ok(case) => case,
        Err(error) => return pages.failure(&headers, &error),
    };
    let posted = Posted::parse(&body);
    let (files, document) = match known(&pages, &member, &posted).await {
        Ok(known) => known,
        Err(error) => return pages.failure(&headers, &error),
    };
    let desk = Desk {
        pages: &pages,
        member: &member,
        case: &case,
        files: &files,
        document,
    };
    let once = posted.text("once");
    if !member.visitor.sent(&body) || once.is_empty() {
        let filled = appointment_form::fields(&desk, &posted);
        let mut page = form(&desk, &headers, filled).expired();
        page.once = submissions::fresh();
        return pages.personal(StatusCode::FORBIDDEN, &page);
    }
    let wanted = match appointment_form::check(&desk, &posted) {
        Ok(wanted) => wanted,
        Err(filled) => {
            let mut page = form(&desk, &headers, filled);
            page.once = once;
            return pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let sent = Sent {
        account: member.account.clone(),
        openid: member.visitor.openid.clone(),
        once: once.clone(),
        draft: draft(&public_id),
    };
    match appointments::submit(&pages.app, sent, wanted).await {
        Ok(Asked::At(path)) => Redirect::to(&path).into_response(),
        Ok(Asked::Refused(words)) => {
            let filled = appointment_form::fields(&desk, &posted);
            let mut page = form(&desk, &headers, filled).saying(Tone::Bad, &words);
            page.once = once;
            pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Ok(Asked::Stale) => stale(&pages, &headers, paths::APPOINTMENTS, "查看我的预约"),
        Ok(Asked::NotFound) => pages.failure(&headers, &ServiceError::NotFound),
        Err(error) => failed(&pages, &headers, error),
    }
}

fn draft(public_id: &str) -> String {
    format!("appointment-{public_id}")
}

/// The files that the form names, and the applicant's document.
async fn known(
    pages: &Pages,
    member: &Member,
    posted: &Posted,
) -> Result<(FormFiles, Option<(&'static str, String)>), ServiceError> {
    let visitor = &member.visitor;
    let files = FormFiles::of(pages, visitor, posted, appointment_form::SLOTS).await?;
    let document = match member.role {
        Role::Lawyer => registrations::latest(&pages.app, member.account.id)
            .await?
            .approved
            .map(|known| ("律师执业证", mask_own(&known.registration.licence))),
        _ => None,
    };
    Ok((files, document))
}

fn form(desk: &Desk<'_>, headers: &HeaderMap, filled: Filled) -> FormPage {
    let (pages, member, case) = (desk.pages, desk.member, desk.case);
    let frame = pages.frame(headers);
    let action = case_page::appointment_path(&case.public_id);
    let csrf = &member.visitor.csrf;
    let mut page = FormPage::new(frame, "预约信息登记表", &action, csrf, "提交预约");
    page.intro = vec![format!(
        "请选择您要办理的事项。办理单位会逐项回复，{}。收到同意的回复以前，请不要直接前往。",
        appointment_page::PROMISE
    )];
    page.sections = filled.sections;
    page.draft = Some(draft(&case.public_id));
    page.links = vec![Link::new(
        "返回案件信息",
        paths::below(paths::CASES, &case.public_id),
    )];
    page
}
