//! Signing in the way people do: through the page, with the digits of its picture, which a test reads from the database.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use jianxin::app::{App, hex};
use jianxin::service::{captchas, sessions};
use jianxin::store::StoreError;
use jianxin::store::accounts::{self, Account};
use sha2::{Digest, Sha256};

use super::browser::{Browser, Page, Street};
use super::office::Office;

/// The password of everybody, unless a story says another one.
pub(crate) const PASSWORD: &str = "正义不会缺席 2026";

/// The program, a WeChat, and an office with accounts.
pub(crate) struct Signing {
    pub(crate) street: Street,
    pub(crate) office: Office,
}

impl Signing {
    pub(crate) async fn open() -> Self {
        let street = Street::open().await;
        let office = Office::of(street.app.second_instance().await).await;
        Self { street, office }
    }

    /// An active account with [`PASSWORD`], hashed with next to no work so that stories are quick.
    pub(crate) async fn account(&self, external_id: &str, role: &str) -> Account {
        let mut account = self.office.account(external_id, role).await;
        account.password_hash = Some(quick_hash(PASSWORD));
        self.change(&mut account).await;
        account
    }

    /// Stores an account as it is.
    pub(crate) async fn change(&self, account: &mut Account) {
        let row = account.clone();
        let done = self
            .office
            .app
            .app
            .db
            .write(move |c| -> Result<_, StoreError> { Ok(accounts::update(c, &row)?) });
        assert!(done.await.unwrap());
        account.version += 1;
    }

    /// A phone with a session.
    pub(crate) async fn phone(&self, follower: &str) -> Browser {
        let mut phone = self.street.phone(follower);
        assert_eq!(phone.open("/h5/follows").await.status, 200);
        phone
    }

    /// The digits of the picture on a page, and the code's token.
    pub(crate) async fn digits(&self, phone: &Browser, page: &Page) -> (String, String) {
        digits(&self.street.app.app, phone, page).await
    }

    /// Fills in the sign-in page of a role and sends it.
    pub(crate) async fn sign_in(
        &self,
        phone: &mut Browser,
        role: &str,
        account: &str,
        password: &str,
    ) -> Page {
        sign_in(&self.street.app.app, phone, role, (account, password)).await
    }

    /// A phone that has signed in.
    pub(crate) async fn signed_in(&self, follower: &str, account: &Account) -> Browser {
        let mut phone = self.phone(follower).await;
        let page = self
            .sign_in(&mut phone, &account.role, &account.login_name, PASSWORD)
            .await;
        assert_eq!((page.status, page.location.as_str()), (303, "/h5/"));
        phone
    }

    /// The first column of a query.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        self.office.rows(sql)
    }

    /// The one number of a query.
    pub(crate) fn count(&self, sql: &str) -> usize {
        self.office.count(sql)
    }
}

/// The digits of the picture on a page, and the code's token, from the database of `app`.
async fn digits(app: &App, phone: &Browser, page: &Page) -> (String, String) {
    let token = page
        .between("name=\"captcha_token\" value=\"", "\"")
        .expect("the page has a picture");
    let session = sessions::hash(&phone.cookies["jianxin_session"]);
    let code = captchas::of(app, &token, &session).await;
    let code = code.unwrap().expect("the code is good");
    let digits = code.digits.iter().map(ToString::to_string).collect();
    (token, digits)
}

/// Fills in the sign-in page of a role and sends it.
pub(crate) async fn sign_in(
    app: &App,
    phone: &mut Browser,
    role: &str,
    (account, password): (&str, &str),
) -> Page {
    let path = format!("/h5/login/{role}");
    let page = phone.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (token, digits) = digits(app, phone, &page).await;
    let fields = [
        ("csrf", page.csrf()),
        ("account", account.to_owned()),
        ("password", password.to_owned()),
        ("captcha_token", token),
        ("captcha", digits),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    phone.post(&path, &fields).await
}

/// What the database knows a cookie's session by.
pub(crate) fn session_hash(phone: &Browser) -> String {
    hex(&Sha256::digest(phone.cookies["jianxin_session"].as_bytes()))
}

/// A hash with less work than the rule asks for.
pub(crate) fn quick_hash(password: &str) -> String {
    let params = Params::new(8, 1, 1, None).unwrap();
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = hasher
        .hash_password_with_salt(password.as_bytes(), b"a salt of a story")
        .unwrap();
    hash.to_string()
}

/// The fault beside a field.
pub(crate) fn fault(page: &Page, field: &str) -> String {
    let mark = format!("id=\"{field}-fault\" class=\"problem\">");
    page.between(&mark, "</p>").unwrap_or_default()
}
