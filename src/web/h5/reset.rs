//! The page that sets a new password, and what it ends in.

use askama::Template;

use crate::domain::password::{Flaw, MAX_CHARS, MIN_CHARS};
use crate::service::reset_page::Problem;
use crate::web::dates;
use crate::web::h5::follow_outcome::{Notice, Tone};
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout, Link};
use crate::web::h5::message::{MessagePage, Sign, home};

/// A fault, in words, beside its field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Of the password.
    pub password: Option<String>,
    /// Of the second one.
    pub again: Option<String>,
}

/// `GET /h5/reset/{token}`, and what a password that does not do is answered with.
#[derive(Debug, Template)]
#[template(path = "h5/reset.html")]
pub struct ResetForm {
    /// The frame.
    pub layout: Layout,
    /// The hidden field.
    pub csrf: String,
    /// The account's name with its middle hidden.
    pub account: String,
    /// What was wrong with what was sent in.
    pub faults: Faults,
    /// What became of the tap before.
    pub notice: Option<Notice>,
}

impl ResetForm {
    /// The page as it opens.
    pub fn new(frame: Frame<'_>, csrf: String, account: String) -> Self {
        Self {
            layout: frame.titled("设置新密码"),
            csrf,
            account,
            faults: Faults::default(),
            notice: None,
        }
    }

    /// With the fault beside its field.
    pub fn flawed(self, problem: Problem) -> Self {
        let mut faults = Faults::default();
        match problem {
            Problem::Flaw(flaw) => faults.password = Some(words(flaw)),
            Problem::Differs => {
                faults.again = Some("请再输入一遍：两次输入的密码不一样。".to_owned())
            }
        }
        Self { faults, ..self }
    }

    /// The form was another session's, or none of ours.
    pub fn expired(self) -> Self {
        let text = "请您再填一次。为了您的安全，刚才的操作没有生效。".to_owned();
        let tone = Tone::Bad;
        Self {
            notice: Some(Notice { tone, text }),
            ..self
        }
    }
}

fn words(flaw: Flaw) -> String {
    match flaw {
        Flaw::Missing => "请输入新密码。".to_owned(),
        Flaw::Short => format!("请再长一些：密码至少要{MIN_CHARS}个字符。"),
        Flaw::Long => format!("请短一些：密码最多{MAX_CHARS}个字符。"),
        Flaw::Common => "请换一个：这个密码很多人在用，容易被别人猜到。".to_owned(),
        Flaw::AccountName => "请换一个：密码不能包含您的账号名。".to_owned(),
    }
}

/// The password is set. Shown as often as the session opens the page again.
pub fn done(frame: Frame<'_>, at: i64) -> MessagePage {
    MessagePage::new(frame, "新密码已设置", Sign::Done, "新密码已设置")
        .saying("请您从现在起用新密码登录，原来的密码不能再用。")
        .saying(format!(
            "设置时间：{}。如果提交了两次，以第一次的密码为准。",
            dates::chinese_datetime(at)
        ))
        .saying(format!("如果这不是您本人设置的，请马上拨打{HELP_PHONE}。"))
        .leading_to(home())
}

/// Whatever the reason: who has the link learns nothing from this page.
pub fn void(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(frame, "链接已失效", Sign::Info, "链接已失效")
        .saying(format!(
            "请您重新申请找回密码，或者拨打{HELP_PHONE}联系案件管理部门。"
        ))
        .saying("设置密码的链接30分钟内有效，只能用一次，并且只能在收到通知的微信里打开。")
        .leading_to(call())
        .or_to(home())
}

/// Too many tries.
pub fn too_many(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(frame, "请稍后再试", Sign::Wait, "尝试的次数太多")
        .saying(format!(
            "请您过一个半小时再重新申请找回密码，或者拨打{HELP_PHONE}联系案件管理部门。"
        ))
        .saying("为了您的安全，一个小时内最多可以试20次，您的密码没有改变。")
        .leading_to(call())
        .or_to(home())
}

fn call() -> Link {
    Link::new(format!("拨打{HELP_PHONE}"), format!("tel:{HELP_PHONE}"))
}
