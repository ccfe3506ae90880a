//! The integration tests: one binary, stories by feature.

fn main() {}
