//! The landing page of somebody whose account is linked: counters, services, notices, the way out.

use askama::Template;

use crate::domain::publication::PublicationKind;
use crate::domain::role::Role;
use crate::service::home::{Counts, Home, OwnNotice, Waiting};
use crate::service::link_messages::{Kind, Message};
use crate::store::accounts::Account;
use crate::web::dates;
use crate::web::h5::follow_outcome::Notice;
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout, Link};
use crate::web::h5::list_address::ListAddress;
use crate::web::h5::paths;

/// A large number and its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The number.
    pub number: i64,
    /// What it counts.
    pub sentence: String,
    /// The list behind it.
    pub href: &'static str,
}

/// A drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum Icon {
    Case,
    Link,
    Calendar,
    Person,
    Follow,
    Lock,
    Document,
    Ask,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Its drawing.
    pub icon: Icon,
    /// Its name.
    pub name: &'static str,
    /// A few words under it.
    pub note: &'static str,
    /// Where it leads.
    pub href: String,
}

/// What has to be done before anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub heading: &'static str,
    /// Why, and what then.
    pub text: &'static str,
    /// Where.
    pub link: Link,
}

/// `GET /h5/` of somebody with an account.
#[derive(Debug, Template)]
#[template(path = "h5/home.html")]
pub struct HomePage {
    /// The frame.
    pub layout: Layout,
    /// Whom to greet.
    pub name: String,
    /// As what.
    pub role: Role,
    /// What became of the last tap.
    pub notice: Option<Notice>,
    /// What the follower must learn.
    pub messages: Vec<String>,
    /// The hidden field of the session.
    pub csrf: String,
    /// Before anything else.
    pub step: Option<Step>,
    /// The three counters.
    pub counters: Vec<Counter>,
    /// For managers.
    pub waiting: Option<Waiting>,
    /// The services.
    pub tiles: Vec<Tile>,
    /// The newest notices; `None`: not shown yet.
    pub notices: Option<Vec<OwnNotice>>,
}

impl HomePage {
    /// The page of an account in its state: what it may not use yet is not offered.
    pub fn new(frame: Frame<'_>, account: &Account, role: Role, csrf: String, home: Home) -> Self {
        let title = match role {
            Role::Manager => "案管后台",
            Role::Lawyer | Role::Party => "业务办理",
        };
        let step = step(account);
        let is_open = step.is_none();
        let counters = home.counts.map(|counts| counters(role, &counts));
        Self {
            layout: frame.titled(title),
            name: account.display_name.clone(),
            role,
            notice: None,
            messages: Vec::new(),
            csrf,
            counters: counters.filter(|_| is_open).unwrap_or_default(),
            waiting: home.waiting.filter(|_| is_open),
            tiles: tiles(role, account, is_open),
            notices: is_open.then_some(home.notices),
            step,
        }
    }
}

fn step(account: &Account) -> Option<Step> {
    if account.must_reset {
        return Some(Step {
            heading: "请先设置自己的密码",
            text: "您现在用的是初始密码或者临时密码。设置自己的密码以后，就可以使用其他功能。",
            link: Link::new("设置密码", paths::PASSWORD),
        });
    }
    let me = Link::new("查看个人中心", paths::ME);
    match account.state.as_str() {
        "active" => None,
        "rejected" => Some(Step {
            heading: "注册信息没有通过审核",
            text: "请您在个人中心查看原因，修改后重新提交。审核通过以后，就可以使用其他功能。",
            link: me,
        }),
        _ => Some(Step {
            heading: "注册信息正在审核",
            text: "审核通过以后，就可以使用其他功能。审核结果会在微信中通知您。",
            link: me,
        }),
    }
}

/// The manual's sentences; binding is for lawyers.
fn counters(role: Role, counts: &Counts) -> Vec<Counter> {
    let applied = |what: &str, made: i64, decided: i64| {
        format!("您提出了 {made} 个{what}申请，已处理 {decided} 个")
    };
    let mut all = vec![Counter {
        number: counts.cases,
        sentence: format!("您可以查看 {} 个案件", counts.cases),
        href: paths::CASES,
    }];
    if role == Role::Lawyer {
        all.push(Counter {
            number: counts.bindings.made,
            sentence: applied("案件", counts.bindings.made, counts.bindings.decided),
            href: paths::BINDINGS,
        });
    }
    all.push(Counter {
        number: counts.appointments.made,
        sentence: applied(
            "预约",
            counts.appointments.made,
            counts.appointments.decided,
        ),
        href: paths::APPOINTMENTS,
    });
    all
}

fn tiles(role: Role, account: &Account, is_open: bool) -> Vec<Tile> {
    let tile = |icon, name, note, href: &str| Tile {
        icon,
        name,
        note,
        href: href.to_owned(),
    };
    let me = tile(Icon::Person, "个人中心", "账号和审核状态", paths::ME);
    if !is_open {
        return match account.must_reset {
            true => Vec::new(),
            false => vec![me],
        };
    }
    let mut all = match role {
        Role::Lawyer => vec![
            tile(Icon::Case, "我的案件", "进度和期限", paths::CASES),
            tile(Icon::Link, "我的绑定", "申请查看案件", paths::BINDINGS),
            tile(
                Icon::Calendar,
                "我的预约",
                "阅卷、会见等",
                paths::APPOINTMENTS,
            ),
        ],
        Role::Party => vec![
            tile(Icon::Case, "我的案件", "进度和期限", paths::CASES),
            tile(
                Icon::Calendar,
                "我的预约",
                "听取意见等",
                paths::APPOINTMENTS,
            ),
        ],
        Role::Manager => Vec::new(),
    };
    all.push(me);
    all.extend([
        tile(Icon::Lock, "修改密码", "定期更换更安全", paths::PASSWORD),
        tile(Icon::Follow, "我的关注", "您关心的检察院", paths::FOLLOWS),
        tile(
            Icon::Document,
            "公开信息",
            "案件信息和文书",
            &ListAddress::newest(PublicationKind::ImportantCase).path(),
        ),
        tile(Icon::Ask, "自助查询说明", "在聊天中查询", paths::HELP),
    ]);
    all
}

/// What a follower must learn, in words.
pub fn sentence(message: &Message) -> String {
    let (account, at) = (&message.account, dates::chinese_datetime(message.at));
    match message.kind {
        Kind::Moved => format!(
            "您的账号{account}已于{at}绑定到另一个微信，这个微信不再收到它的通知。如果不是您本人更换的，请马上登录修改密码，或者拨打{HELP_PHONE}。"
        ),
        Kind::ResetRequested => format!(
            "{at}，有人在另一个微信里为您的账号{account}申请找回密码。如果不是您本人申请的，请不要把收到的密码告诉别人，并拨打{HELP_PHONE}。"
        ),
    }
}
