//! How quickly the queues come: `cargo bench --bench desk`.
//!
//! Fills a database with half a million applications (`JIANXIN_BENCH_APPLICATIONS`), a fifth of them of one unit, enrols a
//! manager there, and asks for every part of every queue over the program's own routes in this process, rendering and
//! audit entry included; then for the first page of a county, a province and the whole country, after its figures were
//! counted. SQLite in a directory that goes; with `JIANXIN_BENCH_DATABASE_URL=postgres://…/NAME` an empty
//! PostgreSQL database that stays.

mod seed;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use jianxin::app::{App, Ids};
use jianxin::config::{self, Need, Secret};
use jianxin::domain::clock::Clock;
use jianxin::domain::desk::Duties;
use jianxin::domain::totp;
use jianxin::service::desk::enrol::{self, NewManager, Office, Outcome, Typed};
use jianxin::service::stats;
use jianxin::store::StoreError;
use jianxin::web::pages::{self, Pages};
use tower::ServiceExt;

/// What ends the measurement; it is shown as it is.
type Failure = Box<dyn std::error::Error>;

/// Times that each page is asked for.
const ROUNDS: usize = 400;
/// The target for the slowest of a hundred, milliseconds.
const TARGET_MS: f64 = 50.0;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new();
    let done = runtime
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(measure()));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("desk bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<bool, Failure> {
    let applications: i64 = match std::env::var("JIANXIN_BENCH_APPLICATIONS") {
        Ok(text) => text.parse()?,
        Err(_unset) => 500_000,
    };
    let place = tempfile::tempdir()?;
    let url = std::env::var("JIANXIN_BENCH_DATABASE_URL")
        .unwrap_or_else(|_unset| format!("sqlite:{}", place.path().join("desk.db").display()));
    // The handles are built as a server builds them: with waits that must not stand in an asynchronous task.
    let app = tokio::task::block_in_place(|| build(place.path(), &url))?;
    let (now, began) = (app.clock.now_ms(), Instant::now());
    seed::fill(&url, applications, now)?;
    println!(
        "{applications} applications in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let token = manager(&app, seed::UNIT).await?;
    for what in ["thirty days", "the last two days again"] {
        let began = Instant::now();
        stats::count(&app).await?;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        println!("figures of {what} counted in {took:.0} ms");
    }
    let mut asked: Vec<(&str, String, Vec<String>)> = Vec::new();
    for (what, paths) in questions(applications) {
        asked.push((what, token.clone(), paths));
    }
    for (what, unit) in [
        ("first page of a county", "430104"),
        ("first page of a province", "430000"),
        ("first page of the country", "100000"),
    ] {
        let token = manager(&app, unit).await?;
        asked.push((what, token, vec!["/console/".to_owned()]));
    }
    let router = pages::router(Pages::new(Arc::clone(&app)));
    let mut good = true;
    println!("{ROUNDS} times each, milliseconds: median, 99th of 100, slowest");
    for (what, token, paths) in asked {
        let (mut times, size) = ask(&router, &token, &paths).await?;
        times.sort_by(f64::total_cmp);
        let at = |part: f64| {
            times
                .get(((times.len() - 1) as f64 * part) as usize)
                .copied()
                .unwrap_or(f64::NAN)
        };
        good &= at(0.99) <= TARGET_MS;
        println!(
            "  {what}: {:.1}, {:.1}, {:.1} ({size} bytes)",
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
    Ok(good)
}

/// What a manager opens, and the addresses of it.
fn questions(applications: i64) -> Vec<(&'static str, Vec<String>)> {
    let of = |queue: &str, rest: &str| format!("/console/queues/{queue}?{rest}");
    let each = |rest: &'static str| -> Vec<String> {
        ["registration", "binding", "appointment", "reset", "phone"]
            .iter()
            .map(|queue| of(queue, rest))
            .collect()
    };
    // Some thousand rows into the queue, and some ten thousand into what was decided.
    let waiting: Vec<String> = (0..applications)
        .filter(|i| i % 5 == 0 && i / 5 % 4 == 1 && i * 104_729 % 1000 < 60)
        .map(|i| of("binding", &format!("after=a{i}")))
        .collect();
    let decided: Vec<String> = (0..applications)
        .filter(|i| i % 5 == 0 && i / 5 % 4 == 1 && i * 104_729 % 1000 >= 60)
        .map(|i| of("binding", &format!("view=done&after=a{i}")))
        .collect();
    let numbers = (0..applications)
        .step_by(997)
        .map(|i| of("binding", &format!("q=SQ{}", 100_000_000 + i)));
    let opened = (0..applications)
        .filter(|i| i % 5 == 0 && i / 5 % 4 == 2 && i * 104_729 % 1000 < 60)
        .map(|i| of("appointment", &format!("id=a{i}")));
    vec![
        ("waiting", each("")),
        ("waiting, further pages", waiting),
        ("overdue", each("view=overdue")),
        ("mine", each("view=mine")),
        ("changes only", vec![of("registration", "change=change")]),
        ("decided", each("view=done")),
        ("decided, further pages", decided),
        (
            "decided, refused only",
            vec![
                of("registration", "view=done&state=rejected"),
                of("binding", "view=done&state=rejected"),
            ],
        ),
        (
            "search by name",
            ["李", "王明", "马平", "罗"]
                .iter()
                .flat_map(|name| {
                    [
                        of("binding", &format!("q={name}")),
                        of("registration", &format!("view=done&q={name}")),
                    ]
                })
                .collect(),
        ),
        (
            "search by login name",
            vec![
                of("binding", "q=1607100001"),
                of("binding", "view=done&q=160710"),
            ],
        ),
        ("search by number", numbers.collect()),
        ("an application beside the list", opened.collect()),
    ]
}

async fn ask(router: &Router, token: &str, paths: &[String]) -> Result<(Vec<f64>, usize), Failure> {
    let mut times = Vec::with_capacity(ROUNDS);
    let mut size = 0;
    // Spread over all of them; the first ones warm up and do not count.
    for round in 0..ROUNDS + 20 {
        let path = paths
            .get(round * 7919 % paths.len().max(1))
            .ok_or("nothing to ask for")?;
        let path: String = form_urlencoded_path(path);
        let request = Request::builder()
            .uri(path.as_str())
            .header("cookie", format!("jianxin_console={token}"))
            .body(Body::empty())?;
        let began = Instant::now();
        let answer = router.clone().oneshot(request).await?;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 24).await?;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        if status.as_u16() != 200 {
            return Err(format!("{path}: {status}").into());
        }
        size = size.max(body.len());
        if round >= 20 {
            times.push(took);
        }
    }
    Ok((times, size))
}

/// The letters of names as an address carries them.
fn form_urlencoded_path(path: &str) -> String {
    let encode = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => c.to_string().bytes().map(|b| format!("%{b:02X}")).collect(),
    };
    path.chars().map(encode).collect()
}

fn build(place: &std::path::Path, url: &str) -> Result<Arc<App>, Failure> {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let settings = [
        ("SIMULATOR__ENABLED", "true".to_owned()),
        ("DEMO__PUBLICATIONS", "0".to_owned()),
        ("WECHAT__APP_ID", "wx0123456789abcdef".to_owned()),
        (
            "WECHAT__APP_SECRET",
            "0123456789abcdef0123456789abcdef".to_owned(),
        ),
        ("WECHAT__TOKEN", "BenchmarkToken0123456789".to_owned()),
        (
            "WECHAT__ENCODING_AES_KEY",
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        ),
        ("DATABASE__URL", url.to_owned()),
        ("SEARCH__DIR", place.join("index").display().to_string()),
        (
            "FILES__URL",
            format!("file:{}", place.join("files").display()),
        ),
        ("SECURITY__DATA_KEYS", key.to_owned()),
    ];
    let variables = settings.map(|(name, value)| (format!("JIANXIN__{name}"), value));
    let settings =
        config::load(None, variables.into_iter(), Need::Account).map_err(|mistakes| {
            mistakes
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        })?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(App::build(settings, "http://127.0.0.1:1", Clock::System)?)
}

/// A reviewer of a unit who has signed in; the session's token.
async fn manager(app: &Arc<App>, unit: &'static str) -> Result<String, Failure> {
    let (seal, now) = (Arc::clone(&app.seal), app.clock.now_ms());
    let added = app.db.write(move |c| -> Result<_, StoreError> {
        let ids = Ids::default();
        let office = Office {
            ids: &ids,
            seal: &seal,
            now,
            actor: "bench",
        };
        let new = NewManager {
            unit_id: unit.to_owned(),
            login_name: format!("bench-manager-{unit}"),
            display_name: "测".to_owned(),
            duties: Duties::parse("reviewer").unwrap_or_default(),
        };
        enrol::add(c, &office, &new)
    });
    let (_, token) = added
        .await?
        .map_err(|_refused| "the manager was not added")?;
    let open = enrol::look(app, token.expose()).await?.ok_or("no ticket")?;
    let key = totp::from_base32(open.key.expose()).ok_or("no key")?;
    let code = totp::code(&key, totp::step_at(app.clock.now_ms())).ok_or("no code")?;
    let typed = Typed {
        password: Secret::new("桌上的茶已经凉了 7"),
        again: Secret::new("桌上的茶已经凉了 7"),
        code,
    };
    match enrol::finish(app, token.expose(), &typed).await? {
        Outcome::In(fresh) => Ok(fresh.token),
        _ => Err("the manager could not sign in".into()),
    }
}
