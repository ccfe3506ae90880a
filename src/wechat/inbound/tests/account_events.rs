//! Events that no follower causes in the conversation, and that are never answered.

use super::events::{event, text};
use super::*;

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
