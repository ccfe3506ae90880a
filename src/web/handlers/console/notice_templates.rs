//! The templates of the nine notices.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use super::upkeep::{self, SYSTEM};
use crate::app::book::kind;
use crate::domain::notice::{Kind, Template};
use crate::service::error::ServiceError;
use crate::service::office::{self, Over, Unsaved};
use crate::web::access::Table;
use crate::web::console::notice_templates::{NoticeTemplatesPage, Open};
use crate::web::console::upkeep::overtaken;
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

const PATH: &str = "/console/upkeep/templates";

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(PATH, SYSTEM, get(list))
        .get("/console/upkeep/templates/{notice}", SYSTEM, get(show))
        .post(
            "/console/upkeep/templates/{notice}",
            SYSTEM,
            axum::routing::post(save),
        )
}

async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    page(&pages, &desk, None, upkeep::done(query.as_deref())).await
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(notice): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(notice) = Kind::parse(&notice) else {
        return failure(&pages, &ServiceError::NotFound);
    };
    let shown = Shown::of(notice);
    page(&pages, &desk, Some(shown), upkeep::done(query.as_deref())).await
}

/// One of them, and what was typed.
struct Shown {
    kind: Kind,
    typed: Option<Template>,
    version: Option<i64>,
    flaws: Vec<(String, String)>,
    warning: Option<String>,
}

impl Shown {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            typed: None,
            version: None,
            flaws: Vec::new(),
            warning: None,
        }
    }
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    shown: Option<Shown>,
    done: Option<&'static str>,
) -> Response {
    let book = pages.app.office();
    let changed = |notice: Kind| {
        let key = (kind::TEMPLATE.to_owned(), notice.as_str().to_owned());
        book.overrides.get(&key)
    };
    let versions = match &shown {
        Some(shown) => office::versions(&pages.app, kind::TEMPLATE, shown.kind.as_str()).await,
        None => Ok(Vec::new()),
    };
    let versions = match versions {
        Ok(versions) => versions,
        Err(error) => return failure(pages, &error),
    };
    let newest = versions.first().map_or(0, |row| row.version);
    let status = match &shown {
        Some(shown) if shown.typed.is_some() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let open = shown.map(|shown| Open {
        template: shown
            .typed
            .unwrap_or_else(|| book.notices.of(shown.kind).clone()),
        changed: changed(shown.kind),
        version: shown.version.unwrap_or(newest),
        flaws: shown.flaws,
        warning: shown.warning,
        versions: &versions,
        kind: shown.kind,
    });
    let frame = console_frame(pages, desk, "通知模板", "upkeep").await;
    let known = |notice: Kind| (book.notices.of(notice).clone(), changed(notice).is_some());
    pages.personal(status, &NoticeTemplatesPage::new(frame, done, known, open))
}

async fn save(
    State(pages): State<Arc<Pages>>,
    Path(notice): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let Some(notice) = Kind::parse(&notice) else {
        return failure(&pages, &ServiceError::NotFound);
    };
    let (by, version) = (desk.manager.actor(), upkeep::version(&posted));
    let over = Over { by: &by, version };
    let path = format!("{PATH}/{}", notice.as_str());
    let (typed, mut flaws) = typed(&posted);
    let outcome = match posted.text("do").as_str() {
        "reset" => {
            let which = (kind::TEMPLATE, notice.as_str());
            match office::reset(&pages.app, over, which).await {
                Ok(()) => return upkeep::to(&path, "reset"),
                Err(unsaved) => Err(unsaved),
            }
        }
        _ if !flaws.is_empty() => Err(Unsaved::Flaws(std::mem::take(&mut flaws))),
        "preview" => {
            let found = office::template_flaws(notice, &typed);
            match found.is_empty() {
                true => Ok(()),
                false => Err(Unsaved::Flaws(found)),
            }
        }
        _ => match office::save_template(&pages.app, over, notice, &typed).await {
            Ok(()) => return upkeep::to(&path, "saved"),
            Err(unsaved) => Err(unsaved),
        },
    };
    let mut shown = Shown {
        typed: Some(typed),
        version: Some(version),
        ..Shown::of(notice)
    };
    match outcome {
        Ok(()) => shown.warning = Some("这是预览，还没有保存。".to_owned()),
        Err(Unsaved::Flaws(flaws)) => shown.flaws = flaws,
        Err(Unsaved::Changed(newest)) => {
            shown.warning = Some(overtaken(&newest));
            shown.version = Some(newest.version);
        }
        Err(Unsaved::Failed(error)) => return failure(&pages, &error),
    }
    page(&pages, &desk, Some(shown), None).await
}

/// The template of a form, and keywords that stand in it twice or without a field.
fn typed(posted: &Posted) -> (Template, Vec<(String, String)>) {
    let mut keywords = BTreeMap::new();
    let mut flaws = Vec::new();
    for (keyword, field) in posted.all("keyword").iter().zip(posted.all("field")) {
        let keyword = keyword.trim();
        if keyword.is_empty() && field.is_empty() {
            continue;
        }
        if keyword.is_empty() || field.is_empty() {
            let sentence = "每一行的关键词代号和内容都要填，或者都留空。".to_owned();
            flaws.push(("fields".to_owned(), sentence));
        }
        if keywords.insert(keyword.to_owned(), field).is_some() {
            let sentence = format!("关键词{keyword}写了两次。");
            flaws.push(("fields".to_owned(), sentence));
        }
    }
    let template = Template {
        template_id: posted.text("template_id"),
        keywords,
    };
    (template, flaws)
}
