//! The address of a list: which board, of which unit, searched for what, from where on. Read tolerantly, because
//! people shorten and retype addresses; written in one canonical order, because scroll positions are kept by address.

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::web::h5::paths;

/// How many publications a list page shows; the number of the public site (requirements §0).
pub const PAGE_SIZE: usize = 15;

/// Longest keyword a page searches for, in characters; the rest is dropped.
const KEYWORD_CHARS: usize = 64;
/// Longest cursor and unit id that are looked at, in bytes; longer ones are treated as absent.
const CURSOR_BYTES: usize = 200;
const UNIT_BYTES: usize = 32;

/// Whether a unit's list includes what its subordinate units publish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnitScope {
    /// 本院.
    #[default]
    Own,
    /// 含下属院: the whole subtree.
    Subtree,
}

/// `/h5/list?kind=…&unit=…&sub=…&q=…&after=…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAddress {
    /// The board.
    pub kind: PublicationKind,
    /// The unit; `None` for the whole country. Well-formed, but perhaps not in the unit table.
    pub unit: Option<UnitId>,
    /// Only meaningful with a unit.
    pub scope: UnitScope,
    /// What is searched for, trimmed and never empty.
    pub keyword: Option<String>,
    /// The cursor: where the page before ended. Opaque here.
    pub after: Option<String>,
}

impl ListAddress {
    /// The newest of a board, nationwide.
    pub fn newest(kind: PublicationKind) -> Self {
        Self {
            kind,
            unit: None,
            scope: UnitScope::Own,
            keyword: None,
            after: None,
        }
    }

    /// The newest of a board that one unit published.
    pub fn of_unit(kind: PublicationKind, unit: UnitId, scope: UnitScope) -> Self {
        Self {
            unit: Some(unit),
            scope,
            ..Self::newest(kind)
        }
    }

    /// Reads the query part of an address. What makes no sense counts as absent.
    pub fn from_query(query: &str) -> Self {
        let mut address = Self::newest(PublicationKind::ImportantCase);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "kind" => address.kind = PublicationKind::from_word(&value).unwrap_or(address.kind),
                "unit" => address.unit = well_formed_unit(&value),
                "sub" => {
                    address.scope = if value == "1" {
                        UnitScope::Subtree
                    } else {
                        UnitScope::Own
                    }
                }
                "q" => address.keyword = keyword(&value),
                "after" => address.after = cursor(&value),
                _ => {}
            }
        }
        address
    }

    /// The same list on the other board, from its start.
    pub fn on_board(&self, kind: PublicationKind) -> Self {
        Self {
            kind,
            after: None,
            ..self.clone()
        }
    }

    /// The same list with another scope, from its start.
    pub fn with_scope(&self, scope: UnitScope) -> Self {
        Self {
            scope,
            after: None,
            ..self.clone()
        }
    }

    /// The same list for the whole country, from its start.
    pub fn nationwide(&self) -> Self {
        Self {
            unit: None,
            scope: UnitScope::Own,
            after: None,
            ..self.clone()
        }
    }

    /// The same list without a keyword, from its start.
    pub fn unfiltered(&self) -> Self {
        Self {
            keyword: None,
            after: None,
            ..self.clone()
        }
    }

    /// The page of the same list that begins behind `cursor`.
    pub fn page_after(&self, cursor: &str) -> Self {
        Self {
            after: Some(cursor.to_owned()),
            ..self.clone()
        }
    }

    /// The first page of the same list.
    pub fn first_page(&self) -> Self {
        Self {
            after: None,
            ..self.clone()
        }
    }

    /// Whether the list includes subordinate units.
    pub fn is_subtree(&self) -> bool {
        self.unit.is_some() && self.scope == UnitScope::Subtree
    }

    /// The address as it stands in a link.
    pub fn path(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("kind", self.kind.as_str());
        if let Some(unit) = &self.unit {
            query.append_pair("unit", unit.as_str());
            query.append_pair("sub", if self.is_subtree() { "1" } else { "0" });
        }
        if let Some(keyword) = &self.keyword {
            query.append_pair("q", keyword);
        }
        if let Some(after) = &self.after {
            query.append_pair("after", after);
        }
        format!("{}?{}", paths::LIST, query.finish())
    }
}

/// A unit id that could stand in the unit table.
pub(crate) fn well_formed_unit(value: &str) -> Option<UnitId> {
    // Placeholder codes hold Chinese numerals: BT-三.
    let is_id = |char: char| char.is_alphanumeric() || char == '-';
    (!value.is_empty() && value.len() <= UNIT_BYTES && value.chars().all(is_id))
        .then(|| UnitId::new(value))
}

/// What a person typed into a search field, or nothing worth searching for.
pub(crate) fn keyword(value: &str) -> Option<String> {
    let cut: String = value
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(KEYWORD_CHARS)
        .collect();
    (!cut.is_empty()).then_some(cut)
}

fn cursor(value: &str) -> Option<String> {
    (!value.is_empty() && value.len() <= CURSOR_BYTES).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query_of(path: &str) -> &str {
        path.split_once('?').unwrap().1
    }

    #[test]
    fn an_address_is_read_back_as_it_was_written() {
        let address = ListAddress {
            kind: PublicationKind::LegalDocument,
            unit: Some(UnitId::new("BJ-1")),
            scope: UnitScope::Subtree,
            keyword: Some("受贿 & \"100%\"".to_owned()),
            after: Some("1795224600000.k3+/=".to_owned()),
        };
        let path = address.path();
        assert!(
            path.starts_with("/h5/list?kind=legal_document&unit=BJ-1&sub=1&q="),
            "{path}"
        );
        assert_eq!(ListAddress::from_query(query_of(&path)), address);
    }

    #[test]
    fn a_unit_whose_code_is_not_ascii_has_an_address_too() {
        let unit = UnitId::new("BT-三");
        let kind = PublicationKind::LegalDocument;
        let address = ListAddress::of_unit(kind, unit, UnitScope::Own);
        assert_eq!(
            address.path(),
            "/h5/list?kind=legal_document&unit=BT-%E4%B8%89&sub=0"
        );
        assert_eq!(ListAddress::from_query(query_of(&address.path())), address);
    }

    #[test]
    fn nonsense_counts_as_absent() {
        let address =
            ListAddress::from_query("kind=x&unit=%3Cscript%3E&sub=yes&q=%20%20&after=&foo=bar");
        assert_eq!(address, ListAddress::newest(PublicationKind::ImportantCase));
    }

    #[test]
    fn a_scope_without_a_unit_does_not_reach_the_address() {
        let address = ListAddress::from_query("kind=legal_document&sub=1");
        assert_eq!(address.path(), "/h5/list?kind=legal_document");
    }

    #[test]
    fn a_long_keyword_is_cut_between_characters() {
        let address = ListAddress::from_query(&format!("q={}", "案".repeat(500)));
        assert_eq!(address.keyword.unwrap().chars().count(), KEYWORD_CHARS);
    }

    #[test]
    fn another_board_starts_at_its_first_page() {
        let address = ListAddress::from_query("unit=430100&sub=1&q=x&after=c");
        assert_eq!(
            address.on_board(PublicationKind::LegalDocument).path(),
            "/h5/list?kind=legal_document&unit=430100&sub=1&q=x"
        );
    }
}
