//! The outbox and the account as numbers, for whoever watches.

use crate::app::App;
use crate::domain::lane::{Circuit, StopReason};
use crate::push::rules::Rules;
use crate::service::error::ServiceError;
use crate::service::pushes;

/// Clocks that differ by more make people wonder why notices wait.
const OFFSET_MS: i64 = 30_000;

/// Sets all gauges once.
pub(super) async fn set(app: &App, rules: &Rules) -> Result<(), ServiceError> {
    let outlook = pushes::outlook(app).await?;
    let now = app.clock.now_ms();
    for (state, number) in &outlook.depth.states {
        metrics::gauge!("jianxin_push_depth", "state" => *state).set(float(*number));
    }
    for (lane, oldest) in &outlook.depth.oldest {
        let age = oldest.map_or(0, |created| (now - created).max(0));
        metrics::gauge!("jianxin_push_oldest_seconds", "lane" => lane.to_string())
            .set(float(age) / 1000.0);
    }
    let mut lane = outlook.lane;
    lane.tick(now, &rules.lane);
    let left = (rules.lane.daily_quota - lane.quota_used).max(0);
    metrics::gauge!("jianxin_push_quota_left").set(float(left));
    for reason in [StopReason::Account, StopReason::Quota, StopReason::Throttle] {
        let is_it = lane.stop.as_ref().is_some_and(|stop| stop.reason == reason);
        let is_ours = reason == StopReason::Quota && left == 0;
        metrics::gauge!("jianxin_push_lane_stopped", "reason" => reason.as_str())
            .set(f64::from(u8::from(is_it || is_ours)));
    }
    let circuit = match lane.circuit {
        Circuit::Closed => 0.0,
        Circuit::Ramp => 1.0,
        Circuit::Open => 2.0,
    };
    metrics::gauge!("jianxin_push_circuit").set(circuit);
    metrics::gauge!("jianxin_push_unconfirmed").set(float(outlook.unconfirmed));
    let offset = outlook.database_now.map_or(0, |theirs| theirs - now);
    metrics::gauge!("jianxin_push_clock_offset_seconds").set(float(offset) / 1000.0);
    if offset.abs() > OFFSET_MS {
        tracing::warn!(
            offset_ms = offset,
            "the clocks of this machine and of the database differ"
        );
    }
    Ok(())
}

/// Counts and milliseconds stay far below 2^53.
fn float(number: i64) -> f64 {
    number as f64
}
