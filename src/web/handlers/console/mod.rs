//! The handlers of the case managers' desk, one file an area; each says in `routes` where it is and for whom.

mod account_new;
mod account_view;
pub(crate) mod accounts;
pub(crate) mod desk;
pub(crate) mod enrol;
pub(crate) mod home;
mod manager_view;
pub(crate) mod managers;
pub(crate) mod sign_in;
