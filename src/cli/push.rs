//! `jianxin push list|show|redrive|cancel`: notices, for whoever looks after them.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, FixedOffset};

use crate::app;
use crate::cli::Failure;
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::service::pushes::{self, RECEIPT_DUE_MS, Treated};
use crate::store::Db;
use crate::store::pushes::{
    CANCELLED, EXPIRED, Filter, PARKED, PENDING, Push, REFUSED, Refused, SENDING, SENT, UNKNOWN,
    WAITING,
};

/// Who did it, in the audit trail.
const ACTOR: &str = "command-line";
/// Notices in one step of `redrive --state`.
const MOST: i64 = 10_000;

/// Its arguments.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// List notices, newest first.
    List {
        /// Only this state.
        #[arg(long, value_parser = [PENDING, SENDING, WAITING, UNKNOWN, SENT, REFUSED, EXPIRED, PARKED, CANCELLED, "merged"])]
        state: Option<String>,
        /// Only this kind, for example case_progress_changed.
        #[arg(long)]
        kind: Option<String>,
        /// Only those that were sent more than a day ago and have no receipt.
        #[arg(long)]
        unconfirmed: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        limit: i64,
    },
    /// Show one notice with its tries.
    Show {
        /// The notice.
        id: String,
    },
    /// Send notices again that are parked, refused or expired.
    Redrive {
        /// The notices.
        #[arg(required_unless_present = "state", conflicts_with = "state")]
        ids: Vec<String>,
        /// All of this state.
        #[arg(long, value_parser = [PARKED, REFUSED, EXPIRED])]
        state: Option<String>,
        /// With --state: only this kind.
        #[arg(long, requires = "state")]
        kind: Option<String>,
    },
    /// Cancel notices that wait or are parked.
    Cancel {
        /// The notices.
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

impl Arguments {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let db = app::open_database(settings).map_err(|error| error.to_string())?;
        app::prepare_schema(settings, &db).map_err(|error| error.to_string())?;
        let now = Clock::System.now_ms();
        match &self.action {
            Action::List {
                state,
                kind,
                unconfirmed,
                limit,
            } => {
                let filter = Filter {
                    state: state.clone(),
                    kind: kind.clone(),
                    unconfirmed_before: unconfirmed.then(|| now - RECEIPT_DUE_MS),
                    limit: *limit,
                };
                list(&db, &filter)
            }
            Action::Show { id } => show(&db, id),
            Action::Redrive { ids, state, kind } => {
                let ids = match state {
                    None => ids.clone(),
                    Some(state) => of_state(&db, state, kind.as_deref())?,
                };
                let treated = pushes::redrive(&db, ids, ACTOR, now, settings.push.ttl_hours);
                report("redriven", &treated.map_err(|error| error.to_string())?)
            }
            Action::Cancel { ids } => {
                let treated = pushes::cancel(&db, ids.clone(), ACTOR, now);
                report("cancelled", &treated.map_err(|error| error.to_string())?)
            }
        }
    }
}

fn of_state(db: &Db, state: &str, kind: Option<&str>) -> Result<Vec<String>, Failure> {
    let state = [PARKED, REFUSED, EXPIRED]
        .into_iter()
        .find(|known| *known == state)
        .unwrap_or(PARKED);
    pushes::ended_ids(db, state, kind, MOST).map_err(|error| error.to_string())
}

/// A line for whoever still reads: behind `| head` nobody does after a while.
macro_rules! say {
    ($out:expr, $($text:tt)*) => {
        if writeln!($out, $($text)*).is_err() {
            return Ok(ExitCode::SUCCESS);
        }
    };
}

fn list(db: &Db, filter: &Filter) -> Result<ExitCode, Failure> {
    let pushes = pushes::list(db, filter).map_err(|error| error.to_string())?;
    let mut out = std::io::stdout().lock();
    for push in &pushes {
        say!(
            out,
            "{} {:9} {:25} {} tries={} {}",
            push.public_id,
            push.state,
            push.kind,
            time(push.created_at),
            push.attempts,
            note(push)
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn show(db: &Db, id: &str) -> Result<ExitCode, Failure> {
    let (push, attempts) = pushes::show(db, id).map_err(|error| format!("{id}: {error}"))?;
    let rows = [
        ("id", push.public_id.clone()),
        ("kind", push.kind.clone()),
        ("lane", push.lane.to_string()),
        ("unit", push.unit_id.clone()),
        ("receiver", format!("follower:{}", push.openid_hash)),
        ("state", push.state.clone()),
        ("reason", push.reason.clone().unwrap_or_default()),
        (
            "errcode",
            push.errcode
                .map(|code| code.to_string())
                .unwrap_or_default(),
        ),
        ("created", time(push.created_at)),
        ("due", push.due_at.map(time).unwrap_or_default()),
        ("expires", time(push.expires_at)),
        ("ended", push.ended_at.map(time).unwrap_or_default()),
        ("tries", push.attempts.to_string()),
        ("crashes", push.crashes.to_string()),
        ("msgid", push.msgid.clone().unwrap_or_default()),
        ("receipt", push.receipt.clone().unwrap_or_default()),
        ("receipt at", push.receipt_at.map(time).unwrap_or_default()),
    ];
    let mut out = std::io::stdout().lock();
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        say!(out, "{name:10} {value}");
    }
    for attempt in attempts {
        let said = [
            attempt.errcode.map(|code| code.to_string()),
            attempt.msgid.map(|msgid| format!("msgid={msgid}")),
            attempt.detail,
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        say!(
            out,
            "try {:<6} {} {} ms {} {}",
            attempt.attempt,
            time(attempt.started_at),
            attempt.ended_at - attempt.started_at,
            attempt.outcome,
            said.join(" ")
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn report(word: &str, treated: &[Treated]) -> Result<ExitCode, Failure> {
    let mut refused = 0;
    for (id, outcome) in treated {
        let Err(why) = outcome else { continue };
        refused += 1;
        let why = match why {
            Refused::Missing => "there is no such notice",
            Refused::State => "its state does not allow it",
            Refused::Erased => "its receiver left and was forgotten",
        };
        eprintln!("{id}: {why}");
    }
    println!("{word}={} refused={refused}", treated.len() - refused);
    Ok(ExitCode::from(u8::from(refused > 0)))
}

fn note(push: &Push) -> String {
    let receipt = push
        .receipt
        .as_ref()
        .map(|receipt| format!("receipt={receipt}"));
    let words = [push.reason.clone(), receipt];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// As people in China read it.
fn time(millis: i64) -> String {
    let china = FixedOffset::east_opt(8 * 3600);
    DateTime::from_timestamp_millis(millis)
        .zip(china)
        .map(|(time, china)| {
            time.with_timezone(&china)
                .format("%Y-%m-%dT%H:%M:%S%.3f")
                .to_string()
        })
        .unwrap_or_default()
}
