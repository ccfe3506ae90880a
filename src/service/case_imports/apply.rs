//! Storing what a batch would do, in pieces. What was there before is kept with each row, for the way back; a person or case
//! that somebody else changed since the file was looked through is left alone.

use std::collections::HashMap;

use super::shift::Shift;
use super::{PIECE, Tools, WorkError, facts};
use crate::domain::case_row::CaseRow;
use crate::service::error::RecordError;
use crate::store::case_persons::{self, CasePerson};
use crate::store::cases::{self, Case};
use crate::store::import_batches::{self, APPLIED, APPLYING, Batch};
use crate::store::import_rows::{self, CARRIED, ImportRow, OVERTAKEN, STAGED};
use crate::store::{Conn, counters};

const WHY_OVERTAKEN: &str =
    "预览之后，另一批次已经改动了这一案件或当事人，这一行没有导入。请重新上传文件核对。";

/// Stores all rows, up to the batch's state `applied`.
pub(super) fn run(tools: &Tools, shift: &Shift, mut batch: Batch) -> Result<Batch, WorkError> {
    loop {
        let (desk, before) = (tools.clone(), batch.clone());
        let (after, is_over) = shift.write(tools, move |c| piece(c, &desk, before))?;
        batch = after;
        shift.tell(&batch);
        if is_over {
            return Ok(batch);
        }
    }
}

/// One transaction; whether it was the last.
fn piece(c: &mut Conn, tools: &Tools, mut batch: Batch) -> Result<(Batch, bool), RecordError> {
    // Pieces of other batches wait here, so that what is read below stays true.
    counters::raise(c, counters::CASE_IMPORTS, 0)?;
    let now = tools.clock.now_ms();
    let limit = i64::try_from(PIECE).unwrap_or(i64::MAX);
    let rows = import_rows::next(c, batch.id, STAGED, false, limit)?;
    if rows.is_empty() {
        APPLIED.clone_into(&mut batch.state);
        batch.applied_at = Some(now);
        batch.notify_at = Some(now + tools.delay_ms);
        batch.updated_at = now;
        import_batches::replace(c, &batch)?;
        super::decide::audited(c, &batch.actor, now, "import.applied", &batch)?;
        return Ok((batch, true));
    }
    let mut piece = Piece::read(c, tools, &rows, now)?;
    for row in &rows {
        piece.take(c, row)?;
    }
    let overtaken = piece.overtaken.len();
    piece.write(c)?;
    batch.rows_done += i64::try_from(rows.len()).unwrap_or(0);
    batch.rows_overtaken += i64::try_from(overtaken).unwrap_or(0);
    batch.updated_at = now;
    APPLYING.clone_into(&mut batch.state);
    import_batches::replace(c, &batch)?;
    Ok((batch, false))
}

struct Piece<'a> {
    tools: &'a Tools,
    now: i64,
    cases: HashMap<String, Case>,
    persons: HashMap<(i64, String), CasePerson>,
    new_cases: Vec<i64>,
    new_persons: Vec<CasePerson>,
    makers: Vec<i64>,
    stored_new: Vec<i64>,
    carried: Vec<i64>,
    overtaken: Vec<i64>,
}

impl<'a> Piece<'a> {
    fn read(
        c: &mut Conn,
        tools: &'a Tools,
        rows: &[ImportRow],
        now: i64,
    ) -> Result<Self, RecordError> {
        let mut numbers: Vec<&str> = rows.iter().map(|row| row.unified_number.as_str()).collect();
        numbers.dedup();
        let cases = cases::with_numbers(c, &numbers)?;
        let ids: Vec<i64> = cases.iter().map(|case| case.id).collect();
        let persons = case_persons::of_cases(c, &ids)?;
        let by_number = |case: Case| (case.unified_number.clone(), case);
        let by_key = |person: CasePerson| ((person.case_id, person.person_number.clone()), person);
        Ok(Self {
            tools,
            now,
            cases: cases.into_iter().map(by_number).collect(),
            persons: persons.into_iter().map(by_key).collect(),
            new_cases: Vec::new(),
            new_persons: Vec::new(),
            makers: Vec::new(),
            stored_new: Vec::new(),
            carried: Vec::new(),
            overtaken: Vec::new(),
        })
    }

    fn take(&mut self, c: &mut Conn, row: &ImportRow) -> Result<(), RecordError> {
        if row.verdict == CARRIED {
            self.carried.push(row.id);
            return Ok(());
        }
        let said: Option<CaseRow> = self.tools.open("said", row.id, row.said.as_deref())?;
        let Some(said) = said.filter(|said| self.is_as_seen(row, said)) else {
            self.overtaken.push(row.id);
            return Ok(());
        };
        let case_before = self.store_case(c, row, &said)?;
        let Some(case) = self.cases.get(&row.unified_number) else {
            return Ok(());
        };
        let key = (case.id, row.person_number.clone());
        match self.persons.get_mut(&key) {
            None => {
                let person = facts::new_person(self.tools, case.id, &said, self.now)?;
                self.new_persons.push(person.clone());
                self.persons.insert(key, person);
                match case_before {
                    // With what it changed in the case; the others are marked together.
                    Some(text) => import_rows::applied(c, row.id, None, Some(&text), 1)?,
                    None => {
                        self.stored_new.push(row.id);
                        0
                    }
                };
            }
            Some(person) => {
                let before = serde_json::to_string(person).unwrap_or_default();
                facts::fill_person(self.tools, person, &said, self.now)?;
                case_persons::replace(c, person)?;
                let (before, case_before) = (Some(before.as_str()), case_before.as_deref());
                import_rows::applied(c, row.id, before, case_before, person.version)?;
            }
        }
        Ok(())
    }

    /// Whether case and person are as they were when the file was looked through, or as this very batch left them.
    fn is_as_seen(&self, row: &ImportRow, said: &CaseRow) -> bool {
        let Some(case) = self.cases.get(&row.unified_number) else {
            return row.case_mark.is_none();
        };
        let standing = facts::of_case(case);
        let case_is = standing == said.case
            || row.case_mark.as_deref() == Some(facts::mark(&standing).as_str());
        let person = self.persons.get(&(case.id, row.person_number.clone()));
        let person_is = match person {
            None => row.person_version == 0,
            Some(person) => person.version == row.person_version,
        };
        case_is && person_is
    }

    /// Stores what the row says of its case; what was there before, when that changed.
    fn store_case(
        &mut self,
        c: &mut Conn,
        row: &ImportRow,
        said: &CaseRow,
    ) -> Result<Option<String>, RecordError> {
        let Some(case) = self.cases.get(&row.unified_number).cloned() else {
            let case = facts::new_case(self.tools, said, self.now);
            self.new_cases.push(case.id);
            self.cases.insert(row.unified_number.clone(), case);
            self.makers.push(row.id);
            return Ok(None);
        };
        let is_new = self.new_cases.contains(&case.id);
        let own = self.persons.values().filter(|one| one.case_id == case.id);
        // Lists show the first person of a case.
        let is_first = own
            .into_iter()
            .all(|one| one.person_number >= row.person_number);
        let lists = is_first && !facts::is_listed(&case, &said.person);
        if !lists && facts::of_case(&case) == said.case {
            return Ok(None);
        }
        let mut changed = case.clone();
        if lists {
            self.settle_others(c, &case, row)?;
            facts::fill_lists(&mut changed, &said.person);
        }
        facts::fill_case(&mut changed, said, self.now);
        let before = serde_json::to_string(&case).unwrap_or_default();
        if !is_new {
            cases::replace(c, &changed)?;
        }
        self.cases.insert(row.unified_number.clone(), changed);
        Ok((!is_new).then_some(before))
    }

    /// Persons who stand as the case does keep what they have.
    fn settle_others(
        &mut self,
        c: &mut Conn,
        case: &Case,
        row: &ImportRow,
    ) -> Result<(), RecordError> {
        let others = self.persons.values_mut().filter(|one| {
            one.case_id == case.id
                && one.fingerprint.is_empty()
                && one.person_number != row.person_number
        });
        for person in others {
            facts::settle(person, case);
            case_persons::replace(c, person)?;
        }
        Ok(())
    }

    fn write(self, c: &mut Conn) -> Result<(), RecordError> {
        let made = |case: &&Case| self.new_cases.contains(&case.id);
        let new_cases: Vec<Case> = self.cases.values().filter(made).cloned().collect();
        cases::insert_all(c, &new_cases)?;
        case_persons::insert_all(c, &self.new_persons)?;
        import_rows::mark(c, &self.stored_new, import_rows::APPLIED, 1)?;
        import_rows::mark_makers(c, &self.makers)?;
        import_rows::mark(c, &self.carried, import_rows::APPLIED, 0)?;
        for id in self.overtaken {
            import_rows::set_aside(c, id, OVERTAKEN, WHY_OVERTAKEN)?;
        }
        Ok(())
    }
}
