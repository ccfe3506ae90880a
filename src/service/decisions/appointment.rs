//! 预约: answered item by item; the head follows from the items.

use std::sync::Arc;

use serde_json::json;

use super::{By, Decided, Refused, Target, decide, note, tell_applicant};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::event::Reply;
use crate::domain::notice::{Item, Outcome, items_phrase};
use crate::service::applications::{self, Review};
use crate::service::desk::Manager;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::store::accounts::Account;
use crate::store::applications::Application;
use crate::store::{Conn, StoreError, case_bindings};

/// Longest answer to an item, and longest remark.
const MOST_LETTERS: usize = 500;
const MOST_REMARK: usize = 1000;

/// Answers that a manager gives now.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// One an item, of those that have none yet.
    pub replies: Vec<Reply>,
    /// A remark on the whole; empty: the one before stays.
    pub remark: String,
}

/// A manager answers some items, or all that are left.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn reply(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    answers: Answers,
) -> Result<Decided, Refused> {
    let about = (ApplicationKind::Appointment, target);
    let decided = decide(app, manager, about, move |c, app, opened, effects| {
        if answers
            .replies
            .iter()
            .any(|reply| reply.decision == "agreed")
            && let Some(why) = hindrance(c, &opened.application, opened.account)?
        {
            return Err(Refused::Said(format!(
                "不能回复“同意”：{why}。请选择“不同意”或者“其他意见”，写明理由。"
            )));
        }
        let known = Known::of(&opened.application);
        let all = known.with(&answers.replies).map_err(Refused::Said)?;
        if answers.remark.chars().count() > MOST_REMARK {
            return Err(Refused::Said(
                "请把总的意见写短一些，最多1000个字。".to_owned(),
            ));
        }
        let is_done = known
            .items
            .iter()
            .all(|item| all.iter().any(|reply| reply.item == *item));
        let outcome = match is_done {
            true => Outcome::Answered,
            false => Outcome::PartlyAnswered,
        };
        let remark = match answers.remark.trim() {
            "" => known.remark,
            remark => Some(remark.to_owned()),
        };
        let by = opened.by;
        let review = opened.review(outcome, None);
        Ok(settle(c, app, review, (&all, remark), by, effects)?)
    });
    Ok(Decided {
        application: decided.await?,
        phone_task: None,
    })
}

/// Why nothing may be agreed to any more: who asked has lost what the appointment was asked on. A site that
/// keeps the bindings itself names none, and knows itself.
///
/// # Errors
/// When the database does not answer.
pub fn hindrance(
    c: &mut Conn,
    application: &Application,
    account: &Account,
) -> Result<Option<&'static str>, StoreError> {
    match account.state.as_str() {
        "active" => {}
        "disabled" => return Ok(Some("申请人的账号已停用")),
        _ => return Ok(Some("申请人的注册信息正在审核或者没有通过")),
    }
    let details: serde_json::Value = serde_json::from_str(&application.details).unwrap_or_default();
    let Some(binding) = details.get("binding").and_then(serde_json::Value::as_str) else {
        return Ok(None);
    };
    let bound = case_bindings::one_of_account(c, account.id, binding)?;
    Ok(bound
        .is_none()
        .then_some("申请人与这件案件的绑定已经解除或者暂停"))
}

/// What an appointment asks for and what was answered.
struct Known {
    items: Vec<String>,
    replies: Vec<Reply>,
    remark: Option<String>,
}

impl Known {
    fn of(application: &Application) -> Self {
        let details: serde_json::Value =
            serde_json::from_str(&application.details).unwrap_or_default();
        let text = |value: &serde_json::Value, name: &str| {
            let text = value.get(name).and_then(serde_json::Value::as_str);
            text.map(str::to_owned)
        };
        let list = |name: &str| {
            let list = details.get(name).and_then(serde_json::Value::as_array);
            list.cloned().unwrap_or_default()
        };
        let reply = |value: &serde_json::Value| {
            Some(Reply {
                item: text(value, "item")?,
                decision: text(value, "decision")?,
                opinion: text(value, "opinion"),
            })
        };
        Self {
            items: list("items")
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
            replies: list("replies").iter().filter_map(reply).collect(),
            remark: text(&details, "answer_remark"),
        }
    }

    /// The replies so far and these.
    fn with(&self, given: &[Reply]) -> Result<Vec<Reply>, String> {
        if given.is_empty() {
            return Err("请至少选择一个事项的处理意见。".to_owned());
        }
        let mut all = self.replies.clone();
        for reply in given {
            if !self.items.contains(&reply.item) {
                return Err("请刷新页面后重新填写：申请里没有这个事项。".to_owned());
            }
            if all.iter().any(|known| known.item == reply.item) {
                return Err("请刷新页面后重新填写：有事项已经回复。".to_owned());
            }
            let words = reply.opinion.as_deref().unwrap_or_default().trim();
            let is_bare = words.is_empty() && reply.decision != "agreed";
            match reply.decision.as_str() {
                "agreed" | "refused" | "other" if !is_bare => {}
                "refused" | "other" => {
                    return Err("请写明不同意或者其他意见的理由。".to_owned());
                }
                _ => return Err("请为事项选择“同意”“不同意”或者“其他意见”。".to_owned()),
            }
            if words.chars().count() > MOST_LETTERS {
                return Err("请把处理意见写短一些，每个事项最多500个字。".to_owned());
            }
            all.push(Reply {
                opinion: (!words.is_empty()).then(|| words.to_owned()),
                ..reply.clone()
            });
        }
        Ok(all)
    }
}

/// Stores the replies so far in the caller's transaction: the application, the audit, the notice.
///
/// # Errors
/// [`RecordError::Bad`] when an item is answered twice, [`RecordError::Conflict`] when it was decided at this moment.
pub fn settle(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    (replies, remark): (&[Reply], Option<String>),
    by: By<'_>,
    effects: &mut Effects,
) -> Result<Application, RecordError> {
    let (account, outcome) = (review.account, review.outcome);
    let mut items = Vec::new();
    for (at, reply) in replies.iter().enumerate() {
        match Item::parse(&reply.item) {
            Some(item) if !items.contains(&item) => items.push(item),
            _ => {
                return Err(RecordError::bad(
                    &format!("data/replies/{at}/item"),
                    "appears twice; send one reply an item",
                ));
            }
        }
    }
    let mut details: serde_json::Value =
        serde_json::from_str(&review.application.details).unwrap_or_else(|_| json!({}));
    if let Some(details) = details.as_object_mut() {
        let dated = dated(details.get("replies"), replies, by.at);
        details.insert("replies".to_owned(), dated);
        details.insert("answer_remark".to_owned(), json!(remark));
    }
    let decided = applications::review(c, app, review, Some(details.to_string()))?;
    note(c, by, "appointment.answered", &decided)?;
    let told = (outcome, Some(items_phrase(&items)));
    tell_applicant(c, app, (&decided, account), told, by, effects)?;
    Ok(decided)
}

/// The replies, each with its day: one that says the same as before keeps the day it had.
fn dated(before: Option<&serde_json::Value>, replies: &[Reply], at: i64) -> serde_json::Value {
    let before = before.and_then(serde_json::Value::as_array);
    let dated = replies.iter().map(|reply| {
        let mut value = json!(reply);
        let same = before.into_iter().flatten().find(|old| {
            let field = |name| old.get(name).and_then(serde_json::Value::as_str);
            field("item") == Some(&reply.item)
                && field("decision") == Some(&reply.decision)
                && field("opinion") == reply.opinion.as_deref()
        });
        let kept = same.and_then(|old| old.get("replied_at")).cloned();
        if let Some(object) = value.as_object_mut() {
            object.insert("replied_at".to_owned(), kept.unwrap_or_else(|| json!(at)));
        }
        value
    });
    dated.collect()
}
