//! A page of a queue.

use std::sync::Arc;

use super::{DueBy, Queue, calls, due_by, note, reviewer};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::notice::{Item, items_phrase};
use crate::service::claims;
use crate::service::decisions::Closing;
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::store::accounts::{self, Account};
use crate::store::application_hands::{self as hands, Hands};
use crate::store::applications::{Application, by_external_id};
use crate::store::beginning::Beginning;
use crate::store::desk_applications::{self as table, Filter};
use crate::store::{Conn, StoreError};

/// Rows of a page.
const ROWS: i64 = 30;
/// So many applications of a name are looked up. Where there are more, the queue is walked, and its page is soon full.
const FOUND: i64 = 1000;
/// Claims of one manager that are shown.
const CLAIMS: i64 = 200;

/// Which part of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// 待处理.
    #[default]
    Waiting,
    /// 已超期.
    Overdue,
    /// 我领取的.
    Mine,
    /// 已处理.
    Done,
}

impl View {
    /// In the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Overdue, Self::Mine, Self::Done];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Overdue => "overdue",
            Self::Mine => "mine",
            Self::Done => "done",
        }
    }

    /// The view of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }

    /// As managers read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Waiting => "待处理",
            Self::Overdue => "已超期",
            Self::Mine => "我领取的",
            Self::Done => "已处理",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which queue.
    pub queue: Queue,
    /// Which part.
    pub view: View,
    /// Only this state; of calls, only about notices of this kind.
    pub state: Option<&'static str>,
    /// Only changes, or only first ones.
    pub is_change: Option<bool>,
    /// A number, or the first letters of an applicant's name or login name.
    pub text: String,
    /// The public id of the last row of the page before.
    pub after: Option<String>,
}

impl Asked {
    /// What waits in a queue.
    pub fn waiting(queue: Queue) -> Self {
        Self {
            queue,
            view: View::Waiting,
            state: None,
            is_change: None,
            text: String::new(),
            after: None,
        }
    }
}

/// Who has taken something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Name.
    pub by: String,
    /// Milliseconds UTC.
    pub at: i64,
    /// The manager who looks.
    pub is_mine: bool,
}

/// One thing that waits, or did.
#[derive(Clone, Debug)]
pub struct Row {
    /// For addresses.
    pub public_id: String,
    /// The number people know.
    pub number: String,
    /// Whose.
    pub applicant: String,
    /// What the applicant signs in with.
    pub login_name: String,
    /// What it is about, in a line.
    pub about: String,
    /// The word of the state.
    pub state: String,
    /// It changes an earlier one.
    pub is_change: bool,
    /// Milliseconds UTC.
    pub submitted_at: i64,
    /// By when; for what waits.
    pub due: Option<DueBy>,
    /// Who has it now.
    pub claimed: Option<Claimed>,
    /// When it was decided, milliseconds UTC.
    pub decided_at: Option<i64>,
    /// Who decided it here, or answered last.
    pub decided_by: Option<String>,
    /// How it came to its end.
    pub closing: Closing,
}

/// A page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// What the next page is asked for with.
    pub next: Option<String>,
}

/// A page of a queue of the manager's unit.
///
/// # Errors
/// [`ServiceError::NotFound`] for who is no reviewer; when the database does not answer.
pub async fn page(app: &Arc<App>, manager: &Manager, asked: Asked) -> Result<Page, ServiceError> {
    reviewer(manager)?;
    let (desk, manager) = (Arc::clone(app), manager.clone());
    let page = app.db.write(move |c| -> Result<_, StoreError> {
        let now = desk.clock.now_ms();
        let subject = format!("queue:{}:{}", asked.queue.word(), asked.view.word());
        note(c, (&manager.actor(), now), "queue.viewed", subject)?;
        load(c, &desk, &manager, &asked, ROWS)
    });
    Ok(page.await?)
}

/// The rows behind `asked.after`, at most `limit`.
pub(super) fn load(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    asked: &Asked,
    limit: i64,
) -> Result<Page, StoreError> {
    let sought = sought(c, &asked.text)?;
    match asked.queue.kind() {
        Some(kind) => applications(c, app, manager, (asked, kind), (sought, limit)),
        None => calls::page(c, app, manager, asked, (sought, limit)),
    }
}

/// What the typed text stands for; of both none when nothing was typed.
#[derive(Clone, Default)]
pub(super) struct Sought {
    /// It is the number of an application.
    pub(super) number: Option<String>,
    /// What the applicant's name or login name begins with.
    pub(super) applicant: Option<Beginning>,
}

fn sought(c: &mut Conn, text: &str) -> Result<Sought, StoreError> {
    let letters = text.trim().chars().filter(|c| !c.is_control());
    let letters: String = letters.take(64).collect();
    if letters.is_empty() {
        return Ok(Sought::default());
    }
    let number = letters.to_uppercase();
    Ok(match by_external_id(c, &number)? {
        Some(_known) => Sought {
            number: Some(number),
            applicant: None,
        },
        None => Sought {
            number: None,
            applicant: Some(Beginning::of(&letters)),
        },
    })
}

fn applications(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    (asked, kind): (&Asked, ApplicationKind),
    (sought, limit): (Sought, i64),
) -> Result<Page, StoreError> {
    let (scope, now) = (manager.scope(), app.clock.now_ms());
    let since = now - claims::life_ms(app);
    let me = manager.account.id;
    let before = app
        .office()
        .office_hours
        .overdue_before(asked.queue.days(app), now);
    let filter = Filter {
        kind: kind.as_str(),
        decided: asked.view == View::Done,
        state: asked.state,
        is_change: asked.is_change,
        before: (asked.view == View::Overdue).then_some(before),
        among: among(
            c,
            app,
            manager,
            (asked.view, kind),
            sought.applicant.as_ref(),
        )?,
        number: sought.number,
        applicant: sought.applicant,
    };
    let after = match &asked.after {
        None => None,
        Some(id) => {
            let Some(last) = table::one(c, &scope, id)? else {
                return Ok(Page::default());
            };
            // Decided since: the page begins anew.
            let at = match filter.decided {
                true => last.decided_at,
                false => Some(last.submitted_at),
            };
            at.map(|at| (at, last.id))
        }
    };
    let mut found = table::page(c, &scope, &filter, after, limit + 1)?;
    let kept = usize::try_from(limit).unwrap_or_default();
    let has_more = found.len() > kept;
    found.truncate(kept);
    let ids: Vec<i64> = found.iter().map(|(one, _)| one.id).collect();
    let in_hands = hands::of(c, &ids)?;
    let people: Vec<i64> = in_hands
        .iter()
        .flat_map(|hand| [hand.claimed_by, hand.decided_by])
        .flatten()
        .collect();
    let names = accounts::names(c, &people)?;
    let rows: Vec<Row> = found
        .iter()
        .map(|(one, account)| {
            let hand = in_hands.iter().find(|hand| hand.application_id == one.id);
            let hand = hand.copied().unwrap_or_default();
            row(app, asked.queue, (one, account), hand, (me, since), &names)
        })
        .collect();
    Ok(Page {
        next: rows
            .last()
            .filter(|_| has_more)
            .map(|row| row.public_id.clone()),
        rows,
    })
}

/// Few applications, when it is known which: those that the manager took, or those of the name that is looked for.
fn among(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    (view, kind): (View, ApplicationKind),
    applicant: Option<&Beginning>,
) -> Result<Option<Vec<i64>>, StoreError> {
    if view == View::Mine {
        let since = app.clock.now_ms() - claims::life_ms(app);
        let mine = hands::claimed_by(c, manager.account.id, since, CLAIMS)?;
        return Ok(Some(mine));
    }
    let Some(applicant) = applicant else {
        return Ok(None);
    };
    let in_view = (kind.as_str(), view == View::Done);
    Ok(table::named(
        c,
        &manager.scope(),
        in_view,
        applicant,
        FOUND,
    )?)
}

/// A name by its key.
pub(super) fn name(names: &[(i64, String)], id: Option<i64>) -> Option<String> {
    let found = names.iter().find(|(known, _)| Some(*known) == id);
    found.map(|(_, name)| name.clone())
}

pub(super) fn row(
    app: &App,
    queue: Queue,
    (one, account): (&Application, &Account),
    hand: Hands,
    (me, since): (i64, i64),
    names: &[(i64, String)],
) -> Row {
    let is_open = one.decided_at.is_none();
    let holder = hand.holder(since).filter(|_| is_open);
    Row {
        public_id: one.public_id.clone(),
        number: one.external_id.clone().unwrap_or_default(),
        applicant: account.display_name.clone(),
        login_name: account.login_name.clone(),
        about: about(one),
        state: one.state.clone(),
        is_change: one.is_change,
        submitted_at: one.submitted_at,
        due: is_open.then(|| due_by(app, queue, one.submitted_at)),
        claimed: holder.map(|(who, at)| Claimed {
            by: name(names, Some(who)).unwrap_or_default(),
            at,
            is_mine: who == me,
        }),
        decided_at: one.decided_at,
        decided_by: name(names, hand.decided_by),
        closing: Closing::of(one),
    }
}

/// What an application is about, in a line.
pub(super) fn about(application: &Application) -> String {
    let details: serde_json::Value = serde_json::from_str(&application.details).unwrap_or_default();
    let text = |name: &str| {
        let text = details.get(name).and_then(serde_json::Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    match ApplicationKind::parse(&application.kind) {
        Some(ApplicationKind::Binding) => text("case_name"),
        Some(ApplicationKind::Appointment) => {
            let items = details.get("items").and_then(serde_json::Value::as_array);
            let items: Vec<Item> = items
                .into_iter()
                .flatten()
                .filter_map(|item| Item::parse(item.as_str()?))
                .collect();
            match text("case_name") {
                case if case.is_empty() => items_phrase(&items),
                case => format!("{} · {case}", items_phrase(&items)),
            }
        }
        Some(kind) => kind.task(application.is_change).to_owned(),
        None => String::new(),
    }
}
