use super::UnitTree;
use crate::domain::ids::UnitId;
use crate::domain::procuratorate::{BUILT_IN, parse_csv};

fn tree() -> UnitTree {
    UnitTree::build(parse_csv(BUILT_IN).expect("the shipped table")).expect("one tree")
}

fn id(raw: &str) -> UnitId {
    UnitId::new(raw)
}

fn raw(ids: &[UnitId]) -> Vec<&str> {
    ids.iter().map(UnitId::as_str).collect()
}

#[test]
fn a_unit_is_found_by_id_by_old_code_and_in_any_letter_case() {
    let tree = tree();
    assert_eq!(
        tree.get(&id("430104")).expect("岳麓").name,
        "长沙市岳麓区人民检察院"
    );
    assert_eq!(tree.by_code(" bj-1 ").expect("branch").unit_id, id("BJ-1"));
    assert_eq!(
        tree.by_code("420321").expect("old code").unit_id,
        id("420304")
    );
    assert!(tree.get(&id("420321")).is_none());
    assert!(tree.get(&id("bj-1")).is_none());
    assert!(tree.by_code("999999").is_none());
}

#[test]
fn ancestors_run_from_the_unit_to_the_root() {
    let tree = tree();
    assert_eq!(
        raw(&tree.ancestors(&id("430104"))),
        ["430104", "430100", "430000", "100000"]
    );
    assert_eq!(
        raw(&tree.ancestors(&id("429005"))),
        ["429005", "429000", "420000", "100000"]
    );
    assert_eq!(raw(&tree.ancestors(&id("100000"))), ["100000"]);
    assert!(tree.ancestors(&id("nobody")).is_empty());
}

#[test]
fn within_follows_the_stored_hierarchy_and_not_the_digits() {
    let tree = tree();
    assert!(tree.is_within(&id("429005"), &id("429000")));
    assert!(tree.is_within(&id("BJ-1"), &id("110000")));
    assert!(tree.is_within(&id("430104"), &id("430104")));
    assert!(!tree.is_within(&id("430100"), &id("430104")));
    assert!(!tree.is_within(&id("420191"), &id("420200")));
    assert!(!tree.is_within(&id("nobody"), &id("100000")));
}

#[test]
fn subtrees_children_and_ancestors_agree_for_every_unit() {
    let tree = tree();
    assert_eq!(tree.subtree(&id("100000")).len(), tree.len());
    let mut children = 0;
    for unit in tree.iter() {
        for child in tree.children(&unit.unit_id) {
            assert_eq!(
                tree.get(&child).and_then(|child| child.parent_id.as_ref()),
                Some(&unit.unit_id)
            );
            children += 1;
        }
        for member in tree.subtree(&unit.unit_id) {
            assert!(tree.ancestors(&member).contains(&unit.unit_id));
            assert!(tree.is_within(&member, &unit.unit_id));
        }
    }
    assert_eq!(children + 1, tree.len());
}

#[test]
fn the_region_list_is_the_root_the_provinces_and_the_corps_in_code_order() {
    let tree = tree();
    let regions: Vec<&str> = tree
        .regions()
        .iter()
        .map(|unit| unit.unit_id.as_str())
        .collect();
    assert_eq!(regions.len(), 33);
    assert_eq!(regions.first(), Some(&"100000"));
    assert_eq!(regions.get(1), Some(&"110000"));
    assert_eq!(regions.last(), Some(&"660000"));
    assert!(regions.is_sorted());
}

#[test]
fn every_unit_belongs_to_one_region() {
    let tree = tree();
    assert_eq!(tree.region_of(&id("430104")), id("430000"));
    assert_eq!(tree.region_of(&id("430000")), id("430000"));
    assert_eq!(tree.region_of(&id("BT-八")), id("660000"));
    assert_eq!(tree.region_of(&id("100000")), id("100000"));
    assert_eq!(tree.region_of(&id("nobody")), id("nobody"));
}

#[test]
fn divisions_of_the_corps_keep_the_order_of_the_table() {
    let below = tree().children(&id("660000"));
    assert_eq!(
        raw(&below).get(..3),
        Some(["BT-一", "BT-二", "BT-三"].as_slice())
    );
}

#[test]
fn short_names_stay_recognisable() {
    let tree = tree();
    for (unit, expected) in [
        ("100000", "最高检"),
        ("430000", "湖南省院"),
        ("430104", "长沙市岳麓区院"),
        ("BJ-1", "北京市第一分院"),
        ("429201", "武汉铁路运输院"),
    ] {
        assert_eq!(tree.short_name(&id(unit)), expected);
    }
}

#[test]
fn units_that_are_not_one_tree_are_refused() {
    let mut units = parse_csv(BUILT_IN).expect("the shipped table");
    units.retain(|unit| unit.unit_id != id("430000"));
    let flaws = UnitTree::build(units)
        .expect_err("湖南's cities lost their parent")
        .0;
    assert_eq!(flaws.len(), 14);
    assert!(UnitTree::build(Vec::new()).is_err());
}
