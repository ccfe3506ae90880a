//! What the platform's error codes mean for us: one table, one class per code.
//!
//! The platform answers HTTP 200 with an `errcode`; its texts are for people and are never matched on.
//! Pages: <https://developers.weixin.qq.com/doc/channels/API/basics/commErrCode.html> and each call's own.

use std::fmt;
use std::ops::RangeInclusive;

/// What to do about an error of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The access token is not valid (any more): take a newer one and try once more.
    RefreshToken,
    /// The platform is busy: try again with growing pauses, about three times.
    Retry,
    /// Too many calls in a minute, or to one receiver: wait at least a minute.
    Throttle,
    /// A day's or month's allowance is used up: no more calls of this kind until it is renewed.
    Quota,
    /// This receiver cannot be reached: drop the message, the others are fine.
    Recipient,
    /// This content is not accepted: drop the message, and tell whoever wrote it.
    Content,
    /// The account, its secret, its permissions or the caller's address: nothing works until the operator acts.
    Account,
    /// The page authorisation is used, old or refused: send the visitor through it once more.
    OauthCode,
    /// We called wrongly: a programming error.
    Bug,
    /// Not in the table.
    Unknown,
}

/// The class of an `errcode`.
pub fn classify(code: i64) -> ErrorClass {
    let known = TABLE.iter().find(|(codes, _)| codes.contains(&code));
    known.map_or(ErrorClass::Unknown, |(_, class)| *class)
}

/// An error that the platform reported.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the platform answered {code}: {message}")]
pub struct ApiError {
    /// `errcode`, never 0.
    pub code: i64,
    /// `errmsg` with its `rid`, on one line and at most 500 characters. The request's address, which may hold secrets,
    /// is never part of it.
    pub message: String,
}

impl ApiError {
    const MAX_MESSAGE_CHARS: usize = 500;

    /// Keeps the platform's text, tidied.
    pub fn new(code: i64, errmsg: &str) -> Self {
        let tidy = errmsg
            .chars()
            .map(|char| if char.is_control() { ' ' } else { char });
        Self {
            code,
            message: tidy.take(Self::MAX_MESSAGE_CHARS).collect(),
        }
    }

    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        classify(self.code)
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code)
            .field("class", &self.class())
            .field("message", &self.message)
            .finish()
    }
}

use ErrorClass::{
    Account, Bug, Content, OauthCode, Quota, Recipient, RefreshToken, Retry, Throttle,
};

/// By code; no two rows overlap, which a test checks.
const TABLE: &[(RangeInclusive<i64>, ErrorClass)] = &[
    (-1..=-1, Retry),              // system busy
    (40001..=40001, RefreshToken), // secret wrong, or token not the latest
    (40002..=40002, Bug),          // grant_type
    (40003..=40003, Recipient),    // openid of nobody who follows us
    (40004..=40012, Content),      // media type, size, id; message type
    (40013..=40013, Account),      // appid
    (40014..=40014, RefreshToken), // token is no token
    (40015..=40028, Bug),          // menu: kinds, counts, lengths
    (40029..=40029, OauthCode),    // code invalid
    (40030..=40030, OauthCode),    // refresh_token invalid
    (40033..=40033, Bug),          // \uXXXX in the request
    (40035..=40035, Bug),          // argument
    (40036..=40037, Content),      // template_id: size, unknown
    (40053..=40053, Bug),          // QR action
    (40097..=40097, Bug),          // argument
    (40125..=40125, Account),      // secret
    (40132..=40132, Recipient),    // user name
    (40155..=40155, Content),      // link to another account's home page
    (40163..=40163, OauthCode),    // code used before
    (40164..=40164, Account),      // our address is not on the list
    (40200..=40200, Account),      // not for this kind of account
    (40243..=40243, Account),      // secret frozen
    (40246..=40246, Bug),          // keyword_name_list missing
    (40249..=40252, Content),      // template: marketing, malformed, limited, under review
    (41001..=41009, Bug),          // something missing in the request
    (41028..=41029, Bug),          // form_id, long gone
    (41030..=41030, Account),      // page not in the released mini-program
    (42001..=42001, RefreshToken), // token expired
    (42002..=42003, OauthCode),    // refresh_token or code expired
    (42007..=42007, OauthCode),    // password changed
    (43001..=43003, Bug),          // verb, HTTPS
    (43004..=43004, Recipient),    // does not follow
    (43019..=43019, Recipient),    // on our blacklist
    (43101..=43101, Recipient),    // refused, or no subscription left
    (43107..=43107, Account),      // subscription capability banned
    (43108..=43108, Throttle),     // too many at once
    (43116..=43116, Account),      // template suspended
    (43117..=43117, Throttle),     // this receiver got too much
    (44002..=44002, Bug),          // empty body
    (44004..=44004, Content),      // empty text
    (45001..=45007, Content),      // too large or too long
    (45008..=45008, Content),      // too many articles
    (45009..=45009, Quota),        // the day's calls
    (45011..=45011, Throttle),     // the minute's calls
    (45015..=45015, Recipient),    // outside the reply window
    (45047..=45047, Recipient),    // too many since the last interaction
    (45065..=45065, Content),      // mass message sent before
    (45066..=45066, Throttle),     // mass message tried again too soon
    (45067..=45067, Bug),          // clientmsgid too long
    (45072..=45072, Bug),          // typing: command
    (45080..=45081, Content),      // typing: not now
    (45103..=45103, Account),      // not for this kind of account
    (45157..=45159, Bug),          // tags
    (46003..=46003, Content),      // no menu
    (46004..=46004, Recipient),    // no such user
    (47001..=47001, Bug),          // JSON
    (47003..=47003, Content),      // template data
    (48001..=48001, Account),      // no permission
    (48002..=48002, Recipient),    // refuses messages
    (48004..=48004, Account),      // banned
    (48006..=48006, Quota),        // clear_quota used up
    (48008..=48008, Account),      // no permission for this type
    (50001..=50002, Account),      // not authorised, restricted
    (50005..=50005, Recipient),    // does not follow
    (61007..=61007, Account),      // not authorised to the component
    (61450..=61459, Account),      // agents
    (65301..=65317, Bug),          // conditional menu
    (65320..=65320, Bug),          // conditional menu by removed fields
    (76021..=76022, Bug),          // quota query
    (89501..=89501, Account),      // our address awaits the administrator
    (89503..=89503, Account),
    (89506..=89507, Account),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_speak_of_the_same_code() {
        for pair in TABLE.windows(2) {
            assert!(
                pair[0].0.end() < pair[1].0.start(),
                "{:?} and {:?}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn exactly_three_codes_ask_for_a_newer_token() {
        let codes: Vec<_> = (-10..100_000)
            .filter(|code| classify(*code) == RefreshToken)
            .collect();
        assert_eq!(codes, [40001, 40014, 42001]);
    }

    #[test]
    fn the_codes_that_decide_about_a_push_have_their_class() {
        for (code, class) in [
            (-1, Retry),
            (43004, Recipient),
            (43101, Recipient),
            (45009, Quota),
            (45011, Throttle),
            (47003, Content),
            (40164, Account),
            (40163, OauthCode),
            (40033, Bug),
            (0, ErrorClass::Unknown),
            (9_001_001, ErrorClass::Unknown),
        ] {
            assert_eq!(classify(code), class, "{code}");
        }
    }

    #[test]
    fn the_platforms_text_is_kept_on_one_line() {
        let error = ApiError::new(40164, "invalid ip 192.0.2.7, not in whitelist\nrid: 1");
        assert_eq!(
            error.to_string(),
            "the platform answered 40164: invalid ip 192.0.2.7, not in whitelist rid: 1"
        );
        assert_eq!(
            ApiError::new(1, &"汉".repeat(600)).message.chars().count(),
            500
        );
    }
}
