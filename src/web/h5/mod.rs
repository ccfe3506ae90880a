//! The pages that open inside WeChat, under `/h5/`: one struct per page, filled with plain data by a handler and
//! rendered by its template in `templates/h5/`.
//!
//! Nothing here asks a service, a database or a clock. The words a follower reads stand either in a template or, when
//! they depend on what happened, in a function beside the struct (`follow_outcome`, `empty_list`, `message`).

pub mod about_binding;
pub mod appointment_page;
pub mod article;
pub mod binding_page;
pub mod cards;
pub mod case_page;
pub mod desk_page;
pub mod detail;
pub mod empty_list;
pub mod field;
pub mod file_field;
pub mod follow_outcome;
pub mod follows;
pub mod form;
pub mod guide;
pub mod help;
pub mod home;
pub mod landing;
pub mod layout;
pub mod list;
pub mod list_address;
pub mod me;
pub mod message;
pub mod notice;
mod notice_words;
pub mod paths;
pub mod pictures;
pub mod publication_row;
pub mod reading_mode;
pub mod refusals;
pub mod reset;
pub mod sign_in;
pub mod text;
pub mod unit_field;
pub mod unit_suggestion;

use crate::domain::notice::Item;

/// An item of an appointment, in the words of its form.
pub fn item_words(item: Item) -> &'static str {
    notice_words::item(item.as_str())
}

#[cfg(test)]
mod tests;
