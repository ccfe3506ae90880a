//! `jianxin demo-data`: synthetic publications in the configured database.

use std::process::ExitCode;

use crate::cli::{Failure, progress};
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::service::demo;

/// Its arguments.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many, both kinds together.
    #[arg(long, value_name = "N")]
    publications: u64,
    /// The same seed gives the same publications.
    #[arg(long, value_name = "S", default_value_t = demo::SEED)]
    seed: u64,
}

impl Arguments {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let (db, tree) = crate::cli::open_for_bulk(settings)?;
        let bar = progress::bar(self.publications);
        let what = (self.seed, self.publications);
        let loaded = demo::load(&db, &tree, what, Clock::System.now_ms(), |done| {
            bar.inc(done)
        })
        .map_err(|error| error.to_string())?;
        bar.finish_and_clear();
        println!(
            "imported={} unchanged={} rejected={}",
            loaded.imported, loaded.unchanged, loaded.rejected
        );
        Ok(ExitCode::from(u8::from(loaded.rejected > 0)))
    }
}
