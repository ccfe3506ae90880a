//! The door: is this request really from the platform, and what does it say?
//!
//! The configured [`Mode`] decides what is accepted, never the request. Everything that is unsigned, wrongly signed,
//! old, doubled or in the wrong mode is a [`Refusal`]; whether the opened plaintext makes sense is not this module's
//! question. The clock and random bytes are handed in, so that the same input always has the same answer.
//! Page: <https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html>.

use std::borrow::Cow;
use std::fmt;

use crate::wechat::crypt::{Cipher, KeyError};
use crate::wechat::{reply, signature, xml};

mod envelope;
mod query;
mod refusal;
mod settings;

use envelope::Envelope;
use query::{Query, Signed};

pub use refusal::Refusal;
pub use settings::{GateSettings, KeyPair, Mode};

/// Verifies, opens and seals for one account.
pub struct Gate {
    mode: Mode,
    original_id: Option<String>,
    pairs: Vec<Pair>,
    max_clock_skew_secs: u64,
}

/// An authentic request.
#[derive(Debug)]
pub struct Opened<'a> {
    /// The message as sent: the body itself in plain mode, else what was encrypted.
    pub plaintext: Cow<'a, [u8]>,
    /// Which of the configured pairs it was signed and encrypted with; the reply is sealed with the same.
    pub pair: usize,
}

struct Pair {
    token: String,
    /// `None` in plain mode only.
    cipher: Option<Cipher>,
}

impl Gate {
    /// Checks the settings.
    ///
    /// # Errors
    /// A [`KeyError`] when there is no pair, a token is empty, or a mode that encrypts lacks a usable key or an AppID.
    pub fn new(settings: GateSettings) -> Result<Self, KeyError> {
        let GateSettings {
            mode,
            app_id,
            original_id,
            pairs,
            max_clock_skew_secs,
        } = settings;
        if pairs.is_empty() {
            return Err(KeyError::Token);
        }
        if mode != Mode::Plain && app_id.is_empty() {
            return Err(KeyError::AppId);
        }
        let pairs = pairs
            .into_iter()
            .map(|pair| Pair::new(pair, mode, &app_id))
            .collect::<Result<_, _>>()?;
        let original_id = original_id.filter(|id| !id.is_empty());
        Ok(Self {
            mode,
            original_id,
            pairs,
            max_clock_skew_secs,
        })
    }

    /// Answers the platform's URL verification (GET): the text to send back as the whole body.
    ///
    /// Signed with `signature` in all three modes. `query` is the raw query string, `now_secs` seconds since 1970.
    ///
    /// # Errors
    /// A [`Refusal`] when the request is not the platform's or its `echostr` is not short printable ASCII.
    pub fn verify_url(&self, query: &str, now_secs: i64) -> Result<String, Refusal> {
        let query = Query::parse(query)?;
        let signed = query.signed()?;
        self.signers(&signed).next().ok_or(Refusal::Signature)?;
        self.check_clock(signed.seconds, now_secs)?;
        query.echo().map(str::to_owned)
    }

    /// Opens a delivery (POST). `query` is the raw query string, `now_secs` seconds since 1970.
    ///
    /// # Errors
    /// A [`Refusal`] when the request is not the platform's, too old, or not in the configured mode.
    pub fn open<'b>(
        &self,
        query: &str,
        body: &'b [u8],
        now_secs: i64,
    ) -> Result<Opened<'b>, Refusal> {
        let query = Query::parse(query)?;
        match self.mode {
            Mode::Plain => self.open_plain(&query, body, now_secs),
            Mode::Compatible | Mode::Safe => self.open_encrypted(&query, body, now_secs),
        }
    }

    /// Whether replies are sealed at all; in plain mode they go out as they are.
    pub fn encrypts(&self) -> bool {
        self.mode != Mode::Plain
    }

    /// Seals a reply for the request that `pair` opened.
    ///
    /// In plain mode, and for `success` or an empty body in every mode, that is the reply unchanged. `nonce` may be new
    /// or the request's; `random` must be fresh.
    pub fn seal<'r>(
        &self,
        pair: usize,
        reply_xml: &'r str,
        now_secs: i64,
        nonce: &str,
        random: [u8; 16],
    ) -> Cow<'r, str> {
        let trivial = reply_xml.is_empty() || reply_xml == reply::SUCCESS;
        let pair = self.pairs.get(pair).or_else(|| self.pairs.first());
        match pair.and_then(|pair| Some((&pair.token, pair.cipher.as_ref()?))) {
            Some((token, cipher)) if !trivial => {
                let timestamp = now_secs.to_string();
                Cow::Owned(envelope::write(
                    (token, cipher),
                    reply_xml,
                    random,
                    &timestamp,
                    nonce,
                ))
            }
            Some(_) | None => Cow::Borrowed(reply_xml),
        }
    }

    /// Whether a message with this `ToUserName` is for our account. Always, when our `gh_…` id is not configured.
    pub fn accepts_receiver(&self, to_user: &str) -> bool {
        self.original_id
            .as_deref()
            .is_none_or(|ours| ours == to_user)
    }

    fn open_plain<'b>(
        &self,
        query: &Query<'_>,
        body: &'b [u8],
        now_secs: i64,
    ) -> Result<Opened<'b>, Refusal> {
        let clear = query
            .encrypt_type
            .as_deref()
            .is_none_or(|kind| matches!(kind, "" | "raw"));
        if !clear || query.msg_signature.is_some() {
            return Err(Refusal::Encrypted);
        }
        let signed = query.signed()?;
        let (pair, _) = self.signers(&signed).next().ok_or(Refusal::Signature)?;
        self.check_clock(signed.seconds, now_secs)?;
        if envelope::has_encrypt_element(body) {
            return Err(Refusal::Encrypted);
        }
        Ok(Opened {
            plaintext: Cow::Borrowed(body),
            pair,
        })
    }

    fn open_encrypted<'b>(
        &self,
        query: &Query<'_>,
        body: &[u8],
        now_secs: i64,
    ) -> Result<Opened<'b>, Refusal> {
        let msg_signature = query.msg_signature.as_deref().ok_or(Refusal::Downgrade)?;
        if query.encrypt_type.as_deref() != Some("aes") {
            return Err(Refusal::Downgrade);
        }
        let signed = query.signed()?;
        // Before any XML is read: the weaker signature, which every delivery carries as well, keeps strangers out.
        let mut signers = self.signers(&signed).peekable();
        if signers.peek().is_none() {
            return Err(Refusal::Signature);
        }
        let text = xml::decode(body);
        let envelope = Envelope::read(&text)?;
        let encrypt = envelope.encrypt();
        let mut refusal = Refusal::Signature;
        for (pair, Pair { token, cipher }) in signers {
            if !signature::verify(
                msg_signature,
                &[token, signed.timestamp, signed.nonce, encrypt],
            ) {
                continue;
            }
            self.check_clock(signed.seconds, now_secs)?;
            if envelope
                .to_user()
                .is_some_and(|to| !self.accepts_receiver(to))
            {
                return Err(Refusal::Receiver);
            }
            match cipher.as_ref().map(|cipher| cipher.decrypt(encrypt)) {
                Some(Ok(plaintext)) => {
                    return Ok(Opened {
                        plaintext: Cow::Owned(plaintext),
                        pair,
                    });
                }
                Some(Err(_)) | None => refusal = Refusal::Decrypt,
            }
        }
        Err(refusal)
    }

    /// The pairs whose token made the request's `signature`.
    fn signers<'g>(&'g self, signed: &'g Signed<'_>) -> impl Iterator<Item = (usize, &'g Pair)> {
        self.pairs.iter().enumerate().filter(|(_, pair)| {
            signature::verify(
                signed.signature,
                &[&pair.token, signed.timestamp, signed.nonce],
            )
        })
    }

    /// Checked after the signature, so that the reason `clock` tells of an authentic request or a wrong clock of ours.
    fn check_clock(&self, seconds: i64, now_secs: i64) -> Result<(), Refusal> {
        let off = seconds.abs_diff(now_secs);
        if self.max_clock_skew_secs != 0 && off > self.max_clock_skew_secs {
            return Err(Refusal::Clock);
        }
        Ok(())
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("mode", &self.mode)
            .field("pairs", &self.pairs.len())
            .finish_non_exhaustive()
    }
}

impl Pair {
    fn new(pair: KeyPair, mode: Mode, app_id: &str) -> Result<Self, KeyError> {
        let KeyPair {
            token,
            encoding_aes_key,
        } = pair;
        if token.is_empty() {
            return Err(KeyError::Token);
        }
        let cipher = match (mode, encoding_aes_key) {
            (Mode::Plain, _) => None,
            (Mode::Compatible | Mode::Safe, None) => return Err(KeyError::Missing),
            (Mode::Compatible | Mode::Safe, Some(key)) => Some(Cipher::new(&key, app_id)?),
        };
        Ok(Self { token, cipher })
    }
}

#[cfg(test)]
mod tests;
