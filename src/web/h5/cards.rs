//! A list of one's own things: cases, applications, appointments. Each row shows its state in words and opens to more.

use askama::Template;

use crate::web::h5::follow_outcome::{Notice, Tone};
use crate::web::h5::layout::{Layout, Link};

/// A state in words, tinted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pill {
    /// Tint; `None` is the colour of waiting.
    pub tone: Option<Tone>,
    /// The word.
    pub word: String,
}

/// One thing of the list. Its key data fold out under its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Two lines at most.
    pub title: String,
    /// Its state.
    pub pill: Pill,
    /// Unit and date, in muted.
    pub meta: Vec<String>,
    /// Label and value, shown when it is opened.
    pub facts: Vec<(String, String)>,
    /// What can be done with it; the first one is the page of the thing.
    pub actions: Vec<Link>,
}

/// A tab above the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub link: Link,
    /// It is this one.
    pub current: bool,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "h5/cards.html")]
pub struct CardsPage {
    /// The frame.
    pub layout: Layout,
    /// First heading.
    pub heading: String,
    /// What became of the last tap.
    pub notice: Option<Notice>,
    /// The button above the list.
    pub action: Option<Link>,
    /// By state; none: no tabs.
    pub tabs: Vec<Tab>,
    /// Newest first.
    pub cards: Vec<Card>,
    /// What would stand here, in sentences, when there is nothing.
    pub empty: Vec<String>,
    /// What makes it so.
    pub empty_action: Option<Link>,
    /// The next page.
    pub next: Option<Link>,
}
