//! Access tokens of both endpoints and the codes of the web authorisation.
//!
//! Pure bookkeeping with time passed in. The classic endpoint replaces its token at each call (the old one lives
//! five minutes more); the stable one repeats its token until five minutes before the end.
//! Page: <https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken>

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::random;

/// Life of a token.
const LIFE: Duration = Duration::from_secs(7200);
/// How long an outgoing token stays usable, and how early the stable one is renewed.
const OVERLAP: Duration = Duration::from_secs(300);
/// A forced renewal is possible this often …
const FORCE_INTERVAL: Duration = Duration::from_secs(30);
/// … and this many times (a day, on the platform; per start, here).
const FORCE_LIMIT: u32 = 20;
/// Life of an authorisation code.
const CODE_LIFE: Duration = Duration::from_secs(300);
/// Oldest are dropped beyond this.
const MAX_KEPT: usize = 64;

#[derive(Debug, Clone)]
struct Token {
    text: String,
    until: Instant,
}

/// What is wrong with a presented token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenRefusal {
    /// Never issued, or long forgotten.
    Unknown,
    /// Issued, but over.
    Expired,
}

/// Why a forced renewal was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForceRefusal {
    /// Less than 30 s after the last.
    TooSoon,
    /// The limit is used up.
    UsedUp,
}

/// All tokens ever issued that are worth remembering.
#[derive(Debug, Default)]
pub(crate) struct TokenBook {
    issued: VecDeque<Token>,
    classic: Option<String>,
    stable: Option<Token>,
    forced: u32,
    forced_at: Option<Instant>,
}

impl TokenBook {
    /// A new classic token; the one before stays usable for five minutes.
    pub(crate) fn classic(&mut self, now: Instant) -> (String, u64) {
        if let Some(previous) = self.classic.take() {
            self.shorten(&previous, now + OVERLAP);
        }
        let token = self.issue(now);
        self.classic = Some(token.text.clone());
        (token.text, LIFE.as_secs())
    }

    /// The stable token and its remaining seconds.
    pub(crate) fn stable(&mut self, now: Instant) -> (String, u64) {
        if let Some(token) = self
            .stable
            .as_ref()
            .filter(|token| token.until > now + OVERLAP)
        {
            return (token.text.clone(), (token.until - now).as_secs());
        }
        let token = self.issue(now);
        self.stable = Some(token.clone());
        (token.text, LIFE.as_secs())
    }

    /// A new stable token; the old one is dead at once.
    pub(crate) fn force(&mut self, now: Instant) -> Result<(String, u64), ForceRefusal> {
        if self.forced >= FORCE_LIMIT {
            return Err(ForceRefusal::UsedUp);
        }
        if self
            .forced_at
            .is_some_and(|last| now < last + FORCE_INTERVAL)
        {
            return Err(ForceRefusal::TooSoon);
        }
        self.forced += 1;
        self.forced_at = Some(now);
        if let Some(old) = self.stable.take() {
            self.issued.retain(|token| token.text != old.text);
        }
        Ok(self.stable(now))
    }

    /// Whether a call may be made with `text`.
    pub(crate) fn check(&self, text: &str, now: Instant) -> Result<(), TokenRefusal> {
        let token = self
            .issued
            .iter()
            .find(|token| token.text == text)
            .ok_or(TokenRefusal::Unknown)?;
        if token.until > now {
            Ok(())
        } else {
            Err(TokenRefusal::Expired)
        }
    }

    /// Ends every token now, as a switch on the page asks.
    pub(crate) fn expire_all(&mut self, now: Instant) {
        for token in &mut self.issued {
            token.until = token.until.min(now);
        }
        self.classic = None;
        self.stable = None;
    }

    /// Forgets every token, so that each is unknown.
    pub(crate) fn revoke_all(&mut self) {
        self.issued.clear();
        self.classic = None;
        self.stable = None;
    }

    fn issue(&mut self, now: Instant) -> Token {
        // The platform reserves 512 characters; a long token finds columns and headers that are too short.
        let token = Token {
            text: format!("89_{}", random::text::<120>()),
            until: now + LIFE,
        };
        self.issued.push_back(token.clone());
        while self.issued.len() > MAX_KEPT {
            self.issued.pop_front();
        }
        token
    }

    fn shorten(&mut self, text: &str, until: Instant) {
        for token in self.issued.iter_mut().filter(|token| token.text == text) {
            token.until = token.until.min(until);
        }
    }
}

/// What is wrong with a presented code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeRefusal {
    /// Never issued.
    Unknown,
    /// Exchanged before.
    Used,
    /// Older than five minutes.
    Expired,
}

#[derive(Debug)]
struct Code {
    text: String,
    openid: String,
    scope: String,
    until: Instant,
    used: bool,
}

/// Codes of the web authorisation, each good for one exchange.
/// Page: <https://developers.weixin.qq.com/doc/service/guide/h5/auth.html>
#[derive(Debug, Default)]
pub(crate) struct CodeBook(VecDeque<Code>);

impl CodeBook {
    /// A code for a follower.
    pub(crate) fn issue(&mut self, openid: &str, scope: &str, now: Instant) -> String {
        let text = format!("0{}", random::text::<23>());
        let code = Code {
            text: text.clone(),
            openid: openid.to_owned(),
            scope: scope.to_owned(),
            until: now + CODE_LIFE,
            used: false,
        };
        self.0.push_back(code);
        while self.0.len() > MAX_KEPT {
            self.0.pop_front();
        }
        text
    }

    /// Exchanges a code for its openid and scope.
    pub(crate) fn exchange(
        &mut self,
        text: &str,
        now: Instant,
    ) -> Result<(String, String), CodeRefusal> {
        let code = self
            .0
            .iter_mut()
            .find(|code| code.text == text)
            .ok_or(CodeRefusal::Unknown)?;
        if code.used {
            return Err(CodeRefusal::Used);
        }
        if code.until <= now {
            return Err(CodeRefusal::Expired);
        }
        code.used = true;
        Ok((code.openid.clone(), code.scope.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classic_endpoint_replaces_and_the_stable_one_repeats() {
        let now = Instant::now();
        let mut book = TokenBook::default();
        let (first, _) = book.classic(now);
        let (second, _) = book.classic(now);
        assert_ne!(first, second);
        assert_eq!(book.check(&first, now + Duration::from_secs(299)), Ok(()));
        assert_eq!(
            book.check(&first, now + Duration::from_secs(301)),
            Err(TokenRefusal::Expired)
        );
        let (stable, _) = book.stable(now);
        let (again, left) = book.stable(now + Duration::from_secs(1000));
        assert_eq!((stable.as_str(), left), (again.as_str(), 6200));
        assert_ne!(book.stable(now + Duration::from_secs(6901)).0, stable);
        assert_eq!(book.check(&stable, now + Duration::from_secs(7000)), Ok(()));
    }

    #[test]
    fn a_forced_renewal_kills_the_old_token_and_is_rationed() {
        let now = Instant::now();
        let mut book = TokenBook::default();
        let (old, _) = book.stable(now);
        assert!(book.force(now).is_ok());
        assert_eq!(book.check(&old, now), Err(TokenRefusal::Unknown));
        assert_eq!(book.force(now), Err(ForceRefusal::TooSoon));
    }

    #[test]
    fn a_code_is_exchanged_once_and_only_for_five_minutes() {
        let now = Instant::now();
        let mut book = CodeBook::default();
        let code = book.issue("o1", "snsapi_base", now);
        assert!(book.exchange(&code, now).is_ok());
        assert_eq!(book.exchange(&code, now), Err(CodeRefusal::Used));
        assert_eq!(book.exchange("other", now), Err(CodeRefusal::Unknown));
        let late = book.issue("o1", "snsapi_base", now);
        assert_eq!(
            book.exchange(&late, now + CODE_LIFE),
            Err(CodeRefusal::Expired)
        );
    }
}
