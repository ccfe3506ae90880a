//! The handlers of the case managers' desk, one file an area; each says in `routes` where it is and for whom.

pub(crate) mod desk;
pub(crate) mod enrol;
pub(crate) mod home;
mod papers;
mod queue_acts;
mod queue_kinds;
mod queue_pane;
mod queue_view;
pub(crate) mod queues;
pub(crate) mod sign_in;
