//! Files of people: where their bytes lie, and what is done to them before they may lie anywhere.
//!
//! Knows no database and no key: [`Directory`] keeps what it is given, which services have sealed before. The rest turns
//! whatever a stranger sends into plain JPEG pages ([`intake`]) and back into something to look at ([`watermark`]).

mod child;
mod directory;
pub mod intake;
pub mod pdf;
mod picture;
mod refusal;
pub mod scan;
pub mod sheet;
mod sniff;
pub mod watermark;

pub use directory::Directory;
pub use refusal::Refusal;
pub use sniff::Kind;
