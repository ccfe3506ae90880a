//! The handlers of the case managers' desk, one file an area; each says in `routes` where it is and for whom.

pub(crate) mod dashboard;
pub(crate) mod desk;
pub(crate) mod enrol;
pub(crate) mod holidays;
pub(crate) mod keys;
pub(crate) mod lane;
pub(crate) mod laws;
pub(crate) mod menu;
pub(crate) mod notice_templates;
pub(crate) mod replies;
pub(crate) mod retention;
pub(crate) mod imports;
pub(crate) mod publications;
pub(crate) mod publicity;
pub(crate) mod sign_in;
pub(crate) mod units;
pub(crate) mod upkeep;
