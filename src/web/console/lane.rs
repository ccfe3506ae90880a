//! The notice lane, the menu, keys of other systems, and how long things are kept.

use askama::Template;

use crate::domain::lane::{Circuit, Stop, StopReason};
use crate::domain::notice::Kind;
use crate::service::push_desk::{LaneView, is_held};
use crate::service::retention::Kept;
use crate::store::api_keys::Key;
use crate::store::pushes::{PENDING, SENDING, UNKNOWN, WAITING};
use crate::web::console::frame::ConsoleFrame;
use crate::web::dates::chinese_datetime;

const MINUTE_MS: i64 = 60_000;

/// The notice lane.
#[derive(Template)]
#[template(path = "console/lane.html")]
pub struct LanePage {
    frame: ConsoleFrame,
    tab: &'static str,
    done: Option<&'static str>,
    state: Vec<(&'static str, String)>,
    is_held: bool,
    quota_used: i64,
    quota: i64,
    quota_left: i64,
    rate: u32,
    depth: Vec<(&'static str, i64)>,
    unconfirmed: i64,
    oldest: Vec<(&'static str, String)>,
    parked: Vec<ParkedRow>,
    error: String,
}

struct ParkedRow {
    id: String,
    title: &'static str,
    unit: String,
    made: String,
    attempts: i32,
    reason: String,
}

impl LanePage {
    /// The page; `unit` gives the name of a unit.
    pub fn new(
        frame: ConsoleFrame,
        done: Option<&'static str>,
        error: Option<&str>,
        view: &LaneView,
        unit: impl Fn(&str) -> String,
    ) -> Self {
        let parked = view.parked.iter().map(|push| ParkedRow {
            id: push.public_id.clone(),
            title: Kind::parse(&push.kind).map_or("通知", Kind::title),
            unit: unit(&push.unit_id),
            made: chinese_datetime(push.created_at),
            attempts: push.attempts,
            reason: reason(push.reason.as_deref(), push.errcode),
        });
        let depth = view.outlook.depth.states.iter();
        Self {
            frame,
            tab: "/console/upkeep/lane",
            done,
            error: error.unwrap_or_default().to_owned(),
            state: state(view),
            is_held: is_held(&view.lane),
            quota_used: view.lane.quota_used,
            quota: view.quota,
            quota_left: view.quota_left,
            rate: view.rate,
            depth: depth
                .filter_map(|(state, count)| Some((state_title(state)?, *count)))
                .collect(),
            unconfirmed: view.outlook.unconfirmed,
            oldest: view
                .outlook
                .depth
                .oldest
                .iter()
                .map(|(lane, oldest)| (lane_title(*lane), waits(*oldest, view.now)))
                .collect(),
            parked: parked.collect(),
        }
    }
}

/// What holds notices up, in sentences: tone and text.
pub fn state(view: &LaneView) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    if let Some(stop) = &view.lane.stop {
        said.push(("bad", stopped(stop)));
    }
    match view.lane.circuit {
        Circuit::Open => said.push((
            "bad",
            "微信平台没有正常答复，只发少量试探，恢复后自动继续。".to_owned(),
        )),
        Circuit::Ramp => said.push(("warn", "微信平台刚恢复，正在逐步提高发送速度。".to_owned())),
        Circuit::Closed => {}
    }
    if view.quota_left == 0 {
        said.push(("bad", "今天的发送限额已用完，明天零点继续。".to_owned()));
    }
    if !view.without_template.is_empty() {
        said.push((
            "warn",
            format!(
                "有{}种通知没有模板编号，这些通知会停在“待人工处理”。",
                view.without_template.len()
            ),
        ));
    }
    if said.is_empty() {
        said.push(("ok", "通知正常发送。".to_owned()));
    }
    said
}

fn stopped(stop: &Stop) -> String {
    let code = stop
        .code
        .map_or_else(String::new, |code| format!("（微信错误码{code}）"));
    let since = chinese_datetime(stop.at);
    match stop.reason {
        StopReason::Quota => format!("{since}微信答复当天的限额已用完{code}，明天零点继续。"),
        StopReason::Throttle => format!("{since}微信答复调用太频繁{code}，稍后自动继续。"),
        StopReason::Account => format!(
            "{since}微信拒绝了本公众号的请求{code}。请检查IP白名单、密钥和接口权限，改好后点“恢复发送”；不点也会每5分钟试一次。"
        ),
    }
}

fn state_title(state: &str) -> Option<&'static str> {
    Some(match state {
        PENDING => "等待发送",
        SENDING => "正在发送",
        WAITING => "等待重试",
        UNKNOWN => "结果不明",
        "parked" => "待人工处理",
        _ => return None,
    })
}

fn lane_title(lane: i32) -> &'static str {
    match lane {
        0 => "密码和待办提醒",
        1 => "办理结果",
        _ => "案件进展",
    }
}

fn waits(oldest: Option<i64>, now: i64) -> String {
    let Some(oldest) = oldest else {
        return "没有等待的".to_owned();
    };
    let minutes = (now - oldest).max(0) / MINUTE_MS;
    match (minutes / 1440, minutes / 60, minutes) {
        (0, 0, minutes) => format!("已等{minutes}分钟"),
        (0, hours, _) => format!("已等{hours}小时"),
        (days, _, _) => format!("已等{days}天"),
    }
}

fn reason(reason: Option<&str>, code: Option<i64>) -> String {
    let code = code
        .filter(|code| *code != 0)
        .map_or_else(String::new, |code| format!("（错误码{code}）"));
    format!("{}{code}", reason.unwrap_or("不详"))
}

/// What the account's menu is like beside ours.
pub enum MenuState {
    /// Nobody answered.
    Unreachable,
    /// There is none.
    Missing,
    /// As it should be.
    Same,
    /// Lines in which they differ: it should be so (true), or is so (false).
    Differs(Vec<(bool, String)>),
}

/// A button of the menu as WeChat shows it.
pub struct MenuButton {
    /// Its label.
    pub name: String,
    /// What a tap does.
    pub what: String,
    /// What opens above it: label, and what a tap does.
    pub entries: Vec<(String, String)>,
}

/// The menu.
#[derive(Template)]
#[template(path = "console/menu.html")]
pub struct MenuPage {
    frame: ConsoleFrame,
    tab: &'static str,
    buttons: Vec<MenuButton>,
    state: MenuState,
}

impl MenuPage {
    /// The page.
    pub fn new(frame: ConsoleFrame, buttons: Vec<MenuButton>, state: MenuState) -> Self {
        Self {
            frame,
            tab: "/console/upkeep/menu",
            buttons,
            state,
        }
    }
}

/// Keys of other systems.
#[derive(Template)]
#[template(path = "console/keys.html")]
pub struct KeysPage {
    frame: ConsoleFrame,
    tab: &'static str,
    done: Option<&'static str>,
    fresh: Option<String>,
    name: String,
    error: String,
    rows: Vec<KeyRow>,
}

struct KeyRow {
    name: String,
    made: String,
    revoked: String,
}

impl KeysPage {
    /// The page; `fresh` is a key that was made just now, `refused` a name that was typed and why it was not taken.
    pub fn new(
        frame: ConsoleFrame,
        done: Option<&'static str>,
        fresh: Option<String>,
        refused: Option<(String, String)>,
        keys: &[Key],
    ) -> Self {
        let rows = keys.iter().map(|key| KeyRow {
            name: key.name.clone(),
            made: chinese_datetime(key.created_at),
            revoked: key.revoked_at.map(chinese_datetime).unwrap_or_default(),
        });
        let (name, error) = refused.unwrap_or_default();
        Self {
            frame,
            tab: "/console/upkeep/keys",
            done,
            fresh,
            name,
            error,
            rows: rows.collect(),
        }
    }
}

/// How long things are kept.
#[derive(Template)]
#[template(path = "console/retention.html")]
pub struct RetentionPage {
    frame: ConsoleFrame,
    tab: &'static str,
    rows: Vec<KeptRow>,
}

struct KeptRow {
    what: &'static str,
    how_long: String,
    key: &'static str,
    ran: String,
    failed: bool,
    deleted: String,
}

impl RetentionPage {
    /// The page.
    pub fn new(frame: ConsoleFrame, kept: Vec<Kept>) -> Self {
        let rows = kept.into_iter().map(|it| {
            let run = it.run.as_ref();
            let ran = match (it.chore, run) {
                (None, _) => "—".to_owned(),
                (Some(_), None) => "还没有运行".to_owned(),
                (Some(_), Some(run)) => chinese_datetime(run.ran_at),
            };
            KeptRow {
                what: it.what,
                how_long: it.how_long,
                key: it.key,
                ran,
                failed: run.is_some_and(|run| run.failed_at == Some(run.ran_at)),
                deleted: run
                    .and_then(|run| {
                        let at = chinese_datetime(run.deleted_at?);
                        Some(format!("{at}，{}条", run.deleted))
                    })
                    .unwrap_or_else(|| "—".to_owned()),
            }
        });
        Self {
            frame,
            tab: "/console/upkeep/retention",
            rows: rows.collect(),
        }
    }
}
