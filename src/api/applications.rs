//! `GET /api/v1/applications`: what waits for a decision, so that a system that did not take the applications in can decide
//! them by events.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::problem::Problem;
use crate::api::request;
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::shanghai;
use crate::service::error::ServiceError;
use crate::service::waiting::{self, Wanted};
use crate::store::accounts::Account;
use crate::store::applications::Application;

/// The address's query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(rename = "type")]
    kind: Option<String>,
    unit_code: Option<String>,
    after: Option<String>,
}

pub(super) async fn get(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Response {
    match list(&app, &headers, asked).await {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn list(
    app: &Arc<App>,
    headers: &HeaderMap,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Value, Problem> {
    request::holder(app, headers).await?;
    let Query(asked) = asked.map_err(|fault| Problem::of_field(None, fault.body_text()))?;
    let kind = match asked.kind.as_deref() {
        None => None,
        Some(word) => Some(ApplicationKind::parse(word).ok_or_else(|| {
            Problem::of_field(
                Some("type"),
                "must be registration, binding, appointment or password_reset",
            )
        })?),
    };
    let unit_id = match asked.unit_code.as_deref() {
        None => None,
        Some(code) => {
            let book = app.units();
            let unit = book.tree.by_code(code).ok_or_else(|| {
                Problem::of_field(
                    Some("unit_code"),
                    "no procuratorate has this unit_id or code_alias",
                )
            })?;
            Some(unit.unit_id.as_str().to_owned())
        }
    };
    let wanted = Wanted {
        kind,
        unit_id,
        after: asked.after,
    };
    let found = waiting::list(app, wanted)
        .await
        .map_err(|error| match error {
            ServiceError::NotFound => {
                Problem::of_field(Some("after"), "no application has this number")
            }
            error => Problem::of_service(&error),
        })?;
    let applications: Vec<Value> = found.iter().map(|(one, whose)| line(one, whose)).collect();
    Ok(json!({ "applications": applications }))
}

/// Nothing of what was typed: names and papers are looked at where they are decided.
fn line(application: &Application, account: &Account) -> Value {
    json!({
        "application": application.external_id,
        "type": application.kind,
        "is_change": application.is_change,
        "state": application.state,
        "unit_code": application.unit_id,
        "account": account.external_id,
        "login_name": account.login_name,
        "version": application.version,
        "submitted_at": shanghai::rfc3339(application.submitted_at),
    })
}
