//! The texts of laws.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use super::upkeep::{self, SYSTEM};
use crate::app::book::kind;
use crate::domain::laws::{Law, articles};
use crate::service::error::ServiceError;
use crate::service::office::{self, Over, Unsaved};
use crate::web::access::Table;
use crate::web::console::laws::{LawsPage, Open};
use crate::web::console::upkeep::{overtaken, sentences};
use crate::web::pages::Pages;

const PATH: &str = "/console/upkeep/laws";

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(PATH, SYSTEM, get(list))
        .post(PATH, SYSTEM, post(save))
        .get("/console/upkeep/laws/{id}", SYSTEM, get(show))
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
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let book = pages.app.office();
    let law = match id.as_str() {
        "new" => Some(blank()),
        id => book.laws.get(id).cloned(),
    };
    let Some(law) = law else {
        return failure(&pages, &ServiceError::NotFound);
    };
    let shown = Shown {
        articles: law.articles_text(),
        is_new: id == "new",
        law,
        version: None,
        errors: Vec::new(),
        warning: None,
        refused: false,
    };
    page(&pages, &desk, Some(shown), upkeep::done(query.as_deref())).await
}

fn blank() -> Law {
    Law {
        id: String::new(),
        name: String::new(),
        version: String::new(),
        from: String::new(),
        until: String::new(),
        source: String::new(),
        article: Vec::new(),
    }
}

struct Shown {
    law: Law,
    articles: String,
    is_new: bool,
    version: Option<i64>,
    errors: Vec<String>,
    warning: Option<String>,
    refused: bool,
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    shown: Option<Shown>,
    done: Option<&'static str>,
) -> Response {
    let book = pages.app.office();
    let changed = |id: &str| {
        let key = (kind::LAW.to_owned(), id.to_owned());
        book.overrides.contains_key(&key)
    };
    let versions = match &shown {
        Some(shown) => office::versions(&pages.app, kind::LAW, &shown.law.id).await,
        None => Ok(Vec::new()),
    };
    let versions = match versions {
        Ok(versions) => versions,
        Err(error) => return failure(pages, &error),
    };
    let newest = versions.first().map_or(0, |row| row.version);
    let status = match &shown {
        Some(shown) if shown.refused => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let open = shown.map(|shown| Open {
        changed: changed(&shown.law.id),
        law: shown.law,
        articles: shown.articles,
        is_new: shown.is_new,
        version: shown.version.unwrap_or(newest),
        errors: shown.errors,
        warning: shown.warning,
        versions: &versions,
    });
    let frame = console_frame(pages, desk, "法规指引", "upkeep").await;
    let page = LawsPage::new(frame, done, &book.laws, changed, open);
    pages.personal(status, &page)
}

async fn save(State(pages): State<Arc<Pages>>, DeskForm { desk, posted }: DeskForm) -> Response {
    let (by, version) = (desk.manager.actor(), upkeep::version(&posted));
    let is_new = posted.text("new") == "1";
    let mut law = Law {
        id: posted.text("id"),
        name: posted.text("name"),
        version: posted.text("law_version"),
        from: posted.text("from"),
        until: posted.text("until"),
        source: posted.text("source"),
        article: Vec::new(),
    };
    let text = posted.raw("articles");
    let outcome = match posted.text("do").as_str() {
        "reset" => {
            let over = Over { by: &by, version };
            match office::reset(&pages.app, over, (kind::LAW, &law.id)).await {
                Ok(()) => return upkeep::to(PATH, "reset"),
                Err(unsaved) => Err(unsaved),
            }
        }
        _ => saved(&pages, &by, &mut law, &text, (is_new, version)).await,
    };
    let mut shown = Shown {
        law,
        articles: text,
        is_new,
        version: Some(version),
        errors: Vec::new(),
        warning: None,
        refused: true,
    };
    match outcome {
        Ok(()) => return upkeep::to(&format!("{PATH}/{}", shown.law.id), "saved"),
        Err(Unsaved::Failed(error)) => return failure(&pages, &error),
        Err(Unsaved::Changed(newest)) => {
            shown.warning = Some(overtaken(&newest));
            shown.version = Some(newest.version);
        }
        Err(flaws) => shown.errors = sentences(&flaws),
    }
    page(&pages, &desk, Some(shown), None).await
}

async fn saved(
    pages: &Arc<Pages>,
    by: &str,
    law: &mut Law,
    text: &str,
    (is_new, version): (bool, i64),
) -> Result<(), Unsaved> {
    let flaw = |sentence: String| Err(Unsaved::Flaws(vec![(String::new(), sentence)]));
    let known = pages.app.office().laws.get(&law.id).is_some();
    if is_new && (known || law.id == "new") {
        return flaw(format!("编号{}已经有了，请换一个。", law.id));
    }
    if !is_new && !known {
        return Err(ServiceError::NotFound.into());
    }
    law.article = match articles(text) {
        Ok(articles) => articles,
        Err(sentence) => return flaw(sentence),
    };
    // A version that was taken away before leaves its number behind.
    let version = match is_new {
        true => office::newest(&pages.app, kind::LAW)
            .await?
            .get(&law.id)
            .copied()
            .unwrap_or(0),
        false => version,
    };
    office::save_law(&pages.app, Over { by, version }, law).await
}
