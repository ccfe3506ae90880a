//! The switches with which a person makes WeChat misbehave.
//!
//! One plain record, sent by the page as a whole and read at the moment of each delivery or platform call.
//! Every number is clamped when it is set, so that no switch can stop the program for long.

mod calls;
mod notices;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use calls::{ApiFault, CallFault, Mishap};
pub(crate) use notices::{NoticeFaults, ReceiptStatus, ReceiptTiming, Repeated};

/// How the platform wraps what it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// Clear XML, signed by `signature` only.
    #[default]
    Plain,
    /// Clear XML and envelope together.
    Compatible,
    /// Envelope only.
    Safe,
}

impl Mode {
    /// Reads a configured name; anything unknown is the clear mode of a fresh test account.
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "safe" => Self::Safe,
            "compatible" => Self::Compatible,
            _ => Self::Plain,
        }
    }
}

/// All switches. The default is a healthy WeChat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Faults {
    /// Extra copies of every delivery, sent at the same moment (0–5).
    pub(crate) copies: u32,
    /// How many answers to each message are treated as never received (0–3).
    pub(crate) drop_answers: u32,
    /// Pause before our answer is read, in milliseconds (0–20000); counts against the 5 s.
    pub(crate) read_delay_ms: u64,
    /// Time over which a request body trickles in, in milliseconds (0–20000).
    pub(crate) slow_body_ms: u64,
    /// Mode of what is sent, whatever the server expects.
    pub(crate) mode: Mode,
    /// Seal with `old_key_value` instead of the current key.
    pub(crate) old_key: bool,
    /// The other key; empty means one that nobody has.
    pub(crate) old_key_value: String,
    /// Spoil the signature that counts.
    pub(crate) wrong_signature: bool,
    /// Seconds added to the timestamp of deliveries (±86400).
    pub(crate) clock_shift_secs: i64,
    /// Visit the redirect address twice, with two codes.
    pub(crate) double_redirect: bool,
    /// Answer the code exchange with `is_snapshotuser` and a virtual openid.
    pub(crate) snapshot_user: bool,
    /// What receipts say.
    pub(crate) receipt: ReceiptStatus,
    /// Error code injected into the platform interface.
    pub(crate) api: ApiFault,
    /// What happens to the answers of the platform interface on their way.
    pub(crate) calls: CallFault,
    /// What template messages meet with beyond that.
    pub(crate) notices: NoticeFaults,
}

impl Faults {
    /// The switches with the named ones changed; `None` if a value does not fit its switch.
    pub(crate) fn with(&self, changes: &Value) -> Option<Self> {
        let mut all = serde_json::to_value(self).ok()?;
        let fields = all.as_object_mut()?;
        for (name, value) in changes.as_object()? {
            fields.insert(name.clone(), value.clone());
        }
        serde_json::from_value::<Self>(all).ok().map(Self::clamped)
    }

    /// Brings every number into its range.
    fn clamped(mut self) -> Self {
        self.copies = self.copies.min(5);
        self.drop_answers = self.drop_answers.min(3);
        self.read_delay_ms = self.read_delay_ms.min(20_000);
        self.slow_body_ms = self.slow_body_ms.min(20_000);
        self.clock_shift_secs = self.clock_shift_secs.clamp(-86_400, 86_400);
        self.api.clamp();
        self.calls.clamp();
        self.old_key_value
            .truncate(if self.old_key_value.is_ascii() { 43 } else { 0 });
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_touches_only_what_it_names_and_stays_in_range() {
        let safe = Faults {
            mode: Mode::Safe,
            ..Faults::default()
        };
        let changed = safe.with(&json!({"copies": 99})).unwrap();
        assert_eq!((changed.mode, changed.copies), (Mode::Safe, 5));
        assert_eq!(safe.with(&json!({"mode": "loud"})), None);
    }
}
