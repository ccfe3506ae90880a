//! The handlers of the case managers' desk, one file an area; each says in `routes` where it is and for whom.

mod account_new;
mod account_view;
pub(crate) mod accounts;
pub(crate) mod desk;
pub(crate) mod enrol;
pub(crate) mod home;
mod manager_view;
pub(crate) mod managers;
mod papers;
mod queue_acts;
mod queue_kinds;
mod queue_pane;
mod queue_view;
pub(crate) mod queues;
pub(crate) mod sign_in;
