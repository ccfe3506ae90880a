//! 案件导入: looked through, stored, told; and every way it can go wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::desk::UnitScope;
use jianxin::service::case_imports::{self, BatchPage, Importer, Tools, Upload, UploadError};
use jianxin::service::error::ServiceError;
use jianxin::store::StoreError;
use jianxin::store::accounts::Account;
use jianxin::store::case_persons::{self, CasePerson};
use jianxin::store::import_batches::Batch;

use crate::support::MINUTE_MS;
use crate::support::casework::Casework;
use crate::support::database::TestDatabase;
use crate::support::office::{Office, UNIT};
use crate::support::process::Bench;
use crate::support::sheets::{self, Line, Value, Workbook};

/// The importer's desk.
pub(crate) struct Desk {
    pub(crate) office: Office,
    importer: Account,
    pub(crate) scope: UnitScope,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let office = Office::with(&[("demo.test_identities", "true")]).await;
        let importer = office.account("m-1", "manager").await;
        Self {
            office,
            importer,
            scope: UnitScope::of_manager(UNIT),
        }
    }

    pub(crate) fn who(&self) -> Importer<'_> {
        Importer {
            scope: &self.scope,
            account_id: self.importer.id,
            actor: "manager:p-m-1",
        }
    }

    /// Hands a file in, and it is looked through.
    pub(crate) async fn upload(&self, bytes: &[u8]) -> BatchPage {
        let batch = self.hand_in(bytes).await.unwrap();
        case_imports::run(&self.office.app.app, batch.id)
            .await
            .unwrap();
        self.page(&batch.public_id).await
    }

    pub(crate) async fn hand_in(&self, bytes: &[u8]) -> Result<Batch, UploadError> {
        let app = Arc::clone(&self.office.app.app);
        let (bytes, scope, account_id) = (bytes.to_vec(), self.scope.clone(), self.importer.id);
        let task = tokio::task::spawn_blocking(move || {
            let mut upload = Upload::begin(&app)?;
            for piece in bytes.chunks(700_001) {
                upload.take(piece)?;
            }
            let who = Importer {
                scope: &scope,
                account_id,
                actor: "manager:p-m-1",
            };
            upload.finish(who, "案件.csv")
        });
        task.await.unwrap()
    }

    pub(crate) async fn page(&self, public_id: &str) -> BatchPage {
        case_imports::one(&self.office.app.app, self.who(), public_id, 0)
            .await
            .unwrap()
    }

    pub(crate) async fn apply(&self, page: &BatchPage) -> Result<BatchPage, ServiceError> {
        let (app, id) = (&self.office.app.app, &page.view.batch.public_id);
        let batch = case_imports::apply(app, self.who(), id).await?;
        case_imports::run(app, batch).await.unwrap();
        Ok(self.page(id).await)
    }

    pub(crate) async fn roll_back(&self, page: &BatchPage) -> Result<BatchPage, ServiceError> {
        let (app, id) = (&self.office.app.app, &page.view.batch.public_id);
        let batch = case_imports::roll_back(app, self.who(), id).await?;
        case_imports::run(app, batch).await.unwrap();
        Ok(self.page(id).await)
    }

    pub(crate) async fn release(&self, page: &BatchPage) -> BatchPage {
        let (app, id) = (&self.office.app.app, &page.view.batch.public_id);
        let batch = case_imports::release_now(app, self.who(), id)
            .await
            .unwrap();
        case_imports::run(app, batch).await.unwrap();
        self.page(id).await
    }

    /// The chore that comes every minute.
    pub(crate) async fn chore(&self) -> usize {
        case_imports::carry_on(&self.office.app.app).await.unwrap()
    }

    /// All the way to the notices.
    pub(crate) async fn import(&self, lines: &[Line]) -> BatchPage {
        let page = self.upload(&sheets::csv(lines)).await;
        assert_eq!(page.view.batch.rows_refused, 0);
        let page = self.apply(&page).await.unwrap();
        self.release(&page).await
    }

    pub(crate) async fn person(&self, case: &str, person: &str) -> CasePerson {
        let (case, person) = (case.to_owned(), person.to_owned());
        let found =
            self.office.app.app.db.read(move |c| {
                case_persons::by_numbers(c, &case, &person).map_err(StoreError::from)
            });
        found.await.unwrap().unwrap()
    }

    pub(crate) async fn bind(
        &self,
        account: &Account,
        case: &str,
        person: &str,
        role: ApplicantRole,
    ) {
        let person = self.person(case, person).await;
        bind(&self.office, account, &person, role).await;
    }

    /// Whom the outbox tells, sorted.
    pub(crate) fn told(&self) -> Vec<String> {
        self.office.rows(
            "SELECT a.external_id FROM pushes p JOIN accounts a ON a.id = p.account_id ORDER BY a.external_id",
        )
    }

    /// Cases and persons without what differs by chance and by being touched.
    pub(crate) fn standing(&self) -> Vec<String> {
        let columns = "unified_number || '|' || department_number || '|' || c.name || '|' || category || '|' || COALESCE(c.charge, '-') \
            || '|' || COALESCE(c.stage, '-') || '|' || COALESCE(department, '-') || '|' || person_number || '|' || p.name \
            || '|' || COALESCE(p.id_number, '-') || '|' || COALESCE(p.id_blind, '-') || '|' || COALESCE(p.stage, '-') || '|' \
            || COALESCE(p.coercive_measure, '-') || '|' || COALESCE(p.due_date, '-') || '|' || p.fingerprint || '|' || p.updated_at";
        self.office.rows(&format!(
            "SELECT {columns} FROM case_persons p JOIN cases c ON c.id = p.case_id ORDER BY unified_number, person_number"
        ))
    }
}

async fn bind(office: &Office, account: &Account, person: &CasePerson, role: ApplicantRole) {
    use jianxin::service::bindings::{self, Act};
    let app = Arc::clone(&office.app.app);
    let (account, person, desk) = (account.clone(), person.clone(), Arc::clone(&app));
    let done = app.db.write(move |c| {
        let act = Act {
            actor: "story",
            at: desk.clock.now_ms(),
        };
        bindings::bind(c, &desk, (&account, role), &person, None, act)
    });
    done.await.unwrap();
}

#[tokio::test]
async fn a_file_is_looked_through_stored_and_told_after_its_time() {
    let desk = Desk::open().await;
    let first = [
        Line::of("1001", "01"),
        Line::of("1001", "02"),
        Line::of("1002", "01"),
    ];
    let page = desk.upload(&sheets::csv(&first)).await;
    let batch = &page.view.batch;
    assert_eq!(
        (batch.state.as_str(), batch.rows_new, batch.rows_total),
        ("valid", 3, 3)
    );
    assert_eq!(page.rows[0].adds.as_ref().unwrap().1, "植入1001某01");
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 0);
    let page = desk.apply(&page).await.unwrap();
    assert_eq!(page.view.batch.state, "applied");
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 2);
    assert_eq!(desk.office.count("SELECT count(*) FROM case_persons"), 3);
    let page = desk.release(&page).await;
    assert_eq!(
        (page.view.batch.state.as_str(), page.view.batch.notices),
        ("notified", 0)
    );

    let lawyer = desk.office.linked("u-1", "lawyer").await;
    desk.bind(&lawyer, "1001", "01", ApplicantRole::Defender)
        .await;
    let second = [
        first[0]
            .clone()
            .with("当前阶段", "提起公诉")
            .with("处理结果", "起诉"),
        first[1].clone().with("姓名", "植入改名"),
        first[2].clone(),
    ];
    let page = desk.upload(&Workbook::of(&second).bytes()).await;
    let batch = &page.view.batch;
    assert_eq!(
        (batch.rows_new, batch.rows_changed, batch.rows_unchanged),
        (0, 2, 1)
    );
    assert_eq!((batch.file_format.as_str(), page.watched), ("XLSX", 1));
    let changed = page
        .rows
        .iter()
        .find(|row| row.person_number == "01")
        .unwrap();
    let said: Vec<(&str, Option<&str>, Option<&str>)> = changed
        .changes
        .iter()
        .map(|one| (one.title.as_str(), one.old.as_deref(), one.new.as_deref()))
        .collect();
    assert_eq!(
        said,
        [
            ("当前阶段", Some("审查起诉"), Some("提起公诉")),
            ("处理结果", None, Some("起诉"))
        ]
    );
    let page = desk.apply(&page).await.unwrap();
    assert_eq!(desk.chore().await, 0);
    assert_eq!(desk.told(), Vec::<String>::new());
    desk.office.app.advance_ms(10 * MINUTE_MS);
    assert_eq!(desk.chore().await, 1);
    assert_eq!(desk.told(), ["u-1"]);
    let page = desk.page(&page.view.batch.public_id).await;
    assert_eq!(
        (page.view.batch.state.as_str(), page.view.batch.notices),
        ("notified", 1)
    );
    let snapshot = desk
        .office
        .rows("SELECT changes FROM case_changes")
        .pop()
        .unwrap();
    assert!(
        snapshot.contains("提起公诉") && snapshot.contains("审查起诉"),
        "{snapshot}"
    );
    assert_eq!(desk.chore().await, 0);

    // The same file again, whatever kind, changes nothing and tells nobody.
    for bytes in [sheets::csv(&second), sheets::json_lines(&second)] {
        let page = desk.upload(&bytes).await;
        assert_eq!((page.view.batch.rows_unchanged, page.rows.len()), (3, 0));
        let page = desk.apply(&page).await.unwrap();
        desk.release(&page).await;
    }
    assert_eq!(desk.told(), ["u-1"]);
}

#[tokio::test]
async fn names_and_numbers_lie_sealed_in_batches_and_uploads() {
    let desk = Desk::open().await;
    let line = Line::of("1001", "01");
    let number = line.get("证件号码").to_owned();
    let batch = desk
        .hand_in(&sheets::csv(std::slice::from_ref(&line)))
        .await
        .unwrap();
    let files = desk.office.app.stored_files();
    assert!(!files.is_empty());
    let is_in = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        assert!(!is_in(&bytes, &number) && !is_in(&bytes, "植入"));
    }
    case_imports::run(&desk.office.app.app, batch.id)
        .await
        .unwrap();
    assert!(desk.office.app.stored_files().is_empty());
    let page = desk.page(&batch.public_id).await;
    let page = desk.apply(&page).await.unwrap();
    desk.release(&page).await;
    for bytes in desk.office.app.database.bytes() {
        assert!(!is_in(&bytes, &number) && !is_in(&bytes, "植入1001"));
    }
}

#[tokio::test]
async fn refused_rows_are_named_and_the_good_ones_kept() {
    let desk = Desk::open().await;
    let good = Line::of("1001", "01");
    let lines = [
        good.clone(),
        Line::of("1002", "01").with("涉密标志", "是"),
        Line::of("1003", "01").with("未成年人标志", "1"),
        Line::of("1004", "01").with("证件号码", "990000199001011234"),
        Line::of("1005", "01").with("单位编码", "430200"),
        Line::of("1006", "01").with("受理日期", "2026-02-30"),
        good.clone(),
        Line::of("1001", "02").with("案件名称", "另一个名字"),
    ];
    let page = desk.upload(&sheets::csv(&lines)).await;
    let said: Vec<(i64, &str)> = page
        .refused
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_str()))
        .collect();
    let expected = [
        (3, "涉密标志"),
        (4, "未成年人标志"),
        (5, "证件号码"),
        (6, "单位编码"),
        (7, "受理日期"),
        (8, "当事人编号"),
        (9, "案件名称"),
    ];
    assert_eq!(said, expected);
    assert!(
        page.refused[5].reason.contains("第2行"),
        "{}",
        page.refused[5].reason
    );
    assert_eq!(
        (page.view.batch.rows_new, page.view.batch.rows_refused),
        (1, 7)
    );
    desk.apply(&page).await.unwrap();
    assert_eq!(desk.office.count("SELECT count(*) FROM case_persons"), 1);
    let (_, all) =
        case_imports::refusals(&desk.office.app.app, desk.who(), &page.view.batch.public_id)
            .await
            .unwrap();
    assert_eq!(all.len(), 7);
}

#[tokio::test]
async fn a_file_that_will_not_do_is_refused_as_a_whole_and_leaves_nothing() {
    let desk = Desk::open().await;
    let lines = [Line::of("1001", "01"), Line::of("1002", "01")];
    let csv = sheets::csv(&lines);
    let mut merged = Workbook::of(&lines);
    merged.merged = vec!["A2:A3"];
    let headless = String::from_utf8(csv.clone())
        .unwrap()
        .replace("姓名", "名字");
    for (bytes, word) in [
        (csv[..csv.len() - 60].to_vec(), "第3行"),
        (headless.into_bytes(), "姓名"),
        (merged.bytes(), "A2:A3"),
        (b"\xD0\xCF\x11\xE0".to_vec(), "xlsx"),
        (
            sheets::csv(&[lines[0].clone().with("姓名", "")]),
            "没有一行",
        ),
    ] {
        let page = desk.upload(&bytes).await;
        assert_eq!(page.view.batch.state, "invalid");
        let problem = page.view.batch.problem.clone().unwrap();
        assert!(problem.contains(word), "{problem}");
        assert!(page.rows.is_empty());
        assert!(desk.apply(&page).await.is_err());
    }
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 0);
    assert!(desk.office.app.stored_files().is_empty());
    let large = vec![b'1'; 64 * 1024 * 1024 + 1];
    assert!(matches!(
        desk.hand_in(&large).await,
        Err(UploadError::File(_))
    ));
    assert!(desk.office.app.stored_files().is_empty());
}

#[tokio::test]
async fn dates_as_serials_and_numbers_that_a_spreadsheet_spoilt() {
    let desk = Desk::open().await;
    let mut book = Workbook::of(&[
        Line::of("1001", "01"),
        Line::of("1002", "01"),
        Line::of("1003", "01"),
    ]);
    book.put(1, "受理日期", Value::Day(46_329.395_833_333_336));
    book.put(1, "到期日", Value::Number(46_359.0));
    book.put(1, "单位编码", Value::Number(430_100.0));
    book.put(2, "统一受案号", Value::Number(4.301_002_026e16));
    book.put(3, "证件号码", Value::Number(9.9e17));
    let page = desk.upload(&book.bytes()).await;
    let said: Vec<(i64, &str)> = page
        .refused
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_str()))
        .collect();
    assert_eq!(said, [(3, "统一受案号"), (4, "证件号码")]);
    desk.apply(&page).await.unwrap();
    let due = desk.office.rows("SELECT due_date FROM case_persons");
    assert_eq!(due, ["2026-12-03"]);
    let accepted = desk.office.rows("SELECT accepted_at FROM cases");
    assert_eq!(accepted, ["1793669400000"]);
}

#[tokio::test]
async fn one_notice_an_account_and_case_and_none_for_whoever_must_not_hear() {
    let desk = Desk::open().await;
    let office = &desk.office;
    let civil = |case: &str, person: &str| Line::of(case, person).with("案件类别", "民事监督案件");
    let lines = [
        civil("1001", "01"),
        civil("1001", "02"),
        Line::of("1002", "01"),
        Line::of("1002", "02"),
    ];
    desk.import(&lines).await;
    let both = office.linked("u-both", "lawyer").await;
    desk.bind(&both, "1001", "01", ApplicantRole::Agent).await;
    desk.bind(&both, "1001", "02", ApplicantRole::Agent).await;
    let only = office.linked("u-only", "lawyer").await;
    desk.bind(&only, "1002", "01", ApplicantRole::Defender)
        .await;
    let silent = office.linked("u-silent", "lawyer").await;
    desk.bind(&silent, "1002", "02", ApplicantRole::Defender)
        .await;
    let frozen = office.linked("u-frozen", "lawyer").await;
    desk.bind(&frozen, "1002", "01", ApplicantRole::Agent).await;
    let unlinked = office.account("u-phone", "party").await;
    desk.bind(&unlinked, "1002", "01", ApplicantRole::NearRelative)
        .await;
    office.app.database.execute(
        "UPDATE accounts SET notices_off = TRUE WHERE external_id = 'u-silent'; \
         UPDATE accounts SET state = 'pending' WHERE external_id = 'u-frozen'",
    );
    // The department moves with the case: the file says nothing of 1002/02, who goes with it.
    let changed = [
        lines[0].clone().with("当前阶段", "提请抗诉"),
        lines[1]
            .clone()
            .with("当前阶段", "提请抗诉")
            .with("到期日", "2026-12-20"),
        lines[2].clone().with("办案部门", "第二检察部"),
    ];
    let page = desk.upload(&sheets::csv(&changed)).await;
    assert_eq!((page.view.batch.rows_changed, page.watched), (3, 4));
    let page = desk.apply(&page).await.unwrap();
    // Bound after the import: has seen what stands now.
    let late = office.linked("u-late", "party").await;
    office.app.advance_ms(1);
    desk.bind(&late, "1002", "01", ApplicantRole::NearRelative)
        .await;
    let page = desk.release(&page).await;
    assert_eq!(desk.told(), ["u-both", "u-only"]);
    assert_eq!(
        (page.view.batch.notices, page.view.batch.phone_tasks),
        (2, 1)
    );
    let calls = office
        .rows("SELECT a.external_id FROM phone_tasks t JOIN accounts a ON a.id = t.account_id");
    assert_eq!(calls, ["u-phone"]);
    let snapshot = office
        .rows("SELECT c.changes FROM case_changes c JOIN accounts a ON a.id = c.account_id WHERE a.external_id = 'u-both'")
        .pop()
        .unwrap();
    assert!(
        snapshot.contains("植入1001某01：提请抗诉")
            && snapshot.contains("植入1001某02：2026-12-20"),
        "{snapshot}"
    );
    // Who hears nothing finds the change on the page of the case all the same.
    let stored = office.rows(
        "SELECT a.external_id FROM case_changes c JOIN accounts a ON a.id = c.account_id ORDER BY a.external_id",
    );
    assert_eq!(
        stored,
        ["u-both", "u-frozen", "u-only", "u-phone", "u-silent"]
    );
    let again = desk.upload(&sheets::csv(&changed)).await;
    assert_eq!(again.view.batch.rows_unchanged, 3);
}

/// A small generator: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

const WATCHED: [&str; 11] = [
    "强制措施",
    "强制措施日期",
    "羁押场所",
    "当前阶段",
    "审查情况",
    "处理结果",
    "到期日",
    "办案期限",
    "案由",
    "办案部门",
    "办案部门",
];
const UNWATCHED: [&str; 6] = ["姓名", "承办人", "性别", "证件类型", "案件名称", "更新时间"];

#[tokio::test]
async fn over_random_batches_the_notices_are_those_of_a_brute_force_diff() {
    let desk = Desk::open().await;
    let mut dice = Dice(20_261_129);
    let mut lines: Vec<Line> = Vec::new();
    for case in 0..60 {
        for person in 0..=dice.below(3) {
            lines.push(Line::of(
                &format!("{}", 2000 + case),
                &format!("{person:02}"),
            ));
        }
    }
    desk.import(&lines).await;
    // Everybody is heard by one party; some by a lawyer too.
    let mut bound: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let accounts = ["a", "b", "c", "d", "e", "f", "g"];
    let mut people = Vec::new();
    for name in accounts {
        people.push((
            name,
            desk.office.linked(&format!("u-{name}"), "party").await,
        ));
    }
    for line in &lines {
        let (case, person) = (line.get("统一受案号"), line.get("当事人编号"));
        let (name, account) = &people[dice.below(people.len())];
        desk.bind(account, case, person, ApplicantRole::NearRelative)
            .await;
        bound
            .entry(format!("u-{name}"))
            .or_default()
            .insert((case.to_owned(), person.to_owned()));
    }
    for round in 0..4 {
        let before = lines.clone();
        for at in 0..lines.len() {
            if dice.below(4) > 0 {
                continue;
            }
            for _ in 0..=dice.below(2) {
                let watched = dice.below(2) == 0;
                let heading = match watched {
                    true => WATCHED[dice.below(WATCHED.len())],
                    false => UNWATCHED[dice.below(UNWATCHED.len())],
                };
                let value = match heading {
                    "强制措施日期" | "到期日" | "更新时间" => {
                        format!("2026-11-{:02}", 1 + dice.below(20))
                    }
                    "性别" => ["男", "女"][dice.below(2)].to_owned(),
                    "证件类型" => "居民身份证".to_owned(),
                    _ => format!("{heading}{}", dice.below(3)),
                };
                // What the rows of a case share changes in all of them.
                let case = lines[at].get("统一受案号").to_owned();
                let is_common = matches!(heading, "办案部门" | "案件名称" | "承办人");
                for line in lines.iter_mut() {
                    let is_own = line.get("统一受案号") == case
                        && (is_common || line.get("当事人编号") == before[at].get("当事人编号"));
                    if is_own {
                        line.put(heading, &value);
                    }
                }
            }
        }
        // A daily export may leave persons out; what is left out is as it was unless its case moved.
        let mut file = Vec::new();
        let mut dropped = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            match dice.below(5) == 0 {
                true => dropped.push(at),
                false => file.push(line.clone()),
            }
        }
        for at in dropped {
            let case = lines[at].get("统一受案号").to_owned();
            let sibling = file
                .iter()
                .find(|line| line.get("统一受案号") == case)
                .cloned();
            let mut kept = before[at].clone();
            if let Some(sibling) = sibling {
                for heading in ["办案部门", "案件名称", "承办人"] {
                    kept.put(heading, sibling.get(heading));
                }
            }
            lines[at] = kept;
        }
        let mut expected: BTreeSet<(String, String)> = BTreeSet::new();
        for (old, new) in before.iter().zip(&lines) {
            let differs = WATCHED
                .iter()
                .any(|heading| old.get(heading) != new.get(heading));
            let key = (
                new.get("统一受案号").to_owned(),
                new.get("当事人编号").to_owned(),
            );
            if differs {
                for (account, persons) in &bound {
                    if persons.contains(&key) {
                        expected.insert((account.clone(), new.get("部门受案号").to_owned()));
                    }
                }
            }
        }
        desk.office.app.database.execute("DELETE FROM case_changes");
        let already = desk.told().len();
        let page = desk.import(&file).await;
        let told = desk.office.rows(
            "SELECT a.external_id || '|' || c.case_number FROM case_changes c JOIN accounts a ON a.id = c.account_id",
        );
        let expected: Vec<String> = expected
            .iter()
            .map(|(who, case)| format!("{who}|{case}"))
            .collect();
        let mut told_sorted = told.clone();
        told_sorted.sort();
        assert_eq!(told_sorted, expected, "round {round}");
        assert_eq!(desk.told().len() - already, expected.len());
        assert_eq!(
            page.view.batch.notices,
            i64::try_from(expected.len()).unwrap()
        );
        assert!(!expected.is_empty());
    }
}

#[tokio::test]
async fn a_batch_taken_back_leaves_everything_as_it_was_and_nobody_is_told() {
    let desk = Desk::open().await;
    let before: Vec<Line> = (0..40)
        .map(|at| Line::of(&format!("{}", 3000 + at / 2), &format!("{:02}", at % 2)))
        .collect();
    desk.import(&before).await;
    let lawyer = desk.office.linked("u-1", "lawyer").await;
    desk.bind(&lawyer, "3000", "00", ApplicantRole::Defender)
        .await;
    let standing = desk.standing();
    let mut after: Vec<Line> = before
        .iter()
        .map(|line| {
            line.clone()
                .with("当前阶段", "提起公诉")
                .with("办案部门", "第三检察部")
                .with("姓名", "植入他人")
        })
        .collect();
    after.extend([
        Line::of("3000", "09").with("办案部门", "第三检察部"),
        Line::of("3999", "01"),
    ]);
    let page = desk.upload(&sheets::csv(&after)).await;
    let page = desk.apply(&page).await.unwrap();
    assert_ne!(desk.standing(), standing);
    let page = desk.roll_back(&page).await.unwrap();
    assert_eq!(
        (page.view.batch.state.as_str(), page.view.batch.rows_kept),
        ("rolled_back", 0)
    );
    assert_eq!(desk.standing(), standing);
    assert_eq!(
        desk.office
            .count("SELECT count(*) FROM cases WHERE unified_number = '3999'"),
        0
    );
    desk.office.app.advance_ms(60 * MINUTE_MS);
    desk.chore().await;
    assert_eq!(desk.told(), Vec::<String>::new());
    // The same file can be imported after all.
    let page = desk.import(&after).await;
    assert_eq!(page.view.batch.notices, 1);
    let late = desk.roll_back(&page).await.map(|_| ()).unwrap_err();
    assert!(late.to_string().contains("通知已经发出"), "{late}");
}

#[tokio::test]
async fn what_others_did_meanwhile_stays() {
    let desk = Desk::open().await;
    let lines = [Line::of("1001", "01"), Line::of("1002", "01")];
    desk.import(&lines).await;
    let slow = desk
        .upload(&sheets::csv(&[
            lines[0].clone().with("当前阶段", "甲"),
            lines[1].clone().with("当前阶段", "甲"),
        ]))
        .await;
    let quick = [lines[0].clone().with("当前阶段", "乙")];
    desk.import(&quick).await;
    let slow = desk.apply(&slow).await.unwrap();
    assert_eq!(slow.view.batch.rows_overtaken, 1);
    assert_eq!(slow.set_aside.len(), 1);
    let stage = |case: &str| {
        desk.office.rows(&format!(
            "SELECT p.stage FROM case_persons p JOIN cases c ON c.id = p.case_id WHERE c.unified_number = '{case}'"
        ))
    };
    assert_eq!(
        (stage("1001"), stage("1002")),
        (vec!["乙".to_owned()], vec!["甲".to_owned()])
    );
    // Changed again after this batch, and a new person who was bound: both stay when it is taken back.
    let more = desk
        .upload(&sheets::csv(&[
            lines[0].clone().with("当前阶段", "丙"),
            Line::of("1003", "01"),
            lines[1].clone().with("当前阶段", "丙"),
        ]))
        .await;
    let more = desk.apply(&more).await.unwrap();
    desk.import(&[lines[0].clone().with("当前阶段", "丁")])
        .await;
    let lawyer = desk.office.linked("u-1", "lawyer").await;
    desk.bind(&lawyer, "1003", "01", ApplicantRole::Defender)
        .await;
    let more = desk.roll_back(&more).await.unwrap();
    assert_eq!(more.view.batch.rows_kept, 2);
    assert_eq!(
        (stage("1001"), stage("1002")),
        (vec!["丁".to_owned()], vec!["甲".to_owned()])
    );
    assert_eq!(stage("1003").len(), 1);
}

#[tokio::test]
async fn another_unit_s_cases_and_batches_are_out_of_reach() {
    let desk = Desk::open().await;
    desk.import(&[Line::of("1001", "01")]).await;
    let page = desk.upload(&sheets::csv(&[Line::of("1002", "01")])).await;
    let scope = UnitScope::of_manager("430200");
    let other = Importer {
        scope: &scope,
        account_id: desk.importer.id,
        actor: "manager:x",
    };
    let (app, id) = (&desk.office.app.app, &page.view.batch.public_id);
    assert!(matches!(
        case_imports::one(app, other, id, 0).await,
        Err(ServiceError::NotFound)
    ));
    assert!(matches!(
        case_imports::refusals(app, other, id).await,
        Err(ServiceError::NotFound)
    ));
    for order in [
        case_imports::apply(app, other, id).await,
        case_imports::discard(app, other, id).await,
        case_imports::roll_back(app, other, id).await,
        case_imports::release_now(app, other, id).await,
    ] {
        assert!(matches!(order, Err(ServiceError::NotFound)));
    }
    let (listed, _) = case_imports::list(app, other, 0).await.unwrap();
    assert!(listed.is_empty());
    // A case that another unit has is not taken over by naming one's own unit.
    desk.office
        .app
        .database
        .execute("UPDATE cases SET unit_id = '430200'");
    let page = desk
        .upload(&sheets::csv(&[
            Line::of("1001", "01").with("当前阶段", "甲")
        ]))
        .await;
    assert_eq!(page.refused[0].field, "统一受案号");
    case_imports::discard(app, desk.who(), id).await.unwrap();
    let page = desk.page(id).await;
    assert_eq!(
        (page.view.batch.state.as_str(), page.rows.len()),
        ("discarded", 0)
    );
    assert!(case_imports::apply(app, desk.who(), id).await.is_err());
}

#[tokio::test]
async fn a_batch_whose_process_dies_in_the_middle_goes_on_where_it_stopped() {
    let desk = Desk::open().await;
    let first: Vec<Line> = (0..700)
        .map(|at| Line::of(&format!("{}", 10_000 + at), "01"))
        .collect();
    let page = desk.upload(&sheets::csv(&first)).await;
    let id = page.view.batch.public_id.clone();
    let database = &desk.office.app.database;
    // From the second piece on the database refuses, as a process that dies would leave it.
    let (plant, pull) = match database.is_postgres() {
        true => (
            "ALTER TABLE cases ADD CONSTRAINT planted CHECK (unified_number < '10400')",
            "ALTER TABLE cases DROP CONSTRAINT planted",
        ),
        false => (
            "CREATE TRIGGER planted BEFORE INSERT ON cases WHEN NEW.unified_number >= '10400' \
             BEGIN SELECT RAISE(ABORT, 'planted'); END",
            "DROP TRIGGER planted",
        ),
    };
    database.execute(plant);
    let app = &desk.office.app.app;
    let batch = case_imports::apply(app, desk.who(), &id).await.unwrap();
    assert!(case_imports::run(app, batch).await.is_err());
    let half = desk.page(&id).await;
    assert_eq!(
        (half.view.batch.state.as_str(), half.view.batch.rows_done),
        ("applying", 250)
    );
    assert_eq!(desk.office.count("SELECT count(*) FROM cases"), 250);
    database.execute(pull);
    // Whoever died holds the batch until the lease is over.
    database.execute(&format!(
        "UPDATE import_batches SET worker = 'dead', worker_until = {} WHERE state = 'applying'",
        app.clock.now_ms() + 60_000
    ));
    assert_eq!(desk.chore().await, 0);
    desk.office.app.advance_ms(2 * MINUTE_MS);
    let other = desk.office.app.second_instance().await;
    assert_eq!(case_imports::carry_on(&other.app).await.unwrap(), 1);
    let whole = desk.page(&id).await;
    assert_eq!(whole.view.batch.state, "applied");
    assert_eq!(desk.office.count("SELECT count(*) FROM case_persons"), 700);

    // The same while a file is looked through: from the beginning, nothing twice.
    let batch = desk.hand_in(&sheets::csv(&first)).await.unwrap();
    database.execute(&format!(
        "UPDATE import_batches SET worker = 'dead', worker_until = {} WHERE state = 'uploaded'",
        app.clock.now_ms() + 60_000
    ));
    case_imports::run(app, batch.id).await.unwrap();
    assert_eq!(
        desk.page(&batch.public_id).await.view.batch.state,
        "uploaded"
    );
    desk.office.app.advance_ms(2 * MINUTE_MS);
    desk.chore().await;
    let page = desk.page(&batch.public_id).await;
    assert_eq!(
        (
            page.view.batch.state.as_str(),
            page.view.batch.rows_unchanged
        ),
        ("valid", 700)
    );
}

#[tokio::test]
async fn cases_that_came_another_way_keep_what_their_persons_have() {
    let work = Casework::with(&[("demo.test_identities", "true")]).await;
    let case = work.case("1001", "一审公诉案件", 1_795_000_000_000).await;
    let own = work.person(&case, "02", "张小明").await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let bound = work
        .bind(&lawyer, &own, ApplicantRole::Defender)
        .await
        .unwrap();
    let importer = work.office.account("m-1", "manager").await;
    let desk = Desk {
        office: work.office,
        importer,
        scope: UnitScope::of_manager(UNIT),
    };
    // A new person of the same case; the case as a whole is said as it stands but for its lists.
    let line = Line::of("1001", "01")
        .with("部门受案号", &case.department_number)
        .with("案件名称", &case.name)
        .with("案件类别", &case.category)
        .with("受理日期", "2026-11-18 19:06:40")
        .with("当前阶段", "植入的阶段")
        .with("案由", "");
    let page = desk.import(&[line]).await;
    assert_eq!((page.view.batch.rows_new, page.view.batch.notices), (1, 0));
    let page = phone.open(&format!("/h5/cases/{}", bound.public_id)).await;
    assert!(
        page.body.contains("故意伤害罪") && page.body.contains("审查起诉"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("植入的阶段"));
}

#[test]
fn the_command_keeps_good_rows_names_bad_ones_and_goes_on_after_a_batch_that_was_left() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database).set("demo.test_identities", "true");
    let good = Line::of("1001", "01");
    let lines = [
        good.clone(),
        Line::of("1002", "01").with("涉密标志", "是"),
        Line::of("1003", "01").with("单位编码", "430200"),
    ];
    let file = bench.file("cases.csv", &sheets::separated(&lines, ','));
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!(ended.out.trim(), "imported=2 unchanged=0 rejected=1");
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("line 3: 涉密标志"), "{}", ended.err);
    let file = bench.file("again.csv", &sheets::separated(&[good], ','));
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!(
        (ended.out.trim(), ended.code),
        ("imported=0 unchanged=1 rejected=0", Some(0))
    );
    let file = bench.file("bad.csv", "姓名,性别\n张某,男\n");
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!((ended.out.as_str(), ended.code), ("", Some(2)));
    assert!(
        ended.err.contains("统一受案号") && ended.err.contains("涉密标志"),
        "{}",
        ended.err
    );
    // What a killed command left is stored whole by the next one.
    let lines: Vec<Line> = (0..3)
        .map(|at| Line::of(&format!("{}", 2000 + at), "01"))
        .collect();
    let file = bench.file("more.csv", &sheets::separated(&lines, ','));
    let ended = bench.run(&["import", "cases", &file]);
    assert_eq!(ended.out.trim(), "imported=3 unchanged=0 rejected=0");
    let id = ended
        .err
        .split("batch ")
        .nth(1)
        .unwrap()
        .split(':')
        .next()
        .unwrap()
        .to_owned();
    let ended = bench.run(&["import", "roll-back-cases", &id]);
    assert_eq!((ended.out.trim(), ended.code), ("undone=3 kept=0", Some(0)));
    assert_eq!(
        database.connect().texts("SELECT count(*) FROM cases"),
        ["2"]
    );
    assert_eq!(bench.run(&["import", "roll-back-cases", &id]).code, Some(2));
}

#[tokio::test]
async fn tools_of_a_server_and_of_the_command_agree() {
    let desk = Desk::open().await;
    let tools = Tools::of(&desk.office.app.app);
    let task = tokio::task::spawn_blocking(move || {
        let opened = case_imports::Opened::with(tools);
        let bytes = sheets::csv(&[Line::of("1001", "01")]);
        opened
            .import("x.csv", std::io::Cursor::new(bytes), |_| {})
            .unwrap()
    });
    let batch = task.await.unwrap();
    assert_eq!(
        (batch.state.as_str(), batch.unit_id.is_none()),
        ("applied", true)
    );
    let page = desk.upload(&sheets::csv(&[Line::of("1001", "01")])).await;
    assert_eq!(page.view.batch.rows_unchanged, 1);
    desk.office.app.advance_ms(11 * MINUTE_MS);
    assert_eq!(desk.chore().await, 1);
}
