//! Before there is a database to begin with: the process listens, is alive and not ready, and looks again. A machine that
//! starts the service before its database need not start it twice.

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use crate::app::{StartError, open_database};
use crate::cli::serve::stopped;
use crate::cli::{Failure, server, status};
use crate::config::Settings;

/// How often a database that is away, or a schema that is behind, is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The server of the database.
    Away,
    /// `jianxin migrate`, where the schema must not be migrated by us.
    Unmigrated,
    /// Nothing more.
    Ready,
}

/// Waits until the database is there, and migrated unless that is our own task. False when a signal came first.
///
/// # Errors
/// When waiting would not help: the server refuses the password, the file cannot be opened.
pub(super) async fn database(
    settings: &Settings,
    listener: &TcpListener,
    origin: &str,
) -> Result<bool, Failure> {
    let mut state = look(settings).await?;
    if state != State::Ready {
        println!("listening on {origin}");
    }
    while state != State::Ready {
        let waiting = state;
        let router = match waiting {
            State::Away => {
                tracing::error!(
                    "the database cannot be reached: start it, or correct database.url; waiting for it"
                );
                status::not_ready("starting")
            }
            State::Unmigrated | State::Ready => {
                tracing::warn!(
                    "the schema is not up to date: run `jianxin migrate`; waiting for it"
                );
                status::not_ready("unmigrated")
            }
        };
        match wait(settings, listener, router, waiting).await? {
            Some(next) => state = next,
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Answers with `router` until the state is another one; `None` when a signal came first.
async fn wait(
    settings: &Settings,
    listener: &TcpListener,
    router: Router,
    waiting: State,
) -> Result<Option<State>, Failure> {
    let mut next = None;
    let stop = async {
        let mut signal = std::pin::pin!(stopped());
        while next.is_none() {
            tokio::select! {
                () = &mut signal => break,
                () = tokio::time::sleep(LOOK_AGAIN) => {
                    let looked = look(settings).await;
                    if looked.as_ref().ok() != Some(&waiting) {
                        next = Some(looked);
                    }
                }
            }
        }
    };
    let limit = settings.server.max_connections;
    server::serve(listener, router.into(), limit, stop, Duration::from_secs(1)).await;
    next.transpose()
}

/// How the database is at this moment.
async fn look(settings: &Settings) -> Result<State, Failure> {
    let settings = settings.clone();
    let looked = tokio::task::spawn_blocking(move || -> Result<State, StartError> {
        let db = open_database(&settings)?;
        let is_ready = settings.database.migrate_on_start || db.is_migrated()?;
        Ok(if is_ready {
            State::Ready
        } else {
            State::Unmigrated
        })
    });
    match looked.await.map_err(|error| error.to_string())? {
        Err(StartError::Store(error)) if error.is_away() => Ok(State::Away),
        looked => looked.map_err(|error| error.to_string()),
    }
}
