//! A lawyer registers: account, first password, application, files and notices, all or nothing; and the page that shows
//! the password once.

use std::sync::Arc;

use super::{Filled, Refused, Sender, add, fill_in, identities, note};
use crate::app::{App, random_bytes, random_hex};
use crate::config::Secret;
use crate::domain::application::ApplicationKind;
use crate::domain::ids::OpenId;
use crate::domain::shanghai;
use crate::service::applications::{self, Submission};
use crate::service::effects::Effects;
use crate::service::error::{RecordError, ServiceError};
use crate::service::submissions::{self, Claim};
use crate::service::{attachments, drafts, passwords, phones, pushes, slips};
use crate::store::accounts::{self, Account};
use crate::store::first_passwords;
use crate::store::{Conn, StoreError};

/// Accounts that one follower may register in [`TRIES_MS`].
const TRIES: i64 = 3;
const TRIES_MS: i64 = 24 * 3600 * 1000;

/// Registers a lawyer; the id of the page that shows the first password. The same form again leads to the same page.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn register(
    app: &Arc<App>,
    sender: Sender,
    filled: Filled,
    page: fn(&str) -> String,
) -> Result<String, Refused> {
    let (desk, asked) = (Arc::clone(app), filled.registration.clone());
    let holder = app.person_hash(sender.openid.as_str());
    let whose = holder.clone();
    // Asked before: a hash of a password costs 19 MiB.
    let before = app.db.read(move |c| -> Result<_, Refused> {
        if first_passwords::count_since(c, &whose, desk.clock.now_ms() - TRIES_MS)? >= TRIES {
            return Err(Refused::TooMany);
        }
        match identities::taken(c, &desk, &asked)? {
            Some(field) => Err(Refused::Taken(field)),
            None => Ok(()),
        }
    });
    if let Err(refused) = before.await {
        // The same form may have been taken a moment ago, and its numbers with it.
        return match taken_before(app, &sender).await? {
            Some(path) => Ok(path),
            None => Err(refused),
        };
    }
    let password = passwords::temporary();
    let hash = passwords::hash(app, &password).await?;
    let desk = Arc::clone(app);
    let stored = app.db.write(move |c| -> Result<_, Refused> {
        let mut effects = Effects::default();
        if let Claim::Before(path) =
            submissions::claim(c, &sender.once, &holder, desk.clock.now_ms())?
        {
            return Ok((path, effects));
        }
        // Several forms may have been sent at once.
        if first_passwords::count_since(c, &holder, desk.clock.now_ms() - TRIES_MS)? >= TRIES {
            return Err(Refused::TooMany);
        }
        let account = new_account(c, &desk, &filled, hash)?;
        identities::claim(c, &desk, account.id, &filled.registration)?;
        let cause = format!("r{}", account.public_id);
        let submission = Submission {
            kind: ApplicationKind::Registration,
            account: &account,
            unit_id: filled.unit.as_str(),
            number: None,
            is_change: false,
            details: serde_json::json!({}),
            items: None,
            at: desk.clock.now_ms(),
            cause: &cause,
        };
        let application = applications::submit(c, &desk, &submission, &mut effects)?;
        attachments::adopt(
            c,
            &desk,
            (&holder, account.id),
            application.id,
            &filled.files,
        )?;
        add(c, &desk, (&account, &application), 1, &filled)?;
        let id = slips::keep(c, &desk, &holder, account.id, &password)?;
        drafts::done(c, &holder, "register")?;
        note(
            c,
            &desk,
            format!("follower:{holder}"),
            "registration.submitted",
            &account,
        )?;
        let path = page(&id);
        submissions::lead_to(c, &sender.once, &holder, &path)?;
        Ok((path, effects))
    });
    let (path, effects) = stored.await?;
    effects.report();
    if effects.notices > 0 {
        pushes::bell(app).await;
    }
    Ok(path)
}

/// Where the result of a form is, if it was taken before.
///
/// # Errors
/// When the database does not answer.
pub async fn taken_before(app: &App, sender: &Sender) -> Result<Option<String>, ServiceError> {
    let (holder, once) = (app.person_hash(sender.openid.as_str()), sender.once.clone());
    let found = app.db.read(move |c| submissions::result(c, &once, &holder));
    Ok(found.await?)
}

fn new_account(
    c: &mut Conn,
    app: &App,
    filled: &Filled,
    hash: String,
) -> Result<Account, RecordError> {
    let now = app.clock.now_ms();
    let login_name = free_login_name(c, now)?;
    let mut account = Account {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        // By which the upstream site names an account that it did not make.
        external_id: Some(format!("wx-{login_name}")),
        role: "lawyer".to_owned(),
        login_name,
        display_name: String::new(),
        unit_id: String::new(),
        phone: None,
        password_hash: Some(hash),
        must_reset: true,
        state: "pending".to_owned(),
        notices_off: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    fill_in(
        app,
        &mut account,
        &filled.registration,
        filled.unit.as_str(),
    )?;
    accounts::insert(c, &account)?;
    phones::index(c, app, &account)?;
    Ok(account)
}

/// A login name that nobody has: twelve digits, the year and ten by chance, as shows them.
///
/// # Errors
/// When the database refuses.
pub(in crate::service) fn free_login_name(c: &mut Conn, now: i64) -> Result<String, StoreError> {
    for _ in 0..10 {
        let number = u64::from_le_bytes(random_bytes()) % 10_000_000_000;
        let year = shanghai::wall_clock(now).format("%y");
        let name = format!("{year}{number:010}");
        if accounts::by_login_name(c, &name)?.is_none() {
            return Ok(name);
        }
    }
    Err(StoreError::Stopped)
}

/// What the page after a registration shows.
pub struct First {
    /// The account.
    pub account: Account,
    /// Who decides, by its full name.
    pub unit: String,
    /// The region that it lies in, or itself.
    pub region: String,
    /// The first password, this one time; `None`: it was shown before.
    pub password: Option<Secret>,
}

/// The first password of an account, to the follower who registered it, as [`slips::show`] shows it.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is no such page for this follower.
pub async fn first_password(
    app: &Arc<App>,
    openid: &OpenId,
    public_id: &str,
) -> Result<First, ServiceError> {
    let holder = app.person_hash(openid.as_str());
    let (account, password) = slips::show(app, holder, public_id).await?;
    let book = app.units();
    let unit = book.tree.by_code(&account.unit_id);
    let regions = book.tree.regions();
    // The first region is the whole country.
    let region = unit.and_then(|unit| {
        let mut within = regions.iter().rev();
        within.find(|region| book.tree.is_within(&unit.unit_id, &region.unit_id))
    });
    Ok(First {
        unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        region: region
            .filter(|region| region.parent_id.is_some())
            .map_or_else(|| "全国".to_owned(), |region| region.area_name.clone()),
        account,
        password,
    })
}
