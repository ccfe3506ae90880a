//! From the wire to an [`Event`]: one arm per event name of the platform.

use super::ParseError;
use super::event::{
    DeliveryStatus, Event, MassCounts, ScanCode, Scene, SubscriptionChoice, SubscriptionReceipt,
};
use super::message::MapPlace;
use super::wire::Part;

/// What the platform puts before the scene when somebody begins to follow by scanning.
const SCENE_PREFIX: &str = "qrscene_";

pub(super) fn read(root: Part<'_>) -> Result<Event, ParseError> {
    let mut name = root.required("Event")?;
    name.make_ascii_lowercase();
    let key = || root.text("EventKey");
    let expired_time = || root.optional_number("ExpiredTime");
    let failure = || (root.optional_number("FailTime"), root.text("FailReason"));
    Ok(match name.as_str() {
        "subscribe" => Event::Subscribe {
            scene: followed_scene(root),
            ticket: root.optional("Ticket"),
        },
        "unsubscribe" => Event::Unsubscribe,
        "scan" => Event::Scan {
            scene: Scene(key()),
            ticket: root.optional("Ticket"),
        },
        "location" => Event::Location {
            latitude: root.number("Latitude")?,
            longitude: root.number("Longitude")?,
            precision: root.number("Precision")?,
        },
        "click" => Event::Click { key: key() },
        "view" => Event::View {
            url: key(),
            menu_id: root.optional("MenuId"),
        },
        "view_miniprogram" => Event::ViewMiniprogram {
            path: key(),
            menu_id: root.optional("MenuId"),
        },
        "scancode_push" => Event::ScancodePush {
            key: key(),
            code: scan_code(root),
        },
        "scancode_waitmsg" => Event::ScancodeWaitmsg {
            key: key(),
            code: scan_code(root),
        },
        "pic_sysphoto" => Event::PicSysphoto {
            key: key(),
            picture_md5s: picture_md5s(root),
        },
        "pic_photo_or_album" => Event::PicPhotoOrAlbum {
            key: key(),
            picture_md5s: picture_md5s(root),
        },
        "pic_weixin" => Event::PicWeixin {
            key: key(),
            picture_md5s: picture_md5s(root),
        },
        "location_select" => Event::LocationSelect {
            key: key(),
            place: chosen_place(root)?,
        },
        "templatesendjobfinish" => Event::TemplateSendJobFinish {
            msg_id: sent_id(root)?,
            status: DeliveryStatus::read(&root.text("Status")),
        },
        "masssendjobfinish" => Event::MassSendJobFinish {
            msg_id: sent_id(root)?,
            status: root.text("Status"),
            counts: mass_counts(root),
        },
        "publishjobfinish" | "freepublishjobfinish" => published(root)?,
        "subscribe_msg_popup_event" => Event::SubscribeMsgPopup {
            choices: choices(root, "SubscribeMsgPopupEvent"),
        },
        "subscribe_msg_change_event" => Event::SubscribeMsgChange {
            choices: choices(root, "SubscribeMsgChangeEvent"),
        },
        "subscribe_msg_sent_event" => Event::SubscribeMsgSent {
            receipts: receipts(root),
        },
        "user_info_modified" => Event::UserInfoModified {
            openid: openid(root)?,
            union_id: union_id(root),
        },
        "user_authorization_revoke" => Event::UserAuthorizationRevoke {
            openid: openid(root)?,
            revoke_info: root.text("RevokeInfo"),
        },
        "user_authorization_cancellation" => Event::UserAuthorizationCancellation {
            openid: openid(root)?,
        },
        "kf_create_session" => Event::KfCreateSession {
            account: root.text("KfAccount"),
        },
        "kf_close_session" => Event::KfCloseSession {
            account: root.text("KfAccount"),
            close_type: root.optional("CloseType"),
        },
        "kf_switch_session" => Event::KfSwitchSession {
            from: root.text("FromKfAccount"),
            to: root.text("ToKfAccount"),
        },
        "poi_check_notify" => Event::PoiCheckNotify {
            poi_id: root.text("PoiId"),
            own_id: root.optional("UniqId"),
            result: root.text("Result"),
            message: root.text("Msg"),
        },
        "qualification_verify_success" => Event::QualificationVerifySuccess {
            expired_time: expired_time(),
        },
        "qualification_verify_fail" => {
            let (fail_time, reason) = failure();
            Event::QualificationVerifyFail { fail_time, reason }
        }
        "naming_verify_success" => Event::NamingVerifySuccess {
            expired_time: expired_time(),
        },
        "naming_verify_fail" => {
            let (fail_time, reason) = failure();
            Event::NamingVerifyFail { fail_time, reason }
        }
        "annual_renew" => Event::AnnualRenew {
            expired_time: expired_time(),
        },
        "verify_expired" => Event::VerifyExpired {
            expired_time: expired_time(),
        },
        "user_enter_tempsession" => Event::UserEnterTempsession {
            session_from: root.text("SessionFrom"),
        },
        "guide_qrcode_scan_event" => Event::GuideQrcodeScan,
        "guide_invite_result_event" => Event::GuideInviteResult,
        _ => Event::Unknown { event: name },
    })
}

/// Other keys (`last_trade_no_…` after a payment, `scanbarcode|…` from a product) are an ordinary follow.
fn followed_scene(root: Part<'_>) -> Option<Scene> {
    let key = root.optional("EventKey")?;
    key.strip_prefix(SCENE_PREFIX)
        .map(|scene| Scene(scene.to_owned()))
}

fn scan_code(root: Part<'_>) -> ScanCode {
    root.part("ScanCodeInfo")
        .map(|info| ScanCode {
            kind: info.text("ScanType"),
            result: info.text("ScanResult"),
        })
        .unwrap_or_default()
}

fn picture_md5s(root: Part<'_>) -> Vec<String> {
    let list = root
        .part("SendPicsInfo")
        .and_then(|info| info.part("PicList"));
    list.map(|list| {
        list.parts("item")
            .filter_map(|item| item.optional("PicMd5Sum"))
            .collect()
    })
    .unwrap_or_default()
}

fn chosen_place(root: Part<'_>) -> Result<MapPlace, ParseError> {
    MapPlace::read(
        root.part("SendLocationInfo")
            .ok_or(ParseError::Field("SendLocationInfo"))?,
    )
}

/// The id of the message that we sent; the capital D is the platform's.
fn sent_id(root: Part<'_>) -> Result<String, ParseError> {
    root.required("MsgID")
        .or_else(|error| root.optional("MsgId").ok_or(error))
}

fn mass_counts(root: Part<'_>) -> MassCounts {
    MassCounts {
        total: root.optional_number("TotalCount"),
        filtered: root.optional_number("FilterCount"),
        sent: root.optional_number("SentCount"),
        errors: root.optional_number("ErrorCount"),
    }
}

fn published(root: Part<'_>) -> Result<Event, ParseError> {
    let info = root
        .part("PublishEventInfo")
        .ok_or(ParseError::Field("PublishEventInfo"))?;
    Ok(Event::PublishJobFinish {
        publish_id: info.text("publish_id"),
        publish_status: info.text("publish_status"),
        article_id: info.optional("article_id"),
    })
}

/// `List` is repeated, without an element around the repetition.
fn choices(root: Part<'_>, group: &'static str) -> Vec<SubscriptionChoice> {
    let choice = |list: Part<'_>| SubscriptionChoice {
        template_id: list.text("TemplateId"),
        status: list.text("SubscribeStatusString"),
        popup_scene: list.optional("PopupScene"),
    };
    root.part(group)
        .map(|group| group.parts("List").map(choice).collect())
        .unwrap_or_default()
}

fn receipts(root: Part<'_>) -> Vec<SubscriptionReceipt> {
    let receipt = |list: Part<'_>| SubscriptionReceipt {
        template_id: list.text("TemplateId"),
        msg_id: list.text("MsgID"),
        error_code: list.optional_number("ErrorCode").unwrap_or_default(),
        error_status: list.text("ErrorStatus"),
    };
    let group = root.part("SubscribeMsgSentEvent");
    group
        .map(|group| group.parts("List").map(receipt).collect())
        .unwrap_or_default()
}

/// Documented as `OpenID`, also seen in lower case.
fn openid(root: Part<'_>) -> Result<String, ParseError> {
    root.required("OpenID")
        .or_else(|error| root.optional("openid").ok_or(error))
}

fn union_id(root: Part<'_>) -> Option<String> {
    root.optional("UnionID")
        .or_else(|| root.optional("unionid"))
}
