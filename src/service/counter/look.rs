//! Who has an account at this counter: the list, one account, the slip. Numbers are masked; the whole ones are shown only
//! when asked for, with an entry in the audit (requirements §5.4).

use std::sync::Arc;

use super::{Refused, found, holder, links, person};
use crate::app::App;
use crate::config::Secret;
use crate::domain::binding::{ApplicantRole, mask_own};
use crate::domain::counter::Person;
use crate::service::attachments::{self, Shown};
use crate::service::bindings::full_name;
use crate::service::desk::Manager;
use crate::service::error::{RecordError, ServiceError};
use crate::service::{phones, slips};
use crate::store::accounts::Account;
use crate::store::people::{self, Wanted};
use crate::store::{Conn, StoreError, links as link_table};

/// What the list shows; each is optional.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `lawyer` or `party`.
    pub role: Option<&'static str>,
    /// `active`, `pending`, `rejected` or `disabled`.
    pub state: Option<&'static str>,
    /// Exactly this name, login name or telephone number.
    pub text: String,
}

/// A row of the list.
#[derive(Clone)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// The unit that issued it, when it is another one.
    pub other_unit: Option<String>,
    /// `138****1111`; empty when there is none.
    pub phone: String,
}

/// A binding on the account's page.
#[derive(Clone)]
pub struct Bound {
    /// For the form that ends it.
    pub public_id: String,
    /// The person's public id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// As what.
    pub role: Option<ApplicantRole>,
    /// It is good.
    pub is_open: bool,
    /// Why it was ended.
    pub reason: Option<String>,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub revoked_at: Option<i64>,
    /// 案件名称.
    pub case_name: String,
    /// 统一受案号.
    pub unified_number: String,
    /// 部门受案号.
    pub department_number: String,
    /// The public id of the application that it was granted for: it ends there. `None`: it was made at a counter.
    pub application: Option<String>,
}

/// One account.
#[derive(Clone)]
pub struct Detail {
    /// The account.
    pub account: Account,
    /// The unit that issued it.
    pub unit_name: String,
    /// It is this unit's own; of another unit's only the bindings can be changed, and the password.
    pub is_own: bool,
    /// A follower has it.
    pub is_linked: bool,
    /// `138****1111`; empty when there is none.
    pub phone: String,
    /// Who showed what at a counter, the number masked; `None`: it came from elsewhere.
    pub person: Option<Person>,
    /// When it was agreed to, milliseconds UTC.
    pub consented_at: Option<i64>,
    /// Scans.
    pub files: Vec<Shown>,
    /// To cases of this unit.
    pub bindings: Vec<Bound>,
}

/// The accounts of the counter, newest first; behind the one with the public id `after`. A look is written down: after a
/// search with whom it showed, and a keyed hash of what was typed, which may be a name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &Arc<App>,
    manager: &Manager,
    filter: Filter,
    (after, limit): (Option<String>, i64),
) -> Result<Vec<Listed>, ServiceError> {
    let (desk, scope) = (Arc::clone(app), manager.scope());
    let text = filter.text.trim();
    let wanted = Wanted {
        role: filter.role,
        state: filter.state,
        text: (!text.is_empty()).then(|| (text.to_owned(), phones::blind(app, text))),
    };
    let typed = (!text.is_empty()).then(|| app.blind.of("account_search", text));
    let (counter, clerk) = (Arc::clone(app), manager.clone());
    let found = app.db.write(move |c| -> Result<_, StoreError> {
        let scope = clerk.scope();
        let last = match &after {
            Some(after) => people::one(c, &scope, after)?,
            None => None,
        };
        let before = last.map_or(i64::MAX, |last| last.id);
        let found = people::list(c, &scope, &wanted, before, limit)?;
        let about = match typed {
            None => format!("unit:{}", scope.unit_id()),
            Some(typed) => {
                let ids: Vec<&str> = found.iter().map(|one| one.public_id.as_str()).collect();
                format!("accounts:{} typed:{typed}", ids.join(","))
            }
        };
        clerk.note(c, &counter, "accounts.listed", about)?;
        Ok(found)
    });
    let found = found.await?;
    let row = |account: Account| Listed {
        other_unit: (!scope.covers(&account.unit_id)).then(|| full_name(&desk, &account.unit_id)),
        phone: phones::mask(&phones::of(&desk, &account).unwrap_or_default()),
        account,
    };
    Ok(found.into_iter().map(row).collect())
}

/// One account; the look is written down, because cases stand beside it.
///
/// # Errors
/// [`Refused::NotFound`] when this counter does not see it.
pub async fn one(app: &Arc<App>, manager: &Manager, public_id: &str) -> Result<Detail, Refused> {
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    app.db
        .write(move |c| -> Result<Detail, Refused> {
            let account = found(c, &manager, &id)?;
            let bindings = links::of_account(c, &desk, &manager, account.id)?;
            let ids: Vec<&str> = bindings.iter().map(|one| one.public_id.as_str()).collect();
            let about = format!("account:{} bindings:{}", account.public_id, ids.join(","));
            manager.note(c, &desk, "account.viewed", about)?;
            Ok(filled(c, &desk, &manager, account, bindings)?)
        })
        .await
}

fn filled(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    account: Account,
    bindings: Vec<Bound>,
) -> Result<Detail, RecordError> {
    let known = person(c, app, &account)?;
    Ok(Detail {
        unit_name: full_name(app, &account.unit_id),
        is_own: manager.scope().covers(&account.unit_id),
        is_linked: link_table::of_account(c, account.id)?.is_some(),
        phone: phones::mask(&phones::of(app, &account).unwrap_or_default()),
        consented_at: known.as_ref().map(|(row, _)| row.consented_at),
        person: known.map(|(_, person)| Person {
            id_number: mask_own(&person.id_number),
            phone: phones::mask(&person.phone),
            ..person
        }),
        files: attachments::of_account(c, app, account.id)?,
        bindings,
        account,
    })
}

/// The whole number and telephone of the person behind an account, with an entry in the audit.
///
/// # Errors
/// [`Refused::NotFound`] when this counter does not see it, or nobody showed anything.
pub async fn identity(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<(Account, Person), Refused> {
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    app.db
        .write(move |c| -> Result<_, Refused> {
            let account = found(c, &manager, &id)?;
            let (_, person) = person(c, &desk, &account)?.ok_or(Refused::NotFound)?;
            let about = format!("account:{}", account.public_id);
            manager.note(c, &desk, "account.identity_shown", about)?;
            Ok((account, person))
        })
        .await
}

/// What is printed for the person.
pub struct Slip {
    /// The account.
    pub account: Account,
    /// The unit's full name.
    pub unit_name: String,
    /// The password, this one time; `None`: it was shown before.
    pub password: Option<Secret>,
}

/// A slip, once, for the manager who made it.
///
/// # Errors
/// [`Refused::NotFound`] when there is none for this manager.
pub async fn slip(
    app: &Arc<App>,
    manager: &Manager,
    (account, slip): (&str, &str),
) -> Result<Slip, Refused> {
    // Asked first, and anew: the manager may have another unit by now.
    let (clerk, id) = (manager.clone(), account.to_owned());
    let seen = app.db.read(move |c| found(c, &clerk, &id)).await?;
    let (whose, password) = slips::show(app, holder(app, manager), slip).await?;
    if seen.id != whose.id {
        return Err(Refused::NotFound);
    }
    Ok(Slip {
        unit_name: full_name(app, &seen.unit_id),
        account: seen,
        password,
    })
}
