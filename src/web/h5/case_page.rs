//! 我的案件: the words of the list and of one case.

use crate::domain::binding::mask_other;
use crate::domain::laws::Laws;
use crate::domain::{shanghai, terms};
use crate::service::cases::{CaseView, Told};
use crate::web::dates::{chinese_date, chinese_datetime};
use crate::web::h5::cards::{Card, CardsPage, Pill};
use crate::web::h5::detail::{Block, DetailPage, Fact};
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::layout::{Frame, HELP_PHONE, Link};
use crate::web::h5::notice_words;
use crate::web::h5::paths;

/// The address of the form of an appointment.
pub fn appointment_path(public_id: &str) -> String {
    format!("{}/appointment", paths::below(paths::CASES, public_id))
}

/// The list. Lawyers may ask for more cases.
pub fn cards(frame: Frame<'_>, found: &[CaseView], is_lawyer: bool) -> CardsPage {
    let title = "我的案件";
    let mut empty = vec!["您可以查看的案件会出现在这里。".to_owned()];
    empty.push(if is_lawyer {
        "请先申请绑定案件，审核通过以后就可以查看。".to_owned()
    } else {
        format!(
            "案件由办理单位的案件管理部门为您绑定。如需绑定，请联系办理单位，或者拨打{HELP_PHONE}。"
        )
    });
    CardsPage {
        layout: frame.titled(title),
        heading: title.to_owned(),
        notice: None,
        action: None,
        tabs: Vec::new(),
        cards: found.iter().map(card).collect(),
        empty,
        empty_action: is_lawyer.then(|| Link::new("申请绑定", paths::BINDINGS_NEW)),
        next: None,
    }
}

fn card(one: &CaseView) -> Card {
    let mut actions = vec![Link::new(
        "查看",
        paths::below(paths::CASES, &one.public_id),
    )];
    if one.role.may_appoint() {
        actions.push(Link::new("预约", appointment_path(&one.public_id)));
    }
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "无".to_owned());
    Card {
        title: one.case.name.clone(),
        pill: stage(one),
        meta: vec![
            one.unit_name.clone(),
            format!("{}更新", chinese_date(one.case.updated_at)),
        ],
        facts: [
            ("案件号码", one.case.department_number.clone()),
            ("当事人", one.name.clone()),
            ("您的身份", one.role.title().to_owned()),
            ("案由", text(&one.case.charge)),
            ("办案部门", text(&one.case.department)),
        ]
        .map(|(label, value)| (label.to_owned(), value))
        .to_vec(),
        actions,
    }
}

fn stage(one: &CaseView) -> Pill {
    let closed = one.case.closed_at.is_some() || one.case.concluded_at.is_some();
    let word = one.case.stage.clone();
    Pill {
        tone: closed.then_some(Tone::Ok),
        word: word.unwrap_or_else(|| "阶段未填写".to_owned()),
    }
}

/// One case, with the four blocks of the manual, and what changed.
pub fn detail(frame: Frame<'_>, one: &CaseView, laws: &Laws, csrf: &str) -> DetailPage {
    let mut page = DetailPage::new(frame, "案件信息", &one.case.name, csrf);
    page.pill = Some(stage(one));
    page.blocks = vec![person(one), basics(one), guide(one)];
    if !one.changes.is_empty() {
        page.blocks.push(changes(&one.changes));
    }
    page.blocks.push(law_links(one, laws));
    page.foot = vec![
        format!(
            "数据更新时间：{}。案件信息由办理单位定期更新，如有出入，以办理单位告知的为准。",
            chinese_datetime(one.case.updated_at)
        ),
        format!("您以{}的身份查看，每次查看都有记录。", one.role.title()),
    ];
    if one.role.may_appoint() {
        page.primary = Some(Link::new("预约", appointment_path(&one.public_id)));
    }
    page.second = Some(Link::new("返回我的案件", paths::CASES));
    page
}

fn fact(label: &str, value: Option<&str>) -> Fact {
    let fact = Fact::new(label, value.unwrap_or_default());
    match terms::meaning(label) {
        Some(meaning) => fact.explained(meaning),
        None => fact,
    }
}

/// `2026-11-01` as people read it; anything else as it is.
fn day(text: Option<&str>) -> Option<String> {
    let text = text?;
    let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
    Some(date.map_or_else(
        |_other| text.to_owned(),
        |date| date.format("%Y年%-m月%-d日").to_string(),
    ))
}

fn person(one: &CaseView) -> Block {
    let person = &one.person;
    let is_civil = crate::domain::binding::is_civil(&one.case.category);
    Block {
        title: if is_civil {
            "当事人信息".to_owned()
        } else {
            "犯罪嫌疑人/被告人信息".to_owned()
        },
        facts: vec![
            Fact::new("姓名", &one.name),
            Fact::new("性别", person.gender.as_deref().unwrap_or_default()),
            Fact::new("证件类型", person.id_type.as_deref().unwrap_or_default()),
            Fact::new("证件号码", &mask_other(&one.id_number)),
            fact("强制措施", person.coercive_measure.as_deref()),
            Fact::new(
                "强制措施日期",
                &day(person.coercive_measure_date.as_deref()).unwrap_or_default(),
            ),
            fact("羁押场所", person.detention_place.as_deref()),
        ],
        links: Vec::new(),
    }
}

fn basics(one: &CaseView) -> Block {
    let case = &one.case;
    let mut charge = case.charge.clone().unwrap_or_default();
    if let Some(others) = &case.other_charges {
        charge = format!("{charge}\n{others}");
    }
    Block {
        title: "案件基本信息".to_owned(),
        facts: vec![
            Fact::new("案件名称", &case.name),
            Fact::new("案件号码", &case.department_number),
            fact("案由", Some(&charge)),
            Fact::new("案件类别", &case.category),
            Fact::new("受理日期", &chinese_date(case.accepted_at)),
            fact("办案期限", Some(&time_limit(one))),
            fact("审查情况", case.review_status.as_deref()),
            fact("办案部门", case.department.as_deref()),
            Fact::new("办理单位", &one.unit_contact),
            Fact::new(
                "移送单位",
                case.transferring_unit.as_deref().unwrap_or_default(),
            ),
        ],
        links: vec![Link::new("这些词是什么意思", paths::TERMS)],
    }
}

/// The office's own words first, then what the law says, then the day.
fn time_limit(one: &CaseView) -> String {
    let mut lines = Vec::new();
    match (&one.case.time_limit_text, &one.limit) {
        (Some(text), Some(limit)) if text.contains(limit.citation) => {
            lines.push(text.clone());
            lines.push(format!("{}。", limit.words));
        }
        (Some(text), _) => lines.push(text.clone()),
        (None, Some(limit)) => lines.push(format!("{}：{}。", limit.citation, limit.words)),
        (None, None) => {}
    }
    if let Some(due) = &one.due {
        let shown = day(Some(&due.day)).unwrap_or_default();
        lines.push(if due.is_counted {
            format!("按受理日期推算到{shown}，没有计算依法延长和重新计算的时间。")
        } else {
            format!("到期日：{shown}。")
        });
    }
    lines.join("\n")
}

fn guide(one: &CaseView) -> Block {
    let case = &one.case;
    let moment = |at: Option<i64>| at.map(chinese_date).unwrap_or_default();
    let accepted = shanghai::wall_clock(case.accepted_at)
        .format("%Y年%-m月%-d日 %H:%M:%S")
        .to_string();
    Block {
        title: "流程指引".to_owned(),
        facts: vec![
            fact("当前阶段", case.stage.as_deref()),
            Fact::new("受理日期", &accepted),
            fact("审查意见", case.review_opinion.as_deref()),
            Fact::new("审结日期", &moment(case.concluded_at)),
            fact("处理结果", case.outcome.as_deref()),
        ],
        links: Vec::new(),
    }
}

fn changes(told: &[Told]) -> Block {
    let line = |change: &crate::service::cases::Field| {
        let label = notice_words::case_field(&change.field)?;
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "无".to_owned());
        Some(format!(
            "{label}：{} → {}",
            value(&change.old),
            value(&change.new)
        ))
    };
    let shown: Vec<(&Told, String)> = told
        .iter()
        .map(|told| {
            let lines: Vec<String> = told.changes.iter().filter_map(line).collect();
            (told, lines.join("\n"))
        })
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    Block {
        title: "变更记录".to_owned(),
        facts: shown
            .iter()
            .map(|(told, lines)| Fact::new(&chinese_datetime(told.at), lines))
            .collect(),
        links: shown
            .iter()
            .filter_map(|(told, _)| {
                let notice = told.notice.as_ref()?;
                let label = format!("查看{}的变更通知", chinese_datetime(told.at));
                Some(Link::new(label, paths::notice(notice)))
            })
            .collect(),
    }
}

/// The laws that were in force when the case was accepted; the article of the time limit first.
fn law_links(one: &CaseView, laws: &Laws) -> Block {
    let accepted = shanghai::wall_clock(one.case.accepted_at)
        .date()
        .to_string();
    let mut links = Vec::new();
    if let Some(limit) = &one.limit {
        let (law, article) = limit.law;
        if laws.get(law).is_some_and(|law| law.has(article)) {
            let href = format!("{}#a{article}", paths::below(paths::LAWS, law));
            links.push(Link::new(limit.citation, href));
        }
    }
    for name in ["刑法", "刑事诉讼法", "人民检察院刑事诉讼规则"] {
        if let Some(law) = laws.in_force(name, &accepted) {
            let label = format!("{}（{}）", law.name, law.version);
            links.push(Link::new(label, paths::below(paths::LAWS, &law.id)));
        }
    }
    links.push(Link::new("全部法规", paths::LAWS));
    Block {
        title: "法规指引".to_owned(),
        facts: Vec::new(),
        links,
    }
}
