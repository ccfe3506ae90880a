//! What is kept and how long, and what the chores deleted last.

use std::collections::HashMap;

use crate::app::App;
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::chore_runs::{self as table, Run};

/// One kind of data.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What it is.
    pub what: &'static str,
    /// How long it stays, in words.
    pub how_long: String,
    /// Where that is set; empty: it is not a setting.
    pub key: &'static str,
    /// The chore that deletes it; none: nothing is deleted.
    pub chore: Option<&'static str>,
    /// When the chore ran, and what it found.
    pub run: Option<Run>,
}

/// All kinds, with what the chores did.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(app: &App) -> Result<Vec<Kept>, ServiceError> {
    let read = app.db.read(|c| table::all(c).map_err(StoreError::from));
    let runs: HashMap<String, Run> = read
        .await?
        .into_iter()
        .map(|run| (run.name.clone(), run))
        .collect();
    let kept = kinds(app).into_iter();
    Ok(kept
        .map(|kept| Kept {
            run: kept.chore.and_then(|name| runs.get(name).cloned()),
            ..kept
        })
        .collect())
}

/// Notes what a chore did; a failure of the note is told to the log.
pub async fn note(app: &App, name: &'static str, deleted: Option<usize>) {
    let now = app.clock.now_ms();
    let deleted = deleted.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    let noted = app
        .db
        .write(move |c| table::note(c, name, deleted, now).map_err(StoreError::from));
    if let Err(error) = noted.await {
        tracing::warn!(%error, name, "what a chore did could not be noted");
    }
}

fn kinds(app: &App) -> Vec<Kept> {
    let settings = &app.settings;
    let push_days = format!("办结后{}天", settings.push.keep_days);
    let rejected = format!("未通过的申请决定后{}天", settings.files.keep_rejected_days);
    let row = |what, how_long: &str, key, chore: &'static str| Kept {
        what,
        how_long: how_long.to_owned(),
        key,
        chore: (!chore.is_empty()).then_some(chore),
        run: None,
    };
    vec![
        row("审计记录", "不删除", "", ""),
        row("账号、申请和决定", "不删除", "", ""),
        row(
            "案件和案件变更",
            "不删除，由统一业务应用系统导入更新",
            "",
            "",
        ),
        row(
            "公开的案件信息和法律文书",
            "撤回后不再显示，记录保留",
            "",
            "",
        ),
        row(
            "通知及其发送记录、回执",
            &push_days,
            "push.keep_days",
            "old notices",
        ),
        row("附件", &rejected, "files.keep_rejected_days", "files"),
        row("没有提交的附件", "48小时", "", "files"),
        row("表单草稿", "最后一次保存后30天", "", "old drafts"),
        row("表单的一次性编号", "30天", "", "forms"),
        row("注册后显示一次的初始密码", "24小时", "", "first passwords"),
        row("登录等尝试次数", "停止尝试后2小时", "", "tries"),
        row("绑定微信的提示", "180天", "", "messages"),
        row("找回密码的请求记录", "48小时", "", "requests"),
        row("上游系统事件的编号", "90天", "", "keys of old events"),
        row(
            "案件导入批次的逐行记录",
            "批次结束后30天",
            "",
            "rows of imports",
        ),
        row("没有人确认的案件导入预览", "7天，以后作废", "", ""),
        row(
            "工作台的登录状态",
            "退出或者超时以后",
            "",
            "sessions of the console",
        ),
        row("每天的统计数字", "400天", "", "daily statistics"),
    ]
}
