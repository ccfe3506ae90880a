//! What can happen at an account. The names are the platform's, without regard to case.
//!
//! Texts are as sent unless a type says otherwise; ids are text because the platform promises no shape for them.

use super::message::MapPlace;

/// An event. Card, shop, invoice and device events are [`Event::Unknown`]: nothing here uses them.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the platform's elements, explained by their types and on its pages"
)]
pub enum Event {
    /// Somebody follows; with a scene when it was by a parametric QR code.
    Subscribe {
        scene: Option<Scene>,
        ticket: Option<String>,
    },
    /// Somebody no longer follows. All data of that follower is to be deleted; no reply is possible.
    Unsubscribe,
    /// A follower scanned one of our parametric QR codes.
    Scan {
        scene: Scene,
        ticket: Option<String>,
    },
    /// Where the follower is, if both sides agreed to tell; degrees and metres.
    Location {
        latitude: f64,
        longitude: f64,
        precision: f64,
    },
    /// A tap on a menu entry of type `click`.
    Click { key: String },
    /// A tap on a menu entry that opens a page.
    View {
        url: String,
        menu_id: Option<String>,
    },
    /// A tap on a menu entry that opens a mini-program.
    ViewMiniprogram {
        path: String,
        menu_id: Option<String>,
    },
    /// A code was scanned from the menu.
    ScancodePush { key: String, code: ScanCode },
    /// A code was scanned from the menu and the follower is shown that we are thinking.
    ScancodeWaitmsg { key: String, code: ScanCode },
    /// Pictures were taken from the menu; they follow as messages of their own.
    PicSysphoto {
        key: String,
        picture_md5s: Vec<String>,
    },
    /// Pictures were taken or chosen from the menu.
    PicPhotoOrAlbum {
        key: String,
        picture_md5s: Vec<String>,
    },
    /// Pictures were chosen from the menu.
    PicWeixin {
        key: String,
        picture_md5s: Vec<String>,
    },
    /// A place was chosen from the menu.
    LocationSelect { key: String, place: MapPlace },
    /// `TEMPLATESENDJOBFINISH`: what became of a template message; `msg_id` is what sending it returned.
    TemplateSendJobFinish {
        msg_id: String,
        status: DeliveryStatus,
    },
    /// `MASSSENDJOBFINISH`: what became of a mass message.
    MassSendJobFinish {
        msg_id: String,
        status: String,
        counts: MassCounts,
    },
    /// `PUBLISHJOBFINISH`, also seen as `FREEPUBLISHJOBFINISH`.
    PublishJobFinish {
        publish_id: String,
        publish_status: String,
        article_id: Option<String>,
    },
    /// The follower answered the dialogue of a subscription notice.
    SubscribeMsgPopup { choices: Vec<SubscriptionChoice> },
    /// The follower changed a subscription in the account's settings; only refusals are told.
    SubscribeMsgChange { choices: Vec<SubscriptionChoice> },
    /// What became of a subscription notice.
    SubscribeMsgSent { receipts: Vec<SubscriptionReceipt> },
    /// Somebody who authorised our pages changed the profile.
    UserInfoModified {
        openid: String,
        union_id: Option<String>,
    },
    /// Somebody withdrew an authorisation; `revoke_info` is an opaque code.
    UserAuthorizationRevoke { openid: String, revoke_info: String },
    /// Somebody closed the WeChat account. To be treated like [`Event::Unsubscribe`].
    UserAuthorizationCancellation { openid: String },
    /// An agent took over the conversation.
    KfCreateSession { account: String },
    /// An agent ended the conversation.
    KfCloseSession {
        account: String,
        close_type: Option<String>,
    },
    /// An agent handed the conversation on.
    KfSwitchSession { from: String, to: String },
    /// A shop's data was checked.
    PoiCheckNotify {
        poi_id: String,
        own_id: Option<String>,
        result: String,
        message: String,
    },
    /// The account's qualification was verified; seconds since 1970.
    QualificationVerifySuccess { expired_time: Option<i64> },
    /// The account's qualification was refused.
    QualificationVerifyFail {
        fail_time: Option<i64>,
        reason: String,
    },
    /// The account's name was verified.
    NamingVerifySuccess { expired_time: Option<i64> },
    /// The account's name was refused.
    NamingVerifyFail {
        fail_time: Option<i64>,
        reason: String,
    },
    /// The yearly verification is due.
    AnnualRenew { expired_time: Option<i64> },
    /// The verification has run out: template messages and page authorisation stop working.
    VerifyExpired { expired_time: Option<i64> },
    /// Somebody opened a temporary conversation.
    UserEnterTempsession { session_from: String },
    /// A code of the assistant product was scanned.
    GuideQrcodeScan,
    /// An invitation of the assistant product was answered.
    GuideInviteResult,
    /// An event that is not known here; its name in lower case.
    Unknown { event: String },
}

/// What a parametric QR code carries: a number or a text of our own choice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scene(pub String);

/// The result of scanning a code from the menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanCode {
    /// `qrcode` or `barcode`.
    pub kind: String,
    /// What the code says.
    pub result: String,
}

/// What became of a template message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// Delivered.
    Success,
    /// The follower refuses messages of the account.
    UserBlocked,
    /// The platform failed.
    SystemFailed,
    /// Something undocumented, as sent.
    Other(String),
}

/// How many received a mass message; `None` where the platform did not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MassCounts {
    /// In the group, or followers.
    pub total: Option<u64>,
    /// Left after filtering; the number meant to receive it.
    pub filtered: Option<u64>,
    /// Received.
    pub sent: Option<u64>,
    /// Failed.
    pub errors: Option<u64>,
}

/// A follower's answer to one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionChoice {
    /// The notice's template.
    pub template_id: String,
    /// `accept` or `reject`.
    pub status: String,
    /// 1 for a page, 2 for an article; others are undocumented.
    pub popup_scene: Option<String>,
}

/// What became of one subscription notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionReceipt {
    /// The notice's template.
    pub template_id: String,
    /// What sending it returned.
    pub msg_id: String,
    /// 0 when delivered.
    pub error_code: i64,
    /// In words.
    pub error_status: String,
}

impl Scene {
    /// The scene as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DeliveryStatus {
    /// Reads `Status`. The platform puts a space into one of its two failures, so spaces do not count.
    pub(super) fn read(text: &str) -> Self {
        let squeezed: String = text.chars().filter(|char| !char.is_whitespace()).collect();
        match squeezed.to_ascii_lowercase().as_str() {
            "success" => Self::Success,
            status if status.starts_with("failed:userblock") => Self::UserBlocked,
            status if status.starts_with("failed:system") => Self::SystemFailed,
            _ => Self::Other(text.to_owned()),
        }
    }
}

impl Event {
    /// Whether the follower would see a reply. The platform says that some events can be answered, but not which.
    pub fn is_answerable(&self) -> bool {
        matches!(
            self,
            Self::Subscribe { .. }
                | Self::Scan { .. }
                | Self::Location { .. }
                | Self::Click { .. }
                | Self::ScancodeWaitmsg { .. }
                | Self::PicSysphoto { .. }
                | Self::PicPhotoOrAlbum { .. }
                | Self::PicWeixin { .. }
                | Self::LocationSelect { .. }
        )
    }
}
