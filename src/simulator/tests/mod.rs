//! The simulator against a tiny account server, both over real HTTP on ports of their own.

mod account;
mod deliveries;
mod notices;
mod pages;
mod platform;
