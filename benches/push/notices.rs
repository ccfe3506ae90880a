//! Notices into the outbox, many in a transaction, by the way that everything takes; and what became of them.

use std::sync::Arc;

use jianxin::app::{App, random_hex};
use jianxin::store::outbox::{self, NewPush};
use jianxin::store::pushes::{self, Filter};
use jianxin::store::row_id::row_id;
use jianxin::store::{Conn, StoreError};

use crate::Failure;
use crate::ledger::Fate;

/// Notices in one transaction.
const BATCH: usize = 200;
const FIELDS: &str = r#"{"case":"A43010020260001","change":"审查起诉","unit":"长沙市人民检察院","time":"2026-11-22 10:00","hint":"点击查看"}"#;

/// One notice of the lane that may wait, due now. `number` tells its key from others of the same millisecond.
pub(crate) fn new(app: &App, number: usize) -> NewPush {
    let now = app.clock.now_ms();
    let openid = format!("o-bench-{number:08}");
    let public_id = random_hex::<16>();
    NewPush {
        id: row_id(now, u32::try_from(number).unwrap_or_default()),
        path: format!("/h5/notices/{public_id}"),
        public_id,
        kind: "case_progress_changed".to_owned(),
        lane: 2,
        account_id: None,
        unit_id: "430100".to_owned(),
        openid_hash: app.person_hash(&openid),
        openid: Some(openid),
        fields: FIELDS.to_owned(),
        secret: None,
        order_key: None,
        dedupe_key: None,
        merge_key: None,
        state: "pending".to_owned(),
        due_at: Some(now),
        merged_into: None,
        attempts: 0,
        token_swaps: 0,
        crashes: 0,
        expires_at: now + 24 * 3_600_000,
        created_at: now,
        ended_at: None,
    }
}

/// Puts `count` of them there, numbered from `first`; their ids.
pub(crate) async fn fill(
    app: &Arc<App>,
    first: usize,
    count: usize,
) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::with_capacity(count);
    let mut at = first;
    while at < first + count {
        let end = (at + BATCH).min(first + count);
        let batch: Vec<NewPush> = (at..end).map(|number| new(app, number)).collect();
        ids.extend(batch.iter().map(|push| push.public_id.clone()));
        let taken = app.db.write(move |c| -> Result<usize, StoreError> {
            let mut taken = 0;
            for push in &batch {
                taken += usize::from(outbox::enqueue(c, push)?);
            }
            Ok(taken)
        });
        if taken.await? != end - at {
            return Err("the outbox did not take a notice".into());
        }
        at = end;
    }
    Ok(ids)
}

/// All rows with their tries.
pub(crate) async fn fates(app: &Arc<App>) -> Result<Vec<Fate>, Failure> {
    let db = app.db.clone();
    // Without the program's patience of ten seconds: these may be some hundred thousand.
    let look = |c: &mut Conn| -> Result<Vec<Fate>, StoreError> {
        let all = Filter {
            limit: i64::MAX,
            ..Filter::default()
        };
        let mut fates = Vec::new();
        for push in pushes::list(c, &all)? {
            let tries = pushes::attempts(c, push.id)?;
            fates.push(Fate {
                id: push.public_id,
                state: push.state,
                reason: push.reason.unwrap_or_default(),
                attempts: usize::try_from(push.attempts).unwrap_or_default(),
                crashes: usize::try_from(push.crashes).unwrap_or_default(),
                tries: tries.into_iter().map(|one| one.outcome).collect(),
            });
        }
        Ok(fates)
    };
    Ok(tokio::task::spawn_blocking(move || db.read_blocking(look)).await??)
}

/// How many have no end state yet.
pub(crate) async fn open(app: &Arc<App>) -> Result<i64, Failure> {
    let depth = app
        .db
        .read(|c| pushes::depth(c, &[]).map_err(StoreError::from))
        .await?;
    let open = depth
        .states
        .iter()
        .filter(|(state, _)| *state != pushes::PARKED);
    Ok(open.map(|(_, number)| number).sum())
}
