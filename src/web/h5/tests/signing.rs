//! The pages of signing in and of who has signed in, in the states worth looking at.

use askama::Template;

use super::Words;
use crate::domain::role::Role;
use crate::service::home::{Applied, Counts, Home, OwnNotice, Profile, Waiting};
use crate::service::link_messages::{self, Message};
use crate::store::accounts::Account;
use crate::web::h5::about_binding::AboutBindingPage;
use crate::web::h5::field::{Field, Input, Line};
use crate::web::h5::form::{FormPage, Section};
use crate::web::h5::home::{self, HomePage};
use crate::web::h5::landing::LandingPage;
use crate::web::h5::layout::{Frame, Link};
use crate::web::h5::me::{self, MePage};
use crate::web::h5::{paths, sign_in};

const AT: i64 = 1_795_224_600_000;

impl Words {
    fn account(&self, role: Role, state: &str) -> Account {
        Account {
            id: 1,
            public_id: self.id.clone(),
            external_id: None,
            role: role.as_str().to_owned(),
            login_name: self.number.clone(),
            display_name: self.unit.clone(),
            unit_id: self.id.clone(),
            phone: None,
            password_hash: None,
            must_reset: false,
            state: state.to_owned(),
            notices_off: false,
            version: 1,
            created_at: AT,
            updated_at: AT,
        }
    }

    fn home(&self, role: Role) -> Home {
        let is_manager = role == Role::Manager;
        let applied = Applied {
            made: 12,
            decided: 9,
        };
        Home {
            counts: (!is_manager).then_some(Counts {
                cases: 3,
                bindings: applied,
                appointments: applied,
            }),
            waiting: is_manager.then(|| Waiting {
                unit_name: self.unit.clone(),
                applications: vec![(crate::domain::application::ApplicationKind::Binding, 3)],
                calls: 2,
            }),
            notices: vec![OwnNotice {
                public_id: self.id.clone(),
                kind: crate::domain::notice::Kind::BindingReviewed,
                unit_name: self.unit.clone(),
                at: AT,
            }],
        }
    }

    fn home_page(&self, frame: Frame<'_>, role: Role, state: &str) -> HomePage {
        let account = self.account(role, state);
        let mut page = HomePage::new(frame, &account, role, self.id.clone(), self.home(role));
        page.messages = vec![home::sentence(&Message {
            kind: link_messages::Kind::Moved,
            account: self.number.clone(),
            at: AT,
        })];
        page
    }

    fn me(&self, frame: Frame<'_>, role: Role, state: &str) -> MePage {
        let profile = Profile {
            unit_name: self.unit.clone(),
            phone: "138****1111".to_owned(),
            refusal: (state == "rejected").then(|| self.body.clone()),
        };
        let account = self.account(role, state);
        let mut page = MePage::new(frame, &account, role, profile, self.id.clone());
        page.notice = Some(me::switched(false));
        page
    }

    fn login(&self, frame: Frame<'_>, role: Role) -> FormPage {
        let line = Line {
            keyboard: "text",
            fill: "username",
            most: 64,
            example: "请输入登录账号",
        };
        let action = paths::login(role);
        let mut page = FormPage::new(frame, "登录", &action, &self.id, "绑定");
        page.strip = Some(role);
        page.sections = vec![Section::new(
            "",
            vec![
                Field::line("account", "账号", line, &self.unit),
                Field::with("password", "密码", Input::Password { is_new: false }, "")
                    .faulty(Some(sign_in::wrong(role))),
                Field::with("captcha", "验证码", Input::Captcha(self.id.clone()), "")
                    .faulty(Some(sign_in::captcha_wrong().to_owned())),
            ],
        )];
        page.buttons = vec![Link::new("注册", paths::REGISTER)];
        page.has_help = true;
        page
    }
}

/// Name and page.
pub(super) fn pages(words: &Words, frame: Frame<'_>) -> Vec<(&'static str, String)> {
    let mut landing = LandingPage::new(frame, words.rows());
    landing.messages = vec![words.title.clone()];
    landing.csrf.clone_from(&words.id);
    let rendered = [
        ("landing_messages", landing.render()),
        ("about_binding", AboutBindingPage::new(frame).render()),
        (
            "home_lawyer",
            words.home_page(frame, Role::Lawyer, "active").render(),
        ),
        (
            "home_party",
            words.home_page(frame, Role::Party, "active").render(),
        ),
        (
            "home_manager",
            words.home_page(frame, Role::Manager, "active").render(),
        ),
        (
            "home_pending",
            words.home_page(frame, Role::Lawyer, "pending").render(),
        ),
        ("me", words.me(frame, Role::Lawyer, "active").render()),
        (
            "me_rejected",
            words.me(frame, Role::Lawyer, "rejected").render(),
        ),
        ("login_lawyer", words.login(frame, Role::Lawyer).render()),
        (
            "login_party",
            words.login(frame, Role::Party).expired().render(),
        ),
        (
            "login_already",
            sign_in::already(frame, &words.number).render(),
        ),
        (
            "login_too_late",
            sign_in::too_late(frame, Role::Lawyer).render(),
        ),
        ("password_requested", sign_in::requested(frame).render()),
        ("password_changed", sign_in::changed(frame).render()),
    ];
    rendered.map(|(name, page)| (name, page.unwrap())).to_vec()
}
