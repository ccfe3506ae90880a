//! Decisions from the queues. Each ends with the next case; one that was not taken shows the same case again, with what
//! was typed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::desk::failure;
use super::queue_view::{refuse, say};
use super::queues::{REVIEWERS, Sent};
use crate::domain::binding::ApplicantRole;
use crate::domain::event::Reply;
use crate::domain::notice::Item;
use crate::domain::reasons::Reasons;
use crate::domain::shanghai;
use crate::service::decisions::appointment::{self, Answers};
use crate::service::decisions::binding::{self, Choice};
use crate::service::decisions::{Decided, Refused, Target, Verdict, registration, reset};
use crate::service::desk_queue::{self, Queue, Seen};
use crate::service::error::ServiceError;
use crate::web::access::Table;
use crate::web::console::queue_place::QueuePlace;
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

pub(super) fn routes(table: Table) -> Table {
    table
        .post(
            "/console/queues/{queue}/{id}/approve",
            REVIEWERS,
            post(approve),
        )
        .post(
            "/console/queues/{queue}/{id}/reject",
            REVIEWERS,
            post(reject),
        )
        .post("/console/queues/{queue}/{id}/reply", REVIEWERS, post(reply))
        .post(
            "/console/queues/{queue}/{id}/revoke",
            REVIEWERS,
            post(revoke),
        )
        .post(
            "/console/queues/{queue}/{id}/password",
            REVIEWERS,
            post(password),
        )
        .post("/console/queues/{queue}/{id}/told", REVIEWERS, post(told))
}

/// What a form says it looked at.
fn target(sent: &Sent) -> Target {
    Target {
        public_id: sent.id.clone(),
        version: sent.form.text("version").parse().unwrap_or_default(),
        take_over: sent.form.text("take_over") == "yes",
    }
}

/// What the applicant is told, from what was ticked and typed.
fn reason(kind: &str, form: &Posted) -> Result<String, String> {
    let (ticked, free) = (form.all("reason"), form.raw("free"));
    let told = Reasons::built_in().together(kind, &ticked, &free);
    told.map_err(|flaw| flaw.sentence().to_owned())
}

async fn approve(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let (app, manager) = (&pages.app, &sent.desk.manager);
    let (target, granted) = (target(&sent), Verdict::Approve);
    let done = match sent.place.queue {
        Queue::Registration => registration::review(app, manager, target, granted).await,
        Queue::Reset if sent.form.text("by_telephone") == "yes" => {
            reset::grant_by_telephone(app, manager, target).await
        }
        Queue::Reset => reset::review(app, manager, target, granted).await,
        Queue::Binding => {
            let person = sent.form.text("person");
            if person.is_empty() {
                return say(&pages, &sent, "请先选择案件当事人，再确认通过。").await;
            }
            let role = ApplicantRole::parse(&sent.form.text("role"));
            let role = role.filter(|role| role.is_lawyers());
            binding::approve(app, manager, target, Choice { person, role }).await
        }
        Queue::Appointment | Queue::Phone => Err(Refused::NotFound),
    };
    settle(&pages, &sent, done).await
}

async fn reject(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let kind = sent.place.queue.kind().map_or("", |kind| kind.as_str());
    let reason = match reason(kind, &sent.form) {
        Ok(reason) => reason,
        Err(words) => return say(&pages, &sent, &words).await,
    };
    let (app, manager, target) = (&pages.app, &sent.desk.manager, target(&sent));
    let done = match sent.place.queue {
        Queue::Registration => {
            registration::review(app, manager, target, Verdict::Reject(reason)).await
        }
        Queue::Reset => reset::review(app, manager, target, Verdict::Reject(reason)).await,
        Queue::Binding => binding::reject(app, manager, target, reason).await,
        Queue::Appointment | Queue::Phone => Err(Refused::NotFound),
    };
    settle(&pages, &sent, done).await
}

async fn reply(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let today = shanghai::wall_clock(pages.app.clock.now_ms()).date();
    let replies = Item::ALL.into_iter().filter_map(|item| {
        let word = item.as_str();
        let decision = sent.form.text(&format!("decision_{word}"));
        let opinion = sent.form.text(&format!("opinion_{word}"));
        let ticked = sent.form.all(&format!("reason_{word}"));
        let day = sent.form.text(&format!("day_{word}"));
        (!decision.is_empty()).then(|| -> Result<Reply, &'static str> {
            let opinion = reasoned(&decision, &ticked, opinion)?;
            Ok(Reply {
                item: word.to_owned(),
                opinion: Some(dated((&decision, &opinion), &day, today)?),
                decision,
            })
        })
    });
    let replies: Vec<Reply> = match replies.collect::<Result<_, _>>() {
        Ok(replies) => replies,
        Err(words) => return say(&pages, &sent, words).await,
    };
    let answers = Answers {
        replies,
        remark: sent.form.raw("remark"),
    };
    let done = match sent.place.queue {
        Queue::Appointment => {
            appointment::reply(&pages.app, &sent.desk.manager, target(&sent), answers).await
        }
        _ => Err(Refused::NotFound),
    };
    // Of one that is answered in part the rest can be answered at once.
    if let Ok(decided) = &done
        && decided.application.decided_at.is_none()
    {
        let open = [("id", sent.id.as_str()), ("done", sent.id.as_str())];
        return Redirect::to(&sent.place.with(&open)).into_response();
    }
    settle(&pages, &sent, done).await
}

/// What was ticked before what was written; only where something is not agreed to.
fn reasoned(decision: &str, ticked: &[String], opinion: String) -> Result<String, &'static str> {
    if ticked.is_empty() {
        return Ok(opinion);
    }
    if decision == "agreed" {
        return Err("同意的事项不需要勾选理由，请去掉勾选，或者选择其他意见。");
    }
    let together = Reasons::built_in().together("appointment", ticked, &opinion);
    together.map_err(|flaw| flaw.sentence())
}

/// 安排日期：2026年11月25日。 before the opinion. A day goes with 同意 only: before a bare refusal it would pass for its
/// reason.
fn dated(
    (decision, opinion): (&str, &str),
    day: &str,
    today: chrono::NaiveDate,
) -> Result<String, &'static str> {
    if day.is_empty() {
        return Ok(opinion.to_owned());
    }
    if decision != "agreed" {
        return Err("只有同意的事项可以填写安排日期，请去掉日期，或者选择“同意”。");
    }
    match chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d") {
        Ok(day) if day >= today => Ok(format!(
            "安排日期：{}。{opinion}",
            day.format("%Y年%-m月%-d日")
        )),
        Ok(_) => Err("安排日期不能早于今天，请重新填写。"),
        Err(_not_a_day) => Err("请按年-月-日填写安排日期，例如2026-11-25。"),
    }
}

async fn revoke(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let reason = match reason("revocation", &sent.form) {
        Ok(reason) => reason,
        Err(words) => return say(&pages, &sent, &words).await,
    };
    let done = match sent.place.queue {
        Queue::Binding => {
            binding::revoke(&pages.app, &sent.desk.manager, target(&sent), reason).await
        }
        _ => Err(Refused::NotFound),
    };
    match done {
        Ok(_) => {
            let open = [("id", sent.id.as_str()), ("done", sent.id.as_str())];
            Redirect::to(&sent.place.with(&open)).into_response()
        }
        Err(refused) => refuse(&pages, &sent, &refused).await,
    }
}

async fn password(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let seen = Seen {
        made_at: sent.form.text("made_at").parse().unwrap_or_default(),
        again: sent.form.text("again") == "yes",
    };
    let made = match sent.place.queue {
        Queue::Phone => {
            desk_queue::make_password(&pages.app, &sent.desk.manager, &sent.id, seen).await
        }
        _ => Err(Refused::NotFound),
    };
    match made {
        Ok(slip) => {
            let open = [("id", sent.id.as_str()), ("slip", &slip)];
            Redirect::to(&sent.place.with(&open)).into_response()
        }
        Err(refused) => refuse(&pages, &sent, &refused).await,
    }
}

async fn told(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let done = match sent.place.queue {
        Queue::Phone => desk_queue::told(&pages.app, &sent.desk.manager, &sent.id).await,
        _ => Err(Refused::NotFound),
    };
    match done {
        Ok(()) => forward(&pages, &sent).await,
        Err(refused) => refuse(&pages, &sent, &refused).await,
    }
}

/// On to the next case, or to the call that has to be made; or the same case with what went wrong.
async fn settle(pages: &Pages, sent: &Sent, done: Result<Decided, Refused>) -> Response {
    match done {
        Ok(Decided {
            phone_task: Some(call),
            ..
        }) => {
            let calls = QueuePlace::parse(Queue::Phone, "");
            Redirect::to(&calls.opening(&call)).into_response()
        }
        Ok(_) => forward(pages, sent).await,
        Err(Refused::NotFound) => failure(pages, &ServiceError::NotFound),
        Err(refused) => refuse(pages, sent, &refused).await,
    }
}

async fn forward(pages: &Pages, sent: &Sent) -> Response {
    let asked = sent.place.asked();
    let next = desk_queue::next(&pages.app, &sent.desk.manager, asked, &sent.id).await;
    let done = ("done", sent.id.as_str());
    match next {
        Ok(Some(next)) => Redirect::to(&sent.place.with(&[("id", &next), done])).into_response(),
        Ok(None) => Redirect::to(&sent.place.with(&[done])).into_response(),
        Err(error) => failure(pages, &error),
    }
}
