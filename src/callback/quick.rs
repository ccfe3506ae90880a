//! Answers that are at hand: kept ones, to questions that leave no trace. They need no handler, no future and no waiting.

use std::sync::Arc;

use crate::callback::answers::{Question, State};
use crate::callback::door::Door;
use crate::callback::menu;
use crate::service::choices;
use crate::service::inbox::Body;
use crate::wechat::inbound::{Event, Message};

/// The answer, when it is kept and still good. `None`: ask the handler.
pub(super) fn answer(door: &Door, message: &Message) -> Option<Arc<Body>> {
    match message {
        Message::Event(Event::Click { key }) => {
            let question = Question::Latest(menu::board(key)?);
            let said = door
                .answers
                .get(&question, state(door)?, door.app.clock.now_ms())?;
            Some(said.body())
        }
        // Any text makes the follower's last list of choices void: the handler sees to that, where there is one.
        Message::Text { content, .. } if choices::is_nobody_choosing(&door.app) => door
            .answers
            .get_typed(content, state(door)?, door.app.clock.now_ms()),
        _ => None,
    }
}

/// `None` when the database would have to be waited for.
fn state(door: &Door) -> Option<State> {
    Some(State {
        revision: door.app.freshness.at_once()?,
        indexed: door.app.search.position(),
        units: door.app.units().wording(),
    })
}
