//! 地区 and 检察院 of a form: which unit is meant by what was sent. The script sends an id beside the name; without one
//! the name is resolved here, and where it may mean several units the page asks which (R-I.6).

use crate::app::UnitBook;
use crate::domain::ids::UnitId;
use crate::domain::unit_names::Resolution;
use crate::web::h5::field::{Field, Input};
use crate::web::h5::unit_field::UnitField;
use crate::web::h5::unit_suggestion::{UnitSuggestion, regions};
use crate::web::handlers::form::Posted;

/// What the two fields say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UnitChoice {
    /// This unit.
    Chosen(UnitId),
    /// None yet: what to do about it, and the units to choose from.
    Unknown {
        /// Beside the field.
        fault: String,
        /// As knobs under it; may be empty.
        candidates: Vec<UnitId>,
    },
}

/// The field `name` as it was filled in, without a fault; empty when nothing was posted.
pub(super) fn field(book: &UnitBook, posted: &Posted, name: &'static str, label: &str) -> Field {
    let all: Vec<_> = book.tree.regions().into_iter().cloned().collect();
    let typed = posted.text(name);
    let id = given_id(book, posted, name, &typed);
    let id = id.as_ref().map_or("", UnitId::as_str);
    let unit = UnitField::new(&regions(&all), &posted.text("region"), id);
    Field::with(name, label, Input::Unit(unit), &typed)
}

/// The unit that is meant. `region` narrows a name that several units have.
pub(super) fn read(book: &UnitBook, posted: &Posted, name: &str) -> UnitChoice {
    let typed = posted.text(name);
    if let Some(id) = given_id(book, posted, name, &typed) {
        return UnitChoice::Chosen(id);
    }
    let region = book.tree.by_code(&posted.text("region"));
    let region = region.map(|unit| unit.unit_id.clone());
    let meant = meanings(book, &typed, region.as_ref());
    // A knob counts for the name it was offered for: who types another name means that one.
    let picked = posted.text(&format!("{name}_pick"));
    let picked = book.tree.by_code(&picked).map(|unit| &unit.unit_id);
    if let Some(picked) = picked
        && meant.units.contains(picked)
    {
        return UnitChoice::Chosen(picked.clone());
    }
    match meant.units.as_slice() {
        [only] if meant.is_exact => UnitChoice::Chosen(only.clone()),
        [] if typed.is_empty() => unknown("请输入检察院的名称，再从列表中点选一个。", Vec::new()),
        [] => unknown(
            "请换一个更短的名称，或者把地区改为“全国”。没有找到这个名称的检察院。",
            Vec::new(),
        ),
        _ if meant.is_exact => unknown(
            "请在下面点选您要的检察院。这个名称可能是几个检察院。",
            meant.units,
        ),
        _ => unknown(
            "请看下面有没有您要的检察院，有的话请点选。没有完全叫这个名称的检察院。",
            meant.units,
        ),
    }
}

impl UnitChoice {
    /// The field with what is wrong and what to choose from, if the unit is not known.
    pub(super) fn shown_on(&self, book: &UnitBook, mut field: Field) -> Field {
        if let Self::Unknown { fault, candidates } = self {
            if let Input::Unit(unit) = &mut field.input {
                let known = candidates.iter().filter_map(|id| suggestion(book, id));
                unit.candidates = known.collect();
            }
            field.fault = Some(fault.clone());
        }
        field
    }
}

fn unknown(fault: &str, candidates: Vec<UnitId>) -> UnitChoice {
    UnitChoice::Unknown {
        fault: fault.to_owned(),
        candidates,
    }
}

/// The id beside the name, as long as the name is still that unit's: without a script it stays behind when another
/// name is typed.
fn given_id(book: &UnitBook, posted: &Posted, name: &str, typed: &str) -> Option<UnitId> {
    let unit = book.tree.by_code(&posted.text(&format!("{name}_id")))?;
    (unit.name == typed).then(|| unit.unit_id.clone())
}

struct Meant {
    units: Vec<UnitId>,
    /// They have this name; otherwise only a similar one.
    is_exact: bool,
}

fn meanings(book: &UnitBook, typed: &str, region: Option<&UnitId>) -> Meant {
    let (mut units, is_exact) = match book.resolver.resolve(typed) {
        Resolution::One { unit, hints } => {
            let is_its_name = book.tree.get(&unit).is_some_and(|one| one.name == typed);
            let others = if is_its_name { Vec::new() } else { hints };
            (std::iter::once(unit).chain(others).collect(), true)
        }
        Resolution::Choices(units) => (units, true),
        Resolution::Nearest(units) => (units, false),
        Resolution::Nothing => (Vec::new(), false),
    };
    if let Some(region) = region {
        let inside: Vec<UnitId> = units
            .iter()
            .filter(|unit| book.tree.is_within(unit, region))
            .cloned()
            .collect();
        // The region is one of another place: better to ask than to say that there is none.
        let is_exact = is_exact && !inside.is_empty();
        if !inside.is_empty() {
            units = inside;
        }
        return Meant { units, is_exact };
    }
    Meant { units, is_exact }
}

fn suggestion(book: &UnitBook, id: &UnitId) -> Option<UnitSuggestion> {
    let unit = book.tree.get(id)?;
    let parent = unit.parent_id.as_ref().and_then(|id| book.tree.get(id));
    Some(UnitSuggestion {
        id: unit.unit_id.as_str().to_owned(),
        name: unit.name.clone(),
        parent: parent.map(|unit| unit.name.clone()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::procuratorate::{BUILT_IN, parse_csv};
    use crate::domain::units::UnitTree;

    fn book() -> UnitBook {
        let tree = Arc::new(UnitTree::build(parse_csv(BUILT_IN).unwrap()).unwrap());
        UnitBook::of(tree)
    }

    fn posted(pairs: &[(&str, &str)]) -> Posted {
        let mut body = form_urlencoded::Serializer::new(String::new());
        Posted::parse(&body.extend_pairs(pairs).finish())
    }

    fn chosen(book: &UnitBook, pairs: &[(&str, &str)]) -> String {
        match read(book, &posted(pairs), "unit") {
            UnitChoice::Chosen(id) => id.as_str().to_owned(),
            UnitChoice::Unknown { candidates, .. } => format!("?{}", candidates.len()),
        }
    }

    #[test]
    fn an_id_a_name_or_a_knob_chooses_a_unit() {
        let book = book();
        for (pairs, unit) in [
            (
                vec![("unit", "长沙市人民检察院"), ("unit_id", "430100")],
                "430100",
            ),
            (vec![("unit", "长沙市人民检察院")], "430100"),
            (vec![("unit", "430104")], "430104"),
            (vec![("unit", "岳麓区检察院")], "430104"),
            (vec![("unit", "朝阳"), ("region", "110000")], "110105"),
            (vec![("unit", "朝阳"), ("unit_pick", "110105")], "110105"),
            // Another name was typed after the id was filled in, or the knob was touched.
            (
                vec![("unit", "岳麓区检察院"), ("unit_id", "430100")],
                "430104",
            ),
            (
                vec![("unit", "岳麓区检察院"), ("unit_pick", "110105")],
                "430104",
            ),
            (vec![("unit", ""), ("unit_id", "430100")], "?0"),
            (vec![], "?0"),
            (vec![("unit", "不存在的地方啊")], "?0"),
        ] {
            assert_eq!(chosen(&book, &pairs), unit, "{pairs:?}");
        }
    }

    #[test]
    fn what_may_mean_several_units_is_asked_with_all_of_them() {
        let book = book();
        let sent = posted(&[("unit", "朝阳"), ("region", "")]);
        let choice = read(&book, &sent, "unit");
        let field = choice.shown_on(&book, field(&book, &sent, "unit", "检察院"));
        assert!(field.fault.unwrap().contains("点选"));
        assert_eq!(field.value, "朝阳");
        let Input::Unit(unit) = field.input else {
            panic!("another kind of field")
        };
        assert!(unit.candidates.len() > 1);
        assert!(unit.candidates.iter().any(|one| one.id == "110105"));
        assert!(unit.regions.len() > 30 && unit.unit_id.is_empty());
        // A region that the name is not found in does not hide the unit.
        let elsewhere = [("unit", "岳麓区检察院"), ("region", "110000")];
        assert_eq!(chosen(&book, &elsewhere), "?1");
    }
}
