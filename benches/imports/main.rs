//! The case import in figures: `cargo bench --bench imports`.
//!
//! 50,000 rows (`JIANXIN_BENCH_ROWS`) of all fields: first as a CSV in GBK, all new; then as a workbook with 6 % changed, of which a
//! half concerns what people are told. The released program imports both; a second process of it is killed in the middle
//! and followed by a third. The notices are compared with a diff of the two files by brute force. PostgreSQL takes part
//! when `JIANXIN_BENCH_DATABASE_URL` is set (a schema of its own, removed at the end). Ends with 1 when a figure is missed.

#[path = "../../tests/it/support/sheets.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the stories' own files, which have more to them than is used here"
)]
mod sheets;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};
use jianxin::app::{App, Ids, random_hex};
use jianxin::config::{self, Need};
use jianxin::domain::clock::Clock;
use jianxin::domain::ids::OpenId;
use jianxin::service::case_imports;
use jianxin::service::error::RecordError;
use jianxin::service::links::{self, Desk};
use jianxin::store::accounts::{self, Account};
use jianxin::store::case_bindings::{self, CaseBinding};
use jianxin::store::case_persons;
use sheets::{Line, Workbook};
use tempfile::TempDir;
use tokio::runtime::Runtime;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Persons of the same number of cases have one account.
const ACCOUNTS: usize = 500;
/// Seconds for a file, and megabytes.
const TARGET: (f64, u64) = (60.0, 300);

fn main() -> ExitCode {
    let server = std::env::var("JIANXIN_BENCH_DATABASE_URL").ok();
    let server = server.filter(|url| !url.is_empty());
    let backends = [Some(None), server.map(Some)];
    let mut is_good = true;
    for server in backends.into_iter().flatten() {
        match measure(server) {
            Ok(good) => is_good &= good,
            Err(error) => {
                eprintln!("imports bench: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::from(u8::from(!is_good))
}

/// A database of one's own.
struct Place {
    dir: TempDir,
    url: String,
    schema: Option<(String, String)>,
}

impl Place {
    fn new(server: Option<String>) -> Result<Self, Failure> {
        let dir = TempDir::new()?;
        let Some(server) = server else {
            let url = format!("sqlite:{}", dir.path().join("jianxin.sqlite").display());
            return Ok(Self {
                dir,
                url,
                schema: None,
            });
        };
        let schema = format!("bench_{}", random_hex::<6>());
        PgConnection::establish(&server)?.batch_execute(&format!("CREATE SCHEMA {schema}"))?;
        let join = if server.contains('?') { '&' } else { '?' };
        Ok(Self {
            dir,
            url: format!("{server}{join}options=-csearch_path%3D{schema}"),
            schema: Some((server, schema)),
        })
    }

    fn environment(&self) -> Vec<(String, String)> {
        let index = self.dir.path().join("index").display().to_string();
        let files = format!("file:{}", self.dir.path().join("files").display());
        [
            ("server.listen", "127.0.0.1:0"),
            ("wechat.app_id", "wx0123456789abcdef"),
            ("wechat.app_secret", "0123456789abcdef0123456789abcdef"),
            ("wechat.token", "BenchmarkToken0123456789"),
            ("wechat.mode", "plain"),
            ("wechat.api_base_url", "http://127.0.0.1:9"),
            ("database.url", &self.url),
            ("search.dir", &index),
            ("files.url", &files),
            ("demo.publications", "0"),
            ("demo.test_identities", "true"),
            ("simulator.enabled", "false"),
            (
                "security.data_keys",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ),
            ("push.templates.case_progress_changed", "benchmark"),
            ("log.filter", "error"),
        ]
        .iter()
        .map(|(key, value)| {
            let name = format!("JIANXIN__{}", key.replace('.', "__").to_uppercase());
            (name, (*value).to_owned())
        })
        .collect()
    }

    fn app(&self, here: &Runtime) -> Result<Arc<App>, Failure> {
        let _inside = here.enter();
        let settings = config::load(None, self.environment().into_iter(), Need::Account);
        let settings = settings.map_err(|mistakes| format!("{mistakes:?}"))?;
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(App::build(settings, "http://127.0.0.1", Clock::System)?)
    }

    fn import(&self, file: &Path, more: &[&str]) -> Result<Child, Failure> {
        let command = Command::new(env!("CARGO_BIN_EXE_jianxin"))
            .args(["import", "cases"])
            .arg(file)
            .args(more)
            .current_dir(self.dir.path())
            .env_clear()
            .envs(self.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Ok(command?)
    }

    fn texts(&self, sql: &str) -> Result<Vec<String>, Failure> {
        #[derive(QueryableByName)]
        struct Text {
            #[diesel(sql_type = diesel::sql_types::Text)]
            it: String,
        }
        let query = diesel::sql_query(sql);
        let rows: Vec<Text> = match &self.schema {
            None => {
                let path = self.url.trim_start_matches("sqlite:");
                query.load(&mut SqliteConnection::establish(path)?)?
            }
            Some(_) => query.load(&mut PgConnection::establish(&self.url)?)?,
        };
        Ok(rows.into_iter().map(|row| row.it).collect())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema
            && let Ok(mut admin) = PgConnection::establish(server)
        {
            let _ = admin.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

/// What a run of the command took.
struct Run {
    seconds: f64,
    anonymous_mb: u64,
    said: String,
}

fn watch(mut child: Child) -> Result<Run, Failure> {
    let started = Instant::now();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait()?.is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kb = line.and_then(|line| {
            line.trim()
                .trim_end_matches(" kB")
                .trim()
                .parse::<u64>()
                .ok()
        });
        most = most.max(kb.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    let seconds = started.elapsed().as_secs_f64();
    let mut said = String::new();
    if let Some(out) = &mut child.stdout {
        out.read_to_string(&mut said)?;
    }
    Ok(Run {
        seconds,
        anonymous_mb: most / 1024,
        said: said.trim().to_owned(),
    })
}

fn rows(count: usize) -> Vec<Line> {
    let line = |at: usize| {
        let case = at * 3 / 5;
        Line::of(&format!("4301002026{case:07}"), &format!("{at:06}"))
            .with("案件名称", &format!("某某{case}盗窃案"))
            .with("办案部门", &format!("第{}检察部", case % 9 + 1))
    };
    (0..count).map(line).collect()
}

/// 6 % changed: a half in what people are told of, a half in what they are not.
fn changed(before: &[Line]) -> Vec<Line> {
    let change = |(at, line): (usize, &Line)| match at % 100 {
        3 => line
            .clone()
            .with("当前阶段", "提起公诉")
            .with("处理结果", "起诉"),
        31 => line
            .clone()
            .with("强制措施", "逮捕")
            .with("羁押场所", "某市第一看守所"),
        77 => line.clone().with("到期日", "2026-12-31"),
        12 => line.clone().with("姓名", "植入改名"),
        45 => line.clone().with("审查意见", "已阅卷"),
        90 => line.clone().with("性别", "女"),
        _ => line.clone(),
    };
    before.iter().enumerate().map(change).collect()
}

/// Every fifth person is bound to an account, some to two; the first half of the accounts has a follower.
fn bind(app: &App, lines: &[Line]) -> Result<BTreeMap<String, BTreeSet<usize>>, Failure> {
    let now = app.clock.now_ms();
    let mut people = Vec::new();
    let mut bound: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for number in 0..ACCOUNTS {
        let external_id = format!("a{number:04}");
        let account = Account {
            id: app.ids.next(now),
            public_id: format!("p-{external_id}"),
            external_id: Some(external_id),
            role: "party".to_owned(),
            login_name: format!("1607{number:08}"),
            display_name: "植入某".to_owned(),
            unit_id: "430100".to_owned(),
            phone: None,
            password_hash: None,
            must_reset: false,
            state: "active".to_owned(),
            notices_off: false,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let (row, person) = (account.clone(), app.person.clone());
        app.db.write_blocking(move |c| -> Result<(), RecordError> {
            accounts::insert(c, &row)?;
            if number < ACCOUNTS / 2 {
                let ids = Ids::default();
                let desk = Desk {
                    ids: &ids,
                    person: &person,
                    now,
                    actor: "bench",
                };
                links::link(
                    c,
                    desk,
                    &row,
                    &OpenId::new(format!("o{number:0>27}")),
                    false,
                )?;
            }
            Ok(())
        })?;
        people.push(account);
    }
    let wanted: Vec<(usize, usize)> = (0..lines.len())
        .filter(|at| at % 100 % 5 != 4)
        .filter(|at| [3, 12, 31, 45, 77].contains(&(at % 100)) || at % 50 == 0)
        .flat_map(|at| {
            let second = (at % 3 == 0).then_some((at, (at * 7 + 11) % ACCOUNTS));
            std::iter::once((at, at % ACCOUNTS)).chain(second)
        })
        .collect();
    for piece in wanted.chunks(500) {
        let mut bindings = Vec::new();
        for (at, account) in piece {
            let (Some(line), Some(account)) = (lines.get(*at), people.get(*account)) else {
                continue;
            };
            let (case, person) = (
                line.get("统一受案号").to_owned(),
                line.get("当事人编号").to_owned(),
            );
            let known = bound
                .entry(account.external_id.clone().unwrap_or_default())
                .or_default();
            if known.insert(*at) {
                bindings.push((case, person, account.id));
            }
        }
        let ids = Ids::default();
        app.db.write_blocking(move |c| -> Result<(), RecordError> {
            for (case, person, account_id) in bindings {
                let Some(person) = case_persons::by_numbers(c, &case, &person)? else {
                    continue;
                };
                let binding = CaseBinding {
                    id: ids.next(now),
                    public_id: random_hex::<16>(),
                    account_id,
                    case_person_id: person.id,
                    applicant_role: "near_relative".to_owned(),
                    application_id: None,
                    state: case_bindings::ACTIVE.to_owned(),
                    reason: None,
                    created_at: now,
                    revoked_at: None,
                };
                case_bindings::insert(c, &binding)?;
            }
            Ok(())
        })?;
    }
    Ok(bound)
}

const WATCHED: [&str; 10] = [
    "强制措施",
    "强制措施日期",
    "羁押场所",
    "当前阶段",
    "审查情况",
    "处理结果",
    "办案部门",
    "到期日",
    "办案期限",
    "案由",
];

/// Account and case of every notice there should be, by comparing all rows.
fn expected(
    before: &[Line],
    after: &[Line],
    bound: &BTreeMap<String, BTreeSet<usize>>,
) -> BTreeSet<(String, String)> {
    let mut told = BTreeSet::new();
    for (account, rows) in bound {
        for at in rows {
            let (Some(old), Some(new)) = (before.get(*at), after.get(*at)) else {
                continue;
            };
            if WATCHED
                .iter()
                .any(|heading| old.get(heading) != new.get(heading))
            {
                told.insert((account.clone(), new.get("部门受案号").to_owned()));
            }
        }
    }
    told
}

fn measure(server: Option<String>) -> Result<bool, Failure> {
    let name = if server.is_some() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let count = std::env::var("JIANXIN_BENCH_ROWS")
        .ok()
        .and_then(|text| text.parse().ok());
    let before = rows(count.unwrap_or(50_000));
    let after = changed(&before);
    let place = Place::new(server)?;
    let here = Runtime::new()?;
    let app = place.app(&here)?;

    let first = place.dir.path().join("first.csv");
    let text = sheets::separated(&before, ',');
    std::fs::write(&first, encoding_rs::GB18030.encode(&text).0)?;
    let new = watch(place.import(&first, &[])?)?;
    let again = watch(place.import(&first, &[])?)?;
    let bound = bind(&app, &before)?;
    let second = place.dir.path().join("second.xlsx");
    std::fs::write(&second, Workbook::of(&after).bytes())?;

    // One is killed while it stores; the next finishes what it left, and finds its own file unchanged.
    let mut doomed = place.import(&second, &["--release"])?;
    let mut is_killed = false;
    while doomed.try_wait()?.is_none() {
        let storing = place.texts(
            "SELECT state AS it FROM import_batches WHERE state = 'applying' AND rows_done > 0",
        )?;
        if !storing.is_empty() {
            doomed.kill()?;
            is_killed = true;
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    doomed.wait()?;
    if is_killed {
        // Its lease is a minute.
        std::thread::sleep(Duration::from_secs(61));
    }
    let resumed = watch(place.import(&first, &[])?)?;
    let back = watch(place.import(&first, &[])?)?;
    let file = watch(place.import(&second, &["--release"])?)?;
    // The batches that went there and back tell nobody: theirs are taken out before the last one's go.
    let open = place.texts("SELECT public_id AS it FROM import_batches WHERE state = 'applied' AND rows_changed > 0 ORDER BY id")?;
    let told = Instant::now();
    let kept = open.last().cloned().unwrap_or_default();
    hold_all_but(&place, &kept)?;
    while here.block_on(case_imports::carry_on(&app))? > 0 {}
    let told = told.elapsed().as_secs_f64();

    let said: BTreeSet<(String, String)> = place
        .texts("SELECT a.external_id || '|' || c.case_number AS it FROM case_changes c JOIN accounts a ON a.id = c.account_id")?
        .iter()
        .filter_map(|pair| pair.split_once('|'))
        .map(|(account, case)| (account.to_owned(), case.to_owned()))
        .collect();
    let expected = expected(&before, &after, &bound);
    let linked = expected
        .iter()
        .filter(|(account, _)| *account < format!("a{:04}", ACCOUNTS / 2))
        .count();
    let pushes = place.texts("SELECT CAST(count(*) AS TEXT) AS it FROM pushes")?;
    let exact = said == expected && pushes == [linked.to_string()];

    println!("{name}, {} rows", before.len());
    for (what, run) in [
        ("  CSV in GBK, all new", &new),
        ("  the same file again", &again),
        (
            "  after a kill -9 in the middle: the rest of it, and back",
            &resumed,
        ),
        ("  the same again", &back),
        ("  XLSX, 6 % changed", &file),
    ] {
        println!(
            "{what}: {:.1} s, RssAnon {} MB, {}",
            run.seconds, run.anonymous_mb, run.said
        );
    }
    println!(
        "  notices: {:.1} s, {} of {} expected changes told, {} notices; killed while storing: {is_killed}",
        told,
        said.len(),
        expected.len(),
        pushes.concat()
    );
    let runs = [&new, &again, &resumed, &file];
    let fits = runs
        .iter()
        .all(|run| run.seconds <= TARGET.0 && run.anonymous_mb <= TARGET.1);
    println!(
        "  exactly the right ones: {exact}; ≤ {} s and ≤ {} MB: {fits}",
        TARGET.0, TARGET.1
    );
    Ok(exact && fits)
}

fn hold_all_but(place: &Place, kept: &str) -> Result<(), Failure> {
    let sql = format!(
        "UPDATE import_batches SET notify_at = 9000000000000 WHERE public_id <> '{kept}' AND state = 'applied'"
    );
    match &place.schema {
        None => {
            let path = place.url.trim_start_matches("sqlite:");
            SqliteConnection::establish(path)?.batch_execute(&sql)?;
        }
        Some(_) => PgConnection::establish(&place.url)?.batch_execute(&sql)?,
    }
    Ok(())
}
