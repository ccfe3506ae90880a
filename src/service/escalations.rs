//! An application that nobody looks after is told to the next superior unit that has somebody to tell (requirements §5.2 and
//! §6.5), once. The superior decides nothing and sees no person: it learns which unit is late, and with what.

use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::ids::UnitId;
use crate::service::applications;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice};
use crate::store::accounts::Account;
use crate::store::applications::{self as table, Application};
use crate::store::{Conn, application_hands};

/// After so many reminders of which none moved anybody. With the usual four working hours between them that is a day and
/// a half.
const REMINDERS: i32 = 3;

/// Counts a reminder, and tells the superior unit when nobody could be reminded or nobody cared; in the caller's transaction,
/// which moved the reminder on. Where no superior has anybody to tell, the next reminder tries again.
///
/// # Errors
/// When a value does not fit the template, or the database refuses.
pub fn after_reminder(
    c: &mut Conn,
    app: &App,
    (application, account): (&Application, &Account),
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let (reminders, escalated_at) = table::count_reminder(c, application.id)?;
    // Who could be told stands in the effects of the reminder.
    let is_late = reminders >= REMINDERS || !effects.unreachable.is_empty();
    if escalated_at.is_some() || !is_late {
        return Ok(());
    }
    let Some(kind) = ApplicationKind::parse(&application.kind) else {
        return Ok(());
    };
    // Somebody took it, or answered a part of it: it is not forgotten.
    if !application_hands::of(c, &[application.id])?.is_empty() {
        return Ok(());
    }
    let mut fields = applications::to_do_fields(c, app, application, account, kind)?;
    fields.remove("subject");
    let number = application.external_id.clone().unwrap_or_default();
    fields.insert("applicant".to_owned(), number);
    let unit = applications::unit_name(app, &application.unit_id);
    let task = format!("{unit}尚未处理：{}", kind.task(application.is_change));
    fields.insert("task".to_owned(), task);
    let notice = Notice {
        kind: kind.submitted(),
        unit_id: application.unit_id.clone(),
        fields,
        cause: format!("s{}", application.id),
        order_key: None,
    };
    let own = UnitId::new(application.unit_id.as_str());
    for superior in app.units().tree.ancestors(&own).iter().skip(1) {
        let reached = notices::to_superiors(c, app, &notice, superior.as_str())?;
        if !reached.is_empty() {
            table::note_escalated(c, application.id, app.clock.now_ms())?;
            effects.add_to_dos(notice.kind, &reached);
            effects.escalations += 1;
            return Ok(());
        }
    }
    Ok(())
}
