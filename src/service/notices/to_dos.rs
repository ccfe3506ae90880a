//! What managers have to do. The first of a burst goes at once, the others wait and become one with a count; nothing
//! goes in the quiet hours, so that the morning brings one notice a kind (decision 16).

use super::{Notice, Reached, as_json, check, dedupe_key, enqueue, new_push};
use crate::app::App;
use crate::domain::desk::Duty;
use crate::domain::notice::{self, Fields};
use crate::domain::office_hours::after_quiet;
use crate::service::error::RecordError;
use crate::store::links::{self, OpenLink};
use crate::store::outbox_merge::{self, Latest};
use crate::store::{Conn, outbox};

/// How often another process may change a waiting notice under us before a notice of its own is made.
const TRIES: usize = 5;

/// Tells every linked manager of the unit who decides: importers and publishers would meet a closed door behind it. One
/// entry a manager; empty when nobody is linked.
///
/// # Errors
/// When a value does not fit, or the database refuses.
pub fn to_managers(
    c: &mut Conn,
    app: &App,
    notice: &Notice,
    burst: &str,
) -> Result<Vec<Reached>, RecordError> {
    check(app, notice)?;
    let links = links::of_managers(c, &notice.unit_id, &[Duty::Reviewer])?;
    to_each(c, app, notice, burst, links)
}

/// Tells the linked managers of a superior unit who decide or look after their unit; as [`to_managers`].
///
/// # Errors
/// When a value does not fit, or the database refuses.
pub fn to_superiors(
    c: &mut Conn,
    app: &App,
    notice: &Notice,
    superior: &str,
) -> Result<Vec<Reached>, RecordError> {
    check(app, notice)?;
    let links = links::of_managers(c, superior, &[Duty::Reviewer, Duty::UnitAdmin])?;
    to_each(c, app, notice, "superior", links)
}

fn to_each(
    c: &mut Conn,
    app: &App,
    notice: &Notice,
    burst: &str,
    links: Vec<OpenLink>,
) -> Result<Vec<Reached>, RecordError> {
    let mut reached = Vec::new();
    for link in links {
        // The lock also keeps two events of one moment from both being the first of a burst.
        if links::hold(c, link.id)? {
            reached.push(to_manager(c, app, notice, burst, &link)?);
        }
    }
    Ok(reached)
}

fn to_manager(
    c: &mut Conn,
    app: &App,
    notice: &Notice,
    burst: &str,
    link: &OpenLink,
) -> Result<Reached, RecordError> {
    if outbox::is_known(c, &dedupe_key(&notice.cause, &link.openid_hash))? {
        return Ok(Reached::Known);
    }
    let now = app.clock.now_ms();
    let push_settings = &app.settings.push;
    let said = [
        burst,
        &notice.unit_id,
        notice.kind.as_str(),
        &link.openid_hash,
    ]
    .join(":");
    let merge_key = crate::domain::event::hash(&said);
    for _ in 0..TRIES {
        let Some(latest) = outbox_merge::latest(c, &merge_key)? else {
            break;
        };
        if latest.waits_until.is_none_or(|until| until <= now) {
            break;
        }
        let Some(fields) = together(app, notice, &latest) else {
            break;
        };
        if outbox_merge::refill(c, &latest, &fields, now)? {
            let mut part = new_push(app, notice, link, now, now);
            part.merge_key = Some(merge_key);
            part.state = "merged".to_owned();
            part.merged_into = Some(latest.id);
            part.due_at = None;
            part.ended_at = Some(now);
            enqueue(c, app, part, now)?;
            return Ok(Reached::Merged);
        }
    }
    let merge_ms = i64::try_from(push_settings.merge_secs).unwrap_or(0) * 1000;
    let latest = outbox_merge::latest(c, &merge_key)?;
    let earliest = match latest {
        Some(latest) if latest.told_at <= now && now < latest.told_at + merge_ms => {
            latest.told_at + merge_ms
        }
        _ => now,
    };
    let due = after_quiet(earliest, push_settings.quiet_hours);
    let mut push = new_push(app, notice, link, now, due);
    push.merge_key = Some(merge_key);
    Ok(if enqueue(c, app, push, now)? {
        Reached::Queued
    } else {
        Reached::Known
    })
}

/// The fields of a waiting notice that also tells of another to-do: how many there are instead of whose.
fn together(app: &App, notice: &Notice, latest: &Latest) -> Option<String> {
    let waiting: Fields = serde_json::from_str(&latest.fields).ok()?;
    let count = waiting.get("count")?.parse::<u32>().ok()?.checked_add(1)?;
    let mut fields = notice.fields.clone();
    fields.remove("subject");
    fields.insert("count".to_owned(), count.to_string());
    let fits =
        |fields: &Fields| notice::render(app.office().notices.of(notice.kind), fields).is_ok();
    for name in ["applicant", "application", "items"] {
        if fields.contains_key(name) {
            let mut tried = fields.clone();
            tried.insert(name.to_owned(), format!("共{count}件"));
            // A typed keyword may take no Chinese: then it keeps the latest one's.
            if fits(&tried) {
                fields = tried;
            }
        }
    }
    fits(&fields).then(|| as_json(&fields))
}
