//! Logs and metrics: set up once by the process. Lines are sentences with fields; never an openid, a secret or a
//! message body.

use std::io::IsTerminal;

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Seconds; dense where the answer to a follower should lie.
const BUCKETS: [f64; 12] = [
    0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 3.5, 5.0,
];

/// How often gathered values are taken in.
const UPKEEP: Duration = Duration::from_secs(5);

/// Installs the log for this process, on standard error.
///
/// # Errors
/// When the filter cannot be understood.
pub fn install_log(log: &Log) -> Result<(), String> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        format!(
            "log.filter = {:?}: {error}; write for example info",
            log.filter
        )
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    let installed = match log.format {
        LogFormat::Text => registry
            .with(
                layer()
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Json => registry
            .with(layer().json().with_writer(std::io::stderr))
            .try_init(),
    };
    installed.map_err(|error| error.to_string())
}

/// Installs the metrics recorder for this process.
///
/// # Errors
/// When there is one already.
pub fn install_metrics() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
        .install_recorder()?;
    for (name, text) in DESCRIPTIONS {
        metrics::describe_counter!(*name, *text);
    }
    metrics::describe_histogram!(
        "jianxin_callback_seconds",
        "Time from the request to the answer of the callback"
    );
    for (name, text) in GAUGES {
        metrics::describe_gauge!(*name, *text);
    }
    Ok(handle)
}

/// Takes in what histograms have gathered, for as long as the process lives: until then every single value is kept, and
/// nobody need ever ask for the metrics.
pub async fn upkeep(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

const GAUGES: &[(&str, &str)] = &[
    ("jianxin_audit_rows", "Rows in the audit chain"),
    (
        "jianxin_audit_unsealed",
        "Audit rows that are committed and not yet chained",
    ),
    (
        "jianxin_audit_unsealed_seconds",
        "Age of the oldest audit row that is not yet chained",
    ),
    (
        "jianxin_index_documents",
        "Documents in this process's full-text index",
    ),
    (
        "jianxin_push_depth",
        "Notices that are not ended, and parked ones, by state",
    ),
    (
        "jianxin_push_oldest_seconds",
        "Age of the oldest notice that is not ended, by lane",
    ),
    ("jianxin_push_quota_left", "Sends left of the day's quota"),
    (
        "jianxin_push_lane_stopped",
        "1 while nothing may be sent for this reason",
    ),
    (
        "jianxin_push_circuit",
        "Circuit breaker: 0 closed, 1 ramping up, 2 open",
    ),
    (
        "jianxin_push_unconfirmed",
        "Notices sent one to eight days ago without a receipt",
    ),
    (
        "jianxin_push_clock_offset_seconds",
        "The database's clock less this machine's",
    ),
];

const DESCRIPTIONS: &[(&str, &str)] = &[
    (
        "jianxin_push_outcomes_total",
        "Tries of notices, by what came of them",
    ),
    (
        "jianxin_push_ended_total",
        "Notices that ended without being sent, by state",
    ),
    (
        "jianxin_push_receipts_total",
        "Receipts of the platform, by status",
    ),
    (
        "jianxin_push_turns_total",
        "Changes of the account's state: stops, circuit, quota alerts",
    ),
    (
        "jianxin_push_lease_lost_total",
        "Outcomes that came after another worker had taken the notice over",
    ),
    (
        "jianxin_push_failures_total",
        "Rounds in which the outbox could not be read",
    ),
    (
        "jianxin_callback_messages_total",
        "Messages answered, by how the answer came about",
    ),
    (
        "jianxin_callback_refused_total",
        "Callback requests refused, by reason",
    ),
    (
        "jianxin_callback_unparsable_total",
        "Signed messages that could not be understood",
    ),
    (
        "jianxin_handler_failures_total",
        "Messages answered with the polite text because something failed",
    ),
    (
        "jianxin_handler_panics_total",
        "Message handlers that panicked",
    ),
    (
        "jianxin_effects_lost_total",
        "Effects of messages that could not be stored",
    ),
    (
        "jianxin_cache_errors_total",
        "Calls of the shared cache that failed",
    ),
    (
        "jianxin_index_failures_total",
        "Rounds in which the index could not follow the database",
    ),
    (
        "jianxin_publications_put_total",
        "Publications put through the API",
    ),
    (
        "jianxin_token_calls_total",
        "Calls for an access token, by kind",
    ),
    (
        "jianxin_token_failures_total",
        "Calls for an access token that brought none",
    ),
    (
        "jianxin_token_rejections_total",
        "Access tokens that the platform refused before their end",
    ),
];
