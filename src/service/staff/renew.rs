//! A new address for a manager whose phone or password is lost. Whoever has the phone is out at once: sessions, the
//! follower's link, the old second factor and the old password end with it.

use std::sync::Arc;

use crate::app::seal::Seal;
use crate::app::{Ids, PersonHasher};
use crate::config::Secret;
use crate::service::counter::put_out;
use crate::service::desk::enrol::{self, Office};
use crate::service::links::Desk;
use crate::store::accounts::{self, Account};
use crate::store::{Conn, Db, StoreError, console_sessions, managers, phone_factors};

/// Issues it in the caller's transaction; earlier ones are void. The token is stored nowhere.
pub(super) fn renew(
    c: &mut Conn,
    seal: &Seal,
    desk: Desk<'_>,
    account: &Account,
) -> Result<Secret, StoreError> {
    let office = Office {
        ids: desk.ids,
        seal,
        now: desk.now,
        actor: desk.actor,
    };
    let token = enrol::issue(c, &office, account)?;
    managers::void_totp(c, account.id, desk.now)?;
    accounts::demand_password(c, account.id, desk.now)?;
    put_out(c, desk, (account, "new_address"))?;
    console_sessions::end_all(c, account.id)?;
    phone_factors::forget_account(c, account.id)?;
    Ok(token)
}

/// By the command line, for whom no administrator is left to help: whoever may run it can read the database anyway.
/// Blocking. The account and the token; `None`: no case manager in use has this login name.
///
/// # Errors
/// When the database refuses.
pub fn renew_by_command(
    db: &Db,
    (seal, person): (&Arc<Seal>, PersonHasher),
    login_name: &str,
    now: i64,
) -> Result<Option<(Account, Secret)>, StoreError> {
    let (seal, login_name) = (Arc::clone(seal), login_name.to_owned());
    db.write_blocking(move |c| -> Result<_, StoreError> {
        let found = accounts::by_login_name(c, &login_name)?;
        let found = found.filter(|it| it.role == "manager" && it.state == "active");
        let Some(account) = found else {
            return Ok(None);
        };
        if managers::of_account(c, account.id)?.is_none() {
            return Ok(None);
        }
        let ids = Ids::default();
        let desk = Desk {
            ids: &ids,
            person: &person,
            now,
            actor: "command-line",
        };
        let token = renew(c, &seal, desk, &account)?;
        Ok(Some((account, token)))
    })
}
