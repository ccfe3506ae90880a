//! What somebody with an account sees first and in 个人中心.

use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::ids::OpenId;
use crate::domain::notice::Kind;
use crate::domain::role::Role;
use crate::service::audit::audit_entry;
use crate::service::bindings::{contact, full_name};
use crate::service::error::ServiceError;
use crate::service::phones;
use crate::store::accounts::{self, Account};
use crate::store::audit;
use crate::store::{Conn, StoreError, applications, home as table};

/// Notices on the landing page.
const NEWEST: i64 = 5;

/// How much there is of something, and how much of it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// All.
    pub made: i64,
    /// Decided.
    pub decided: i64,
}

/// A notice in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnNotice {
    /// For its address.
    pub public_id: String,
    /// Which of the nine.
    pub kind: Kind,
    /// The procuratorate's full name.
    pub unit_name: String,
    /// Milliseconds UTC.
    pub at: i64,
}

/// What the role's page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// For those who follow cases.
    pub counts: Option<Counts>,
    /// For managers: what waits in their unit, by kind, and the calls to make.
    pub waiting: Option<Waiting>,
    /// The newest first.
    pub notices: Vec<OwnNotice>,
}

/// The three counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Cases that may be looked at.
    pub cases: i64,
    /// 案件申请.
    pub bindings: Applied,
    /// 预约申请.
    pub appointments: Applied,
}

/// What waits for the managers of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The procuratorate's full name.
    pub unit_name: String,
    /// Undecided applications by kind.
    pub applications: Vec<(ApplicationKind, i64)>,
    /// Persons to be telephoned.
    pub calls: i64,
}

/// What the landing page of this account shows.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, account: &Account, openid: &OpenId) -> Result<Home, ServiceError> {
    let (id, unit) = (account.id, account.unit_id.clone());
    let is_manager = account.role == Role::Manager.as_str();
    let hash = app.person_hash(openid.as_str());
    let unit_name = full_name(app, &account.unit_id);
    let (mut home, notices) = app
        .db
        .read(move |c| -> Result<_, StoreError> {
            let notices = table::notices(c, id, &hash, NEWEST)?;
            let home = Home {
                counts: match is_manager {
                    true => None,
                    false => Some(counts(c, id)?),
                },
                waiting: match is_manager {
                    true => Some(waiting(c, &unit, unit_name)?),
                    false => None,
                },
                notices: Vec::new(),
            };
            Ok((home, notices))
        })
        .await?;
    let shown = notices.into_iter().filter_map(|row| {
        Some(OwnNotice {
            kind: Kind::parse(&row.kind)?,
            unit_name: full_name(app, &row.unit_id),
            public_id: row.public_id,
            at: row.created_at,
        })
    });
    home.notices = shown.collect();
    Ok(home)
}

fn counts(c: &mut Conn, account_id: i64) -> Result<Counts, StoreError> {
    let mut applied = |kind: ApplicationKind| -> Result<Applied, StoreError> {
        let (made, decided) = table::applied(c, account_id, kind.as_str())?;
        Ok(Applied { made, decided })
    };
    Ok(Counts {
        bindings: applied(ApplicationKind::Binding)?,
        appointments: applied(ApplicationKind::Appointment)?,
        cases: table::cases(c, account_id)?,
    })
}

fn waiting(c: &mut Conn, unit: &str, unit_name: String) -> Result<Waiting, StoreError> {
    let kinds = [
        ApplicationKind::Registration,
        ApplicationKind::Binding,
        ApplicationKind::Appointment,
        ApplicationKind::PasswordReset,
    ];
    let mut open = Vec::with_capacity(kinds.len());
    for kind in kinds {
        open.push((kind, applications::count_open(c, unit, kind.as_str())?));
    }
    Ok(Waiting {
        unit_name,
        applications: open,
        calls: table::calls(c, unit)?,
    })
}

/// What 个人中心 adds to the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The procuratorate's full name, and whom one calls there.
    pub unit_name: String,
    /// The telephone number with its middle hidden; empty when there is none.
    pub phone: String,
    /// Why the registration was not granted.
    pub refusal: Option<String>,
}

/// What 个人中心 shows of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn profile(app: &App, account: &Account) -> Result<Profile, ServiceError> {
    let id = account.id;
    let refusal = match account.state.as_str() {
        "rejected" => {
            let found = app
                .db
                .read(move |c| table::refusal(c, id).map_err(StoreError::from));
            found.await?
        }
        _ => None,
    };
    Ok(Profile {
        unit_name: contact(app, &account.unit_id),
        phone: phones::mask(&phones::of(app, account).unwrap_or_default()),
        refusal,
    })
}

/// Turns the notices of case progress on or off.
///
/// # Errors
/// When the database does not answer.
pub async fn switch_notices(
    app: &App,
    account: &Account,
    openid: &OpenId,
    on: bool,
) -> Result<(), ServiceError> {
    let (id, now) = (account.id, app.clock.now_ms());
    let word = if on { "on" } else { "off" };
    let entry = audit_entry(
        now,
        format!("follower:{}", app.person_hash(openid.as_str())),
        format!("notices.{word}"),
        format!("account:{}", account.public_id),
    );
    app.db
        .write(move |c| -> Result<(), StoreError> {
            if accounts::set_notices_off(c, id, !on, now)? {
                audit::append(c, &entry)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}
