//! Why a page is not for whoever opened it, and what to do instead.

use crate::domain::role::Role;
use crate::web::h5::layout::{Frame, HELP_PHONE, Link};
use crate::web::h5::message::{MessagePage, Sign, home};
use crate::web::h5::paths;

/// No account is linked.
pub fn sign_in_first(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(frame, "请先登录", Sign::Info, "请您先登录")
        .saying("这个页面要绑定账号以后才能使用。请在首页选择您的身份，登录并绑定账号。")
        .leading_to(Link::new("去登录", paths::HOME))
        .or_to(Link::new("账号绑定说明", paths::ABOUT_BINDING))
}

/// The page is for other roles.
pub fn other_role(frame: Frame<'_>, role: Role) -> MessagePage {
    MessagePage::new(frame, "不能使用", Sign::Info, "您的账号不能使用这项功能")
        .saying(format!(
            "您现在绑定的是{}账号。请返回首页，使用首页上列出的功能。",
            role.title()
        ))
        .leading_to(home())
}

/// The password was made by somebody else.
pub fn password_first(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(frame, "请先设置密码", Sign::Info, "请您先设置自己的密码")
        .saying("您现在用的是初始密码或者临时密码。设置自己的密码以后，就可以继续使用。")
        .leading_to(Link::new("设置密码", paths::PASSWORD))
        .or_to(home())
}

/// The account is not approved (yet).
pub fn approval_first(frame: Frame<'_>, state: &str) -> MessagePage {
    let me = Link::new("查看个人中心", paths::ME);
    match state {
        "rejected" => MessagePage::new(frame, "审核未通过", Sign::Info, "您的注册信息没有通过审核")
            .saying("请您在个人中心查看原因，修改后重新提交。审核通过以后，才能使用这项功能。")
            .leading_to(me)
            .or_to(home()),
        _ => MessagePage::new(frame, "等待审核", Sign::Wait, "您的注册信息正在审核")
            .saying("审核通过以后，就可以使用这项功能。审核结果会在微信中通知您。")
            .saying(format!("如有急事，请拨打{HELP_PHONE}。"))
            .leading_to(me)
            .or_to(home()),
    }
}

/// The form was sent from another site.
pub fn foreign_form(frame: Frame<'_>) -> MessagePage {
    MessagePage::new(frame, "请重新操作", Sign::Info, "请您从首页重新操作")
        .saying("刚才的操作不是从这里的页面发出的，为了您的安全，没有生效。")
        .leading_to(home())
}
