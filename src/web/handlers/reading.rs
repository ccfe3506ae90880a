//! Pages anybody may read: lists, one publication, help.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::service::error::ServiceError;
use crate::service::publications::{self, Found};
use crate::service::search::{self, Wanted, Where};
use crate::store::publications::{Listed, Place, Row, Scope};
use crate::web::h5::article::{Article, ArticlePage};
use crate::web::h5::help::HelpPage;
use crate::web::h5::list::{ListPage, ListedPublications, ListedUnit};
use crate::web::h5::list_address::{ListAddress, PAGE_SIZE, UnitScope};
use crate::web::h5::message::MessagePage;
use crate::web::h5::paths;
use crate::web::h5::publication_row::PublicationRow;
use crate::web::h5::reading_mode::ReadingMode;
use crate::web::pages::Pages;

const RELATED: usize = 5;

pub(crate) async fn help(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    pages.page(&HelpPage::new(pages.frame(&headers)))
}

pub(crate) async fn nowhere(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    pages.failure(&headers, &ServiceError::NotFound)
}

pub(crate) async fn list(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let mut address = ListAddress::from_query(uri.query().unwrap_or_default());
    let frame = pages.frame(&headers);
    let book = pages.app.units();
    let mut unit = None;
    if let Some(code) = &address.unit {
        let Some(known) = book.tree.by_code(code.as_str()) else {
            return pages.message(StatusCode::NOT_FOUND, &MessagePage::unit_unknown(frame));
        };
        let has_subordinates = !book.tree.children(&known.unit_id).is_empty();
        unit = Some(ListedUnit {
            name: known.name.clone(),
            has_subordinates,
        });
        address.unit = Some(known.unit_id.clone());
    }
    let found = match address.keyword.clone() {
        Some(words) => search_page(&pages, &address, words).await,
        None => newest_page(&pages, &address).await,
    };
    match found {
        Ok(found) => pages.page(&ListPage::new(frame, address, unit, found)),
        Err(error) => pages.failure(&headers, &error),
    }
}

async fn newest_page(
    pages: &Pages,
    address: &ListAddress,
) -> Result<ListedPublications, ServiceError> {
    let scope = match (&address.unit, address.scope) {
        (None, _) => Scope::All,
        (Some(unit), UnitScope::Own) => Scope::Own(unit.as_str().to_owned()),
        (Some(unit), UnitScope::Subtree) => {
            publications::subtree_scope(&pages.app.units().tree, unit)
        }
    };
    let after = address.after.as_deref().and_then(read_place);
    let mut items =
        publications::page(&pages.app, address.kind, scope, after, PAGE_SIZE + 1).await?;
    let more = items.len() > PAGE_SIZE;
    items.truncate(PAGE_SIZE);
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| format!("{}.{}", last.published_at, last.external_id));
    Ok(ListedPublications {
        rows: rows(pages, items),
        total: None,
        next,
    })
}

async fn search_page(
    pages: &Pages,
    address: &ListAddress,
    words: String,
) -> Result<ListedPublications, ServiceError> {
    let wanted = Wanted {
        words,
        kind: Some(address.kind),
        scope: address.unit.clone().map(|unit| match address.scope {
            UnitScope::Own => Where::Own(unit),
            UnitScope::Subtree => Where::Subtree(unit),
        }),
        offset: address
            .after
            .as_deref()
            .and_then(|after| after.parse().ok())
            .unwrap_or(0),
        limit: PAGE_SIZE,
    };
    let hits = search::search(&pages.app, wanted).await?;
    Ok(ListedPublications {
        rows: rows(pages, hits.items),
        total: u64::try_from(hits.total).ok(),
        next: hits.next.map(|next| next.to_string()),
    })
}

/// A cursor as [`newest_page`] writes it.
fn read_place(cursor: &str) -> Option<Place> {
    let (at, id) = cursor.split_once('.')?;
    Some((at.parse().ok()?, id.to_owned()))
}

pub(crate) async fn publication(
    State(pages): State<Arc<Pages>>,
    Path(public_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let frame = pages.frame(&headers);
    match publications::at_address(&pages.app, public_id).await {
        Ok(Found::Visible(row)) => article(&pages, &headers, *row).await,
        Ok(Found::Withdrawn(kind)) => {
            pages.message(StatusCode::GONE, &MessagePage::withdrawn(frame, kind))
        }
        Ok(Found::Nothing) => pages.failure(&headers, &ServiceError::NotFound),
        Err(error) => pages.failure(&headers, &error),
    }
}

async fn article(pages: &Pages, headers: &HeaderMap, row: Row) -> Response {
    let Some(kind) = PublicationKind::from_word(&row.kind) else {
        return pages.failure(headers, &ServiceError::NotFound);
    };
    let own = Scope::Own(row.unit_id.clone());
    let related = match publications::page(&pages.app, kind, own, None, RELATED + 1).await {
        Ok(items) => items
            .into_iter()
            .filter(|item| item.public_id != row.public_id)
            .take(RELATED)
            .collect(),
        Err(error) => return pages.failure(headers, &error),
    };
    let article = Article {
        kind,
        title: row.title,
        summary: row.summary,
        unit_name: unit_name(pages, &row.unit_id),
        unit: UnitId::new(row.unit_id),
        published_at: row.published_at,
        document_type: row.document_type,
        document_number: row.document_number,
        charges: serde_json::from_str(&row.charges).unwrap_or_default(),
        body: row.body,
        source_url: row.source_url,
    };
    pages.page(&ArticlePage::new(
        pages.frame(headers),
        article,
        rows(pages, related),
    ))
}

fn unit_name(pages: &Pages, unit_id: &str) -> String {
    let book = pages.app.units();
    book.tree
        .get(&UnitId::new(unit_id))
        .map_or_else(|| unit_id.to_owned(), |unit| unit.name.clone())
}

pub(super) fn rows(pages: &Pages, items: Vec<Listed>) -> Vec<PublicationRow> {
    items
        .into_iter()
        .map(|item| PublicationRow {
            unit_name: unit_name(pages, &item.unit_id),
            public_id: item.public_id,
            title: item.title,
            document_type: item.document_type,
            document_number: item.document_number,
            published_at: item.published_at,
        })
        .collect()
}

/// The reading mode without a script; with one the page sets the cookie itself.
pub(crate) async fn choose_mode(body: String) -> Response {
    let word = form_urlencoded::parse(body.as_bytes())
        .find(|(name, _)| name == "mode")
        .map(|(_, value)| value);
    let mode = word.map_or_else(ReadingMode::default, |word| ReadingMode::from_word(&word));
    (
        [(header::SET_COOKIE, mode.set_cookie())],
        Redirect::to(paths::HOME),
    )
        .into_response()
}
