//! What differs between the kinds of applications, in words.

use super::queue_pane::{Asked, fact, mask_phone, pill, section};
use crate::domain::binding::{ApplicantRole, mask_other, mask_own};
use crate::domain::registration::{Registration, mask_number};
use crate::domain::shanghai;
use crate::service::desk_queue::{
    AppointmentPane, BindingPane, Candidate, Head, Held, Hidden, RegistrationPane, ResetPane,
};
use crate::web::console::queue_pane::{
    CandidateView, DiffView, FactView, ItemView, PaneView, SearchView,
};

fn people(asked: &Asked<'_>, said: &Registration) -> Vec<FactView> {
    vec![
        fact("姓名", &said.name),
        fact("性别", &said.gender),
        asked.hidden(
            "身份证号",
            Hidden::IdNumber,
            &said.id_number,
            mask_number(&said.id_number),
        ),
        fact("律师执业证号", &said.licence),
        fact("执业机构", &said.firm),
        asked.hidden("手机", Hidden::Phone, &said.phone, mask_phone(&said.phone)),
        fact("邮箱", &said.email),
    ]
}

pub(super) fn registration(asked: &Asked<'_>, view: &mut PaneView, pane: &RegistrationPane) {
    let account = &pane.head.account;
    if pane.is_change {
        view.diff = Some(pane.diff.iter().map(|one| diff_view(asked, one)).collect());
    }
    match &pane.said {
        Some(said) => view
            .sections
            .push(section("提交的内容", people(asked, said))),
        None => {
            let phone = pane.head.phone.as_ref();
            let phone = phone.map_or("", |phone| phone.expose());
            let facts = vec![
                fact("姓名", &account.display_name),
                asked.hidden("手机", Hidden::Phone, phone, mask_phone(phone)),
            ];
            view.sections
                .push(section("由网站提交，没有更多内容", facts));
        }
    }
    view.sections.push(section(
        "账号",
        vec![
            fact("账号", &account.login_name),
            fact("微信", linked(&pane.head)),
            fact("同意的协议版本", &pane.consent),
        ],
    ));
    view.reasons = asked.reasons("registration");
    "通过以后账号的全部功能立即开放，并通知本人。".clone_into(&mut view.grant_help);
}

fn diff_view(asked: &Asked<'_>, change: &crate::domain::registration::Change) -> DiffView {
    let show = |text: &str| match change.label {
        "身份证号" if asked.revealed != Some(Hidden::IdNumber) => mask_number(text),
        "手机" if asked.revealed != Some(Hidden::Phone) => mask_phone(text),
        _ => text.to_owned(),
    };
    DiffView {
        label: change.label.to_owned(),
        before: show(&change.before),
        after: show(&change.after),
    }
}

fn linked(head: &Head) -> &'static str {
    match head.is_linked {
        true => "已绑定微信，结果会自动通知",
        false => "没有绑定微信，结果要电话告知",
    }
}

pub(super) fn binding(asked: &Asked<'_>, view: &mut PaneView, pane: &BindingPane) {
    let request = &pane.request;
    let remote = match request.is_remote {
        Some(true) => "异地",
        Some(false) => "本地",
        None => "",
    };
    let role = request.role.map_or("", ApplicantRole::title);
    view.sections.push(section(
        "申请绑定",
        vec![
            fact("案件名称", &request.case_name),
            fact("当事人", &request.party_name),
            asked.hidden(
                "当事人证件号",
                Hidden::PartyId,
                &request.party_id,
                mask_other(&request.party_id),
            ),
            fact("申请人类型", role),
            fact("是否异地", remote),
        ],
    ));
    let account = &pane.head.account;
    let mut facts = match &pane.lawyer {
        Some(said) => people(asked, said),
        None => vec![fact("姓名", &account.display_name)],
    };
    facts.push(fact("账号", &account.login_name));
    facts.push(fact("注册审核单位", &pane.head.account_unit));
    if account.state != "active" {
        facts.push(FactView {
            note: Some(pill("warn", "注册信息正在审核或者没有通过")),
            ..fact("注册状态", "不能使用")
        });
    }
    view.sections.push(section("律师", facts));
    if let Some(bound) = &pane.bound {
        let facts = vec![
            fact("案件", format!("{} {}", bound.case_name, bound.case_number)),
            fact("当事人", &bound.person),
            fact("身份", &bound.role),
            fact("绑定时间", shanghai::minute_text(bound.since)),
        ];
        view.sections.push(section("现在的绑定", facts));
        view.bound = Some(section("解除这项绑定", Vec::new()));
        view.reasons = asked.reasons("revocation");
    }
    if let Some((by, at)) = &pane.ended {
        let by = by.as_deref().unwrap_or("其他系统");
        let facts = vec![
            fact("解除人", by),
            fact("解除时间", shanghai::minute_text(*at)),
        ];
        view.sections.push(section("已解除的绑定", facts));
    }
    if view.is_open {
        view.reasons = asked.reasons("binding");
        view.search = Some(search(asked, pane));
        "通过以后律师可以查看所选当事人的案件信息，人数和身份的限制在保存时再次核对。"
            .clone_into(&mut view.grant_help);
    }
}

fn search(asked: &Asked<'_>, pane: &BindingPane) -> SearchView {
    let found = &pane.sought.candidates;
    let typed = asked.form.map(|form| form.text("person"));
    // The one whose number agrees is chosen, if there is only one.
    let mut sure = found.iter().filter(|one| one.has_number);
    let only = match (sure.next(), sure.next()) {
        (Some(one), None) => Some(one.person.clone()),
        _ => None,
    };
    let chosen = typed.filter(|person| !person.is_empty()).or(only);
    let wanted = asked
        .form
        .and_then(|form| ApplicantRole::parse(&form.text("role")))
        .or(pane.request.role);
    SearchView {
        typed: pane.sought.typed.clone(),
        candidates: found
            .iter()
            .map(|one| candidate(one, chosen.as_deref()))
            .collect(),
        roles: ApplicantRole::OF_LAWYERS
            .map(|role| {
                let (word, title) = (role.as_str().to_owned(), role.title().to_owned());
                (word, title, wanted == Some(role))
            })
            .to_vec(),
    }
}

fn candidate(one: &Candidate, chosen: Option<&str>) -> CandidateView {
    let agrees = |is: bool, what: &str| match is {
        true => pill("ok", &format!("{what}一致")),
        false => pill("warn", &format!("{what}不一致")),
    };
    let held: Vec<String> = one.held.iter().map(Held::words).collect();
    CandidateView {
        title: format!("{} {} {}", one.name, one.gender, mask_own(&one.id_number)),
        lines: vec![
            format!("{} · {}", one.case_name, one.case_number),
            format!("{} {}", one.category, one.stage),
        ],
        pills: vec![
            agrees(one.has_number, "证件号"),
            agrees(one.has_name, "姓名"),
            agrees(one.has_case_name, "案件名称"),
        ],
        held: match held.is_empty() {
            true => "现在没有人绑定".to_owned(),
            false => format!("已绑定：{}", held.join("、")),
        },
        limit: one.limit.map(|limit| limit.to_managers()),
        is_checked: chosen == Some(one.person.as_str()),
        person: one.person.clone(),
    }
}

pub(super) fn appointment(asked: &Asked<'_>, view: &mut PaneView, pane: &AppointmentPane) {
    let said = &pane.appointment;
    let phone = pane.head.phone.as_ref();
    let phone = phone.map_or("", |phone| phone.expose());
    view.sections.push(section(
        "预约",
        vec![
            fact("案件名称", &said.case_name),
            fact("案件号码", &said.case_number),
            FactView {
                note: pane.hindrance.map(|why| pill("bad", why)),
                ..fact("当事人", pane.person.clone().unwrap_or_default())
            },
            fact("申请人身份", &said.identity),
            fact("备注", &said.remark),
            asked.hidden("联系方式", Hidden::Phone, phone, mask_phone(phone)),
            fact("微信", linked(&pane.head)),
        ],
    ));
    if !said.answer.is_empty() {
        let facts = vec![fact("总的意见", &said.answer)];
        view.sections.push(section("已经回复的总的意见", facts));
    }
    view.items = said
        .items
        .iter()
        .map(|row| {
            let word = row.item.as_str();
            ItemView {
                item: word.to_owned(),
                title: row.item.title().to_owned(),
                reply: row.reply.as_ref().map(|reply| {
                    let tint = match reply.decision.as_str() {
                        "agreed" => pill("ok", "同意"),
                        "refused" => pill("bad", "不同意"),
                        _ => pill("wait", "其他意见"),
                    };
                    let day = reply.replied_at.map(shanghai::minute_text);
                    let words = reply.opinion.clone().unwrap_or_default();
                    (tint, words, day.unwrap_or_default())
                }),
                decision: asked.typed(&format!("decision_{word}")),
                opinion: asked.typed(&format!("opinion_{word}")),
                day: asked.typed(&format!("day_{word}")),
                reasons: asked.reasons_in(&format!("reason_{word}"), "appointment"),
            }
        })
        .collect();
}

pub(super) fn reset(asked: &Asked<'_>, view: &mut PaneView, pane: &ResetPane) {
    let head = &pane.head;
    let phone = head.phone.as_ref();
    let phone = phone.map_or("", |phone| phone.expose());
    let from = match pane.by_own_follower {
        Some(true) => "本人绑定的微信",
        Some(false) => "其他微信，不是账号绑定的微信",
        None => "网站",
    };
    let note = match (pane.by_own_follower, head.is_linked) {
        (Some(false), true) => Some(pill("warn", "请先与本人核实")),
        _ => None,
    };
    view.sections.push(section(
        "找回密码",
        vec![
            fact("账号", &head.account.login_name),
            fact("姓名", &head.account.display_name),
            fact(
                "账号类型",
                match head.account.role.as_str() {
                    "lawyer" => "律师",
                    _ => "当事人等",
                },
            ),
            fact("账号所属单位", &head.account_unit),
            FactView {
                note,
                ..fact("申请来自", from)
            },
            fact("微信", linked(head)),
            asked.hidden("手机", Hidden::Phone, phone, mask_phone(phone)),
        ],
    ));
    view.reasons = asked.reasons("password_reset");
    view.grant = "重置密码";
    view.may_telephone = head.is_linked;
    match head.is_linked {
        true => "本人绑定的微信会收到一次性页面，30分钟内自己设置新密码。",
        false => "账号没有绑定微信：确认以后转到“电话告知”，核对身份后生成临时密码。",
    }
    .clone_into(&mut view.grant_help);
}
