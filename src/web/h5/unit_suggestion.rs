//! What the type-ahead offers: regions to narrow the search, and units to choose from. The same struct is the JSON
//! of `GET /h5/units` and a row of the page, so that the form works the same with and without a script.

use serde::Serialize;

use crate::domain::procuratorate::Procuratorate;

/// Most suggestions at once: what a thumb can scroll through.
pub const SUGGESTION_LIMIT: usize = 20;

/// One choice of 地区: a province-level unit and the name of its area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The province-level unit's id, as in `region=430000`.
    pub id: String,
    /// 湖南省, 新疆生产建设兵团.
    pub name: String,
}

/// One unit to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitSuggestion {
    /// The unit's id.
    pub id: String,
    /// Its canonical name.
    pub name: String,
    /// The name of the unit above it; empty for the highest.
    pub parent: String,
}

/// The regions, in the order of the unit table: every unit of the second level.
pub fn regions(units: &[Procuratorate]) -> Vec<Region> {
    units
        .iter()
        .filter(|unit| unit.level == 2)
        .map(|unit| Region {
            id: unit.unit_id.as_str().to_owned(),
            name: region_name(unit),
        })
        .collect()
}

/// The 兵团's office has no administrative area; its region is its name without the office.
fn region_name(unit: &Procuratorate) -> String {
    if unit.area_name.is_empty() {
        unit.name
            .strip_suffix("人民检察院")
            .unwrap_or(&unit.name)
            .to_owned()
    } else {
        unit.area_name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UnitId;

    fn unit(id: &str, name: &str, level: u8, area: &str) -> Procuratorate {
        Procuratorate {
            unit_id: UnitId::new(id),
            name: name.to_owned(),
            level,
            parent_id: None,
            kind: String::new(),
            area_name: area.to_owned(),
            aliases: Vec::new(),
            code_aliases: Vec::new(),
        }
    }

    #[test]
    fn regions_are_the_second_level_by_area_or_by_office() {
        let units = [
            unit("100000", "最高人民检察院", 1, ""),
            unit("430000", "湖南省人民检察院", 2, "湖南省"),
            unit("430100", "长沙市人民检察院", 3, "长沙市"),
            unit("660000", "新疆生产建设兵团人民检察院", 2, ""),
        ];
        let names: Vec<String> = regions(&units)
            .into_iter()
            .map(|region| region.name)
            .collect();
        assert_eq!(names, ["湖南省", "新疆生产建设兵团"]);
    }

    #[test]
    fn a_suggestion_is_the_json_the_script_expects() {
        let suggestion = UnitSuggestion {
            id: "430100".into(),
            name: "长沙\"市".into(),
            parent: "湖南".into(),
        };
        assert_eq!(
            serde_json::to_string(&suggestion).unwrap(),
            r#"{"id":"430100","name":"长沙\"市","parent":"湖南"}"#
        );
    }
}
