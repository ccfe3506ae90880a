//! One case a rule, what must not be flagged, and the two figures: everything planted is found, the synthetic documents
//! hardly cause an alarm.

mod alarms;
mod documents;
mod planted;
mod rules;
mod silence;

use super::*;

/// What is found in a body, as words.
fn found(body: &str) -> Vec<(Kind, String)> {
    let parts = Parts {
        body,
        ..Parts::default()
    };
    check(&parts)
        .into_iter()
        .map(|one| (one.kind, body.get(one.start..one.end).unwrap().to_owned()))
        .collect()
}

/// The body after everything found in it was replaced.
fn cleaned(body: &str) -> String {
    let parts = Parts {
        body,
        ..Parts::default()
    };
    masked(body, Part::Body, &check(&parts))
}
