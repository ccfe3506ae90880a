//! Documents made to hurt a parser. Each is answered at once, with an error or with a harmless message.

use std::time::{Duration, Instant};

use super::*;

/// Far above what any takes, far below what a quadratic or exponential one would.
const AT_ONCE: Duration = Duration::from_millis(250);

fn swiftly(body: &[u8]) -> Result<Inbound, ParseError> {
    let start = Instant::now();
    let parsed = Inbound::parse(body);
    assert!(
        start.elapsed() < AT_ONCE,
        "{:?} for {} bytes",
        start.elapsed(),
        body.len()
    );
    parsed
}

#[test]
fn document_types_and_entities_are_refused_unread() {
    let lol = (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)));
    let laughs = format!(
        "<!DOCTYPE x [<!ENTITY l0 \"lol\">{}]>",
        lol.collect::<String>()
    );
    let documents = [
        format!("{laughs}{}", message("text", "<Content>&l9;</Content>")),
        format!(
            "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">{}",
            message("text", "")
        ),
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{}",
            message("text", "<Content>&e;</Content>")
        ),
        format!(
            "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/\">%p;]>{}",
            message("text", "")
        ),
        format!("<!doctype x>{}", message("text", "")),
        message("text", "<Content>&e;</Content>"),
        message("text", "<?xml-stylesheet href=\"http://127.0.0.1:1/\"?>"),
        message("text", "<!DOCTYPE x>"),
    ];
    for document in documents {
        assert_eq!(
            swiftly(document.as_bytes()).err(),
            Some(ParseError::Forbidden),
            "{document}"
        );
    }
}

#[test]
fn floods_of_elements_depth_and_attributes_are_refused() {
    let attributes: String = (0..10_000).map(|n| format!(" a{n}=\"v\"")).collect();
    let namespaces: String = (0..10_000).map(|n| format!(" xmlns:n{n}=\"u\"")).collect();
    for document in [
        "<a>".repeat(1_000_000),
        format!("<xml>{}", "<a>".repeat(1_000_000)),
        message("text", &"<a>".repeat(20_000)),
        message("text", &"<a/>".repeat(20_000)),
        message("text", &format!("<a{attributes}/>")),
        message("text", &format!("<a{namespaces}/>")),
        format!("<xml{attributes}></xml>"),
    ] {
        let error = swiftly(document.as_bytes()).unwrap_err();
        assert!(
            matches!(error, ParseError::TooBig | ParseError::Malformed),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_complete_document_is_malformed() {
    let whole = message("text", "<Content><![CDATA[x]]></Content>");
    for length in 0..whole.len() {
        assert_eq!(
            swiftly(&whole.as_bytes()[..length]).err(),
            Some(ParseError::Malformed),
            "cut to {length}"
        );
    }
    let utf16: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [&[0xff, 0xfe][..], &utf16].concat();
    let cdata_end = whole.replace("[x]", "[x]]>x");
    let documents: [&[u8]; 9] = [
        b"{\"ToUserName\":\"gh\",\"MsgType\":\"text\"}",
        b"[]",
        b"null",
        b"\0\0\0\0",
        b"<!--",
        b"<![CDATA[",
        b"\xff\xfe\xfd",
        &utf16,
        &with_mark,
    ];
    for document in documents {
        assert!(swiftly(document).is_err(), "{document:?}");
    }
    assert_eq!(
        swiftly(cdata_end.as_bytes()).unwrap().to_user,
        "gh_ours",
        "a stray ]]> is only text"
    );
}

#[test]
fn strange_bytes_in_a_text_make_no_error_and_are_not_kept() {
    let strange: [&[u8]; 8] = [
        b"\0",
        b"\x1d",
        b"\x02\x0b\x0c",
        b"\xc0\xaf",         // overlong
        b"\xed\xa0\x80",     // a lone surrogate
        b"\xf4\x90\x80\x80", // beyond Unicode
        b"\xef\xbf\xbe",     // U+FFFE
        b"\xe6\xb1",         // half a character
    ];
    for bytes in strange {
        let text = message("text", "<Content><![CDATA[?]]></Content>");
        let (before, after) = text.split_once('?').unwrap();
        let body = [before.as_bytes(), bytes, after.as_bytes()].concat();
        match swiftly(&body).unwrap().message {
            Message::Text { content, .. } => {
                assert!(
                    content.chars().all(|char| char == '\u{fffd}'),
                    "{bytes:?} became {content:?}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn long_texts_comments_and_names_take_no_time() {
    let long = "x".repeat(60_000);
    assert_eq!(content(&format!("<Content>{long}</Content>")), long);
    assert_eq!(
        content(&format!("<Content>{}</Content>", "&lt;".repeat(15_000))),
        "<".repeat(15_000)
    );
    assert_eq!(
        content(&format!(
            "<Content>{}</Content>",
            "<![CDATA[x]]>".repeat(5_000)
        )),
        "x".repeat(5_000)
    );
    assert!(swiftly(message("text", &"<!---->".repeat(8_000)).as_bytes()).is_ok());
    assert!(swiftly(message("text", &format!("<{long}></{long}>")).as_bytes()).is_ok());
    assert!(swiftly("<".repeat(60_000).as_bytes()).is_err());
    assert!(swiftly("&".repeat(60_000).as_bytes()).is_err());
    assert!(swiftly("]]>".repeat(20_000).as_bytes()).is_err());
}

#[test]
fn hidden_elements_do_not_speak_for_the_message() {
    let body = message(
        "text",
        "<New><FromUserName>oEvil</FromUserName><Content>no</Content></New>",
    )
    .replace("<FromUserName><![CDATA[oFan]]></FromUserName>", "");
    assert_eq!(
        swiftly(body.as_bytes()).err(),
        Some(ParseError::Field("FromUserName"))
    );
    assert_eq!(
        content("<New><Content>no</Content></New><Content>yes</Content>"),
        "yes"
    );
    assert_eq!(
        content("<!-- <Content>no</Content> --><Content>yes</Content>"),
        "yes"
    );
}
