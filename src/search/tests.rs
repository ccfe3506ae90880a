//! The index as its callers see it, on real files.

mod agreement;
mod following;
mod ordering;
mod support;
mod words;
