//! Deterministic synthetic publications for demonstration, tests and measurements (requirements §4.9).
