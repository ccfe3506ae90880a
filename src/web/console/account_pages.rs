//! The counter's pages: the accounts of a unit, one account, the form that issues one, the slip.

use std::collections::BTreeMap;

use askama::Template;

use super::frame::ConsoleFrame;

/// A word on a tint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// `ok`, `warn`, `bad` or `wait`.
    pub tone: &'static str,
    /// The word.
    pub word: &'static str,
}

/// The state of an account.
pub fn state_tag(state: &str) -> Tag {
    let (tone, word) = match state {
        "active" => ("ok", "正常"),
        "pending" => ("warn", "待审核"),
        "rejected" => ("bad", "未通过"),
        _ => ("wait", "已停用"),
    };
    Tag { tone, word }
}

/// What became of the last press: its tint and its words.
pub type Said = Option<(&'static str, String)>;

/// A choice: its word, its title, and whether it is chosen.
pub type Choice = (&'static str, &'static str, bool);

/// A row of the list.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its page.
    pub href: String,
    /// The person's name.
    pub name: String,
    /// 登录名.
    pub login_name: String,
    /// 律师 or 当事人等.
    pub role: &'static str,
    /// `138****1111`.
    pub phone: String,
    /// The unit that issued it, when it is another one.
    pub unit: Option<String>,
    /// Its state.
    pub state: Tag,
    /// The day.
    pub created: String,
}

/// The list.
#[derive(Template)]
#[template(path = "console/accounts.html")]
pub struct AccountsPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// What is looked for.
    pub text: String,
    /// Lawyers or 当事人等.
    pub roles: Vec<Choice>,
    /// By state.
    pub states: Vec<Choice>,
    /// Newest first.
    pub rows: Vec<AccountRow>,
    /// The next page.
    pub next: Option<String>,
}

/// A scan.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Its id, for the form.
    pub id: String,
    /// Which place of the form.
    pub slot: String,
    /// What it is.
    pub label: String,
    /// Its name.
    pub name: String,
    /// A small picture.
    pub small: String,
    /// Its pages.
    pub pages: Vec<String>,
}

/// The form that issues an account.
#[derive(Template)]
#[template(path = "console/account_new.html")]
pub struct NewAccountPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The form's hidden key.
    pub once: String,
    /// What was typed, by field.
    pub typed: BTreeMap<&'static str, String>,
    /// What to do about it, by field.
    pub faults: BTreeMap<String, String>,
    /// 男, 女.
    pub genders: Vec<Choice>,
    /// 证件类型.
    pub id_types: Vec<Choice>,
    /// 身份.
    pub capacities: Vec<Choice>,
    /// It was agreed to.
    pub consented: bool,
    /// Copies of the papers lie in the office's own file.
    pub papers_in_file: bool,
    /// Scans that were taken in.
    pub files: Vec<Paper>,
    /// The person's account at this counter.
    pub taken: Option<String>,
    /// The unit that issued the person an account.
    pub elsewhere: Option<String>,
    /// Above the form.
    pub said: Said,
}

/// Places for scans: word and title.
pub const SLOTS: [(&str, &str); 2] = [("id_card", "身份证件"), ("proof", "证明材料")];

impl NewAccountPage {
    /// What the person said, to be sent on.
    fn kept(&self) -> Vec<(&'static str, &str)> {
        let typed = self.typed.iter();
        typed.map(|(name, value)| (*name, value.as_str())).collect()
    }

    fn fault_of_slot(&self, slot: &str) -> Option<&str> {
        self.fault(&format!("file_{slot}"))
    }

    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn fault(&self, name: &str) -> Option<&str> {
        self.faults.get(name).map(String::as_str)
    }

    fn of_slot(&self, slot: &str) -> Vec<&Paper> {
        let files = self.files.iter();
        files.filter(|file| file.slot == slot).collect()
    }
}

/// A binding of the account.
#[derive(Clone, Debug)]
pub struct BindingView {
    /// For the form that ends it.
    pub id: String,
    /// The person in the case, and as what.
    pub title: String,
    /// The case and its numbers.
    pub case: String,
    /// It is good.
    pub is_open: bool,
    /// Where the application stands that it was granted for, and is ended.
    pub application: Option<String>,
    /// Since when, or until when and why.
    pub when: String,
}

/// A person in a case of the unit.
#[derive(Clone, Debug)]
pub struct CandidateView {
    /// For the form.
    pub id: String,
    /// Name and number.
    pub title: String,
    /// The case and its numbers.
    pub case: String,
    /// The number that was shown at the counter is this person's.
    pub is_own: bool,
    /// Who is bound to the person now; empty: nobody.
    pub held: String,
}

/// What can be done with an account.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Bind it to cases.
    pub bind: bool,
    /// A new password.
    pub reset: bool,
    /// 停用.
    pub disable: bool,
    /// 启用.
    pub enable: bool,
    /// Show the whole number.
    pub reveal: bool,
}

/// One account.
#[derive(Template)]
#[template(path = "console/account.html")]
pub struct AccountPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// Its address.
    pub path: String,
    /// The version that forms carry.
    pub version: i64,
    /// The person's name.
    pub name: String,
    /// Its state.
    pub state: Tag,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Scans.
    pub files: Vec<Paper>,
    /// To cases of this unit.
    pub bindings: Vec<BindingView>,
    /// What the case was looked for by.
    pub case: String,
    /// Whom the account may be bound to; `None`: nothing was looked for.
    pub candidates: Option<Vec<CandidateView>>,
    /// As what.
    pub roles: Vec<Choice>,
    /// The person can be looked for by the own number.
    pub is_party: bool,
    /// What can be done.
    pub may: May,
    /// What became of the last press.
    pub said: Said,
}

/// The whole numbers of a person.
#[derive(Template)]
#[template(path = "console/account_identity.html")]
pub struct IdentityPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The account's page.
    pub back: String,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
}

/// What is printed for the person: nothing of any case.
#[derive(Template)]
#[template(path = "console/slip.html")]
pub struct SlipPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The account's page.
    pub back: String,
    /// The unit's full name.
    pub unit: String,
    /// The office's telephone.
    pub phone: String,
    /// 登录名.
    pub login_name: String,
    /// The password, this one time.
    pub password: Option<String>,
    /// The day.
    pub day: String,
    /// The last day on which the password opens the account.
    pub until: String,
}
