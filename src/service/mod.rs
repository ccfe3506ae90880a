//! What the office does: one file a noun, one function an event. No SQL text, no XML, no HTML.

pub mod api_keys;
pub mod blocks;
pub mod choices;
pub mod demo;
pub mod error;
pub mod followers;
pub mod follows;
pub mod health;
pub mod imports;
pub mod inbox;
pub mod indexer;
pub mod menu;
pub mod publications;
pub mod pushes;
pub mod receipts;
pub mod search;
pub mod sessions;
pub mod units;
