use super::*;

fn event(name: &str, rest: &str) -> (Event, bool) {
    let inbound = parse("event", &format!("<Event><![CDATA[{name}]]></Event>{rest}"));
    let answerable = inbound.is_answerable();
    match inbound.message {
        Message::Event(event) => (event, answerable),
        other => panic!("{other:?}"),
    }
}

fn text(text: &str) -> String {
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
fn mass_messages_and_publications_report_their_end() {
    let rest = "<MsgID>1</MsgID><Status>send success</Status><TotalCount>100</TotalCount>\
                <FilterCount>80</FilterCount><SentCount>75</SentCount><ErrorCount>5</ErrorCount>\
                <CopyrightCheckResult><Count>1</Count></CopyrightCheckResult>";
    let counts = MassCounts {
        total: Some(100),
        filtered: Some(80),
        sent: Some(75),
        errors: Some(5),
    };
    let finished = Event::MassSendJobFinish {
        msg_id: text("1"),
        status: text("send success"),
        counts,
    };
    assert_eq!(event("MASSSENDJOBFINISH", rest), (finished, false));

    let rest = "<PublishEventInfo><publish_id>9</publish_id><publish_status>0</publish_status>\
                <article_id>a</article_id></PublishEventInfo>";
    for name in ["PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH"] {
        let finished = Event::PublishJobFinish {
            publish_id: text("9"),
            publish_status: text("0"),
            article_id: Some(text("a")),
        };
        assert_eq!(event(name, rest), (finished, false));
    }
}

#[test]
fn subscription_events_repeat_their_list() {
    let list = |id: &str| {
        format!(
            "<List><TemplateId>{id}</TemplateId><SubscribeStatusString>accept</SubscribeStatusString>\
                 <PopupScene>2</PopupScene></List>"
        )
    };
    let choice = |id: &str| SubscriptionChoice {
        template_id: text(id),
        status: text("accept"),
        popup_scene: Some(text("2")),
    };
    let popup = format!(
        "<SubscribeMsgPopupEvent>{}{}</SubscribeMsgPopupEvent>",
        list("a"),
        list("b")
    );
    let expected = Event::SubscribeMsgPopup {
        choices: vec![choice("a"), choice("b")],
    };
    assert_eq!(
        event("subscribe_msg_popup_event", &popup),
        (expected, false)
    );

    let change = format!(
        "<SubscribeMsgChangeEvent>{}</SubscribeMsgChangeEvent>",
        list("a")
    );
    let expected = Event::SubscribeMsgChange {
        choices: vec![choice("a")],
    };
    assert_eq!(
        event("subscribe_msg_change_event", &change),
        (expected, false)
    );

    let sent = "<SubscribeMsgSentEvent><List><TemplateId>a</TemplateId><MsgID>1</MsgID><ErrorCode>0</ErrorCode>\
                <ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>";
    let receipt = SubscriptionReceipt {
        template_id: text("a"),
        msg_id: text("1"),
        error_code: 0,
        error_status: text("success"),
    };
    assert_eq!(
        event("subscribe_msg_sent_event", sent),
        (
            Event::SubscribeMsgSent {
                receipts: vec![receipt]
            },
            false
        )
    );
}

#[test]
fn events_of_authorisation_accept_both_spellings() {
    for (openid, unionid) in [("OpenID", "UnionID"), ("openid", "unionid")] {
        let rest =
            format!("<{openid}>o1</{openid}><{unionid}>u1</{unionid}><RevokeInfo>301</RevokeInfo>");
        let modified = Event::UserInfoModified {
            openid: text("o1"),
            union_id: Some(text("u1")),
        };
        assert_eq!(event("user_info_modified", &rest), (modified, false));
        let revoked = Event::UserAuthorizationRevoke {
            openid: text("o1"),
            revoke_info: text("301"),
        };
        assert_eq!(event("user_authorization_revoke", &rest), (revoked, false));
        let cancelled = Event::UserAuthorizationCancellation { openid: text("o1") };
        assert_eq!(
            event("user_authorization_cancellation", &rest),
            (cancelled, false)
        );
    }
}

#[test]
fn events_of_agents_and_of_the_account_are_read_and_never_answered() {
    let time = "<ExpiredTime>1442401156</ExpiredTime>";
    let failure = "<FailTime>1442401122</FailTime><FailReason>by time</FailReason>";
    let (expired_time, fail_time, reason) =
        (Some(1_442_401_156), Some(1_442_401_122), text("by time"));
    for (name, rest, expected) in [
        (
            "kf_create_session",
            "<KfAccount>a</KfAccount>",
            Event::KfCreateSession { account: text("a") },
        ),
        (
            "kf_close_session",
            "<KfAccount>a</KfAccount>",
            Event::KfCloseSession {
                account: text("a"),
                close_type: None,
            },
        ),
        (
            "kf_switch_session",
            "<FromKfAccount>a</FromKfAccount><ToKfAccount>b</ToKfAccount>",
            Event::KfSwitchSession {
                from: text("a"),
                to: text("b"),
            },
        ),
        (
            "poi_check_notify",
            "<UniqId>u</UniqId><PoiId>p</PoiId><Result>fail</Result><Msg>m</Msg>",
            Event::PoiCheckNotify {
                poi_id: text("p"),
                own_id: Some(text("u")),
                result: text("fail"),
                message: text("m"),
            },
        ),
        (
            "qualification_verify_success",
            time,
            Event::QualificationVerifySuccess { expired_time },
        ),
        (
            "qualification_verify_fail",
            failure,
            Event::QualificationVerifyFail {
                fail_time,
                reason: reason.clone(),
            },
        ),
        (
            "naming_verify_success",
            time,
            Event::NamingVerifySuccess { expired_time },
        ),
        (
            "naming_verify_fail",
            failure,
            Event::NamingVerifyFail { fail_time, reason },
        ),
        ("annual_renew", time, Event::AnnualRenew { expired_time }),
        (
            "verify_expired",
            time,
            Event::VerifyExpired { expired_time },
        ),
        (
            "user_enter_tempsession",
            "<SessionFrom>s</SessionFrom>",
            Event::UserEnterTempsession {
                session_from: text("s"),
            },
        ),
        ("guide_qrcode_scan_event", "", Event::GuideQrcodeScan),
        ("guide_invite_result_event", "", Event::GuideInviteResult),
        (
            "User_Get_Card",
            "",
            Event::Unknown {
                event: text("user_get_card"),
            },
        ),
    ] {
        assert_eq!(event(name, rest), (expected, false), "{name}");
    }
}

#[test]
fn an_event_without_a_name_is_an_error() {
    let body = message("event", "<EventKey>K</EventKey>");
    assert_eq!(
        Inbound::parse(body.as_bytes()).err(),
        Some(ParseError::Field("Event"))
    );
}
