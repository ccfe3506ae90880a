//! From a request to a page: each handler asks services and fills one page of `h5`.

pub(super) mod follows;
pub(super) mod login;
pub(super) mod notices;
pub(super) mod reading;
