//! The cipher: any text, any blocks, and every message there and back.
#![no_main]

use std::sync::LazyLock;

use jianxin_fuzz::wechat::crypt::Cipher;
use libfuzzer_sys::fuzz_target;

static CIPHER: LazyLock<Cipher> =
    LazyLock::new(|| Cipher::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxfuzz").unwrap());
/// With an empty AppID the tail is no hurdle, so that the length field behind it is reached more often.
static TAILLESS: LazyLock<Cipher> =
    LazyLock::new(|| Cipher::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "").unwrap());

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        for cipher in [&*CIPHER, &*TAILLESS] {
            if let Ok(message) = cipher.decrypt(text) {
                assert!(message.len() < text.len());
            }
        }
    }
    // An envelope whose inside is the input: its message is what the other cipher takes for header, length and tail.
    let sealed = TAILLESS.encrypt([1; 16], data);
    assert_eq!(TAILLESS.decrypt(&sealed).unwrap(), data);
    let _ = CIPHER.decrypt(&sealed);
    let sealed = CIPHER.encrypt([1; 16], data);
    assert_eq!(CIPHER.decrypt(&sealed).unwrap(), data);
});
