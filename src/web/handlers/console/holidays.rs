//! The calendar of working days.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::Datelike;

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use super::upkeep::{self, SYSTEM};
use crate::app::book::kind;
use crate::domain::shanghai;
use crate::service::office::{self, Over, Unsaved, YEARS};
use crate::web::access::Table;
use crate::web::console::holidays::{Contents, HolidaysPage};
use crate::web::console::upkeep::{overtaken, sentences};
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

const PATH: &str = "/console/upkeep/holidays";

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(PATH, SYSTEM, get(show))
        .post(PATH, SYSTEM, post(save))
}

#[derive(Default)]
struct Shown {
    year: i32,
    typed: Option<String>,
    version: Option<i64>,
    errors: Vec<String>,
    warning: Option<String>,
    done: Option<&'static str>,
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let year = parameter(&query, "year").and_then(|year| year.parse().ok());
    let shown = Shown {
        year: year
            .filter(|year| YEARS.contains(year))
            .unwrap_or_else(|| this_year(&pages)),
        done: upkeep::done(Some(&query)),
        ..Shown::default()
    };
    page(&pages, &desk, shown).await
}

fn this_year(pages: &Pages) -> i32 {
    shanghai::wall_clock(pages.app.clock.now_ms()).year()
}

async fn page(pages: &Pages, desk: &Desk, shown: Shown) -> Response {
    let book = pages.app.office();
    let key = shown.year.to_string();
    let versions = match office::versions(&pages.app, kind::HOLIDAYS, &key).await {
        Ok(versions) => versions,
        Err(error) => return failure(pages, &error),
    };
    let status = match shown.typed {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let newest = versions.first().map_or(0, |row| row.version);
    let frame = console_frame(pages, desk, "节假日", "upkeep").await;
    let contents = Contents {
        done: shown.done,
        warning: shown.warning,
        year: shown.year,
        this_year: this_year(pages),
        hours: &book.office_hours,
        typed: shown.typed,
        errors: shown.errors,
        changed: book.overrides.get(&(kind::HOLIDAYS.to_owned(), key)),
        version: shown.version.unwrap_or(newest),
        versions: &versions,
    };
    pages.personal(status, &HolidaysPage::new(frame, contents))
}

async fn save(State(pages): State<Arc<Pages>>, DeskForm { desk, posted }: DeskForm) -> Response {
    let year = posted.text("year").parse().unwrap_or(0);
    let text = posted.raw("days");
    let (by, version) = (desk.manager.actor(), upkeep::version(&posted));
    let over = Over { by: &by, version };
    let (outcome, done) = match posted.text("do").as_str() {
        "reset" => {
            let key = year.to_string();
            let reset = office::reset(&pages.app, over, (kind::HOLIDAYS, &key)).await;
            (reset, "reset")
        }
        _ => {
            let saved = office::save_holidays(&pages.app, over, year, &text).await;
            (saved, "saved")
        }
    };
    let mut shown = Shown {
        year: if YEARS.contains(&year) {
            year
        } else {
            this_year(&pages)
        },
        typed: Some(text),
        version: Some(version),
        ..Shown::default()
    };
    match outcome {
        Ok(()) => {
            let to = format!("{PATH}?year={year}&done={done}");
            return Redirect::to(&to).into_response();
        }
        Err(Unsaved::Failed(error)) => return failure(&pages, &error),
        Err(Unsaved::Changed(newest)) => {
            shown.warning = Some(overtaken(&newest));
            shown.version = Some(newest.version);
        }
        Err(flaws) => shown.errors = sentences(&flaws),
    }
    page(&pages, &desk, shown).await
}
