//! Tiers, order, paging and filters.

use super::support::{Scratch, charged, document, request, saying, titled};
use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::search::{Document, SearchRequest};

#[test]
fn titles_and_charges_come_before_bodies_and_then_the_newest() {
    let scratch = Scratch::with([
        saying("9", "抢劫"),
        titled("1", "抢劫案"),
        charged("3", "某案", "抢劫罪"),
        Document {
            document_number: Some("抢劫2号".to_owned()),
            ..document("2")
        },
        saying("8", "抢劫"),
        Document {
            title: "长沙".to_owned(),
            ..saying("7", "抢劫")
        },
    ]);
    assert_eq!(scratch.find("抢劫"), ["3", "2", "1", "9", "8", "7"]);
    assert_eq!(scratch.find("抢劫 长沙"), ["7"]);
}

#[test]
fn equal_times_are_ordered_by_external_id_descending() {
    let same_time = |id: &str| Document {
        published_at: -5,
        ..titled(id, "抢劫案")
    };
    let scratch = Scratch::with(["b", "a10", "a9", "中", "B"].map(same_time));
    scratch.put(["c", "a1"].map(same_time));
    assert_eq!(
        scratch.find("抢劫"),
        ["中", "c", "b", "a9", "a10", "a1", "B"]
    );
}

#[test]
fn pages_across_both_tiers_add_up_to_the_whole() {
    let scratch = Scratch::new();
    // Several commits make several segments, with equal times across them.
    for part in 0..5 {
        scratch.put((0..40).map(|nth| {
            let id = format!("{}-{part}-{nth}", nth % 7);
            let text = if nth % 3 == 0 {
                titled(&id, "抢劫案")
            } else {
                saying(&id, "犯抢劫罪")
            };
            Document {
                published_at: nth / 4,
                ..text
            }
        }));
    }
    let whole = scratch.find("抢劫");
    assert_eq!(whole.len(), 200);
    for size in [1, 7, 50, 69, 70, 71, 199, 1_000] {
        let mut paged = Vec::new();
        while paged.len() < whole.len() {
            let page = SearchRequest {
                limit: size,
                offset: paged.len(),
                ..request("抢劫")
            };
            let hits = scratch.index.search(&page).unwrap();
            assert_eq!(hits.total, 200);
            assert_eq!(hits.ids.len(), size.min(200 - paged.len()));
            paged.extend(hits.ids);
        }
        assert_eq!(paged, whole, "pages of {size}");
    }
}

#[test]
fn pages_beyond_the_end_and_of_no_size_are_empty_but_counted() {
    let scratch = Scratch::with([titled("1", "抢劫案"), saying("2", "抢劫")]);
    for (limit, offset) in [(0, 0), (10, 2), (usize::MAX, usize::MAX), (1, usize::MAX)] {
        let hits = scratch
            .index
            .search(&SearchRequest {
                limit,
                offset,
                ..request("抢劫")
            })
            .unwrap();
        assert_eq!((hits.total, hits.ids.len()), (2, 0));
    }
    let rest = SearchRequest {
        limit: usize::MAX,
        offset: 1,
        ..request("抢劫")
    };
    assert_eq!(scratch.index.search(&rest).unwrap().ids, ["2"]);
}

#[test]
fn board_and_unit_narrow_the_search() {
    let at = |id: &str, units: [&str; 2]| Document {
        scopes: units.map(UnitId::new).to_vec(),
        ..titled(id, "抢劫案")
    };
    let scratch = Scratch::with([
        at("1", ["430100", "430000"]),
        Document {
            kind: PublicationKind::ImportantCase,
            ..at("2", ["430200", "430000"])
        },
        Document {
            scopes: vec![UnitId::new("430000")],
            ..saying("3", "抢劫")
        },
    ]);
    let find = |kind, scope: Option<&str>| {
        let scope = scope.map(UnitId::new);
        scratch
            .index
            .search(&SearchRequest {
                kind,
                scope: scope.as_ref(),
                ..request("抢劫")
            })
            .unwrap()
            .ids
    };
    assert_eq!(find(None, None), ["2", "1", "3"]);
    assert_eq!(find(Some(PublicationKind::ImportantCase), None), ["2"]);
    assert_eq!(find(Some(PublicationKind::LegalDocument), None), ["1", "3"]);
    assert_eq!(find(None, Some("430000")), ["2", "1", "3"]);
    assert_eq!(find(None, Some("430100")), ["1"]);
    assert_eq!(
        find(Some(PublicationKind::ImportantCase), Some("430100")),
        Vec::<String>::new()
    );
    assert_eq!(find(None, Some("4301")), Vec::<String>::new());
}
