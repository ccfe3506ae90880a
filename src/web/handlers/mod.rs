//! From a request to a page: each handler asks services and fills one page of `h5`.

pub(super) mod attachments;
pub(super) mod drafts;
pub(super) mod follows;
mod form;
mod form_files;
pub(super) mod guard;
pub(super) mod login;
pub(super) mod multipart;
pub(super) mod notices;
pub(super) mod reading;
pub(super) mod resets;
