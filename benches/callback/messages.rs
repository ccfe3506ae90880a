//! The cases, and their messages as complete HTTP requests.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use jianxin::domain::procuratorate::{self, Procuratorate};
use jianxin::wechat::crypt::Cipher;
use jianxin::wechat::signature;

use crate::Failure;

pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const ACCOUNT: &str = "gh_0123456789ab";
pub(crate) const TOKEN: &str = "BenchmarkToken0123456789";
pub(crate) const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// Units asked for in turn.
const UNITS: usize = 200;
/// Charges asked for in turn.
const CHARGES: usize = 50;

/// Clear or encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealing {
    Plain,
    Safe,
}

impl Sealing {
    pub(crate) fn mode(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Safe => "safe",
        }
    }
}

/// One line of the table.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) sealing: Sealing,
    pub(crate) target: f64,
    /// Stands in every right answer; empty: any answer of status 200 is right.
    pub(crate) expects: &'static str,
    /// What is typed, in turn; empty: the menu is tapped.
    texts: fn() -> Vec<String>,
}

impl Case {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let case = |name, sealing, target, expects, texts| Self {
            name,
            sealing,
            target,
            expects,
            texts,
        };
        [
            case(
                "CLICK plain",
                Sealing::Plain,
                0.70,
                "<ArticleCount>5<",
                Vec::new as fn() -> Vec<String>,
            ),
            case(
                "zyaj_ plain",
                Sealing::Plain,
                0.60,
                "<![CDATA[text]]>",
                units,
            ),
            case("keyword plain", Sealing::Plain, 0.40, "公开信息", charges),
            case(
                "CLICK safe",
                Sealing::Safe,
                0.50,
                "<ArticleCount>5<",
                Vec::new,
            ),
        ]
        .into_iter()
    }

    /// The requests, each a message nobody sent before.
    pub(crate) fn requests(
        &self,
        count: usize,
        numbers: &mut impl Iterator<Item = u64>,
    ) -> Result<Vec<Vec<u8>>, Failure> {
        let texts = (self.texts)();
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let cipher = Cipher::new(KEY, APP_ID)?;
        let mut turn = texts.iter().cycle();
        let request = |number| {
            let message = message(turn.next(), number, now);
            match self.sealing {
                Sealing::Plain => post(&message, number, now, None),
                Sealing::Safe => {
                    let mut random = [0; 16];
                    random
                        .split_at_mut(8)
                        .0
                        .copy_from_slice(&number.to_be_bytes());
                    let encrypt = cipher.encrypt(random, message.as_bytes());
                    let body = format!(
                        "<xml>\n    <ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>\n    <Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"
                    );
                    post(&body, number, now, Some(&encrypt))
                }
            }
        };
        Ok(numbers.take(count).map(request).collect())
    }

    /// The same requests for the floor, where any answer is right.
    pub(crate) fn for_floor(&self) -> Self {
        Self {
            expects: "",
            ..self.clone()
        }
    }

    /// Whether a reply's body is a right answer.
    pub(crate) fn is_right(&self, body: &str) -> bool {
        if self.expects.is_empty() || self.sealing == Sealing::Plain {
            return body.contains(self.expects);
        }
        let encrypt = body
            .split("<Encrypt><![CDATA[")
            .nth(1)
            .and_then(|rest| rest.split("]]>").next());
        let opened = Cipher::new(KEY, APP_ID)
            .ok()
            .zip(encrypt)
            .and_then(|(cipher, text)| cipher.decrypt(text).ok());
        opened.is_some_and(|opened| String::from_utf8_lossy(&opened).contains(self.expects))
    }
}

/// The messages of the platform have line feeds between their elements only where it encrypts; both are understood.
fn message(text: Option<&String>, number: u64, now: u64) -> String {
    let mut xml = format!(
        "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[oBench{number:022}]]></FromUserName>\
         <CreateTime>{now}</CreateTime>"
    );
    let _ = match text {
        Some(text) => write!(
            xml,
            "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content><MsgId>{}</MsgId></xml>",
            24_000_000_000_000_000_u64 + number
        ),
        None => write!(
            xml,
            "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[CLICK]]></Event>\
             <EventKey><![CDATA[latest_cases]]></EventKey></xml>"
        ),
    };
    xml
}

fn post(body: &str, number: u64, now: u64, encrypt: Option<&str>) -> Vec<u8> {
    let (timestamp, nonce) = (now.to_string(), (1_000_000_000 + number).to_string());
    let signature = signature::sign(&[TOKEN, &timestamp, &nonce]);
    let sealed = encrypt.map_or_else(String::new, |encrypt| {
        let signature = signature::sign(&[TOKEN, &timestamp, &nonce, encrypt]);
        format!("&encrypt_type=aes&msg_signature={signature}")
    });
    format!(
        "POST /wechat/callback?signature={signature}&timestamp={timestamp}&nonce={nonce}&openid=oBench{number:022}{sealed} \
         HTTP/1.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nHost: 127.0.0.1\r\nPragma: no-cache\r\n\
         Connection: Keep-Alive\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Every sixteenth procuratorate of the table, by the name people type.
fn units() -> Vec<String> {
    let all: Vec<Procuratorate> =
        procuratorate::parse_csv(procuratorate::BUILT_IN).unwrap_or_default();
    let typed = |unit: &Procuratorate| format!("zyaj_{}", unit.name.trim_end_matches("人民检察院"));
    all.iter().step_by(16).take(UNITS).map(typed).collect()
}

/// Fifty charges from all chapters of the criminal law.
fn charges() -> Vec<String> {
    let names = jianxin::service::demo::CHARGES
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next());
    names.step_by(9).take(CHARGES).map(str::to_owned).collect()
}
