//! An appointment is asked for, or taken back.

use std::sync::Arc;

use serde_json::json;

use super::{KIND, WITHDRAWN, offered};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::binding::ApplicantRole;
use crate::domain::ids::OpenId;
use crate::domain::notice::{Item, items_phrase};
use crate::service::applications::{self, Submission};
use crate::service::attachments::{self, Chosen};
use crate::service::bindings::{Act, FILE_GONE, Sent, audited};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::submissions::{self, Claim};
use crate::service::{drafts, members, pushes};
use crate::store::applications::{self as table, Application};
use crate::store::{StoreError, accounts, case_bindings};

/// Appointments of one account that may wait for an answer at the same time: each is a to-do of the unit's managers.
const MOST_OPEN: i64 = 20;

/// What is asked for; checked by the form.
#[derive(Clone)]
pub struct Wanted {
    /// The binding, by its public id.
    pub binding: String,
    /// 申请人身份.
    pub identity: String,
    /// At least one.
    pub items: Vec<Item>,
    /// 备注.
    pub remark: String,
    /// 附件.
    pub files: Vec<Chosen>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was taken, now or before; this page shows it.
    At(String),
    /// It was not, in words.
    Refused(String),
    /// It was answered or taken back meanwhile.
    Stale,
    /// It is not this account's, or not for its role.
    NotFound,
}

enum Stop {
    Told(Asked),
    Failed(RecordError),
}

impl<E: Into<RecordError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Asks for an appointment: the application, the to-dos of the unit's managers, the audit entry, the form's key and the
/// end of its draft in one transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn submit(app: &Arc<App>, sent: Sent, wanted: Wanted) -> Result<Asked, RecordError> {
    let desk = Arc::clone(app);
    let done = app.db.write(move |c| {
        let (app, now) = (&*desk, desk.clock.now_ms());
        let holder = app.person_hash(sent.openid.as_str());
        let not_found = || Stop::Told(Asked::NotFound);
        let account = members::still_active(c, sent.account.id)?.ok_or_else(not_found)?;
        let bound = case_bindings::one_of_account(c, account.id, &wanted.binding)?;
        let (binding, _, case) = bound.ok_or_else(not_found)?;
        let role = ApplicantRole::parse(&binding.applicant_role);
        if !role.is_some_and(ApplicantRole::may_appoint) {
            return Err(not_found());
        }
        if let Claim::Before(path) = submissions::claim(c, &sent.once, &holder, now)? {
            return Ok((Asked::At(path), None));
        }
        accounts::hold(c, account.id)?;
        if table::count_open_of_account(c, account.id, KIND)? >= MOST_OPEN {
            return Err(Stop::Told(Asked::Refused(format!(
                "请等待答复，或者在“我的预约”中撤回不需要的预约。您已经有{MOST_OPEN}次预约没有处理完。"
            ))));
        }
        let offered = offered(app);
        let items: Vec<Item> = offered
            .into_iter()
            .filter(|item| wanted.items.contains(item))
            .collect();
        let words: Vec<&str> = items.iter().map(|item| item.as_str()).collect();
        let cause = format!("w{}", app.ids.next(now));
        let submission = Submission {
            kind: ApplicationKind::Appointment,
            account: &account,
            unit_id: &case.unit_id,
            number: None,
            is_change: false,
            details: json!({
                "items": words,
                "case_name": case.name,
                "case_number": case.department_number,
                "binding": binding.public_id,
                "identity": wanted.identity,
                "remark": wanted.remark,
            }),
            items: Some(items_phrase(&items)),
            at: now,
            cause: &cause,
        };
        let mut effects = Effects::default();
        let application = applications::submit(c, app, &submission, &mut effects)?;
        let whose = (holder.as_str(), account.id);
        match attachments::adopt(c, app, whose, application.id, &wanted.files) {
            Err(RecordError::Conflict(_) | RecordError::Bad(_)) => {
                return Err(Stop::Told(Asked::Refused(FILE_GONE.to_owned())));
            }
            done => done?,
        }
        let act = Act {
            actor: &format!("follower:{holder}"),
            at: now,
        };
        let about = format!("application:{}", application.public_id);
        audited(c, act, "appointment.submitted", &about)?;
        drafts::done(c, &holder, &sent.draft)?;
        let path = page(&application);
        submissions::lead_to(c, &sent.once, &holder, &path)?;
        Ok::<_, Stop>((Asked::At(path), Some(effects)))
    });
    match done.await {
        Ok((asked, effects)) => {
            if let Some(effects) = effects {
                effects.report();
                if effects.notices > 0 {
                    pushes::bell(app).await;
                }
            }
            Ok(asked)
        }
        Err(Stop::Told(asked)) => Ok(asked),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Takes an appointment back as long as nothing is answered. The managers' to-dos that are on their way are not called
/// back; their reminders end.
///
/// # Errors
/// When the database does not answer.
pub async fn withdraw(
    app: &Arc<App>,
    (account_id, openid): (i64, OpenId),
    public_id: &str,
    version: i64,
) -> Result<Asked, RecordError> {
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let done = app.db.write(move |c| {
        let (app, now) = (&*desk, desk.clock.now_ms());
        let known = table::of_account(c, account_id, KIND, &public_id)?;
        let known = known.ok_or(Stop::Told(Asked::NotFound))?;
        let path = page(&known);
        // A second tap finds it done.
        if known.state == WITHDRAWN {
            return Ok(Asked::At(path));
        }
        if known.state != "pending" || known.version != version {
            return Err(Stop::Told(Asked::Stale));
        }
        let changed = Application {
            state: WITHDRAWN.to_owned(),
            decided_at: Some(now),
            remind_at: None,
            ..known
        };
        if !table::update(c, &changed).map_err(StoreError::from)? {
            return Err(Stop::Told(Asked::Stale));
        }
        let holder = app.person_hash(openid.as_str());
        let act = Act {
            actor: &format!("follower:{holder}"),
            at: now,
        };
        let about = format!("application:{public_id}");
        audited(c, act, "appointment.withdrawn", &about)?;
        Ok::<_, Stop>(Asked::At(path))
    });
    match done.await {
        Ok(asked) | Err(Stop::Told(asked)) => Ok(asked),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn page(application: &Application) -> String {
    format!("/h5/appointments/{}", application.public_id)
}
