//! Why a request is not from the platform. For our log and metrics only: outside, all look alike.

/// The cause of a refusal. The caller answers every one of them with an empty 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// A parameter that every delivery has is not there.
    #[error("a parameter is missing")]
    MissingParameter,
    /// A parameter is there twice.
    #[error("a parameter is given twice")]
    DoubledParameter,
    /// A timestamp, nonce or echostr with characters or a length it never has.
    #[error("a parameter has an impossible value")]
    MalformedParameter,
    /// Rightly signed, but too old or from the future: a replay, or a clock that is wrong.
    #[error("the timestamp is outside the window")]
    Clock,
    /// Not signed with any of our tokens.
    #[error("the signature is wrong")]
    Signature,
    /// A clear request where the configured mode encrypts.
    #[error("a clear request where encryption is configured")]
    Downgrade,
    /// An encrypted request where the configured mode is plain.
    #[error("an encrypted request where plain mode is configured")]
    Encrypted,
    /// The outer document cannot be read or has not exactly one `Encrypt`.
    #[error("the envelope cannot be read")]
    Envelope,
    /// Rightly signed, but no key of ours opens it, or it is another account's.
    #[error("the envelope cannot be opened")]
    Decrypt,
    /// Addressed to another account.
    #[error("the message is for another account")]
    Receiver,
}

impl Refusal {
    /// One word for a log line or a metric's label.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::MissingParameter => "missing_parameter",
            Self::DoubledParameter => "doubled_parameter",
            Self::MalformedParameter => "malformed_parameter",
            Self::Clock => "clock",
            Self::Signature => "signature",
            Self::Downgrade => "downgrade",
            Self::Encrypted => "encrypted_in_plain_mode",
            Self::Envelope => "envelope",
            Self::Decrypt => "decrypt",
            Self::Receiver => "receiver",
        }
    }
}
