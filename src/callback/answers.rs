//! Answers that are the same for every follower, kept as long as nothing changed.
//!
//! An answer is good while the publications' revision, the index's position and the set of due items are what they
//! were when it was made. The revision is asked anew for every message, so a withdrawn item is gone with the next one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::search::Position;
use crate::wechat::reply::Reply;

/// Answers kept; then the map starts anew. At about 2 kB each that is 8 MB.
const LIMIT: usize = 4096;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Latest(PublicationKind),
    Unit(PublicationKind, UnitId, Vec<UnitId>),
    Keyword(String),
}

/// The state an answer was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Of the publications.
    pub(super) revision: i64,
    /// Of the index; the default where the answer does not come from it. Holds also how far due items went in.
    pub(super) indexed: Position,
    /// Of the unit table.
    pub(super) units: i64,
}

#[derive(Clone)]
struct Kept {
    state: State,
    good_until: i64,
    reply: Arc<Reply>,
}

#[derive(Default)]
pub(super) struct Answers {
    kept: Mutex<HashMap<Question, Kept>>,
}

impl Answers {
    /// The answer kept for the question, if it is still good.
    pub(super) fn get(&self, question: &Question, state: State, now: i64) -> Option<Arc<Reply>> {
        let map = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = map.get(question)?;
        (kept.state == state && now < kept.good_until).then(|| Arc::clone(&kept.reply))
    }

    /// Keeps an answer, written out, until the next hidden item becomes due.
    pub(super) fn keep(
        &self,
        question: Question,
        state: State,
        good_until: Option<i64>,
        reply: &Reply,
    ) {
        let mut map = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= LIMIT {
            map.clear();
        }
        let good_until = good_until.unwrap_or(i64::MAX);
        map.insert(
            question,
            Kept {
                state,
                good_until,
                reply: Arc::new(reply.prepared()),
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_only_for_the_state_it_was_made_from() {
        let (answers, question) = (
            Answers::default(),
            Question::Latest(PublicationKind::ImportantCase),
        );
        let state = State {
            revision: 7,
            indexed: Position::default(),
            units: 1,
        };
        answers.keep(
            question.clone(),
            state,
            Some(1000),
            &Arc::new(Reply::Success),
        );
        assert!(answers.get(&question, state, 999).is_some());
        assert!(
            answers.get(&question, state, 1000).is_none(),
            "an item became due"
        );
        for other in [
            State {
                revision: 8,
                ..state
            },
            State {
                indexed: Position {
                    due: 1,
                    ..state.indexed
                },
                ..state
            },
            State { units: 2, ..state },
        ] {
            assert!(answers.get(&question, other, 0).is_none());
        }
    }
}
