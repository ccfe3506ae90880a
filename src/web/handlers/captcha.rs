//! Picture codes of forms: the field, the try, another one, and how one looks and sounds.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::service::captchas::{self, Code, Tried};
use crate::service::error::ServiceError;
use crate::web::captcha::{picture, sound};
use crate::web::h5::field::{Field, Input};
use crate::web::h5::sign_in;
use crate::web::handlers::form::Posted;
use crate::web::handlers::login::Visitor;
use crate::web::pages::Pages;

/// The field with a new code; never the one that was tried.
pub(super) async fn field(
    pages: &Pages,
    visitor: &Visitor,
    fault: Option<String>,
) -> Result<Field, ServiceError> {
    let token = captchas::issue(&pages.app, &visitor.session).await?;
    let field = Field::with("captcha", "验证码", Input::Captcha(token), "");
    let field = field.helped("看不清请点图片换一张；也可以播放朗读，听四个数字。");
    Ok(field.faulty(fault))
}

/// What is wrong with the digits that were sent in, if something is. Uses the code up.
pub(super) async fn fault(
    pages: &Pages,
    visitor: &Visitor,
    posted: &Posted,
) -> Result<Option<String>, ServiceError> {
    let (token, typed) = (posted.text("captcha_token"), posted.text("captcha"));
    let tried = captchas::try_digits(&pages.app, &token, &visitor.session, &typed).await?;
    Ok(match tried {
        Tried::Right => None,
        Tried::Wrong => Some(sign_in::captcha_wrong().to_owned()),
        Tried::Gone => Some(sign_in::captcha_gone().to_owned()),
    })
}

/// Another code, for the script: its token.
pub(crate) async fn another(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !visitor.sent(&body) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match captchas::issue(&pages.app, &visitor.session).await {
        Ok(token) => media("text/plain", token.into_bytes()),
        Err(error) => pages.failure(&headers, &error),
    }
}

/// How a code looks.
pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    match code(&pages, &visitor, &token).await {
        Ok(code) => match picture::png(&code) {
            Some(png) => media("image/png", png),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        Err(error) => pages.failure(&headers, &error),
    }
}

/// How a code sounds. iPhones ask for a part first and play nothing without one.
pub(crate) async fn speak(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let code = match code(&pages, &visitor, &token).await {
        Ok(code) => code,
        Err(error) => return pages.failure(&headers, &error),
    };
    let whole = sound::wav(&code);
    let asked = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let (first, last) = match asked.and_then(|asked| range(asked, whole.len())) {
        Some(range) => range,
        None => {
            let mut response = media("audio/wav", whole);
            let headers = response.headers_mut();
            headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
            return response;
        }
    };
    let part = whole.get(first..=last).unwrap_or_default().to_vec();
    let mut response = media("audio/wav", part);
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let text = format!("bytes {first}-{last}/{}", whole.len());
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

/// First and last byte of the one range that is asked for, as far as it is there.
fn range(asked: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1)?;
    let (first, last) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => (first, last.min(end)),
        (Ok(first), Err(_)) => (first, end),
        (Err(_), Ok(count)) => (length.saturating_sub(count), end),
        (Err(_), Err(_)) => return None,
    };
    (first <= last).then_some((first, last))
}

async fn code(pages: &Pages, visitor: &Visitor, token: &str) -> Result<Code, ServiceError> {
    let code = captchas::of(&pages.app, token, &visitor.session).await?;
    code.ok_or(ServiceError::NotFound)
}

fn media(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_that_phones_ask_for() {
        assert_eq!(range("bytes=0-1", 100), Some((0, 1)));
        assert_eq!(range("bytes=10-", 100), Some((10, 99)));
        assert_eq!(range("bytes=-5", 100), Some((95, 99)));
        assert_eq!(range("bytes=0-999", 100), Some((0, 99)));
        for none in [
            "",
            "bytes=",
            "bytes=-",
            "items=0-1",
            "bytes=100-",
            "bytes=5-1",
        ] {
            assert_eq!(range(none, 100), None, "{none}");
        }
        assert_eq!(range("bytes=0-1", 0), None);
    }
}
