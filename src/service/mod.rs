//! What the office does: one file a noun, one function an event. No SQL text, no XML, no HTML.

pub mod accounts;
pub mod api_keys;
pub mod applications;
pub mod choices;
pub mod demo;
pub mod effects;
pub mod error;
pub mod events;
pub mod followers;
pub mod follows;
pub mod health;
pub mod imports;
pub mod inbox;
pub mod indexer;
pub mod links;
pub mod menu;
pub mod notices;
pub mod passwords;
pub mod publications;
pub mod reminders;
pub mod resets;
pub mod search;
pub mod sessions;
pub mod units;
