//! The index as its callers see it, on real files.

mod following;
mod ordering;
mod support;
mod words;
