//! What was done, in the words of whoever reads the trail. A story fails for an action that the program writes and this
//! list does not have.

use super::account_pages::SLOTS;
use crate::domain::desk::Duty;
use crate::domain::notice::Kind;
use crate::service::desk_queue::{Hidden, Queue, View};

/// A title, and actions with their words.
pub type Group = (&'static str, &'static [(&'static str, &'static str)]);

/// Actions by their group, in the order of the choice on the page.
pub const ACTIONS: &[Group] = &[
    (
        "查阅",
        &[
            ("case.viewed", "查看案件"),
            ("cases.listed", "查看案件列表"),
            ("cases.searched", "查找案件"),
            ("case.change_viewed", "查看案件变更"),
            ("accounts.listed", "查看账号列表"),
            ("account.viewed", "查看账号"),
            ("account.identity_shown", "显示证件号码"),
            ("personal.shown", "显示完整个人信息"),
            ("application.viewed", "查看申请"),
            ("attachment.viewed", "查看附件"),
            ("queue.viewed", "查看待办"),
            ("queue.exported", "导出待办"),
            ("call.viewed", "查看电话任务"),
            ("audit.exported", "导出审计记录"),
        ],
    ),
    (
        "申请办理",
        &[
            ("application.claimed", "领取申请"),
            ("application.released", "放回申请"),
            ("application.taken_over", "接手申请"),
            ("registration.submitted", "提交注册"),
            ("registration.changed", "修改注册信息"),
            ("registration.approved", "注册审核通过"),
            ("registration.rejected", "注册审核不通过"),
            ("binding.submitted", "申请绑定案件"),
            ("binding.changed", "修改绑定申请"),
            ("binding.granted", "绑定案件"),
            ("binding.approved", "绑定审核通过"),
            ("binding.rejected", "绑定审核不通过"),
            ("binding.revoked", "解除绑定"),
            ("case.stopped", "停止案件查询"),
            ("case.resumed", "恢复案件查询"),
            ("appointment.submitted", "提交预约"),
            ("appointment.withdrawn", "撤回预约"),
            ("appointment.answered", "回复预约"),
            ("attachment.added", "上传附件"),
            ("attachment.removed", "删除附件"),
            ("call.claimed", "领取电话任务"),
            ("call.released", "放回电话任务"),
            ("call.taken_over", "接手电话任务"),
            ("call.made", "完成电话告知"),
            ("call.closed", "结束电话告知"),
        ],
    ),
    (
        "账号与登录",
        &[
            ("account.issued", "发放账号"),
            ("account.recognised", "核实身份"),
            ("account.enabled", "启用账号"),
            ("account.disabled", "停用账号"),
            ("account.password_reset", "柜台重置密码"),
            ("password.requested", "申请找回密码"),
            ("password.generated", "生成临时密码"),
            ("password.reset", "重置密码"),
            ("password.refused", "不予重置密码"),
            ("password.set", "设置新密码"),
            ("password.changed", "修改密码"),
            ("password.failed", "修改密码时原密码错误"),
            ("sign_in.failed", "登录失败"),
            ("link.made", "微信关联账号"),
            ("link.ended", "微信解除关联"),
            ("follower.erased", "取消关注并清除信息"),
            ("notices.on", "打开通知"),
            ("notices.off", "关闭通知"),
            ("console.entered", "登录工作台"),
            ("console.failed", "登录工作台失败"),
            ("console.left", "退出工作台"),
            ("manager.added", "新增管理员"),
            ("manager.ticket", "发出管理员开通地址"),
            ("manager.enrolled", "管理员开通"),
            ("manager.duties", "调整职责"),
            ("manager.enabled", "启用管理员"),
            ("manager.disabled", "停用管理员"),
        ],
    ),
    (
        "信息发布",
        &[
            ("publication.created", "起草公开信息"),
            ("publication.saved", "保存草稿"),
            ("publication.checked", "检查隐名"),
            ("publication.signed", "签字保留可疑内容"),
            ("publication.unsigned", "签字失效"),
            ("publication.submitted", "提交审批"),
            ("publication.recalled", "撤回审批"),
            ("publication.returned", "退回修改"),
            ("publication.approved", "批准发布"),
            ("publication.replaced", "以新版本更正"),
            ("publication.correction", "起草更正"),
            ("publication.published", "发布"),
            ("publication.withdrawn", "撤下公开信息"),
            ("publication.expired", "到期下线"),
            ("publication.discarded", "放弃草稿"),
            ("publication.viewed", "查看未公开的稿件"),
            ("publication.scheduled", "批准定时发布"),
            ("publication.registered", "登记应公开文书"),
            ("publicity.exported", "导出公开统计"),
            ("documents.exported", "导出应公开文书清单"),
        ],
    ),
    (
        "数据与系统",
        &[
            ("import.uploaded", "上传导入文件"),
            ("import.viewed", "查看导入批次"),
            ("import.apply_ordered", "确认导入"),
            ("import.applied", "导入案件"),
            ("import.discarded", "放弃导入"),
            ("import.expired", "逾期未确认，放弃导入"),
            ("import.rollback_ordered", "要求撤回导入"),
            ("import.rolled_back", "撤回导入"),
            ("import.notices_released", "提前发出导入通知"),
            ("import.notified", "发出导入通知"),
            ("publications.put", "导入公开信息"),
            ("account.put", "导入账号"),
            ("event.recorded", "接收上游事件"),
            ("push.redriven", "重发通知"),
            ("push.cancelled", "取消通知"),
            ("push.resumed", "恢复通知发送"),
            ("api_key.added", "新增接口密钥"),
            ("api_key.revoked", "吊销接口密钥"),
            ("settings.changed", "修改设置"),
            ("settings.reset", "恢复默认设置"),
            ("units.imported", "导入单位表"),
            ("menu.published", "发布公众号菜单"),
            ("unit.changed", "修改单位信息"),
            ("unit.phone_set", "修改单位电话"),
            ("unit.change_planned", "安排单位变更"),
            ("unit.change_cancelled", "取消单位变更"),
            ("unit.change_failed", "单位变更未能执行"),
            ("security.resealed", "更换加密密钥"),
        ],
    ),
];

/// The word for an action; the action itself where there is none.
pub fn action(name: &str) -> &str {
    let known = ACTIONS.iter().flat_map(|(_, actions)| actions.iter());
    known
        .into_iter()
        .find(|(action, _)| *action == name)
        .map_or(name, |(_, word)| word)
}

/// The word for a kind of thing in a subject.
pub fn thing(kind: &str) -> &str {
    match kind {
        "account" | "accounts" => "账号",
        "manager" => "管理员",
        "account-name" => "账号名（摘要）",
        "application" => "申请",
        "attachment" => "附件",
        "call" => "电话告知",
        "case_change" => "案件变更",
        "changed" => "变更",
        "document" => "文书",
        "event" => "事件",
        "lines" => "导出",
        "new" => "新增",
        "notices" => "通知",
        "persons" => "当事人",
        "publications" => "公开信息",
        "queue" => "待办",
        "papers" => "材料",
        "field" => "显示的内容",
        "duties" => "职责",
        "before" => "原来的职责",
        "reason" => "原因",
        "id" => "编号",
        "refused" => "拒绝",
        "batch" | "import" => "导入批次",
        "binding" | "bindings" => "绑定",
        "case" => "案件",
        "follower" => "微信用户",
        "key" | "api-key" => "密钥",
        "person" => "当事人",
        "publication" => "公开信息",
        "push" => "通知",
        "setting" => "设置",
        "task" => "电话任务",
        "typed" => "查找的内容（摘要）",
        "after" => "接续",
        "rejected" => "拒绝",
        "unchanged" => "未变",
        "unit" => "单位",
        other => other,
    }
}

/// What an id says in words, for ids that are no names of anything: a queue, an event's kind.
pub fn named(kind: &str, id: &str) -> Option<String> {
    match kind {
        "queue" => {
            let (queue, view) = id.split_once(':').unwrap_or((id, ""));
            let queue = Queue::parse(queue)?.title();
            let view = View::ALL.into_iter().find(|one| one.word() == view);
            Some(view.map_or_else(
                || queue.to_owned(),
                |view| format!("{queue}（{}）", view.title()),
            ))
        }
        "event" => Some(Kind::parse(id)?.title().to_owned()),
        "papers" if id == "in_file" => Some("原件已核对，复印件存档".to_owned()),
        "papers" => {
            let slot = SLOTS.iter().find(|(slot, _)| *slot == id);
            slot.map(|(_, label)| (*label).to_owned())
        }
        "field" => Some(
            match Hidden::parse(id)? {
                Hidden::IdNumber => "证件号码",
                Hidden::PartyId => "当事人证件号码",
                Hidden::Phone => "电话",
            }
            .to_owned(),
        ),
        "duties" | "before" => Some(Duty::parse(id)?.title().to_owned()),
        // What somebody typed is no name of anything.
        "reason" | "id" => Some(id.to_owned()),
        // Numbers of rows, or how many of something: nothing to look for.
        "new" | "changed" | "unchanged" | "refused" | "rejected" | "notices" | "lines"
        | "publications" => Some(format!("{id}条")),
        _ => None,
    }
}

/// The word for somebody who is no account.
pub fn actor(kind: &str) -> &str {
    match kind {
        "command-line" => "命令行",
        "platform" => "微信平台",
        "upstream" => "上游系统",
        "api-key" => "接口密钥",
        "follower" => "微信用户",
        "demo" => "演示数据",
        "program" => "定时任务",
        "account" | "manager" => "管理员",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_of_anything_is_said_in_words() {
        for (kind, id, said) in [
            ("papers", "in_file", "原件已核对，复印件存档"),
            ("papers", "proof", "证明材料"),
            ("field", "party_id", "当事人证件号码"),
            ("duties", "reviewer", "审核"),
            ("before", "publisher", "信息发布"),
            ("reason", "被人冒用", "被人冒用"),
            ("new", "12", "12条"),
        ] {
            assert_eq!(named(kind, id).as_deref(), Some(said), "{kind}:{id}");
            assert_ne!(thing(kind), kind);
        }
        assert_eq!(named("account", "0123"), None);
        assert_eq!(named("papers", "other"), None);
    }
}
