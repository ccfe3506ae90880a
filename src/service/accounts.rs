//! Accounts from outside: the upstream site's records and imports of an older platform.

use crate::app::seal::{Place, Seal};
use crate::app::{Ids, PersonHasher, random_hex};
use crate::domain::account_record::{AccountRecord, LinkRecord};
use crate::domain::desk::{Duties, Duty};
use crate::domain::ids::OpenId;
use crate::domain::units::UnitTree;
use crate::service::audit::audit_entry;
use crate::service::error::RecordError;
use crate::service::links::{self, Desk, Linked};
use crate::service::passwords;
use crate::store::accounts::{self as table, Account};
use crate::store::audit;
use crate::store::{Conn, StoreError, console_sessions, managers, phone_factors};

/// What accounts are stored with.
#[derive(Clone, Copy)]
pub struct Registry<'a> {
    /// Units.
    pub tree: &'a UnitTree,
    /// Seals telephone numbers.
    pub seal: &'a Seal,
    /// Hashes openids.
    pub person: &'a PersonHasher,
    /// Keys of new rows.
    pub ids: &'a Ids,
    /// Milliseconds UTC.
    pub now: i64,
    /// For the audit.
    pub actor: &'a str,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// Added or changed; the version it has now.
    Imported(i64),
    /// Already exactly so.
    Unchanged(i64),
}

/// Stores an account record, in the caller's transaction.
///
/// # Errors
/// [`RecordError::Bad`] with the field at fault, [`RecordError::Conflict`] when the account has another version.
pub fn put(
    c: &mut Conn,
    registry: Registry<'_>,
    record: &AccountRecord,
) -> Result<Put, RecordError> {
    let unit = registry.tree.by_code(&record.unit_code).ok_or_else(|| {
        RecordError::bad(
            "unit_code",
            "no procuratorate has this unit_id or code_alias: see config/procuratorates.csv",
        )
    })?;
    let usable = |hash: &String| passwords::is_usable(hash);
    if !record.password_hash.as_ref().is_none_or(usable) {
        return Err(RecordError::bad(
            "password_hash",
            "must be Argon2 in PHC form with at most 256 MiB and 16 passes; leave it out and the person sets a new password",
        ));
    }
    let before = table::by_external_id(c, &record.external_id)?;
    if let Some(version) = record.version
        && before.as_ref().map(|before| before.version) != Some(version)
    {
        return Err(RecordError::conflict(
            "version",
            "is not the version that the account has; read it again",
        ));
    }
    match before {
        None => add(c, registry, record, unit.unit_id.as_str()),
        Some(before) => change(c, registry, record, unit.unit_id.as_str(), &before),
    }
}

fn add(
    c: &mut Conn,
    registry: Registry<'_>,
    record: &AccountRecord,
    unit_id: &str,
) -> Result<Put, RecordError> {
    let public_id = random_hex::<16>();
    let account = Account {
        id: registry.ids.next(registry.now),
        external_id: Some(record.external_id.clone()),
        role: record.role.clone(),
        login_name: record.login_name.clone(),
        display_name: record.display_name.clone(),
        unit_id: unit_id.to_owned(),
        phone: sealed(registry, &public_id, record.phone.as_deref())?,
        password_hash: record.password_hash.clone(),
        must_reset: record.must_reset.unwrap_or(false) || record.password_hash.is_none(),
        state: record.state.clone().unwrap_or_else(|| "active".to_owned()),
        notices_off: record.notices_off.unwrap_or(false),
        version: 1,
        created_at: registry.now,
        updated_at: registry.now,
        public_id,
    };
    free(c, &account)?;
    match table::insert(c, &account).map_err(StoreError::from) {
        Ok(_) => {
            audited(c, registry, &account)?;
            Ok(Put::Imported(1))
        }
        Err(error) if error.is_duplicate() => Err(taken()),
        Err(error) => Err(error.into()),
    }
}

fn change(
    c: &mut Conn,
    registry: Registry<'_>,
    record: &AccountRecord,
    unit_id: &str,
    before: &Account,
) -> Result<Put, RecordError> {
    if record.role != before.role {
        return Err(RecordError::bad(
            "role",
            "cannot change: make another account",
        ));
    }
    let hash = record
        .password_hash
        .clone()
        .or_else(|| before.password_hash.clone());
    let mut after = Account {
        login_name: record.login_name.clone(),
        display_name: record.display_name.clone(),
        unit_id: unit_id.to_owned(),
        phone: before.phone.clone(),
        must_reset: record.must_reset.unwrap_or(before.must_reset) || hash.is_none(),
        password_hash: hash,
        state: record.state.clone().unwrap_or_else(|| before.state.clone()),
        notices_off: record.notices_off.unwrap_or(before.notices_off),
        ..before.clone()
    };
    if open(registry, before)?.as_deref() != record.phone.as_deref() {
        after.phone = sealed(registry, &before.public_id, record.phone.as_deref())?;
    }
    if is_same(before, &after) {
        return Ok(Put::Unchanged(before.version));
    }
    after.updated_at = registry.now;
    free(c, &after)?;
    match table::update(c, &after).map_err(StoreError::from) {
        Ok(true) => {}
        Ok(false) => {
            return Err(RecordError::conflict(
                "version",
                "changed at this very moment; read it again",
            ));
        }
        Err(error) if error.is_duplicate() => return Err(taken()),
        Err(error) => return Err(error.into()),
    }
    if after.state == "disabled" {
        links::end_for_account(c, desk(registry), after.id, "disabled")?;
    }
    if after.role == "manager" && after.unit_id != before.unit_id {
        leave(c, registry, before)?;
    }
    audited(c, registry, &after)?;
    Ok(Put::Imported(after.version + 1))
}

/// A manager goes to another unit: nobody gets a right over its work by the way of things. Duties end, except the system's
/// own, until the new unit gives others; as when a unit is abolished (`store::unit_moves`).
fn leave(c: &mut Conn, registry: Registry<'_>, before: &Account) -> Result<(), RecordError> {
    console_sessions::end_all(c, before.id)?;
    phone_factors::forget_account(c, before.id)?;
    let Some(row) = managers::of_account(c, before.id)? else {
        return Ok(());
    };
    let had = Duties::parse(&row.duties).unwrap_or_default();
    let kept = match had.has(Duty::SystemAdmin) {
        true => Duties::of(&[Duty::SystemAdmin]),
        false => Duties::default(),
    };
    if kept == had {
        return Ok(());
    }
    let (seen, words) = ((row.account_id, row.version), kept.to_string());
    if !managers::set_duties(c, seen, &words, registry.now)? {
        return Err(RecordError::conflict(
            "unit_code",
            "the duties changed at this very moment; send it again",
        ));
    }
    let entry = audit_entry(
        registry.now,
        registry.actor,
        "manager.duties",
        format!("account:{} duties:{words} before:{had}", before.public_id),
    );
    // The unit that is left sees what it lost.
    audit::append_for(c, &entry, Some(&before.unit_id))?;
    Ok(())
}

fn audited(c: &mut Conn, registry: Registry<'_>, account: &Account) -> Result<(), RecordError> {
    let entry = audit_entry(
        registry.now,
        registry.actor,
        "account.put",
        format!("account:{}", account.public_id),
    );
    audit::append_for(c, &entry, Some(&account.unit_id))?;
    Ok(())
}

fn is_same(before: &Account, after: &Account) -> bool {
    let said = |account: &Account| {
        (
            account.login_name.clone(),
            account.display_name.clone(),
            account.unit_id.clone(),
            account.phone.clone(),
            account.password_hash.clone(),
            (account.must_reset, account.notices_off),
            account.state.clone(),
        )
    };
    said(before) == said(after)
}

/// Links an account and a follower as an older platform had them.
///
/// # Errors
/// [`RecordError::Bad`] when there is no such account, [`RecordError::Conflict`] when one of the two has another link.
pub fn put_link(
    c: &mut Conn,
    registry: Registry<'_>,
    record: &LinkRecord,
) -> Result<Put, RecordError> {
    let (field, account) = match (&record.external_id, &record.login_name) {
        (Some(id), _) => ("external_id", table::by_external_id(c, id)?),
        (None, Some(name)) => ("login_name", table::by_login_name(c, name)?),
        (None, None) => ("external_id", None),
    };
    let account = account.ok_or_else(|| RecordError::bad(field, "no account has it"))?;
    let openid = OpenId::new(record.openid.as_str());
    match links::link(c, desk(registry), &account, &openid, false)? {
        Linked::Yes | Linked::Replaced(_) => Ok(Put::Imported(account.version)),
        Linked::Already => Ok(Put::Unchanged(account.version)),
        Linked::Disabled => Err(RecordError::bad(field, "is disabled; no link was made")),
        Linked::AccountTaken => Err(RecordError::conflict(
            field,
            "has another follower already; no link was made",
        )),
        Linked::FollowerTaken => Err(RecordError::conflict(
            "openid",
            "belongs to another account already; no link was made",
        )),
    }
}

fn desk(registry: Registry<'_>) -> Desk<'_> {
    Desk {
        ids: registry.ids,
        person: registry.person,
        now: registry.now,
        actor: registry.actor,
    }
}

/// Asked before the row is written: on PostgreSQL a violation would end the whole transaction of an import.
fn free(c: &mut Conn, account: &Account) -> Result<(), RecordError> {
    match table::by_login_name(c, &account.login_name)? {
        Some(other) if other.id != account.id => Err(taken()),
        _ => Ok(()),
    }
}

fn taken() -> RecordError {
    RecordError::bad("login_name", "belongs to another account")
}

fn place(public_id: &str) -> Place<'_> {
    Place {
        table: "accounts",
        column: "phone",
        row: public_id,
    }
}

fn sealed(
    registry: Registry<'_>,
    public_id: &str,
    phone: Option<&str>,
) -> Result<Option<String>, RecordError> {
    let close = |phone| registry.seal.close(place(public_id), phone);
    Ok(phone.map(close).transpose()?)
}

fn open(registry: Registry<'_>, account: &Account) -> Result<Option<String>, RecordError> {
    let open = |sealed: &String| registry.seal.open(place(&account.public_id), sealed);
    let phone = account.phone.as_ref().map(open).transpose()?;
    Ok(phone.map(|phone| phone.expose().to_owned()))
}
