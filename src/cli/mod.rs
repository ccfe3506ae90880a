//! The street: reads arguments and settings, starts the doors, handles signals, tells people what to do.
//!
//! Exit codes: 0 done, 1 done in part or a difference found, 2 not possible: what to change is on standard error.

mod account;
mod audit;
mod connections;
mod demo_data;
mod import;
mod import_accounts;
mod import_cases;
mod menu;
mod progress;
mod push;
mod sealing;
mod security;
mod serve;
mod server;
mod status;
mod waiting_room;
mod watched;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::app;
use crate::config::{self, Need, Settings};
use crate::domain::clock::Clock;
use crate::domain::units::UnitTree;
use crate::service::api_keys;
use crate::store::Db;

#[derive(Parser)]
#[command(
    name = "jianxin",
    version,
    about = "检信: the WeChat Official Account server of a procuratorate case-information service"
)]
struct Arguments {
    /// Configuration file; without it `jianxin.toml` in the working directory, if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Web, callback and everything else in one process (the default).
    Serve,
    /// Only pages and callback; needs PostgreSQL and Redis.
    Web,
    /// Only the sending of notices; needs PostgreSQL and Redis.
    Worker,
    /// Only the simulator, for an account configured elsewhere.
    Simulator,
    /// Bring the database up to date and exit.
    Migrate,
    /// Show, compare or publish the account's menu.
    Menu(menu::Arguments),
    /// Look after notices.
    Push(push::Arguments),
    /// The audit trail.
    Audit(audit::Arguments),
    /// Keys of what is sealed.
    Security(security::Arguments),
    /// Import a file.
    #[command(subcommand)]
    Import(import::What),
    /// Load deterministic synthetic publications.
    DemoData(demo_data::Arguments),
    /// Case managers.
    Account(account::Arguments),
    /// Keys of upstream systems.
    ApiKey(KeyArguments),
    /// Print the effective configuration; exit 2 with one line per mistake.
    CheckConfig,
    /// Draw the pages of a PDF from standard input: called by this program, in a process of its own.
    #[command(hide = true)]
    RenderPdf,
}

#[derive(Args)]
struct KeyArguments {
    #[command(subcommand)]
    action: KeyAction,
}

#[derive(Subcommand)]
enum KeyAction {
    /// Make a key for a system and print it once.
    Add {
        /// 1 to 64 letters, digits, '-', '_' or '.'.
        name: String,
    },
}

/// A failure that ends the command: the sentence goes to standard error.
type Failure = String;

const USAGE: u8 = 2;

/// Runs the command of the process's arguments.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One TLS provider for the process; a second call only says that there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run(&arguments) {
        Ok(code) => code,
        Err(sentence) => {
            for line in sentence.lines() {
                eprintln!("jianxin: {line}");
            }
            ExitCode::from(USAGE)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let settings = |need| load(arguments, need);
    match arguments.command.as_ref().unwrap_or(&Command::Serve) {
        Command::RenderPdf => {
            let code = crate::files::pdf::render(std::io::stdin().lock(), std::io::stdout().lock());
            Ok(ExitCode::from(code))
        }
        Command::Serve => serve::run(serve::Part::All, settings(Need::Account)?),
        Command::Web => serve::run(serve::Part::Web, settings(Need::Account)?),
        Command::Worker => serve::run(serve::Part::Worker, settings(Need::Account)?),
        Command::Simulator => serve::run(serve::Part::Simulator, settings(Need::Account)?),
        Command::Migrate => migrate(&settings(Need::Stores)?),
        Command::Menu(menu) => menu.run(&settings(Need::Account)?),
        Command::Push(push) => push.run(&settings(Need::Stores)?),
        Command::Audit(audit) => audit.run(&settings(Need::Stores)?),
        Command::Security(security) => security.run(&settings(Need::Stores)?),
        Command::Import(what) => what.run(&settings(Need::Stores)?),
        Command::Account(account) => account.run(&settings(Need::Stores)?),
        Command::DemoData(demo) => demo.run(&settings(Need::Stores)?),
        Command::ApiKey(KeyArguments {
            action: KeyAction::Add { name },
        }) => add_key(&settings(Need::Stores)?, name),
        Command::CheckConfig => {
            let settings = settings(Need::Account)?;
            app::notice_templates(&settings).map_err(|flaws| flaws.join("\n"))?;
            app::read_office_hours(&settings)?;
            app::read_replies(&settings)?;
            println!("{}", settings.describe());
            settings
                .warnings()
                .iter()
                .for_each(|warning| eprintln!("jianxin: warning: {warning}"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn load(arguments: &Arguments, need: Need) -> Result<Settings, Failure> {
    let settings =
        config::load(arguments.config.as_deref(), std::env::vars(), need).map_err(|mistakes| {
            mistakes
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        })?;
    crate::telemetry::install_log(&settings.log)?;
    Ok(settings)
}

/// The database, ready for many writes, and the units that publications are filed under.
fn open_for_bulk(settings: &Settings) -> Result<(Db, Arc<UnitTree>), Failure> {
    let open = || -> Result<_, app::StartError> {
        let db = app::open_database(settings)?;
        app::prepare_schema(settings, &db)?;
        db.expect_bulk()?;
        let tree = app::load_units(&db)?.tree;
        Ok((db, tree))
    };
    open().map_err(|error| error.to_string())
}

fn migrate(settings: &Settings) -> Result<ExitCode, Failure> {
    let applied = app::open_database(settings)
        .and_then(|db| Ok(db.migrate()?))
        .map_err(|error| error.to_string())?;
    println!("applied={applied}");
    Ok(ExitCode::SUCCESS)
}

fn add_key(settings: &Settings, name: &str) -> Result<ExitCode, Failure> {
    let db = app::open_database(settings).map_err(|error| error.to_string())?;
    app::prepare_schema(settings, &db).map_err(|error| error.to_string())?;
    let key =
        api_keys::add(&db, name, Clock::System.now_ms()).map_err(|error| error.to_string())?;
    println!("{key}");
    Ok(ExitCode::SUCCESS)
}
