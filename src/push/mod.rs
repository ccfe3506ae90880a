//! We call WeChat: notices from the outbox to their end.
//!
//! [`Worker`] wakes by bell or poll, claims what is due (lease and the note that it is being sent are one committed
//! step), posts each notice at once with its id as `client_msg_id`, and settles the outcomes in batches. An outcome is
//! one of three: delivered, certainly not delivered, unknown; `reaction` says which errors are which and `outcome` what
//! follows. Everything that several processes must agree on lies in the database.

mod announce;
mod bells;
mod chores;
mod gauges;
mod outcome;
mod reaction;
pub mod render;
mod rounds;
mod rules;
mod sender;
mod settler;
mod worker;

pub use outcome::Unsendable;
pub use rules::{Guards, Rules, Timing};
pub use worker::{Render, Worker};
