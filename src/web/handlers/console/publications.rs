//! 信息发布: the list, the editor, the approval, and what is published.

mod editor;
mod published;
mod review;
mod view;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{DefaultBodyLimit, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure, unavailable};
use crate::domain::desk::Duty;
use crate::domain::publication::PublicationKind;
use crate::domain::publishing::State;
use crate::service::error::ServiceError;
use crate::service::publishing::{self, PublishError};
use crate::store::publications::Wanted;
use crate::web::access::{Access, Table};
use crate::web::console::publications::{ListPage, Row, Tab};
use crate::web::dates::chinese_datetime;
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

const PUBLISHER: Access = Access::Desk(&[Duty::Publisher]);
/// A body of 200,000 characters, each as three escaped bytes.
const MOST_FORM: usize = 4 * 1024 * 1024;
const PAGE: i64 = 50;

pub(crate) fn routes(table: Table) -> Table {
    let big = || DefaultBodyLimit::max(MOST_FORM);
    table
        .get("/console/publications", PUBLISHER, get(list))
        .get("/console/publications/new", PUBLISHER, get(editor::new))
        .post(
            "/console/publications/new",
            PUBLISHER,
            post(editor::create).layer(big()),
        )
        .get(
            "/console/publications/drafts/{id}",
            PUBLISHER,
            get(editor::show),
        )
        .post(
            "/console/publications/drafts/{id}",
            PUBLISHER,
            post(editor::save).layer(big()),
        )
        .post(
            "/console/publications/drafts/{id}/decide",
            PUBLISHER,
            post(review::decide),
        )
        .post(
            "/console/publications/drafts/{id}/recall",
            PUBLISHER,
            post(review::recall),
        )
        .post(
            "/console/publications/drafts/{id}/discard",
            PUBLISHER,
            post(review::discard),
        )
        .get(
            "/console/publications/{id}",
            PUBLISHER,
            get(published::show),
        )
        .post(
            "/console/publications/{id}/withdraw",
            PUBLISHER,
            post(published::withdraw),
        )
        .post(
            "/console/publications/{id}/correct",
            PUBLISHER,
            post(published::correct),
        )
}

/// Tabs of drafts; the last two are lists of publications.
const TABS: [(&str, &str, &[State]); 7] = [
    ("submitted", "待审批", &[State::Submitted]),
    ("draft", "草稿", &[State::Draft]),
    ("checked", "已检查", &[State::Checked]),
    ("returned", "已退回", &[State::Returned]),
    ("scheduled", "待发布", &[State::Scheduled]),
    ("published", "已发布", &[]),
    ("withdrawn", "已撤下", &[]),
];

async fn list(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    match listed(&pages, &desk, &query.unwrap_or_default()).await {
        Ok(page) => pages.personal(StatusCode::OK, &page),
        Err(error) => failed(&pages, error),
    }
}

async fn listed(pages: &Pages, desk: &Desk, query: &str) -> Result<ListPage, PublishError> {
    let asked = parameter(query, "tab").unwrap_or_default();
    let tab = TABS
        .into_iter()
        .find(|(word, ..)| *word == asked)
        .unwrap_or(("submitted", "待审批", &[State::Submitted]));
    let q: String = parameter(query, "q")
        .unwrap_or_default()
        .trim()
        .chars()
        .take(80)
        .collect();
    let number: i64 = parameter(query, "page")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let range = (number.clamp(0, 100_000) * PAGE, PAGE + 1);
    let (app, manager) = (&pages.app, &desk.manager);
    let counts = publishing::counts(app, manager).await?;
    let mut rows: Vec<Row> = match tab.2.first() {
        Some(state) => publishing::list(app, manager, *state, &q, range)
            .await?
            .into_iter()
            .map(view::draft_row)
            .collect(),
        None => {
            let wanted = Wanted {
                kind: None,
                text: q.clone(),
                withdrawn: tab.0 == "withdrawn",
            };
            let now = app.clock.now_ms();
            publishing::shelf(app, manager, wanted, range)
                .await?
                .into_iter()
                .map(|(listed, gone)| view::shelf_row(listed, gone, now))
                .collect()
        }
    };
    let is_more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(50));
    let address = |page: i64| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("tab", tab.0).append_pair("q", &q);
        query.append_pair("page", &page.to_string());
        format!("/console/publications?{}", query.finish())
    };
    Ok(ListPage {
        frame: console_frame(pages, desk, "信息发布", "publications").await,
        tabs: TABS
            .into_iter()
            .map(|(word, title, states)| Tab {
                title,
                word,
                count: states.first().map(|state| count(&counts, *state)),
                is_open: word == tab.0,
            })
            .collect(),
        tab: tab.0.to_owned(),
        at_title: match tab.0 {
            "scheduled" | "published" => "公开时间",
            "withdrawn" => "撤下时间",
            _ => "最后修改",
        },
        newer: (number > 0).then(|| address(number - 1)),
        older: is_more.then(|| address(number + 1)),
        notice: notice(query),
        rows,
        q,
    })
}

fn count(counts: &[(State, i64)], wanted: State) -> i64 {
    counts
        .iter()
        .find(|(state, _)| *state == wanted)
        .map_or(0, |(_, count)| *count)
}

/// What an address says was done: a word of a closed list.
fn notice(query: &str) -> Option<&'static str> {
    Some(match parameter(query, "done")?.as_str() {
        "saved" => "已保存。",
        "checked" => "已保存，检查结果在左边。",
        "masked" => "已按建议遮盖并保存，请通读一遍。",
        "submitted" => "已提交，等待本院另一位发布人员审批。",
        "published" => "已批准，内容已经公开。",
        "scheduled" => "已批准，到时间自动公开。",
        "returned" => "已退回给编写人员。",
        "recalled" => "已撤回，可以继续修改。",
        "discarded" => "稿件已作废。",
        "withdrawn" => "已撤下，公众马上看不到了。",
        "signed" => "已签署，审批人员会看到您的姓名和原因。",
        "unsigned" => "已取消签署。",
        _ => return None,
    })
}

fn to(path: &str, done: &str) -> Response {
    Redirect::to(&format!("{path}?done={done}")).into_response()
}

fn draft_path(public_id: &str) -> String {
    format!("/console/publications/drafts/{public_id}")
}

fn shelf_path(public_id: &str) -> String {
    format!("/console/publications/{public_id}")
}

/// «Us», and what is not there.
fn failed(pages: &Pages, error: PublishError) -> Response {
    let error = match error {
        PublishError::Store(error) => ServiceError::Store(error),
        PublishError::Seal(error) => return unavailable(pages, &error),
        PublishError::NotFound => ServiceError::NotFound,
        other => ServiceError::Rejected(other.to_string()),
    };
    failure(pages, &error)
}

/// What a publisher is told who was not quick enough, or may not.
fn told(error: &PublishError) -> Option<String> {
    Some(match error {
        PublishError::Stale(state) => {
            format!("别人刚刚处理了这份稿件，现在的状态是“{}”。", state.title())
        }
        PublishError::SameHand => {
            "这份稿件由您编写、修改、签署或者提交，须由本院另一位发布人员审批。".to_owned()
        }
        PublishError::NotSubmitter => {
            "这份稿件由本院另一位发布人员提交，只有提交的人可以撤回。需要修改的，请写明原因退回。"
                .to_owned()
        }
        PublishError::Findings(count) => format!("还有{count}处需要遮盖，请先处理。"),
        PublishError::WouldHide => {
            "原来的内容正在公开，更正稿不能定在以后发布，否则从批准到发布之间公众什么都看不到。请清空发布时间，或者填写现在以前的时间。"
                .to_owned()
        }
        PublishError::NoReason => "请写明原因。".to_owned(),
        PublishError::Incomplete(_) => "内容不完整，请先补充。".to_owned(),
        PublishError::NotFound
        | PublishError::Open(_)
        | PublishError::Store(_)
        | PublishError::Seal(_) => return None,
    })
}

fn board(kind: &str) -> &'static str {
    PublicationKind::from_word(kind).map_or("", PublicationKind::title)
}

fn minute(ms: i64) -> String {
    chinese_datetime(ms)
}
