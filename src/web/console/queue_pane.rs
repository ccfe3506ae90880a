//! What is read beside the list: facts, papers, what differs, what can be decided. Plain words for the template; numbers
//! of people are masked here unless this session has asked for them.

use super::queue_page::Pill;

/// A label and what it stands for.
#[derive(Clone, Debug, Default)]
pub struct FactView {
    /// The label.
    pub label: String,
    /// The value, masked where it must be.
    pub value: String,
    /// What 显示 asks for; `None`: there is nothing hidden.
    pub reveal: Option<&'static str>,
    /// What to know about it.
    pub note: Option<Pill>,
}

/// Facts that belong together.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Words above them.
    pub title: String,
    /// The facts.
    pub facts: Vec<FactView>,
}

/// A field before and after.
#[derive(Clone, Debug)]
pub struct DiffView {
    /// What the field is called.
    pub label: String,
    /// Before.
    pub before: String,
    /// Now.
    pub after: String,
}

/// A paper.
#[derive(Clone, Debug)]
pub struct FileView {
    /// What it proves.
    pub label: String,
    /// Its name.
    pub name: String,
    /// The small picture.
    pub small: String,
    /// Its pages with the mark of who looks.
    pub pages: Vec<String>,
    /// It was not there when the registration was approved last.
    pub is_new: bool,
}

/// An earlier one.
#[derive(Clone, Debug)]
pub struct PastView {
    /// What it was about.
    pub about: String,
    /// What became of it.
    pub pill: Pill,
    /// When it came and was decided.
    pub when: String,
    /// Why it was not granted.
    pub reason: String,
    /// Opens it.
    pub href: Option<String>,
}

/// A reason to tick.
#[derive(Clone, Debug)]
pub struct ReasonView {
    /// Its name in the form.
    pub key: String,
    /// As the manager reads it.
    pub label: String,
    /// What the applicant is told.
    pub text: String,
    /// It was ticked.
    pub is_checked: bool,
}

/// A person who may be meant.
#[derive(Clone, Debug)]
pub struct CandidateView {
    /// For the form.
    pub person: String,
    /// Name and masked number.
    pub title: String,
    /// Case, number, category, stage.
    pub lines: Vec<String>,
    /// What agrees with what the lawyer said.
    pub pills: Vec<Pill>,
    /// Who is bound already.
    pub held: String,
    /// What an approval would break.
    pub limit: Option<String>,
    /// It is chosen.
    pub is_checked: bool,
}

/// The search for a case.
#[derive(Clone, Debug, Default)]
pub struct SearchView {
    /// What was typed.
    pub typed: String,
    /// What was found.
    pub candidates: Vec<CandidateView>,
    /// As what the lawyer can be bound: word, title, chosen.
    pub roles: Vec<(String, String, bool)>,
}

/// An item of an appointment.
#[derive(Clone, Debug, Default)]
pub struct ItemView {
    /// Its word in the form.
    pub item: String,
    /// As people read it.
    pub title: String,
    /// What was answered: pill, words, day.
    pub reply: Option<(Pill, String, String)>,
    /// What is chosen now.
    pub decision: String,
    /// What is typed now.
    pub opinion: String,
    /// The day that is proposed.
    pub day: String,
    /// Reasons to tick, for what is not agreed to.
    pub reasons: Vec<ReasonView>,
}

/// A call.
#[derive(Clone, Debug, Default)]
pub struct CallView {
    /// A password can be made for it.
    pub needs_password: bool,
    /// When the last one was made, milliseconds UTC; 0: none was.
    pub made_at: i64,
    /// Who made it and when, in words.
    pub made: Option<String>,
    /// The password, this one time.
    pub password: Option<String>,
    /// The password was shown before.
    pub is_gone: bool,
    /// The person is linked by now, who was not.
    pub is_linked: bool,
}

/// In whose hands it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandView {
    /// Nobody's.
    Free,
    /// The manager's who looks.
    Mine(String),
    /// Somebody else's.
    Others(String),
}

/// Everything about one thing.
#[derive(Clone, Debug)]
pub struct PaneView {
    /// Whose, or whom to call.
    pub title: String,
    /// State, due date, claim.
    pub pills: Vec<Pill>,
    /// Number and times.
    pub meta: String,
    /// Where the forms of this thing go, up to the act.
    pub acts: Acts,
    /// The version that a decision names.
    pub version: i64,
    /// Something can be decided.
    pub is_open: bool,
    /// In whose hands it is.
    pub hand: HandView,
    /// Facts.
    pub sections: Vec<Section>,
    /// What a change changes; with nothing approved before it: none.
    pub diff: Option<Vec<DiffView>>,
    /// The papers.
    pub files: Vec<FileView>,
    /// Why it was not granted.
    pub reason: String,
    /// Earlier ones.
    pub past: Vec<PastView>,
    /// Reasons to tick.
    pub reasons: Vec<ReasonView>,
    /// What is written besides.
    pub free: String,
    /// The panel of the refusal is open, because it has to be filled in again.
    pub is_refusing: bool,
    /// The search for a case.
    pub search: Option<SearchView>,
    /// The items of an appointment.
    pub items: Vec<ItemView>,
    /// The remark on the whole.
    pub remark: String,
    /// The binding that can be ended.
    pub bound: Option<Section>,
    /// The call.
    pub call: Option<CallView>,
    /// What 通过 is called here.
    pub grant: &'static str,
    /// What happens then.
    pub grant_help: String,
    /// The new password can be told by telephone although the account is linked.
    pub may_telephone: bool,
}

/// Where the forms of one thing go.
#[derive(Clone, Debug, Default)]
pub struct Acts {
    /// 领取, 接手, 放回.
    pub claim: String,
    /// 显示.
    pub show: String,
    /// 通过.
    pub approve: String,
    /// 不通过.
    pub reject: String,
    /// 回复.
    pub reply: String,
    /// 解除.
    pub revoke: String,
    /// 生成密码.
    pub password: String,
    /// 已电话告知.
    pub told: String,
    /// The search for a case, an address to be opened.
    pub search: String,
    /// What the search keeps: names and values.
    pub kept: Vec<(String, String)>,
}
