//! What is read beside the list, in words: facts with numbers masked, papers, reasons, persons to choose from.

use super::desk::Desk;
use super::papers;
use super::queue_view::{pills, state_pill};
use crate::domain::binding::{ApplicantRole, mask_other, mask_own};
use crate::domain::reasons::Reasons;
use crate::domain::registration::{Registration, mask_number};
use crate::domain::shanghai;
use crate::service::desk_queue::{
    AppointmentPane, BindingPane, Candidate, Fresh, Head, Hidden, Pane, Past, PhonePane,
    RegistrationPane, ResetPane,
};
use crate::web::console::queue_page::Pill;
use crate::web::console::queue_pane::{
    Acts, CallView, CandidateView, DiffView, FactView, FileView, HandView, ItemView, PaneView,
    PastView, ReasonView, SearchView, Section,
};
use crate::web::console::queue_place::QueuePlace;
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

/// What is asked for.
pub(super) struct Asked<'a> {
    /// Where one is.
    pub(super) place: &'a QueuePlace,
    /// The thing.
    pub(super) id: &'a str,
    /// The value that this session sees in full.
    pub(super) revealed: Option<Hidden>,
    /// What was typed, to be mended.
    pub(super) form: Option<&'a Posted>,
}

impl Asked<'_> {
    fn acts(&self) -> Acts {
        let act = |act: &str| self.place.act(self.id, act);
        let list = self.place.list();
        let kept = list.split_once('?').map_or("", |(_, query)| query);
        let kept = form_urlencoded::parse(kept.as_bytes()).into_owned();
        let this = [("id".to_owned(), self.id.to_owned())];
        Acts {
            claim: act("claim"),
            show: act("show"),
            approve: act("approve"),
            reject: act("reject"),
            reply: act("reply"),
            revoke: act("revoke"),
            password: act("password"),
            told: act("told"),
            search: format!("/console/queues/{}", self.place.queue.word()),
            kept: kept.chain(this).collect(),
        }
    }

    fn typed(&self, name: &str) -> String {
        self.form.map(|form| form.raw(name)).unwrap_or_default()
    }

    fn reasons(&self, kind: &str) -> Vec<ReasonView> {
        let ticked = self.form.map(|form| form.all("reason")).unwrap_or_default();
        let view = |reason: &crate::domain::reasons::Reason| ReasonView {
            is_checked: ticked.contains(&reason.key),
            key: reason.key.clone(),
            label: reason.label.clone(),
            text: reason.text.clone(),
        };
        Reasons::built_in().of(kind).iter().map(view).collect()
    }

    /// A value that is masked unless it was asked for.
    fn hidden(&self, label: &str, what: Hidden, clear: &str, masked: String) -> FactView {
        let is_shown = self.revealed == Some(what);
        FactView {
            label: label.to_owned(),
            value: match is_shown {
                true => clear.to_owned(),
                false => masked,
            },
            reveal: (!is_shown && !clear.is_empty()).then(|| what.word()),
            note: is_shown.then(|| pill("warn", "一分钟内可见")),
        }
    }
}

fn pill(tone: &'static str, word: &str) -> Pill {
    Pill {
        tone,
        word: word.to_owned(),
    }
}

fn fact(label: &str, value: impl Into<String>) -> FactView {
    FactView {
        label: label.to_owned(),
        value: value.into(),
        ..FactView::default()
    }
}

fn section(title: &str, facts: Vec<FactView>) -> Section {
    Section {
        title: title.to_owned(),
        facts,
    }
}

/// `138****1111`.
fn mask_phone(phone: &str) -> String {
    let letters: Vec<char> = phone.chars().collect();
    if letters.len() < 8 {
        return if letters.is_empty() { "" } else { "****" }.to_owned();
    }
    let head: String = letters.iter().take(3).collect();
    let tail: String = letters.iter().skip(letters.len() - 4).collect();
    format!("{head}****{tail}")
}

fn empty_pane(asked: &Asked<'_>) -> PaneView {
    PaneView {
        title: String::new(),
        pills: Vec::new(),
        meta: String::new(),
        acts: asked.acts(),
        version: 0,
        is_open: false,
        hand: HandView::Free,
        sections: Vec::new(),
        diff: None,
        files: Vec::new(),
        reason: String::new(),
        past: Vec::new(),
        reasons: Vec::new(),
        free: asked.typed("free"),
        is_refusing: asked.form.is_some_and(|form| {
            // Which panel it was shows by what was in it.
            !form.all("free").is_empty() || !form.all("remark").is_empty()
        }),
        search: None,
        items: Vec::new(),
        remark: asked.typed("remark"),
        bound: None,
        call: None,
        grant: "通过",
        grant_help: String::new(),
    }
}

/// An application.
pub(super) fn application(
    pages: &Pages,
    desk: &Desk,
    asked: &Asked<'_>,
    pane: &Pane,
) -> PaneView {
    let head = pane.head();
    let mut view = empty_pane(asked);
    let row = &head.row;
    view.title = format!("{} · {}", row.applicant, row.about);
    view.pills = pills(row);
    view.version = head.version;
    view.is_open = row.due.is_some();
    view.meta = meta(head);
    view.hand = match &row.claimed {
        None => HandView::Free,
        Some(claimed) if claimed.is_mine => HandView::Mine(format!(
            "您于{}领取",
            shanghai::minute_text(claimed.at)
        )),
        Some(claimed) => HandView::Others(format!(
            "{}于{}领取",
            claimed.by,
            shanghai::minute_text(claimed.at)
        )),
    };
    view.reason.clone_from(&head.reason);
    view.files = head
        .files
        .iter()
        .map(|file| file_view(pages, desk, file))
        .collect();
    view.past = head.past.iter().map(|one| past_view(asked, one)).collect();
    match pane {
        Pane::Registration(pane) => registration(asked, &mut view, pane),
        Pane::Binding(pane) => binding(asked, &mut view, pane),
        Pane::Appointment(pane) => appointment(asked, &mut view, pane),
        Pane::Reset(pane) => reset(asked, &mut view, pane),
    }
    view
}

fn meta(head: &Head) -> String {
    let row = &head.row;
    let mut words = vec![
        format!("编号 {}", row.number),
        format!("{}提交", shanghai::minute_text(row.submitted_at)),
    ];
    if let Some(due) = &row.due {
        words.push(format!("应于{}前处理", due.day));
    }
    if let Some(at) = row.decided_at {
        let who = row.decided_by.as_deref().unwrap_or("其他系统");
        words.push(format!("{}由{who}处理", shanghai::minute_text(at)));
    } else if let Some(who) = &row.decided_by {
        words.push(format!("上次由{who}回复"));
    }
    words.join("，")
}

fn file_view(
    pages: &Pages,
    desk: &Desk,
    file: &crate::service::attachments::Shown,
) -> FileView {
    let count = u32::try_from(file.pages).unwrap_or_default();
    FileView {
        label: file.label.clone(),
        name: file.name.clone(),
        small: papers::address(pages, desk, &file.public_id, 0),
        pages: (1..=count)
            .map(|page| papers::address(pages, desk, &file.public_id, page))
            .collect(),
    }
}

fn past_view(asked: &Asked<'_>, past: &Past) -> PastView {
    let decided = past.decided_at.map(shanghai::minute_text);
    let submitted = shanghai::minute_text(past.submitted_at);
    PastView {
        about: past.about.clone(),
        pill: match past.state.as_str() {
            "superseded" => pill("wait", "已被后来的提交代替"),
            state => state_pill(state),
        },
        when: match decided {
            Some(decided) => format!("{submitted}提交，{decided}处理"),
            None => format!("{submitted}提交"),
        },
        reason: past.reason.clone(),
        href: past
            .public_id
            .as_ref()
            .map(|id| asked.place.opening(id)),
    }
}

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

fn registration(asked: &Asked<'_>, view: &mut PaneView, pane: &RegistrationPane) {
    let account = &pane.head.account;
    if pane.is_change {
        view.diff = Some(pane.diff.iter().map(|one| diff_view(asked, one)).collect());
    }
    match &pane.said {
        Some(said) => view.sections.push(section("提交的内容", people(asked, said))),
        None => {
            let phone = pane.head.phone.as_ref();
            let phone = phone.map_or("", |phone| phone.expose());
            let facts = vec![
                fact("姓名", &account.display_name),
                asked.hidden("手机", Hidden::Phone, phone, mask_phone(phone)),
            ];
            view.sections.push(section("由网站提交，没有更多内容", facts));
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

fn binding(asked: &Asked<'_>, view: &mut PaneView, pane: &BindingPane) {
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
    let held: Vec<String> = one
        .held
        .iter()
        .map(|held| format!("{}（{}）", held.name, held.role))
        .collect();
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

fn appointment(asked: &Asked<'_>, view: &mut PaneView, pane: &AppointmentPane) {
    let said = &pane.appointment;
    let phone = pane.head.phone.as_ref();
    let phone = phone.map_or("", |phone| phone.expose());
    view.sections.push(section(
        "预约",
        vec![
            fact("案件名称", &said.case_name),
            fact("案件号码", &said.case_number),
            fact("当事人", pane.person.clone().unwrap_or_default()),
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
            }
        })
        .collect();
}

fn reset(asked: &Asked<'_>, view: &mut PaneView, pane: &ResetPane) {
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
    match head.is_linked {
        true => "本人绑定的微信会收到一次性页面，30分钟内自己设置新密码。",
        false => "账号没有绑定微信：确认以后转到“电话告知”，核对身份后生成临时密码。",
    }
    .clone_into(&mut view.grant_help);
}

/// A call.
pub(super) fn call(
    pages: &Pages,
    asked: &Asked<'_>,
    call: &PhonePane,
    password: Option<Fresh>,
) -> PaneView {
    let mut view = empty_pane(asked);
    let now = pages.app.clock.now_ms();
    view.title = format!("{} · {}", call.account.display_name, call.about);
    view.is_open = call.done_at.is_none();
    let asked_at = crate::service::desk_queue::short_time(call.created_at, now);
    view.meta = match (&call.due, call.done_at) {
        (Some(due), _) => format!("{asked_at}产生，应于{}前告知，{}", due.day, due.words()),
        (None, Some(at)) => {
            let who = call.done_by.as_deref().unwrap_or_default();
            format!("{asked_at}产生，{}由{who}电话告知", shanghai::minute_text(at))
        }
        (None, None) => asked_at,
    };
    view.pills = vec![state_pill(match view.is_open {
        true => "to_call",
        false => "called",
    })];
    let phone = call.phone.as_ref().map_or("", |phone| phone.expose());
    view.sections.push(section(
        "告知对象",
        vec![
            fact("姓名", &call.account.display_name),
            fact("账号", &call.account.login_name),
            asked.hidden("电话", Hidden::Phone, phone, mask_phone(phone)),
        ],
    ));
    let named = [
        ("application", "申请编号"),
        ("case", "案件号码"),
        ("items", "事项"),
        ("result", "结果"),
        ("change", "内容"),
        ("unit", "单位"),
        ("time", "时间"),
    ];
    let facts = named.iter().filter_map(|(name, label)| {
        let value = call.fields.get(*name)?;
        Some(fact(label, value))
    });
    view.sections.push(section("告知内容", facts.collect()));
    view.call = Some(CallView {
        needs_password: call.needs_password,
        is_gone: matches!(password, Some(Fresh::Gone)),
        password: match password {
            Some(Fresh::Now(password)) => Some(password.expose().to_owned()),
            Some(Fresh::Gone) | None => None,
        },
        is_linked: call.is_linked,
    });
    view
}
