//! Decisions of the office: what one does, whoever takes it. The console and the phone of a manager come through
//! `decide`, which asks for the scope, the version that was looked at and the claim; events of the upstream site call
//! the `settle` of each kind. A decision is ONE transaction: application, account or binding, audit entry, notice.

pub mod appointment;
pub mod binding;
pub mod registration;
pub mod reset;

use std::sync::Arc;

use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::desk::{Duty, UnitScope};
use crate::domain::event::hash;
use crate::domain::notice::Outcome;
use crate::domain::shanghai;
use crate::service::applications::{self, Review};
use crate::service::audit::audit_entry;
use crate::service::claims;
use crate::service::desk::Manager;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice};
use crate::service::pushes;
use crate::store::accounts::{self, Account};
use crate::store::application_hands::{self as hands, Hands};
use crate::store::applications::Application;
use crate::store::audit;
use crate::store::{Conn, StoreError, case_bindings, desk_applications};

/// Who decides, as the rows remember it.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// For the audit: `manager:ID`, `upstream`.
    pub actor: &'a str,
    /// When, milliseconds UTC.
    pub at: i64,
    /// Tells this decision from all others; with the receiver it makes a notice's `dedupe_key`.
    pub cause: &'a str,
}

/// Which application, as the page showed it.
#[derive(Clone, Debug)]
pub struct Target {
    /// Public id.
    pub public_id: String,
    /// The version that the manager looked at.
    pub version: i64,
    /// The manager decides although somebody else has taken it.
    pub take_over: bool,
}

/// Granted, or not and why.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// 通过.
    Approve,
    /// 不通过, with what is to be mended, one line each.
    Reject(String),
}

impl Verdict {
    fn into_parts(self) -> (bool, Option<String>) {
        match self {
            Self::Approve => (true, None),
            Self::Reject(reason) => (false, Some(reason)),
        }
    }
}

/// What a decision came to.
#[derive(Clone)]
pub struct Decided {
    /// As it stands now.
    pub application: Application,
    /// The call that has to be made because nobody could be told by WeChat.
    pub phone_task: Option<String>,
}

/// Why a decision was not taken; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such application in this unit, or the manager may not decide.
    #[error("no such application")]
    NotFound,
    /// It was decided before.
    #[error("decided before")]
    Decided {
        /// By whom, if it was a manager here.
        by: Option<String>,
        /// Milliseconds UTC.
        at: i64,
        /// The word of the state.
        state: String,
        /// How it came to its end.
        closing: Closing,
    },
    /// The applicant or another manager changed it since the page was opened.
    #[error("changed meanwhile")]
    Changed,
    /// A colleague has acted on it since the page was opened, and it is not done yet: an answer in part.
    #[error("a colleague acted on it meanwhile")]
    Overtaken {
        /// Who.
        by: String,
        /// Milliseconds UTC.
        at: i64,
    },
    /// Another manager has taken it.
    #[error("taken by another manager")]
    Claimed {
        /// Who.
        by: String,
        /// Milliseconds UTC.
        at: i64,
    },
    /// In words.
    #[error("{0}")]
    Said(String),
    /// Us.
    #[error(transparent)]
    Record(RecordError),
}

impl Refused {
    /// What the manager is told: what happened, what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotFound => "没有找到这件申请：可能已经转到其他单位。".to_owned(),
            Self::Decided {
                by,
                at,
                state,
                closing,
            } => {
                let how = closing.words(by.as_deref(), *at);
                let done = match closing {
                    Closing::Decided => format!("：{}", state_words(state)),
                    Closing::Withdrawn
                    | Closing::Counter
                    | Closing::Elsewhere
                    | Closing::Merged => String::new(),
                };
                format!("这件申请已{how}{done}。您的决定没有保存。")
            }
            Self::Overtaken { by, at } => format!(
                "{by}已于{}回复了部分事项。请重新查看以后再回复其余的事项，您的回复没有保存。",
                shanghai::minute_text(*at)
            ),
            Self::Changed => {
                "请重新查看以后再决定：您打开页面以后，这件申请又有改动。您的决定没有保存。"
                    .to_owned()
            }
            Self::Claimed { by, at } => format!(
                "{by}于{}领取了这件申请。确需由您处理的，请先点“接手处理”，再决定。您的决定没有保存。",
                shanghai::minute_text(*at)
            ),
            Self::Said(words) => words.clone(),
            // What was asked for may still be done, or have been done.
            Self::Record(RecordError::Store(StoreError::Timeout)) => {
                "没有及时得到结果。请重新打开这件申请，查看是否已经生效，再决定是否重做。"
                    .to_owned()
            }
            Self::Record(_) => "没有保存，请稍后再试。".to_owned(),
        }
    }

    /// The same on the phone, where nothing is taken over.
    pub fn sentence_on_phone(&self) -> String {
        match self {
            Self::Claimed { by, at } => format!(
                "{by}于{}领取了这件申请。确需由您处理的，请在电脑上接手处理。您的决定没有保存。",
                shanghai::minute_text(*at)
            ),
            refused => refused.sentence(),
        }
    }
}

/// How an application came to its end, as far as its row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// A manager decided it here, or the upstream site did.
    Decided,
    /// The applicant took it back.
    Withdrawn,
    /// The person got a new password at a counter.
    Counter,
    /// It was done with the same request to another procuratorate.
    Elsewhere,
    /// Two procuratorates became one, and the same request was made to both.
    Merged,
}

impl Closing {
    /// Of an application that is decided.
    pub fn of(application: &Application) -> Self {
        let details: serde_json::Value =
            serde_json::from_str(&application.details).unwrap_or_default();
        let closed_by = details.get("closed_by").and_then(serde_json::Value::as_str);
        match (application.state.as_str(), closed_by) {
            ("withdrawn", _) => Self::Withdrawn,
            (_, None) => Self::Decided,
            (_, Some("counter")) => Self::Counter,
            (_, Some("merger")) => Self::Merged,
            (_, Some(_)) => Self::Elsewhere,
        }
    }

    /// `由张三于2026年11月22日 10:00处理`; `by` is a manager of this program, `at` milliseconds UTC.
    pub fn words(self, by: Option<&str>, at: i64) -> String {
        let time = shanghai::minute_text(at);
        match self {
            Self::Decided => format!("由{}于{time}处理", by.unwrap_or("其他系统")),
            Self::Withdrawn => format!("由申请人于{time}撤回"),
            Self::Counter => format!("于{time}在窗口重置密码时一并办结"),
            Self::Elsewhere => format!("于{time}随申请人向其他检察院提出的同样申请一并办结"),
            Self::Merged => format!("于{time}因两个检察院合并办结"),
        }
    }
}

/// The state of an application in words.
pub fn state_words(state: &str) -> &'static str {
    match state {
        "pending" => "待处理",
        "withdrawn" => "已撤回",
        "to_call" => "待电话告知",
        "called" => "已电话告知",
        state => Outcome::parse(state).map_or("已处理", Outcome::phrase),
    }
}

impl From<RecordError> for Refused {
    fn from(error: RecordError) -> Self {
        match error {
            // Somebody was faster at this very moment.
            RecordError::Conflict(_) => Self::Changed,
            error => Self::Record(error),
        }
    }
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

/// What a decision works on, read under lock.
pub(in crate::service) struct Opened<'a> {
    /// The manager's unit.
    pub(in crate::service) scope: &'a UnitScope,
    /// The application.
    pub(in crate::service) application: Application,
    /// Whose it is.
    pub(in crate::service) account: &'a Account,
    /// Who decides.
    pub(in crate::service) by: By<'a>,
}

impl<'a> Opened<'a> {
    /// What [`applications::review`] takes.
    pub(in crate::service) fn review(self, outcome: Outcome, reason: Option<String>) -> Review<'a> {
        Review {
            application: self.application,
            account: self.account,
            outcome,
            reason,
            at: self.by.at,
        }
    }
}

/// Takes a manager's decision: everything is asked and done in one transaction, then the bell rings.
pub(in crate::service) async fn decide<F>(
    app: &Arc<App>,
    manager: &Manager,
    (kind, target): (ApplicationKind, Target),
    work: F,
) -> Result<Application, Refused>
where
    F: FnOnce(&mut Conn, &App, Opened<'_>, &mut Effects) -> Result<Application, Refused>
        + Send
        + 'static,
{
    if !manager.duties.has(Duty::Reviewer) {
        return Err(Refused::NotFound);
    }
    let desk = Arc::clone(app);
    let (scope, actor, who) = (manager.scope(), manager.actor(), manager.account.id);
    let done = app.db.write(move |c| {
        let app = &*desk;
        let now = app.clock.now_ms();
        let (application, account, hand) = open(c, app, &scope, kind, &target, who)?;
        let cause = format!("d{}", app.ids.next(now));
        let by = By {
            actor: &actor,
            at: now,
            cause: &cause,
        };
        let opened = Opened {
            scope: &scope,
            application,
            account: &account,
            by,
        };
        let mut effects = Effects::default();
        let decided = work(c, app, opened, &mut effects)?;
        let stored = desk_applications::one(c, &scope, &target.public_id)?;
        let hand = Hands {
            decided_by: Some(who),
            decided_at: Some(now),
            decided_version: stored.map(|stored| stored.version),
            ..kept(hand, &decided, (who, now), target.take_over)
        };
        hands::put(c, &hand)?;
        Ok::<_, Refused>((decided, effects))
    });
    let (decided, effects) = done.await?;
    effects.report();
    if effects.notices > 0 {
        pushes::bell(app).await;
    }
    metrics::counter!("jianxin_decisions_total", "kind" => kind.as_str(), "state" => decided.state.clone())
        .increment(1);
    Ok(decided)
}

/// In whose hands an application stays: of one that is answered in part the claim goes on, in the hands of whoever took it
/// over; of one that is done it ends.
fn kept(hand: Hands, decided: &Application, (who, now): (i64, i64), take_over: bool) -> Hands {
    let is_done = decided.decided_at.is_some();
    let (claimed_by, claimed_at) = match hand.claimed_by {
        _ if is_done => (None, None),
        Some(holder) if holder != who && take_over => (Some(who), Some(now)),
        _ => (hand.claimed_by, hand.claimed_at),
    };
    Hands {
        application_id: decided.id,
        claimed_by,
        claimed_at,
        ..Hands::default()
    }
}

/// The application and its account, both locked, in the order in which the applicant's own forms take them: account,
/// then application.
fn open(
    c: &mut Conn,
    app: &App,
    scope: &UnitScope,
    kind: ApplicationKind,
    target: &Target,
    who: i64,
) -> Result<(Application, Account, Hands), Refused> {
    let seen = desk_applications::one(c, scope, &target.public_id)?;
    let seen = seen.filter(|seen| seen.kind == kind.as_str());
    let account_id = seen.ok_or(Refused::NotFound)?.account_id;
    accounts::hold(c, account_id)?;
    let application = desk_applications::hold(c, scope, &target.public_id)?;
    let application = application.ok_or(Refused::NotFound)?;
    let account = accounts::by_id(c, account_id)?.ok_or(Refused::NotFound)?;
    let hand = hands::of_one(c, application.id)?;
    if let Some(at) = application.decided_at {
        return Err(decided_before(c, &application, hand, at)?);
    }
    if application.version != target.version {
        return Err(changed(c, hand, target.version)?);
    }
    let holder = hand.holder(app.clock.now_ms() - claims::life_ms(app));
    if !target.take_over {
        claims::free_for(c, holder, who)?;
    }
    Ok((application, account, hand))
}

/// Who was first, for who came second.
pub(in crate::service) fn decided_before(
    c: &mut Conn,
    application: &Application,
    hand: Hands,
    at: i64,
) -> Result<Refused, StoreError> {
    let is_revoked = application.state == Outcome::Revoked.as_str();
    let (who, at) = match hand.revoked_by {
        Some(who) if is_revoked => (Some(who), ended_at(c, application)?.unwrap_or(at)),
        _ => (hand.decided_by, at),
    };
    Ok(Refused::Decided {
        by: claims::name_of(c, who)?,
        at,
        state: application.state.clone(),
        closing: Closing::of(application),
    })
}

/// When the binding that an application was granted was ended.
fn ended_at(c: &mut Conn, application: &Application) -> Result<Option<i64>, StoreError> {
    let ended = case_bindings::ended_of_application(c, application.id)?;
    Ok(ended.and_then(|binding| binding.revoked_at))
}

/// The version is another one than was `seen`: a colleague answered a part of it since, or the applicant changed it.
fn changed(c: &mut Conn, hand: Hands, seen: i64) -> Result<Refused, StoreError> {
    let is_since = hand.decided_version.is_some_and(|made| made > seen);
    let by = claims::name_of(c, hand.decided_by.filter(|_| is_since))?;
    Ok(match (by, hand.decided_at) {
        (Some(by), Some(at)) => Refused::Overtaken { by, at },
        _ => Refused::Changed,
    })
}

/// An audit entry about an application.
pub(in crate::service) fn note(
    c: &mut Conn,
    by: By<'_>,
    action: &str,
    application: &Application,
) -> Result<(), StoreError> {
    let entry = audit_entry(
        by.at,
        by.actor,
        action,
        format!("application:{}", application.public_id),
    );
    audit::append(c, &entry)?;
    Ok(())
}

/// Tells the applicant what became of the application.
pub(in crate::service) fn tell_applicant(
    c: &mut Conn,
    app: &App,
    (decided, account): (&Application, &Account),
    (outcome, items): (Outcome, Option<String>),
    by: By<'_>,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let Some(kind) = ApplicationKind::parse(&decided.kind) else {
        return Ok(());
    };
    let hint = match outcome {
        Outcome::Rejected => "请点击查看原因",
        _ => "请点击查看详情",
    };
    let mut fields = applications::result_fields(app, decided, account);
    for (name, value) in [
        ("result", Some(outcome.phrase().to_owned())),
        ("time", Some(shanghai::minute_text(by.at))),
        ("hint", Some(hint.to_owned())),
        ("items", items),
    ] {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    }
    let notice = Notice {
        kind: kind.reviewed(),
        unit_id: decided.unit_id.clone(),
        fields,
        cause: by.cause.to_owned(),
        order_key: Some(hash(&format!("application:{}", decided.id))),
    };
    let reached = notices::to_account(c, app, &notice, account, None)?;
    effects.add(notice.kind, reached);
    Ok(())
}
