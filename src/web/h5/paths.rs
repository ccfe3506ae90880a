//! The addresses of the pages, in one place: templates, replies and the router must agree on them.

/// The landing page; 业务办理 in the menu.
pub const HOME: &str = "/h5/";
/// The lists of publications; the rest of the address is a [`super::list_address::ListAddress`].
pub const LIST: &str = "/h5/list";
/// Below it, one publication per public id.
pub const PUBLICATIONS: &str = "/h5/publications/";
/// 我的关注: GET shows, POST (`csrf`, `unit`) follows.
pub const FOLLOWS: &str = "/h5/follows";
/// POST (`csrf`, `unit`) stops following.
pub const FOLLOWS_CANCEL: &str = "/h5/follows/cancel";
/// Suggestions for the type-ahead: GET (`region`, `q`) answers JSON.
pub const UNITS: &str = "/h5/units";
/// Below it, one notice per public id, for the person it was sent to.
pub const NOTICES: &str = "/h5/notices/";
/// Below it, the page that sets a new password, by the token of its notice.
pub const RESET: &str = "/h5/reset/";
/// Below it, the sign-in page of a role: `lawyer`, `party` or `manager`.
pub const LOGIN: &str = "/h5/login/";
/// POST: 退出登录.
pub const LOGOUT: &str = "/h5/logout";
/// POST: another picture code; below it, its picture and (`/sound`) its voice by the code's token.
pub const CAPTCHA: &str = "/h5/captcha";
/// POST: the messages of the landing page are read.
pub const MESSAGES: &str = "/h5/messages";
/// 账号绑定说明.
pub const ABOUT_BINDING: &str = "/h5/about-binding";
/// 找回密码.
pub const PASSWORD_REQUEST: &str = "/h5/password-request";
/// What becomes of a request for a new password.
pub const PASSWORD_REQUESTED: &str = "/h5/password-request/done";
/// The password is changed.
pub const PASSWORD_CHANGED: &str = "/h5/password/done";
/// 修改密码; also where the first own password is set.
pub const PASSWORD: &str = "/h5/password";
/// 个人中心.
pub const ME: &str = "/h5/me";
/// POST (`notices`): the switch for 案件进展通知.
pub const ME_NOTICES: &str = "/h5/me/notices";
/// 修改注册信息.
pub const ME_REGISTRATION: &str = "/h5/me/registration";
/// After 修改注册信息.
pub const ME_REGISTRATION_DONE: &str = "/h5/me/registration/done";
/// 律师注册.
pub const REGISTER: &str = "/h5/register";
/// What a lawyer agrees to.
pub const AGREEMENT: &str = "/h5/agreement";
/// Below it, drafts by the name of their form.
pub const DRAFTS: &str = "/h5/drafts/";
/// POST: a file; below it, files by their id.
pub const ATTACHMENTS: &str = "/h5/attachments";
/// 我的绑定; below it, applications by their id.
pub const BINDINGS: &str = "/h5/bindings";
/// 申请绑定.
pub const BINDINGS_NEW: &str = "/h5/bindings/new";
/// 我的案件; below it, cases by their id.
pub const CASES: &str = "/h5/cases";
/// 我的预约; below it, appointments by their id.
pub const APPOINTMENTS: &str = "/h5/appointments";
/// 法规指引; below it, texts by their id.
pub const LAWS: &str = "/h5/laws";
/// Terms in plain language.
pub const TERMS: &str = "/h5/terms";
/// 案管后台 in WeChat.
pub const DESK: &str = "/h5/desk";
/// 自助查询说明.
pub const HELP: &str = "/h5/help";
/// POST (`mode`) chooses the reading mode and goes back to the landing page.
pub const READING_MODE: &str = "/h5/reading-mode";

/// The address of one publication.
pub fn publication(public_id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(public_id.as_bytes()).collect();
    format!("{PUBLICATIONS}{id}")
}

/// The address of something below `base` by its public id.
pub fn below(base: &str, public_id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(public_id.as_bytes()).collect();
    format!("{}/{id}", base.trim_end_matches('/'))
}

/// The sign-in page of a role.
pub fn login(role: crate::domain::role::Role) -> String {
    format!("{LOGIN}{}", role.as_str())
}

/// Where an account is taken over from another follower.
pub fn login_replace(role: crate::domain::role::Role) -> String {
    format!("{LOGIN}{}/replace", role.as_str())
}

/// The page after a registration.
pub fn registered(public_id: &str) -> String {
    format!("{REGISTER}/done/{public_id}")
}

/// The address of one notice.
pub fn notice(public_id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(public_id.as_bytes()).collect();
    format!("{NOTICES}{id}")
}

/// The address of the page that sets a new password.
pub fn reset(token: &str) -> String {
    format!("{RESET}{token}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_place_in_the_address() {
        assert_eq!(publication("k3Jx-9_a"), "/h5/publications/k3Jx-9_a");
        assert_eq!(
            publication("../x?y#\""),
            "/h5/publications/..%2Fx%3Fy%23%22"
        );
    }
}
