//! Answers that are the same for every follower, kept as long as nothing changed.
//!
//! An answer is good while the publications' revision, the index's position and the set of due items are what they
//! were when it was made. The revision is asked anew for every message, so a withdrawn item is gone with the next one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::search::Position;
use crate::service::inbox::Body;
use crate::wechat::reply::Reply;

/// Answers kept; then the map starts anew. At about 2 kB each that is 8 MB.
const LIMIT: usize = 4096;
/// Longer texts, in bytes, are not remembered as typed.
const TYPED_BYTES: usize = 256;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Latest(PublicationKind),
    /// With what the unit was called when it was asked for by a former name.
    Unit(PublicationKind, UnitId, Vec<UnitId>, Option<String>),
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

/// An answer that is good while nothing changes.
#[derive(Clone)]
pub(super) struct Kept {
    state: State,
    good_until: i64,
    body: Arc<Body>,
}

impl Kept {
    /// Whether it is still good. `now` is the state of everything, with the index's position.
    fn is_good(&self, now: State, now_ms: i64) -> bool {
        let indexed =
            self.state.indexed == now.indexed || self.state.indexed == Position::default();
        indexed
            && (self.state.revision, self.state.units) == (now.revision, now.units)
            && now_ms < self.good_until
    }
}

/// What a handler says.
pub(super) enum Said {
    /// To this message only.
    Once(Arc<Body>),
    /// To everybody who asks the same.
    Kept(Kept),
}

impl Said {
    pub(super) fn body(self) -> Arc<Body> {
        match self {
            Self::Once(body) | Self::Kept(Kept { body, .. }) => body,
        }
    }
}

impl From<Reply> for Said {
    fn from(reply: Reply) -> Self {
        Self::Once(body(&reply))
    }
}

/// A reply as the inbox stores it; one without a word has an empty text.
pub(super) fn body(reply: &Reply) -> Arc<Body> {
    Body::new(reply.body().unwrap_or_default())
}

#[derive(Default)]
struct Maps {
    by_question: HashMap<Question, Kept>,
    /// The same by the very text that was typed: most followers type what another one has typed before.
    by_text: HashMap<Box<str>, Kept>,
}

#[derive(Default)]
pub(super) struct Answers {
    maps: Mutex<Maps>,
}

impl Answers {
    /// The answer kept for the question, if it is still good.
    pub(super) fn get(&self, question: &Question, now: State, now_ms: i64) -> Option<Said> {
        let maps = self.locked();
        let kept = maps.by_question.get(question)?;
        kept.is_good(now, now_ms).then(|| Said::Kept(kept.clone()))
    }

    /// The answer kept for a text, if it is still good.
    pub(super) fn get_typed(&self, text: &str, now: State, now_ms: i64) -> Option<Arc<Body>> {
        let maps = self.locked();
        let kept = maps.by_text.get(text)?;
        kept.is_good(now, now_ms).then(|| Arc::clone(&kept.body))
    }

    /// Keeps an answer, written out, until the next hidden item becomes due.
    pub(super) fn keep(
        &self,
        question: Question,
        state: State,
        good_until: Option<i64>,
        reply: &Reply,
    ) -> Said {
        let kept = Kept {
            state,
            good_until: good_until.unwrap_or(i64::MAX),
            body: body(reply),
        };
        let mut maps = self.locked();
        if maps.by_question.len() >= LIMIT {
            maps.by_question.clear();
        }
        maps.by_question.insert(question, kept.clone());
        Said::Kept(kept)
    }

    /// Notes that this text, by whomever it is typed, has this answer.
    pub(super) fn keep_typed(&self, text: &str, said: &Said) {
        if let Said::Kept(kept) = said
            && text.len() <= TYPED_BYTES
        {
            let mut maps = self.locked();
            if maps.by_text.len() >= LIMIT {
                maps.by_text.clear();
            }
            maps.by_text.insert(text.into(), kept.clone());
        }
    }

    fn locked(&self) -> MutexGuard<'_, Maps> {
        self.maps.lock().unwrap_or_else(PoisonError::into_inner)
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
        answers.keep(question.clone(), state, Some(1000), &Reply::Success);
        assert!(answers.get(&question, state, 999).is_some());
        assert!(
            answers.get(&question, state, 1000).is_none(),
            "an item became due"
        );
        let moved = State {
            indexed: Position {
                due: 1,
                ..state.indexed
            },
            ..state
        };
        assert!(
            answers.get(&question, moved, 0).is_some(),
            "the answer is not from the index"
        );
        for other in [
            State {
                revision: 8,
                ..state
            },
            State { units: 2, ..state },
        ] {
            assert!(answers.get(&question, other, 0).is_none());
        }
        let searched = Question::Keyword("盗窃".to_owned());
        let said = answers.keep(searched.clone(), moved, None, &Reply::Success);
        answers.keep_typed("盗窃 ", &said);
        for (now, good) in [(moved, true), (state, false)] {
            assert_eq!(answers.get(&searched, now, 0).is_some(), good);
            assert_eq!(answers.get_typed("盗窃 ", now, 0).is_some(), good);
        }
        assert!(answers.get_typed("盗窃", moved, 0).is_none());
    }
}
