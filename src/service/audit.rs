//! The audit trail after the acts: `seal` chains committed rows, `verify` walks the chain, `look` searches.
//!
//! An act only inserts its row; the row gets its place and hash about a second later from whichever process comes first.
//! So no act waits for another one, and a transaction that commits late simply gets a later place. Until then a row can be
//! told neither edited nor removed: `jianxin_audit_unsealed` and its age say how much that is.

mod entry;
pub mod look;
pub mod seal;
pub mod verify;

pub(in crate::service) use entry::{entry as audit_entry, write_down};
