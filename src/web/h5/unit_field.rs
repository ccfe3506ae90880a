//! 地区 and 检察院: a region to narrow the search and a name to type (R-I.6). With a script the names are offered while
//! typing; without one the server reads the name, and asks which one is meant when there are several.

use crate::web::h5::field::Choice;
use crate::web::h5::unit_suggestion::{Region, UnitSuggestion};

/// What stands in the two fields, and what may be meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitField {
    /// All regions.
    pub regions: Vec<Choice>,
    /// The id of the chosen unit; empty: only a name was typed.
    pub unit_id: String,
    /// What may be meant by the name that was typed.
    pub candidates: Vec<UnitSuggestion>,
}

impl UnitField {
    /// The field with a region chosen.
    pub fn new(regions: &[Region], region: &str, unit_id: &str) -> Self {
        let all = std::iter::once(Choice::of("", "全国", region));
        let choices = regions
            .iter()
            .map(|one| Choice::of(&one.id, &one.name, region));
        Self {
            regions: all.chain(choices).collect(),
            unit_id: unit_id.to_owned(),
            candidates: Vec::new(),
        }
    }
}
