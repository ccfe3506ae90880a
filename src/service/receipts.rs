//! What the platform tells about a notice after it took it: delivered, refused by the receiver, or failed.

use crate::app::App;
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::push_receipts::{self as table, Joined, Receipt};
use crate::wechat::inbound::DeliveryStatus;

/// Of a status that nobody knows.
const STATUS_CHARS: usize = 40;

/// Takes a receipt, whenever it comes: before the sender stored the notice's id, twice, or for a notice that is none of
/// ours. A constant number of look-ups.
///
/// # Errors
/// When the database does not answer.
pub async fn received(
    app: &App,
    openid: &OpenId,
    msgid: &str,
    status: &DeliveryStatus,
    create_time: i64,
) -> Result<(), ServiceError> {
    let hash = app.person_hash(openid.as_str());
    let refuses = *status == DeliveryStatus::UserBlocked;
    let word = match status {
        DeliveryStatus::Success => table::SUCCESS.to_owned(),
        DeliveryStatus::UserBlocked => table::USER_BLOCK.to_owned(),
        DeliveryStatus::SystemFailed => table::SYSTEM_FAILED.to_owned(),
        DeliveryStatus::Other(text) => text.chars().take(STATUS_CHARS).collect(),
    };
    let counted = match status {
        DeliveryStatus::Success => table::SUCCESS,
        DeliveryStatus::UserBlocked => table::USER_BLOCK,
        DeliveryStatus::SystemFailed => table::SYSTEM_FAILED,
        DeliveryStatus::Other(_) => "other",
    };
    let receipt = Receipt {
        receipt_key: match msgid {
            // Without an id two receipts of one second are the same.
            "" | "0" => format!("0:{hash}:{create_time}:{word}"),
            id => format!("{id}:{hash}"),
        },
        msgid: msgid.to_owned(),
        openid_hash: hash.clone(),
        status: word,
        received_at: app.clock.now_ms(),
    };
    let raw = openid.as_str().to_owned();
    let joined = app
        .db
        .write(move |c| table::receive(c, &receipt, &raw).map_err(StoreError::from))
        .await?;
    if joined != Joined::Repeated {
        metrics::counter!("jianxin_push_receipts_total", "status" => counted).increment(1);
        if refuses {
            app.blocked.add(hash);
        }
    }
    Ok(())
}
