//! 我的关注: the procuratorates a follower watches, at most five, and a form to add one.
//!
//! The form works in two steps without a script (choose a region, search; choose from the list) and in one with it:
//! suggestions appear while typing, in the same list, with the same buttons.

use askama::Template;

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::web::h5::follow_outcome::Notice;
use crate::web::h5::layout::{Frame, Layout};
use crate::web::h5::list_address::{ListAddress, UnitScope, keyword, well_formed_unit};
use crate::web::h5::paths;
use crate::web::h5::unit_suggestion::{Region, SUGGESTION_LIMIT, UnitSuggestion};

/// Most procuratorates one follower may watch.
pub const FOLLOW_LIMIT: usize = 5;

/// A procuratorate on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedUnit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl FollowedUnit {
    fn newest(&self, kind: PublicationKind) -> String {
        ListAddress::of_unit(kind, UnitId::new(self.id.as_str()), UnitScope::Subtree).path()
    }
}

/// What was searched for, and what was found; both empty before the first search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitSearch {
    /// The chosen region's id; empty for the whole country.
    pub region: String,
    /// What was typed.
    pub keyword: String,
    /// What was found; `None` before the first search.
    pub found: Option<Vec<UnitSuggestion>>,
}

impl UnitSearch {
    /// Reads `region` and `q` from the query part of an address, for the page and for the type-ahead alike. What
    /// makes no sense counts as absent; nothing has been found yet.
    pub fn from_query(query: &str) -> Self {
        let mut search = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "region" => {
                    search.region = well_formed_unit(&value)
                        .map(|id| id.to_string())
                        .unwrap_or_default()
                }
                "q" => search.keyword = keyword(&value).unwrap_or_default(),
                _ => {}
            }
        }
        search
    }

    /// Whether there is anything to search for: a region alone is enough.
    pub fn is_asked(&self) -> bool {
        !self.region.is_empty() || !self.keyword.is_empty()
    }
}

/// `GET /h5/follows`, and what a refused POST answers.
#[derive(Debug, Template)]
#[template(path = "h5/follows.html")]
pub struct FollowsPage {
    /// The frame.
    pub layout: Layout,
    /// The token both kinds of form carry.
    pub csrf: String,
    /// What the follower watches, in the order of following.
    pub followed: Vec<FollowedUnit>,
    /// The choices of 地区.
    pub regions: Vec<Region>,
    /// The search of this request.
    pub search: UnitSearch,
    /// What became of the tap before.
    pub notice: Option<Notice>,
}

impl FollowsPage {
    /// The page as it opens: no search, no message.
    pub fn new(
        frame: Frame<'_>,
        csrf: String,
        followed: Vec<FollowedUnit>,
        regions: Vec<Region>,
    ) -> Self {
        let layout = frame.titled("我的关注");
        Self {
            layout,
            csrf,
            followed,
            regions,
            search: UnitSearch::default(),
            notice: None,
        }
    }

    fn is_full(&self) -> bool {
        self.followed.len() >= FOLLOW_LIMIT
    }

    fn is_followed(&self, id: &str) -> bool {
        self.followed.iter().any(|unit| unit.id == id)
    }

    fn followed_ids(&self) -> String {
        self.followed
            .iter()
            .map(|unit| unit.id.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_tolerantly() {
        let search = UnitSearch::from_query("region=430000&q=%20%E9%95%BF%E6%B2%99%20&x=y");
        assert_eq!(
            (search.region.as_str(), search.keyword.as_str()),
            ("430000", "长沙")
        );
        assert!(search.is_asked() && search.found.is_none());
        assert!(UnitSearch::from_query("region=430000").is_asked());
        assert!(!UnitSearch::from_query("region=%22%3E&q=%20").is_asked());
    }
}
