//! A plaintext that passed the door: it is read or refused, and what was read can be answered and read again.
#![no_main]

use jianxin_fuzz::wechat::{Inbound, Message, Reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(inbound) = Inbound::parse(data) {
        let _ = inbound.is_answerable();
        assert!(!inbound.to_user.contains('\0') && !inbound.from_user.contains('\0'));
        if let Message::Text { content, .. } = inbound.message {
            comes_back(&content, &inbound.from_user, &inbound.to_user);
        }
    }
    comes_back(&String::from_utf8_lossy(data), "oFan", "gh_ours");
});

/// A text that is written into a reply is read again as it was, but for what XML forbids.
fn comes_back(text: &str, to: &str, from: &str) {
    let Some(xml) = Reply::Text(text.to_owned()).to_xml(to, from, 1_700_000_000) else {
        return;
    };
    let read = Inbound::parse(xml.as_bytes()).unwrap();
    let Message::Text { content, .. } = read.message else {
        panic!("a text became something else");
    };
    let forbidden = |char: &char| matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let expected: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| !forbidden(c))
        .collect();
    assert_eq!(content, expected);
}
