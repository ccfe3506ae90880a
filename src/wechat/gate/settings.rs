//! What a [`Gate`](super::Gate) has to know about the account.

use std::fmt;

/// How the platform delivers, as chosen in its console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// 明文模式: clear bodies. The signature does not cover the body.
    Plain,
    /// 兼容模式: a clear and an encrypted half. Only the encrypted half is read.
    Compatible,
    /// 安全模式: encrypted bodies.
    Safe,
}

impl Mode {
    /// The mode called `plain`, `compatible` or `safe` in a configuration.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "plain" => Some(Self::Plain),
            "compatible" => Some(Self::Compatible),
            "safe" => Some(Self::Safe),
            _ => None,
        }
    }

    /// The word a configuration uses for this mode.
    pub fn as_word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compatible => "compatible",
            Self::Safe => "safe",
        }
    }
}

/// A Token and the EncodingAESKey used with it. Its `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// `Token` of the console: what signatures are made with.
    pub token: String,
    /// `EncodingAESKey` of the console, 43 characters. Not looked at in plain mode.
    pub encoding_aes_key: Option<String>,
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(…)")
    }
}

/// Everything the gate decides by. The request itself never chooses the mode.
#[derive(Clone, Debug)]
pub struct GateSettings {
    /// The one mode that is accepted.
    pub mode: Mode,
    /// Our AppID; the tail of every envelope must be it.
    pub app_id: String,
    /// Our `gh_…` id; when set, a message to anybody else is refused.
    pub original_id: Option<String>,
    /// Every combination to try, the current one first. During a rotation there are up to four.
    pub pairs: Vec<KeyPair>,
    /// How far a `timestamp` may be from our clock, both ways, in seconds; 0 accepts any.
    pub max_clock_skew_secs: u64,
}
