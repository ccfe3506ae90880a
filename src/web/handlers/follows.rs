//! 我的关注: show, add, cancel, and suggestions while typing.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};

use crate::app::UnitBook;
use crate::domain::ids::UnitId;
use crate::service::error::ServiceError;
use crate::service::follows::{self, Outcome};
use crate::web::h5::follow_outcome::FollowOutcome;
use crate::web::h5::follows::{FollowedUnit, FollowsPage, UnitSearch};
use crate::web::h5::unit_suggestion::{SUGGESTION_LIMIT, UnitSuggestion, regions};
use crate::web::handlers::form::parameter;
use crate::web::handlers::login::Visitor;
use crate::web::pages::Pages;

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let units = match follows::of(&pages.app, &visitor.openid).await {
        Ok(units) => units,
        Err(error) => return pages.failure(&headers, &error),
    };
    let book = pages.app.units();
    let followed = units
        .iter()
        .map(|id| FollowedUnit {
            id: id.as_str().to_owned(),
            name: name(&book, id),
        })
        .collect();
    let all: Vec<_> = book.tree.regions().into_iter().cloned().collect();
    let mut page = FollowsPage::new(pages.frame(&headers), visitor.csrf, followed, regions(&all));
    let query = uri.query().unwrap_or_default();
    page.search = UnitSearch::from_query(query);
    if page.search.is_asked() {
        page.search.found = Some(find(&book, &page.search.region, &page.search.keyword));
    }
    page.notice = notice(&book, query);
    pages.personal(StatusCode::OK, &page)
}

fn notice(book: &UnitBook, query: &str) -> Option<crate::web::h5::follow_outcome::Notice> {
    let word = parameter(query, "outcome")?;
    let unit = parameter(query, "unit").unwrap_or_default();
    let unit_name = book.tree.by_code(&unit).map(|unit| unit.name.as_str());
    FollowOutcome::from_word(&word).map(|outcome| outcome.notice(unit_name))
}

pub(crate) async fn add(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: String,
) -> Response {
    act(&pages, &visitor, &headers, &body, Act::Add).await
}

pub(crate) async fn cancel(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: String,
) -> Response {
    act(&pages, &visitor, &headers, &body, Act::Cancel).await
}

#[derive(Clone, Copy)]
enum Act {
    Add,
    Cancel,
}

/// Whose follows change comes from the session; the form names only the unit.
async fn act(
    pages: &Pages,
    visitor: &Visitor,
    headers: &HeaderMap,
    body: &str,
    act: Act,
) -> Response {
    let unit = parameter(body, "unit").unwrap_or_default();
    let outcome = match decide(pages, visitor, body, &unit, act).await {
        Ok(outcome) => outcome,
        Err(error) => return pages.failure(headers, &error),
    };
    let known = pages
        .app
        .units()
        .tree
        .by_code(&unit)
        .map(|unit| unit.unit_id.clone());
    Redirect::to(&outcome.redirect(known.as_ref())).into_response()
}

async fn decide(
    pages: &Pages,
    visitor: &Visitor,
    body: &str,
    unit: &str,
    act: Act,
) -> Result<FollowOutcome, ServiceError> {
    if !visitor.sent(body) {
        return Ok(FollowOutcome::FormExpired);
    }
    let Some(unit) = pages
        .app
        .units()
        .tree
        .by_code(unit)
        .map(|unit| unit.unit_id.clone())
    else {
        return Ok(FollowOutcome::UnknownUnit);
    };
    match act {
        Act::Add => Ok(
            match follows::add(&pages.app, &visitor.openid, &unit).await? {
                Outcome::Yes => FollowOutcome::Followed,
                Outcome::Already => FollowOutcome::Duplicate,
                Outcome::Full => FollowOutcome::Full,
            },
        ),
        Act::Cancel => {
            follows::remove(&pages.app, &visitor.openid, &unit).await?;
            Ok(FollowOutcome::Cancelled)
        }
    }
}

pub(crate) async fn suggest(State(pages): State<Arc<Pages>>, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let region = parameter(query, "region").unwrap_or_default();
    let words = parameter(query, "q").unwrap_or_default();
    let found = find(&pages.app.units(), &region, &words);
    (
        [
            (header::CACHE_CONTROL, "public, max-age=300"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        Json(found),
    )
        .into_response()
}

fn find(book: &UnitBook, region: &str, words: &str) -> Vec<UnitSuggestion> {
    let region = book.tree.by_code(region).map(|unit| unit.unit_id.clone());
    book.resolver
        .suggest(words, region.as_ref(), SUGGESTION_LIMIT)
        .iter()
        .filter_map(|id| book.tree.get(id))
        .map(|unit| UnitSuggestion {
            id: unit.unit_id.as_str().to_owned(),
            name: unit.name.clone(),
            parent: unit
                .parent_id
                .as_ref()
                .map(|parent| name(book, parent))
                .unwrap_or_default(),
        })
        .collect()
}

fn name(book: &UnitBook, id: &UnitId) -> String {
    book.tree
        .get(id)
        .map_or_else(|| id.as_str().to_owned(), |unit| unit.name.clone())
}
