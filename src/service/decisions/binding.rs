//! 案件绑定: granted for one person of a case of the own unit, or not; later ended.

use std::sync::Arc;

use super::{By, Decided, Refused, Target, Verdict, decide, decided_before, note, tell_applicant};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::binding::ApplicantRole;
use crate::domain::desk::Duty;
use crate::domain::notice::Outcome;
use crate::service::applications::{self, Review};
use crate::service::bindings::{self, Act, BindError};
use crate::service::desk::Manager;
use crate::service::effects::Effects;
use crate::service::pushes;
use crate::store::accounts::Account;
use crate::store::application_hands::{self as hands, Hands};
use crate::store::applications::{self as table, Application};
use crate::store::case_persons::CasePerson;
use crate::store::{
    Conn, accounts, binding_requests, case_bindings, desk_applications, desk_cases,
};

impl From<BindError> for Refused {
    fn from(error: BindError) -> Self {
        match error {
            BindError::Limit(limit) => Self::Said(limit.to_managers()),
            BindError::Record(error) => error.into(),
        }
    }
}

/// Which person of which case, and as what the lawyer is bound.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Public id of the person; must be of a case of the manager's unit.
    pub person: String,
    /// As what; `None`: as the lawyer asked.
    pub role: Option<ApplicantRole>,
}

/// A manager grants an application for the chosen person. The limits are counted under lock; breaking one is
/// [`Refused::Said`].
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn approve(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    choice: Choice,
) -> Result<Decided, Refused> {
    let about = (ApplicationKind::Binding, target);
    let decided = decide(app, manager, about, move |c, app, opened, effects| {
        may_be_bound(opened.account)?;
        let found = desk_cases::person(c, opened.scope, &choice.person)?;
        let (_, person) = found.ok_or_else(|| {
            Refused::Said("请重新选择当事人：没有在本院的案件里找到所选的人。".to_owned())
        })?;
        let asked = asked_role(c, &opened.application)?;
        let role = choice
            .role
            .or(asked)
            .ok_or_else(|| Refused::Said("请选择申请人类型：申请里没有写明。".to_owned()))?;
        let by = opened.by;
        let review = opened.review(Outcome::Approved, None);
        settle(c, app, review, Some((&person, role)), by, effects).map_err(Refused::from)
    });
    Ok(Decided {
        application: decided.await?,
        phone_task: None,
    })
}

/// A lawyer who cannot sign in is bound to nothing.
fn may_be_bound(account: &Account) -> Result<(), Refused> {
    let words = match account.state.as_str() {
        "active" => return Ok(()),
        "disabled" => "没有通过：申请人的账号已停用。确需绑定的，请先由发放单位启用账号。",
        _ => "没有通过：申请人的注册信息正在审核或者没有通过，请先处理注册申请。",
    };
    Err(Refused::Said(words.to_owned()))
}

/// A manager refuses an application, with what is to be mended.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn reject(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    reason: String,
) -> Result<Decided, Refused> {
    let (_, reason) = Verdict::Reject(reason).into_parts();
    let about = (ApplicationKind::Binding, target);
    let decided = decide(app, manager, about, move |c, app, opened, effects| {
        let by = opened.by;
        let review = opened.review(Outcome::Rejected, reason);
        settle(c, app, review, None, by, effects).map_err(Refused::from)
    });
    Ok(Decided {
        application: decided.await?,
        phone_task: None,
    })
}

/// Stores a decision in the caller's transaction: the application, the binding, the audit, the notice. An approval that
/// names nobody comes from a site that keeps the cases itself: the application is decided and nothing is shown here.
///
/// # Errors
/// [`BindError::Limit`] when it breaks a limit, a conflict when it was decided at this moment.
pub fn settle(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    bound: Option<(&CasePerson, ApplicantRole)>,
    by: By<'_>,
    effects: &mut Effects,
) -> Result<Application, BindError> {
    let (account, outcome) = (review.account, review.outcome);
    let act = Act {
        actor: by.actor,
        at: by.at,
    };
    let decided = match (bound, outcome) {
        (Some((person, role)), Outcome::Approved) => {
            bindings::approve(c, app, review, person, role, act)?
        }
        (_, Outcome::Rejected) => bindings::reject(c, app, review, act)?,
        (_, _) => {
            let decided = applications::review(c, app, review, None)?;
            note(c, by, "binding.approved", &decided)?;
            decided
        }
    };
    tell_applicant(c, app, (&decided, account), (outcome, None), by, effects)?;
    Ok(decided)
}

/// Ends the binding that an application was granted, because the mandate ended or it was a mistake. The lawyer sees the
/// case no longer with the next request, and is told.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn revoke(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    reason: String,
) -> Result<Decided, Refused> {
    if !manager.duties.has(Duty::Reviewer) {
        return Err(Refused::NotFound);
    }
    let desk = Arc::clone(app);
    let (scope, actor, who) = (manager.scope(), manager.actor(), manager.account.id);
    let done = app.db.write(move |c| {
        let (app, now) = (&*desk, desk.clock.now_ms());
        let known = desk_applications::hold(c, &scope, &target.public_id)?;
        let known = known.filter(|known| known.kind == ApplicationKind::Binding.as_str());
        let known = known.ok_or(Refused::NotFound)?;
        let hand = hands::of_one(c, known.id)?;
        let Some(binding) = case_bindings::held_for_application(c, known.id)? else {
            return Err(match (known.state.as_str(), known.decided_at) {
                ("revoked", Some(at)) => decided_before(c, &known, hand, at)?,
                _ => Refused::Said("这件申请现在没有有效的绑定，不需要解除。".to_owned()),
            });
        };
        if known.version != target.version {
            return Err(Refused::Changed);
        }
        let account = accounts::by_id(c, known.account_id)?.ok_or(Refused::NotFound)?;
        let act = Act {
            actor: &actor,
            at: now,
        };
        if !bindings::revoke(c, &binding, &reason, act)? {
            return Err(Refused::Changed);
        }
        let ended = Application {
            state: Outcome::Revoked.as_str().to_owned(),
            reason: Some(reason),
            ..known
        };
        if !table::update(c, &ended)? {
            return Err(Refused::Changed);
        }
        // Who granted it stays known; when it ended stands with the binding.
        let hand = Hands {
            revoked_by: Some(who),
            ..hand
        };
        hands::put(c, &hand)?;
        let cause = format!("d{}", app.ids.next(now));
        let by = By {
            actor: &actor,
            at: now,
            cause: &cause,
        };
        let mut effects = Effects::default();
        let told = (Outcome::Revoked, None);
        tell_applicant(c, app, (&ended, &account), told, by, &mut effects)?;
        Ok::<_, Refused>((ended, effects))
    });
    let (application, effects) = done.await?;
    effects.report();
    if effects.notices > 0 {
        pushes::bell(app).await;
    }
    Ok(Decided {
        application,
        phone_task: None,
    })
}

/// As what the lawyer asked to be bound.
pub(in crate::service) fn asked_role(
    c: &mut Conn,
    application: &Application,
) -> Result<Option<ApplicantRole>, crate::store::StoreError> {
    let asked = binding_requests::of(c, application.id)?.map(|request| request.applicant_role);
    let details: serde_json::Value = serde_json::from_str(&application.details).unwrap_or_default();
    let said = details
        .get("applicant_role")
        .and_then(serde_json::Value::as_str);
    let word = asked.as_deref().or(said);
    Ok(word.and_then(ApplicantRole::parse))
}
