//! `jianxin security reseal`: after a new data key was put in front of the old one.

use std::process::ExitCode;
use std::sync::Arc;

use crate::app;
use crate::cli::{Failure, progress};
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::files::Directory;
use crate::service::reseal;

/// Its arguments.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Seal everything anew with the first of security.data_keys; may run beside the service and be repeated.
    Reseal,
}

impl Arguments {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let Action::Reseal = self.action;
        let db = app::open_database(settings).map_err(|error| error.to_string())?;
        app::prepare_schema(settings, &db).map_err(|error| error.to_string())?;
        let seal = Arc::new(app::open_seal(settings, &db).map_err(|error| error.to_string())?);
        let files = Directory::open(&settings.files.url)
            .map_err(|error| format!("files.url = {:?}: {error}", settings.files.url))?;
        let total = reseal::total(&db).map_err(|error| error.to_string())?;
        let bar = progress::bar(total);
        let now = Clock::System.now_ms();
        let done = reseal::run(&db, &seal, &files, now, |looked| bar.inc(looked));
        bar.finish_and_clear();
        let done = done.map_err(|error| error.to_string())?;
        println!(
            "resealed={} current={} failed={}",
            done.resealed, done.current, done.failed
        );
        if done.failed > 0 {
            eprintln!(
                "jianxin: some values open with none of security.data_keys: keep all keys, look at the log"
            );
        }
        Ok(ExitCode::from(u8::from(done.failed > 0)))
    }
}
