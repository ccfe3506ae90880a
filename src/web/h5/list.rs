//! The lists: two boards, of the whole country, of one unit or of its subtree, searchable, fifteen to a page.

use askama::Template;

use crate::domain::publication::PublicationKind;
use crate::web::h5::empty_list::{EmptyList, empty_list};
use crate::web::h5::layout::{Frame, Layout};
use crate::web::h5::list_address::{ListAddress, UnitScope};
use crate::web::h5::paths;
use crate::web::h5::publication_row::PublicationRow;

/// The unit a list is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUnit {
    /// Its canonical name.
    pub name: String,
    /// Whether 含下属院 is a choice at all.
    pub has_subordinates: bool,
}

/// What was found for one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedPublications {
    /// At most [`super::list_address::PAGE_SIZE`], newest first.
    pub rows: Vec<PublicationRow>,
    /// How many there are altogether, when that is known.
    pub total: Option<u64>,
    /// The cursor behind the last row; `None` on the last page.
    pub next: Option<String>,
}

/// `GET /h5/list`.
#[derive(Debug, Template)]
#[template(path = "h5/list.html")]
pub struct ListPage {
    /// The frame.
    pub layout: Layout,
    /// What was asked for.
    pub address: ListAddress,
    /// The unit of the address; `None` for the whole country.
    pub unit: Option<ListedUnit>,
    /// What was found.
    pub found: ListedPublications,
}

struct Tab {
    label: &'static str,
    href: String,
    is_current: bool,
}

impl ListPage {
    /// The page with its title, which is the board's name.
    pub fn new(
        frame: Frame<'_>,
        address: ListAddress,
        unit: Option<ListedUnit>,
        found: ListedPublications,
    ) -> Self {
        Self {
            layout: frame.titled(address.kind.title()),
            address,
            unit,
            found,
        }
    }

    fn boards(&self) -> [Tab; 2] {
        PublicationKind::ALL.map(|kind| Tab {
            label: kind.title(),
            href: self.address.on_board(kind).path(),
            is_current: kind == self.address.kind,
        })
    }

    fn scopes(&self) -> [Tab; 2] {
        [(UnitScope::Own, "本院"), (UnitScope::Subtree, "含下属院")].map(|(scope, label)| Tab {
            label,
            href: self.address.with_scope(scope).path(),
            is_current: scope == self.address.scope,
        })
    }

    fn next_page(&self) -> Option<String> {
        self.found
            .next
            .as_deref()
            .map(|cursor| self.address.page_after(cursor).path())
    }

    fn empty(&self) -> EmptyList {
        empty_list(&self.address, self.unit.as_ref())
    }
}
