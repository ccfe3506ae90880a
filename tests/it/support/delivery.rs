//! What WeChat sends to the callback: query string and body, signed and, where asked for, sealed.

use axum::body::Body;
use axum::http::Request;
use jianxin::wechat::crypt::Cipher;
use jianxin::wechat::signature::sign;

use super::{ACCOUNT, AES_KEY, APP_ID, TOKEN};

const NONCE: &str = "1320562132";

/// One POST to the callback.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
}

impl Delivery {
    pub(crate) fn request(self) -> Request<Body> {
        Request::post(format!("/wechat/callback?{}", self.query))
            .body(Body::from(self.body))
            .unwrap()
    }
}

/// In clear.
pub(crate) fn plain(body: impl AsRef<[u8]>, at: i64) -> Delivery {
    plain_with(TOKEN, body, at)
}

/// In clear, signed with another token.
pub(crate) fn plain_with(token: &str, body: impl AsRef<[u8]>, at: i64) -> Delivery {
    Delivery {
        query: signed(token, at),
        body: body.as_ref().to_vec(),
    }
}

/// `signature=…&timestamp=…&nonce=…`.
pub(crate) fn signed(token: &str, at: i64) -> String {
    let at = at.to_string();
    let signature = sign(&[token, &at, NONCE]);
    format!("signature={signature}&timestamp={at}&nonce={NONCE}")
}

/// The envelope only, as in safe mode.
pub(crate) fn sealed(xml: &str, at: i64) -> Delivery {
    sealed_with((TOKEN, AES_KEY), xml, at)
}

/// The envelope made with another pair of token and key.
pub(crate) fn sealed_with((token, key): (&str, &str), xml: &str, at: i64) -> Delivery {
    let encrypt = Cipher::new(key, APP_ID)
        .unwrap()
        .encrypt(*b"0123456789abcdef", xml.as_bytes());
    let msg_signature = sign(&[token, &at.to_string(), NONCE, &encrypt]);
    let query = format!(
        "{}&encrypt_type=aes&msg_signature={msg_signature}",
        signed(token, at)
    );
    let body = format!(
        "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    );
    Delivery {
        query,
        body: body.into_bytes(),
    }
}
