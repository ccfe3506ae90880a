//! 个人中心: the account, its state in words, the switch for notices, the way out.

use askama::Template;

use crate::domain::role::Role;
use crate::service::home::Profile;
use crate::store::accounts::Account;
use crate::web::h5::cards::Pill;
use crate::web::h5::detail::Fact;
use crate::web::h5::follow_outcome::{Notice, Tone};
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout, Link};
use crate::web::h5::paths;

/// `GET /h5/me`.
#[derive(Debug, Template)]
#[template(path = "h5/me.html")]
pub struct MePage {
    /// The frame.
    pub layout: Layout,
    /// The state as a word.
    pub pill: Pill,
    /// The state as a sentence.
    pub state: &'static str,
    /// Why it was not granted, one paragraph each.
    pub reason: Vec<String>,
    /// The account.
    pub facts: Vec<Fact>,
    /// Whether the notices of case progress are on; `None`: there are none for this role.
    pub notices: Option<bool>,
    /// What can be changed.
    pub links: Vec<Link>,
    /// The hidden field of the session.
    pub csrf: String,
    /// What became of the last tap.
    pub notice: Option<Notice>,
}

impl MePage {
    /// The page of an account.
    pub fn new(
        frame: Frame<'_>,
        account: &Account,
        role: Role,
        profile: Profile,
        csrf: String,
    ) -> Self {
        let (tone, word, state) = state(account, role);
        let mut links = vec![Link::new("修改密码", paths::PASSWORD)];
        if role == Role::Lawyer {
            links.push(Link::new("修改注册信息", paths::ME_REGISTRATION));
        }
        let reason = profile.refusal.unwrap_or_default();
        let reason = reason
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        Self {
            layout: frame.titled("个人中心"),
            pill: Pill {
                tone,
                word: word.to_owned(),
            },
            state,
            reason: reason.map(str::to_owned).collect(),
            facts: vec![
                Fact::new("用户名", &account.login_name),
                Fact::new("姓名", &account.display_name),
                Fact::new("身份", role.title()),
                Fact::new("检察院", &profile.unit_name),
                Fact::new("手机", &profile.phone),
            ],
            notices: (role != Role::Manager).then_some(!account.notices_off),
            links,
            csrf,
            notice: None,
        }
    }
}

fn state(account: &Account, role: Role) -> (Option<Tone>, &'static str, &'static str) {
    match (account.state.as_str(), role) {
        ("active", Role::Lawyer) => (
            Some(Tone::Ok),
            "审核通过",
            "您的注册信息已经通过审核，全部功能都可以使用。",
        ),
        ("active", _) => (
            Some(Tone::Ok),
            "正常",
            "您的账号状态正常，全部功能都可以使用。",
        ),
        ("rejected", _) => (
            Some(Tone::Bad),
            "审核未通过",
            "请您点“修改注册信息”，改好以后重新提交。您的注册信息没有通过审核，其他功能暂时不能使用。",
        ),
        _ => (
            None,
            "待审核",
            "请您等候审核，预计3个工作日内完成，结果会在微信中通知您。审核期间其他功能暂时不能使用。",
        ),
    }
}

/// What became of the switch.
pub fn switched(on: bool) -> Notice {
    let text = match on {
        true => "案件进展通知已打开。",
        false => "案件进展通知已关闭。审核和预约的结果仍会通知您。",
    };
    Notice {
        tone: Tone::Ok,
        text: text.to_owned(),
    }
}
