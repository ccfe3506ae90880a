//! `jianxin audit verify`: is the audit trail what it was?

use std::process::ExitCode;

use crate::app;
use crate::cli::{Failure, progress};
use crate::config::Settings;
use crate::domain::audit_chain::Anchor;
use crate::service::audit::verify;
use crate::store::StoreError;

/// Its arguments.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Walk the chain; exit 1 and the first row that was edited, removed, moved or put in.
    Verify {
        /// Begin at this row.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..), value_name = "SEQ")]
        from: i64,
        /// An end of the chain that was kept elsewhere; may be given more than once.
        #[arg(long, value_name = "SEQ:HASH")]
        anchor: Vec<Anchor>,
    },
}

impl Arguments {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let Action::Verify { from, anchor } = &self.action;
        let db = app::open_database(settings).map_err(|error| error.to_string())?;
        if !db.is_migrated().map_err(|error| error.to_string())? {
            return Err("the schema is not up to date: run `jianxin migrate`".to_owned());
        }
        let total = verify::end(&db).map_err(|error| error.to_string())?;
        let bar = progress::bar(u64::try_from(total - from + 1).unwrap_or(0));
        let report = verify::run(&db, *from, anchor, |rows| {
            bar.set_position(u64::try_from(rows).unwrap_or(0));
        });
        bar.finish_and_clear();
        let report = report.map_err(|error: StoreError| error.to_string())?;
        for late in &report.late {
            eprintln!("jianxin: note: {late}");
        }
        println!("verified={} unsealed={}", report.rows, report.unsealed);
        if let Some(fault) = &report.fault {
            println!("broken: {fault}");
            return Ok(ExitCode::from(1));
        }
        if let Some(head) = &report.head {
            println!("head={head}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
