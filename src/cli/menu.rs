//! `jianxin menu show|diff|push`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::app::{self, StartError};
use crate::cli::Failure;
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::service::menu::{self, BUILT_IN};
use crate::store::Db;
use crate::wechat::menu::Menu;

/// Its arguments.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// Another menu than the one compiled in.
    #[arg(long, global = true, value_name = "FILE")]
    menu: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Print the menu that is published now.
    Show,
    /// Compare it with ours; exit 1 on a difference.
    Diff,
    /// Publish ours.
    Push,
}

impl Arguments {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("the runtime cannot start: {error}"))?;
        // Opened before anything is published: what cannot be written into the audit is not done.
        let db = match self.action {
            Action::Push => Some(open(settings).map_err(|error| error.to_string())?),
            Action::Show | Action::Diff => None,
        };
        runtime.block_on(self.talk(settings, db))
    }

    async fn talk(&self, settings: &Settings, db: Option<Db>) -> Result<ExitCode, Failure> {
        let origin = format!("http://{}", settings.server.listen);
        let client = app::open_client(settings, &origin).map_err(|error| error.to_string())?;
        let failed = |error: menu::MenuError| error.to_string();
        match self.action {
            Action::Show => {
                match menu::published(&client).await.map_err(failed)? {
                    Some(menu) => println!(
                        "{}",
                        serde_json::to_string_pretty(&menu).map_err(|e| e.to_string())?
                    ),
                    None => println!("no menu is published"),
                }
                Ok(ExitCode::SUCCESS)
            }
            Action::Diff => {
                let wanted = self.wanted(settings, &origin)?;
                let published = menu::published(&client).await.map_err(failed)?;
                let lines = menu::difference(published.as_ref(), &wanted).map_err(failed)?;
                lines.iter().for_each(|line| println!("{line}"));
                Ok(ExitCode::from(u8::from(!lines.is_empty())))
            }
            Action::Push => {
                let wanted = self.wanted(settings, &origin)?;
                menu::publish(&client, &wanted).await.map_err(failed)?;
                if let Some(db) = &db {
                    let noted = menu::note_published(db, Clock::System.now_ms()).await;
                    noted.map_err(|error| {
                        format!("published, but not written into the audit: {error}")
                    })?;
                }
                println!("published");
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    fn wanted(&self, settings: &Settings, origin: &str) -> Result<Menu, Failure> {
        let text = match &self.menu {
            None => BUILT_IN.to_owned(),
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| format!("{}: cannot be read: {error}", file.display()))?,
        };
        let public_url = match settings.server.public_url.as_str() {
            "" if is_reachable(&settings.server.listen) => origin,
            "" => {
                let text = "server.public_url is empty: set the address followers reach, or the menu leads nowhere";
                return Err(text.to_owned());
            }
            url => url,
        };
        menu::wanted(&text, settings, public_url).map_err(|error| error.to_string())
    }
}

fn open(settings: &Settings) -> Result<Db, StartError> {
    let db = app::open_database(settings)?;
    app::prepare_schema(settings, &db)?;
    Ok(db)
}

/// Whether somebody could open links to this listen address at all.
fn is_reachable(listen: &str) -> bool {
    let address = listen.parse::<std::net::SocketAddr>();
    address.is_ok_and(|address| address.port() != 0 && !address.ip().is_unspecified())
}
