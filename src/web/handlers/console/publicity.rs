//! 公开统计: numbers of the unit and everything below; the unit's own list of documents is in `documents`.

mod documents;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{DefaultBodyLimit, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure};
use crate::domain::desk::{Duty, TreeScope};
use crate::domain::publishing::{NotPublic, day_of};
use crate::domain::shanghai;
use crate::service::error::ServiceError;
use crate::service::publication_register::{self as register, Counts};
use crate::store::publication_register::Period;
use crate::web::access::{Access, Table};
use crate::web::console::csv;
use crate::web::console::publicity::{Line, StatisticsPage};
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

const ANY: Access = Access::Desk(&Duty::ALL);
const PUBLISHER: Access = Access::Desk(&[Duty::Publisher]);
const DAY_MS: i64 = 24 * 3600 * 1000;
const MOST_FILE: usize = 2 * 1024 * 1024;

pub(crate) fn routes(table: Table) -> Table {
    table
        .get("/console/publicity", ANY, get(statistics))
        .get("/console/publicity/export", ANY, get(export))
        .get("/console/publicity/documents", ANY, get(documents::show))
        .post(
            "/console/publicity/documents",
            PUBLISHER,
            post(documents::enter),
        )
        .get(
            "/console/publicity/documents/export",
            ANY,
            get(documents::export),
        )
        .post(
            "/console/publicity/file",
            PUBLISHER,
            post(documents::upload).layer(DefaultBodyLimit::max(MOST_FILE + 64 * 1024)),
        )
}

/// Which days are asked for: this year when nothing is said. As days of the form, and as a period.
fn days(pages: &Pages, query: &str) -> (String, String, Period) {
    let year = shanghai::wall_clock(pages.app.clock.now_ms())
        .format("%Y")
        .to_string();
    let day = |name: &str, default: String| {
        let typed = parameter(query, name).unwrap_or_default();
        match day_of(typed.trim()) {
            Some(at) => (typed.trim().to_owned(), at),
            None => (default.clone(), day_of(&default).unwrap_or_default()),
        }
    };
    let (from, start) = day("from", format!("{year}-01-01"));
    let (to, last) = day("to", format!("{year}-12-31"));
    (from, to, (start, last + DAY_MS))
}

fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    format!("{path}?{}", query.finish())
}

async fn statistics(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let (from, to, period) = days(&pages, &query);
    let tree = match asked(&pages, &desk, &query) {
        Ok(tree) => tree,
        Err(error) => return failure(&pages, &error),
    };
    let unit_id = tree.root().to_owned();
    let (lines, sum) = match register::statistics(&pages.app, tree, period).await {
        Ok(found) => found,
        Err(error) => return failure(&pages, &error.into()),
    };
    let link = |unit: &str| {
        address(
            "/console/publicity",
            &[("unit", unit), ("from", &from), ("to", &to)],
        )
    };
    let own = &desk.manager.account.unit_id;
    let shown = |line: &register::Line| Line {
        name: match line.is_own {
            true => format!("{}（本级）", line.name),
            false => line.name.clone(),
        },
        below: (!line.is_own && line.has_below).then(|| link(&line.unit_id)),
        documents: (line.is_own && line.unit_id == *own).then(|| {
            address(
                "/console/publicity/documents",
                &[("from", &from), ("to", &to)],
            )
        }),
        numbers: numbers(&line.counts),
        rate: line.counts.rate(),
    };
    let book = pages.app.units();
    let name = |id: &str| {
        let id = crate::domain::ids::UnitId::new(id);
        book.tree
            .get(&id)
            .map_or_else(String::new, |unit| unit.name.clone())
    };
    let page = StatisticsPage {
        frame: console_frame(&pages, &desk, "公开统计", "publicity").await,
        unit: name(&unit_id),
        up: (unit_id != *own).then(|| (link(own), name(own))),
        lines: lines.iter().map(shown).collect(),
        sum: Line {
            name: "合计".to_owned(),
            below: None,
            documents: None,
            numbers: numbers(&sum),
            rate: sum.rate(),
        },
        reasons: NotPublic::ALL
            .into_iter()
            .map(|reason| (reason.title(), sum.of(reason)))
            .filter(|(_, count)| *count > 0)
            .collect(),
        export: address(
            "/console/publicity/export",
            &[("unit", &unit_id), ("from", &from), ("to", &to)],
        ),
        unit_id,
        from,
        to,
    };
    pages.personal(StatusCode::OK, &page)
}

fn numbers(counts: &Counts) -> [i64; 4] {
    [
        counts.due,
        counts.public,
        counts.not_public(),
        counts.waiting,
    ]
}

/// The unit that is asked for with all below, if it is the manager's own or below it.
fn asked(pages: &Pages, desk: &Desk, query: &str) -> Result<TreeScope, ServiceError> {
    match parameter(query, "unit").filter(|unit| !unit.is_empty()) {
        None => Ok(desk.manager.tree(&pages.app)),
        Some(unit) => {
            let below = desk.manager.tree_below(&pages.app, &unit);
            below.ok_or(ServiceError::NotFound)
        }
    }
}

async fn export(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let (_, _, period) = days(&pages, &query);
    let tree = match asked(&pages, &desk, &query) {
        Ok(tree) => tree,
        Err(error) => return failure(&pages, &error),
    };
    let found = register::statistics_file(&pages.app, &desk.manager, tree, period).await;
    let (lines, sum) = match found {
        Ok(found) => found,
        Err(error) => return failure(&pages, &error),
    };
    let mut head = vec![
        "单位",
        "单位编码",
        "应公开",
        "已公开",
        "未公开",
        "其中待公开",
        "公开率",
    ];
    head.extend(NotPublic::ALL.map(NotPublic::title));
    let row = |name: String, code: String, counts: &Counts| {
        let mut cells = vec![name, code];
        cells.extend(numbers(counts).map(|number| number.to_string()));
        cells.push(counts.rate());
        cells.extend(NotPublic::ALL.map(|reason| counts.of(reason).to_string()));
        cells
    };
    let mut rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let name = match line.is_own {
                true => format!("{}（本级）", line.name),
                false => line.name.clone(),
            };
            row(name, line.unit_id.clone(), &line.counts)
        })
        .collect();
    rows.push(row("合计".to_owned(), String::new(), &sum));
    csv::download("publicity", csv::text(&head, rows))
}
