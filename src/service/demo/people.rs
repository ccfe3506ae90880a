//! People for trying notices out: a lawyer, two managers, a party, and a key for the upstream site.

use crate::app::{App, random_hex};
use crate::domain::ids::OpenId;
use crate::service::api_keys;
use crate::service::error::ServiceError;
use crate::service::links::{self, Desk};
use crate::store::accounts::{self, Account};
use crate::store::{Db, StoreError, api_keys as keys, secrets};

/// Where they belong: 长沙市人民检察院.
const UNIT: &str = "430100";
/// No command makes a key of this name.
const KEY_NAME: &str = "demo (simulator)";
/// In the order of the followers they are linked to: id, role, login name, name.
const PEOPLE: [(&str, &str, &str, &str); 4] = [
    ("demo-lawyer", "lawyer", "260700000001", "李明"),
    ("demo-manager-1", "manager", "cs-anguan-1", "王芳"),
    ("demo-manager-2", "manager", "cs-anguan-2", "赵强"),
    ("demo-party", "party", "260700000002", "陈静"),
];

/// Adds the people, each linked to one of the followers, unless there are accounts already. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn add_people(app: &App, followers: &[OpenId]) -> Result<(), StoreError> {
    let now = app.clock.now_ms();
    let people = PEOPLE.iter().zip(followers);
    let people: Vec<(Account, OpenId)> = people
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
                password_hash: None,
                must_reset: true,
                state: "active".to_owned(),
                notices_off: false,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            (account, openid.clone())
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
            links::link(c, desk, account, openid, false)?;
        }
        Ok(())
    })
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

/// A database that was tried out with the simulator must not keep its key in earnest. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn forget_key(db: &Db) -> Result<(), StoreError> {
    db.write_blocking(|c| {
        keys::remove(c, KEY_NAME)?;
        Ok(())
    })
}
