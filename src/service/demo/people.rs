//! People for trying things out: a lawyer, two managers and a party who are linked, a lawyer and a party who are not, one
//! password for all, made up for this database, and a key for the upstream site.

use crate::app::{App, random_hex};
use crate::config::Secret;
use crate::domain::desk::{Duties, Duty};
use crate::domain::ids::OpenId;
use crate::service::api_keys;
use crate::service::error::ServiceError;
use crate::service::links::{self, Desk};
use crate::service::passwords;
use crate::store::accounts::{self, Account};
use crate::store::{Db, StoreError, api_keys as keys, managers, secrets};

/// Where they belong: 长沙市人民检察院.
const UNIT: &str = "430100";
/// No command makes a key of this name.
const KEY_NAME: &str = "demo (simulator)";
/// Name of the secret that is everybody's password.
const PASSWORD: &str = "demo-password";
/// In the order of the followers they are linked to; the last two are linked to nobody: id, role, login name, name.
const PEOPLE: [(&str, &str, &str, &str); 6] = [
    ("demo-lawyer", "lawyer", "260700000001", "李明"),
    ("demo-manager-1", "manager", "cs-anguan-1", "王芳"),
    ("demo-manager-2", "manager", "cs-anguan-2", "赵强"),
    ("demo-party", "party", "260700000002", "陈静"),
    ("demo-lawyer-2", "lawyer", "260700000003", "周敏"),
    (FIRST_PASSWORD, "party", "260700000004", "吴磊"),
];
/// Must set a password of their own first.
const FIRST_PASSWORD: &str = "demo-party-2";

/// Adds the people, the first of them linked to the followers, unless there are accounts already. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn add_people(app: &App, followers: &[OpenId]) -> Result<(), StoreError> {
    let now = app.clock.now_ms();
    if !app
        .db
        .read_blocking(|c| accounts::is_empty(c).map_err(StoreError::from))?
    {
        return Ok(());
    }
    let fresh = passwords::temporary();
    let password = app.db.write_blocking(move |c| {
        secrets::get_or_insert(c, PASSWORD, fresh.expose()).map_err(StoreError::from)
    })?;
    let hash = passwords::hash_blocking(&Secret::new(password));
    let followers = followers.iter().map(Some).chain(std::iter::repeat(None));
    let people = PEOPLE.iter().zip(followers);
    let people: Vec<(Account, Option<OpenId>)> = people
        .map(|((external_id, role, login_name, display_name), openid)| {
            let account = Account {
                id: app.ids.next(now),
                public_id: random_hex::<16>(),
                external_id: Some((*external_id).to_owned()),
                role: (*role).to_owned(),
                login_name: (*login_name).to_owned(),
                display_name: (*display_name).to_owned(),
                unit_id: UNIT.to_owned(),
                phone: None,
                password_hash: hash.clone(),
                must_reset: *external_id == FIRST_PASSWORD,
                state: "active".to_owned(),
                notices_off: false,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            (account, openid.cloned())
        })
        .collect();
    let person = app.person.clone();
    app.db.write_blocking(move |c| {
        if !accounts::is_empty(c)? {
            return Ok(());
        }
        let ids = crate::app::Ids::default();
        let desk = Desk {
            ids: &ids,
            person: &person,
            now,
            actor: "demo",
        };
        for (account, openid) in &people {
            accounts::insert(c, account)?;
            if account.role == "manager" {
                managers::insert(c, &desk_of(account))?;
            }
            if let Some(openid) = openid {
                links::link(c, desk, account, openid, false)?;
            }
        }
        Ok(())
    })
}

/// Both may do everything, so that each of the two can approve what the other one wrote.
fn desk_of(account: &Account) -> managers::Row {
    managers::Row {
        account_id: account.id,
        duties: Duties::of(&Duty::ALL).to_string(),
        totp_secret: None,
        totp_step: 0,
        version: 1,
        created_at: account.created_at,
        updated_at: account.updated_at,
    }
}

/// The key that is good as long as the simulator is on; the same at every start. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn key(db: &Db, now: i64) -> Result<String, ServiceError> {
    let fresh = api_keys::fresh();
    let key = db.write_blocking(move |c| -> Result<_, StoreError> {
        let key = secrets::get_or_insert(c, "demo-api-key", &fresh)?;
        keys::remove(c, KEY_NAME)?;
        keys::insert(c, &api_keys::hash(&key), KEY_NAME, now)?;
        Ok(key)
    })?;
    Ok(key)
}

/// Who can sign in with which password, a line each; none when the people were not made here. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn sign_ins(db: &Db) -> Result<Vec<String>, StoreError> {
    let password = db.read_blocking(|c| secrets::get(c, PASSWORD).map_err(StoreError::from))?;
    let Some(password) = password else {
        return Ok(Vec::new());
    };
    let line = |(id, role, login_name, _): &(&str, &str, &str, &str)| {
        format!("{role:<8} {login_name:<13} {id}")
    };
    let password = format!("password of all: {password}");
    Ok(PEOPLE.iter().map(line).chain([password]).collect())
}

/// A database that was tried out with the simulator must keep neither its key nor its password in earnest. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn forget_key(db: &Db) -> Result<(), StoreError> {
    db.write_blocking(|c| {
        keys::remove(c, KEY_NAME)?;
        if secrets::remove(c, PASSWORD)? {
            for (external_id, ..) in PEOPLE {
                accounts::forget_password(c, external_id)?;
            }
        }
        Ok(())
    })
}
