//! Case managers at the console: added as the command line adds them, enrolled with a phone, signed in.

use jianxin::app::Ids;
use jianxin::config::Secret;
use jianxin::domain::desk::Duties;
use jianxin::domain::totp;
use jianxin::service::desk::enrol::{self, NewManager, Outcome, Typed};
use jianxin::service::desk;
use jianxin::store::StoreError;

use super::TestApp;
use super::browser::{Browser, Page};
use super::casework::Casework;
use super::office::UNIT;

/// The password of every manager in the stories.
pub(crate) const PASSWORD: &str = "桌上的茶已经凉了 7";

/// A manager with a browser that is signed in at the console.
pub(crate) struct Clerk {
    pub(crate) browser: Browser,
    /// The key on the manager's phone.
    pub(crate) key: Vec<u8>,
    token: String,
}

impl Clerk {
    /// Opens a page of the console and takes the token of its forms.
    pub(crate) async fn csrf(&mut self, path: &str) -> String {
        let page = self.browser.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        page.csrf()
    }

    /// Sends a form of the console with its token.
    pub(crate) async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = desk::csrf(&self.token);
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.browser.post(path, &all).await
    }
}

/// The code on a manager's phone at this moment; each is good once, so let half a minute pass before the next.
pub(crate) fn code(app: &TestApp, key: &[u8]) -> String {
    totp::code(key, totp::step_at(app.app.clock.now_ms())).unwrap()
}

/// The one-time address of a new manager, and the key that its page shows.
pub(crate) async fn ticket(app: &TestApp, unit: &str, login: &str, duties: &str) -> Secret {
    let new = NewManager {
        unit_id: unit.to_owned(),
        login_name: login.to_owned(),
        display_name: format!("案管{login}"),
        duties: Duties::parse(duties).unwrap(),
    };
    let (seal, now) = (std::sync::Arc::clone(&app.app.seal), app.app.clock.now_ms());
    let added = app.app.db.write(move |c| -> Result<_, StoreError> {
        let ids = Ids::default();
        let office = enrol::Office {
            ids: &ids,
            seal: &seal,
            now,
            actor: "command-line",
        };
        enrol::add(c, &office, &new)
    });
    let (_, token) = added.await.unwrap().unwrap();
    token
}

/// A new manager of a unit with these duties (`reviewer,importer`), enrolled and signed in.
pub(crate) async fn clerk_of(
    app: &TestApp,
    origin: &str,
    (unit, login): (&str, &str),
    duties: &str,
) -> Clerk {
    let token = ticket(app, unit, login, duties).await;
    let open = enrol::look(&app.app, token.expose())
        .await
        .unwrap()
        .unwrap();
    let key = totp::from_base32(open.key.expose()).unwrap();
    let typed = Typed {
        password: Secret::new(PASSWORD),
        again: Secret::new(PASSWORD),
        code: code(app, &key),
    };
    let Outcome::In(fresh) = enrol::finish(&app.app, token.expose(), &typed)
        .await
        .unwrap()
    else {
        panic!("the manager could not be enrolled")
    };
    let mut browser = Browser::of(origin, "nobody");
    let name = match origin.starts_with("https") {
        true => "__Host-jianxin_console",
        false => "jianxin_console",
    };
    browser.cookies.insert(name.to_owned(), fresh.token.clone());
    Clerk {
        browser,
        key,
        token: fresh.token,
    }
}

impl Casework {
    /// A manager of the unit of most stories.
    pub(crate) async fn clerk(&self, login: &str, duties: &str) -> Clerk {
        self.clerk_at(UNIT, login, duties).await
    }

    /// A manager of another unit.
    pub(crate) async fn clerk_at(&self, unit: &str, login: &str, duties: &str) -> Clerk {
        clerk_of(&self.office.app, &self.origin, (unit, login), duties).await
    }
}
