//! The headers every page is sent with: nothing foreign may load, nobody foreign may frame, no address leaks in a
//! `Referer`, and what is personal is never kept on a shared phone (reliability S14, S28, S29).
//!
//! HSTS is not set here: it belongs to whoever ends TLS, which is the proxy in front.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Who may show the page inside a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Nobody: the setting for a real account.
    Nowhere,
    /// Pages of the same origin: the simulator shows the pages inside its phone.
    SameOrigin,
}

/// Whose page it is, which decides what a browser may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The same for everyone. It is asked for again each time, because a publication may be withdrawn.
    Everyone,
    /// Made for one follower: never written to a disk, not even for the back button.
    Personal,
}

const POLICY_NOWHERE: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const POLICY_SAME_ORIGIN: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

/// Sets the page headers, replacing any of the same names.
pub fn secure_page(headers: &mut HeaderMap, framing: Framing, audience: Audience) {
    let (policy, frame_options) = match framing {
        Framing::Nowhere => (POLICY_NOWHERE, "DENY"),
        Framing::SameOrigin => (POLICY_SAME_ORIGIN, "SAMEORIGIN"),
    };
    let caching = match audience {
        Audience::Everyone => "private, no-cache",
        Audience::Personal => "no-store",
    };
    set(headers, CONTENT_SECURITY_POLICY, policy);
    set(headers, X_FRAME_OPTIONS, frame_options);
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, REFERRER_POLICY, "no-referrer");
    set(headers, CACHE_CONTROL, caching);
    // The reading mode is a cookie and part of the page.
    set(headers, VARY, "cookie");
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(framing: Framing, audience: Audience) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
        secure_page(&mut headers, framing, audience);
        headers
    }

    #[test]
    fn a_personal_page_is_never_stored() {
        let headers = headers(Framing::Nowhere, Audience::Personal);
        assert_eq!(
            headers.get_all(CACHE_CONTROL).iter().collect::<Vec<_>>(),
            ["no-store"]
        );
    }

    #[test]
    fn no_page_allows_inline_scripts_or_styles_or_foreign_hosts() {
        for framing in [Framing::Nowhere, Framing::SameOrigin] {
            let headers = headers(framing, Audience::Everyone);
            let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            for forbidden in ["unsafe", "http", "*", "  "] {
                assert!(!policy.contains(forbidden), "{forbidden:?} in {policy}");
            }
        }
    }

    #[test]
    fn only_the_same_origin_may_frame_and_only_when_asked_for() {
        let alone = headers(Framing::Nowhere, Audience::Everyone);
        assert!(
            alone[CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .ends_with("frame-ancestors 'none'")
        );
        assert_eq!(alone[X_FRAME_OPTIONS], "DENY");
        let framed = headers(Framing::SameOrigin, Audience::Everyone);
        assert!(
            framed[CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .ends_with("frame-ancestors 'self'")
        );
        assert_eq!(framed[X_FRAME_OPTIONS], "SAMEORIGIN");
    }
}
