//! A page of text under headings: the agreement of a registration.

use askama::Template;

use crate::domain::registration::AGREEMENT_VERSION;
use crate::web::h5::layout::{Frame, Layout, Link};
use crate::web::h5::paths;

/// The page.
#[derive(Debug, Template)]
#[template(path = "h5/text.html")]
pub struct TextPage {
    /// The frame.
    pub layout: Layout,
    /// First heading.
    pub heading: &'static str,
    /// Which version it is.
    pub version: &'static str,
    /// Headings and their paragraphs.
    pub parts: Vec<(&'static str, Vec<&'static str>)>,
    /// The way back.
    pub back: Link,
}

impl TextPage {
    /// What a lawyer agrees to. Whoever changes a word of it raises [`AGREEMENT_VERSION`].
    pub fn agreement(frame: Frame<'_>) -> Self {
        Self {
            layout: frame.titled("用户协议"),
            heading: "律师注册用户协议和个人信息处理说明",
            version: AGREEMENT_VERSION,
            parts: vec![
                (
                    "您注册以后",
                    vec![
                        "您选择的检察院会审核您的注册信息，预计3个工作日内完成。审核通过以后，您可以申请绑定案件、查看案件进展、预约阅卷等。",
                        "请您如实填写，妥善保管密码，不要把账号交给别人使用。您通过本服务看到的案件信息，请依法保密。",
                    ],
                ),
                (
                    "我们收集哪些信息",
                    vec![
                        "姓名、性别、手机、邮箱、身份证号、律师执业证号、执业机构，以及身份证和律师执业证的图片。",
                        "其中身份证号和证件图片是敏感个人信息，只用来核对您的律师身份，需要您单独同意。不同意就不能审核，但您仍然可以查看公开的案件信息。",
                    ],
                ),
                (
                    "我们怎样保存",
                    vec![
                        "以上信息加密保存。证件图片只有您本人和审核您的检察院的案件管理人员可以查看，图片上会显示查看人和查看时间。",
                        "没有提交的文件48小时后自动删除；审核没有通过的材料，在规定的天数后删除。",
                    ],
                ),
                (
                    "您的权利",
                    vec![
                        "您可以在“个人中心”查看和修改注册信息，也可以拨打12309，要求更正、导出或者删除您的信息，或者撤回同意。",
                    ],
                ),
            ],
            back: Link::new("返回注册", paths::REGISTER),
        }
    }
}
