//! The queues of a unit as its managers work through them: what waits, oldest first; what was decided, newest first; what
//! is overdue in working days. Only the own unit's, by type; every look is written into the audit (R-I.10, R-I.13).

mod calls;
mod export;
mod find_case;
mod list;
mod pane;
mod phone;
mod reveal;
mod step;

use std::sync::Arc;

use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::desk::Duty;
use crate::domain::office_hours::Due;
use crate::domain::shanghai;
use crate::service::audit::audit_entry;
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::store::audit;
use crate::store::{Conn, StoreError, desk_applications, desk_phone_tasks};

pub use export::{Exported, HEADINGS, Line, export};
pub use find_case::{Candidate, Held, Sought};
pub(in crate::service) use find_case::{
    holders, name_of as person_name, number_of as person_number,
};
pub use list::{Asked, Claimed, Page, Row, View, page};
pub use pane::{
    AppointmentPane, BindingPane, Bound, Head, Pane, Past, RegistrationPane, ResetPane, open,
};
pub(in crate::service) use phone::already_called;
pub(in crate::service) use phone::close_resets;
pub use phone::{Fresh, PhonePane, Seen, make_password, open_call, shown_password, told};
pub use reveal::{Hidden, reveal, ticket, ticket_is_good};
pub use step::{brief, next};

/// One of the five queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// 注册审核, with changes of registrations.
    Registration,
    /// 案件绑定.
    Binding,
    /// 预约.
    Appointment,
    /// 找回密码.
    Reset,
    /// 电话告知.
    Phone,
}

impl Queue {
    /// In the order of the navigation.
    pub const ALL: [Self; 5] = [
        Self::Registration,
        Self::Binding,
        Self::Appointment,
        Self::Reset,
        Self::Phone,
    ];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Binding => "binding",
            Self::Appointment => "appointment",
            Self::Reset => "reset",
            Self::Phone => "phone",
        }
    }

    /// The queue of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.word() == word)
    }

    /// As managers read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Registration => "律师注册",
            Self::Binding => "案件绑定",
            Self::Appointment => "案件预约",
            Self::Reset => "找回密码",
            Self::Phone => "电话告知",
        }
    }

    /// What is applied for; `None`: calls.
    pub fn kind(self) -> Option<ApplicationKind> {
        match self {
            Self::Registration => Some(ApplicationKind::Registration),
            Self::Binding => Some(ApplicationKind::Binding),
            Self::Appointment => Some(ApplicationKind::Appointment),
            Self::Reset => Some(ApplicationKind::PasswordReset),
            Self::Phone => None,
        }
    }

    /// The queue of a kind.
    pub fn of(kind: ApplicationKind) -> Self {
        match kind {
            ApplicationKind::Registration => Self::Registration,
            ApplicationKind::Binding => Self::Binding,
            ApplicationKind::Appointment => Self::Appointment,
            ApplicationKind::PasswordReset => Self::Reset,
        }
    }

    /// Working days that something may wait.
    pub fn days(self, app: &App) -> u32 {
        let settings = &app.settings.applications;
        let days = match self {
            Self::Registration => settings.registration_days,
            Self::Binding => settings.binding_days,
            Self::Appointment => settings.appointment_days,
            Self::Reset => settings.reset_days,
            Self::Phone => settings.phone_days,
        };
        u32::try_from(days).unwrap_or(3)
    }
}

/// By when something has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueBy {
    /// How it stands now.
    pub due: Due,
    /// The last day: `11月25日 周三`.
    pub day: String,
}

impl DueBy {
    /// `已超期2个工作日`, `今天到期`, `还有3个工作日`.
    pub fn words(&self) -> String {
        match self.due {
            Due::Overdue(0) => "已超期".to_owned(),
            Due::Overdue(days) => format!("已超期{days}个工作日"),
            Due::Today => "今天到期".to_owned(),
            Due::In(days) => format!("还有{days}个工作日"),
        }
    }

    /// Whether the last day has passed.
    pub fn is_overdue(&self) -> bool {
        matches!(self.due, Due::Overdue(_))
    }
}

/// By when something that came in at `from` has to be done.
pub fn due_by(app: &App, queue: Queue, from: i64) -> DueBy {
    let days = queue.days(app);
    let last = app.office().office_hours.due_day(from, days);
    let weekday = match chrono::Datelike::weekday(&last) {
        chrono::Weekday::Mon => "周一",
        chrono::Weekday::Tue => "周二",
        chrono::Weekday::Wed => "周三",
        chrono::Weekday::Thu => "周四",
        chrono::Weekday::Fri => "周五",
        chrono::Weekday::Sat => "周六",
        chrono::Weekday::Sun => "周日",
    };
    DueBy {
        due: app
            .office()
            .office_hours
            .due(from, days, app.clock.now_ms()),
        day: format!("{} {weekday}", last.format("%-m月%-d日")),
    }
}

/// How much waits in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Which.
    pub queue: Queue,
    /// Undecided.
    pub waiting: i64,
    /// Of these: longer than it may.
    pub overdue: i64,
}

/// How much waits in the manager's unit, queue by queue.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(app: &Arc<App>, manager: &Manager) -> Result<Vec<Count>, ServiceError> {
    let (scope, now) = (manager.scope(), app.clock.now_ms());
    let limits = Queue::ALL.map(|queue| {
        let before = app
            .office()
            .office_hours
            .overdue_before(queue.days(app), now);
        (queue, before)
    });
    let counted = app.db.read(move |c| -> Result<_, StoreError> {
        let waiting = desk_applications::count_waiting(c, &scope)?;
        let mut counts = Vec::new();
        for (queue, before) in limits {
            let (waiting, overdue) = match queue.kind() {
                Some(kind) => {
                    let of_kind = waiting.iter().find(|(word, _)| word == kind.as_str());
                    let overdue = match of_kind {
                        Some(_) => {
                            desk_applications::count_before(c, &scope, kind.as_str(), before)?
                        }
                        None => 0,
                    };
                    (of_kind.map_or(0, |(_, count)| *count), overdue)
                }
                None => (
                    desk_phone_tasks::count_open(c, &scope, None)?,
                    desk_phone_tasks::count_open(c, &scope, Some(before))?,
                ),
            };
            counts.push(Count {
                queue,
                waiting,
                overdue,
            });
        }
        Ok(counts)
    });
    Ok(counted.await?)
}

/// A manager without this duty sees no queue, whatever door the request came through.
fn reviewer(manager: &Manager) -> Result<(), ServiceError> {
    match manager.duties.has(Duty::Reviewer) {
        true => Ok(()),
        false => Err(ServiceError::NotFound),
    }
}

/// Writes down who looked at what, or did what.
fn note(
    c: &mut Conn,
    (actor, now): (&str, i64),
    action: &str,
    subject: String,
) -> Result<(), StoreError> {
    let entry = audit_entry(now, actor, action, subject);
    audit::append(c, &entry)?;
    Ok(())
}

/// `11月22日 10:00` of this year, else with the year.
pub fn short_time(ms: i64, now: i64) -> String {
    let (at, today) = (shanghai::wall_clock(ms), shanghai::wall_clock(now));
    let is_this_year = chrono::Datelike::year(&at) == chrono::Datelike::year(&today);
    let pattern = match is_this_year {
        true => "%-m月%-d日 %H:%M",
        false => "%Y年%-m月%-d日",
    };
    at.format(pattern).to_string()
}
