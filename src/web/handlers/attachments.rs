//! Files: handed in, shown, taken back. Forms get them through `form_files`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Multipart, Path, State};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::service::attachments::{self, Failed, Look, Viewer};
use crate::service::error::ServiceError;
use crate::service::members;
use crate::web::h5::layout::{Frame, Link};
use crate::web::h5::message::{MessagePage, Sign, home};
use crate::web::h5::paths;
use crate::web::h5::pictures::PicturesPage;
use crate::web::handlers::drafts;
use crate::web::handlers::form::parameter;
use crate::web::handlers::form_files::{kind_words, picture_of, shown_in_form};
use crate::web::handlers::login::{Visitor, is_plain};
use crate::web::handlers::multipart::{self, Sent, Wrong};
use crate::web::handlers::phone_desk;
use crate::web::pages::Pages;

/// Hidden fields of a form with files: its own path, and the name of its draft.
const FORM_PAGE: &str = "form_page";
const FORM_DRAFT: &str = "form_draft";

/// Files of a form come in, and with no script all the rest of the form, which becomes its draft.
pub(crate) async fn put(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Multipart,
) -> Response {
    let sent = match multipart::take(&pages.app, &visitor, body).await {
        Ok(sent) => sent,
        Err(Wrong::Session) => {
            return refuse(&pages, &headers, StatusCode::FORBIDDEN, EXPIRED, None);
        }
        Err(Wrong::Form) => return refuse(&pages, &headers, StatusCode::BAD_REQUEST, CUT, None),
    };
    if wants_json(&headers) {
        return match (sent.refused.first(), sent.taken.first()) {
            (Some((_, failed)), _) => answer_failed(&pages, &headers, failed, None),
            (None, Some(file)) => json(StatusCode::OK, &shown_json(&pages, &visitor, file)),
            (None, None) => json(
                StatusCode::UNPROCESSABLE_ENTITY,
                &serde_json::json!({ "error": NOTHING }),
            ),
        };
    }
    let Sent {
        mut pairs,
        taken,
        refused,
    } = sent;
    for file in &taken {
        pairs.push((format!("file_{}", file.slot), file.public_id.clone()));
    }
    let back = keep(&pages, &visitor, &pairs).await;
    if let Some((name, failed)) = refused.first() {
        tracing::debug!(name_letters = name.chars().count(), "a file was not taken");
        return answer_failed(&pages, &headers, failed, back);
    }
    if taken.is_empty() {
        return refuse(
            &pages,
            &headers,
            StatusCode::UNPROCESSABLE_ENTITY,
            NOTHING,
            back,
        );
    }
    Redirect::to(back.as_deref().unwrap_or(paths::HOME)).into_response()
}

/// A file is taken out of a form; one that waits for it is deleted.
pub(crate) async fn remove(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    Path(public_id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !visitor.sent(&body) {
        return refuse(&pages, &headers, StatusCode::FORBIDDEN, EXPIRED, None);
    }
    // One that was adopted stays with its application: only the form forgets it.
    if let Err(error) = attachments::remove(&pages.app, &visitor.openid, &public_id).await {
        return pages.failure(&headers, &error);
    }
    if wants_json(&headers) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .filter(|(name, value)| !(name.starts_with("file_") && *value == public_id))
        .collect();
    let back = keep(&pages, &visitor, &pairs).await;
    Redirect::to(back.as_deref().unwrap_or(paths::HOME)).into_response()
}

/// The page of a file.
pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    Path(public_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let viewer = match viewer(&pages, &visitor).await {
        Ok(viewer) => viewer,
        Err(error) => return pages.failure(&headers, &error),
    };
    let found = attachments::of_ids(&pages.app, &viewer, vec![public_id.clone()]).await;
    let file = match found.map(|mut found| found.remove(&public_id)) {
        Ok(Some(file)) => file,
        Ok(None) => return pages.failure(&headers, &ServiceError::NotFound),
        Err(error) => return pages.failure(&headers, &error),
    };
    let pictures = 1..=u32::try_from(file.pages).unwrap_or(0);
    let page = PicturesPage {
        layout: pages.frame(&headers).titled("查看材料"),
        heading: file.name.clone(),
        kind: kind_words(&file),
        pages: pictures
            .map(|page| picture_of(&pages.app, &visitor, &public_id, page))
            .collect(),
    };
    pages.personal(StatusCode::OK, &page)
}

/// A picture of a file; 0 is the small one.
pub(crate) async fn picture(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    Path((public_id, number)): Path<(String, u32)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let ticket = parameter(uri.query().unwrap_or_default(), "t").unwrap_or_default();
    let viewer = match viewer(&pages, &visitor).await {
        Ok(viewer) => viewer,
        Err(error) => return pages.failure(&headers, &error),
    };
    let app = &pages.app;
    if !attachments::ticket_is_good(app, &visitor.session, &public_id, &ticket) {
        return pages.failure(&headers, &ServiceError::NotFound);
    }
    let look = match number {
        0 => Look::Small,
        page => Look::Page(page),
    };
    match attachments::page(app, &viewer, &public_id, look).await {
        Ok(Some((_, jpeg))) => {
            let named = format!("inline; filename=\"page-{number}.jpg\"");
            let fixed = [
                (CONTENT_TYPE, "image/jpeg"),
                (CONTENT_DISPOSITION, named.as_str()),
                (
                    CONTENT_SECURITY_POLICY,
                    "default-src 'none'; sandbox; frame-ancestors 'none'",
                ),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (REFERRER_POLICY, "no-referrer"),
                (CACHE_CONTROL, "no-store"),
            ];
            (
                fixed,
                [("cross-origin-resource-policy", "same-origin")],
                jpeg,
            )
                .into_response()
        }
        Ok(None) => pages.failure(&headers, &ServiceError::NotFound),
        Err(error) => pages.failure(&headers, &error),
    }
}

/// Who looks, with the account of this very moment.
pub(super) async fn viewer(pages: &Pages, visitor: &Visitor) -> Result<Viewer, ServiceError> {
    let account = members::account_of(&pages.app, &visitor.openid).await?;
    if let Some(manager) = account.as_ref().filter(|account| account.role == "manager")
        && let Some(viewer) = phone_desk::viewer(pages, (manager, &visitor.session)).await?
    {
        return Ok(viewer);
    }
    Ok(Viewer::follower(
        &pages.app,
        visitor.openid.as_str(),
        account.as_ref(),
    ))
}

const EXPIRED: &str = "请返回刚才的页面，刷新以后再试一次。页面打开的时间太久，文件没有上传。";
const CUT: &str = "请再试一次。上传中断了，文件没有保存。";
const NOTHING: &str = "请您先选择一个文件，再点“上传”。";

/// Keeps what was typed as the form's draft; the path of the form.
async fn keep(pages: &Pages, visitor: &Visitor, pairs: &[(String, String)]) -> Option<String> {
    let said = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let page = said(FORM_PAGE).filter(|page| is_plain(page))?;
    if let Some(draft) = said(FORM_DRAFT).filter(|draft| drafts::is_form(draft)) {
        let typed = drafts::typed(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        if let Err(error) =
            crate::service::drafts::keep(&pages.app, &visitor.openid, &draft, &typed).await
        {
            tracing::warn!(%error, "a draft was not kept");
        }
    }
    Some(page)
}

fn answer_failed(
    pages: &Pages,
    headers: &HeaderMap,
    failed: &Failed,
    back: Option<String>,
) -> Response {
    match failed {
        Failed::Refused(refusal) => refuse(
            pages,
            headers,
            StatusCode::UNPROCESSABLE_ENTITY,
            &refusal.to_string(),
            back,
        ),
        Failed::Service(_) | Failed::Disk(_) => {
            tracing::error!(
                error = failed as &dyn std::error::Error,
                "a file could not be stored"
            );
            refuse(
                pages,
                headers,
                StatusCode::SERVICE_UNAVAILABLE,
                "请过几分钟再上传：服务暂时无法使用，文件没有保存。",
                back,
            )
        }
    }
}

fn refuse(
    pages: &Pages,
    headers: &HeaderMap,
    status: StatusCode,
    words: &str,
    back: Option<String>,
) -> Response {
    if wants_json(headers) {
        return json(status, &serde_json::json!({ "error": words }));
    }
    pages.message(status, &not_taken(pages.frame(headers), words, back))
}

fn not_taken(frame: Frame<'_>, words: &str, back: Option<String>) -> MessagePage {
    let page = MessagePage::new(frame, "文件没有上传", Sign::Problem, "文件没有上传").saying(words);
    match back {
        Some(back) => page
            .saying("您在表单里填写的内容都在。")
            .leading_to(Link::new("返回继续填写", back)),
        None => page.leading_to(home()),
    }
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    let fixed = [
        (CONTENT_TYPE, "application/json"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, fixed, body.to_string()).into_response()
}

fn shown_json(pages: &Pages, visitor: &Visitor, file: &attachments::Shown) -> serde_json::Value {
    let shown = shown_in_form(&pages.app, visitor, file);
    serde_json::json!({
        "id": shown.id, "name": shown.name, "kind": shown.kind, "href": shown.href,
        "picture": shown.picture, "remove": shown.remove(),
    })
}
