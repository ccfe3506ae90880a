//! Plain words and rules of the office: no I/O, no async, no database, no HTTP.

pub mod account_record;
pub mod application;
pub mod clock;
pub mod event;
pub mod fold;
pub mod ids;
pub mod lane;
pub mod notice;
pub mod office_hours;
pub mod password;
pub mod procuratorate;
pub mod publication;
pub mod publication_line;
pub mod publication_shape;
pub mod query;
pub mod registration;
pub mod retry;
pub mod role;
pub mod shanghai;
pub mod shape;
pub mod synthetic;
pub mod unit_names;
pub mod units;
