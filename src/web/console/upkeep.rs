//! What the pages of 系统维护 share: the tabs above, and the table of versions below.

use crate::service::office::Unsaved;
use crate::store::settings_overrides::Override;
use crate::web::dates::chinese_datetime;

/// Address and title of every page.
pub const TABS: [(&str, &str); 8] = [
    ("/console/upkeep/lane", "通知发送"),
    ("/console/upkeep/templates", "通知模板"),
    ("/console/upkeep/replies", "自动回复"),
    ("/console/upkeep/menu", "菜单"),
    ("/console/upkeep/holidays", "节假日"),
    ("/console/upkeep/laws", "法规指引"),
    ("/console/upkeep/keys", "接口密钥"),
    ("/console/upkeep/retention", "保存期限"),
];

/// A version of something.
#[derive(Debug)]
pub struct VersionRow {
    pub(super) version: i64,
    pub(super) when: String,
    pub(super) by: String,
    pub(super) value: String,
}

/// The versions of something, newest first.
pub fn versions(all: &[Override]) -> Vec<VersionRow> {
    let rows = all.iter().map(|row| VersionRow {
        version: row.version,
        when: chinese_datetime(row.changed_at),
        by: row.changed_by.clone(),
        value: row.value.clone().unwrap_or_default(),
    });
    rows.collect()
}

/// What counts now: the file, or what was saved at the desk.
pub fn source(changed: Option<&Override>) -> String {
    changed.map_or_else(
        || "现在用的是配置文件里的设置。".to_owned(),
        |row| {
            format!(
                "现在用的是{}在这里保存的第{}版。",
                chinese_datetime(row.changed_at),
                row.version
            )
        },
    )
}

/// What is said where somebody else saved meanwhile.
pub fn overtaken(newest: &Override) -> String {
    format!(
        "没有保存：{}于{}已经保存了第{}版。请核对下面您填写的内容，再保存一次会覆盖对方的修改。",
        newest.changed_by,
        chinese_datetime(newest.changed_at),
        newest.version
    )
}

/// Sentences of a refusal, whatever field they are about.
pub fn sentences(unsaved: &Unsaved) -> Vec<String> {
    match unsaved {
        Unsaved::Flaws(flaws) => flaws.iter().map(|(_, flaw)| flaw.clone()).collect(),
        Unsaved::Changed(_) | Unsaved::Failed(_) => Vec::new(),
    }
}
