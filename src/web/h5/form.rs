//! A page with a form. Sections of a few fields, a bar with the one button at the bottom, faults beside their fields and
//! counted at the top.

use askama::Template;

use crate::domain::role::Role;
use crate::web::h5::field::{Field, Input};
use crate::web::h5::follow_outcome::{Notice, Tone};
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout, Link};
use crate::web::h5::paths;

/// A group of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Words above it; empty: none.
    pub title: String,
    /// At most five.
    pub fields: Vec<Field>,
}

impl Section {
    /// Fields under a title.
    pub fn new(title: &str, fields: Vec<Field>) -> Self {
        Self {
            title: title.to_owned(),
            fields,
        }
    }
}

/// A page with a form; `attachments` and other special parts come from pages that extend its template.
#[derive(Debug, Template)]
#[template(path = "h5/form.html")]
pub struct FormPage {
    /// The frame.
    pub layout: Layout,
    /// First heading.
    pub heading: String,
    /// On a sign-in page: the banner, and the role it is for.
    pub strip: Option<Role>,
    /// What to know before filling it in, one paragraph each.
    pub intro: Vec<String>,
    /// What became of the last try.
    pub notice: Option<Notice>,
    /// The fields.
    pub sections: Vec<Section>,
    /// Where it is sent.
    pub action: String,
    /// The hidden field of the session.
    pub csrf: String,
    /// The hidden key of this form (`service::submissions`); empty: sending it twice does no harm.
    pub once: String,
    /// The version of what is changed; `None` for something new.
    pub version: Option<i64>,
    /// The name of its draft; `None`: none is kept.
    pub draft: Option<String>,
    /// Something asked before it is sent.
    pub confirm: Option<String>,
    /// Words on the button.
    pub submit: String,
    /// Buttons under it that lead elsewhere.
    pub buttons: Vec<Link>,
    /// Links under them.
    pub links: Vec<Link>,
    /// Whom to call, at the end.
    pub has_help: bool,
}

impl FormPage {
    /// An empty form.
    pub fn new(frame: Frame<'_>, title: &str, action: &str, csrf: &str, submit: &str) -> Self {
        Self {
            layout: frame.titled(title),
            heading: title.to_owned(),
            strip: None,
            intro: Vec::new(),
            notice: None,
            sections: Vec::new(),
            action: action.to_owned(),
            csrf: csrf.to_owned(),
            once: String::new(),
            version: None,
            draft: None,
            confirm: None,
            submit: submit.to_owned(),
            buttons: Vec::new(),
            links: Vec::new(),
            has_help: false,
        }
    }

    /// The words of a role's strip.
    fn strip_words(role: &Role) -> &'static str {
        match role {
            Role::Lawyer => "我是律师",
            Role::Party => "我是当事人等",
            Role::Manager => "我是案管人员",
        }
    }

    /// Whether files belong to it: then it says which page and which draft it is, for whoever has no script.
    pub fn has_files(&self) -> bool {
        let mut fields = self.sections.iter().flat_map(|section| &section.fields);
        fields.any(|field| matches!(field.input, Input::Files(_)))
    }

    /// How many fields are at fault.
    pub fn faults(&self) -> usize {
        let fields = self.sections.iter().flat_map(|section| &section.fields);
        fields.filter(|field| field.fault.is_some()).count()
    }

    /// The form was too old or another session's: what was typed is still there.
    pub fn expired(self) -> Self {
        self.saying(
            Tone::Bad,
            "请再点一次按钮。页面打开的时间太久，刚才的操作没有生效；您填写的内容都在。",
        )
    }

    /// With a sentence at the top.
    pub fn saying(self, tone: Tone, text: &str) -> Self {
        let text = text.to_owned();
        Self {
            notice: Some(Notice { tone, text }),
            ..self
        }
    }
}
