//! The handlers of the case managers' desk, one file an area; each says in `routes` where it is and for whom.

mod account_new;
mod account_view;
pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod dashboard;
pub(crate) mod desk;
pub(crate) mod enrol;
pub(crate) mod holidays;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod lane;
pub(crate) mod laws;
mod manager_view;
pub(crate) mod managers;
pub(crate) mod menu;
pub(crate) mod notice_templates;
pub(crate) mod publications;
pub(crate) mod publicity;
pub(crate) mod replies;
pub(crate) mod retention;
pub(crate) mod sign_in;
pub(crate) mod units;
pub(crate) mod upkeep;
