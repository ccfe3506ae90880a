use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::cache::Memory;
use crate::service::inbox::stored::OVERHEAD;

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Self::new(7, Body::new(text))
    }
}

impl PartialEq for Answer {
    fn eq(&self, other: &Self) -> bool {
        (self.stamp, self.body.text()) == (other.stamp, other.body.text())
    }
}

impl Answer {
    fn text(&self) -> String {
        self.body.text().to_owned()
    }
}

fn inbox(budget_ms: u64) -> Arc<Inbox> {
    Arc::new(Inbox::new(
        &Cache::Memory(Memory::default()),
        Duration::from_millis(budget_ms),
    ))
}

/// Two instances that share a cache, without Redis.
fn sharing(budget_ms: u64) -> [Arc<Inbox>; 2] {
    let cache = Cache::Memory(Memory::default());
    [0, 1].map(|_| {
        Arc::new(Inbox {
            stored: Mutex::new(Stored::new(MAX_BYTES)),
            shared: Some(cache.clone()),
            budget: Duration::from_millis(budget_ms),
        })
    })
}

fn late() -> Answer {
    "late".into()
}

fn counted(runs: &Arc<AtomicUsize>, delay_ms: u64) -> impl Future<Output = Answer> + Send + use<> {
    let runs = Arc::clone(runs);
    async move {
        let run = runs.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        Answer::from(&*format!("run {run}"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_repeated_delivery_gets_the_stored_answer_and_the_handler_ran_once() {
    let (inbox, runs) = (inbox(1000), Arc::default());
    let first = inbox.answer([1; 32], late, counted(&runs, 10)).await;
    let again = inbox.answer([1; 32], late, counted(&runs, 10)).await;
    assert_eq!(first, ("run 1".into(), Origin::Fresh));
    assert_eq!(again, ("run 1".into(), Origin::Repeated));
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn interleaved_messages_keep_their_own_answers() {
    let (inbox, runs) = (inbox(1000), Arc::default());
    for (key, expected) in [(1, "run 1"), (2, "run 2"), (1, "run 1"), (2, "run 2")] {
        assert_eq!(
            inbox
                .answer([key; 32], late, counted(&runs, 0))
                .await
                .0
                .text(),
            expected
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_twin_in_flight_waits_for_the_first_ones_answer() {
    let (inbox, runs) = (inbox(1000), Arc::default());
    let (one, two) = tokio::join!(
        inbox.answer([1; 32], late, counted(&runs, 300)),
        inbox.answer([1; 32], late, counted(&runs, 300)),
    );
    assert_eq!(
        (one.0.text(), two.0.text()),
        ("run 1".into(), "run 1".into())
    );
}

#[tokio::test(start_paused = true)]
async fn a_handler_over_its_budget_yields_the_late_answer_for_good_but_runs_to_its_end() {
    let inbox = inbox(100);
    let finished = Arc::new(AtomicUsize::new(0));
    let flag = Arc::clone(&finished);
    let slow = async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        flag.store(1, Ordering::SeqCst);
        Answer::from("too late")
    };
    assert_eq!(
        inbox.answer([1; 32], late, slow).await,
        ("late".into(), Origin::Late)
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(finished.load(Ordering::SeqCst), 1);
    assert_eq!(
        inbox
            .answer([1; 32], late, counted(&Arc::default(), 0))
            .await
            .0
            .text(),
        "late"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_goes_away_does_not_lose_the_answer() {
    let (inbox, runs) = (inbox(1000), Arc::default());
    let asked = tokio::time::timeout(
        Duration::from_millis(50),
        inbox.answer([1; 32], late, counted(&runs, 200)),
    );
    assert!(asked.await.is_err());
    assert_eq!(
        inbox
            .answer([1; 32], late, counted(&runs, 200))
            .await
            .0
            .text(),
        "run 1"
    );
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_gives_the_late_answer() {
    let inbox = inbox(100);
    let answer = inbox
        .answer([1; 32], late, async { panic!("on purpose") })
        .await;
    assert_eq!(answer.0.text(), "late");
}

#[tokio::test(start_paused = true)]
async fn another_instance_gives_the_same_answer() {
    let ([a, b], runs) = (sharing(1000), Arc::default());
    let (one, two) = tokio::join!(
        a.answer([1; 32], late, counted(&runs, 100)),
        b.answer([1; 32], late, counted(&runs, 100)),
    );
    assert_eq!(
        (one.0.text(), two.0.text()),
        ("run 1".into(), "run 1".into())
    );
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn an_owner_that_died_is_succeeded_within_the_others_budget() {
    let ([dead, alive], runs) = (sharing(3500), Arc::default());
    let claim = Claim::new(dead.shared.clone().unwrap(), &[1; 32]);
    assert!(claim.take().await.unwrap());
    let began = Instant::now();
    let answer = alive.answer([1; 32], late, counted(&runs, 100)).await;
    assert_eq!(answer, ("run 1".into(), Origin::Fresh));
    assert!(began.elapsed() < Duration::from_millis(2000));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_another_instance_still_owes_is_not_kept() {
    let ([slow, other], runs) = (sharing(1000), Arc::default());
    let first = tokio::spawn({
        let slow = Arc::clone(&slow);
        // Its budget is longer here, as if its clock had begun later.
        async move {
            let claim = Claim::new(slow.shared.clone().unwrap(), &[1; 32]);
            assert!(claim.take().await.unwrap());
            let _ = tokio::time::timeout(Duration::from_millis(1500), claim.renew()).await;
            claim.answer(&"the one answer".into()).await;
        }
    });
    tokio::time::sleep(Duration::from_millis(10)).await;
    let waited = other.answer([1; 32], late, counted(&runs, 0)).await;
    assert_eq!(waited, ("late".into(), Origin::Late));
    first.await.unwrap();
    let again = other.answer([1; 32], late, counted(&runs, 0)).await;
    assert_eq!(again, ("the one answer".into(), Origin::Repeated));
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_oldest_answers_go_first_when_memory_runs_out() {
    let mut small = Inbox::new(&Cache::Memory(Memory::default()), Duration::from_secs(1));
    small.stored = Mutex::new(Stored::new(3 * (OVERHEAD + 5)));
    let (inbox, runs) = (Arc::new(small), Arc::default());
    for key in 1..=4 {
        inbox.answer([key; 32], late, counted(&runs, 0)).await;
    }
    assert_eq!(
        inbox
            .answer([4; 32], late, counted(&runs, 0))
            .await
            .0
            .text(),
        "run 4"
    );
    assert_eq!(
        inbox
            .answer([1; 32], late, counted(&runs, 0))
            .await
            .0
            .text(),
        "run 5"
    );
    assert!(inbox.bytes() <= 3 * (OVERHEAD + 5));
}

#[tokio::test(start_paused = true)]
async fn an_answer_at_hand_is_stored_like_any_other() {
    let (inbox, runs) = (inbox(1000), Arc::default());
    let made = inbox.answer_at_once(&[1; 32], || Some("at hand".into()));
    assert_eq!(made, Some(("at hand".into(), Origin::Fresh)));
    let again = inbox.answer_at_once(&[1; 32], || Some("another".into()));
    assert_eq!(again, Some(("at hand".into(), Origin::Repeated)));
    let waited = inbox.answer([1; 32], late, counted(&runs, 0)).await;
    assert_eq!(waited, ("at hand".into(), Origin::Repeated));
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_made_at_once_while_the_handler_runs_or_other_instances_may() {
    let (alone, runs) = (inbox(1000), Arc::default());
    let first = tokio::spawn(alone.answer([1; 32], late, counted(&runs, 300)));
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(alone.answer_at_once(&[1; 32], || Some("no".into())), None);
    assert_eq!(first.await.unwrap().0.text(), "run 1");
    assert_eq!(alone.answer_at_once(&[2; 32], || None), None);
    let [one, _other] = sharing(1000);
    assert_eq!(one.answer_at_once(&[1; 32], || Some("no".into())), None);
}

#[tokio::test(start_paused = true)]
async fn a_text_that_many_messages_share_counts_once_and_until_the_last_is_gone() {
    let mut small = Inbox::new(&Cache::Memory(Memory::default()), Duration::from_secs(1));
    small.stored = Mutex::new(Stored::new(2 * OVERHEAD + 1000));
    let body = Body::new("x".repeat(1000));
    for key in 1..=5 {
        small.answer_at_once(&[key; 32], || Some(Answer::new(0, Arc::clone(&body))));
        assert!(small.bytes() <= 2 * OVERHEAD + 1000);
    }
    assert_eq!(small.bytes(), 2 * OVERHEAD + 1000);
    for key in 6..=7 {
        small.answer_at_once(&[key; 32], || Some("short".into()));
    }
    assert_eq!(small.bytes(), 2 * OVERHEAD + 10);
}

#[test]
fn an_answer_survives_the_shared_cache() {
    let answer = Answer::new(-3, Body::new("<汉>"));
    assert_eq!(Answer::from_bytes(&answer.to_bytes()), Some(answer));
    assert_eq!(Answer::from_bytes(b"short"), None);
    assert_eq!(Answer::from_bytes(b"12345678\xff"), None);
}
