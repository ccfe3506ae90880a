//! Looking the trail up: a system administrator sees all of it, a unit's administrator what was that unit's business and
//! what its managers did.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::domain::audit_chain::Anchor;
use crate::domain::desk::Duty;
use crate::service::audit::{audit_entry, write_down};
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::service::guesses::name_hash;
use crate::store::audit::chain::{self, Row};
use crate::store::audit::search::{self, Reach, Wanted};
use crate::store::audit::subjects;
use crate::store::{Conn, StoreError};

/// Rows on a page.
pub const PAGE: i64 = 50;
/// Rows in one export.
pub const MOST_EXPORTED: usize = 50_000;
/// Rows read at a time for an export.
const STEP: i64 = 5_000;

/// What somebody looks for.
#[derive(Clone, Debug)]
pub struct Question {
    /// From this time on, milliseconds UTC.
    pub from: i64,
    /// Until before this time.
    pub until: i64,
    /// A login name, an account's public id, or an actor as it stands in the trail; empty: anybody.
    pub actor: String,
    /// Empty: anything.
    pub action: String,
    /// An id that stands in the subject, or a number that people know: an application's, a case's, a login name; empty: any.
    pub subject: String,
    /// Only what is older than this row.
    pub before: Option<(i64, String)>,
}

/// A name behind an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What is typed to sign in.
    pub login_name: String,
    /// The person's name.
    pub display_name: String,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Newest first.
    pub rows: Vec<Row>,
    /// There are older ones.
    pub has_more: bool,
    /// Names of accounts that acted, by public id.
    pub names: BTreeMap<String, Name>,
}

/// How the chain is.
#[derive(Clone, Debug)]
pub struct State {
    /// The end; none before the first row.
    pub head: Option<Anchor>,
    /// Rows without a place.
    pub unsealed: i64,
    /// Since when the oldest of those waits, milliseconds UTC.
    pub oldest: Option<i64>,
}

/// A page of entries.
///
/// # Errors
/// When the database does not answer.
pub async fn page(app: &App, manager: &Manager, question: Question) -> Result<Found, ServiceError> {
    let (reach, name) = (reach(manager), name_of(app, &question));
    let found = app
        .db
        .read(move |c| find(c, reach, (&question, &name), PAGE));
    Ok(found.await?)
}

/// How the chain is; shown to whoever may see the trail.
///
/// # Errors
/// When the database does not answer.
pub async fn state(app: &App) -> Result<State, ServiceError> {
    let state = app.db.read(|c| -> Result<_, StoreError> {
        let head = chain::head(c)?.filter(|head| head.seq > 0);
        let (unsealed, oldest) = chain::backlog(c)?;
        Ok(State {
            head: head.map(|head| Anchor {
                seq: head.seq,
                hash: head.hash,
            }),
            unsealed,
            oldest,
        })
    });
    Ok(state.await?)
}

/// All entries that fit, at most [`MOST_EXPORTED`]; that they were taken out is an entry itself.
///
/// # Errors
/// When the database does not answer.
pub async fn export(
    app: &Arc<App>,
    manager: &Manager,
    question: Question,
) -> Result<Found, ServiceError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        manager.actor(),
        "audit.exported",
        format!("unit:{}", manager.account.unit_id),
    );
    write_down(app, entry).await?;
    let mut all = Found {
        rows: Vec::new(),
        has_more: false,
        names: BTreeMap::new(),
    };
    let mut question = question;
    let name = name_of(app, &question);
    loop {
        let (reach, asked, name) = (reach(manager), question.clone(), name.clone());
        let found = app
            .db
            .read(move |c| find(c, reach, (&asked, &name), STEP))
            .await?;
        question.before = found.rows.last().map(|row| (row.at, row.id.clone()));
        all.rows.extend(found.rows);
        all.names.extend(found.names);
        all.has_more = found.has_more;
        if !found.has_more || all.rows.len() >= MOST_EXPORTED {
            return Ok(all);
        }
    }
}

fn reach(manager: &Manager) -> Reach {
    if manager.has(Duty::SystemAdmin) {
        Reach::All
    } else {
        Reach::Unit(manager.scope())
    }
}

/// What failed sign-ins stand under, if the subject is a login name.
fn name_of(app: &App, question: &Question) -> String {
    name_hash(app, &question.subject)
}

/// The ids to look for: what was typed, and what it leads to.
fn looked_for(
    c: &mut Conn,
    reach: &Reach,
    (typed, name): (&str, &str),
) -> Result<Option<Vec<String>>, StoreError> {
    if typed.is_empty() {
        return Ok(None);
    }
    let known = subjects::of(c, reach, typed)?;
    let mut ids = known.ids;
    ids.push(typed.to_owned());
    if known.is_login_name {
        ids.push(name.to_owned());
    }
    Ok(Some(ids))
}

fn find(
    c: &mut Conn,
    reach: Reach,
    (question, name): (&Question, &str),
    limit: i64,
) -> Result<Found, StoreError> {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let actors = match question.actor.as_str() {
        "" => None,
        typed => {
            let mut actors = search::actors_of(c, typed)?;
            actors.push(typed.to_owned());
            Some(actors)
        }
    };
    let wanted = Wanted {
        subjects: looked_for(c, &reach, (&question.subject, name))?,
        reach,
        from: question.from,
        until: question.until,
        actors,
        action: given(&question.action),
        before: question.before.clone(),
        limit: limit + 1,
    };
    let mut rows = search::page(c, &wanted)?;
    let limit = usize::try_from(limit).unwrap_or(0);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let mut ids: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.actor.split_once(':'))
        .filter(|(kind, _)| matches!(*kind, "manager" | "account"))
        .map(|(_, id)| id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let names = search::names_of(c, &ids)?;
    let name = |(id, login_name, display_name)| {
        let name = Name {
            login_name,
            display_name,
        };
        (id, name)
    };
    Ok(Found {
        names: names.into_iter().map(name).collect(),
        rows,
        has_more,
    })
}
