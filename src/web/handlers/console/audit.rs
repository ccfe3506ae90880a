//! Looking the audit trail up.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{Days, NaiveDate, NaiveTime};

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use crate::domain::desk::Duty;
use crate::domain::shanghai;
use crate::service::applications::unit_name;
use crate::service::audit::look::{self, Question};
use crate::web::access::{Access, Table};
use crate::web::console::audit::{Asked, AuditPage, COLUMNS, Chain, Line, PATH, cells};
use crate::web::console::audit_words::ACTIONS;
use crate::web::console::csv;
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

const ADMINS: &[Duty] = &[Duty::UnitAdmin, Duty::SystemAdmin];
/// Days that are shown when nobody said which.
const DAYS: u64 = 30;
/// More than any id or login name has.
const MOST_CHARS: usize = 100;

pub(crate) fn routes(table: Table) -> Table {
    table.get(PATH, Access::Desk(ADMINS), get(show)).post(
        "/console/audit/export",
        Access::Desk(ADMINS),
        post(export),
    )
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    uri: Uri,
) -> Response {
    let posted = Posted::parse(uri.query().unwrap_or_default());
    let now = pages.app.clock.now_ms();
    let asked = asked(&posted, now);
    let question = question(&asked, &posted);
    let found = match question {
        Ok(question) => look::page(&pages.app, &desk.manager, question)
            .await
            .map(Ok),
        Err(sentence) => Ok(Err(sentence)),
    };
    let (found, error) = match found {
        Ok(Ok(found)) => (Some(found), None),
        Ok(Err(sentence)) => (None, Some(sentence)),
        Err(error) => return failure(&pages, &error),
    };
    let state = match look::state(&pages.app).await {
        Ok(state) => state,
        Err(error) => return failure(&pages, &error),
    };
    let status = match error {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut page = AuditPage {
        frame: console_frame(&pages, &desk, "审计记录", "audit").await,
        chain: Chain::of(state, now),
        error,
        rows: Vec::new(),
        older: None,
        path: PATH,
        most: look::MOST_EXPORTED,
        actions: ACTIONS,
        asked,
    };
    if let Some(found) = found {
        let name = |unit: &str| unit_name(&pages.app, unit);
        let lines = found.rows.iter();
        page.rows = lines
            .map(|row| Line::of(row, &found.names, &page.asked, name))
            .collect();
        let last = found.rows.last().filter(|_| found.has_more);
        page.older = last.map(|row| page.asked.address(Some((row.at, row.id.as_str()))));
    }
    pages.personal(status, &page)
}

async fn export(State(pages): State<Arc<Pages>>, DeskForm { desk, posted }: DeskForm) -> Response {
    let now = pages.app.clock.now_ms();
    let asked = asked(&posted, now);
    let question = match question(&asked, &posted) {
        Ok(question) => question,
        Err(sentence) => {
            return failure(
                &pages,
                &crate::service::error::ServiceError::Rejected(sentence),
            );
        }
    };
    match look::export(&pages.app, &desk.manager, question).await {
        Err(error) => failure(&pages, &error),
        Ok(found) => {
            let name = |unit: &str| unit_name(&pages.app, unit);
            let rows = found.rows.iter().map(|row| cells(row, &found.names, name));
            let day = shanghai::wall_clock(now).format("%Y%m%d");
            csv::download(&format!("audit-{day}"), csv::text(&COLUMNS, rows))
        }
    }
}

/// What was asked, with the last days where none are named.
fn asked(posted: &Posted, now: i64) -> Asked {
    let today = shanghai::wall_clock(now).date();
    let or = |name: &str, day: Option<NaiveDate>| match posted.text(name) {
        text if text.is_empty() => day.map(|day| day.to_string()).unwrap_or_default(),
        text => text,
    };
    let cut = |text: String| text.chars().take(MOST_CHARS).collect::<String>();
    Asked {
        from: cut(or("from", today.checked_sub_days(Days::new(DAYS)))),
        until: cut(or("until", Some(today))),
        actor: cut(posted.text("actor")),
        action: cut(posted.text("action")),
        subject: cut(posted.text("subject")),
    }
}

/// What to look for; the error says what to put right.
fn question(asked: &Asked, posted: &Posted) -> Result<Question, String> {
    let day = |text: &str| {
        text.parse::<NaiveDate>()
            .map_err(|_not_a_day| "请填写日期，例如2026-11-29。".to_owned())
    };
    let (from, until) = (day(&asked.from)?, day(&asked.until)?);
    if until < from {
        return Err("请把“到”改为不早于“从”的日期。".to_owned());
    }
    let start = |day: NaiveDate| shanghai::millis(day.and_time(NaiveTime::MIN));
    let before = posted.text("before");
    let before = before.split_once('.').and_then(|(at, id)| {
        let at: i64 = at.parse().ok()?;
        Some((at, id.to_owned()))
    });
    Ok(Question {
        from: start(from),
        until: start(until.checked_add_days(Days::new(1)).unwrap_or(until)),
        actor: asked.actor.clone(),
        action: asked.action.clone(),
        subject: asked.subject.clone(),
        before,
    })
}
