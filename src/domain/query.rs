//! What a text message asks for.
