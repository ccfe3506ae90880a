//! Ten thousand requests per mode, each right but for one change, and not one of them comes in.

use super::*;

/// A small deterministic generator (SplitMix64): the same requests in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % sides as u64).unwrap()
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.roll(from.len())]
    }
}

/// Changes one character of `text` to another letter or digit.
fn with_another_character(text: &str, dice: &mut Dice) -> String {
    let place = dice.roll(text.len());
    let mut bytes = text.as_bytes().to_vec();
    let before = bytes[place];
    while bytes[place] == before {
        bytes[place] = *dice.pick(b"0123456789abcdefXYZ+/=");
    }
    String::from_utf8(bytes).unwrap()
}

fn signed_names(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Plain => &["signature", "timestamp", "nonce"],
        Mode::Compatible | Mode::Safe => &[
            "signature",
            "timestamp",
            "nonce",
            "msg_signature",
            "encrypt_type",
        ],
    }
}

/// Spoils a request in one way that must be noticed.
fn mutate(mode: Mode, right: Delivery, dice: &mut Dice) -> (String, Delivery) {
    let name = *dice.pick(signed_names(mode));
    let value = right.get(name).to_owned();
    let kind = dice.roll(if mode == Mode::Plain { 12 } else { 15 });
    let mutant = match kind {
        0 | 1 => right.set(name, &with_another_character(&value, dice)),
        2 => right.without(name),
        3 => right.doubled(name),
        4 => right.set(name, value.get(..dice.roll(value.len())).unwrap()),
        5 => right.set(name, &format!("{value}0")),
        6 => right.set(
            name,
            &format!("{}{value}", dice.pick(&[" ", "\n", "0", "\u{feff}"])),
        ),
        7 => {
            let upper = right.get("signature").to_uppercase();
            right.set("signature", &upper)
        }
        8 => {
            let (timestamp, nonce) = (
                right.get("timestamp").to_owned(),
                right.get("nonce").to_owned(),
            );
            right.set("timestamp", &nonce).set("nonce", &timestamp)
        }
        9 => {
            // One character moves over the seam, so that the signed text stays the same.
            let (timestamp, nonce) = (
                right.get("timestamp").to_owned(),
                right.get("nonce").to_owned(),
            );
            let (kept, moved) = timestamp.split_at(9);
            right
                .set("timestamp", kept)
                .set("nonce", &format!("{moved}{nonce}"))
        }
        10 => match mode {
            Mode::Plain => right.set("encrypt_type", "aes"),
            Mode::Compatible | Mode::Safe => right.without("encrypt_type"),
        },
        11 => {
            let others = pair("another token", V1_KEY);
            match mode {
                Mode::Plain => Delivery::plain(&others.token, NOW, CLICK),
                Mode::Compatible | Mode::Safe => {
                    Delivery::encrypted(mode, &others, V1_APP_ID, NOW, CLICK)
                }
            }
        }
        12 => Delivery {
            body: CLICK.to_owned(),
            ..right
        },
        13 => {
            let encrypt = Envelope::read(&right.body).unwrap().encrypt().to_owned();
            let other = with_another_character(&encrypt, dice);
            Delivery {
                body: right.body.replace(&encrypt, &other),
                ..right
            }
        }
        _ => {
            let encrypt = Envelope::read(&right.body).unwrap().encrypt().to_owned();
            let cut = encrypt.get(..dice.roll(encrypt.len())).unwrap();
            Delivery {
                body: right.body.replace(&encrypt, cut),
                ..right
            }
        }
    };
    (format!("{mode:?}, kind {kind}, {name}"), mutant)
}

#[test]
fn ten_thousand_mutated_requests_are_refused_in_every_mode() {
    for mode in MODES {
        let mut dice = Dice(20_261_120);
        let gate = gate(mode);
        for round in 0..10_000 {
            let (what, mutant) = mutate(mode, Delivery::right(mode, CLICK), &mut dice);
            assert!(
                mutant.open(&gate).is_err(),
                "round {round}: {what}: {}",
                mutant.query()
            );
        }
    }
}

#[test]
fn ten_thousand_right_requests_are_accepted_in_every_mode() {
    for mode in MODES {
        let gate = gate(mode);
        for round in 0..10_000 {
            let message = format!("<xml><Content>{round}</Content></xml>");
            assert_eq!(
                Delivery::right(mode, &message).open(&gate).unwrap(),
                message.as_bytes(),
                "{mode:?}"
            );
        }
    }
}

#[test]
fn no_prefix_of_a_right_signature_is_enough() {
    for mode in MODES {
        let right = Delivery::right(mode, CLICK);
        let names: &[_] = if mode == Mode::Plain {
            &["signature"]
        } else {
            &["signature", "msg_signature"]
        };
        for name in names {
            for length in 0..40 {
                let cut = right.get(name).get(..length).unwrap().to_owned();
                assert_eq!(
                    right.clone().set(name, &cut).open(&gate(mode)),
                    Err(Refusal::Signature)
                );
            }
        }
    }
}
