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
/// 自助查询说明.
pub const HELP: &str = "/h5/help";
/// POST (`mode`) chooses the reading mode and goes back to the landing page.
pub const READING_MODE: &str = "/h5/reading-mode";

/// The address of one publication.
pub fn publication(public_id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(public_id.as_bytes()).collect();
    format!("{PUBLICATIONS}{id}")
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
