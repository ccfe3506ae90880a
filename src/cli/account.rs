//! `jianxin account`: the first case manager of an installation and further ones, and a new beginning for one whose phone or
//! password is lost.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};

use crate::app;
use crate::cli::Failure;
use crate::config::{Secret, Settings};
use crate::domain::clock::Clock;
use crate::domain::desk::{Duties, Duty};
use crate::service::desk::enrol::{self, NewManager};
use crate::service::staff;
use crate::store::Db;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Add a case manager and print the one-time address where password and second factor are set.
    AddManager {
        /// The procuratorate's `unit_id` or `code_alias`, as in config/procuratorates.csv.
        #[arg(long, value_name = "CODE")]
        unit: String,
        /// What is typed to sign in: 3 to 40 letters, digits, '-', '_' or '.'.
        #[arg(long, value_name = "NAME")]
        login: String,
        /// The person's name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// reviewer, importer, publisher, unit_admin, system_admin; separated by commas.
        #[arg(
            long,
            value_name = "LIST",
            default_value = "reviewer,importer,publisher,unit_admin"
        )]
        duties: String,
    },
    /// Give a case manager whose phone or password is lost a new one-time address; sessions, second factor and WeChat end at once.
    RenewManager {
        /// The login name.
        #[arg(long, value_name = "NAME")]
        login: String,
    },
}

impl Arguments {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        match &self.action {
            Action::AddManager {
                unit,
                login,
                name,
                duties,
            } => add(settings, (unit, login, name), duties),
            Action::RenewManager { login } => renew(settings, login),
        }
    }
}

fn add(
    settings: &Settings,
    (unit, login, name): (&str, &str, &str),
    duties: &str,
) -> Result<ExitCode, Failure> {
    let duties = Duties::parse(duties).map_err(|word| {
        let known: Vec<&str> = Duty::ALL.iter().map(|duty| duty.as_str()).collect();
        format!(
            "--duties: {word:?} is no duty: write some of {}",
            known.join(",")
        )
    })?;
    let db = open(settings)?;
    let seal = app::open_seal(settings, &db).map_err(|error| error.to_string())?;
    let tree = app::load_units(&db)
        .map_err(|error| error.to_string())?
        .tree;
    let found = tree.by_code(unit).ok_or_else(|| {
        format!("--unit: no procuratorate has the code {unit:?}: see config/procuratorates.csv")
    })?;
    let new = NewManager {
        unit_id: found.unit_id.as_str().to_owned(),
        login_name: login.to_owned(),
        display_name: name.to_owned(),
        duties,
    };
    let added = enrol::add_by_command(&db, &Arc::new(seal), new, Clock::System.now_ms())
        .map_err(|error| error.to_string())?;
    let token = added.map_err(|refused| refused.to_string())?;
    show(settings, &token, &format!("{} ({login})", found.name));
    Ok(ExitCode::SUCCESS)
}

fn renew(settings: &Settings, login: &str) -> Result<ExitCode, Failure> {
    let db = open(settings)?;
    let seal = app::open_seal(settings, &db).map_err(|error| error.to_string())?;
    let person = app::open_person(&db).map_err(|error| error.to_string())?;
    let (seal, now) = (Arc::new(seal), Clock::System.now_ms());
    let renewed = staff::renew_by_command(&db, (&seal, person), login, now)
        .map_err(|error| error.to_string())?;
    let (account, token) = renewed.ok_or_else(|| {
        format!(
            "--login: no case manager in use has the login name {login:?}: see 案管人员 in the console"
        )
    })?;
    let who = format!("{} ({login})", account.display_name);
    show(settings, &token, &who);
    Ok(ExitCode::SUCCESS)
}

fn open(settings: &Settings) -> Result<Db, Failure> {
    let db = app::open_database(settings).map_err(|error| error.to_string())?;
    app::prepare_schema(settings, &db).map_err(|error| error.to_string())?;
    Ok(db)
}

fn show(settings: &Settings, token: &Secret, who: &str) {
    let origin = match settings.server.public_url.as_str() {
        "" => format!("http://{}", settings.server.listen),
        url => url.to_owned(),
    };
    println!("{origin}/console/enrol/{}", token.expose());
    eprintln!("{who}: open the address within 24 hours; it works once and is shown only now");
}
