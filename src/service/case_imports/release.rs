//! Telling those who are bound: one notice an account and case, whatever changed of it in the batch.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};

use super::shift::Shift;
use super::{Tools, WorkError};
use crate::app::App;
use crate::app::seal::Place;
use crate::domain::case_row::Difference;
use crate::domain::notice::Kind;
use crate::service::case_notices::{self, News};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::store::accounts::Account;
use crate::store::case_persons::{self, CasePerson};
use crate::store::cases::{self, Case};
use crate::store::import_batches::{self, Batch, NOTIFIED};
use crate::store::import_rows::{self, CARRIED, ImportRow};
use crate::store::{Conn, case_bindings};

/// Cases in one transaction: each costs several statements a bound account.
const CASES: i64 = 50;

/// Promises all notices, up to the batch's state `notified`; whether any were.
pub(super) fn run(
    app: &Arc<App>,
    tools: &Tools,
    shift: &Shift,
    mut batch: Batch,
) -> Result<bool, WorkError> {
    let mut is_any = false;
    let mut told_up_to = String::new();
    loop {
        let (office, desk, before) = (Arc::clone(app), tools.clone(), batch.clone());
        let up_to = told_up_to.clone();
        let piece = shift.write(tools, move |c| piece(c, &office, &desk, before, &up_to))?;
        let (after, effects, last) = piece;
        batch = after;
        if let Some(effects) = effects {
            is_any |= effects.notices > 0;
            effects.report();
        }
        shift.tell(&batch);
        match last {
            None => return Ok(is_any),
            Some(number) => told_up_to = number,
        }
    }
}

/// The last case that was told; none when all are.
type Told = (Batch, Option<Effects>, Option<String>);

fn piece(
    c: &mut Conn,
    app: &App,
    tools: &Tools,
    mut batch: Batch,
    after: &str,
) -> Result<Told, RecordError> {
    let now = app.clock.now_ms();
    batch.updated_at = now;
    let numbers = import_rows::next_watched_cases(c, batch.id, after, CASES)?;
    if numbers.is_empty() {
        NOTIFIED.clone_into(&mut batch.state);
        batch.ended_at = Some(now);
        import_batches::replace(c, &batch)?;
        super::decide::audited(c, &batch.actor, now, "import.notified", &batch)?;
        return Ok((batch, None, None));
    }
    let rows = import_rows::watched_of_cases(c, batch.id, &numbers)?;
    let letters: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let cases = cases::with_numbers(c, &letters)?;
    let ids: Vec<i64> = cases.iter().map(|case| case.id).collect();
    let persons = case_persons::of_cases(c, &ids)?;
    let applied_at = batch.applied_at.unwrap_or(now);
    // Whoever was bound later has seen what stands now.
    let ids: Vec<i64> = persons.iter().map(|person| person.id).collect();
    let bound = case_bindings::of_persons(c, &ids, applied_at)?;
    let mut tellings = Vec::new();
    for case in &cases {
        let moved = moved(tools, case, &rows, &persons)?;
        tellings.extend(gather(tools, case, &moved, &bound));
    }
    // Links are locked in the order of accounts wherever several are.
    tellings.sort_by_key(|telling| telling.account.id);
    let mut effects = Effects::default();
    for telling in &tellings {
        let cause = format!("i{}:{}", batch.id, telling.case.id);
        let news = News {
            unit_id: &telling.case.unit_id,
            case_number: &telling.case.department_number,
            case_name: Some(&telling.case.name),
            changes: Value::Array(telling.changes.clone()),
            at: applied_at,
            cause: &cause,
            is_watched: true,
        };
        match case_notices::tell(c, app, &news, &telling.account) {
            Ok(Some(reached)) => effects.add(Kind::CaseProgressChanged, reached),
            Ok(None) => {}
            // One notice that does not fit its template must not hold up all others; the page shows the change.
            Err(RecordError::Bad(problem) | RecordError::Conflict(problem)) => {
                tracing::error!(%problem, batch = batch.id, "a notice of an import does not fit");
            }
            Err(error) => return Err(error),
        }
    }
    let told: Vec<i64> = rows.iter().map(|row| row.id).collect();
    import_rows::mark_state(c, &told, import_rows::TOLD)?;
    batch.rows_done += i64::try_from(rows.len()).unwrap_or(0);
    batch.notices += i64::try_from(effects.notices).unwrap_or(0);
    batch.phone_tasks += i64::try_from(effects.phone_tasks).unwrap_or(0);
    import_batches::replace(c, &batch)?;
    Ok((batch, Some(effects), numbers.last().cloned()))
}

/// A person and what changed of them.
struct Moved<'a> {
    person: &'a CasePerson,
    changes: Vec<Difference>,
}

/// What an account is told of a case.
struct Telling<'a> {
    account: Account,
    case: &'a Case,
    changes: Vec<Value>,
}

fn moved<'a>(
    tools: &Tools,
    case: &Case,
    rows: &[ImportRow],
    persons: &'a [CasePerson],
) -> Result<Vec<Moved<'a>>, RecordError> {
    let own = rows
        .iter()
        .filter(|row| row.unified_number == case.unified_number);
    let mut moved = Vec::new();
    for row in own {
        let person = persons
            .iter()
            .find(|one| one.case_id == case.id && one.person_number == row.person_number);
        let changes: Option<Vec<Difference>> =
            tools.open("changes", row.id, row.changes.as_deref())?;
        let (Some(person), Some(mut changes)) = (person, changes) else {
            continue;
        };
        changes.retain(Difference::is_watched);
        // The rows that should have carried it were overtaken: nothing changed.
        let is_so =
            row.verdict != CARRIED || changes.iter().all(|change| change.new == case.department);
        if is_so {
            moved.push(Moved { person, changes });
        }
    }
    Ok(moved)
}

fn gather<'a>(
    tools: &Tools,
    case: &'a Case,
    moved: &[Moved<'_>],
    bound: &[(i64, Account)],
) -> Vec<Telling<'a>> {
    let mut accounts: BTreeMap<i64, (&Account, Vec<&Moved<'_>>)> = BTreeMap::new();
    let by_person: HashMap<i64, &Moved<'_>> =
        moved.iter().map(|one| (one.person.id, one)).collect();
    for (person, account) in bound {
        if let Some(moved) = by_person.get(person) {
            let entry = accounts.entry(account.id).or_insert((account, Vec::new()));
            entry.1.push(moved);
        }
    }
    let told = accounts.into_values().map(|(account, moved)| {
        let is_one = moved.len() == 1;
        let changes = moved.iter().flat_map(|moved| {
            // Bound to two persons of a case, one must know whom a change is about.
            let whose = match is_one {
                true => String::new(),
                false => format!("{}：", name(tools, moved.person)),
            };
            moved.changes.iter().map(move |change| {
                let shown = |value: &Option<String>| {
                    value.as_ref().map(|value| format!("{whose}{value}"))
                };
                json!({ "field": change.field, "old": shown(&change.old), "new": shown(&change.new) })
            })
        });
        Telling {
            account: account.clone(),
            case,
            changes: changes.collect(),
        }
    });
    told.collect()
}

fn name(tools: &Tools, person: &CasePerson) -> String {
    let place = Place {
        table: "case_persons",
        column: "name",
        row: &person.public_id,
    };
    let clear = tools.seal.open(place, &person.name);
    clear.map_or_else(
        |_| person.person_number.clone(),
        |name| name.expose().to_owned(),
    )
}
