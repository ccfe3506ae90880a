//! The pages of managers in words.

use crate::domain::desk::{Duties, Duty};
use crate::service::staff::{Added, Listed};
use crate::web::console::account_pages::{Said, Tag, state_tag};
use crate::web::console::frame::ConsoleFrame;
use crate::web::console::manager_pages::{DutyBox, ManagerPage, ManagerRow};
use crate::web::dates::chinese_datetime;

/// The list.
pub(super) const MANAGERS: &str = "/console/managers";

/// As it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A manager's page.
pub(super) fn path_of(id: &str) -> String {
    format!("{MANAGERS}/{}", encoded(id))
}

/// Where a one-time address is shown.
pub(super) fn ticket_path(added: &Added) -> String {
    format!("{}/tickets/{}", path_of(&added.account), added.slip)
}

fn help(duty: Duty) -> &'static str {
    match duty {
        Duty::Reviewer => "审核本院的注册、绑定、预约和找回密码，窗口发放账号",
        Duty::Importer => "导入本院的案件",
        Duty::Publisher => "发布重要案件信息和法律文书",
        Duty::UnitAdmin => "管理本院的案管人员和电话，查看本院的操作审计",
        Duty::SystemAdmin => "管理所有单位、模板、接口和审计，不审核申请",
    }
}

/// All duties as boxes. Only a system administrator gives 系统管理.
pub(super) fn boxes(has: &Duties, is_system: bool) -> Vec<DutyBox> {
    let all = Duty::ALL.into_iter();
    all.map(|duty| DutyBox {
        word: duty.as_str(),
        title: duty.title(),
        help: help(duty),
        checked: has.has(duty),
        locked: duty == Duty::SystemAdmin && !is_system,
    })
    .collect()
}

fn titles(duties: &Duties) -> String {
    let titles: Vec<&str> = duties.iter().map(Duty::title).collect();
    titles.join("、")
}

fn factor(one: &Listed) -> Tag {
    let (tone, word) = match (one.has_factor, one.account.must_reset) {
        (true, false) => ("ok", "已设置"),
        _ => ("warn", "没有设置"),
    };
    Tag { tone, word }
}

fn linked(one: &Listed) -> &'static str {
    match one.is_linked {
        true => "已绑定",
        false => "没有绑定，收不到待办",
    }
}

/// A row of the list.
pub(super) fn row(one: &Listed) -> ManagerRow {
    ManagerRow {
        href: path_of(&one.account.public_id),
        name: one.account.display_name.clone(),
        login_name: one.account.login_name.clone(),
        duties: titles(&one.duties),
        state: state_tag(&one.account.state),
        factor: factor(one),
        linked: linked(one),
    }
}

/// One manager, as seen by who may be it, or a system administrator.
pub(super) fn page(
    frame: ConsoleFrame,
    one: &Listed,
    (is_own, is_system): (bool, bool),
) -> ManagerPage {
    let account = &one.account;
    ManagerPage {
        frame,
        path: path_of(&account.public_id),
        back: format!("{MANAGERS}?unit={}", encoded(&account.unit_id)),
        name: account.display_name.clone(),
        state: state_tag(&account.state),
        facts: vec![
            ("单位", one.unit_name.clone()),
            ("登录名", account.login_name.clone()),
            ("密码和手机验证", factor(one).word.to_owned()),
            ("微信", linked(one).to_owned()),
            ("建立时间", chinese_datetime(account.created_at)),
        ],
        duties: boxes(&one.duties, is_system),
        duties_version: one.version,
        version: account.version,
        may_change: is_system || !one.duties.has(Duty::SystemAdmin),
        is_own,
        is_disabled: account.state == "disabled",
        may_enrol: one.version > 0,
        said: None,
    }
}

/// What became of the last press.
pub(super) fn said(word: &str) -> Said {
    let words = match word {
        "duties" => "职责已保存。",
        "disabled" => "已停用：本人已退出登录，微信绑定已解除。",
        "enabled" => "已启用。本人可以用原来的密码和手机验证登录。",
        _ => return None,
    };
    Some(("ok", words.to_owned()))
}
