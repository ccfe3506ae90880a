//! What the platform allows in a menu, told before it refuses.
//!
//! Page: <https://developers.weixin.qq.com/doc/service/guide/product/menu/intro.html>.

use super::{Button, Menu};

const MAX_BUTTONS: usize = 3;
const MAX_ENTRIES: usize = 5;
/// Bytes of UTF-8; some four or five Chinese characters are shown.
const MAX_BUTTON_NAME: usize = 16;
const MAX_ENTRY_NAME: usize = 60;
const MAX_KEY: usize = 128;
const MAX_URL: usize = 1024;

/// The fields that each kind must have.
const KINDS: &[(&str, &[&str])] = &[
    ("click", &["key"]),
    ("view", &["url"]),
    ("scancode_push", &["key"]),
    ("scancode_waitmsg", &["key"]),
    ("pic_sysphoto", &["key"]),
    ("pic_photo_or_album", &["key"]),
    ("pic_weixin", &["key"]),
    ("location_select", &["key"]),
    ("media_id", &["media_id"]),
    ("view_limited", &["media_id"]),
    ("article_id", &["article_id"]),
    ("article_view_limited", &["article_id"]),
    ("miniprogram", &["url", "appid", "pagepath"]),
];

/// One thing the platform would refuse, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct MenuProblem {
    /// For example `button 2, entry 1 (法律文书)`.
    pub place: String,
    /// What is wrong there.
    pub fault: MenuFault,
}

/// What is wrong with a menu or a button.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MenuFault {
    /// No button, or more than three.
    #[error("there are {0} buttons; 1 to {MAX_BUTTONS} are allowed")]
    ButtonCount(usize),
    /// More than five entries.
    #[error("there are {0} entries; at most {MAX_ENTRIES} are allowed")]
    EntryCount(usize),
    /// Entries below an entry.
    #[error("an entry cannot have entries of its own")]
    ThirdLevel,
    /// An empty name.
    #[error("the name is empty")]
    NoName,
    /// A text that is too long, in bytes of UTF-8.
    #[error("{field} has {bytes} bytes; at most {most} are allowed")]
    TooLong {
        /// Which text.
        field: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// A button with entries that also does something itself.
    #[error("a button with entries has a name only, no type and nothing to open")]
    ParentActs,
    /// Neither entries nor a kind.
    #[error("the type is missing")]
    NoKind,
    /// A kind that the platform does not know.
    #[error("the type {0:?} does not exist")]
    UnknownKind(String),
    /// An address that is none.
    #[error("the url must begin with https:// or http://")]
    NoAddress,
    /// A field that this kind must have.
    #[error("the type {kind} needs {field}")]
    MissingField {
        /// The kind.
        kind: &'static str,
        /// The field it lacks.
        field: &'static str,
    },
}

impl Menu {
    /// Checks the menu against the platform's limits.
    ///
    /// # Errors
    /// Every problem there is, in the order of the menu.
    pub fn validate(&self) -> Result<(), Vec<MenuProblem>> {
        let mut problems = Vec::new();
        if !(1..=MAX_BUTTONS).contains(&self.button.len()) {
            let fault = MenuFault::ButtonCount(self.button.len());
            problems.push(MenuProblem {
                place: "the menu".to_owned(),
                fault,
            });
        }
        for (number, button) in (1..).zip(&self.button) {
            let place = format!("button {number} ({})", button.name);
            note(&mut problems, &place, button.faults(MAX_BUTTON_NAME));
            for (entry_number, entry) in (1..).zip(&button.sub_button) {
                let place = format!("button {number}, entry {entry_number} ({})", entry.name);
                let third_level = (!entry.sub_button.is_empty()).then_some(MenuFault::ThirdLevel);
                note(&mut problems, &place, third_level);
                note(&mut problems, &place, entry.faults(MAX_ENTRY_NAME));
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }
}

fn note(problems: &mut Vec<MenuProblem>, place: &str, faults: impl IntoIterator<Item = MenuFault>) {
    problems.extend(faults.into_iter().map(|fault| MenuProblem {
        place: place.to_owned(),
        fault,
    }));
}

impl Button {
    fn faults(&self, most_name: usize) -> Vec<MenuFault> {
        let mut faults = Vec::new();
        if self.name.trim().is_empty() {
            faults.push(MenuFault::NoName);
        }
        let texts = [
            ("the name", Some(&self.name), most_name),
            ("the key", self.key.as_ref(), MAX_KEY),
            ("the url", self.url.as_ref(), MAX_URL),
        ];
        for (field, text, most) in texts {
            let bytes = text.map_or(0, String::len);
            if bytes > most {
                faults.push(MenuFault::TooLong { field, bytes, most });
            }
        }
        let is_address = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        if self
            .url
            .as_ref()
            .is_some_and(|url| !url.is_empty() && !is_address(url))
        {
            faults.push(MenuFault::NoAddress);
        }
        if self.sub_button.is_empty() {
            faults.extend(self.kind_faults());
        } else {
            faults.extend(self.parent_faults());
        }
        faults
    }

    fn parent_faults(&self) -> Vec<MenuFault> {
        let mut faults = Vec::new();
        if self.sub_button.len() > MAX_ENTRIES {
            faults.push(MenuFault::EntryCount(self.sub_button.len()));
        }
        let acts = [
            &self.kind,
            &self.key,
            &self.url,
            &self.appid,
            &self.pagepath,
            &self.media_id,
            &self.article_id,
        ];
        if acts.into_iter().any(Option::is_some) {
            faults.push(MenuFault::ParentActs);
        }
        faults
    }

    fn kind_faults(&self) -> Vec<MenuFault> {
        let Some(kind) = self.kind.as_deref() else {
            return vec![MenuFault::NoKind];
        };
        let Some((kind, fields)) = KINDS.iter().find(|(known, _)| *known == kind) else {
            return vec![MenuFault::UnknownKind(kind.to_owned())];
        };
        let missing = fields
            .iter()
            .filter(|field| self.field(field).is_none_or(str::is_empty));
        missing
            .map(|field| MenuFault::MissingField { kind, field })
            .collect()
    }

    fn field(&self, name: &str) -> Option<&str> {
        match name {
            "key" => self.key.as_deref(),
            "url" => self.url.as_deref(),
            "appid" => self.appid.as_deref(),
            "pagepath" => self.pagepath.as_deref(),
            "media_id" => self.media_id.as_deref(),
            "article_id" => self.article_id.as_deref(),
            _ => None,
        }
    }
}
