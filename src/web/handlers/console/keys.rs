//! Keys of other systems. A new one is kept sealed for a minute, for the page that shows it once.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use super::upkeep::{self, SYSTEM};
use crate::app::seal::Place;
use crate::service::api_keys;
use crate::service::error::ServiceError;
use crate::web::access::Table;
use crate::web::console::lane::KeysPage;
use crate::web::pages::Pages;

const PATH: &str = "/console/upkeep/keys";
/// Between the form and the page that shows the key.
const SHOWN_WITHIN: Duration = Duration::from_secs(60);

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(PATH, SYSTEM, get(show))
        .post(PATH, SYSTEM, post(issue))
        .post("/console/upkeep/keys/{name}/revoke", SYSTEM, post(revoke))
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let fresh = take(&pages, &desk).await;
    let done = upkeep::done(query.as_deref());
    page(&pages, &desk, done, fresh, None).await
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    done: Option<&'static str>,
    fresh: Option<String>,
    refused: Option<(String, String)>,
) -> Response {
    let keys = match api_keys::list(&pages.app).await {
        Ok(keys) => keys,
        Err(error) => return failure(pages, &error),
    };
    let frame = console_frame(pages, desk, "接口密钥", "upkeep").await;
    let status = match refused {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = KeysPage::new(frame, done, fresh, refused, &keys);
    pages.personal(status, &page)
}

async fn issue(State(pages): State<Arc<Pages>>, DeskForm { desk, posted }: DeskForm) -> Response {
    let name = posted.text("name");
    match api_keys::issue(&pages.app, &desk.manager.actor(), &name).await {
        Ok(key) => {
            if let Err(error) = keep(&pages, &desk, &key).await {
                // Nobody will ever see it: it must not stay good.
                let by = desk.manager.actor();
                if let Err(error) = api_keys::revoke(&pages.app, &by, &name).await {
                    tracing::error!(%error, "a key that nobody saw could not be revoked");
                }
                return failure(&pages, &error);
            }
            upkeep::to(PATH, "issued")
        }
        Err(ServiceError::Rejected(sentence)) => {
            page(&pages, &desk, None, None, Some((name, sentence))).await
        }
        Err(error) => failure(&pages, &error),
    }
}

async fn revoke(
    State(pages): State<Arc<Pages>>,
    Path(name): Path<String>,
    DeskForm { desk, .. }: DeskForm,
) -> Response {
    match api_keys::revoke(&pages.app, &desk.manager.actor(), &name).await {
        Ok(()) => upkeep::to(PATH, "revoked"),
        Err(error) => failure(&pages, &error),
    }
}

fn slot(desk: &Desk) -> String {
    format!("fresh-key:{}", desk.session)
}

fn place(slot: &str) -> Place<'_> {
    Place {
        table: "cache",
        column: "value",
        row: slot,
    }
}

async fn keep(pages: &Pages, desk: &Desk, key: &str) -> Result<(), ServiceError> {
    let slot = slot(desk);
    let sealed = pages.app.seal.close(place(&slot), key).unwrap_or_default();
    let kept = pages.app.cache.set(&slot, sealed.as_bytes(), SHOWN_WITHIN);
    Ok(kept.await?)
}

/// The key of the form before, once.
async fn take(pages: &Pages, desk: &Desk) -> Option<String> {
    let slot = slot(desk);
    let sealed = pages.app.cache.get(&slot).await.ok()??;
    // Taken away first: what cannot be taken away is not shown either.
    pages.app.cache.remove(&slot).await.ok()?;
    let sealed = String::from_utf8(sealed).ok()?;
    let key = pages.app.seal.open(place(&slot), &sealed).ok()?;
    Some(key.expose().to_owned())
}
