//! Which shape of request each mode opens, and with which pair.

use super::*;

#[test]
fn each_mode_opens_its_own_shape_and_refuses_the_others() {
    let plain = Delivery::right(Mode::Plain, CLICK);
    for mode in MODES {
        assert_eq!(
            Delivery::right(mode, CLICK).open(&gate(mode)).unwrap(),
            CLICK.as_bytes(),
            "{mode:?}"
        );
    }
    for shape in [Mode::Compatible, Mode::Safe] {
        let encrypted = Delivery::right(shape, CLICK);
        // The platform says «compatible», but a configuration of «safe» reads the same half, and the other way round.
        assert_eq!(
            encrypted.open(&gate(Mode::Compatible)).unwrap(),
            CLICK.as_bytes()
        );
        assert_eq!(encrypted.open(&gate(Mode::Safe)).unwrap(), CLICK.as_bytes());
        assert_eq!(plain.open(&gate(shape)), Err(Refusal::Downgrade));

        let in_plain = |delivery: Delivery| delivery.open(&gate(Mode::Plain));
        assert_eq!(in_plain(encrypted.clone()), Err(Refusal::Encrypted));
        assert_eq!(
            in_plain(encrypted.clone().without("encrypt_type")),
            Err(Refusal::Encrypted)
        );
        assert_eq!(
            in_plain(encrypted.clone().without("msg_signature")),
            Err(Refusal::Encrypted)
        );
        let bare = encrypted
            .clone()
            .without("encrypt_type")
            .without("msg_signature");
        assert_eq!(in_plain(bare), Err(Refusal::Encrypted));

        for mode in [Mode::Compatible, Mode::Safe] {
            let gate = gate(mode);
            assert_eq!(
                encrypted.clone().without("msg_signature").open(&gate),
                Err(Refusal::Downgrade)
            );
            assert_eq!(
                encrypted.clone().without("encrypt_type").open(&gate),
                Err(Refusal::Downgrade)
            );
            assert_eq!(
                encrypted.clone().set("encrypt_type", "raw").open(&gate),
                Err(Refusal::Downgrade)
            );
            assert_eq!(
                encrypted.clone().set("encrypt_type", "AES").open(&gate),
                Err(Refusal::Downgrade)
            );
        }
    }
    assert!(
        plain
            .clone()
            .set("encrypt_type", "raw")
            .open(&gate(Mode::Plain))
            .is_ok()
    );
    assert_eq!(
        plain.set("encrypt_type", "aes").open(&gate(Mode::Plain)),
        Err(Refusal::Encrypted)
    );
}

#[test]
fn an_encrypt_element_is_noticed_in_plain_mode_even_in_broken_xml_but_not_in_what_a_follower_typed()
{
    let open = |body: &str| Delivery::plain(TOKEN, NOW, body).open(&gate(Mode::Plain));
    for body in [
        "<xml><Encrypt>x</Encrypt></xml>",
        "<xml><x:Encrypt>x</x:Encrypt></xml>",
        "<xml><a><Encrypt/></a>",
        "<xml><Encrypt\n a='b'>",
        "<xml><x:Encrypt>",
        "<xml><broken <Encrypt>",
        "<xml><![CDATA[a]]><Encrypt>",
        "<xml><!-- - --><Encrypt>",
        "<Encrypt",
    ] {
        assert_eq!(open(body), Err(Refusal::Encrypted), "{body}");
    }
    for body in [
        "<xml><Content><![CDATA[<Encrypt>x</Encrypt>]]></Content></xml>",
        "<xml><!-- <Encrypt> --></xml>",
        "<xml><EncryptedThing/><NotEncrypt/><encrypt/></xml>",
        "<xml><Content>Encrypt</Content></xml>",
        "<xml><New><Encrypt>x</Encrypt></New></xml>",
        "<!DOCTYPE xml [<!ENTITY e '<Encrypt>'>]><xml><Encrypt>x</Encrypt></xml>",
        "<xml><New>&e;</New><Encrypt>x</Encrypt></xml>",
        "<",
        "",
    ] {
        assert!(open(body).is_ok(), "{body}");
    }
}

#[test]
fn during_a_rotation_every_pair_opens_and_the_reply_uses_the_one_that_did() {
    let pairs = [
        pair("new token", V2_KEY),
        pair("new token", V1_KEY),
        pair(TOKEN, V2_KEY),
        pair(TOKEN, V1_KEY),
    ];
    for mode in [Mode::Compatible, Mode::Safe] {
        let gate = Gate::new(GateSettings {
            pairs: pairs.to_vec(),
            ..settings(mode)
        })
        .unwrap();
        for (number, pair) in pairs.iter().enumerate() {
            let delivery = Delivery::encrypted(mode, pair, V1_APP_ID, NOW, CLICK);
            let opened = gate
                .open(&delivery.query(), delivery.body.as_bytes(), NOW)
                .unwrap();
            assert_eq!(opened.pair, number);
            assert_eq!(&*opened.plaintext, CLICK.as_bytes());

            let sealed = gate.seal(opened.pair, "<xml>reply</xml>", NOW, "n1", [3; 16]);
            let envelope = Envelope::read(&sealed).unwrap();
            let cipher = Cipher::new(pair.encoding_aes_key.as_deref().unwrap(), V1_APP_ID).unwrap();
            assert_eq!(
                cipher.decrypt(envelope.encrypt()).unwrap(),
                b"<xml>reply</xml>"
            );
            let signature =
                signature::sign(&[&pair.token, &NOW.to_string(), "n1", envelope.encrypt()]);
            assert!(sealed.contains(&format!("<MsgSignature><![CDATA[{signature}]]>")));
        }
    }
    let gate = Gate::new(GateSettings {
        pairs: pairs.to_vec(),
        ..settings(Mode::Plain)
    })
    .unwrap();
    assert_eq!(
        gate.open(&Delivery::plain(TOKEN, NOW, "").query(), b"", NOW)
            .unwrap()
            .pair,
        2
    );
}

#[test]
fn an_envelope_must_be_one_clean_document_with_one_encrypt() {
    let right = Delivery::right(Mode::Safe, CLICK);
    let encrypt = "<Encrypt>QUJD</Encrypt>";
    for body in [
        String::new(),
        "{\"Encrypt\":\"QUJD\"}".to_owned(),
        "<xml></xml>".to_owned(),
        format!("<xml>{encrypt}{encrypt}</xml>"),
        format!("<xml><a>{encrypt}</a></xml>"),
        format!("<xml>{encrypt}"),
        format!("<!DOCTYPE xml><xml>{encrypt}</xml>"),
        format!("<xml>{encrypt}{}</xml>", "<a/>".repeat(128)),
    ] {
        let spoiled = Delivery {
            body: body.clone(),
            ..right.clone()
        };
        assert_eq!(
            spoiled.open(&gate(Mode::Safe)),
            Err(Refusal::Envelope),
            "{body}"
        );
    }
    let empty = Delivery {
        body: "<xml><Encrypt/></xml>".to_owned(),
        ..right
    };
    assert_eq!(empty.open(&gate(Mode::Safe)), Err(Refusal::Signature));
}

#[test]
fn rightly_signed_envelopes_that_are_not_ours_are_refused() {
    for mode in [Mode::Compatible, Mode::Safe] {
        let others_app = Delivery::encrypted(mode, &pair(TOKEN, V1_KEY), "wxother", NOW, CLICK);
        assert_eq!(others_app.open(&gate(mode)), Err(Refusal::Decrypt));
        let others_key = Delivery::encrypted(mode, &pair(TOKEN, V2_KEY), V1_APP_ID, NOW, CLICK);
        assert_eq!(others_key.open(&gate(mode)), Err(Refusal::Decrypt));
        let others_token = Delivery::encrypted(mode, &pair("other", V1_KEY), V1_APP_ID, NOW, CLICK);
        assert_eq!(others_token.open(&gate(mode)), Err(Refusal::Signature));
    }
}

#[test]
fn a_rightly_signed_plaintext_is_handed_over_whatever_it_is() {
    for mode in MODES {
        for nonsense in ["", "{}", "<!DOCTYPE x>", "<xml>"] {
            assert_eq!(
                Delivery::right(mode, nonsense).open(&gate(mode)).unwrap(),
                nonsense.as_bytes()
            );
        }
    }
}
