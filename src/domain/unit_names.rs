//! The name resolver: what a person types → one unit, or choices (requirements §3.6).
