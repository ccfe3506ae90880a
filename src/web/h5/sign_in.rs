//! The words of 登录, of taking an account over, of 修改密码 and 找回密码: what to do first, then what went wrong.

use crate::domain::password::{Flaw, MAX_CHARS, MIN_CHARS};
use crate::domain::role::Role;
use crate::web::h5::layout::{Frame, HELP_PHONE, Link};
use crate::web::h5::message::{MessagePage, Sign, home};
use crate::web::h5::paths;

/// The account is one of another role.
pub fn other_role(wanted: Role, found: Role) -> String {
    format!(
        "请返回首页，选择“{}”再登录。这不是{}账号。",
        found.title(),
        wanted.title()
    )
}

/// No such account, or another password.
pub fn wrong(role: Role) -> String {
    let way = match role {
        Role::Manager => "忘记密码请联系本院发放账号的人员。",
        Role::Lawyer | Role::Party => "忘记密码可以点下面的“找回密码”。",
    };
    format!("请核对账号和密码，再输入一遍。账号或者密码不对。{way}")
}

/// Too many tries.
pub fn too_many(role: Role) -> String {
    let way = match role {
        Role::Manager => "或者联系本院发放账号的人员",
        Role::Lawyer | Role::Party => "或者点下面的“找回密码”",
    };
    format!("请过一个小时再试，{way}。为了账号的安全，一个小时内最多可以试20次。")
}

/// A temporary password after its time.
pub fn expired() -> &'static str {
    "请点下面的“找回密码”，或者带身份证件到窗口重新领取。这个密码是临时密码，已经过了有效期，不能再用。"
}

/// The account is disabled.
pub fn disabled() -> String {
    format!("请拨打{HELP_PHONE}，或者联系案件管理部门。这个账号已经停用，不能绑定微信。")
}

/// This follower has another account.
pub fn follower_taken() -> &'static str {
    "请先退出登录，再绑定这个账号。这个微信已经绑定了其他账号。"
}

/// Digits that are not those of the picture.
pub fn captcha_wrong() -> &'static str {
    "请看新的图片，重新输入四个数字。刚才输入的验证码不对。"
}

/// A picture code that is used up or too old.
pub fn captcha_gone() -> &'static str {
    "请看新的图片，输入四个数字。刚才的验证码已经过期，3分钟内有效，只能用一次。"
}

/// Nothing was typed.
pub fn missing(what: &str) -> String {
    format!("请输入{what}。")
}

/// Why a new password does not do.
pub fn flaw(flaw: Flaw) -> String {
    match flaw {
        Flaw::Missing => "请输入新密码。".to_owned(),
        Flaw::Short => format!("请再长一些：密码至少要{MIN_CHARS}个字符。"),
        Flaw::Long => format!("请短一些：密码最多{MAX_CHARS}个字符。"),
        Flaw::Common => "请换一个：这个密码很多人在用，容易被别人猜到。".to_owned(),
        Flaw::AccountName => "请换一个：密码不能包含您的账号名。".to_owned(),
    }
}

/// Who opens a sign-in page with an account linked.
pub fn already(frame: Frame<'_>, account: &str) -> MessagePage {
    MessagePage::new(frame, "已经绑定", Sign::Done, "这个微信已经绑定了账号")
        .saying(format!("您可以直接办理业务，现在绑定的账号是{account}。"))
        .saying("要换一个账号，请先在首页最下面退出登录。")
        .leading_to(home())
        .or_to(Link::new("查看个人中心", paths::ME))
}

/// The question was open too long.
pub fn too_late(frame: Frame<'_>, role: Role) -> MessagePage {
    MessagePage::new(frame, "请重新登录", Sign::Wait, "请您重新登录")
        .saying("确认更换的时间是5分钟，现在已经过了，或者账号有了变化。您的账号没有改变。")
        .leading_to(Link::new("重新登录", paths::login(role)))
        .or_to(home())
}

/// What becomes of a request for a new password, whoever asked for whichever account.
pub fn requested(frame: Frame<'_>) -> MessagePage {
    let page = MessagePage::new(frame, "已提交", Sign::Wait, "申请已提交，等待处理")
        .saying("如果您填写的账号和检察院没有错，案件管理部门预计在3个工作日内处理。")
        .leading_to(home())
        .or_to(call());
    let steps = [
        "账号绑定了微信的，会在那个微信里收到设置新密码的通知。",
        "没有绑定微信的，工作人员会按登记的手机号码打电话告知。",
        "同一个检察院还没有处理的申请，不会重复提交，请耐心等候。",
    ];
    MessagePage {
        steps: steps.map(str::to_owned).to_vec(),
        ..page
    }
}

/// The password is changed.
pub fn changed(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(frame, "密码已修改", Sign::Done, "新密码已经生效")
        .saying("请您从现在起用新密码登录。微信绑定没有改变，其他设备上打开的页面需要重新进入。")
        .saying(format!("如果这不是您本人修改的，请马上拨打{HELP_PHONE}。"))
        .leading_to(home())
        .or_to(Link::new("查看个人中心", paths::ME))
}

fn call() -> Link {
    Link::new(format!("拨打{HELP_PHONE}"), format!("tel:{HELP_PHONE}"))
}
