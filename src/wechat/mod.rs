//! The platform: WeChat's protocol and nothing else. Knows no case, no database, no cache.
//!
//! A callback comes in through [`gate`] (is it really WeChat, and what did it say?), becomes an
//! [`inbound::Inbound`], and is answered with a [`reply::Reply`] that the gate seals again. Calls in the other
//! direction go through [`client::Client`], whose methods live in one file per area of the platform. What a refusal of
//! the platform means is told by [`errcode`].

pub mod client;
pub mod crypt;
pub mod custom;
pub mod errcode;
pub mod gate;
pub mod inbound;
pub mod menu;
pub mod oauth;
pub mod qrcode;
pub mod reply;
pub mod signature;
pub mod template;
pub mod token;
pub mod user;
mod xml;

pub use client::{Client, ClientError};
pub use errcode::{ApiError, ErrorClass};
pub use gate::{Gate, Refusal};
pub use inbound::{Event, Inbound, Message};
pub use reply::{Article, Reply};
