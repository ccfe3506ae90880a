//! Pages for people.

pub mod h5;
