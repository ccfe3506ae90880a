//! Delivers a stimulus to the callback as WeChat does: five seconds each, three times at most, no redirects.
//!
//! Each delivery has its own timestamp and nonce around the same message. The first valid answer is shown; after
//! the last failure the chat gets the grey line a follower knows. Switches interfere where they are read here.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{Instant as TokioInstant, sleep, sleep_until, timeout};

use super::body::TrickledBody;
use super::chat::{Content, Side};
use super::envelope::{self, Delivery};
use super::faults::{Faults, Mode};
use super::reply::{self, Expectation, Judgement};
use super::stimulus::{Answer, Stimulus};
use super::wire::{self, Direction, Exchange, Verdict};
use super::world::Shared;

/// The line WeChat shows when an account does not answer.
pub(crate) const OUT_OF_SERVICE: &str = "该公众号提供的服务出现故障，请稍后再试";

/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// What became of a stimulus.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Outcome {
    /// Whether a valid answer was received.
    pub(crate) received: bool,
    /// Deliveries made, copies not counted.
    pub(crate) deliveries: u32,
    /// Judgement of the last one.
    pub(crate) verdict: Verdict,
    /// What the chat shows.
    pub(crate) content: Option<Content>,
}

/// Delivers until an answer is received or the tries are used up, and shows the result in the chat.
pub(crate) async fn deliver(simulator: Shared, stimulus: Stimulus) -> Outcome {
    let faults = simulator.look(|world| world.faults.clone());
    let start = TokioInstant::now();
    let mut copies = JoinSet::new();
    for copy in 1..=faults.copies {
        let (simulator, stimulus, faults) = (simulator.clone(), stimulus.clone(), faults.clone());
        let label = format!("{}（副本 {copy}）", stimulus.title);
        copies.spawn(async move { attempt(&simulator, &stimulus, &faults, label).await });
    }
    let mut first = None;
    let mut outcome = Outcome {
        received: false,
        deliveries: 0,
        verdict: Verdict::bad("没有投递"),
        content: None,
    };
    while outcome.deliveries < simulator.pace.deliveries && !outcome.received {
        sleep_until(start + simulator.pace.interval * outcome.deliveries).await;
        outcome.deliveries += 1;
        let label = match outcome.deliveries {
            1 => stimulus.title.clone(),
            number => format!("{}（第 {number} 次）", stimulus.title),
        };
        let (id, mut judgement) = attempt(&simulator, &stimulus, &faults, label).await;
        first.get_or_insert_with(|| judgement.content.clone());
        if judgement.received && outcome.deliveries <= faults.drop_answers {
            judgement = judgement.dropped();
            remark(&simulator, id, &judgement.verdict);
        }
        outcome.received = judgement.received;
        outcome.verdict = judgement.verdict;
        outcome.content = judgement.content;
    }
    show(&simulator, &stimulus, &outcome);
    while let Some(copy) = copies.join_next().await {
        if let Ok((id, judgement)) = copy {
            compare(&simulator, id, &judgement, first.as_ref());
        }
    }
    outcome
}

fn remark(simulator: &Shared, id: u64, verdict: &Verdict) {
    simulator.change(|world| world.amend(id, |exchange| exchange.verdict = verdict.clone()));
}

/// A copy must be answered like the original, whichever of them was handled first.
fn compare(simulator: &Shared, id: u64, copy: &Judgement, first: Option<&Option<Content>>) {
    if !copy.received {
        return;
    }
    let verdict = if first.is_some_and(|first| *first == copy.content) {
        Verdict::ok("与第一份的答复一致")
    } else {
        Verdict::warn("与第一份的答复不同")
    };
    remark(simulator, id, &verdict);
}

fn show(simulator: &Shared, stimulus: &Stimulus, outcome: &Outcome) {
    let content = match (&outcome.content, outcome.received, stimulus.answer) {
        (Some(content), _, _) => content.clone(),
        (None, false, Answer::ToMessage | Answer::ToEvent) => Content::notice(OUT_OF_SERVICE),
        (None, true, _) | (None, false, Answer::Ignored) => return,
    };
    let side = if matches!(content, Content::Notice { .. }) {
        Side::System
    } else {
        Side::Account
    };
    simulator.change(|world| world.say(&stimulus.follower, side, content));
}

async fn attempt(
    simulator: &Shared,
    stimulus: &Stimulus,
    faults: &Faults,
    label: String,
) -> (u64, Judgement) {
    let Some(delivery) = envelope::wrap(simulator, stimulus, faults) else {
        let judgement = Judgement::failed("EncodingAESKey 不是 43 位，无法加密");
        let mut exchange = Exchange::start(Direction::Callback, label, "POST", String::new());
        exchange.follower.clone_from(&stimulus.follower);
        exchange.verdict = judgement.verdict.clone();
        return (simulator.change(|world| world.record(exchange)), judgement);
    };
    let mut exchange = Exchange::start(Direction::Callback, label, "POST", delivery.url.clone());
    exchange.follower.clone_from(&stimulus.follower);
    exchange.request.clone_from(&delivery.body);
    if faults.mode != Mode::Plain {
        exchange.request_clear.clone_from(&stimulus.xml);
    }
    let id = simulator.change(|world| world.record(exchange));
    let begun = Instant::now();
    let answer = timeout(simulator.pace.limit, send(simulator, delivery, faults)).await;
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (status, body, judgement) = match answer {
        Err(_elapsed) => (0, Vec::new(), Judgement::failed("超过 5 秒没有答复")),
        Ok(Err(why)) => (0, Vec::new(), Judgement::failed(why)),
        Ok(Ok((status, body))) => {
            let judgement = judge(simulator, stimulus, faults, status, &body);
            (status, body, judgement)
        }
    };
    simulator.change(|world| {
        world.amend(id, |exchange| {
            exchange.status = status;
            exchange.reply = wire::shown(&body);
            exchange.reply_clear = judgement.clear.clone().unwrap_or_default();
            exchange.verdict = judgement.verdict.clone();
            exchange.ms = ms;
        });
    });
    (id, judgement)
}

fn judge(
    simulator: &Shared,
    stimulus: &Stimulus,
    faults: &Faults,
    status: u16,
    body: &[u8],
) -> Judgement {
    let key = envelope::key_in_use(simulator, faults);
    let expectation = Expectation {
        mode: faults.mode,
        key: key.as_ref(),
        token: &simulator.settings.token,
        app_id: &simulator.settings.app_id,
        openid: &stimulus.openid,
        original_id: &simulator.settings.original_id,
        answer: stimulus.answer,
    };
    reply::judge(&expectation, status, body)
}

/// Status and body, or a sentence for the wire.
async fn send(
    simulator: &Shared,
    delivery: Delivery,
    faults: &Faults,
) -> Result<(u16, Vec<u8>), String> {
    let client = simulator.http.as_ref().ok_or("无法建立 HTTP 客户端")?;
    let request = client
        .post(&delivery.url)
        .header("content-type", "text/xml");
    let request = if faults.slow_body_ms > 0 {
        let total = Duration::from_millis(faults.slow_body_ms);
        request.body(reqwest::Body::wrap(TrickledBody::new(delivery.body, total)))
    } else {
        request.body(delivery.body)
    };
    let mut response = request.send().await.map_err(|error| explain(&error))?;
    sleep(Duration::from_millis(faults.read_delay_ms)).await;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err("答复超过 1 MB".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), body))
}

fn explain(error: &reqwest::Error) -> String {
    if error.is_connect() {
        "无法连接回调地址".to_owned()
    } else if error.is_builder() {
        "回调地址无效".to_owned()
    } else {
        format!("连接中断：{error}")
    }
}
