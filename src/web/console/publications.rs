//! Pages of the publishers: the list, the editor with what the masking check says, the approval, what is published.

use askama::Template;

use super::frame::ConsoleFrame;
use crate::domain::masking::{Finding, Part};
use crate::domain::publishing::{CATEGORIES, DOCUMENTS, Fault, Typed};

/// A tab above the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// As people read it.
    pub title: &'static str,
    /// The word in the address.
    pub word: &'static str,
    /// How many there are; none where it is not counted.
    pub count: Option<i64>,
    /// Whether it is open.
    pub is_open: bool,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it leads.
    pub href: String,
    /// Title.
    pub title: String,
    /// Board.
    pub board: &'static str,
    /// 文书号.
    pub number: String,
    /// State, and how it is coloured.
    pub state: (&'static str, &'static str),
    /// Whether it corrects something.
    pub is_correction: bool,
    /// When it changed, is shown or was shown.
    pub at: String,
}

/// The list.
#[derive(Template)]
#[template(path = "console/publications.html")]
pub struct ListPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// Above it.
    pub tabs: Vec<Tab>,
    /// The open tab's word.
    pub tab: String,
    /// What is looked for.
    pub q: String,
    /// What stands in the last column.
    pub at_title: &'static str,
    /// Rows.
    pub rows: Vec<Row>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page after.
    pub older: Option<String>,
    /// A sentence on top.
    pub notice: Option<&'static str>,
}

/// A finding as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// From 1, as in the text.
    pub number: usize,
    /// Names it in the form.
    pub key: String,
    /// Which part.
    pub part: &'static str,
    /// What it is.
    pub kind: &'static str,
    /// What stands there.
    pub found: String,
    /// What to do.
    pub advice: &'static str,
    /// What may stand there instead.
    pub replacement: String,
    /// Who signed, when, and why.
    pub signed: Option<(String, String, String)>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// The finding that it is.
    pub number: Option<usize>,
    /// Whether somebody signed it.
    pub is_signed: bool,
}

/// A part of the text with its findings marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// 标题, 摘要, 正文.
    pub title: &'static str,
    /// In order.
    pub pieces: Vec<Piece>,
}

/// Cuts a text at the findings of its part; `numbered` are all of the record in order, each with whether it is signed.
pub fn marked(part: Part, text: &str, numbered: &[(&Finding, bool)]) -> Marked {
    let mut pieces = Vec::new();
    let mut at = 0;
    let plain = |text: &str| Piece {
        text: text.to_owned(),
        number: None,
        is_signed: false,
    };
    for (place, (finding, is_signed)) in numbered.iter().enumerate() {
        if finding.part != part {
            continue;
        }
        let before = text.get(at..finding.start).unwrap_or_default();
        if !before.is_empty() {
            pieces.push(plain(before));
        }
        pieces.push(Piece {
            text: text
                .get(finding.start..finding.end)
                .unwrap_or_default()
                .to_owned(),
            number: Some(place + 1),
            is_signed: *is_signed,
        });
        at = finding.end;
    }
    let rest = text.get(at..).unwrap_or_default();
    if !rest.is_empty() {
        pieces.push(plain(rest));
    }
    Marked {
        title: part.title(),
        pieces,
    }
}

/// What was done with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: String,
    /// Who.
    pub name: String,
    /// What.
    pub action: &'static str,
    /// Why.
    pub note: String,
}

/// What the check says, beside the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The findings.
    pub suspects: Vec<Suspect>,
    /// The text with the findings marked.
    pub parts: Vec<Marked>,
    /// How many nobody signed.
    pub open: usize,
}

/// The editor.
#[derive(Template)]
#[template(path = "console/publication_editor.html")]
pub struct EditorPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// Where the form goes.
    pub action: String,
    /// The draft's version; none before it is stored.
    pub version: Option<i64>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// State, and how it is coloured.
    pub state: (&'static str, &'static str),
    /// A sentence on top, and how it is coloured.
    pub notice: Option<(String, &'static str)>,
    /// Why it was returned.
    pub returned: Option<String>,
    /// Whether it corrects something.
    pub is_correction: bool,
    /// What the check says of the stored text; none before it is stored.
    pub checked: Option<Checked>,
    /// What was done.
    pub steps: Vec<Step>,
}

impl EditorPage {
    fn fault(&self, field: &str) -> Option<&str> {
        let found = self.faults.iter().find(|fault| fault.field == field);
        found.map(|fault| fault.message.as_str())
    }

    fn is_document(&self) -> bool {
        self.typed.kind == "legal_document"
    }

    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn categories(&self) -> &'static [&'static str] {
        &CATEGORIES
    }

    /// Types, and one that an import brought and the list does not have.
    fn types(&self) -> Vec<String> {
        let mut all: Vec<String> = DOCUMENTS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        if !self.typed.document_type.is_empty() && !all.contains(&self.typed.document_type) {
            all.push(self.typed.document_type.clone());
        }
        all
    }

    /// Finer types, with the type they belong to.
    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn sub_types(&self) -> Vec<(&'static str, &'static [&'static str])> {
        DOCUMENTS
            .iter()
            .filter(|(_, finer)| !finer.is_empty())
            .map(|(name, finer)| (*name, *finer))
            .collect()
    }
}

/// A draft that cannot be changed: to be decided, or decided.
#[derive(Template)]
#[template(path = "console/publication_draft.html")]
pub struct DraftPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// Where its forms go.
    pub action: String,
    /// The draft's version.
    pub version: i64,
    /// State, and how it is coloured.
    pub state: (&'static str, &'static str),
    /// A sentence on top, and how it is coloured.
    pub notice: Option<(String, &'static str)>,
    /// Word and value.
    pub facts: Vec<(&'static str, String)>,
    /// What the check says.
    pub checked: Checked,
    /// Whether this manager decides it.
    pub may_decide: bool,
    /// Whether this manager submitted it and may take it back.
    pub may_recall: bool,
    /// Whether it waits for a decision.
    pub is_submitted: bool,
    /// Whether it is shown later.
    pub shown_at: Option<String>,
    /// Where the publication stands at the desk.
    pub publication: Option<String>,
    /// What was typed as reason when it was too short.
    pub reason: String,
    /// What was done.
    pub steps: Vec<Step>,
}

/// A publication at the desk.
#[derive(Template)]
#[template(path = "console/publication.html")]
pub struct PublicationPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// Where its forms go.
    pub action: String,
    /// State, and how it is coloured.
    pub state: (&'static str, &'static str),
    /// A sentence on top, and how it is coloured.
    pub notice: Option<(String, &'static str)>,
    /// Word and value.
    pub facts: Vec<(&'static str, String)>,
    /// The text.
    pub body: String,
    /// What readers see.
    pub public: Option<String>,
    /// The draft it came of.
    pub draft: Option<String>,
    /// A version that is being written.
    pub open: Option<String>,
    /// Whether it can be taken down.
    pub may_withdraw: bool,
    /// What was typed as reason.
    pub reason: String,
}
