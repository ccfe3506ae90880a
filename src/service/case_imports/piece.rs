//! The rows of one transaction of storing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::facts;
use super::present::Present;
use super::{Tools, carried};
use crate::domain::case_row::{CaseFacts, CaseRow, Difference, View};
use crate::service::error::RecordError;
use crate::store::Conn;
use crate::store::case_persons::{self, CasePerson};
use crate::store::cases::{self, Case};
use crate::store::import_rows::{self, CARRIED, CHANGED, ImportRow, OVERTAKEN, WAITING};

const WHY_OVERTAKEN: &str =
    "预览之后，另一批次已经改动了这一案件或当事人，这一行没有导入。请重新上传文件核对。";

pub(super) struct Piece<'a> {
    tools: &'a Tools,
    present: &'a Present,
    now: i64,
    cases: HashMap<String, Case>,
    /// Cases as they were before this batch came to them.
    originals: HashMap<String, Case>,
    persons: HashMap<(i64, String), CasePerson>,
    new_cases: Vec<i64>,
    new_persons: Vec<CasePerson>,
    makers: Vec<i64>,
    stored_new: Vec<i64>,
    waiting: Vec<i64>,
    overtaken: Vec<i64>,
}

impl<'a> Piece<'a> {
    pub(super) fn read(
        c: &mut Conn,
        (tools, present): (&'a Tools, &'a Present),
        rows: &[ImportRow],
        now: i64,
    ) -> Result<Self, RecordError> {
        let mut numbers: Vec<&str> = rows.iter().map(|row| row.unified_number.as_str()).collect();
        numbers.dedup();
        let cases = cases::with_numbers(c, &numbers)?;
        let ids: Vec<i64> = cases.iter().map(|case| case.id).collect();
        let persons = case_persons::of_cases(c, &ids)?;
        let originals = match rows.first() {
            Some(row) => carried::moved_cases(c, row.batch_id, &numbers)?,
            None => HashMap::new(),
        };
        let by_number = |case: Case| (case.unified_number.clone(), case);
        let by_key = |person: CasePerson| ((person.case_id, person.person_number.clone()), person);
        Ok(Self {
            tools,
            present,
            now,
            cases: cases.into_iter().map(by_number).collect(),
            originals,
            persons: persons.into_iter().map(by_key).collect(),
            new_cases: Vec::new(),
            new_persons: Vec::new(),
            makers: Vec::new(),
            stored_new: Vec::new(),
            waiting: Vec::new(),
            overtaken: Vec::new(),
        })
    }

    /// How many rows came too late.
    pub(super) fn overtaken(&self) -> usize {
        self.overtaken.len()
    }

    /// How many rows wait until all others are stored.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn take(&mut self, c: &mut Conn, row: &ImportRow) -> Result<(), RecordError> {
        if row.verdict == CARRIED {
            self.waiting.push(row.id);
            return Ok(());
        }
        let said: Option<CaseRow> = self.tools.open("said", row.id, row.said.as_deref())?;
        let said = said.and_then(|mut said| {
            let unit = self.present.unit(&said.case.unit_id);
            let was = std::mem::replace(&mut said.case.unit_id, unit);
            self.is_as_seen(row, &said.case, &was).then_some(said)
        });
        let Some(said) = said else {
            self.overtaken.push(row.id);
            return Ok(());
        };
        if let (Some(case), Entry::Vacant(place)) = (
            self.cases.get(&row.unified_number),
            self.originals.entry(row.unified_number.clone()),
        ) {
            place.insert(case.clone());
        }
        let case_before = self.store_case(c, row, &said)?;
        let Some(case) = self.cases.get(&row.unified_number) else {
            return Ok(());
        };
        let key = (case.id, row.person_number.clone());
        if !self.persons.contains_key(&key) {
            let person = facts::new_person(self.tools, case.id, &said, self.now)?;
            self.new_persons.push(person.clone());
            self.persons.insert(key, person);
            match case_before {
                // With what it changed in the case; the others are marked together.
                Some(text) => {
                    import_rows::applied(c, row.id, None, Some(&text), 1)?;
                }
                None => self.stored_new.push(row.id),
            }
            return Ok(());
        }
        self.tell_anew(c, row, &said, &key)?;
        if let Some(person) = self.persons.get_mut(&key) {
            let before = serde_json::to_string(person).unwrap_or_default();
            facts::fill_person(self.tools, person, &said, self.now)?;
            case_persons::replace(c, person)?;
            let (before, case_before) = (Some(before.as_str()), case_before.as_deref());
            import_rows::applied(c, row.id, before, case_before, person.version)?;
        }
        Ok(())
    }

    /// Another batch may have changed the case since the file was looked through, to what this one says too: whoever is
    /// bound is told of that by the other one.
    fn tell_anew(
        &self,
        c: &mut Conn,
        row: &ImportRow,
        said: &CaseRow,
        key: &(i64, String),
    ) -> Result<(), RecordError> {
        let original = self.originals.get(&row.unified_number);
        let (Some(original), Some(person)) = (original, self.persons.get(key)) else {
            return Ok(());
        };
        let was = facts::of_case(original);
        if row.verdict != CHANGED || row.case_mark.as_deref() == Some(facts::mark(&was).as_str()) {
            return Ok(());
        }
        let stood = facts::of_person(self.tools, original, person)?;
        let changes = View::of(&was, &stood).changes(View::of(&said.case, &said.person));
        let is_watched = changes.iter().any(Difference::is_watched);
        let text = serde_json::to_string(&changes).unwrap_or_default();
        let sealed = self.tools.seal("changes", row.id, &text)?;
        import_rows::tell_otherwise(c, row.id, &sealed, is_watched)?;
        Ok(())
    }

    /// Whether case and person are as they were when the file was looked through, or as this very batch left them. `unit`
    /// is what the file said, before it was merged into the one that the case has now.
    fn is_as_seen(&self, row: &ImportRow, said: &CaseFacts, unit: &str) -> bool {
        let Some(case) = self.cases.get(&row.unified_number) else {
            return row.case_mark.is_none();
        };
        let mut standing = facts::of_case(case);
        let mut case_is = standing == *said;
        if !case_is {
            if standing.unit_id == said.unit_id {
                unit.clone_into(&mut standing.unit_id);
            }
            case_is = row.case_mark.as_deref() == Some(facts::mark(&standing).as_str());
        }
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

    pub(super) fn write(self, c: &mut Conn) -> Result<(), RecordError> {
        let made = |case: &&Case| self.new_cases.contains(&case.id);
        let new_cases: Vec<Case> = self.cases.values().filter(made).cloned().collect();
        cases::insert_all(c, &new_cases)?;
        case_persons::insert_all(c, &self.new_persons)?;
        import_rows::mark(c, &self.stored_new, import_rows::APPLIED, 1)?;
        import_rows::mark_makers(c, &self.makers)?;
        import_rows::mark_state(c, &self.waiting, WAITING)?;
        for id in self.overtaken {
            import_rows::set_aside(c, id, OVERTAKEN, WHY_OVERTAKEN)?;
        }
        Ok(())
    }
}
