//! Pages that carry one message and a way on: errors, a withdrawn publication, 请在微信中打开, 使用完整服务.
//!
//! Each says first what to do, then what happened (look.md); none shows an internal cause. An error page may carry a
//! reference number under which the log has the cause.

use askama::Template;

use crate::domain::publication::PublicationKind;
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout, Link};
use crate::web::h5::list_address::ListAddress;
use crate::web::h5::paths;

/// Which drawing stands above the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Something to know.
    Info,
    /// It is done.
    Done,
    /// Something to wait for.
    Wait,
    /// Something that did not work.
    Problem,
}

/// A page with one message.
#[derive(Debug, Template)]
#[template(path = "h5/message.html")]
pub struct MessagePage {
    /// The frame.
    pub layout: Layout,
    /// The drawing.
    pub sign: Sign,
    /// One line.
    pub heading: String,
    /// Complete sentences, one paragraph each.
    pub sentences: Vec<String>,
    /// Numbered steps, when there is something to do outside this page.
    pub steps: Vec<String>,
    /// The one way on.
    pub action: Option<Link>,
    /// One more way.
    pub second: Option<Link>,
    /// A number to give on the telephone; the log has it beside the cause.
    pub reference: Option<String>,
}

impl MessagePage {
    /// 400: the address or the form makes no sense.
    pub fn bad_request(frame: Frame<'_>) -> Self {
        Self::new(frame, "无法打开", Sign::Problem, "这个地址不完整")
            .saying("请您返回首页，从那里重新进入。")
            .saying("可能是地址在转发时少了一部分。")
            .leading_to(home())
    }

    /// 400 or 413 after a POST: what came cannot be read.
    pub fn bad_form(frame: Frame<'_>) -> Self {
        Self::new(frame, "没有提交", Sign::Problem, "没有收到完整的内容")
            .saying("请您返回刚才的页面，检查以后再提交一次。")
            .saying("可能是网络中断，也可能内容太大。")
            .leading_to(home())
    }

    /// 403 after a POST: the form was too old, or not ours.
    pub fn form_expired(frame: Frame<'_>, again: Link) -> Self {
        Self::new(frame, "请重新操作", Sign::Wait, "请您再操作一次")
            .saying("这个页面打开的时间太久，为了您的安全，刚才的操作没有生效。")
            .leading_to(again)
            .or_to(home())
    }

    /// 404: nothing has this address.
    pub fn not_found(frame: Frame<'_>) -> Self {
        Self::new(frame, "没有这个页面", Sign::Info, "没有找到这个页面")
            .saying("您可以返回首页，或者查看最新的案件信息。")
            .saying("页面可能已经移走，也可能地址有误。")
            .leading_to(home())
            .or_to(newest(PublicationKind::ImportantCase))
    }

    /// 404: the unit of a list is not in the unit table.
    pub fn unit_unknown(frame: Frame<'_>) -> Self {
        Self::new(frame, "没有这个检察院", Sign::Info, "没有找到这个检察院")
            .saying("您可以查看全国的案件信息，或者在“我的关注”中按地区查找检察院。")
            .leading_to(newest(PublicationKind::ImportantCase))
            .or_to(Link::new("按地区查找检察院", paths::FOLLOWS))
    }

    /// 410: the publication was withdrawn.
    pub fn withdrawn(frame: Frame<'_>, kind: PublicationKind) -> Self {
        Self::new(frame, "信息已撤回", Sign::Info, "该信息已撤回")
            .saying(format!(
                "发布这条信息的检察院已将它撤回，不再公开。您可以查看其他{kind}。",
                kind = kind.title()
            ))
            .leading_to(newest(kind))
            .or_to(home())
    }

    /// 500: our fault. `reference` is what the log knows the failure by.
    pub fn server_error(frame: Frame<'_>, reference: impl Into<String>) -> Self {
        let page = Self::new(frame, "暂时无法显示", Sign::Problem, "页面暂时无法显示")
            .saying("请您过几分钟再试。您刚才的操作可能没有完成，请重新打开页面查看。")
            .saying(format!(
                "如果一直这样，请拨打{HELP_PHONE}，并告诉工作人员下面的编号。"
            ))
            .leading_to(home());
        Self {
            reference: Some(reference.into()),
            ..page
        }
    }

    /// 503: the database is away or the service is starting.
    pub fn unavailable(frame: Frame<'_>) -> Self {
        Self::new(frame, "请稍后再试", Sign::Wait, "服务正在恢复")
            .saying("请您过几分钟再打开。服务暂时无法使用，我们正在恢复。")
            .saying(format!("如有急事，请拨打{HELP_PHONE}。"))
            .leading_to(Link::new("再试一次", paths::HOME))
    }

    /// A page that needs to know the follower was opened in another browser.
    pub fn open_in_wechat(frame: Frame<'_>) -> Self {
        let page = Self::new(frame, "请在微信中打开", Sign::Info, "请在微信中打开")
            .saying("这个页面需要知道是哪位关注者，只有在微信里才能使用。")
            .leading_to(newest(PublicationKind::ImportantCase))
            .or_to(home());
        let steps = [
            "打开微信，进入本公众号。",
            "点屏幕下方菜单“个性设置”。",
            "再点“我的关注”。",
        ];
        Self {
            steps: steps.map(str::to_owned).to_vec(),
            ..page
        }
    }

    /// The page behind a notice was opened in another browser.
    pub fn open_notice_in_wechat(frame: Frame<'_>) -> Self {
        let page = Self::new(frame, "请在微信中打开", Sign::Info, "请在微信中打开")
            .saying("这个页面只有收到通知的人能看，要在微信里打开。")
            .leading_to(home());
        let steps = [
            "用收到通知的微信，进入本公众号。",
            "找到那条通知。",
            "点开通知，就会显示这个页面。",
        ];
        Self {
            steps: steps.map(str::to_owned).to_vec(),
            ..page
        }
    }

    /// A page for those with an account was opened in another browser.
    pub fn open_page_in_wechat(frame: Frame<'_>) -> Self {
        let page = Self::new(frame, "请在微信中打开", Sign::Info, "请在微信中打开")
            .saying("业务办理要在微信里使用，这样我们才知道是您本人。")
            .leading_to(home());
        let steps = [
            "打开微信，进入本公众号。",
            "点屏幕下方菜单“业务办理”。",
            "在打开的页面里继续办理。",
        ];
        Self {
            steps: steps.map(str::to_owned).to_vec(),
            ..page
        }
    }

    /// WeChat shows a snapshot of the page: the follower's id is a virtual one and must not be used.
    pub fn full_service_needed(frame: Frame<'_>) -> Self {
        let page = Self::new(frame, "使用完整服务", Sign::Info, "请使用完整服务")
            .saying("您现在看到的是微信的快照页，还不能查看或修改您的关注。");
        let steps = [
            "点屏幕下方的“使用完整服务”。",
            "按微信的提示确认。",
            "页面会重新打开，您就可以继续使用了。",
        ];
        Self {
            steps: steps.map(str::to_owned).to_vec(),
            ..page
        }
        .leading_to(newest(PublicationKind::ImportantCase))
    }

    /// A page that says `heading`.
    pub fn new(frame: Frame<'_>, title: &str, sign: Sign, heading: &str) -> Self {
        Self {
            layout: frame.titled(title),
            sign,
            heading: heading.to_owned(),
            sentences: Vec::new(),
            steps: Vec::new(),
            action: None,
            second: None,
            reference: None,
        }
    }

    /// One more sentence.
    pub fn saying(mut self, sentence: impl Into<String>) -> Self {
        self.sentences.push(sentence.into());
        self
    }

    /// With a way on.
    pub fn leading_to(self, action: Link) -> Self {
        Self {
            action: Some(action),
            ..self
        }
    }

    /// With one more way.
    pub fn or_to(self, second: Link) -> Self {
        Self {
            second: Some(second),
            ..self
        }
    }
}

/// The way home.
pub fn home() -> Link {
    Link::new("返回首页", paths::HOME)
}

fn newest(kind: PublicationKind) -> Link {
    Link::new(
        format!("查看最新的{}", kind.title()),
        ListAddress::newest(kind).path(),
    )
}
