//! What a person decides about a batch: store it, throw it away, let its notices go, take it back.

use super::{Importer, Tools};
use crate::app::App;
use crate::service::audit::audit_entry;
use crate::service::error::{RecordError, ServiceError};
use crate::store::audit;
use crate::store::import_batches::{
    self, APPLIED, APPLYING, Batch, DISCARDED, INVALID, NOTIFYING, ROLLING_BACK, VALID,
};
use crate::store::{Conn, StoreError, import_rows};

/// Rows that a discarded batch forgets at once; a chore forgets the rest.
const FORGOTTEN_AT_ONCE: i64 = 2_000;

/// Orders that the batch is stored; what comes back is for [`super::start`], as with the other orders.
///
/// # Errors
/// [`ServiceError::NotFound`] for a batch of another unit, [`ServiceError::Rejected`] when it is not waiting for this.
pub async fn apply(app: &App, who: Importer<'_>, public_id: &str) -> Result<i64, ServiceError> {
    let step = (&[VALID][..], APPLYING, "import.apply_ordered");
    turned(app, who, public_id, step).await
}

/// Throws the batch away.
///
/// # Errors
/// As [`apply`].
pub async fn discard(app: &App, who: Importer<'_>, public_id: &str) -> Result<i64, ServiceError> {
    let step = (&[VALID, INVALID][..], DISCARDED, "import.discarded");
    turned(app, who, public_id, step).await
}

/// Lets the notices go before their time.
///
/// # Errors
/// As [`apply`].
pub async fn release_now(
    app: &App,
    who: Importer<'_>,
    public_id: &str,
) -> Result<i64, ServiceError> {
    let step = (&[APPLIED][..], NOTIFYING, "import.notices_released");
    turned(app, who, public_id, step).await
}

/// Takes the batch back.
///
/// # Errors
/// As [`apply`]; also when its notices have left.
pub async fn roll_back(app: &App, who: Importer<'_>, public_id: &str) -> Result<i64, ServiceError> {
    let step = (&[APPLIED][..], ROLLING_BACK, "import.rollback_ordered");
    turned(app, who, public_id, step).await
}

type Step<'a> = (&'a [&'static str], &'static str, &'static str);

async fn turned(
    app: &App,
    who: Importer<'_>,
    public_id: &str,
    (from, to, action): Step<'_>,
) -> Result<i64, ServiceError> {
    let now = app.clock.now_ms();
    let (scope, actor, public_id) = (
        who.scope.clone(),
        who.actor.to_owned(),
        public_id.to_owned(),
    );
    let from = from.to_vec();
    let batch = app.db.write(move |c| -> Result<_, StoreError> {
        let Some(batch) = import_batches::one(c, &scope, &public_id)? else {
            return Ok(None);
        };
        let turned = import_batches::turn(c, batch.id, &from, to, now)?;
        if turned {
            if to == DISCARDED {
                import_rows::forget(c, batch.id, true, FORGOTTEN_AT_ONCE)?;
                let ended = Batch {
                    state: DISCARDED.to_owned(),
                    ended_at: Some(now),
                    updated_at: now,
                    ..batch.clone()
                };
                import_batches::replace(c, &ended)?;
            }
            append(c, &actor, now, action, &batch)?;
        }
        Ok(Some((batch, turned)))
    });
    match batch.await? {
        None => Err(ServiceError::NotFound),
        Some((batch, false)) => Err(ServiceError::Rejected(why_not(&batch.state).to_owned())),
        Some((batch, true)) => Ok(batch.id),
    }
}

/// Why a batch in this state does not take the order.
fn why_not(state: &str) -> &'static str {
    match state {
        import_batches::UPLOADED => "文件还在校验，请等校验完成。",
        INVALID => "这一批没有通过校验，请按清单改正后重新上传。",
        DISCARDED => "这一批已经放弃。",
        VALID => "这一批还没有导入。",
        APPLYING => "这一批正在导入，请等导入完成。",
        APPLIED => "这一批已经导入。",
        NOTIFYING | import_batches::NOTIFIED => "这一批的通知已经发出，不能再撤回。",
        ROLLING_BACK | import_batches::ROLLED_BACK => "这一批已经撤回。",
        _ => "这一批的状态已经改变，请刷新页面。",
    }
}

fn append(
    c: &mut Conn,
    actor: &str,
    at: i64,
    action: &str,
    batch: &Batch,
) -> Result<(), StoreError> {
    let entry = audit_entry(
        at,
        actor,
        action,
        format!(
            "import:{} new:{} changed:{} refused:{} notices:{}",
            batch.public_id, batch.rows_new, batch.rows_changed, batch.rows_refused, batch.notices
        ),
    );
    // The unit sees what becomes of its batches, also by the program itself.
    audit::append_for(c, &entry, batch.unit_id.as_deref())?;
    Ok(())
}

/// One audit entry a step of a batch.
pub(super) fn audited(
    c: &mut Conn,
    actor: &str,
    at: i64,
    action: &str,
    batch: &Batch,
) -> Result<(), RecordError> {
    Ok(append(c, actor, at, action, batch)?)
}

/// The same orders from the command line, for a batch of no unit: the steps are done before this returns. What became of it.
///
/// # Errors
/// When there is no such batch, or it does not wait for this.
pub(super) fn command(
    tools: &Tools,
    (actor, public_id): (&'static str, &str),
    (from, to, action): (&'static str, &'static str, &'static str),
) -> Result<Batch, ServiceError> {
    let (public_id, now) = (public_id.to_owned(), tools.clock.now_ms());
    let batch = tools.db.write_blocking(move |c| -> Result<_, StoreError> {
        let Some(batch) = import_batches::one_of_all(c, &public_id)? else {
            return Ok(None);
        };
        let turned = import_batches::turn(c, batch.id, &[from], to, now)?;
        if turned {
            append(c, actor, now, action, &batch)?;
        }
        Ok(Some((batch, turned)))
    })?;
    match batch {
        None => Err(ServiceError::NotFound),
        Some((batch, false)) => Err(ServiceError::Rejected(why_not(&batch.state).to_owned())),
        Some((batch, true)) => Ok(Batch {
            state: to.to_owned(),
            rows_done: 0,
            ..batch
        }),
    }
}
