//! 系统维护: where its tab begins, and what its handlers share.

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::domain::desk::Duty;
use crate::web::access::{Access, Table};
use crate::web::handlers::form::{Posted, parameter};

/// Who looks after the system.
pub(super) const SYSTEM: Access = Access::Desk(&[Duty::SystemAdmin]);

pub(crate) fn routes(table: Table) -> Table {
    table.get("/console/upkeep", SYSTEM, get(index))
}

async fn index() -> Redirect {
    std::future::ready(Redirect::to("/console/upkeep/lane")).await
}

/// What was done just now, from the address that a form leads to.
pub(super) fn done(query: Option<&str>) -> Option<&'static str> {
    Some(match parameter(query?, "done")?.as_str() {
        "saved" => "已保存，立即生效。",
        "reset" => "已恢复为配置文件里的设置。",
        "changed" => "已办理，立即生效。",
        "planned" => "已登记，到生效日期自动办理。",
        "cancelled" => "已撤回。",
        "phone" => "电话已保存。",
        "resumed" => "已恢复发送。",
        "running" => "发送没有停止，不需要恢复。",
        "redriven" => "所选通知已重新排队发送。",
        "dropped" => "所选通知已取消。",
        "partly" => "部分通知的状态已经变化，没有处理；请看下面的列表。",
        "revoked" => "密钥已停用，从下一次请求起无效。",
        _ => return None,
    })
}

/// 303 to a page that says what was done.
pub(super) fn to(path: &str, done: &str) -> Response {
    Redirect::to(&format!("{path}?done={done}")).into_response()
}

/// The version that a form was made from.
pub(super) fn version(posted: &Posted) -> i64 {
    posted.text("version").parse().unwrap_or(0)
}
