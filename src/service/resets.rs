//! Passwords that are reset: a page that opens once, or a temporary password (decision 7).

use serde_json::json;

use crate::app::{App, random_hex};
use crate::config::{PasswordMode, Secret};
use crate::domain::application::ApplicationKind;
use crate::domain::event::hash;
use crate::domain::notice::{Kind, Outcome, SECRET_MARK};
use crate::domain::shanghai;
use crate::service::applications::{self, Review};
use crate::service::effects::Effects;
use crate::service::error::{RecordError, ServiceError};
use crate::service::notices::{self, Notice, SECRET_LIFE_MS};
use crate::service::{passwords, temporary_passwords};
use crate::store::accounts::{self, Account};
use crate::store::applications::{self as table, Application};
use crate::store::reset_tickets::{self, NewTicket};
use crate::store::{Conn, links, pushes};

/// What the person will be given; made before the transaction, because a hash takes its time.
pub enum Fresh {
    /// The token of a page.
    Page(Secret),
    /// A temporary password and its hash.
    Password(Secret, String),
}

/// Makes what the configured mode gives.
///
/// # Errors
/// When the process is stopping.
pub async fn prepare(app: &App) -> Result<Fresh, ServiceError> {
    Ok(match app.settings.push.password_mode {
        PasswordMode::Secure => Fresh::Page(Secret::new(random_hex::<32>())),
        PasswordMode::Literal => {
            let password = passwords::temporary();
            let hash = passwords::hash(app, &password).await?;
            Fresh::Password(password, hash)
        }
    })
}

/// Decides a request, closes its siblings at other procuratorates, and tells the person; one without WeChat is
/// telephoned, and the managers make the password then.
///
/// # Errors
/// As [`applications::review`].
pub fn decide(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    fresh: &Fresh,
    cause: &str,
    effects: &mut Effects,
) -> Result<Application, RecordError> {
    let (account, outcome, at) = (review.account, review.outcome, review.at);
    let decided = applications::review(c, app, review, None)?;
    if outcome == Outcome::Reset {
        close_open(c, account.id, &decided.public_id, at)?;
        // Earlier notices need no call any more: this one tells the newest.
        let (kind, now) = (Kind::PasswordResetDone.as_str(), app.clock.now_ms());
        pushes::waive_fallback(c, account.id, kind, now)?;
    }
    let mut fields = applications::result_fields(app, &decided, account);
    fields.remove("application");
    fields.insert("result".to_owned(), outcome.phrase().to_owned());
    fields.insert("time".to_owned(), shanghai::minute_text(at));
    let mut notice = Notice {
        kind: Kind::PasswordResetDone,
        unit_id: decided.unit_id.clone(),
        fields,
        cause: cause.to_owned(),
        order_key: None,
    };
    let hint = |notice: &mut Notice, text: &str| {
        notice.fields.insert("hint".to_owned(), text.to_owned());
    };
    let link = links::of_account(c, account.id)?;
    let reached = match (outcome, &link, fresh) {
        (Outcome::Reset, Some(link), Fresh::Page(token)) => {
            let now = app.clock.now_ms();
            let ticket = NewTicket {
                token_hash: &hash(token.expose()),
                account_id: account.id,
                openid: Some(&link.openid),
                created_at: now,
                expires_at: now + SECRET_LIFE_MS,
                tries: 0,
            };
            reset_tickets::issue(c, &ticket)?;
            must_reset(c, account, None, now)?;
            hint(&mut notice, "点击设置新密码，30分钟内有效");
            let path = format!("/h5/reset/{SECRET_MARK}");
            notices::to_account(c, app, &notice, account, Some((token, Some(&path))))?
        }
        (Outcome::Reset, Some(_), Fresh::Password(password, hash)) => {
            let now = app.clock.now_ms();
            temporary_passwords::limit(c, account.id, hash, now + SECRET_LIFE_MS)?;
            must_reset(c, account, Some(hash), now)?;
            hint(&mut notice, &format!("临时密码{SECRET_MARK}"));
            notice
                .fields
                .insert("password".to_owned(), SECRET_MARK.to_owned());
            notices::to_account(c, app, &notice, account, Some((password, None)))?
        }
        _ => {
            hint(&mut notice, "请点击查看详情");
            notices::to_account(c, app, &notice, account, None)?
        }
    };
    effects.add(notice.kind, reached);
    Ok(decided)
}

/// The other requests of the person are done with this one, or with what was done at the counter.
pub(in crate::service) fn close_open(
    c: &mut Conn,
    account_id: i64,
    closed_by: &str,
    at: i64,
) -> Result<(), RecordError> {
    let kind = ApplicationKind::PasswordReset.as_str();
    for sibling in table::open_of_account(c, account_id, kind)? {
        if sibling.public_id != closed_by {
            let closed = Application {
                state: Outcome::Reset.as_str().to_owned(),
                details: json!({ "closed_by": closed_by }).to_string(),
                decided_at: Some(at),
                remind_at: None,
                ..sibling
            };
            table::update(c, &closed)?;
        }
    }
    Ok(())
}

/// A new password must be chosen at the next sign-in.
fn must_reset(
    c: &mut Conn,
    account: &Account,
    hash: Option<&str>,
    now: i64,
) -> Result<(), RecordError> {
    let mut changed = account.clone();
    changed.must_reset = true;
    changed.updated_at = now;
    if let Some(hash) = hash {
        changed.password_hash = Some(hash.to_owned());
    }
    if accounts::update(c, &changed)? {
        Ok(())
    } else {
        Err(RecordError::conflict(
            "data/account",
            "was changed by somebody else at this moment; send it again",
        ))
    }
}
