use super::RESOLVER;
use crate::domain::ids::UnitId;

fn raw(ids: &[UnitId]) -> Vec<&str> {
    ids.iter().map(UnitId::as_str).collect()
}

#[test]
fn type_ahead_puts_the_best_match_first() {
    let first = |text: &str| {
        RESOLVER
            .suggest(text, None, 10)
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    for (text, unit) in [
        ("长沙", "430100"),
        ("cs", "430100"),
        ("changs", "430100"),
        ("yuelu", "430104"),
        ("岳麓区检", "430104"),
        ("长沙岳", "430104"),
        ("bj", "110000"),
        ("430104", "430104"),
        ("4301", "430100"),
        ("湘检", "430000"),
        ("铁路", "429200"),
    ] {
        assert_eq!(
            first(text),
            unit,
            "{text}: {:?}",
            RESOLVER.suggest(text, None, 10)
        );
    }
}

#[test]
fn type_ahead_stays_inside_the_region() {
    let hunan = UnitId::new("430000");
    let found = RESOLVER.suggest("cs", Some(&hunan), 10);
    assert_eq!(raw(&found).first(), Some(&"430100"));
    assert!(
        found
            .iter()
            .all(|unit| RESOLVER.tree.is_within(unit, &hunan))
    );
    assert!(RESOLVER.suggest("海淀", Some(&hunan), 10).is_empty());
    assert_eq!(RESOLVER.suggest("区", Some(&hunan), 3).len(), 3);
    assert!(
        RESOLVER
            .suggest("长沙", Some(&UnitId::new("nobody")), 10)
            .is_empty()
    );
    assert!(RESOLVER.suggest(&"长".repeat(2_000), None, 10).is_empty());
}

#[test]
fn an_empty_text_offers_the_office_of_the_region_and_those_below() {
    let found = RESOLVER.suggest(" ", Some(&UnitId::new("430000")), 50);
    assert_eq!(found.len(), 15);
    assert_eq!(
        raw(&found).get(..3),
        Some(["430000", "430100", "430200"].as_slice())
    );
    assert_eq!(RESOLVER.suggest("", None, 100).len(), 33);
}
