//! A whole request at the door, in all three modes: as it comes, and signed so that what lies behind the signature is
//! reached. The input is a query string, a zero byte, and a body.
#![no_main]

use std::sync::LazyLock;

use jianxin_fuzz::wechat::gate::{Gate, GateSettings, KeyPair, Mode};
use jianxin_fuzz::wechat::{crypt::Cipher, signature};
use libfuzzer_sys::fuzz_target;

const TOKEN: &str = "fuzz-token-of-the-door";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID: &str = "wxfuzz";
const NOW: i64 = 1_714_112_445;

static GATES: LazyLock<[Gate; 3]> =
    LazyLock::new(|| [Mode::Plain, Mode::Compatible, Mode::Safe].map(gate));
static CIPHER: LazyLock<Cipher> = LazyLock::new(|| Cipher::new(KEY, APP_ID).unwrap());

fn gate(mode: Mode) -> Gate {
    let pair = |token: &str| KeyPair {
        token: token.to_owned(),
        encoding_aes_key: Some(KEY.to_owned()),
    };
    Gate::new(GateSettings {
        mode,
        app_id: APP_ID.to_owned(),
        original_id: None,
        pairs: vec![pair(TOKEN), pair("an earlier token")],
        max_clock_skew_secs: 600,
    })
    .unwrap()
}

/// The query of a request that is rightly signed, with or without an encrypted part.
fn signed_query(encrypt: Option<&str>) -> String {
    let (timestamp, nonce) = (NOW.to_string(), "415670741");
    let signature = signature::sign(&[TOKEN, &timestamp, nonce]);
    let mut query = format!("signature={signature}&timestamp={timestamp}&nonce={nonce}");
    if let Some(encrypt) = encrypt {
        let msg_signature = signature::sign(&[TOKEN, &timestamp, nonce, encrypt]);
        query.push_str(&format!("&encrypt_type=aes&msg_signature={msg_signature}"));
    }
    query
}

fuzz_target!(|data: &[u8]| {
    let place = data
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(data.len());
    let (query, body) = data.split_at(place);
    let body = body.get(1..).unwrap_or_default();
    let raw_query = String::from_utf8_lossy(query);
    let [plain, compatible, safe] = &*GATES;

    // As it comes: nobody without the token gets in.
    for gate in &*GATES {
        assert!(gate.open(&raw_query, body, NOW).is_err());
        assert!(gate.verify_url(&raw_query, NOW).is_err());
    }

    // Signed, with the body as it comes.
    let _ = plain.open(&signed_query(None), body, NOW);
    // Signed, with the input as the text of `Encrypt`: garbage must not be opened.
    let text: String = raw_query
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || "+/=".contains(*char))
        .collect();
    let around = |encrypt: &str| {
        format!("<xml><ToUserName>gh</ToUserName><Encrypt>{encrypt}</Encrypt></xml>")
    };
    for gate in [compatible, safe] {
        let _ = gate.open(&signed_query(Some(&text)), around(&text).as_bytes(), NOW);
        let _ = gate.open(&signed_query(Some(&text)), body, NOW);
        // Signed and encrypted: whatever the plaintext is, it comes out as it went in.
        let encrypt = CIPHER.encrypt([7; 16], body);
        let document = around(&encrypt);
        let opened = gate
            .open(&signed_query(Some(&encrypt)), document.as_bytes(), NOW)
            .unwrap();
        assert_eq!(&*opened.plaintext, body);
    }
});
