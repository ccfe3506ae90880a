//! Everything planted is found.

use super::*;

/// What of a set is not found, with the text around it.
fn missed(seed: u64, count: u64) -> Vec<String> {
    let mut missed = Vec::new();
    for index in 0..count {
        let plant = planted(seed, index);
        let parts = Parts {
            body: &plant.body,
            ..Parts::default()
        };
        // An address may begin later than it was written: what matters is that the house is covered.
        let start = match plant.kind {
            Kind::Address => plant.end - 1,
            _ => plant.start,
        };
        let covered = check(&parts)
            .iter()
            .any(|one| one.kind == plant.kind && one.start <= start && plant.end <= one.end);
        if !covered {
            missed.push(format!(
                "{:?} {:?} in {:?}",
                plant.kind,
                plant.body.get(plant.start..plant.end).unwrap(),
                plant.body
            ));
        }
    }
    missed
}

#[test]
fn all_of_five_hundred_are_found() {
    let missed = missed(1, 500);
    assert!(missed.is_empty(), "{}: {missed:#?}", missed.len());
}

#[test]
fn hardly_one_of_many_more_is_missed() {
    let missed = missed(2, 20_000);
    assert!(
        missed.len() <= 20,
        "{}: {:#?}",
        missed.len(),
        missed.iter().take(60).collect::<Vec<_>>()
    );
}

#[test]
fn every_surname_that_is_planted_is_known() {
    for surname in surnames::PLANTABLE.chars() {
        let text = Glyphs::of(&surname.to_string());
        assert!(surnames::surname(&text, 0).is_some(), "{surname}");
    }
}
