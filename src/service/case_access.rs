//! 案件查询: who may look at a case of the unit, and the end of it. A case that becomes secret or concerns minors is not
//! imported any more (requirements §4.4); what was imported before and is bound must vanish from all phones at once.

use std::sync::Arc;

use crate::app::App;
use crate::domain::binding::mask_own;
use crate::domain::desk::Duty;
use crate::service::claims;
use crate::service::counter::reason_of;
use crate::service::desk::Manager;
use crate::service::desk_queue::{self, Held};
use crate::service::error::{RecordError, ServiceError};
use crate::store::case_bindings::{self, ACTIVE, PAUSED};
use crate::store::cases::{self, Case};
use crate::store::stopped_cases::{self, Stopped};
use crate::store::{Conn, StoreError, desk_cases};

/// Persons of a case that are shown.
const MOST: i64 = 200;

/// A person of a case.
#[derive(Clone, Debug)]
pub struct Person {
    /// 当事人编号.
    pub number: String,
    /// 姓名.
    pub name: String,
    /// 证件号码, masked.
    pub id_number: String,
    /// Who is bound.
    pub held: Vec<Held>,
}

/// That nobody may look.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// Milliseconds UTC.
    pub at: i64,
}

/// A case and who may look at it.
#[derive(Clone, Debug)]
pub struct Access {
    /// For the form.
    pub public_id: String,
    /// 案件名称.
    pub name: String,
    /// 统一受案号.
    pub unified_number: String,
    /// 部门受案号.
    pub department_number: String,
    /// 案件类别.
    pub category: String,
    /// Its persons.
    pub persons: Vec<Person>,
    /// Whether it was stopped.
    pub stopped: Option<Stop>,
}

/// Why something was not done; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such case in this unit.
    #[error("not found")]
    NotFound,
    /// It is so already.
    #[error("it is so already")]
    Already,
    /// In words.
    #[error("{0}")]
    Said(String),
    /// Us.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Record(error.into())
    }
}

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self::Record(error.into())
    }
}

/// Whether a manager may look for cases here.
fn may(manager: &Manager) -> bool {
    [Duty::Reviewer, Duty::Importer]
        .into_iter()
        .any(|duty| manager.duties.has(duty))
}

/// The cases of the unit with this 统一受案号 or 部门受案号. Every case that is shown is written down (R-I.10).
///
/// # Errors
/// [`ServiceError::NotFound`] for who neither reviews nor imports; when the database does not answer.
pub async fn find(
    app: &Arc<App>,
    manager: &Manager,
    number: &str,
) -> Result<Vec<Access>, ServiceError> {
    if !may(manager) {
        return Err(ServiceError::NotFound);
    }
    let (desk, manager, number) = (Arc::clone(app), manager.clone(), number.trim().to_owned());
    let found = app.db.write(move |c| -> Result<_, StoreError> {
        let mut found = Vec::new();
        for case in desk_cases::by_number(c, &manager.scope(), &number)? {
            manager.note(c, &desk, "case.viewed", about(&case))?;
            found.push(access(c, &desk, case)?);
        }
        Ok(found)
    });
    Ok(found.await?)
}

fn access(c: &mut Conn, app: &App, case: Case) -> Result<Access, StoreError> {
    let in_case = case_bindings::held_in_case(c, case.id)?;
    let mut persons = Vec::new();
    for person in desk_cases::persons(c, case.id, MOST)? {
        persons.push(Person {
            name: desk_queue::person_name(app, &person),
            id_number: mask_own(&desk_queue::person_number(app, &person)),
            held: desk_queue::holders(c, &in_case, person.id)?,
            number: person.person_number,
        });
    }
    let stopped = match stopped_cases::of(c, &case.unified_number)? {
        Some(stopped) => Some(Stop {
            by: claims::name_of(c, Some(stopped.stopped_by))?.unwrap_or_default(),
            reason: stopped.reason,
            at: stopped.stopped_at,
        }),
        None => None,
    };
    Ok(Access {
        public_id: case.public_id,
        name: case.name,
        unified_number: case.unified_number,
        department_number: case.department_number,
        category: case.category,
        persons,
        stopped,
    })
}

/// 停止查询: from now on nobody sees the case; bindings stay as they are, and show nothing. The number of the case, to look
/// at it again.
///
/// # Errors
/// [`Refused`].
pub async fn stop(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
    reason: &str,
) -> Result<String, Refused> {
    let reason = reason_of(reason).map_err(|_flaw| {
        Refused::Said("请用200个以内的字写明原因，例如“案件已定密”。".to_owned())
    })?;
    let turned = Turn {
        action: "case.stopped",
        bindings: (ACTIVE, PAUSED),
    };
    turn(app, manager, public_id, turned, move |c, who, case, now| {
        let stopped = Stopped {
            unified_number: case.unified_number.clone(),
            reason,
            stopped_by: who,
            stopped_at: now,
        };
        stopped_cases::insert(c, &stopped)
    })
    .await
}

/// 恢复查询: who was bound sees the case again.
///
/// # Errors
/// [`Refused`].
pub async fn resume(app: &Arc<App>, manager: &Manager, public_id: &str) -> Result<String, Refused> {
    let turned = Turn {
        action: "case.resumed",
        bindings: (PAUSED, ACTIVE),
    };
    turn(app, manager, public_id, turned, |c, _who, case, _now| {
        stopped_cases::remove(c, &case.unified_number)
    })
    .await
}

/// What is the same in both.
struct Turn {
    action: &'static str,
    bindings: (&'static str, &'static str),
}

async fn turn<F>(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
    turn: Turn,
    work: F,
) -> Result<String, Refused>
where
    F: FnOnce(&mut Conn, i64, &Case, i64) -> diesel::QueryResult<bool> + Send + 'static,
{
    if !may(manager) {
        return Err(Refused::NotFound);
    }
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    let done = app.db.write(move |c| {
        let case = desk_cases::one(c, &manager.scope(), &id)?.ok_or(Refused::NotFound)?;
        // Bindings of a case are granted under the same lock.
        cases::hold(c, case.id)?;
        if !work(c, manager.account.id, &case, desk.clock.now_ms())? {
            return Err(Refused::Already);
        }
        let (from, to) = turn.bindings;
        case_bindings::turn_in_case(c, case.id, from, to)?;
        manager.note(c, &desk, turn.action, about(&case))?;
        Ok(case.unified_number)
    });
    done.await
}

fn about(case: &Case) -> String {
    format!("case:{}", case.public_id)
}
