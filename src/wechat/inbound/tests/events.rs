use super::*;

pub(super) fn event(name: &str, rest: &str) -> (Event, bool) {
    let inbound = parse("event", &format!("<Event><![CDATA[{name}]]></Event>{rest}"));
    let answerable = inbound.is_answerable();
    match inbound.message {
        Message::Event(event) => (event, answerable),
        other => panic!("{other:?}"),
    }
}

pub(super) fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn following_knows_a_scene_only_from_its_prefix() {
    let scene = |key: &str| match event(
        "subscribe",
        &format!("<EventKey><![CDATA[{key}]]></EventKey>"),
    ) {
        (Event::Subscribe { scene, .. }, true) => scene.map(|scene| scene.0),
        other => panic!("{other:?}"),
    };
    assert_eq!(scene("qrscene_123"), Some(text("123")));
    assert_eq!(scene("qrscene_qrscene_a"), Some(text("qrscene_a")));
    assert_eq!(scene(""), None);
    assert_eq!(scene("last_trade_no_4000"), None);
    assert_eq!(scene("scanbarcode|EAN_13"), None);
    let (with_ticket, _) = event(
        "subscribe",
        "<EventKey>qrscene_1</EventKey><Ticket>T</Ticket>",
    );
    assert_eq!(
        with_ticket,
        Event::Subscribe {
            scene: Some(Scene(text("1"))),
            ticket: Some(text("T"))
        }
    );
}

#[test]
fn events_of_the_menu_carry_their_key() {
    let key = || text("K");
    let code = || ScanCode {
        kind: text("qrcode"),
        result: text("1"),
    };
    let scan = "<EventKey>K</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>";
    let pictures = "<EventKey>K</EventKey><SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum>\
                    </item><item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>";
    let place = "<EventKey>K</EventKey><SendLocationInfo><Location_X>1.5</Location_X><Location_Y>2</Location_Y>\
                 <Scale>16</Scale><Label>L</Label><Poiname></Poiname></SendLocationInfo>";
    let md5s = || vec![text("a"), text("b")];
    let chosen = MapPlace {
        latitude: 1.5,
        longitude: 2.0,
        scale: Some(text("16")),
        label: text("L"),
        poi_name: None,
    };
    let menu_id = "<EventKey>K</EventKey><MenuId>7</MenuId>";
    for (name, rest, expected, answerable) in [
        (
            "CLICK",
            "<EventKey>K</EventKey>",
            Event::Click { key: key() },
            true,
        ),
        (
            "VIEW",
            menu_id,
            Event::View {
                url: key(),
                menu_id: Some(text("7")),
            },
            false,
        ),
        (
            "view_miniprogram",
            menu_id,
            Event::ViewMiniprogram {
                path: key(),
                menu_id: Some(text("7")),
            },
            false,
        ),
        (
            "scancode_push",
            scan,
            Event::ScancodePush {
                key: key(),
                code: code(),
            },
            false,
        ),
        (
            "scancode_waitmsg",
            scan,
            Event::ScancodeWaitmsg {
                key: key(),
                code: code(),
            },
            true,
        ),
        (
            "pic_sysphoto",
            pictures,
            Event::PicSysphoto {
                key: key(),
                picture_md5s: md5s(),
            },
            true,
        ),
        (
            "pic_photo_or_album",
            pictures,
            Event::PicPhotoOrAlbum {
                key: key(),
                picture_md5s: md5s(),
            },
            true,
        ),
        (
            "pic_weixin",
            pictures,
            Event::PicWeixin {
                key: key(),
                picture_md5s: md5s(),
            },
            true,
        ),
        (
            "location_select",
            place,
            Event::LocationSelect {
                key: key(),
                place: chosen,
            },
            true,
        ),
    ] {
        assert_eq!(event(name, rest), (expected, answerable), "{name}");
    }
}

#[test]
fn events_of_the_follower_are_read() {
    let scan = Event::Scan {
        scene: Scene(text("42")),
        ticket: Some(text("T")),
    };
    assert_eq!(
        event("SCAN", "<EventKey>42</EventKey><Ticket>T</Ticket>"),
        (scan, true)
    );
    assert_eq!(
        event("unsubscribe", "<EventKey>last_trade_no_1</EventKey>"),
        (Event::Unsubscribe, false)
    );
    let rest = "<Latitude>23.137466</Latitude><Longitude>113.352425</Longitude><Precision>119.385040</Precision>";
    let location = Event::Location {
        latitude: 23.137466,
        longitude: 113.352425,
        precision: 119.38504,
    };
    assert_eq!(event("LOCATION", rest), (location, true));
}

#[test]
fn a_receipt_names_the_message_and_its_fate_despite_the_irregular_spaces() {
    for (status, expected) in [
        ("success", DeliveryStatus::Success),
        ("failed:user block", DeliveryStatus::UserBlocked),
        ("failed: user block", DeliveryStatus::UserBlocked),
        ("failed: system failed", DeliveryStatus::SystemFailed),
        ("failed:system failed", DeliveryStatus::SystemFailed),
        (
            "something new",
            DeliveryStatus::Other(text("something new")),
        ),
    ] {
        let rest = format!("<MsgID>200163836</MsgID><Status><![CDATA[{status}]]></Status>");
        let receipt = Event::TemplateSendJobFinish {
            msg_id: text("200163836"),
            status: expected,
        };
        assert_eq!(event("TEMPLATESENDJOBFINISH", &rest), (receipt, false));
    }
    let nameless = message(
        "event",
        "<Event>TEMPLATESENDJOBFINISH</Event><Status>success</Status>",
    );
    assert_eq!(
        Inbound::parse(nameless.as_bytes()).err(),
        Some(ParseError::Field("MsgID"))
    );
}

#[test]
fn an_event_without_a_name_is_an_error() {
    let body = message("event", "<EventKey>K</EventKey>");
    assert_eq!(
        Inbound::parse(body.as_bytes()).err(),
        Some(ParseError::Field("Event"))
    );
}
