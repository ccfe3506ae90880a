//! The pages in front of the desk: signing in, the code of the phone, the one-time address, and what is said to who may
//! not enter.

use askama::Template;

use super::qr::Qr;
use crate::domain::password::Flaw;
use crate::web::h5::layout::{Link, SiteFace};

/// Account, password, picture code.
#[derive(Template)]
#[template(path = "console/sign_in.html")]
pub struct SignInPage {
    /// `<title>` and heading.
    pub title: &'static str,
    /// The operator.
    pub face: SiteFace,
    /// For the form.
    pub csrf: String,
    /// The picture code's token.
    pub captcha: String,
    /// What was typed.
    pub account: String,
    /// Above the form.
    pub notice: Option<String>,
    /// Beside the field.
    pub account_error: Option<String>,
    /// Beside the field.
    pub password_error: Option<String>,
    /// Beside the field.
    pub captcha_error: Option<String>,
}

/// The code of the phone.
#[derive(Template)]
#[template(path = "console/code.html")]
pub struct CodePage {
    /// `<title>` and heading.
    pub title: &'static str,
    /// The operator.
    pub face: SiteFace,
    /// For the form.
    pub csrf: String,
    /// Beside the field.
    pub error: Option<String>,
}

/// Password and second factor, at a one-time address.
#[derive(Template)]
#[template(path = "console/enrol.html")]
pub struct EnrolPage {
    /// `<title>` and heading.
    pub title: &'static str,
    /// The operator.
    pub face: SiteFace,
    /// For the form.
    pub csrf: String,
    /// The person.
    pub name: String,
    /// What is typed to sign in.
    pub login_name: String,
    /// The unit's name.
    pub unit: String,
    /// Until when the address is good.
    pub until: String,
    /// For the phone's camera.
    pub qr: Qr,
    /// For the phone's keyboard.
    pub key: String,
    /// Beside the field.
    pub password_error: Option<String>,
    /// Beside the field.
    pub again_error: Option<String>,
    /// Beside the field.
    pub code_error: Option<String>,
}

/// Something to say in front of the desk.
#[derive(Template)]
#[template(path = "console/message.html")]
pub struct DeskMessage {
    /// `<title>` and heading.
    pub title: &'static str,
    /// The operator.
    pub face: SiteFace,
    /// What to do, then what happened.
    pub sentences: Vec<String>,
    /// The number of the log.
    pub reference: Option<String>,
    /// The way on.
    pub link: Link,
}

impl SignInPage {
    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn is_wide(&self) -> bool {
        false
    }
}

impl CodePage {
    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn is_wide(&self) -> bool {
        false
    }
}

impl EnrolPage {
    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn is_wide(&self) -> bool {
        true
    }
}

impl DeskMessage {
    /// A message that leads back to the desk.
    pub fn new(face: SiteFace, title: &'static str, sentences: &[&str]) -> Self {
        Self {
            title,
            face,
            sentences: sentences.iter().map(|one| (*one).to_owned()).collect(),
            reference: None,
            link: Link::new("返回首页", "/console/"),
        }
    }

    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn is_wide(&self) -> bool {
        false
    }
}

/// Why a new password does not do.
pub fn flaw(flaw: Flaw) -> String {
    crate::web::h5::sign_in::flaw(flaw)
}
