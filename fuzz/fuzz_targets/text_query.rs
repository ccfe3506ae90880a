//! Any text that a follower can send: it must be read, and looked up as the name of a unit, without a panic.

#![no_main]

use std::sync::{Arc, OnceLock};

use jianxin_fuzz::domain::procuratorate::{BUILT_IN, parse_csv};
use jianxin_fuzz::domain::query::Query;
use jianxin_fuzz::domain::unit_names::Resolver;
use jianxin_fuzz::domain::units::UnitTree;
use libfuzzer_sys::fuzz_target;

static RESOLVER: OnceLock<Resolver> = OnceLock::new();

fn resolver() -> &'static Resolver {
    RESOLVER.get_or_init(|| {
        let units = parse_csv(BUILT_IN).expect("the shipped table is sound");
        Resolver::build(Arc::new(
            UnitTree::build(units).expect("the shipped table is one tree"),
        ))
    })
}

fuzz_target!(|text: &str| {
    if let Query::Latest { unit_text, .. } = Query::parse(text) {
        assert!(unit_text.chars().count() <= 64);
        resolver().resolve(&unit_text);
    }
    resolver().resolve(text);
    resolver().suggest(text, None, 10);
});
