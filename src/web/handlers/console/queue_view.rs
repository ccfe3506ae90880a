//! The page of a queue, filled: the list, what was just done, and what is read beside it.

use axum::http::StatusCode;
use axum::response::Response;

use super::desk::{Desk, console_frame, failure};
use super::queue_pane;
use super::queues::{REFUSED, Sent};
use crate::service::decisions::{Refused, state_words};
use crate::service::desk_queue::{self, Count, Hidden, Queue, Row, View, short_time};
use crate::service::error::ServiceError;
use crate::web::console::queue_page::{Pill, QueuePage, RowView, Tab};
use crate::web::console::queue_pane::PaneView;
use crate::web::console::queue_place::{QueuePlace, STATES};
use crate::web::handlers::form::{Posted, parameter};
use crate::web::pages::Pages;

/// What a page shows besides the list.
#[derive(Default)]
pub(super) struct Shown {
    /// What is read.
    pub(super) id: Option<String>,
    /// What a case is looked for with.
    pub(super) typed: String,
    /// The value that was asked for, and the ticket.
    pub(super) revealed: Option<(Hidden, String)>,
    /// The slip of the password that was just made.
    pub(super) slip: Option<String>,
    /// What was just decided.
    pub(super) done: Option<String>,
    /// Why something was not done.
    pub(super) problem: Option<String>,
    /// What was typed, to be mended.
    pub(super) form: Option<Posted>,
}

impl Shown {
    /// As the address says.
    pub(super) fn of(query: &str) -> Self {
        let word = |name: &str| {
            let value = parameter(query, name)?;
            let fits = value.len() <= 200 && !value.is_empty();
            fits.then_some(value)
        };
        Self {
            id: word("id"),
            typed: parameter(query, "case").unwrap_or_default(),
            revealed: word("shown")
                .and_then(|what| Hidden::parse(&what))
                .zip(word("t")),
            slip: word("slip"),
            done: word("done"),
            ..Self::default()
        }
    }
}

/// The same case again, with what went wrong in words.
pub(super) async fn say(pages: &Pages, sent: &Sent, words: &str) -> Response {
    let shown = Shown {
        id: Some(sent.id.clone()),
        typed: sent.form.text("case"),
        problem: Some(words.to_owned()),
        form: Some(sent.form.clone()),
        ..Shown::default()
    };
    let page = page(pages, &sent.desk, &sent.place, shown).await;
    match page {
        Ok(page) => pages.personal(REFUSED, &page),
        Err(error) => failure(pages, &error),
    }
}

/// The same for a decision that was not taken.
pub(super) async fn refuse(pages: &Pages, sent: &Sent, refused: &Refused) -> Response {
    match refused {
        Refused::NotFound => failure(pages, &ServiceError::NotFound),
        Refused::Record(error) => {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "a decision was not stored"
            );
            say(pages, sent, &refused.sentence()).await
        }
        _ => say(pages, sent, &refused.sentence()).await,
    }
}

/// The page.
pub(super) async fn answer(
    pages: &Pages,
    desk: &Desk,
    place: &QueuePlace,
    shown: Shown,
) -> Response {
    match page(pages, desk, place, shown).await {
        Ok(page) => pages.personal(StatusCode::OK, &page),
        Err(error) => failure(pages, &error),
    }
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    place: &QueuePlace,
    shown: Shown,
) -> Result<QueuePage, ServiceError> {
    let (app, manager) = (&pages.app, &desk.manager);
    let queue = place.queue;
    // What is opened comes first: of another unit nothing is shown, not even a list.
    let pane = match &shown.id {
        Some(id) => Some(opened(pages, desk, place, (id, &shown)).await?),
        None => None,
    };
    let found = desk_queue::page(app, manager, place.asked()).await?;
    let counts = desk_queue::counts(app, manager).await?;
    let done = match &shown.done {
        Some(id) => desk_queue::brief(app, manager, queue, id).await?,
        None => None,
    };
    let key = match queue.kind() {
        Some(kind) => kind.as_str(),
        None => "phone",
    };
    let now = app.clock.now_ms();
    let current = shown.id.as_deref();
    Ok(QueuePage {
        frame: console_frame(pages, desk, queue.title(), key).await,
        queue: queue.word(),
        tabs: tabs(place, &counts),
        states: states(place),
        changes: changes(place),
        view: place.view.word(),
        text: place.text.clone(),
        action: format!("/console/queues/{}", queue.word()),
        file: place.file(),
        rows: found
            .rows
            .iter()
            .map(|row| row_view(row, place, current, now))
            .collect(),
        start: place.after.as_ref().map(|_| place.start()),
        next: found.next.map(|after| place.next(&after)),
        empty: empty(place),
        done: done.map(|row| done_words(&row)),
        problem: shown.problem,
        pane,
    })
}

async fn opened(
    pages: &Pages,
    desk: &Desk,
    place: &QueuePlace,
    (id, shown): (&str, &Shown),
) -> Result<PaneView, ServiceError> {
    let (app, manager) = (&pages.app, &desk.manager);
    let revealed = shown.revealed.as_ref().filter(|(what, ticket)| {
        desk_queue::ticket_is_good(app, &desk.session, (id, *what), ticket)
    });
    let asked = queue_pane::Asked {
        place,
        id,
        revealed: revealed.map(|(what, _)| *what),
        form: shown.form.as_ref(),
    };
    match place.queue {
        Queue::Phone => {
            let call = desk_queue::open_call(app, manager, id).await?;
            let password = match &shown.slip {
                Some(slip) => Some(desk_queue::shown_password(app, manager, slip).await?),
                None => None,
            };
            Ok(queue_pane::call(pages, &asked, &call, password))
        }
        queue => {
            let pane = desk_queue::open(app, manager, (queue, id), &shown.typed).await?;
            Ok(queue_pane::application(pages, desk, &asked, &pane))
        }
    }
}

fn tabs(place: &QueuePlace, counts: &[Count]) -> Vec<Tab> {
    let count = counts.iter().find(|count| count.queue == place.queue);
    let tab = |view: View| Tab {
        label: view.title().to_owned(),
        href: place.part(view),
        is_current: view == place.view,
        count: match view {
            View::Waiting => count.map(|count| count.waiting),
            View::Overdue => count.map(|count| count.overdue).filter(|late| *late > 0),
            View::Mine | View::Done => None,
        },
        is_late: view == View::Overdue,
    };
    View::ALL.into_iter().map(tab).collect()
}

fn states(place: &QueuePlace) -> Vec<Tab> {
    let known = STATES.iter().find(|(queue, _)| *queue == place.queue);
    let Some((_, states)) = known.filter(|_| place.has_states()) else {
        return Vec::new();
    };
    let every = match place.queue {
        Queue::Phone => ("", "全部事项"),
        _ => ("", "全部结果"),
    };
    let all = std::iter::once(&every).chain(states.iter());
    let choice = |(word, label): &(&str, &str)| Tab {
        label: (*label).to_owned(),
        href: (*word).to_owned(),
        is_current: place.state.unwrap_or_default() == *word,
        count: None,
        is_late: false,
    };
    match states.is_empty() {
        true => Vec::new(),
        false => all.map(choice).collect(),
    }
}

fn changes(place: &QueuePlace) -> Vec<Tab> {
    if !matches!(place.queue, Queue::Registration | Queue::Binding) {
        return Vec::new();
    }
    let chosen = match place.change {
        None => "",
        Some(false) => "first",
        Some(true) => "change",
    };
    [
        ("", "全部类型"),
        ("first", "首次提交"),
        ("change", "修改后提交"),
    ]
    .map(|(word, label)| Tab {
        label: label.to_owned(),
        href: word.to_owned(),
        is_current: word == chosen,
        count: None,
        is_late: false,
    })
    .to_vec()
}

fn empty(place: &QueuePlace) -> &'static str {
    match (place.text.is_empty(), place.view) {
        (false, _) => "没有找到。请核对编号，或者只输入姓名、账号开头的几个字。",
        (true, View::Waiting) => "没有待处理的事项。新的申请会出现在这里。",
        (true, View::Overdue) => "没有超期的事项。",
        (true, View::Mine) => "您没有领取的事项。领取以后，其他人暂时不能处理。",
        (true, View::Done) => "还没有处理过的事项。",
    }
}

/// The tint of a state.
pub(super) fn state_pill(state: &str) -> Pill {
    let tone = match state {
        "approved" | "answered" | "reset" | "called" => "ok",
        "rejected" => "bad",
        "partly_answered" => "warn",
        _ => "wait",
    };
    Pill {
        tone,
        word: state_words(state).to_owned(),
    }
}

/// What stands beside a title: state, due date, who has it.
pub(super) fn pills(row: &Row) -> Vec<Pill> {
    let mut pills = Vec::new();
    match &row.due {
        Some(due) => {
            if row.state == "partly_answered" {
                pills.push(state_pill(&row.state));
            }
            let tone = match due.due {
                crate::domain::office_hours::Due::Overdue(_) => "bad",
                crate::domain::office_hours::Due::Today => "warn",
                crate::domain::office_hours::Due::In(_) => "wait",
            };
            pills.push(Pill {
                tone,
                word: due.words(),
            });
        }
        None => pills.push(state_pill(&row.state)),
    }
    if row.is_change && row.due.is_some() {
        pills.push(Pill {
            tone: "brand",
            word: "修改".to_owned(),
        });
    }
    pills
}

fn row_view(row: &Row, place: &QueuePlace, current: Option<&str>, now: i64) -> RowView {
    let mut meta = vec![short_time(row.submitted_at, now)];
    if !row.number.is_empty() {
        meta.insert(0, row.number.clone());
    }
    if let Some(claimed) = &row.claimed {
        meta.push(match claimed.is_mine {
            true => "我已领取".to_owned(),
            false => format!("{}已领取", claimed.by),
        });
    }
    if let Some(at) = row.decided_at {
        let who = row.decided_by.as_deref().unwrap_or_default();
        meta.push(format!("{} {who}处理", short_time(at, now)));
    }
    RowView {
        href: place.opening(&row.public_id),
        is_current: current == Some(row.public_id.as_str()),
        title: row.applicant.clone(),
        about: row.about.clone(),
        meta,
        pills: pills(row),
    }
}

fn done_words(row: &Row) -> String {
    let what = match row.number.as_str() {
        "" => row.applicant.clone(),
        number => format!("{}（{number}）", row.applicant),
    };
    format!("已处理：{what}，{}。", state_words(&row.state))
}
