//! A lawyer asks for a case, or changes what was asked.

use std::sync::Arc;

use serde_json::json;

use super::{Act, KIND, audited};
use crate::app::App;
use crate::app::seal::Place;
use crate::domain::application::ApplicationKind;
use crate::domain::binding::{self, ApplicantRole, Limit};
use crate::domain::ids::OpenId;
use crate::service::applications::{self, Submission};
use crate::service::attachments::{self, Chosen};
use crate::service::drafts;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::submissions::{self, Claim};
use crate::service::{members, pushes};
use crate::store::accounts::Account;
use crate::store::applications::{self as table, Application};
use crate::store::binding_requests::{self, BindingRequest};
use crate::store::{Conn, StoreError, case_bindings};

/// What the lawyer says; checked by the form.
#[derive(Clone)]
pub struct Wish {
    /// The unit that handles the case.
    pub unit_id: String,
    /// 案件名称.
    pub case_name: String,
    /// 当事人.
    pub party_name: String,
    /// 当事人证件号.
    pub party_id: String,
    /// 异地.
    pub is_remote: bool,
    /// 申请人类型.
    pub role: ApplicantRole,
    /// 证明材料.
    pub files: Vec<Chosen>,
}

/// Who sent which form.
#[derive(Clone)]
pub struct Sent {
    /// The account of the session.
    pub account: Account,
    /// The follower of the session.
    pub openid: OpenId,
    /// The form's hidden key.
    pub once: String,
    /// The draft that ends with it.
    pub draft: String,
}

/// What became of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was taken, now or before; this page shows it.
    At(String),
    /// It was not, in words.
    Refused(String),
    /// Somebody decided meanwhile, or the lawyer changed it elsewhere.
    Stale,
    /// There is no such application of this account.
    NotFound,
}

/// A file of the form cannot be taken.
pub(in crate::service) const FILE_GONE: &str =
    "请把材料删除后重新上传，再提交。有文件已经不能使用，或者文件太多。";

/// Whether the case is handled elsewhere than where the lawyer was audited.
pub fn remote(account: &Account, unit_id: &str) -> bool {
    account.unit_id != unit_id
}

/// Submits an application.
///
/// # Errors
/// When the database does not answer.
pub async fn apply(app: &Arc<App>, sent: Sent, wish: Wish) -> Result<Asked, RecordError> {
    let desk = Arc::clone(app);
    let done = app.db.write(move |c| {
        let (app, now) = (&*desk, desk.clock.now_ms());
        let holder = app.person_hash(sent.openid.as_str());
        if let Claim::Before(path) = submissions::claim(c, &sent.once, &holder, now)? {
            return Ok((Asked::At(path), None));
        }
        // A refusal is an error here, so that the form's key is free for the next try.
        let mut effects = Effects::default();
        soft_check(c, app, &sent.account, &wish, None).map_err(Stop::from)?;
        let application = submit(c, app, &sent, &wish, None, &mut effects)?;
        let row = request_row(app, &application, &sent.account, &wish)?;
        binding_requests::insert(c, &row)?;
        adopt(c, app, &sent, &application, &wish.files)?;
        finish(c, app, &sent, &application, "binding.submitted")?;
        let path = page(&application);
        submissions::lead_to(c, &sent.once, &holder, &path)?;
        Ok::<_, Stop>((Asked::At(path), Some(effects)))
    });
    settle(app, done.await).await
}

/// Changes an application that is undecided or was refused; `version` is the one the form was made from.
///
/// # Errors
/// When the database does not answer.
pub async fn edit(
    app: &Arc<App>,
    sent: Sent,
    (public_id, version): (String, i64),
    wish: Wish,
) -> Result<Asked, RecordError> {
    let desk = Arc::clone(app);
    let done = app.db.write(move |c| {
        let (app, now) = (&*desk, desk.clock.now_ms());
        let holder = app.person_hash(sent.openid.as_str());
        let known = table::of_account(c, sent.account.id, KIND, &public_id)?;
        let known = known.ok_or(Stop::Told(Asked::NotFound))?;
        if let Claim::Before(path) = submissions::claim(c, &sent.once, &holder, now)? {
            return Ok((Asked::At(path), None));
        }
        let is_open = matches!(known.state.as_str(), "pending" | "rejected");
        if known.version != version || !is_open {
            return Err(Stop::Told(Asked::Stale));
        }
        let mut effects = Effects::default();
        soft_check(c, app, &sent.account, &wish, Some(known.id)).map_err(Stop::from)?;
        let had_request = binding_requests::of(c, known.id)?.is_some();
        let number = known.external_id.clone();
        let application = submit(c, app, &sent, &wish, number, &mut effects)?;
        let row = request_row(app, &application, &sent.account, &wish)?;
        if had_request {
            binding_requests::update(c, &row)?;
        } else {
            binding_requests::insert(c, &row)?;
        }
        adopt(c, app, &sent, &application, &wish.files)?;
        finish(c, app, &sent, &application, "binding.changed")?;
        let path = page(&application);
        submissions::lead_to(c, &sent.once, &holder, &path)?;
        Ok((Asked::At(path), Some(effects)))
    });
    settle(app, done.await).await
}

/// Why a transaction ends without effect.
enum Stop {
    Told(Asked),
    Failed(RecordError),
}

impl From<Limit> for Stop {
    fn from(limit: Limit) -> Self {
        Self::Told(Asked::Refused(limit.sentence()))
    }
}

impl From<RecordError> for Stop {
    fn from(error: RecordError) -> Self {
        match error {
            // What the service says of an application that was decided at this moment.
            RecordError::Conflict(_) => Self::Told(Asked::Stale),
            error => Self::Failed(error),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<diesel::result::Error> for Stop {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Check> for Stop {
    fn from(check: Check) -> Self {
        match check {
            Check::Limit(limit) => limit.into(),
            Check::Twice => Self::Told(Asked::Refused(
                "请等待审核结果，不需要再次提交。您已经为这名当事人提交过这个案件的绑定申请。"
                    .to_owned(),
            )),
            Check::Failed(error) => error.into(),
        }
    }
}

async fn settle(
    app: &Arc<App>,
    done: Result<(Asked, Option<Effects>), Stop>,
) -> Result<Asked, RecordError> {
    match done {
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

fn submit(
    c: &mut Conn,
    app: &App,
    sent: &Sent,
    wish: &Wish,
    number: Option<String>,
    effects: &mut Effects,
) -> Result<Application, Stop> {
    // The account as it is now: it may have been refused or disabled since the form was opened.
    let account = members::still_active(c, sent.account.id)?;
    let account = account.ok_or(Stop::Told(Asked::NotFound))?;
    let cause = format!("w{}", app.ids.next(app.clock.now_ms()));
    let submission = Submission {
        kind: ApplicationKind::Binding,
        account: &account,
        unit_id: &wish.unit_id,
        number,
        is_change: false,
        // Names of people are sealed elsewhere.
        details: json!({
            "case_name": wish.case_name,
            "applicant_role": wish.role.as_str(),
            "is_remote": wish.is_remote,
        }),
        items: None,
        at: app.clock.now_ms(),
        cause: &cause,
    };
    Ok(applications::submit(c, app, &submission, effects)?)
}

fn request_row(
    app: &App,
    application: &Application,
    account: &Account,
    wish: &Wish,
) -> Result<BindingRequest, Stop> {
    let place = |column| Place {
        table: "binding_requests",
        column,
        row: &application.public_id,
    };
    let folded = binding::fold_id(&wish.party_id);
    let sealed = |column, text: &str| {
        app.seal
            .close(place(column), text)
            .map_err(RecordError::from)
    };
    Ok(BindingRequest {
        application_id: application.id,
        account_id: account.id,
        case_name: wish.case_name.clone(),
        party_name: sealed("party_name", &wish.party_name)?,
        party_id: sealed("party_id", &folded)?,
        party_blind: app.blind.of("id_number", &folded),
        is_remote: wish.is_remote,
        applicant_role: wish.role.as_str().to_owned(),
        case_person_id: None,
    })
}

fn adopt(
    c: &mut Conn,
    app: &App,
    sent: &Sent,
    application: &Application,
    files: &[Chosen],
) -> Result<(), Stop> {
    let holder = app.person_hash(sent.openid.as_str());
    let whose = (holder.as_str(), sent.account.id);
    match attachments::adopt(c, app, whose, application.id, files) {
        Err(RecordError::Conflict(_) | RecordError::Bad(_)) => {
            Err(Stop::Told(Asked::Refused(FILE_GONE.to_owned())))
        }
        done => Ok(done?),
    }
}

fn finish(
    c: &mut Conn,
    app: &App,
    sent: &Sent,
    application: &Application,
    action: &str,
) -> Result<(), Stop> {
    let holder = app.person_hash(sent.openid.as_str());
    let act = Act {
        actor: &format!("follower:{holder}"),
        at: app.clock.now_ms(),
    };
    let about = format!("application:{}", application.public_id);
    audited(c, act, action, &about)?;
    drafts::done(c, &holder, &sent.draft)?;
    Ok(())
}

fn page(application: &Application) -> String {
    format!("/h5/bindings/{}", application.public_id)
}

enum Check {
    Limit(Limit),
    Twice,
    Failed(StoreError),
}

impl From<diesel::result::Error> for Check {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Early words on what the approval would refuse. It looks at nothing but the lawyer's own applications and bindings:
/// whether a stranger is a suspect somewhere must not be found out by asking.
fn soft_check(
    c: &mut Conn,
    app: &App,
    account: &Account,
    wish: &Wish,
    changing: Option<i64>,
) -> Result<(), Check> {
    let blind = app.blind.of("id_number", &binding::fold_id(&wish.party_id));
    for (request, application) in binding_requests::open_for_party(c, account.id, &blind)? {
        let is_same = application.unit_id == wish.unit_id && request.case_name == wish.case_name;
        if application.state == "pending" && is_same && Some(application.id) != changing {
            return Err(Check::Twice);
        }
    }
    for (bound, person, case) in case_bindings::of_account(c, account.id, 1000)? {
        let is_same = case.unit_id == wish.unit_id && case.name == wish.case_name;
        if !is_same {
            continue;
        }
        if person.id_blind.as_deref() == Some(blind.as_str()) {
            let role = ApplicantRole::parse(&bound.applicant_role);
            return Err(Check::Limit(match role {
                Some(role) if role != wish.role => Limit::OtherRole(role),
                _ => Limit::Already,
            }));
        }
        if !binding::is_civil(&case.category) {
            return Err(Check::Limit(Limit::OtherSuspect));
        }
    }
    Ok(())
}
