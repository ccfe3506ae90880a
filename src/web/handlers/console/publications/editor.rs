//! The editor. Every button sends the whole form: what was typed is stored first, whatever is asked for besides, so that
//! nothing is lost; where it cannot be stored, the form comes back as it was.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{draft_path, failed, notice, review, to, told, view};
use crate::domain::masking::Finding;
use crate::domain::publication::PublicationKind;
use crate::domain::publishing::{self as rules, Content, Fault, State, Typed, expiry};
use crate::service::publishing::{self, Draft, PublishError, Report};
use crate::web::console::publications::EditorPage;
use crate::web::handlers::console::desk::{Desk, console_frame};
use crate::web::handlers::console::desk_form::DeskForm;
use crate::web::handlers::form::{Posted, parameter};
use crate::web::pages::Pages;

const NEW: &str = "/console/publications/new";

pub(super) async fn new(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let word = parameter(&query.unwrap_or_default(), "kind").unwrap_or_default();
    let kind = PublicationKind::from_word(&word).unwrap_or(PublicationKind::LegalDocument);
    let months = publishing::months(&pages.app, kind);
    let content = Content {
        kind,
        category: None,
        sub_type: None,
        title: String::new(),
        summary: String::new(),
        body: String::new(),
        document_type: None,
        document_number: None,
        charges: Vec::new(),
        decided_at: None,
        effective_at: None,
        source_url: None,
        publish_at: None,
        expires_at: expiry(pages.app.clock.now_ms(), months),
    };
    let page = blank(&pages, &desk, Typed::of(&content), Vec::new()).await;
    pages.personal(StatusCode::OK, &page)
}

/// A draft that is not stored yet.
async fn blank(pages: &Pages, desk: &Desk, typed: Typed, faults: Vec<Fault>) -> EditorPage {
    let title = match typed.kind.as_str() {
        "important_case" => "新建重要案件信息",
        _ => "新建法律文书",
    };
    EditorPage {
        frame: console_frame(pages, desk, title, "publications").await,
        action: NEW.to_owned(),
        version: None,
        typed,
        faults,
        state: view::pill(State::Draft),
        notice: None,
        returned: None,
        is_correction: false,
        checked: None,
        steps: Vec::new(),
    }
}

fn typed(form: &Posted) -> Typed {
    Typed {
        kind: form.text("kind"),
        category: form.text("category"),
        sub_type: form.text("sub_type"),
        title: form.text("title"),
        summary: form.raw("summary"),
        body: form.raw("body"),
        document_type: form.text("document_type"),
        document_number: form.text("document_number"),
        charges: form.text("charges"),
        decided_on: form.text("decided_on"),
        effective_on: form.text("effective_on"),
        source_url: form.text("source_url"),
        publish_at: form.text("publish_at"),
        expires_on: form.text("expires_on"),
    }
}

pub(super) async fn create(
    Shared(pages): Shared<Arc<Pages>>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let typed = typed(&posted);
    let content = match rules::read(&typed) {
        Ok(content) => content,
        Err(faults) => {
            let page = blank(&pages, &desk, typed, faults).await;
            return pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    match publishing::create(&pages.app, &desk.manager, content).await {
        Ok(public_id) => checked(&pages, &desk, &draft_path(&public_id), &public_id).await,
        Err(error) => failed(&pages, error),
    }
}

/// The draft's page, after its check was noted.
async fn checked(pages: &Pages, desk: &Desk, path: &str, public_id: &str) -> Response {
    match publishing::check(&pages.app, &desk.manager, public_id).await {
        Ok(_) => to(path, "checked"),
        // Somebody was quicker: the page says how it stands.
        Err(PublishError::Stale(_)) => Redirect::to(path).into_response(),
        Err(error) => failed(pages, error),
    }
}

pub(super) async fn show(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let done = notice(&query.unwrap_or_default()).map(|text| (text.to_owned(), "ok"));
    shown(&pages, &desk, &id, done).await
}

/// A draft in the editor, or what is decided of it.
pub(super) async fn shown(
    pages: &Pages,
    desk: &Desk,
    id: &str,
    notice: Option<(String, &'static str)>,
) -> Response {
    match look(pages, desk, id).await {
        Ok((draft, report)) if draft.state().is_open() => {
            let typed = Typed::of(&draft.content);
            let filled = Filled {
                typed,
                faults: Vec::new(),
                notice,
                version: draft.row.version,
            };
            match page(pages, desk, &draft, &report, filled).await {
                Ok(page) => pages.personal(StatusCode::OK, &page),
                Err(error) => failed(pages, error),
            }
        }
        Ok((draft, report)) => review::page(pages, desk, (&draft, &report), notice).await,
        Err(error) => failed(pages, error),
    }
}

/// A draft with what the check says, for a page: that it was read is noted.
async fn look(pages: &Pages, desk: &Desk, id: &str) -> Result<(Draft, Report), PublishError> {
    let (report, draft) = publishing::read(&pages.app, &desk.manager, id).await?;
    Ok((draft, report))
}

struct Filled {
    typed: Typed,
    faults: Vec<Fault>,
    notice: Option<(String, &'static str)>,
    version: i64,
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    draft: &Draft,
    report: &Report,
    filled: Filled,
) -> Result<EditorPage, PublishError> {
    let history = publishing::history(&pages.app, draft).await?;
    let returned = match draft.state() {
        State::Returned => draft.row.reason.clone(),
        _ => None,
    };
    Ok(EditorPage {
        frame: console_frame(pages, desk, draft.content.kind.title(), "publications").await,
        action: draft_path(&draft.row.public_id),
        version: Some(filled.version),
        typed: filled.typed,
        faults: filled.faults,
        state: view::pill(draft.state()),
        notice: filled.notice,
        returned,
        is_correction: draft.row.is_correction,
        checked: Some(view::checked(report, &draft.content)),
        steps: view::steps(history),
    })
}

pub(super) async fn save(
    Shared(pages): Shared<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted: form }: DeskForm,
) -> Response {
    let typed = typed(&form);
    let version: i64 = form.text("version").parse().unwrap_or(0);
    let content = match rules::read(&typed) {
        Ok(content) => content,
        Err(faults) => return again(&pages, &desk, &id, (typed, faults, None)).await,
    };
    let act = form.text("act");
    match acted(&pages, &desk, (&id, version), (&form, &act), content).await {
        Ok(done) => to(&draft_path(&id), done),
        Err(PublishError::Incomplete(faults)) => {
            again(&pages, &desk, &id, (typed, faults, None)).await
        }
        Err(error) => match told(&error) {
            Some(told) => again(&pages, &desk, &id, (typed, Vec::new(), Some(told))).await,
            None => failed(&pages, error),
        },
    }
}

/// Stores what was typed, and does what was asked for.
async fn acted(
    pages: &Pages,
    desk: &Desk,
    (id, version): (&str, i64),
    (form, act): (&Posted, &str),
    content: Content,
) -> Result<&'static str, PublishError> {
    let (app, manager) = (&pages.app, &desk.manager);
    let version = publishing::save(app, manager, (id, version), content).await?;
    match act.split_once(':') {
        Some(("sign", key)) => {
            let why = form.text(&format!("why:{key}"));
            publishing::sign(app, manager, (id, version), (key, &why))
                .await
                .map_err(moved)?;
            return Ok("signed");
        }
        Some(("unsign", key)) => {
            publishing::unsign(app, manager, (id, version), key)
                .await
                .map_err(moved)?;
            return Ok("unsigned");
        }
        _ => {}
    }
    match act {
        "mask" => {
            let (report, draft) = publishing::report(app, manager, id).await?;
            let content = replaced(&draft.content, &report);
            publishing::save(app, manager, (id, version), content).await?;
            publishing::check(app, manager, id).await?;
            Ok("masked")
        }
        "submit" => {
            publishing::submit(app, manager, (id, version)).await?;
            Ok("submitted")
        }
        "check" => {
            publishing::check(app, manager, id).await?;
            Ok("checked")
        }
        _ => Ok("saved"),
    }
}

/// A finding that is not there any more: the text was changed in the same breath.
fn moved(error: PublishError) -> PublishError {
    match error {
        PublishError::NotFound => PublishError::Findings(1),
        other => other,
    }
}

/// The content with everything replaced that nobody signed.
fn replaced(content: &Content, report: &Report) -> Content {
    let open: Vec<Finding> = report
        .suspects
        .iter()
        .filter(|suspect| suspect.signed.is_none())
        .map(|suspect| suspect.finding.clone())
        .collect();
    content.masked(&open)
}

/// The form as it was typed, with what is wrong.
async fn again(
    pages: &Pages,
    desk: &Desk,
    id: &str,
    (typed, faults, told): (Typed, Vec<Fault>, Option<String>),
) -> Response {
    let (draft, report) = match look(pages, desk, id).await {
        Ok(found) => found,
        Err(error) => return failed(pages, error),
    };
    let is_open = draft.state().is_open();
    let notice = told.map(|told| match is_open {
        true => (
            format!("{told}您输入的文字都还在下面，核对以后可以再次保存。"),
            "bad",
        ),
        false => (format!("{told}您输入的文字没有保存，请先复制下来。"), "bad"),
    });
    let filled = Filled {
        typed,
        faults,
        notice,
        version: draft.row.version,
    };
    match page(pages, desk, &draft, &report, filled).await {
        Ok(page) => pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page),
        Err(error) => failed(pages, error),
    }
}
