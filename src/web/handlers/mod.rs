//! From a request to a page: each handler asks services and fills one page of `h5`.

mod appointment_form;
pub(super) mod appointments;
pub(super) mod attachments;
mod binding_form;
pub(super) mod bindings;
pub(super) mod captcha;
pub(super) mod cases;
pub(super) mod console;
pub(super) mod drafts;
pub(super) mod follows;
mod form;
mod form_files;
pub(super) mod guard;
pub(super) mod guide;
pub(super) mod home;
pub(super) mod login;
pub(super) mod multipart;
pub(super) mod notices;
pub(super) mod password;
pub(super) mod password_requests;
pub(super) mod reading;
pub(super) mod register;
pub(super) mod registration;
mod registration_form;
pub(super) mod resets;
pub(super) mod sign_in;
mod unit_choice;
