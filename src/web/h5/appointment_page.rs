//! 我的预约: the words of the list and of one appointment.

use crate::service::appointments::{Appointment, ItemRow, Progress};
use crate::web::dates::{chinese_date, chinese_datetime};
use crate::web::h5::binding_page::{StateTab, tab_links};
use crate::web::h5::cards::{Card, CardsPage, Pill};
use crate::web::h5::detail::{Act, Block, DetailPage, Fact, Step};
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::layout::{Frame, Link};
use crate::web::h5::notice_words;
use crate::web::h5::paths;

/// The tabs of the list.
pub const TABS: &[StateTab] = &[
    ("", "全部", &[]),
    ("pending", "未处理", &["pending"]),
    ("partly", "部分处理", &["partly_answered"]),
    ("answered", "已处理", &["answered"]),
];

/// By when an answer may be expected (requirements §4.5).
pub const PROMISE: &str = "预计3个工作日内";

/// How far it is, in a pill.
pub fn pill(progress: Progress) -> Pill {
    let (tone, word) = match progress {
        Progress::Open => (None, "未处理"),
        Progress::Partly => (Some(Tone::Warn), "部分处理"),
        Progress::Done => (Some(Tone::Ok), "已处理"),
        Progress::Withdrawn => (None, "已撤回"),
    };
    Pill {
        tone,
        word: word.to_owned(),
    }
}

/// The list.
pub fn cards(
    frame: Frame<'_>,
    found: &[Appointment],
    current: &str,
    next: Option<Link>,
) -> CardsPage {
    let title = "我的预约";
    CardsPage {
        layout: frame.titled(title),
        heading: title.to_owned(),
        notice: None,
        action: None,
        tabs: tab_links(TABS, paths::APPOINTMENTS, current),
        cards: found.iter().map(card).collect(),
        empty: match current {
            "" => vec![
                "您提出的预约会出现在这里。".to_owned(),
                "请打开“我的案件”，在您以辩护人或者诉讼代理人身份绑定的案件里点“预约”。".to_owned(),
            ],
            _ => vec!["没有这种状态的预约。请点“全部”查看其他预约。".to_owned()],
        },
        empty_action: Some(Link::new("打开我的案件", paths::CASES)),
        next,
    }
}

fn card(one: &Appointment) -> Card {
    let items: Vec<&str> = one
        .items
        .iter()
        .map(|row| notice_words::item(row.item.as_str()))
        .collect();
    let id = &one.application.public_id;
    Card {
        title: one.case_name.clone(),
        pill: pill(one.progress),
        meta: vec![
            one.unit_name.clone(),
            chinese_date(one.application.submitted_at),
        ],
        facts: [
            ("预约编号", number(one)),
            ("预约事项", items.join("、")),
            ("提交时间", chinese_datetime(one.application.submitted_at)),
        ]
        .map(|(label, value)| (label.to_owned(), value))
        .to_vec(),
        actions: vec![Link::new("查看", paths::below(paths::APPOINTMENTS, id))],
    }
}

/// One appointment.
pub fn detail(frame: Frame<'_>, one: &Appointment, csrf: &str) -> DetailPage {
    let application = &one.application;
    let mut page = DetailPage::new(frame, "预约详情", &one.case_name, csrf);
    page.pill = Some(pill(one.progress));
    page.steps = steps(one);
    page.blocks = vec![Block {
        title: "预约详情".to_owned(),
        facts: vec![
            Fact::new("预约编号", &number(one)),
            Fact::new("案件名称", &one.case_name),
            Fact::new("案件号码", &one.case_number),
            Fact::new("检察机关", &one.unit_contact),
            Fact::new("申请人身份", &one.identity),
            Fact::new("备注", &one.remark),
            Fact::new("处理意见", &one.answer),
            Fact::new("接下来", next(one.progress)),
        ],
        links: Vec::new(),
    }];
    page.blocks.extend(one.items.iter().map(item));
    let id = &application.public_id;
    if one.progress == Progress::Open && application.state == "pending" {
        page.act = Some(Act {
            label: "撤回预约".to_owned(),
            action: format!("{}/withdraw", paths::below(paths::APPOINTMENTS, id)),
            confirm: "撤回以后，办理单位不再处理这次预约。确定要撤回吗？".to_owned(),
            once: String::new(),
            version: application.version,
            is_primary: false,
        });
    }
    page.primary = Some(Link::new("返回我的预约", paths::APPOINTMENTS));
    page
}

fn steps(one: &Appointment) -> Vec<Step> {
    let step = |name: &str, when: String, done: bool| Step {
        name: name.to_owned(),
        when,
        done,
    };
    let application = &one.application;
    let submitted = step("提交", chinese_datetime(application.submitted_at), true);
    let replied = one.items.iter().filter(|row| row.reply.is_some()).count();
    let handled = format!("{replied}/{}项已回复", one.items.len());
    let decided = application.decided_at.map(chinese_datetime);
    match one.progress {
        Progress::Withdrawn => vec![submitted, step("撤回", decided.unwrap_or_default(), true)],
        Progress::Done => vec![
            submitted,
            step("处理", handled, true),
            step("已处理", decided.unwrap_or_default(), true),
        ],
        Progress::Open | Progress::Partly => vec![
            submitted,
            step("处理", handled, false),
            step("结果", PROMISE.to_owned(), false),
        ],
    }
}

fn next(progress: Progress) -> &'static str {
    match progress {
        Progress::Open => {
            "预约已经提交，还没有得到同意，请不要直接前往。预计3个工作日内回复，结果会在微信中通知您。"
        }
        Progress::Partly => "还有事项没有回复，回复以后会在微信中通知您。",
        Progress::Done => "请您按每一项的回复办理，来访时请携带有效身份证件。",
        Progress::Withdrawn => "您已经撤回这次预约。如果还需要，请在“我的案件”里重新提出。",
    }
}

fn item(row: &ItemRow) -> Block {
    let mut facts = Vec::new();
    match &row.reply {
        Some(reply) => {
            let (word, tone) = notice_words::decision(&reply.decision);
            let word = word.to_owned();
            facts.push(Fact::state("处理意见", Pill { tone, word }));
            facts.push(Fact::new(
                "说明",
                reply.opinion.as_deref().unwrap_or_default(),
            ));
            facts.push(Fact::new(
                "回复日期",
                &reply.replied_at.map(chinese_datetime).unwrap_or_default(),
            ));
        }
        None => facts.push(Fact::state("处理意见", pill(Progress::Open))),
    }
    Block {
        title: notice_words::item(row.item.as_str()).to_owned(),
        facts,
        links: Vec::new(),
    }
}

fn number(one: &Appointment) -> String {
    one.application.external_id.clone().unwrap_or_default()
}
