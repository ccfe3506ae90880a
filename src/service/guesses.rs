//! How often passwords may be tried (R-3.16, S17): per account name, whether or not there is such an account, per
//! follower, and altogether. What turns out to be right is given back: a busy morning locks nobody out. Counted in the database before anything is checked, so that neither a restart nor a cache
//! that is away opens anything.

use crate::app::App;
use crate::service::error::ServiceError;
use crate::store::guesses as table;
use crate::store::{Conn, StoreError};

const MINUTE_MS: i64 = 60_000;
/// Minutes that are looked back; the present one is the sixty-first, so that no hour holds more than its limit.
const WINDOW: i64 = 60;

/// Something that is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A password on the phone's pages.
    Password,
    /// A password at the console, where nobody is known before: what strangers try there must not close the phone's pages.
    DeskPassword,
    /// To ask for a new one.
    ResetRequest,
    /// The code of a second factor.
    Factor,
}

impl Act {
    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::DeskPassword => "desk-password",
            Self::ResetRequest => "reset",
            Self::Factor => "factor",
        }
    }

    /// In an hour, for one account name and for one follower.
    fn limit(self) -> u32 {
        match self {
            Self::Password | Self::DeskPassword => 20,
            Self::ResetRequest => 6,
            Self::Factor => 10,
        }
    }

    /// Wrong ones in an hour, of everybody together: far above a busy day, far below what guessing needs.
    fn ceiling(self) -> u32 {
        match self {
            Self::Password | Self::DeskPassword => 3_000,
            Self::ResetRequest => 600,
            Self::Factor => 1_200,
        }
    }
}

/// Who tries what.
#[derive(Clone, Debug)]
pub struct Try {
    /// What.
    pub act: Act,
    /// Keyed hash of the account's name.
    pub name: String,
    /// Keyed hash of the openid.
    pub follower: String,
}

impl Try {
    /// A try of this follower at this account name, in whatever letter case.
    pub fn new(app: &App, act: Act, account_name: &str, follower: &str) -> Self {
        Self {
            act,
            name: name_hash(app, account_name),
            follower: follower.to_owned(),
        }
    }
}

/// The keyed hash of a login name, in whatever letter case, under which tries are counted and failures are audited.
pub(in crate::service) fn name_hash(app: &App, account_name: &str) -> String {
    let name = account_name.trim().to_lowercase();
    app.blind.of("login_name", &name)
}

/// Counts a try; false when there were too many. A try that is refused is not counted.
///
/// # Errors
/// When the database does not answer: then nothing may be tried.
pub async fn may_try(app: &App, tried: &Try) -> Result<bool, ServiceError> {
    let (tried, now) = (tried.clone(), app.clock.now_ms());
    let act = tried.act.as_str();
    let allowed = app.db.write(move |c| count(c, &tried, now)).await?;
    let result = if allowed { "allowed" } else { "refused" };
    metrics::counter!("jianxin_guesses_total", "act" => act, "result" => result).increment(1);
    Ok(allowed)
}

/// Gives a try back that turned out to be right.
///
/// # Errors
/// When the database does not answer.
pub async fn was_right(app: &App, tried: &Try) -> Result<(), ServiceError> {
    let (tried, now) = (tried.clone(), app.clock.now_ms());
    app.db.write(move |c| give_back(c, &tried, now)).await?;
    Ok(())
}

/// What a try is counted under, with its limit; in this order for everybody: the first row makes the others wait.
fn keys(tried: &Try) -> [(String, u32); 3] {
    let (act, limit) = (tried.act.as_str(), tried.act.limit());
    [
        (format!("{act}:all"), tried.act.ceiling()),
        (format!("{act}:name:{}", tried.name), limit),
        (format!("{act}:follower:{}", tried.follower), limit),
    ]
}

fn give_back(c: &mut Conn, tried: &Try, now: i64) -> Result<(), StoreError> {
    let minute = now.div_euclid(MINUTE_MS);
    for (key, _limit) in keys(tried) {
        let mut minutes = parse(&table::hold(c, &key, now)?, minute);
        if let Some((_, count)) = minutes.iter_mut().rev().find(|(_, count)| *count > 0) {
            *count -= 1;
        }
        table::set(c, &key, &written(&minutes))?;
    }
    Ok(())
}

fn written(minutes: &[(i64, u32)]) -> String {
    let minutes: Vec<String> = minutes
        .iter()
        .map(|(minute, count)| format!("{minute}:{count}"))
        .collect();
    minutes.join(",")
}

fn count(c: &mut Conn, tried: &Try, now: i64) -> Result<bool, StoreError> {
    let minute = now.div_euclid(MINUTE_MS);
    let mut counted = Vec::with_capacity(3);
    for (key, limit) in keys(tried) {
        let mut minutes = parse(&table::hold(c, &key, now)?, minute);
        let sum: u32 = minutes.iter().map(|(_, count)| count).sum();
        if sum >= limit {
            return Ok(false);
        }
        match minutes.last_mut() {
            Some((last, count)) if *last >= minute => *count += 1,
            _ => minutes.push((minute, 1)),
        }
        counted.push((key, minutes));
    }
    for (key, minutes) in counted {
        table::set(c, &key, &written(&minutes))?;
    }
    Ok(true)
}

/// What still counts; what cannot be read counts as nothing.
fn parse(text: &str, minute: i64) -> Vec<(i64, u32)> {
    let pairs = text.split(',').filter_map(|pair| {
        let (minute, count) = pair.split_once(':')?;
        Some((minute.parse().ok()?, count.parse().ok()?))
    });
    pairs
        .filter(|(at, _): &(i64, u32)| *at >= minute - WINDOW)
        .collect()
}

/// Forgets what nobody tried for two hours; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let before = app.clock.now_ms() - 2 * WINDOW * MINUTE_MS;
    app.db
        .write(move |c| table::forget(c, before).map_err(StoreError::from))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_counts_from_its_first_minute_to_its_last() {
        assert_eq!(parse("", 1000), []);
        assert_eq!(parse("939:7,940:2,1000:1", 1000), [(940, 2), (1000, 1)]);
        assert_eq!(parse("x,1:y,1000:3", 1000), [(1000, 3)]);
    }
}
