//! The query string of a callback: each parameter we rely on at most once, and only with values it can have.
//!
//! Parts are joined without a separator before they are signed, so characters could move from one parameter to the
//! next; narrow alphabets and the clock window leave no room for that.

use std::borrow::Cow;

use super::refusal::Refusal;

const MAX_NONCE: usize = 128;
const MAX_ECHO: usize = 256;

/// The parameters as they stand in the query string, decoded, unknown ones left out.
#[derive(Default)]
pub(super) struct Query<'a> {
    signature: Option<Cow<'a, str>>,
    timestamp: Option<Cow<'a, str>>,
    nonce: Option<Cow<'a, str>>,
    echostr: Option<Cow<'a, str>>,
    pub(super) msg_signature: Option<Cow<'a, str>>,
    pub(super) encrypt_type: Option<Cow<'a, str>>,
}

/// What every signature covers, and the signature that every request carries.
pub(super) struct Signed<'q> {
    pub(super) signature: &'q str,
    pub(super) timestamp: &'q str,
    pub(super) seconds: i64,
    pub(super) nonce: &'q str,
}

impl<'a> Query<'a> {
    pub(super) fn parse(query: &'a str) -> Result<Self, Refusal> {
        let mut found = Self::default();
        for (name, value) in pairs(query) {
            let place = match &*name {
                "signature" => &mut found.signature,
                "timestamp" => &mut found.timestamp,
                "nonce" => &mut found.nonce,
                "echostr" => &mut found.echostr,
                "msg_signature" => &mut found.msg_signature,
                "encrypt_type" => &mut found.encrypt_type,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(Refusal::DoubledParameter);
            }
        }
        Ok(found)
    }

    /// The three parameters that every request has.
    pub(super) fn signed(&self) -> Result<Signed<'_>, Refusal> {
        let timestamp = required(&self.timestamp)?;
        let nonce = required(&self.nonce)?;
        if !timestamp.bytes().all(|byte| byte.is_ascii_digit()) || !is_nonce(nonce) {
            return Err(Refusal::MalformedParameter);
        }
        let seconds = timestamp.parse().ok().ok_or(Refusal::MalformedParameter)?;
        Ok(Signed {
            signature: required(&self.signature)?,
            timestamp,
            seconds,
            nonce,
        })
    }

    /// What the platform wants to see again: short, printable, and nothing a browser would take for a document.
    pub(super) fn echo(&self) -> Result<&str, Refusal> {
        let echo = required(&self.echostr)?;
        let harmless = |byte: u8| {
            matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'')
        };
        if echo.is_empty() || echo.len() > MAX_ECHO || !echo.bytes().all(harmless) {
            return Err(Refusal::MalformedParameter);
        }
        Ok(echo)
    }
}

/// The pairs of a query string, decoded. The platform's own parameters need no decoding, and are not scanned for it
/// again and again.
fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let coded = memchr::memchr2(b'%', b'+', query.as_bytes()).is_some();
    let decoded = coded.then(|| form_urlencoded::parse(query.as_bytes()));
    let clear = (!coded).then(|| {
        query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (Cow::Borrowed(name), Cow::Borrowed(value))
            })
    });
    decoded
        .into_iter()
        .flatten()
        .chain(clear.into_iter().flatten())
}

fn required<'q>(value: &'q Option<Cow<'_, str>>) -> Result<&'q str, Refusal> {
    value.as_deref().ok_or(Refusal::MissingParameter)
}

/// The platform's nonces are digits; tools around it also use letters.
fn is_nonce(text: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.len() <= MAX_NONCE && text.bytes().all(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_without_codes_are_split_as_the_standard_splits_them() {
        for query in [
            "",
            "a=1&b=2",
            "&&a=1&",
            "a",
            "a=&=b&==&a=b=c",
            "signature=0f&timestamp=1&nonce=2&openid=o-_x",
            "a=%41&b=1+2",
            "汉=字&a=1",
        ] {
            let standard: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
            assert_eq!(pairs(query).collect::<Vec<_>>(), standard, "{query}");
        }
    }
}
