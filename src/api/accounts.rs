//! `PUT /api/v1/accounts`: one account.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::api::problem::Problem;
use crate::api::request;
use crate::app::{App, Ids};
use crate::domain::account_record;
use crate::service::accounts::{self, Put, Registry};

const MAX_BYTES: usize = 64 * 1024;

pub(super) async fn put(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    match store(&app, &headers, body).await {
        Ok((result, version)) => {
            axum::Json(serde_json::json!({ "result": result, "version": version })).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn store(
    app: &Arc<App>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(&'static str, i64), Problem> {
    let name = request::holder(app, headers).await?;
    let text = request::text(body, MAX_BYTES).await?;
    let record = account_record::parse_account(&text)
        .map_err(|fault| Problem::of_field(fault.field(), fault.reason()))?;
    let (tree, seal) = (Arc::clone(&app.units().tree), Arc::clone(&app.seal));
    let (person, now) = (app.person.clone(), app.clock.now_ms());
    let actor = format!("api-key:{name}");
    let stored = app.db.write(move |c| {
        let ids = Ids::default();
        let registry = Registry {
            tree: &tree,
            seal: &seal,
            person: &person,
            ids: &ids,
            now,
            actor: &actor,
        };
        accounts::put(c, registry, &record)
    });
    let (result, version) = match stored.await.map_err(|error| Problem::of_record(&error))? {
        Put::Imported(version) => ("imported", version),
        Put::Unchanged(version) => ("unchanged", version),
    };
    metrics::counter!("jianxin_accounts_put_total", "result" => result).increment(1);
    Ok((result, version))
}
