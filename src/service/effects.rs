//! What an event had for an effect, counted: the answer to its sender and the metrics.

use crate::domain::notice::Kind;
use crate::service::notices::Reached;

/// Counts of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Put into the outbox, those that became part of another one included.
    pub notices: usize,
    /// Calls that managers have to make.
    pub phone_tasks: usize,
    /// Notices that nobody could be found for.
    pub unreachable: Vec<Kind>,
    /// Applications that a superior unit was told of.
    pub escalations: usize,
}

impl Effects {
    /// Adds a notice for one person.
    pub fn add(&mut self, kind: Kind, reached: Reached) {
        match reached {
            Reached::Queued | Reached::Merged => self.notices += 1,
            Reached::Telephone => {
                self.phone_tasks += 1;
                self.unreachable.push(kind);
            }
            Reached::Known | Reached::Nobody => {}
        }
    }

    /// Adds a to-do for all managers of a unit; nobody linked is nobody reached, and the application stays open.
    pub fn add_to_dos(&mut self, kind: Kind, reached: &[Reached]) {
        if reached.is_empty() {
            self.unreachable.push(kind);
        }
        reached.iter().for_each(|one| self.add(kind, *one));
    }

    /// Counts and logs, after the commit.
    pub fn report(&self) {
        metrics::counter!("jianxin_escalations_total").increment(self.escalations as u64);
        for kind in &self.unreachable {
            metrics::counter!("jianxin_push_unreachable_total", "kind" => kind.as_str())
                .increment(1);
            tracing::warn!(
                kind = kind.as_str(),
                "nobody is linked who could be told by WeChat"
            );
        }
    }
}
