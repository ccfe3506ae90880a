use super::vectors::*;
use cbc::cipher::KeyIvInit;

use super::*;

/// Encrypts `inner` exactly as given, so that envelopes with any fault inside can be made. Whole blocks only.
fn seal_raw(key: &str, inner: &[u8]) -> String {
    let key: [u8; 32] = KEY_ENGINE.decode(key).unwrap().try_into().unwrap();
    let iv: [u8; 16] = key[..16].try_into().unwrap();
    let mut bytes = inner.to_vec();
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut bytes);
    assert!(rest.is_empty(), "whole blocks only");
    cbc::Encryptor::<aes::Aes256>::new(&key.into(), &iv.into()).encrypt_blocks(blocks);
    STANDARD.encode(bytes)
}

/// The inside of an envelope with a length field and a padding of the caller's choice.
fn inner(length: u32, message: &[u8], app_id: &str, pad: u8, pad_count: usize) -> Vec<u8> {
    let mut bytes = b"0123456789abcdef".to_vec();
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(message);
    bytes.extend_from_slice(app_id.as_bytes());
    bytes.extend(std::iter::repeat_n(pad, pad_count));
    bytes
}

fn v2() -> Cipher {
    Cipher::new(V2_KEY, V2_APP_ID).unwrap()
}

#[test]
fn the_official_envelope_with_nineteen_padding_bytes_opens() {
    let cipher = Cipher::new(V1_KEY, V1_APP_ID).unwrap();
    assert_eq!(cipher.decrypt(V1_ENCRYPT).unwrap(), V1_MESSAGE.as_bytes());
}

#[test]
fn the_official_reply_is_reproduced() {
    let cipher = Cipher::new(V1_KEY, V1_APP_ID).unwrap();
    let sealed = cipher.encrypt(*b"707722b803182950", br#"{"demo_resp":"good luck"}"#);
    assert_eq!(sealed, V1_REPLY);
}

#[test]
fn the_demo_lineage_of_the_official_java_code_is_reproduced_both_ways() {
    for (plain, sealed) in [("我是中文abcd123", V2_ENCRYPT), (V2B_MESSAGE, V2B_ENCRYPT)] {
        assert_eq!(v2().encrypt(*b"aaaabbbbccccdddd", plain.as_bytes()), sealed);
        assert_eq!(v2().decrypt(sealed).unwrap(), plain.as_bytes());
    }
}

#[test]
fn the_wechatpy_envelopes_with_one_padding_byte_open_and_are_reproduced() {
    let cipher = Cipher::new(V5_KEY, V5_ID).unwrap();
    let opened = cipher.decrypt(V5_ENCRYPT).unwrap();
    assert_eq!(opened.len(), 281);
    assert!(
        String::from_utf8(opened)
            .unwrap()
            .contains("4363689963896700987")
    );
    assert_eq!(cipher.decrypt(V5_ECHO).unwrap(), b"5927782489442352469");
    assert_eq!(
        cipher.encrypt(*b"1234567890123456", V5_OUT_MESSAGE.as_bytes()),
        V5_OUT_ENCRYPT
    );
}

#[test]
fn an_already_aligned_message_gets_thirty_two_padding_bytes() {
    // Made with `openssl enc -aes-256-cbc -nopad`.
    let sealed = "jn1L23DB+6ELqJ+6bruv2zXnp3xHgwEO6Xv9fZBizeH4BgEerNSD9g4QtQJf55YFHd7wVG6cQaLRJfiYSpGlTkKFW3LZzvqXkF69bUG1YO3i8yacylvO4xvsMGcXj7TF";
    assert_eq!(
        v2().encrypt(*b"aaaabbbbccccdddd", b"exactly twenty-six bytes!!"),
        sealed
    );
    assert_eq!(v2().decrypt(sealed).unwrap(), b"exactly twenty-six bytes!!");
}

#[test]
fn every_padding_length_comes_back_as_it_went() {
    for length in 0..=96 {
        let message = vec![b'x'; length];
        let sealed = v2().encrypt([7; 16], &message);
        assert_eq!(v2().decrypt(&sealed).unwrap(), message, "length {length}");
    }
}

#[test]
fn another_accounts_envelope_or_another_key_does_not_open() {
    let sealed = v2().encrypt([7; 16], b"hello");
    assert_eq!(
        Cipher::new(V2_KEY, "wxother").unwrap().decrypt(&sealed),
        Err(DecryptError)
    );
    assert_eq!(
        Cipher::new(V2_KEY, "wxb11529c136998cb")
            .unwrap()
            .decrypt(&sealed),
        Err(DecryptError)
    );
    assert_eq!(
        Cipher::new(V1_KEY, V2_APP_ID).unwrap().decrypt(&sealed),
        Err(DecryptError)
    );
}

#[test]
fn a_padding_outside_one_to_thirty_two_or_of_unequal_bytes_does_not_open() {
    let message = [b'm'; 26];
    let right = inner(26, &message, V2_APP_ID, 32, 32);
    assert!(v2().decrypt(&seal_raw(V2_KEY, &right)).is_ok());
    for pad in [0, 33, 64, 255] {
        let wrong = inner(26, &message, V2_APP_ID, pad, 64);
        assert_eq!(
            v2().decrypt(&seal_raw(V2_KEY, &wrong)),
            Err(DecryptError),
            "pad {pad}"
        );
    }
    let mut unequal = right;
    unequal[64] = 31;
    assert_eq!(v2().decrypt(&seal_raw(V2_KEY, &unequal)), Err(DecryptError));
}

#[test]
fn a_length_field_that_does_not_fit_does_not_open() {
    for length in [0, 1, 25, 27, 44, 45, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff] {
        let wrong = inner(length, &[b'm'; 26], V2_APP_ID, 32, 32);
        assert_eq!(
            v2().decrypt(&seal_raw(V2_KEY, &wrong)),
            Err(DecryptError),
            "length {length:#x}"
        );
    }
}

#[test]
fn an_envelope_shorter_than_its_header_does_not_open() {
    assert_eq!(v2().decrypt(""), Err(DecryptError));
    for blocks in 1..=3 {
        let wrong = seal_raw(V2_KEY, &vec![16; blocks * 16]);
        assert_eq!(v2().decrypt(&wrong), Err(DecryptError), "{blocks} blocks");
    }
}

#[test]
fn text_that_is_not_strict_base64_of_whole_blocks_does_not_open() {
    let sealed = v2().encrypt([7; 16], b"hello");
    let wrong = [
        format!("{sealed}="),
        format!(" {sealed}"),
        sealed.trim_end_matches('=').to_owned(),
        sealed.replace('=', "!"),
        "汉字".to_owned(),
        "AAAA".to_owned(),
    ];
    for text in wrong {
        assert_eq!(v2().decrypt(&text), Err(DecryptError), "{text}");
    }
    for length in 0..sealed.len() {
        assert_eq!(
            v2().decrypt(sealed.get(..length).unwrap()),
            Err(DecryptError),
            "cut to {length}"
        );
    }
}

#[test]
fn a_flipped_bit_never_yields_the_message_that_was_sent() {
    let message = b"<xml><Content>hello</Content></xml>";
    let sealed = STANDARD.decode(v2().encrypt([7; 16], message)).unwrap();
    for place in 0..sealed.len() {
        let mut flipped = sealed.clone();
        flipped[place] ^= 0x01;
        let opened = v2().decrypt(&STANDARD.encode(&flipped));
        assert_ne!(opened.as_deref(), Ok(&message[..]), "byte {place}");
    }
}

#[test]
fn a_key_is_forty_three_letters_and_digits() {
    for key in [
        "",
        "short",
        &"A".repeat(42),
        &"A".repeat(44),
        &format!("{}=", "A".repeat(42)),
        &"é".repeat(22),
    ] {
        assert_eq!(Cipher::new(key, "wx").err(), Some(KeyError::Shape), "{key}");
    }
    for last in ('A'..='Z').chain('a'..='z').chain('0'..='9') {
        let key = format!("{}{last}", "k".repeat(42));
        assert!(
            Cipher::new(&key, "wx").is_ok(),
            "spare bits of {last} are tolerated"
        );
    }
}

#[test]
fn a_cipher_never_shows_its_key() {
    assert_eq!(format!("{:?}", v2()), "Cipher(…)");
}

#[test]
fn what_is_encrypted_and_signed_in_one_pass_is_what_two_passes_give() {
    let cipher = Cipher::new(V1_KEY, V1_APP_ID).unwrap();
    let long = "t".repeat(70);
    // Tokens that sort before any base64 text, after it, and somewhere among the digits and letters.
    for others in [
        ["+", "1764400000", "0123456789abcdef"],
        ["zzz", "zz", "zzzz"],
        ["Token", "1764400000", "f0"],
        ["", "", ""],
        ["M", "m", "5"],
        [&long, "1", "2"],
    ] {
        for length in 0..700 {
            let plaintext = vec![b'x'; length];
            let random = [u8::try_from(length % 251).unwrap(); 16];
            let mut out = b"before".to_vec();
            let digest = cipher.encrypt_signed(&mut out, random, &plaintext, others);
            let text = cipher.encrypt(random, &plaintext);
            assert_eq!(out.strip_prefix(b"before").unwrap(), text.as_bytes());
            let [one, two, three] = others;
            assert_eq!(
                signature::written(digest),
                signature::sign(&[one, two, three, &text]),
                "{others:?} {length}"
            );
        }
    }
}
