//! An account is issued: account, person, papers and slip, all or nothing. Who has one already does not get another: the
//! database's key on the number decides, so that two counters at the same moment cannot both issue one.

use std::sync::Arc;

use super::{Refused, claim_of, holder, person, person_place};
use crate::app::{App, random_hex};
use crate::domain::counter::{CONSENT_VERSION, Person};
use crate::service::attachments::Chosen;
use crate::service::desk::Manager;
use crate::service::error::RecordError;
use crate::service::registrations::free_login_name;
use crate::service::submissions::{self, Claim};
use crate::service::{attachments, passwords, phones, slips, temporary_passwords};
use crate::store::accounts::{self, Account};
use crate::store::counter_persons::{self, Row};
use crate::store::identity_claims as claims;
use crate::store::{Conn, StoreError, account_units};

/// What the form asks for, checked.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Who stands at the counter.
    pub person: Person,
    /// Scans of the papers.
    pub files: Vec<Chosen>,
    /// The papers were looked at, and copies lie in the office's own file.
    pub papers_in_file: bool,
    /// The form's hidden key.
    pub once: String,
}

/// An account that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The account's public id.
    pub account: String,
    /// The slip's.
    pub slip: String,
}

/// Issues an account; `page` says where its slip is shown. The same form again leads there, too.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn issue(
    app: &Arc<App>,
    manager: &Manager,
    filled: Filled,
    page: fn(&Issued) -> String,
) -> Result<Issued, Refused> {
    let (desk, manager) = (Arc::clone(app), manager.clone());
    let (asked, clerk, whose) = (filled.clone(), manager.clone(), Arc::clone(app));
    // Asked before: a hash of a password costs 19 MiB.
    let before = app
        .db
        .read(move |c| -> Result<(), Refused> {
            let holder = holder(&whose, &clerk);
            if let Some(path) = submissions::result(c, &asked.once, &holder)? {
                return Err(Refused::Before(path));
            }
            let claim = claim_of(&whose, &asked.person.id_number);
            match claims::owner(c, &claim)? {
                Some(owner) => refuse_if_counts(c, &clerk, owner),
                None => Ok(()),
            }
        })
        .await;
    before?;
    let password = passwords::temporary();
    let hash = passwords::hash(app, &password).await?;
    app.db
        .write(move |c| -> Result<Issued, Refused> {
            let holder = holder(&desk, &manager);
            let now = desk.clock.now_ms();
            if let Claim::Before(path) = submissions::claim(c, &filled.once, &holder, now)? {
                return Err(Refused::Before(path));
            }
            let account = add(c, &desk, &manager, &filled, hash.clone())?;
            temporary_passwords::limit(
                c,
                account.id,
                &hash,
                now + temporary_passwords::ON_PAPER_MS,
            )?;
            claim(c, &desk, &manager, &account, &filled.person)?;
            attachments::adopt_for_account(c, &desk, (&holder, account.id), &filled.files)?;
            let issued = Issued {
                slip: slips::keep(c, &desk, &holder, account.id, &password)?,
                account: account.public_id.clone(),
            };
            let papers: Vec<&str> = match filled.papers_in_file {
                true => vec!["in_file"],
                false => filled.files.iter().map(|file| file.slot.as_str()).collect(),
            };
            let about = format!("account:{} papers:{}", account.public_id, papers.join(","));
            manager.note(c, &desk, "account.issued", about)?;
            submissions::lead_to(c, &filled.once, &holder, &page(&issued))?;
            Ok(issued)
        })
        .await
}

fn add(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    filled: &Filled,
    hash: String,
) -> Result<Account, Refused> {
    let now = app.clock.now_ms();
    let login_name = free_login_name(c, now)?;
    let person = &filled.person;
    let mut account = Account {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        // By which the upstream site names an account that it did not make.
        external_id: Some(format!("counter-{login_name}")),
        role: "party".to_owned(),
        login_name,
        display_name: person.name.clone(),
        unit_id: manager.scope().unit_id().to_owned(),
        phone: None,
        password_hash: Some(hash),
        must_reset: true,
        state: "active".to_owned(),
        notices_off: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let sealed = app.seal.close(phones::place(&account), &person.phone);
    account.phone = Some(sealed.map_err(RecordError::from)?);
    accounts::insert(c, &account)?;
    phones::index(c, app, &account)?;
    let text = serde_json::to_string(person).map_err(|_plain_data| StoreError::Stopped)?;
    let sealed = app.seal.close(person_place(&account), &text);
    let row = Row {
        account_id: account.id,
        sealed: sealed.map_err(RecordError::from)?,
        consent_version: CONSENT_VERSION.to_owned(),
        consented_at: now,
        issued_by: manager.account.id,
        created_at: now,
        updated_at: now,
    };
    counter_persons::insert(c, &row)?;
    Ok(account)
}

/// The number belongs to this account from now on.
pub(super) fn claim(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    account: &Account,
    person: &Person,
) -> Result<(), Refused> {
    let claim = claims::Claim {
        claim: claim_of(app, &person.id_number),
        kind: "party_id".to_owned(),
        account_id: account.id,
        created_at: app.clock.now_ms(),
    };
    if claims::insert(c, &claim)? {
        return Ok(());
    }
    let Some(owner) = claims::owner(c, &claim.claim)? else {
        return Err(Refused::Stale);
    };
    if owner == account.id {
        return Ok(());
    }
    refuse_if_counts(c, manager, owner)?;
    match claims::hand_over(c, &claim, owner)? {
        true => Ok(()),
        false => Err(Refused::Stale),
    }
}

/// Whether the account that has the number counts: one that is disabled does not.
fn refuse_if_counts(c: &mut Conn, manager: &Manager, owner: i64) -> Result<(), Refused> {
    let Some(account) = accounts::by_id(c, owner)?.filter(|account| account.state != "disabled")
    else {
        return Ok(());
    };
    let scope = manager.scope();
    match scope.covers(&account.unit_id) || account_units::is_known(c, scope.unit_id(), account.id)?
    {
        true => Err(Refused::Taken(account.public_id)),
        false => Err(Refused::Elsewhere(account.unit_id)),
    }
}

/// Somebody with an account of another unit stands at this counter, with the same name and number: from now on this unit
/// sees the account and may bind it to its own cases. The account's public id.
///
/// # Errors
/// [`Refused::NotFound`] when nobody has the number, [`Refused::OtherName`] when it is somebody else's.
pub async fn recognise(
    app: &Arc<App>,
    manager: &Manager,
    asked: Person,
) -> Result<String, Refused> {
    let (desk, manager) = (Arc::clone(app), manager.clone());
    app.db
        .write(move |c| -> Result<String, Refused> {
            let owner = claims::owner(c, &claim_of(&desk, &asked.id_number))?;
            let account = match owner {
                Some(owner) => accounts::by_id(c, owner)?,
                None => None,
            };
            let account = account.filter(|account| account.state != "disabled");
            let account = account.ok_or(Refused::NotFound)?;
            let (_, known) = person(c, &desk, &account)?.ok_or(Refused::NotFound)?;
            if known.name != asked.name || known.id_type != asked.id_type {
                return Err(Refused::OtherName);
            }
            let scope = manager.scope();
            if !scope.covers(&account.unit_id)
                && account_units::add(c, &scope, account.id, desk.clock.now_ms())?
            {
                let about = format!("account:{} unit:{}", account.public_id, scope.unit_id());
                manager.note(c, &desk, "account.recognised", about)?;
            }
            Ok(account.public_id)
        })
        .await
}
