//! One field of a form: what it is called, what was typed, and what is wrong with it, beside it.

use crate::web::h5::file_field::{ACCEPTED, FileField};
use crate::web::h5::unit_field::UnitField;

/// A field as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in the form; also its id on the page.
    pub name: &'static str,
    /// Words above it.
    pub label: String,
    /// How it is filled in.
    pub input: Input,
    /// What stands in it.
    pub value: String,
    /// It must be filled in, which the label says in words.
    pub required: bool,
    /// Words under it; empty: none.
    pub help: String,
    /// What to do about what was typed.
    pub fault: Option<String>,
}

/// How a field is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// One line.
    Text(Line),
    /// A password: one of one's own, or a new one.
    Password {
        /// It is being made up now.
        is_new: bool,
    },
    /// Digits from a picture, which may also be heard; the code's token.
    Captcha(String),
    /// Several lines.
    Area {
        /// Characters.
        most: u32,
    },
    /// One of a few, all to be seen.
    Radio(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
    /// Any of a few.
    Checks(Vec<Choice>),
    /// A procuratorate: region, then type-ahead.
    Unit(UnitField),
    /// Files for one place.
    Files(FileField),
    /// Nothing to fill in.
    Shown,
}

/// A line to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `text`, `tel`, `email`, `numeric` … which keyboard comes up.
    pub keyboard: &'static str,
    /// What a browser may fill in by itself: `name`, `tel`, `username`, `off`.
    pub fill: &'static str,
    /// Characters.
    pub most: u32,
    /// An example; empty: none.
    pub example: &'static str,
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Value in the form.
    pub value: String,
    /// Words.
    pub label: String,
    /// It is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice that is chosen when `value` is `current`.
    pub fn of(value: &str, label: &str, current: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            chosen: value == current,
        }
    }
}

impl Field {
    /// A line that must be filled in.
    pub fn line(name: &'static str, label: &str, line: Line, value: &str) -> Self {
        Self::with(name, label, Input::Text(line), value)
    }

    /// Any field that must be filled in.
    pub fn with(name: &'static str, label: &str, input: Input, value: &str) -> Self {
        Self {
            name,
            label: label.to_owned(),
            input,
            value: value.to_owned(),
            required: true,
            help: String::new(),
            fault: None,
        }
    }

    /// What cannot be changed here.
    pub fn shown(name: &'static str, label: &str, value: &str) -> Self {
        Self::with(name, label, Input::Shown, value).optional()
    }

    /// May stay empty.
    pub fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }

    /// With words under it.
    pub fn helped(self, help: &str) -> Self {
        Self {
            help: help.to_owned(),
            ..self
        }
    }

    /// With what is wrong, if something is.
    pub fn faulty(self, fault: Option<String>) -> Self {
        Self { fault, ..self }
    }

    /// What describes it, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.fault.is_some() {
            ids.push(format!("{}-fault", self.name));
        }
        if !self.help.is_empty() {
            ids.push(format!("{}-help", self.name));
        }
        ids.join(" ")
    }

    /// What a file picker offers.
    pub fn accepted(&self) -> &'static str {
        ACCEPTED
    }

    /// Whether it is a group of boxes or knobs, which a `fieldset` holds together.
    pub fn is_group(&self) -> bool {
        matches!(
            self.input,
            Input::Radio(_) | Input::Checks(_) | Input::Unit(_) | Input::Files(_)
        )
    }
}
