//! 我的绑定: the words of the list and of one application.

use crate::domain::binding::mask_other;
use crate::service::bindings::Asking;
use crate::web::dates::{chinese_date, chinese_datetime};
use crate::web::h5::cards::{Card, CardsPage, Pill, Tab};
use crate::web::h5::detail::{Block, DetailPage, Fact, Step};
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::layout::{Frame, HELP_PHONE, Link};
use crate::web::h5::paths;

/// A tab: its word in the address, its label, the states it shows.
pub type StateTab = (&'static str, &'static str, &'static [&'static str]);

/// The tabs of the list.
pub const TABS: &[StateTab] = &[
    ("", "全部", &[]),
    ("pending", "待审核", &["pending"]),
    ("approved", "已通过", &["approved"]),
    ("rejected", "未通过", &["rejected"]),
];

/// The tab of a word; any other word is the first one.
pub fn tab(tabs: &'static [StateTab], word: &str) -> &'static StateTab {
    static ALL: StateTab = ("", "全部", &[]);
    let found = tabs.iter().find(|(known, _, _)| *known == word);
    found.or(tabs.first()).unwrap_or(&ALL)
}

/// Links to all tabs.
pub fn tab_links(tabs: &'static [StateTab], base: &str, current: &str) -> Vec<Tab> {
    tabs.iter()
        .map(|(word, label, _)| Tab {
            link: match *word {
                "" => Link::new(*label, base),
                word => Link::new(*label, format!("{base}?state={word}")),
            },
            current: *word == current,
        })
        .collect()
}

/// The link to the next page of a list.
pub fn next_page(base: &str, state: &str, page: i64) -> Link {
    Link::new(
        "更早的",
        format!("{base}?state={state}&page={next}", next = page + 1),
    )
}

/// The state of an application in a pill.
pub fn pill(state: &str) -> Pill {
    let (tone, word) = match state {
        "approved" => (Some(Tone::Ok), "已通过"),
        "rejected" => (Some(Tone::Bad), "未通过"),
        "revoked" => (None, "已解除"),
        _ => (None, "待审核"),
    };
    Pill {
        tone,
        word: word.to_owned(),
    }
}

/// Whether the lawyer may change it.
pub fn may_edit(state: &str) -> bool {
    matches!(state, "pending" | "rejected")
}

/// The address of the form that changes an application.
pub fn edit_path(public_id: &str) -> String {
    format!("{}/edit", paths::below(paths::BINDINGS, public_id))
}

/// The list.
pub fn cards(
    frame: Frame<'_>,
    found: &[Asking],
    (current, states): (&str, &[&str]),
    next: Option<Link>,
) -> CardsPage {
    let title = "我的绑定";
    let new = Link::new("申请绑定", paths::BINDINGS_NEW);
    CardsPage {
        layout: frame.titled(title),
        heading: title.to_owned(),
        notice: None,
        action: (!found.is_empty()).then(|| new.clone()),
        tabs: tab_links(TABS, paths::BINDINGS, current),
        cards: found.iter().map(card).collect(),
        empty: match states {
            [] => vec![
                "您申请绑定的案件会出现在这里。".to_owned(),
                "申请通过审核以后，您就可以查看案件的程序性信息，也可以提出预约。".to_owned(),
            ],
            _ => vec!["没有这种状态的申请。请点“全部”查看其他申请。".to_owned()],
        },
        empty_action: Some(new),
        next,
    }
}

fn card(one: &Asking) -> Card {
    let id = &one.application.public_id;
    let state = one.application.state.as_str();
    let mut actions = vec![Link::new("查看", paths::below(paths::BINDINGS, id))];
    if may_edit(state) {
        actions.push(Link::new("修改", edit_path(id)));
    }
    Card {
        title: one.request.case_name.clone(),
        pill: pill(state),
        meta: vec![
            one.unit_name.clone(),
            chinese_date(one.application.submitted_at),
        ],
        facts: [
            ("申请编号", number(one)),
            ("当事人", one.request.party_name.clone()),
            ("申请人类型", role(one)),
            ("提交时间", chinese_datetime(one.application.submitted_at)),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| (label.to_owned(), value))
        .collect(),
        actions,
    }
}

/// One application. `applicant` is the lawyer's name.
pub fn detail(frame: Frame<'_>, one: &Asking, applicant: &str, csrf: &str) -> DetailPage {
    let application = &one.application;
    let state = application.state.as_str();
    let mut page = DetailPage::new(frame, "绑定信息", &one.request.case_name, csrf);
    page.pill = Some(pill(state));
    page.steps = steps(one);
    page.blocks = vec![
        Block {
            title: "案件信息".to_owned(),
            facts: vec![
                Fact::new("申请编号", &number(one)),
                Fact::new("申请人", applicant),
                Fact::new("申请人类型", &role(one)),
                Fact::new("检察院", &one.unit_contact),
                Fact::new("案件名称", &one.request.case_name),
                Fact::new("当事人", &one.request.party_name),
                Fact::new("当事人证件号", &mask_other(&one.request.party_id)),
                Fact::new(
                    "是否异地",
                    one.request
                        .is_remote
                        .map_or("", |remote| if remote { "异地" } else { "本地" }),
                ),
            ],
            links: Vec::new(),
        },
        result(one),
    ];
    let id = &application.public_id;
    match state {
        "rejected" => page.primary = Some(Link::new("修改后重新提交", edit_path(id))),
        "pending" => page.second = Some(Link::new("修改申请", edit_path(id))),
        _ => {
            page.primary = one
                .binding
                .as_ref()
                .map(|binding| Link::new("查看案件", paths::below(paths::CASES, binding)));
        }
    }
    if page.primary.is_none() {
        page.primary = Some(Link::new("返回我的绑定", paths::BINDINGS));
    } else {
        page.second = Some(Link::new("返回我的绑定", paths::BINDINGS));
    }
    page
}

fn steps(one: &Asking) -> Vec<Step> {
    let step = |name: &str, when: String, done: bool| Step {
        name: name.to_owned(),
        when,
        done,
    };
    let application = &one.application;
    let submitted = chinese_datetime(application.submitted_at);
    let name = if application.is_change {
        "修改后提交"
    } else {
        "提交"
    };
    let (review, result) = match application.decided_at {
        Some(at) => (
            step("审核", "已完成".to_owned(), true),
            step(&pill(&application.state).word, chinese_datetime(at), true),
        ),
        None => (
            step("审核", "等待审核".to_owned(), false),
            step("结果", "会在微信中通知您".to_owned(), false),
        ),
    };
    vec![step(name, submitted, true), review, result]
}

fn result(one: &Asking) -> Block {
    let application = &one.application;
    let said = application.reason.as_deref().unwrap_or_default();
    let mut facts = vec![Fact::state("审核结果", pill(&application.state))];
    match application.state.as_str() {
        "rejected" => {
            facts.push(Fact::new("需要修改的地方", said));
            facts.push(Fact::new(
                "接下来",
                "请您按上面每一条的要求修改，再重新提交。材料以前交过的，不需要重新上传。",
            ));
        }
        "approved" if one.binding.is_some() => facts.push(Fact::new(
            "接下来",
            "您可以在“我的案件”里查看这个案件，也可以提出预约。",
        )),
        "approved" => facts.push(Fact::new(
            "接下来",
            "申请已经通过，这里暂时没有可以查看的案件。如有疑问，请联系办理单位。",
        )),
        "revoked" => {
            facts.push(Fact::new("原因", said));
            facts.push(Fact::new(
                "接下来",
                &format!("您不能再查看这个案件。如有疑问，请联系办理单位，或者拨打{HELP_PHONE}。"),
            ));
        }
        _ => facts.push(Fact::new(
            "接下来",
            "申请已经提交，正在等待审核。审核结果会在微信中通知您，您不需要再次提交。",
        )),
    }
    Block {
        title: "处理结果".to_owned(),
        facts,
        links: Vec::new(),
    }
}

fn number(one: &Asking) -> String {
    one.application.external_id.clone().unwrap_or_default()
}

fn role(one: &Asking) -> String {
    let title = one.request.role.map(|role| role.title());
    title.unwrap_or_default().to_owned()
}
