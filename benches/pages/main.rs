//! Fills a directory with cases for `benches/pages/load.mjs`: `cargo bench --bench pages -- DIRECTORY COUNT`.
//!
//! The directory is one in which the program ran with its demonstration data and into which accounts `bulk-0` … were
//! imported; no server may run there. Every case is a copy of the demonstration's newest with numbers, a person, a
//! binding, an appointment and two looks of its own; each third account, a lawyer, gets its share.

use std::process::ExitCode;
use std::sync::Arc;

use jianxin::app::seal::Place;
use jianxin::app::{App, random_hex};
use jianxin::config::{self, Need};
use jianxin::domain::clock::Clock;
use jianxin::service::error::RecordError;
use jianxin::store::accounts::{self, Account};
use jianxin::store::applications::{self, Application};
use jianxin::store::audit::{self, Entry};
use jianxin::store::case_bindings::{self, Bound, CaseBinding};
use jianxin::store::case_persons::{self, CasePerson};
use jianxin::store::cases::{self, Case};
use jianxin::store::{Conn, StoreError};

/// What ends it; shown as it is.
type Failure = Box<dyn std::error::Error>;

/// Cases of one transaction.
const BATCH: usize = 2_000;
/// Each third account is a lawyer's.
const LAWYERS: usize = 3;
/// Of so many appointments one waits for its answer.
const OPEN: usize = 1_000;
/// Cases more for the lawyer of the demonstration, whose pages are asked for.
const OWN: usize = 12;

/// What is copied.
#[derive(Clone)]
struct Sample {
    bound: Bound,
    appointment: Application,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let outcome = match arguments.as_slice() {
        [directory, count] => fill(directory, count),
        _ => Err(
            "a directory and a number of cases are needed: benches/pages/load.mjs gives both"
                .into(),
        ),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pages bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn fill(directory: &str, count: &str) -> Result<(), Failure> {
    let count: usize = count.parse()?;
    std::env::set_current_dir(directory)?;
    let app = open()?;
    app.db.expect_bulk()?;
    let sample = app.db.write_blocking(sample)?;
    let lawyers = app.db.read_blocking(|c| {
        let account = |at: usize| accounts::by_external_id(c, &format!("bulk-{}", at * LAWYERS));
        let found = (0..).map(account);
        found
            .take_while(|one| matches!(one, Ok(Some(_)) | Err(_)))
            .filter_map(Result::transpose)
            .collect::<Result<Vec<Account>, _>>()
            .map_err(StoreError::from)
    })?;
    let demo = sample.bound.0.account_id;
    let owner = |at: usize| match at {
        at if at < OWN => Some(demo),
        at => Some(lawyers.get(at % lawyers.len().max(1))?.id),
    };
    let rows: Vec<(usize, i64)> = (0..count).filter_map(|at| Some((at, owner(at)?))).collect();
    for batch in rows.chunks(BATCH) {
        let (desk, sample, batch) = (Arc::clone(&app), sample.clone(), batch.to_vec());
        app.db.write_blocking(move |c| {
            batch
                .iter()
                .try_for_each(|(at, account)| add(c, &desk, &sample, *at, *account))
        })?;
    }
    println!("{} cases, bindings and appointments", rows.len());
    Ok(())
}

/// The program's parts on what it left in the working directory.
fn open() -> Result<Arc<App>, Failure> {
    // Nothing is delivered here, but the gate wants to know how it would be.
    let gate = [
        ("JIANXIN__WECHAT__TOKEN".to_owned(), "bench".to_owned()),
        ("JIANXIN__WECHAT__MODE".to_owned(), "plain".to_owned()),
    ];
    let settings =
        config::load(None, std::env::vars().chain(gate), Need::Stores).map_err(|mistakes| {
            let mistakes = mistakes.iter().map(ToString::to_string);
            mistakes.collect::<Vec<_>>().join("; ")
        })?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(App::build(settings, "http://127.0.0.1", Clock::System)?)
}

/// The newest case of the demonstration's lawyer and the appointment for it.
fn sample(c: &mut Conn) -> Result<Sample, StoreError> {
    let lawyer = accounts::by_external_id(c, "demo-lawyer")?;
    let lawyer = lawyer.ok_or(StoreError::Stopped)?;
    let bound = case_bindings::of_account(c, lawyer.id, 1)?.pop();
    let made = applications::list_of_account(c, lawyer.id, "appointment", &[], (0, 1))?.pop();
    let (bound, appointment) = bound.zip(made).ok_or(StoreError::Stopped)?;
    Ok(Sample { bound, appointment })
}

fn add(
    c: &mut Conn,
    app: &App,
    sample: &Sample,
    at: usize,
    account_id: i64,
) -> Result<(), RecordError> {
    let now = app.clock.now_ms();
    let (binding, person, case) = sample.bound.clone();
    let case = Case {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        unified_number: format!("430100202699{at:07}"),
        department_number: format!("长检受[2026]99{at:07}号"),
        ..case
    };
    cases::insert(c, &case)?;
    let public_id = random_hex::<16>();
    let seal = |column, clear: &str| {
        let place = Place {
            table: "case_persons",
            column,
            row: &public_id,
        };
        app.seal.close(place, clear)
    };
    // No area's number begins with 99.
    let number = format!("99000019{at:010}");
    let person = CasePerson {
        id: app.ids.next(now),
        case_id: case.id,
        name: seal("name", "周某某")?,
        id_number: Some(seal("id_number", &number)?),
        id_blind: Some(app.blind.of("id_number", &number)),
        public_id,
        ..person
    };
    case_persons::insert(c, &person)?;
    let binding = CaseBinding {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        account_id,
        case_person_id: person.id,
        ..binding
    };
    case_bindings::insert(c, &binding)?;
    let is_open = at.is_multiple_of(OPEN);
    let appointment = Application {
        state: if is_open { "pending" } else { "answered" }.to_owned(),
        decided_at: (!is_open).then_some(now),
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        external_id: Some(format!("JXB{at:010}")),
        account_id,
        ..sample.appointment.clone()
    };
    applications::insert(c, &appointment)?;
    for action in ["binding.granted", "case.viewed"] {
        let entry = Entry {
            id: random_hex::<16>(),
            at: now,
            actor: format!("follower:{}", random_hex::<16>()),
            action: action.to_owned(),
            subject: format!("binding:{} person:{}", binding.public_id, person.public_id),
        };
        audit::append(c, &entry)?;
    }
    Ok(())
}
