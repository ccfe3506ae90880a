//! Sending notices: beside the doors in `serve`, or alone as `jianxin worker`.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, random_hex};
use crate::cli::serve::{drain, stopped};
use crate::cli::status::{self, Status};
use crate::cli::{Failure, sealing, server, waiting_room};
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::push::{Rules, Worker, render};
use crate::telemetry;

/// A worker under way.
pub(super) struct Sending {
    halt: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Starts a worker in this process.
pub(super) fn start(app: &Arc<App>) -> Sending {
    let (halt, mut halted) = watch::channel(false);
    let worker = Worker::new(
        Arc::clone(app),
        Rules::new(&app.settings),
        render::by_templates(app),
    );
    let task = tokio::spawn(worker.run(async move {
        let _ = halted.wait_for(|halt| *halt).await;
    }));
    Sending { halt, task }
}

impl Sending {
    /// Nothing new is sent from now on.
    pub(super) fn halt(&self) {
        let _ = self.halt.send(true);
    }

    /// Waits until the outcome of everything that was posted is written down; what is not by then becomes a doubt.
    pub(super) async fn finish(self, limit: Duration) {
        self.halt();
        if tokio::time::timeout(limit, self.task).await.is_err() {
            tracing::error!("notices under way could not be settled in time; their leases run out");
        }
    }
}

/// `jianxin worker`: no pages, no callback, no index; only health and metrics listen.
pub(super) async fn run(
    mut settings: Settings,
    listener: TcpListener,
    origin: &str,
) -> Result<ExitCode, Failure> {
    if settings.simulator.enabled && settings.wechat.api_base_url.is_empty() {
        return Err(
            "the simulator runs in another process: set wechat.api_base_url to its /simulator/api"
                .to_owned(),
        );
    }
    let metrics = telemetry::install_metrics().map_err(|error| error.to_string())?;
    tokio::spawn(telemetry::upkeep(metrics.clone()));
    if !waiting_room::database(&settings, &listener, origin).await? {
        return Ok(ExitCode::SUCCESS);
    }
    // The handles include an index; this process asks it nothing, and it must not take the one of another process.
    let scratch = std::env::temp_dir().join(format!("jianxin-worker-{}", random_hex::<8>()));
    settings.search.dir.clone_from(&scratch);
    let (limit, time) = (settings.server.max_connections, drain(&settings));
    let building = (settings, origin.to_owned());
    let app =
        tokio::task::spawn_blocking(move || App::build(building.0, &building.1, Clock::System))
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
    let status = Arc::new(Status {
        app: Arc::clone(&app),
        index: None,
        metrics,
        draining: AtomicBool::new(false),
    });
    let sending = start(&app);
    let sealing = sealing::start(&app);
    println!("listening on {origin}");
    let stop = async {
        stopped().await;
        sending.halt();
        status.draining.store(true, Ordering::Release);
        tracing::info!("stopping: notices under way are finished");
    };
    let router = status::router(Arc::clone(&status));
    server::serve(&listener, router.into(), limit, stop, time).await;
    sending.finish(time).await;
    sealing.finish().await;
    let _ = std::fs::remove_dir_all(scratch);
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
