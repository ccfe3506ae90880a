//! `jianxin serve|web|simulator`: from settings to a running process and back to a clean stop.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::app::{App, random_hex};
use crate::callback::Door;
use crate::cli::sealing;
use crate::cli::server::{self, Doors};
use crate::cli::status::{self, Status};
use crate::cli::waiting_room;
use crate::cli::worker;
use crate::cli::{Failure, progress};
use crate::config::{Secret, Settings};
use crate::domain::clock::Clock;
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::service::indexer::{self, Status as IndexStatus};
use crate::service::{demo, menu, reconcile};
use crate::simulator::{self, SimulatorSettings};
use crate::web::pages::{self, Pages};
use crate::{api, telemetry};

/// Which doors to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    All,
    Web,
    Worker,
    Simulator,
}

/// How long a start waits for the index to catch up before it listens all the same.
const INDEX_HEAD_START: Duration = Duration::from_secs(3);
/// Effects that wait for the database are tried this often.
const STORE_LATE: Duration = Duration::from_secs(5);
/// The id of the account that the simulator plays when none is configured.
const SIMULATED_ACCOUNT: &str = "gh_jianxin0demo";

/// Runs until a signal ends it.
pub(super) fn run(part: Part, settings: Settings) -> Result<ExitCode, Failure> {
    if matches!(part, Part::Web | Part::Worker)
        && (settings.redis.url.is_empty() || settings.database.url.starts_with("sqlite:"))
    {
        return Err("separate processes share their state through PostgreSQL and Redis: set database.url to postgres://… \
                    and redis.url, or run `jianxin serve`"
            .to_owned());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(64)
        .build()
        .map_err(|error| format!("the runtime cannot start: {error}"))?;
    let code = runtime.block_on(start(part, settings));
    // A blocking call that hangs in a driver must not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    code
}

async fn start(part: Part, mut settings: Settings) -> Result<ExitCode, Failure> {
    for warning in settings.warnings() {
        tracing::warn!("{warning}");
    }
    let listen = settings.server.listen.clone();
    let listener = TcpListener::bind(&listen).await.map_err(|error| {
        format!(
            "server.listen = {listen:?}: {error}; stop what uses the address, or choose another one"
        )
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let origin = format!("http://{address}");
    if settings.simulator.enabled || part == Part::Simulator {
        make_up_account(&mut settings);
    }
    if part == Part::Simulator {
        let router = simulated(&settings, &origin);
        println!("listening on {origin}\nsimulator: {origin}/simulator");
        println!("wechat.api_base_url = \"{origin}/simulator/api\"");
        println!("wechat.oauth_base_url = \"{origin}/simulator/oauth\"");
        let finished = server::serve(
            &listener,
            router.into(),
            settings.server.max_connections,
            stopped(),
            drain(&settings),
        );
        return Ok(ExitCode::from(u8::from(!finished.await)));
    }
    if part == Part::Worker {
        return worker::run(settings, listener, &origin).await;
    }
    serve(part, settings, listener, &origin).await
}

async fn serve(
    part: Part,
    settings: Settings,
    listener: TcpListener,
    origin: &str,
) -> Result<ExitCode, Failure> {
    let metrics = telemetry::install_metrics().map_err(|error| error.to_string())?;
    tokio::spawn(telemetry::upkeep(metrics.clone()));
    if !waiting_room::database(&settings, &listener, origin).await? {
        return Ok(ExitCode::SUCCESS);
    }
    let building = (settings.clone(), origin.to_owned());
    let (app, demo_key) = tokio::task::spawn_blocking(move || build(building.0, &building.1))
        .await
        .map_err(|error| error.to_string())??;
    let index = Arc::new(IndexStatus::default());
    let following = follow(&app, &index)?;
    let door = Door::new(Arc::clone(&app), Arc::clone(&index));
    let status = Arc::new(Status {
        app: Arc::clone(&app),
        index: Some(Arc::clone(&index)),
        metrics,
        draining: AtomicBool::new(false),
    });
    let mut router = Router::new()
        .merge(pages::router(Pages::new(Arc::clone(&app))))
        .merge(api::router(Arc::clone(&app)))
        .merge(status::router(Arc::clone(&status)))
        .route("/", get(|| async { Redirect::temporary("/h5/") }));
    if settings.simulator.enabled {
        router = router.merge(simulated(&settings, origin));
    }
    head_start(&index).await;
    println!("listening on {origin}");
    if settings.simulator.enabled {
        println!(
            "simulator: {origin}/simulator\npages:     {}/h5/\nconsole:   {origin}/console/",
            app.public_url
        );
        println!("API key:   {demo_key} (while the simulator is on; docs/api.md)");
        for line in sign_ins(&app).await {
            println!("sign in:   {line}");
        }
        publish_to_simulator(&app);
    }
    let sending = (part == Part::All && settings.push.enabled).then(|| worker::start(&app));
    let storing = tokio::spawn(store_late(Arc::clone(&app)));
    let sealing = sealing::start(&app);
    let stop = async {
        stopped().await;
        if let Some(sending) = &sending {
            sending.halt();
        }
        status.draining.store(true, Ordering::Release);
        tracing::info!("stopping: requests under way are finished");
    };
    let doors = Doors {
        callback: Some(door),
        router,
    };
    let finished = server::serve(
        &listener,
        doors,
        settings.server.max_connections,
        stop,
        drain(&settings),
    )
    .await;
    drop(listener);
    storing.abort();
    if !app.lost.is_empty()
        && let Err(error) = reconcile::run(&app).await
    {
        tracing::error!(%error, waiting = app.lost.len(), "what followers did is lost with this process");
    }
    if let Some(sending) = sending {
        sending.finish(drain(&settings)).await;
    }
    sealing.finish().await;
    index.stop();
    following.thread().unpark();
    let _ = tokio::task::spawn_blocking(move || following.join()).await;
    tracing::info!(finished, "stopped");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn drain(settings: &Settings) -> Duration {
    Duration::from_secs(settings.server.drain_secs)
}

/// Stores what followers did while the database was away, as soon as it is back.
async fn store_late(app: Arc<App>) {
    loop {
        tokio::time::sleep(STORE_LATE).await;
        if !app.lost.is_empty()
            && let Err(error) = reconcile::run(&app).await
        {
            tracing::warn!(%error, waiting = app.lost.len(), "the database is still away");
        }
    }
}

/// Builds the handles and, at a first start with demonstration data wanted, loads it.
/// Also the key for trying the API out, as long as the simulator is on.
fn build(settings: Settings, origin: &str) -> Result<(Arc<App>, String), Failure> {
    let wanted = settings.demo.publications;
    let app = App::build(settings, origin, Clock::System).map_err(|error| error.to_string())?;
    if wanted > 0 && demo::is_wanted(&app.db).map_err(|error| error.to_string())? {
        let bar = progress::bar(wanted);
        let what = (demo::SEED, wanted);
        demo::load(
            &app.db,
            &app.units().tree,
            what,
            app.clock.now_ms(),
            |done| bar.inc(done),
        )
        .map_err(|error| error.to_string())?;
        bar.finish_and_clear();
    }
    let key = people(&app).map_err(|error| error.to_string())?;
    Ok((app, key))
}

/// People and a key beside the simulator; without it no such key is good.
fn people(app: &Arc<App>) -> Result<String, ServiceError> {
    if !app.settings.simulator.enabled {
        demo::people::forget_key(&app.db)?;
        return Ok(String::new());
    }
    let followers = simulator::openids(4).into_iter();
    let followers: Vec<OpenId> = followers.map(OpenId::new).collect();
    demo::people::add_people(app, &followers)?;
    if let Err(error) = demo::cases::add_cases(app) {
        tracing::warn!(%error, "the cases of the demonstration could not be made");
    }
    demo::people::key(&app.db, app.clock.now_ms())
}

/// Who can sign in on the pages, for trying that out.
async fn sign_ins(app: &Arc<App>) -> Vec<String> {
    let db = app.db.clone();
    let lines = tokio::task::spawn_blocking(move || demo::people::sign_ins(&db)).await;
    lines.map_or_else(|_stopping| Vec::new(), Result::unwrap_or_default)
}

fn follow(
    app: &Arc<App>,
    index: &Arc<IndexStatus>,
) -> Result<std::thread::JoinHandle<()>, Failure> {
    let (app, index) = (Arc::clone(app), Arc::clone(index));
    std::thread::Builder::new()
        .name("indexer".into())
        .spawn(move || indexer::run(&app, &index))
        .map_err(|error| format!("a thread cannot start: {error}"))
}

/// A small index is filled before the first question comes; a large one goes on behind it.
async fn head_start(index: &IndexStatus) {
    let began = Instant::now();
    while !index.is_ready() && !index.is_failing() && began.elapsed() < INDEX_HEAD_START {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Fills in what the simulator needs and nobody configured.
fn make_up_account(settings: &mut Settings) {
    let wechat = &mut settings.wechat;
    if wechat.app_id.is_empty() {
        wechat.app_id = format!("wx{}", random_hex::<8>());
    }
    let fill = |secret: &mut Secret, fresh: String| {
        if secret.is_empty() {
            *secret = Secret::new(fresh);
        }
    };
    fill(&mut wechat.app_secret, random_hex::<16>());
    fill(&mut wechat.token, random_hex::<16>());
    fill(
        &mut wechat.encoding_aes_key,
        random_hex::<22>().chars().take(43).collect(),
    );
    if wechat.original_id.is_empty() {
        wechat.original_id = SIMULATED_ACCOUNT.to_owned();
    }
}

fn simulated(settings: &Settings, origin: &str) -> Router {
    let wechat = &settings.wechat;
    let router = simulator::router(SimulatorSettings {
        callback_url: match settings.simulator.callback_url.as_str() {
            "" => format!("{origin}/wechat/callback"),
            url => url.to_owned(),
        },
        app_id: wechat.app_id.clone(),
        app_secret: wechat.app_secret.expose().to_owned(),
        token: wechat.token.expose().to_owned(),
        encoding_aes_key: wechat.encoding_aes_key.expose().to_owned(),
        original_id: wechat.original_id.clone(),
        mode: wechat.mode.as_str().to_owned(),
    });
    if settings.simulator.allow_remote {
        return router;
    }
    router.layer(axum::middleware::from_fn(only_local_names))
}

/// A page elsewhere may make its own name point to this machine; under such a name the simulator is not to be had.
async fn only_local_names(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
    let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    if name == "localhost" || address.is_ok_and(|address| address.is_loopback()) {
        return next.run(request).await;
    }
    StatusCode::MISDIRECTED_REQUEST.into_response()
}

/// The simulator shows the menu that was published to it, as the platform does.
fn publish_to_simulator(app: &Arc<App>) {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let wanted = match menu::wanted(menu::BUILT_IN, &app.settings, &app.public_url) {
            Ok(wanted) => wanted,
            Err(error) => return tracing::error!(%error, "menu.json is not usable"),
        };
        if let Err(error) = menu::publish(&app.wechat, &wanted).await {
            tracing::error!(%error, "the menu could not be published to the simulator");
        }
    });
}

/// Returns at SIGTERM or Ctrl-C; a second one ends the process at once.
pub(super) async fn stopped() {
    wait_for_signal().await;
    tokio::spawn(async {
        wait_for_signal().await;
        std::process::exit(130);
    });
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(error) => {
            tracing::error!(%error, "SIGTERM cannot be received");
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
