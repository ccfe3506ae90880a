//! Wraps a clear message as one delivery: fresh timestamp and nonce, signatures, envelope, query string.
//!
//! Page: <https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html>

use super::clock;
use super::crypto::{self, EnvelopeKey};
use super::faults::{Faults, Mode};
use super::random;
use super::stimulus::Stimulus;
use super::world::Simulator;
use super::xml::XmlMessage;

/// A key nobody has, for the old-key switch without a value.
const FOREIGN_KEY: &str = "OldKeyOldKeyOldKeyOldKeyOldKeyOldKeyOldKey0";

/// What goes over the wire.
pub(crate) struct Delivery {
    /// Callback address with its query.
    pub(crate) url: String,
    pub(crate) body: String,
}

/// The key deliveries are sealed with right now; `None` if there is no usable one.
pub(crate) fn key_in_use(simulator: &Simulator, faults: &Faults) -> Option<EnvelopeKey> {
    let text = match (faults.old_key, faults.old_key_value.as_str()) {
        (true, "") => FOREIGN_KEY,
        (true, value) => value,
        (false, _) => simulator.settings.encoding_aes_key.as_str(),
    };
    EnvelopeKey::parse(text).ok()
}

/// Wraps `stimulus` under `faults`; `None` if the mode needs a key and there is none.
pub(crate) fn wrap(
    simulator: &Simulator,
    stimulus: &Stimulus,
    faults: &Faults,
) -> Option<Delivery> {
    let settings = &simulator.settings;
    let timestamp = (clock::seconds() + faults.clock_shift_secs).to_string();
    let nonce = random::nonce();
    let plain_signature = crypto::sign(&[&settings.token, &timestamp, &nonce]);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("timestamp", &timestamp)
        .append_pair("nonce", &nonce);
    query.append_pair("openid", &stimulus.openid);
    let body = if faults.mode == Mode::Plain {
        query.append_pair("signature", &spoil(plain_signature, faults.wrong_signature));
        stimulus.xml.clone()
    } else {
        let key = key_in_use(simulator, faults)?;
        let sealed = key.seal(random::bytes(), &stimulus.xml, &settings.app_id);
        let signature = crypto::sign(&[&settings.token, &timestamp, &nonce, &sealed]);
        query
            .append_pair("signature", &plain_signature)
            .append_pair("encrypt_type", "aes");
        query.append_pair("msg_signature", &spoil(signature, faults.wrong_signature));
        if faults.mode == Mode::Safe {
            XmlMessage::new()
                .text("ToUserName", &settings.original_id)
                .text("Encrypt", &sealed)
                .finish()
        } else {
            XmlMessage::with_envelope(&stimulus.xml, &sealed)
        }
    };
    let joint = if settings.callback_url.contains('?') {
        '&'
    } else {
        '?'
    };
    Some(Delivery {
        url: format!("{}{joint}{}", settings.callback_url, query.finish()),
        body,
    })
}

/// The same length, the same alphabet, another value.
fn spoil(signature: String, wrong: bool) -> String {
    if wrong {
        signature.chars().rev().collect()
    } else {
        signature
    }
}
