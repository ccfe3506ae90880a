//! Searches find what a plain reading of the documents finds, in the same order.

use super::support::{Scratch, document, request};
use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::search::{Change, Document, SearchRequest};

/// From a word in every text to one in almost none, and a phrase of two that also stand apart.
const WORDS: [(&str, u64); 8] = [
    ("alpha", 1),
    ("beta", 2),
    ("gamma", 9),
    ("delta", 60),
    ("epsilon", 700),
    ("路灯", 2),
    ("桥梁", 3),
    ("路灯桥梁", 4),
];
const DOCUMENTS: u64 = 1_500;

/// The same numbers in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn one_in(&mut self, n: u64) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.is_multiple_of(n)
    }

    fn words(&mut self, rarer: u64) -> String {
        let mut words = vec!["start"];
        for (word, one_in) in WORDS {
            if self.one_in(one_in * rarer) {
                words.push(word);
            }
        }
        words.join(" ")
    }

    fn document(&mut self, id: u64) -> Document {
        let unit = if self.one_in(5) { "430100" } else { "430200" };
        Document {
            kind: if self.one_in(3) {
                PublicationKind::ImportantCase
            } else {
                PublicationKind::LegalDocument
            },
            scopes: vec![UnitId::new(unit)],
            title: self.words(3),
            body: self.words(1),
            // Many of the same moment, in one segment and in several.
            published_at: (id * 7_919 % DOCUMENTS / 4) as i64,
            ..document(&format!("id{id}"))
        }
    }
}

/// What must be found, by reading every document.
fn read(documents: &[Document], request: &SearchRequest<'_>) -> Vec<String> {
    let words: Vec<&str> = request.words.split(' ').collect();
    let mut hits: Vec<_> = documents
        .iter()
        .filter(|one| request.kind.is_none_or(|kind| kind == one.kind))
        .filter(|one| request.scope.is_none_or(|scope| one.scopes.contains(scope)))
        .filter(|one| {
            let mut words = words.iter();
            words.all(|word| one.title.contains(word) || one.body.contains(word))
        })
        .map(|one| {
            let in_title = words.iter().all(|word| one.title.contains(word));
            (in_title, one.published_at, one.external_id.clone())
        })
        .collect();
    hits.sort();
    hits.into_iter().rev().map(|(_, _, id)| id).collect()
}

fn filled() -> (Scratch, Vec<Document>) {
    let scratch = Scratch::new();
    let mut dice = Dice(88_172_645_463_325_252);
    let mut documents: Vec<Document> = (0..DOCUMENTS).map(|id| dice.document(id)).collect();
    // Segments of several sizes; then some documents go and some change, in all of them.
    for part in documents.chunks(600) {
        scratch.put(part.iter().cloned());
    }
    let mut gone = Vec::new();
    documents.retain(|one| {
        let goes = dice.one_in(10);
        if goes {
            gone.push(Change::Remove(one.external_id.clone()));
        }
        !goes
    });
    scratch.apply(gone);
    for (nth, one) in documents.iter_mut().enumerate() {
        if nth % 50 == 0 {
            *one = Document {
                external_id: one.external_id.clone(),
                ..dice.document(nth as u64)
            };
            scratch.apply([Change::Put(Box::new(one.clone()))]);
        }
    }
    (scratch, documents)
}

#[test]
fn every_combination_of_words_and_filters_finds_what_reading_finds() {
    let (scratch, documents) = filled();
    let (small, other) = (UnitId::new("430100"), UnitId::new("430300"));
    let names = WORDS.map(|(word, _)| word);
    let pairs = names
        .iter()
        .flat_map(|one| names.iter().map(move |other| format!("{one} {other}")));
    let mut found = 0;
    for words in pairs.chain(["alpha beta gamma".to_owned(), "start".to_owned()]) {
        for kind in [
            None,
            Some(PublicationKind::ImportantCase),
            Some(PublicationKind::LegalDocument),
        ] {
            for scope in [None, Some(&small), Some(&other)] {
                let request = SearchRequest {
                    kind,
                    scope,
                    ..request(&words)
                };
                let hits = scratch.index.search(&request).unwrap();
                let expected = read(&documents, &request);
                found += hits.total;
                assert_eq!(hits.total, expected.len(), "{request:?}");
                assert_eq!(hits.ids, expected, "{request:?}");
            }
        }
    }
    assert!(found > 10_000, "{found}");
}

#[test]
fn a_page_is_the_same_part_of_the_whole() {
    let (scratch, documents) = filled();
    for words in ["alpha", "alpha beta", "delta", "路灯桥梁"] {
        let whole = read(&documents, &request(words));
        for (offset, limit) in [(0, 5), (5, 5), (400, 300), (whole.len() - 3, 5)] {
            let request = SearchRequest {
                offset,
                limit,
                ..request(words)
            };
            let expected: Vec<String> = whole.iter().skip(offset).take(limit).cloned().collect();
            let hits = scratch.index.search(&request).unwrap();
            assert_eq!(hits.ids, expected, "{request:?}");
            assert_eq!(hits.total, whole.len());
        }
    }
}
