//! The cookies of the pages: the session, and what binds an authorisation to the browser that began it.

use axum::http::{HeaderMap, HeaderValue, header};

/// Set by the simulator on the phone that it plays (`simulator::open`): what `MicroMessenger` is on a real one.
pub const SIMULATED_PHONE: &str = "jianxin_simulator_follower";

/// Names and attributes for this installation's address.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Holds the session's token.
    pub session: &'static str,
    /// Lives while an authorisation is under way.
    pub before: &'static str,
    /// Holds the token of the console's session.
    pub console: &'static str,
    /// Tells browsers apart before anybody has signed in at the console.
    pub console_before: &'static str,
    /// Says that the landing page has asked the platform who is looking, and by which state: it asks once.
    pub asked: &'static str,
    secure: bool,
}

impl Names {
    /// Over https the names carry `__Host-`, which no subdomain and no plain connection can set.
    pub fn for_address(public_url: &str) -> Self {
        if public_url.starts_with("https://") {
            Self {
                session: "__Host-jianxin_session",
                before: "__Host-jianxin_pre",
                console: "__Host-jianxin_console",
                console_before: "__Host-jianxin_console_pre",
                asked: "__Host-jianxin_asked",
                secure: true,
            }
        } else {
            Self {
                session: "jianxin_session",
                before: "jianxin_pre",
                console: "jianxin_console",
                console_before: "jianxin_console_pre",
                asked: "jianxin_asked",
                secure: false,
            }
        }
    }

    /// The header that sets a cookie for some seconds. The value is ours: hexadecimal.
    pub fn set(self, name: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

/// The whole cookie header; empty when there is none.
pub fn header(headers: &HeaderMap) -> &str {
    headers
        .get(header::COOKIE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// One cookie's value.
pub fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    header(headers).split(';').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("xjianxin_session=no; jianxin_session=yes; a"),
        );
        assert_eq!(value(&headers, "jianxin_session"), Some("yes"));
        assert_eq!(value(&headers, "a"), None);
    }

    #[test]
    fn over_https_cookies_are_bound_to_the_host_and_secure() {
        let names = Names::for_address("https://wx.example.cn");
        let set = names.set(names.session, "ab", 60).unwrap();
        let text = set.to_str().unwrap();
        assert!(
            text.starts_with("__Host-jianxin_session=ab; Path=/;") && text.ends_with("; Secure"),
            "{text}"
        );
    }
}
