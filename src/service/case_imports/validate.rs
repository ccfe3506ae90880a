//! Looking through a file: every row is checked and compared with what is there; what it would do is written down as rows of
//! the batch. Nothing of a case changes.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use super::in_file::InFile;
use super::shift::Shift;
use super::there::{There, blank};
use super::{PIECE, Tools, WorkError, carried, facts, protected, twins};
use crate::domain::case_row::{self, CaseRow, Columns, HeadProblem, RowProblem, Rules, View};
use crate::files::sheet::{self, FileProblem, Head, SheetRow, Sink};
use crate::store::case_persons::{self, CasePerson, Known};
use crate::store::cases::Case;
use crate::store::import_batches::{Batch, INVALID, VALID};
use crate::store::import_rows::{self, CARRIED, CHANGED, ImportRow, NEW, REFUSED};
use crate::store::{StoreError, import_batches};

/// Sentences about headings that nobody knows are cut here.
const MOST_UNKNOWN: usize = 12;

/// Why looking through ends early.
enum Stop {
    File(FileProblem),
    Head(HeadProblem),
    Work(WorkError),
}

impl From<FileProblem> for Stop {
    fn from(problem: FileProblem) -> Self {
        Self::File(problem)
    }
}

impl<E: Into<WorkError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Work(error.into())
    }
}

/// Looks through a file to the batch's state `valid` or `invalid`.
pub(super) fn run(
    tools: &Tools,
    shift: &Shift,
    batch: Batch,
    source: impl Read + Seek,
) -> Result<Batch, WorkError> {
    // What a dead process left of this batch.
    shift.forget_rows(tools, batch.id, false)?;
    let mut look = Look {
        tools,
        shift,
        unit_id: batch.unit_id.clone(),
        batch: Batch {
            rows_total: 0,
            rows_new: 0,
            rows_changed: 0,
            rows_unchanged: 0,
            rows_refused: 0,
            rows_done: 0,
            ..batch
        },
        columns: None,
        is_1904: false,
        in_file: InFile::default(),
        waiting: Vec::new(),
        moved: HashMap::new(),
        older: 0,
        twins: Vec::new(),
        protected: Vec::new(),
        warnings: Vec::new(),
    };
    let outcome = sheet::read(source, &mut look).and_then(|rows| {
        look.finish()?;
        Ok(rows)
    });
    let mut batch = match outcome {
        Ok(_) => look.judged(),
        Err(Stop::File(problem)) => look.refused(problem.to_string())?,
        Err(Stop::Head(problem)) => look.refused(problem.sentence())?,
        Err(Stop::Work(error)) => return Err(error),
    };
    let now = tools.clock.now_ms();
    batch.validated_at = Some(now);
    batch.updated_at = now;
    batch.rows_done = batch.rows_total;
    batch.ended_at = (batch.state == INVALID).then_some(now);
    batch.file_stem = None;
    let stored = batch.clone();
    shift.write(tools, move |c| {
        import_batches::replace(c, &stored)?;
        Ok(())
    })?;
    Ok(batch)
}

struct Look<'a> {
    tools: &'a Tools,
    shift: &'a Shift,
    unit_id: Option<String>,
    batch: Batch,
    columns: Option<Columns>,
    is_1904: bool,
    in_file: InFile,
    waiting: Vec<(u64, Result<CaseRow, RowProblem>)>,
    /// Cases that go to another 办案部门: before and after. Persons of whom the file says nothing go with them.
    moved: HashMap<String, (Option<String>, Option<String>)>,
    /// Rows whose 更新时间 lies before that of what is there.
    older: u64,
    /// Lines of new persons who have the identity number of somebody who is in the case already.
    twins: Vec<u64>,
    /// Lines and cases that may not be looked at.
    protected: Vec<(u64, String)>,
    warnings: Vec<String>,
}

impl Sink for Look<'_> {
    type Error = Stop;

    fn head(&mut self, head: Head) -> Result<(), Stop> {
        let columns = Columns::of(&head.headings).map_err(Stop::Head)?;
        if !columns.unknown.is_empty() {
            let mut names = columns.unknown.clone();
            let count = names.len();
            names.truncate(MOST_UNKNOWN);
            let more = if count > MOST_UNKNOWN { "等" } else { "" };
            self.warnings.push(format!(
                "没有读取这些不认识的列：{}{more}。",
                names.join("、")
            ));
        }
        head.format.title().clone_into(&mut self.batch.file_format);
        self.is_1904 = head.is_1904;
        self.columns = Some(columns);
        Ok(())
    }

    fn row(&mut self, row: SheetRow) -> Result<(), Stop> {
        self.batch.rows_total += 1;
        let checked = match (row.cells, &self.columns) {
            (Ok(cells), Some(columns)) => {
                let checked = case_row::check(columns, &cells, self.rules());
                if let Err(problem) = &checked
                    && problem.is_protection()
                    && let Some(number) = columns.number(&cells)
                {
                    self.protected.push((row.line, number));
                }
                checked
            }
            (Err(reason), _) => Err(RowProblem::whole(reason)),
            (Ok(_), None) => Err(RowProblem::whole("没有表头。")),
        };
        let checked = checked.and_then(|mut said| {
            self.in_file.take(row.line, &mut said)?;
            Ok(said)
        });
        self.waiting.push((row.line, checked));
        if self.waiting.len() >= 2 * PIECE {
            self.compare()?;
        }
        Ok(())
    }
}

impl Look<'_> {
    fn rules(&self) -> Rules<'_> {
        Rules {
            tree: &self.tools.tree,
            unit_id: self.unit_id.as_deref(),
            identities: self.tools.identities,
            now: self.tools.clock.now_ms(),
            is_1904: self.is_1904,
        }
    }

    /// Compares the rows that wait with what is there, and writes down what they would do.
    fn compare(&mut self) -> Result<(), Stop> {
        let waiting = std::mem::take(&mut self.waiting);
        let good = waiting.iter().filter_map(|(_, row)| row.as_ref().ok());
        let mut numbers: Vec<String> = good.map(|row| row.case.unified_number.clone()).collect();
        numbers.sort();
        numbers.dedup();
        let known = self.tools.db.read_blocking(|c| {
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            case_persons::known(c, &numbers).map_err(StoreError::from)
        })?;
        let known: HashMap<(&str, &str), &Known> = known
            .iter()
            .map(|one| {
                (
                    (one.case.unified_number.as_str(), one.person_number.as_str()),
                    one,
                )
            })
            .collect();
        let mut rows = Vec::new();
        let mut closer: Vec<(u64, CaseRow)> = Vec::new();
        for (line, row) in waiting {
            let row = match row {
                Ok(row) => row,
                Err(problem) => {
                    rows.push(self.refusal(line, &problem));
                    continue;
                }
            };
            let key = (
                row.case.unified_number.as_str(),
                row.person.person_number.as_str(),
            );
            // What the person's row said last may not be what the case says now: another row may have changed it since.
            let is_same = known.get(&key).is_some_and(|one| {
                !one.fingerprint.is_empty()
                    && facts::says(&one.case, &row.case)
                    && one.fingerprint == row.fingerprint()
            });
            match is_same {
                true => self.batch.rows_unchanged += 1,
                false => closer.push((line, row)),
            }
        }
        if !closer.is_empty() {
            self.look_closer(closer, &mut rows)?;
        }
        self.write(rows)
    }

    fn look_closer(
        &mut self,
        closer: Vec<(u64, CaseRow)>,
        rows: &mut Vec<ImportRow>,
    ) -> Result<(), Stop> {
        let numbers: HashSet<&str> = closer
            .iter()
            .map(|(_, row)| row.case.unified_number.as_str())
            .collect();
        let numbers: Vec<&str> = numbers.into_iter().collect();
        let there = self.tools.db.read_blocking(|c| There::read(c, &numbers))?;
        for (line, row) in closer {
            match self.judge(line, &row, &there)? {
                Judged::Row(judged) => rows.push(*judged),
                Judged::Same => self.batch.rows_unchanged += 1,
            }
        }
        Ok(())
    }

    fn judge(&mut self, line: u64, row: &CaseRow, there: &There) -> Result<Judged, Stop> {
        let facts = &row.case;
        let case = there.cases.get(&facts.unified_number);
        if let (Some(own), Some(case)) = (&self.unit_id, case)
            && case.unit_id != *own
        {
            let reason =
                "这个案件登记在其他单位。请核对统一受案号；案件移送过来的，请联系系统管理员。";
            let problem = RowProblem::at(case_row::Column::UnifiedNumber, reason);
            return Ok(Judged::Row(Box::new(self.refusal(line, &problem))));
        }
        let person = case.and_then(|case| {
            let key = (case.id, row.person.person_number.clone());
            there.persons.get(&key)
        });
        if person.is_none() {
            let beside = there.persons_of(case);
            if twins::is_number_of_one(&beside, &row.person) {
                let problem = RowProblem::at(case_row::Column::PersonNumber, twins::WHY);
                return Ok(Judged::Row(Box::new(self.refusal(line, &problem))));
            }
            if twins::is_one(self.tools, &beside, &row.person) {
                self.twins.push(line);
            }
        }
        let before = case.map(facts::of_case);
        if let Some(before) = &before
            && before.department != facts.department
        {
            let moved = (before.department.clone(), facts.department.clone());
            self.moved.insert(facts.unified_number.clone(), moved);
        }
        let mut made = self.staged(line, NEW, row);
        made.case_mark = before.as_ref().map(facts::mark);
        if let (Some(case), Some(person), Some(before)) = (case, person, &before) {
            let stands = facts::of_person(self.tools, case, person)?;
            let changes = View::of(before, &stands).changes(View::of(facts, &row.person));
            if changes.is_empty() {
                return Ok(Judged::Same);
            }
            if row.updated_at.is_some_and(|at| at < person.updated_at) {
                self.older += 1;
            }
            CHANGED.clone_into(&mut made.verdict);
            made.person_version = person.version;
            made.is_watched = changes.iter().any(case_row::Difference::is_watched);
            let said = serde_json::to_string(&changes).unwrap_or_default();
            made.changes = Some(self.tools.seal("changes", made.id, &said)?);
            self.batch.rows_changed += 1;
        } else {
            self.batch.rows_new += 1;
        }
        let said = serde_json::to_string(row).unwrap_or_default();
        made.said = Some(self.tools.seal("said", made.id, &said)?);
        Ok(Judged::Row(Box::new(made)))
    }

    fn staged(&self, line: u64, verdict: &str, row: &CaseRow) -> ImportRow {
        let id = self.tools.ids.next(self.tools.clock.now_ms());
        ImportRow {
            unified_number: row.case.unified_number.clone(),
            person_number: row.person.person_number.clone(),
            ..blank(id, self.batch.id, line, verdict)
        }
    }

    /// A refused row; nothing of its contents is kept.
    fn refusal(&mut self, line: u64, problem: &RowProblem) -> ImportRow {
        self.batch.rows_refused += 1;
        let id = self.tools.ids.next(self.tools.clock.now_ms());
        ImportRow {
            state: REFUSED.to_owned(),
            field: problem.column.to_owned(),
            reason: problem.reason.clone(),
            ..blank(id, self.batch.id, line, REFUSED)
        }
    }

    fn write(&mut self, rows: Vec<ImportRow>) -> Result<(), Stop> {
        self.batch.rows_done = self.batch.rows_total;
        self.batch.updated_at = self.tools.clock.now_ms();
        let batch = self.batch.clone();
        self.shift.write(self.tools, move |c| {
            import_rows::insert(c, &rows)?;
            import_batches::replace(c, &batch)?;
            Ok(())
        })?;
        self.shift.tell(&self.batch);
        Ok(())
    }

    /// The last rows, and who goes with a case that moved.
    fn finish(&mut self) -> Result<(), Stop> {
        self.compare()?;
        let moved: Vec<(String, _)> = std::mem::take(&mut self.moved).into_iter().collect();
        for piece in moved.chunks(PIECE) {
            let numbers: Vec<&str> = piece.iter().map(|(number, _)| number.as_str()).collect();
            let known = self.tools.db.read_blocking(|c| There::read(c, &numbers))?;
            let mut rows = Vec::new();
            for (number, (old, new)) in piece {
                let Some(case) = known.cases.get(number) else {
                    continue;
                };
                let persons = known.persons.values().filter(|one| one.case_id == case.id);
                for person in persons {
                    let (is_there, line) = self.in_file.find(number, &person.person_number);
                    if !is_there {
                        rows.push(self.carried(line, case, person, (old, new))?);
                    }
                }
            }
            self.write(rows)?;
        }
        if self.in_file.adjusted > 0 {
            self.warnings.push(format!(
                "有{}行的其他案由、移送单位、承办人、审结日期或办结日期与同一案件的第一行不同，按第一行导入。",
                self.in_file.adjusted
            ));
        }
        if let Some(first) = self.twins.first() {
            self.warnings.push(format!(
                "有{}行（如第{first}行）是新的当事人编号，证件号码却与库中同一案件的另一当事人相同。当事人换了编号的，已绑定原编号的人不会再收到变更；请核对后再导入。",
                self.twins.len()
            ));
        }
        if self.older > 0 {
            self.warnings.push(format!(
                "有{}行的更新时间早于库中数据，请确认上传的不是旧文件。",
                self.older
            ));
        }
        let protected = std::mem::take(&mut self.protected);
        let warning = protected::warning(self.tools, self.unit_id.as_deref(), &protected)?;
        self.warnings.extend(warning);
        Ok(())
    }

    fn carried(
        &mut self,
        line: u64,
        case: &Case,
        person: &CasePerson,
        (old, new): (&Option<String>, &Option<String>),
    ) -> Result<ImportRow, Stop> {
        let change = carried::change(old.as_ref(), new.as_ref());
        let id = self.tools.ids.next(self.tools.clock.now_ms());
        let said = serde_json::to_string(&[change]).unwrap_or_default();
        Ok(ImportRow {
            unified_number: case.unified_number.clone(),
            person_number: person.person_number.clone(),
            changes: Some(self.tools.seal("changes", id, &said)?),
            is_watched: true,
            person_version: person.version,
            case_mark: Some(facts::mark(&facts::of_case(case))),
            ..blank(id, self.batch.id, line, CARRIED)
        })
    }

    fn judged(self) -> Batch {
        let mut batch = self.batch;
        let nothing = batch.rows_refused == batch.rows_total;
        let state = if nothing { INVALID } else { VALID };
        state.clone_into(&mut batch.state);
        batch.problem = nothing.then(|| "没有一行可以导入，原因见下面的清单。".to_owned());
        batch.warnings = serde_json::Value::from(self.warnings).to_string();
        batch
    }

    /// The file as a whole will not do: what was written down of its rows goes.
    fn refused(self, problem: String) -> Result<Batch, WorkError> {
        self.shift.forget_rows(self.tools, self.batch.id, false)?;
        Ok(Batch {
            state: INVALID.to_owned(),
            problem: Some(problem),
            warnings: serde_json::Value::from(self.warnings).to_string(),
            rows_total: 0,
            rows_new: 0,
            rows_changed: 0,
            rows_unchanged: 0,
            rows_refused: 0,
            ..self.batch
        })
    }
}

enum Judged {
    Row(Box<ImportRow>),
    Same,
}
