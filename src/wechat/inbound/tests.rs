use super::*;

mod account_events;
mod events;
mod evil;

/// A message of the given kind with the elements that every message has.
fn message(msg_type: &str, rest: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_ours]]></ToUserName>\n<FromUserName><![CDATA[oFan]]></FromUserName>\n\
         <CreateTime>1700000000</CreateTime>\n<MsgType><![CDATA[{msg_type}]]></MsgType>\n{rest}\n</xml>"
    )
}

fn parse(msg_type: &str, rest: &str) -> Inbound {
    Inbound::parse(message(msg_type, rest).as_bytes()).unwrap()
}

fn content(rest: &str) -> String {
    match parse("text", rest).message {
        Message::Text { content, .. } => content,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_message_is_read_with_its_envelope() {
    let rest = "<Content><![CDATA[zyaj_长沙]]></Content><MsgId>1234567890123456</MsgId>";
    let inbound = parse("text", rest);
    assert_eq!(inbound.to_user, "gh_ours");
    assert_eq!(inbound.from_user, "oFan");
    assert_eq!(inbound.create_time, 1_700_000_000);
    assert_eq!(inbound.msg_id.as_deref(), Some("1234567890123456"));
    let expected = Message::Text {
        content: "zyaj_长沙".to_owned(),
        biz_menu_id: None,
    };
    assert_eq!(inbound.message, expected);
    assert!(inbound.is_answerable());
}

#[test]
fn a_tap_on_a_message_menu_carries_its_id() {
    let inbound = parse(
        "text",
        "<Content>满意</Content><bizmsgmenuid>101</bizmsgmenuid>",
    );
    let expected = Message::Text {
        content: "满意".to_owned(),
        biz_menu_id: Some("101".to_owned()),
    };
    assert_eq!(inbound.message, expected);
}

#[test]
fn a_message_id_is_text_of_any_length() {
    let long = "9".repeat(60);
    for id in [
        "9223372036854775807",
        "18446744073709551616",
        "not-a-number",
        &long,
    ] {
        assert_eq!(
            parse("text", &format!("<MsgId>{id}</MsgId>"))
                .msg_id
                .as_deref(),
            Some(id)
        );
    }
    assert_eq!(parse("text", "<MsgId></MsgId>").msg_id, None);
    assert_eq!(parse("text", "").msg_id, None);
}

#[test]
fn every_other_kind_of_message_is_read() {
    let text = str::to_owned;
    let cases = [
        (
            "image",
            "<PicUrl>u</PicUrl><MediaId>m</MediaId>",
            Message::Image {
                pic_url: text("u"),
                media_id: text("m"),
            },
        ),
        (
            "voice",
            "<MediaId>m</MediaId><Format>amr</Format><MediaId16K>k</MediaId16K><Recognition></Recognition>",
            Message::Voice {
                media_id: text("m"),
                format: text("amr"),
                media_id_16k: Some(text("k")),
                recognition: None,
            },
        ),
        (
            "video",
            "<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>",
            Message::Video {
                media_id: text("m"),
                thumb_media_id: text("t"),
            },
        ),
        (
            "shortvideo",
            "<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>",
            Message::ShortVideo {
                media_id: text("m"),
                thumb_media_id: text("t"),
            },
        ),
        (
            "location",
            "<Location_X>28.2</Location_X><Location_Y>112.9</Location_Y><Scale>20</Scale><Label>长沙</Label>",
            Message::Location(MapPlace {
                latitude: 28.2,
                longitude: 112.9,
                scale: Some(text("20")),
                label: text("长沙"),
                poi_name: None,
            }),
        ),
        (
            "link",
            "<Title>t</Title><Description>d</Description><Url>u</Url>",
            Message::Link {
                title: text("t"),
                description: text("d"),
                url: text("u"),
            },
        ),
        (
            "miniprogrampage",
            "<Title>t</Title>",
            Message::Unknown {
                msg_type: text("miniprogrampage"),
            },
        ),
    ];
    for (msg_type, rest, expected) in cases {
        let inbound = parse(msg_type, &format!("{rest}<MsgId>1</MsgId>"));
        assert_eq!(inbound.message, expected);
        assert!(inbound.is_answerable(), "{msg_type}");
    }
}

#[test]
fn the_kind_is_read_without_regard_to_case_and_white_space() {
    let inbound = parse(" Text\n", "<Content> as typed </Content>");
    let expected = Message::Text {
        content: " as typed ".to_owned(),
        biz_menu_id: None,
    };
    assert_eq!(inbound.message, expected);
}

#[test]
fn control_characters_of_a_followers_text_are_left_out() {
    assert_eq!(
        content("<Content><![CDATA[a\u{1d}b\0c\u{2}\r\nd]]></Content>"),
        "abc\nd"
    );
}

#[test]
fn invalid_utf8_is_replaced() {
    let mut body = message("text", "<Content><![CDATA[a?b]]></Content>").into_bytes();
    let place = body.iter().position(|byte| *byte == b'?').unwrap();
    body[place] = 0xff;
    let expected = Message::Text {
        content: "a\u{fffd}b".to_owned(),
        biz_menu_id: None,
    };
    assert_eq!(Inbound::parse(&body).unwrap().message, expected);
}

#[test]
fn a_message_without_its_envelope_is_an_error_that_names_the_element() {
    for (missing, name) in [
        ("<ToUserName><![CDATA[gh_ours]]></ToUserName>", "ToUserName"),
        (
            "<FromUserName><![CDATA[oFan]]></FromUserName>",
            "FromUserName",
        ),
        ("<CreateTime>1700000000</CreateTime>", "CreateTime"),
        ("<MsgType><![CDATA[text]]></MsgType>", "MsgType"),
    ] {
        let body = message("text", "").replace(missing, "");
        assert_eq!(
            Inbound::parse(body.as_bytes()).err(),
            Some(ParseError::Field(name))
        );
        let empty = message("text", "").replace(missing, &format!("<{name}> </{name}>"));
        assert_eq!(
            Inbound::parse(empty.as_bytes()).err(),
            Some(ParseError::Field(name))
        );
    }
    let late = message("text", "").replace("1700000000", "yesterday");
    assert_eq!(
        Inbound::parse(late.as_bytes()).err(),
        Some(ParseError::Field("CreateTime"))
    );
}

#[test]
fn a_create_time_may_lie_beyond_2038() {
    let body = message("text", "").replace("1700000000", "4102444800");
    assert_eq!(
        Inbound::parse(body.as_bytes()).unwrap().create_time,
        4_102_444_800
    );
}

#[test]
fn debug_shows_neither_the_follower_nor_the_content() {
    let shown = format!("{:?}", parse("text", "<Content>秘密</Content>"));
    assert!(
        !shown.contains("oFan") && !shown.contains("秘密"),
        "{shown}"
    );
}
