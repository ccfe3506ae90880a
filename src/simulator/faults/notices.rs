//! Faults of template messages: the day's quota, a repeated id, and what receipts say, when, and how often.

use serde::{Deserialize, Serialize};

/// What a receipt of a template message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReceiptStatus {
    /// Delivered.
    #[default]
    Success,
    /// The follower refuses messages of the account.
    UserBlock,
    /// The platform failed.
    SystemFailed,
    /// No receipt is sent at all.
    Never,
}

impl ReceiptStatus {
    /// The platform's wording, with its irregular spaces; nothing when no receipt is sent.
    pub(crate) fn wording(self) -> Option<&'static str> {
        match self {
            Self::Success => Some("success"),
            Self::UserBlock => Some("failed:user block"),
            Self::SystemFailed => Some("failed: system failed"),
            Self::Never => None,
        }
    }
}

/// When a receipt comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReceiptTiming {
    /// Once, beside the answer.
    #[default]
    Usual,
    /// Before the answer.
    Early,
    /// Beside the answer and once more.
    Twice,
}

/// What a repeated `client_msg_id` is answered with; the platform does not document it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Repeated {
    /// The first message's id.
    #[default]
    Same,
    /// Success with the id 0.
    Zero,
    /// An error, 45065 as for mass messages.
    Error,
}

/// What template messages meet with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct NoticeFaults {
    /// Messages until 45009; 0: no end. Counted from the moment it is set, or from `clear_quota`.
    pub(crate) quota: u32,
    pub(crate) repeated: Repeated,
    pub(crate) timing: ReceiptTiming,
    /// Receipts carry the id 0, as has been seen with `client_msg_id`.
    pub(crate) receipt_zero: bool,
}
