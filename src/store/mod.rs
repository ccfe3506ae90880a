//! SQL lives here and nowhere else: plain functions on a connection, one file a table.
//!
//! [`Db`] is the handle: [`Db::read`] and [`Db::write`] hop to a blocking thread once and hand the closure a
//! connection. SQLite and PostgreSQL share one schema and one code; `conn` is the whole dialect layer. Knows nothing
//! of HTTP, XML or WeChat.

pub mod access_tokens;
pub mod api_keys;
pub mod audit;
mod conn;
pub mod counters;
mod db;
pub mod followers;
pub mod follows;
pub mod freshness;
mod glance;
mod migrate;
pub mod oauth_states;
pub mod outbox;
pub mod publications;
pub mod pushes_page;
pub mod row_id;
mod schema;
pub mod secrets;
pub mod sessions;
pub mod units;
mod writer;

pub use conn::{Backend, Conn};
pub use db::{Db, StoreError};
