//! The page behind the notice of a reset: its follower sets a new password, once (decision 7).

use crate::app::App;
use crate::config::Secret;
use crate::domain::event::hash;
use crate::domain::ids::OpenId;
use crate::domain::notice::mask_account;
use crate::domain::password::{self, Flaw};
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::service::notices::SECRET_LIFE_MS;
use crate::service::passwords;
use crate::store::accounts::{self, Account};
use crate::store::audit;
use crate::store::{Conn, StoreError, links, reset_tickets};

/// Length of a token: hexadecimal digits.
const TOKEN_LEN: usize = 64;
/// Passwords that may be sent in for an account in [`TRIES_MS`].
const TRIES: i64 = 20;
const TRIES_MS: i64 = 3600 * 1000;

/// Who looks: both come from the session, never from the request.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The follower.
    pub openid: OpenId,
    /// The session, by the hash of its token.
    pub session: String,
}

/// What the page is for whoever looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetPage {
    /// A password may be set.
    Open {
        /// The account's name with its middle hidden.
        account: String,
    },
    /// This session has set it.
    Done {
        /// Milliseconds UTC.
        at: i64,
    },
    /// Never there, used, expired, somebody else's, or the account is no longer linked: nobody is told which.
    Void,
}

/// What became of a password that was sent in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing more to do on this page: set now, set before, or void; the page itself says which.
    Ended,
    /// The password does not do.
    Flawed {
        /// The account's name with its middle hidden.
        account: String,
        /// Why.
        problem: Problem,
    },
    /// Too often in an hour.
    TooMany,
}

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// By itself.
    Flaw(Flaw),
    /// The second one is not the same.
    Differs,
}

/// Whether a text has the form of a token.
pub fn is_token(text: &str) -> bool {
    text.len() == TOKEN_LEN
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// What the page shows. Uses nothing up, however often it is opened.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, token: &str, holder: &Holder) -> Result<ResetPage, ServiceError> {
    let (ticket, now) = (TicketKey::new(token, holder), app.clock.now_ms());
    let found = app.db.read(move |c| look(c, &ticket, now)).await?;
    Ok(match found {
        Found::Open(account) => ResetPage::Open {
            account: mask_account(&account.login_name),
        },
        Found::Done(at) => ResetPage::Done { at },
        Found::Void => ResetPage::Void,
    })
}

/// Sets the password, uses the ticket up and lets the account in again, all in one transaction. Of several at the same
/// moment one wins.
///
/// # Errors
/// When the database does not answer; nothing is stored then but that it was tried.
pub async fn set(
    app: &App,
    token: &str,
    holder: &Holder,
    (password, again): (Secret, Secret),
) -> Result<Outcome, ServiceError> {
    let (ticket, now) = (TicketKey::new(token, holder), app.clock.now_ms());
    let tried = ticket.clone();
    let tried = app.db.write(move |c| count(c, &tried, now)).await?;
    let (account, tries) = match tried {
        Some(tried) => tried,
        None => return Ok(counted("void", Outcome::Ended)),
    };
    if tries > TRIES {
        return Ok(counted("too_many", Outcome::TooMany));
    }
    let flaw = password::check(password.expose(), &account.login_name).map_err(Problem::Flaw);
    let problem = flaw.and_then(|()| match password == again {
        true => Ok(()),
        false => Err(Problem::Differs),
    });
    if let Err(problem) = problem {
        let account = mask_account(&account.login_name);
        return Ok(counted("flawed", Outcome::Flawed { account, problem }));
    }
    // Before the transaction: a hash takes its time.
    let hash = passwords::hash(app, &password).await?;
    let (actor, now) = (app.person_hash(holder.openid.as_str()), app.clock.now_ms());
    let is_set = app
        .db
        .write(move |c| redeem(c, &ticket, &hash, &actor, now))
        .await?;
    Ok(counted(if is_set { "set" } else { "void" }, Outcome::Ended))
}

fn counted(result: &'static str, outcome: Outcome) -> Outcome {
    metrics::counter!("jianxin_reset_tries_total", "result" => result).increment(1);
    outcome
}

/// What a ticket is found by.
#[derive(Clone)]
struct TicketKey {
    hash: String,
    openid: String,
    session: String,
}

impl TicketKey {
    fn new(token: &str, holder: &Holder) -> Self {
        Self {
            hash: hash(token),
            openid: holder.openid.as_str().to_owned(),
            session: holder.session.clone(),
        }
    }
}

enum Found {
    Open(Box<Account>),
    Done(i64),
    Void,
}

fn look(c: &mut Conn, key: &TicketKey, now: i64) -> Result<Found, StoreError> {
    let Some(ticket) = reset_tickets::of_openid(c, &key.hash, &key.openid)? else {
        return Ok(Found::Void);
    };
    let link = links::of_openid(c, &key.openid)?;
    if link.is_none_or(|link| link.account_id != ticket.account_id) {
        return Ok(Found::Void);
    }
    let account = accounts::by_id(c, ticket.account_id)?;
    let Some(account) = account.filter(|account| account.state != "disabled") else {
        return Ok(Found::Void);
    };
    Ok(match ticket.used_at {
        Some(at) if ticket.used_by.as_deref() == Some(key.session.as_str()) => Found::Done(at),
        None if now < ticket.expires_at => Found::Open(Box::new(account)),
        _ => Found::Void,
    })
}

/// Counts a try for a ticket that may be used; `None`: it may not.
fn count(
    c: &mut Conn,
    key: &TicketKey,
    now: i64,
) -> Result<Option<(Box<Account>, i64)>, StoreError> {
    let Found::Open(account) = look(c, key, now)? else {
        return Ok(None);
    };
    // Whatever was tried within the hour belongs to a ticket that was good within it.
    let since = now - TRIES_MS - SECRET_LIFE_MS;
    let tries = reset_tickets::count_try(c, &key.hash, account.id, since)?;
    Ok(Some((account, tries)))
}

/// The ticket comes first: its row settles who wins, also against a link that is ended at the same moment, because that
/// voids the tickets of the follower.
fn redeem(
    c: &mut Conn,
    key: &TicketKey,
    password_hash: &str,
    actor: &str,
    now: i64,
) -> Result<bool, StoreError> {
    let Found::Open(account) = look(c, key, now)? else {
        return Ok(false);
    };
    if !reset_tickets::redeem(c, &key.hash, &key.openid, &key.session, now)? {
        return Ok(false);
    }
    accounts::set_password(c, account.id, password_hash, now)?;
    let entry = audit_entry(
        now,
        format!("follower:{actor}"),
        "password.set",
        format!("account:{}", account.public_id),
    );
    audit::append(c, &entry)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::random_hex;

    #[test]
    fn only_what_was_made_here_has_the_form_of_a_token() {
        assert!(is_token(&random_hex::<32>()));
        for text in ["", "ab", &"A".repeat(64), &"g".repeat(64), &"0".repeat(65)] {
            assert!(!is_token(text), "{text}");
        }
    }
}
