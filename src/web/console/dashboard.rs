//! The first page of the desk.

use askama::Template;
use chrono::NaiveDate;

use crate::domain::application::ApplicationKind;
use crate::service::dashboard::{DAYS, Dashboard, PUSH_DAYS};
use crate::service::stats::KINDS;
use crate::web::console::frame::ConsoleFrame;
use crate::web::console::plot::{Plot, Series, Shape};
use crate::web::dates::chinese_datetime;

const DAY_MS: i64 = 24 * 3_600_000;

/// The page.
#[derive(Debug, Template)]
#[template(path = "console/dashboard.html")]
pub struct DashboardPage {
    frame: ConsoleFrame,
    name: String,
    is_own: bool,
    path: Vec<(String, String)>,
    own: Vec<OwnWork>,
    untold: i64,
    counted: Option<String>,
    tree_title: String,
    tree: Vec<TreeRow>,
    days: String,
    notices: String,
    followers: Option<String>,
    followers_now: i64,
    follows: i64,
    below: Vec<BelowRow>,
    lane: Option<(&'static str, String)>,
}

#[derive(Debug)]
struct OwnWork {
    title: &'static str,
    href: String,
    count: i64,
    overdue: i64,
    waits: String,
}

#[derive(Debug)]
struct TreeRow {
    title: &'static str,
    waiting: i64,
    overdue: i64,
    decided: i64,
}

#[derive(Debug)]
struct BelowRow {
    code: String,
    name: String,
    waiting: i64,
    overdue: i64,
    submitted: i64,
    decided: i64,
}

impl DashboardPage {
    /// The page. `queue` gives the address of a kind's queue where the manager may see it; `lane` what holds notices up.
    pub fn new(
        frame: ConsoleFrame,
        view: &Dashboard,
        queue: impl Fn(ApplicationKind) -> Option<String>,
        lane: Option<(&'static str, String)>,
    ) -> Self {
        let labels: Vec<String> = view.days.iter().map(label).collect();
        let last = labels.len().saturating_sub(PUSH_DAYS);
        let account = view.account.as_ref();
        Self {
            frame,
            name: view.name.clone(),
            is_own: view.is_own,
            path: view
                .path
                .iter()
                .map(|(id, name)| (address(id), name.clone()))
                .collect(),
            own: KINDS
                .into_iter()
                .map(|kind| own(view, kind, &queue))
                .collect(),
            untold: view.untold,
            counted: view
                .counted_at
                .map(|at| format!("统计截至{}，每5分钟更新。", chinese_datetime(at))),
            tree_title: if view.below.is_empty() {
                "待办统计".to_owned()
            } else {
                "待办统计（含下属院）".to_owned()
            },
            tree: tree(view),
            days: drawn(&Plot::new(
                "days",
                &format!("近{DAYS}天每天受理与办结"),
                Shape::Lines,
                &labels,
                &[
                    Series::new("受理", &view.submitted),
                    Series::new("办结", &view.decided),
                ],
            )),
            notices: drawn(&Plot::new(
                "notices",
                &format!("近{PUSH_DAYS}天微信通知的结果（按通知产生的日期）"),
                Shape::Bars,
                labels.get(last..).unwrap_or_default(),
                &view
                    .notices
                    .iter()
                    .map(|(title, values)| Series::new(*title, values))
                    .collect::<Vec<_>>(),
            )),
            followers: account.map(|it| {
                drawn(&Plot::new(
                    "followers",
                    &format!("近{DAYS}天关注与取消关注"),
                    Shape::Lines,
                    &labels,
                    &[
                        Series::new("关注", &it.came),
                        Series::new("取消关注", &it.left),
                    ],
                ))
            }),
            followers_now: account.map_or(0, |it| it.now),
            follows: view.follows,
            below: view
                .below
                .iter()
                .map(|it| BelowRow {
                    code: encoded(&it.unit_id),
                    name: it.name.clone(),
                    waiting: it.waiting,
                    overdue: it.overdue,
                    submitted: it.submitted,
                    decided: it.decided,
                })
                .collect(),
            lane,
        }
    }
}

fn drawn(plot: &Plot) -> String {
    plot.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a plot could not be drawn");
        String::new()
    })
}

fn label(day: &NaiveDate) -> String {
    day.format("%-m月%-d日").to_string()
}

fn address(unit_id: &str) -> String {
    format!("/console/?unit={}", encoded(unit_id))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn own(
    view: &Dashboard,
    kind: ApplicationKind,
    queue: &impl Fn(ApplicationKind) -> Option<String>,
) -> OwnWork {
    let found = view.own.iter().find(|(of, _)| *of == kind);
    let waits = found.filter(|(_, it)| it.count > 0).map_or_else(
        || "没有待办".to_owned(),
        |(_, it)| match (view.now - it.oldest).max(0) / DAY_MS {
            0 => "最早的一件今天提交".to_owned(),
            days => format!("最早的一件已等{days}天"),
        },
    );
    OwnWork {
        title: title(kind),
        href: queue(kind).unwrap_or_default(),
        count: found.map_or(0, |(_, it)| it.count),
        overdue: found.map_or(0, |(_, it)| it.overdue),
        waits,
    }
}

fn tree(view: &Dashboard) -> Vec<TreeRow> {
    let rows = view.tree.iter().map(|(kind, waiting, overdue)| {
        let decided = view.decided_by_kind.iter().find(|(of, _)| of == kind);
        TreeRow {
            title: title(*kind),
            waiting: *waiting,
            overdue: *overdue,
            decided: decided.map_or(0, |(_, count)| *count),
        }
    });
    rows.collect()
}

fn title(kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::Registration => "律师注册审核",
        ApplicationKind::Binding => "案件绑定审核",
        ApplicationKind::Appointment => "预约办理",
        ApplicationKind::PasswordReset => "找回密码",
    }
}
