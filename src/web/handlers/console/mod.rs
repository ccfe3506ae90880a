//! The handlers of the case managers' desk, one file an area; each says in `routes` where it is and for whom.

pub(crate) mod desk;
pub(crate) mod enrol;
pub(crate) mod home;
mod import_upload;
pub(crate) mod imports;
pub(crate) mod sign_in;
