//! Picture codes (R-2.5, S17): four digits in the database, sealed, bound to the session, good for one try whatever its
//! result. A page shows them as a picture or says them; both are made from what was stored, so that loading them again
//! brings nothing new to look at.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::app::seal::Place;
use crate::app::{App, hex, random_bytes, random_hex};
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::captchas::{self as table, Row};

/// How long a code is good: three minutes.
pub const LIFE_MS: i64 = 3 * 60_000;
/// Codes of one session at a time: a few tabs, and as many refreshes.
const MOST: i64 = 8;
/// Digits of a code.
pub const DIGITS: usize = 4;
const TOKEN_LEN: usize = 32;

/// What a picture is drawn from, and a voice made.
#[derive(Clone)]
pub struct Code {
    /// Four of 0 to 9.
    pub digits: [u8; DIGITS],
    /// Decides how it looks and sounds; as secret as the digits.
    pub seed: [u8; 16],
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// These are the digits.
    Right,
    /// These are not.
    Wrong,
    /// Used, expired or another session's.
    Gone,
}

/// Makes a code for a session and returns its token.
///
/// # Errors
/// When the database does not answer.
pub async fn issue(app: &App, session: &str) -> Result<String, ServiceError> {
    let token = random_hex::<16>();
    let digits = fresh_digits();
    let text: String = digits.iter().map(ToString::to_string).collect();
    let clear = format!("{text}:{}", random_hex::<16>());
    let token_hash = hash(&token);
    let answer = app
        .seal
        .close(place(&token_hash), &clear)
        .map_err(|_refused| ServiceError::Rejected("the code could not be sealed".to_owned()))?;
    let now = app.clock.now_ms();
    let row = Row {
        token_hash,
        session: session.to_owned(),
        answer,
        created_at: now,
        expires_at: now + LIFE_MS,
    };
    app.db
        .write(move |c| table::insert(c, &row, MOST).map_err(StoreError::from))
        .await?;
    Ok(token)
}

/// The code of a token, for drawing and speaking; `None` when it is used, expired or another session's. Uses nothing up.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, token: &str, session: &str) -> Result<Option<Code>, ServiceError> {
    if token.len() != TOKEN_LEN {
        return Ok(None);
    }
    let (hash, session, now) = (hash(token), session.to_owned(), app.clock.now_ms());
    let wanted = hash.clone();
    let answer = app
        .db
        .read(move |c| table::answer(c, &wanted, &session, now).map_err(StoreError::from))
        .await?;
    Ok(answer.and_then(|sealed| open(app, &hash, &sealed)))
}

/// Tries digits. Whatever comes of it, the code is used up.
///
/// # Errors
/// When the database does not answer.
pub async fn try_digits(
    app: &App,
    token: &str,
    session: &str,
    typed: &str,
) -> Result<Tried, ServiceError> {
    let (hash, session, now) = (hash(token), session.to_owned(), app.clock.now_ms());
    let wanted = hash.clone();
    let answer = app
        .db
        .write(move |c| -> Result<_, StoreError> {
            let answer = table::answer(c, &wanted, &session, now)?;
            let taken = answer.is_some() && table::take(c, &wanted)?;
            Ok(answer.filter(|_| taken))
        })
        .await?;
    let Some(code) = answer.and_then(|sealed| open(app, &hash, &sealed)) else {
        return Ok(counted("gone", Tried::Gone));
    };
    let meant: Vec<u8> = typed.chars().filter_map(digit).collect();
    let same: bool = meant.ct_eq(&code.digits).into();
    Ok(match same {
        true => counted("right", Tried::Right),
        false => counted("wrong", Tried::Wrong),
    })
}

fn counted(result: &'static str, tried: Tried) -> Tried {
    metrics::counter!("jianxin_captcha_tries_total", "result" => result).increment(1);
    tried
}

/// Also the wide digits of a Chinese keyboard; blanks between them do not matter.
fn digit(letter: char) -> Option<u8> {
    let wide = u32::from(letter).checked_sub(u32::from('０'));
    let wide = wide.filter(|at| *at < 10);
    let value = letter.to_digit(10).or(wide)?;
    u8::try_from(value).ok()
}

/// Each as likely as any other.
fn fresh_digits() -> [u8; DIGITS] {
    loop {
        // Below 60,000 all four-digit numbers come equally often.
        let number = u16::from_le_bytes(random_bytes());
        if number < 60_000 {
            let digit = |step: u16| u8::try_from(number / step % 10).unwrap_or(0);
            return [1000, 100, 10, 1].map(digit);
        }
    }
}

fn open(app: &App, token_hash: &str, sealed: &str) -> Option<Code> {
    let clear = app.seal.open(place(token_hash), sealed).ok()?;
    let (digits, seed) = clear.expose().split_once(':')?;
    let digits: Vec<u8> = digits.chars().filter_map(digit).collect();
    let seed: [u8; 32] = Sha256::digest(seed.as_bytes()).into();
    Some(Code {
        digits: digits.try_into().ok()?,
        seed: *seed.first_chunk()?,
    })
}

fn place(token_hash: &str) -> Place<'_> {
    Place {
        table: "captchas",
        column: "answer",
        row: token_hash,
    }
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_digits_and_differ() {
        let many: std::collections::HashSet<_> = (0..200).map(|_| fresh_digits()).collect();
        assert!(many.len() > 150);
        assert!(many.iter().flatten().all(|digit| *digit < 10));
    }

    #[test]
    fn wide_digits_count() {
        let read = |text: &str| -> Vec<u8> { text.chars().filter_map(digit).collect() };
        assert_eq!(read("３６ 38"), [3, 6, 3, 8]);
        assert_eq!(read("a-"), [0_u8; 0]);
    }
}
