//! SQL lives here and nowhere else: plain functions on a connection, one file a table.
//!
//! [`Db`] is the handle: [`Db::read`] and [`Db::write`] hop to a blocking thread once and hand the closure a
//! connection. SQLite and PostgreSQL share one schema and one code; `conn` is the whole dialect layer. Knows nothing
//! of HTTP, XML or WeChat.

pub mod access_tokens;
pub mod accounts;
pub mod api_keys;
pub mod application_hands;
pub mod applications;
pub mod attachments;
pub mod audit;
pub mod binding_requests;
pub mod captchas;
pub mod case_bindings;
pub mod case_changes;
pub mod case_persons;
pub mod cases;
mod conn;
pub mod console_sessions;
pub mod counters;
mod db;
pub mod desk_applications;
pub mod desk_cases;
pub mod desk_phone_tasks;
pub mod drafts;
pub mod events;
pub mod first_passwords;
pub mod followers;
pub mod follows;
pub mod freshness;
mod glance;
pub mod guesses;
pub mod home;
pub mod identity_claims;
pub mod link_messages;
pub mod link_tickets;
pub mod links;
pub mod manager_tickets;
pub mod managers;
mod migrate;
pub mod oauth_states;
pub mod outbox;
pub mod outbox_merge;
pub mod password_asks;
pub mod phone_factors;
pub mod phone_tasks;
pub mod publications;
pub mod push_blocks;
pub mod push_receipts;
pub mod pushes;
pub mod pushes_page;
pub mod registrations;
pub mod reset_tickets;
pub mod row_id;
mod schema;
pub mod secrets;
pub mod sessions;
pub mod submissions;
pub mod units;
mod writer;

pub use conn::{Backend, Conn};
pub use db::{Db, StoreError};
