//! 案管后台 in WeChat: the words of its pages. Numbers first; names and papers only behind the second factor.

use askama::Template;

use crate::domain::application::ApplicationKind;
use crate::domain::office_hours::Due;
use crate::domain::registration::{mask_email, mask_number};
use crate::service::phone_desk::{Detail, Overview, Row, Waiting, is_decided_here};
use crate::service::phones;
use crate::web::dates::{chinese_date, chinese_datetime};
use crate::web::h5::cards::{Card, CardsPage, Pill};
use crate::web::h5::detail::{Act, Block, DetailPage, Fact};
use crate::web::h5::field::{Choice, Field, Input, Line};
use crate::web::h5::follow_outcome::{Notice, Tone};
use crate::web::h5::form::{FormPage, Section};
use crate::web::h5::layout::{Frame, Layout, Link};
use crate::web::h5::message::{MessagePage, Sign, home};
use crate::web::h5::paths;

/// What is decided elsewhere.
const AT_THE_COMPUTER: &str = "请在电脑上办理。";

/// `GET /h5/desk`.
#[derive(Debug, Template)]
#[template(path = "h5/desk.html")]
pub struct DeskPage {
    /// The frame.
    pub layout: Layout,
    /// The procuratorate's full name.
    pub unit_name: String,
    /// What became of the last tap.
    pub notice: Option<Notice>,
    /// By kind.
    pub rows: Vec<DeskRow>,
    /// Persons to be telephoned.
    pub calls: i64,
    /// The hidden field of the session.
    pub csrf: String,
}

/// A kind of application and how much of it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskRow {
    /// What it is called.
    pub title: &'static str,
    /// Where it is decided.
    pub note: &'static str,
    /// Undecided.
    pub count: i64,
    /// Longer than they should.
    pub overdue: i64,
    /// Its list.
    pub href: String,
}

impl DeskPage {
    /// The page.
    pub fn new(frame: Frame<'_>, overview: Overview, csrf: &str) -> Self {
        Self {
            layout: frame.titled("案管后台"),
            unit_name: overview.unit_name,
            notice: None,
            rows: overview.waiting.iter().map(row).collect(),
            calls: overview.calls,
            csrf: csrf.to_owned(),
        }
    }
}

fn row(waiting: &Waiting) -> DeskRow {
    DeskRow {
        title: waiting.kind.task(false),
        note: match is_decided_here(waiting.kind) {
            true => "可以在这里审核",
            false => "请在电脑上办理",
        },
        count: waiting.count,
        overdue: waiting.overdue,
        href: list_path(waiting.kind),
    }
}

/// The list of a kind.
pub fn list_path(kind: ApplicationKind) -> String {
    paths::below(paths::DESK, kind.as_str())
}

/// One application.
pub fn application_path(public_id: &str) -> String {
    paths::below(&format!("{}/applications", paths::DESK), public_id)
}

/// How long it may still wait.
fn due_pill(due: Due) -> Pill {
    let (tone, word) = match due {
        Due::In(days) => (None, format!("还有{days}个工作日")),
        Due::Today => (Some(Tone::Warn), "今天到期".to_owned()),
        Due::Overdue(days) => (Some(Tone::Bad), format!("逾期{days}个工作日")),
    };
    Pill { tone, word }
}

/// The list of a kind.
pub fn cards(
    frame: Frame<'_>,
    kind: ApplicationKind,
    found: &[Row],
    next: Option<Link>,
) -> CardsPage {
    let title = kind.task(false);
    let here = is_decided_here(kind);
    CardsPage {
        layout: frame.titled(title),
        heading: title.to_owned(),
        notice: (!here && !found.is_empty()).then(|| Notice {
            tone: Tone::Warn,
            text: format!("{AT_THE_COMPUTER}这里只列出还没有处理的申请。"),
        }),
        action: Some(Link::new("返回案管后台", paths::DESK)),
        tabs: Vec::new(),
        cards: found.iter().map(|one| card(one, here)).collect(),
        empty: vec!["现在没有等待处理的申请。".to_owned()],
        empty_action: Some(Link::new("返回案管后台", paths::DESK)),
        next,
    }
}

fn card(one: &Row, here: bool) -> Card {
    let application = &one.application;
    let kind = ApplicationKind::parse(&application.kind);
    let title = kind.map_or("申请", |kind| kind.task(application.is_change));
    let number = application.external_id.clone().unwrap_or_default();
    let facts = [
        ("申请编号", number),
        ("提交时间", chinese_datetime(application.submitted_at)),
    ];
    Card {
        title: format!("{}：{title}", one.name),
        pill: due_pill(one.due),
        meta: vec![chinese_date(application.submitted_at)],
        facts: facts
            .into_iter()
            .map(|(label, value)| (label.to_owned(), value))
            .collect(),
        actions: match here {
            true => vec![Link::new("审核", application_path(&application.public_id))],
            false => Vec::new(),
        },
    }
}

/// One application.
pub fn detail(frame: Frame<'_>, one: &Detail, csrf: &str) -> DetailPage {
    let application = &one.application;
    let title = one.kind.task(application.is_change);
    let mut page = DetailPage::new(frame, title, &one.account.display_name, csrf);
    page.blocks = vec![facts(one)];
    page.blocks.extend(match one.kind {
        ApplicationKind::Registration => registration(one),
        ApplicationKind::Binding
        | ApplicationKind::Appointment
        | ApplicationKind::PasswordReset => vec![reset(one)],
    });
    let path = application_path(&application.public_id);
    if application.decided_at.is_none() {
        page.pill = Some(due_pill(one.due));
        page.act = Some(Act {
            label: approval(one.kind).to_owned(),
            action: format!("{path}/approve"),
            confirm: confirmation(one),
            once: String::new(),
            version: application.version,
            is_primary: true,
        });
        page.second = Some(Link::new("不通过，填写原因", format!("{path}/reject")));
    } else {
        page.pill = Some(Pill {
            tone: None,
            word: "已处理".to_owned(),
        });
        page.primary = Some(Link::new("返回列表", list_path(one.kind)));
    }
    page
}

fn approval(kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::PasswordReset => "同意重置密码",
        ApplicationKind::Registration | ApplicationKind::Binding | ApplicationKind::Appointment => {
            "通过"
        }
    }
}

fn confirmation(one: &Detail) -> String {
    match (one.kind, one.is_linked) {
        (ApplicationKind::PasswordReset, true) => {
            "同意后，申请人会在微信中收到设置新密码的通知。确定同意吗？".to_owned()
        }
        (ApplicationKind::PasswordReset, false) => {
            "申请人没有绑定微信。同意后，请在电脑上生成密码并电话告知。确定同意吗？".to_owned()
        }
        (_, _) => format!(
            "确定通过{}的{}吗？",
            one.account.display_name,
            one.kind.task(one.application.is_change)
        ),
    }
}

fn facts(one: &Detail) -> Block {
    let application = &one.application;
    let number = application.external_id.as_deref().unwrap_or_default();
    Block {
        title: "申请".to_owned(),
        facts: vec![
            Fact::new("申请编号", number),
            Fact::new("提交时间", &chinese_datetime(application.submitted_at)),
            Fact::new("账号", &one.account.login_name),
            Fact::new("联系电话", &one.phone),
        ],
        links: Vec::new(),
    }
}

fn reset(one: &Detail) -> Block {
    let linked = match one.is_linked {
        true => "已绑定，新密码的通知会发到申请人的微信",
        false => "没有绑定，需要在电脑上生成密码并电话告知",
    };
    let role = match one.account.role.as_str() {
        "lawyer" => "律师",
        _ => "当事人等",
    };
    Block {
        title: "账号".to_owned(),
        facts: vec![
            Fact::new("身份", role),
            Fact::new("微信", linked),
            Fact::new("提醒", "请先按登记的电话核实是本人提出的申请，再同意。"),
        ],
        links: Vec::new(),
    }
}

/// What a lawyer says, and what that changes of what was approved.
fn registration(one: &Detail) -> Vec<Block> {
    let mut blocks = Vec::new();
    let changed = one.standing.diff();
    if !changed.is_empty() {
        let shown = |label: &str, text: &str| match label {
            "身份证号" | "律师执业证号" => mask_number(text),
            "手机" => phones::mask(text),
            "邮箱" => mask_email(text),
            _ => text.to_owned(),
        };
        let facts = changed.iter().map(|change| {
            let (before, after) = (
                shown(change.label, &change.before),
                shown(change.label, &change.after),
            );
            Fact::new(change.label, &format!("原来：{before}\n现在：{after}"))
        });
        blocks.push(Block {
            title: "修改的内容".to_owned(),
            facts: facts.collect(),
            links: Vec::new(),
        });
    }
    if let Some(known) = &one.standing.latest {
        let said = &known.registration;
        blocks.push(Block {
            title: "注册信息".to_owned(),
            facts: vec![
                Fact::new("姓名", &said.name),
                Fact::new("性别", &said.gender),
                Fact::new("身份证号", &mask_number(&said.id_number)),
                Fact::new("律师执业证号", &mask_number(&said.licence)),
                Fact::new("执业机构", &said.firm),
                Fact::new("邮箱", &mask_email(&said.email)),
            ],
            links: Vec::new(),
        });
    }
    blocks
}

/// Why it is not granted. `reasons` are key and label.
pub fn rejection(
    frame: Frame<'_>,
    one: &Detail,
    reasons: &[(String, String)],
    csrf: &str,
    (ticked, free, fault): (&[String], &str, Option<String>),
) -> FormPage {
    let path = application_path(&one.application.public_id);
    let mut page = FormPage::new(
        frame,
        "不通过的原因",
        &format!("{path}/reject"),
        csrf,
        "不通过",
    );
    page.intro = vec![format!(
        "{}的{}。请一次列出所有需要修改的地方，申请人会看到每一条。",
        one.account.display_name,
        one.kind.task(one.application.is_change)
    )];
    page.version = Some(one.application.version);
    let choices = reasons.iter().map(|(key, label)| Choice {
        value: key.clone(),
        label: label.clone(),
        chosen: ticked.contains(key),
    });
    let checks = Field::with("reason", "原因", Input::Checks(choices.collect()), "").optional();
    let more = Field::with("more", "补充说明", Input::Area { most: 500 }, free).optional();
    page.sections = vec![Section::new(
        "",
        vec![
            checks.faulty(fault),
            more.helped("申请人会看到这里写的内容。"),
        ],
    )];
    page.links = vec![Link::new("返回这件申请", path)];
    page
}

/// The second factor is asked for.
pub fn factor(frame: Frame<'_>, action: &str, csrf: &str, fault: Option<String>) -> FormPage {
    let mut page = FormPage::new(frame, "验证身份", action, csrf, "继续");
    page.intro = vec![
        "请输入身份验证器上现在显示的6位数字。验证以后15分钟内可以查看和审核申请。".to_owned(),
    ];
    let line = Line {
        keyboard: "numeric",
        fill: "one-time-code",
        most: 8,
        example: "6位数字",
    };
    page.sections = vec![Section::new(
        "",
        vec![Field::line("code", "动态码", line, "").faulty(fault)],
    )];
    page.links = vec![Link::new("返回案管后台", paths::DESK)];
    page
}

/// The manager has no right to decide.
pub fn no_duty(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(frame, "不能使用", Sign::Info, "您没有审核职责")
        .saying("请联系本院的管理员，在电脑上的案管后台为您的账号授予“审核”职责。")
        .leading_to(home())
}

/// The manager has no second factor yet.
pub fn no_factor(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(
        frame,
        "请先设置身份验证器",
        Sign::Info,
        "请先设置身份验证器",
    )
    .saying("请联系本院的管理员取得一次性地址，在电脑上设置密码和身份验证器，然后再回到这里。")
    .leading_to(Link::new("返回案管后台", paths::DESK))
    .or_to(home())
}

/// A decision was not taken; the sentence says why.
pub fn refused(frame: Frame<'_>, sentence: &str, kind: ApplicationKind) -> MessagePage {
    MessagePage::new(frame, "没有办成", Sign::Info, "没有办成")
        .saying(sentence.to_owned())
        .leading_to(Link::new("查看等待处理的申请", list_path(kind)))
        .or_to(Link::new("返回案管后台", paths::DESK))
}
