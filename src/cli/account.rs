//! `jianxin account add-manager`: the first case manager of an installation, and further ones.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};

use crate::app;
use crate::cli::Failure;
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::domain::desk::{Duties, Duty};
use crate::service::desk::enrol::{self, NewManager};

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
}

impl Arguments {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let Action::AddManager {
            unit,
            login,
            name,
            duties,
        } = &self.action;
        let duties = Duties::parse(duties).map_err(|word| {
            let known: Vec<&str> = Duty::ALL.iter().map(|duty| duty.as_str()).collect();
            format!(
                "--duties: {word:?} is no duty: write some of {}",
                known.join(",")
            )
        })?;
        let db = app::open_database(settings).map_err(|error| error.to_string())?;
        app::prepare_schema(settings, &db).map_err(|error| error.to_string())?;
        let seal = app::open_seal(settings, &db).map_err(|error| error.to_string())?;
        let tree = app::load_units(&db)
            .map_err(|error| error.to_string())?
            .tree;
        let found = tree.by_code(unit).ok_or_else(|| {
            format!("--unit: no procuratorate has the code {unit:?}: see config/procuratorates.csv")
        })?;
        let new = NewManager {
            unit_id: found.unit_id.as_str().to_owned(),
            login_name: login.clone(),
            display_name: name.clone(),
            duties,
        };
        let added = enrol::add_by_command(&db, &Arc::new(seal), new, Clock::System.now_ms())
            .map_err(|error| error.to_string())?;
        let token = added.map_err(|refused| refused.to_string())?;
        let origin = match settings.server.public_url.as_str() {
            "" => format!("http://{}", settings.server.listen),
            url => url.to_owned(),
        };
        println!("{origin}/console/enrol/{}", token.expose());
        eprintln!(
            "{} ({login}): open the address within 24 hours; it works once and is shown only now",
            found.name
        );
        Ok(ExitCode::SUCCESS)
    }
}
