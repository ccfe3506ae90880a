use super::*;
use crate::wechat::crypt::vectors::{V1_APP_ID, V1_ENCRYPT, V1_KEY, V1_MESSAGE, V2_KEY};
use crate::wechat::xml::push_cdata;

mod mutations;
mod shapes;

const NOW: i64 = 1_714_112_445;
const TOKEN: &str = "AAAAA";
const MODES: [Mode; 3] = [Mode::Plain, Mode::Compatible, Mode::Safe];
const CLICK: &str = "<xml><ToUserName><![CDATA[gh_ours]]></ToUserName><FromUserName><![CDATA[oFan]]></FromUserName>\
<CreateTime>1714112445</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[CLICK]]></Event>\
<EventKey><![CDATA[latest_cases]]></EventKey></xml>";

fn pair(token: &str, key: &str) -> KeyPair {
    KeyPair {
        token: token.to_owned(),
        encoding_aes_key: Some(key.to_owned()),
    }
}

fn settings(mode: Mode) -> GateSettings {
    GateSettings {
        mode,
        app_id: V1_APP_ID.to_owned(),
        original_id: None,
        pairs: vec![pair(TOKEN, V1_KEY)],
        max_clock_skew_secs: 600,
    }
}

fn gate(mode: Mode) -> Gate {
    Gate::new(settings(mode)).unwrap()
}

/// A delivery as the platform makes it, every part of which a test can spoil before it is rendered.
#[derive(Clone)]
struct Delivery {
    parameters: Vec<(&'static str, String)>,
    body: String,
}

impl Delivery {
    fn plain(token: &str, timestamp: i64, body: &str) -> Self {
        let (timestamp, nonce) = (timestamp.to_string(), "415670741".to_owned());
        let signature = signature::sign(&[token, &timestamp, &nonce]);
        let parameters = vec![
            ("signature", signature),
            ("timestamp", timestamp),
            ("nonce", nonce),
            ("openid", "oFan".to_owned()),
        ];
        Self {
            parameters,
            body: body.to_owned(),
        }
    }

    fn encrypted(mode: Mode, pair: &KeyPair, app_id: &str, timestamp: i64, message: &str) -> Self {
        let cipher = Cipher::new(pair.encoding_aes_key.as_deref().unwrap(), app_id).unwrap();
        let encrypt = cipher.encrypt([9; 16], message.as_bytes());
        let mut body = "<xml><ToUserName><![CDATA[gh_ours]]></ToUserName>".to_owned();
        if mode == Mode::Compatible {
            body.push_str(
                "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[clear half]]></Content>",
            );
        }
        body.push_str("<Encrypt>");
        push_cdata(&mut body, &encrypt);
        body.push_str("</Encrypt></xml>");
        let mut delivery = Self::plain(&pair.token, timestamp, &body);
        let parts = [
            pair.token.as_str(),
            delivery.get("timestamp"),
            delivery.get("nonce"),
            &encrypt,
        ];
        let msg_signature = signature::sign(&parts);
        delivery.parameters.push(("encrypt_type", "aes".to_owned()));
        delivery.parameters.push(("msg_signature", msg_signature));
        delivery
    }

    fn right(mode: Mode, message: &str) -> Self {
        match mode {
            Mode::Plain => Self::plain(TOKEN, NOW, message),
            Mode::Compatible | Mode::Safe => {
                Self::encrypted(mode, &pair(TOKEN, V1_KEY), V1_APP_ID, NOW, message)
            }
        }
    }

    fn get(&self, name: &str) -> &str {
        &self
            .parameters
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap()
            .1
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self = self.without(name);
        self.parameters.push((name, value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| *known != name);
        self
    }

    fn doubled(mut self, name: &'static str) -> Self {
        self.parameters.push((name, self.get(name).to_owned()));
        self
    }

    fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.parameters)
            .finish()
    }

    fn open(&self, gate: &Gate) -> Result<Vec<u8>, Refusal> {
        gate.open(&self.query(), self.body.as_bytes(), NOW)
            .map(|opened| opened.plaintext.into_owned())
    }
}

#[test]
fn the_official_url_verification_is_answered_with_its_echostr_in_every_mode() {
    let query = "signature=f464b24fc39322e44b38aa78f5edd27bd1441696&echostr=4375120948345356249\
                 &timestamp=1714036504&nonce=1514711492";
    for mode in MODES {
        assert_eq!(
            gate(mode).verify_url(query, 1_714_036_510).unwrap(),
            "4375120948345356249"
        );
        assert_eq!(
            gate(mode).verify_url(query, 1_714_036_504 + 601),
            Err(Refusal::Clock)
        );
        let wrong = query.replace("signature=f", "signature=e");
        assert_eq!(
            gate(mode).verify_url(&wrong, 1_714_036_510),
            Err(Refusal::Signature)
        );
    }
}

#[test]
fn an_echostr_is_decoded_and_must_be_short_printable_and_no_markup() {
    let request = Delivery::plain(TOKEN, NOW, "");
    let verify = |echo: &str| {
        gate(Mode::Plain).verify_url(&request.clone().set("echostr", echo).query(), NOW)
    };
    assert_eq!(verify("a+b/c= 1").unwrap(), "a+b/c= 1");
    for echo in ["", "<script>", "汉", "a\nb", "a\0b", "\"", &"1".repeat(257)] {
        assert_eq!(verify(echo), Err(Refusal::MalformedParameter), "{echo:?}");
    }
    assert_eq!(
        gate(Mode::Plain).verify_url(&request.query(), NOW),
        Err(Refusal::MissingParameter)
    );
    let doubled = request.set("echostr", "1").doubled("echostr");
    assert_eq!(
        gate(Mode::Plain).verify_url(&doubled.query(), NOW),
        Err(Refusal::DoubledParameter)
    );
}

#[test]
fn an_unsigned_echostr_is_not_even_looked_at() {
    let request = Delivery::plain("another token", NOW, "").set("echostr", "<script>");
    assert_eq!(
        gate(Mode::Plain).verify_url(&request.query(), NOW),
        Err(Refusal::Signature)
    );
}

#[test]
fn the_official_plain_delivery_opens_without_a_copy() {
    let query = "signature=899cf89e464efb63f54ddac96b0a0a235f53aa78&timestamp=1714037059&nonce=486452656&openid=o";
    let gate = gate(Mode::Plain);
    let opened = gate.open(query, b"anything", 1_714_037_059).unwrap();
    assert!(matches!(opened.plaintext, Cow::Borrowed(b"anything")));
    assert_eq!(opened.pair, 0);
}

#[test]
fn the_official_safe_delivery_opens_and_the_official_reply_is_reproduced() {
    let query = "signature=6c5c811b55cc85e0e1b54100749188c20beb3f5d&timestamp=1714112445&nonce=415670741\
                 &openid=o9AgO5Kd5ggOC-bXrbNODIiE3bGY&encrypt_type=aes\
                 &msg_signature=046e02f8204d34f8ba5fa3b1db94908f3df2e9b3";
    let body = format!(
        "<xml><ToUserName>gh_97417a04a28d</ToUserName><Encrypt>\n{V1_ENCRYPT}\n</Encrypt></xml>"
    );
    let gate = gate(Mode::Safe);
    let opened = gate.open(query, body.as_bytes(), NOW).unwrap();
    assert_eq!(&*opened.plaintext, V1_MESSAGE.as_bytes());

    let reply = r#"{"demo_resp":"good luck"}"#;
    let sealed = gate.seal(
        opened.pair,
        reply,
        1_713_424_427,
        "415670741",
        *b"707722b803182950",
    );
    assert_eq!(
        sealed,
        "<xml><Encrypt><![CDATA[ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmx\
         SQ==]]></Encrypt><MsgSignature><![CDATA[1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1]]></MsgSignature>\
         <TimeStamp>1713424427</TimeStamp><Nonce><![CDATA[415670741]]></Nonce></xml>"
    );
}

#[test]
fn every_parameter_is_required_once() {
    for mode in MODES {
        let right = Delivery::right(mode, CLICK);
        for name in ["signature", "timestamp", "nonce"] {
            let missing = right.clone().without(name).open(&gate(mode));
            assert_eq!(missing, Err(Refusal::MissingParameter), "{mode:?} {name}");
        }
        for (name, _) in &right.parameters {
            if *name == "openid" {
                continue;
            }
            let doubled = right.clone().doubled(name).open(&gate(mode));
            assert_eq!(doubled, Err(Refusal::DoubledParameter), "{mode:?} {name}");
        }
        assert!(gate(mode).open("", CLICK.as_bytes(), NOW).is_err());
        let array = right.query().replace("nonce=", "nonce[]=");
        let refused = gate(mode).open(&array, right.body.as_bytes(), NOW);
        assert_eq!(refused.err(), Some(Refusal::MissingParameter));
    }
}

#[test]
fn a_timestamp_is_digits_and_a_nonce_is_plain() {
    for mode in MODES {
        let right = Delivery::right(mode, CLICK);
        for timestamp in [
            "",
            " 1714112445",
            "+1714112445",
            "-1",
            "1714112445.0",
            "0x1",
            "１７１４１１２４４５",
            "99999999999999999999",
        ] {
            let refused = right.clone().set("timestamp", timestamp).open(&gate(mode));
            assert_eq!(
                refused,
                Err(Refusal::MalformedParameter),
                "{mode:?} {timestamp:?}"
            );
        }
        for nonce in ["", "a b", "汉", "a\0", "<", &"1".repeat(129)] {
            let refused = right.clone().set("nonce", nonce).open(&gate(mode));
            assert_eq!(
                refused,
                Err(Refusal::MalformedParameter),
                "{mode:?} {nonce:?}"
            );
        }
    }
}

#[test]
fn the_clock_window_is_as_wide_as_configured_both_ways() {
    for mode in MODES {
        let right = Delivery::right(mode, CLICK);
        let open_at =
            |gate: &Gate, now| gate.open(&right.query(), right.body.as_bytes(), now).err();
        for now in [NOW - 600, NOW, NOW + 600] {
            assert_eq!(open_at(&gate(mode), now), None);
        }
        for now in [NOW - 601, NOW + 601, 0, i64::MIN, i64::MAX] {
            assert_eq!(
                open_at(&gate(mode), now),
                Some(Refusal::Clock),
                "{mode:?} {now}"
            );
        }
        let open_all_day = Gate::new(GateSettings {
            max_clock_skew_secs: 0,
            ..settings(mode)
        })
        .unwrap();
        assert_eq!(open_at(&open_all_day, i64::MAX), None);
    }
}

#[test]
fn a_message_for_another_account_is_refused_when_our_id_is_known() {
    let ours = |id: &str| {
        Gate::new(GateSettings {
            original_id: Some(id.to_owned()),
            ..settings(Mode::Safe)
        })
        .unwrap()
    };
    let right = Delivery::right(Mode::Safe, CLICK);
    assert!(right.open(&ours("gh_ours")).is_ok());
    assert!(right.open(&ours("")).is_ok());
    assert_eq!(right.open(&ours("gh_other")), Err(Refusal::Receiver));
    assert!(ours("gh_ours").accepts_receiver("gh_ours"));
    assert!(!ours("gh_ours").accepts_receiver("gh_other"));
    assert!(gate(Mode::Plain).accepts_receiver("anybody"));
}

#[test]
fn what_says_nothing_is_never_sealed() {
    for mode in MODES {
        assert_eq!(gate(mode).seal(0, "success", NOW, "n", [0; 16]), "success");
        assert_eq!(gate(mode).seal(0, "", NOW, "n", [0; 16]), "");
    }
    assert_eq!(
        gate(Mode::Plain).seal(0, "<xml/>", NOW, "n", [0; 16]),
        "<xml/>"
    );
    assert!(
        gate(Mode::Compatible)
            .seal(7, "<xml/>", NOW, "n", [0; 16])
            .contains("<Encrypt>")
    );
}

#[test]
fn settings_that_let_anybody_in_are_refused() {
    for mode in MODES {
        let without = GateSettings {
            pairs: Vec::new(),
            ..settings(mode)
        };
        assert_eq!(Gate::new(without).err(), Some(KeyError::Token));
        let empty = GateSettings {
            pairs: vec![pair("", V1_KEY)],
            ..settings(mode)
        };
        assert_eq!(Gate::new(empty).err(), Some(KeyError::Token));
    }
    let keyless = vec![KeyPair {
        token: TOKEN.to_owned(),
        encoding_aes_key: None,
    }];
    assert!(
        Gate::new(GateSettings {
            pairs: keyless.clone(),
            ..settings(Mode::Plain)
        })
        .is_ok()
    );
    let safe = Gate::new(GateSettings {
        pairs: keyless,
        ..settings(Mode::Safe)
    });
    assert_eq!(safe.err(), Some(KeyError::Missing));
    let nameless = Gate::new(GateSettings {
        app_id: String::new(),
        ..settings(Mode::Safe)
    });
    assert_eq!(nameless.err(), Some(KeyError::AppId));
}

#[test]
fn neither_a_gate_nor_its_settings_show_a_secret() {
    let shown = format!("{:?} {:?}", settings(Mode::Safe), gate(Mode::Safe));
    assert!(!shown.contains(TOKEN) && !shown.contains(V1_KEY), "{shown}");
}
