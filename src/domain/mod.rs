//! Plain words and rules of the office: no I/O, no async, no database, no HTTP.

pub mod clock;
pub mod ids;
pub mod notice;
pub mod procuratorate;
pub mod publication;
pub mod publication_line;
pub mod query;
pub mod shanghai;
pub mod synthetic;
pub mod unit_names;
pub mod units;
