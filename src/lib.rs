//! 检信 (jianxin): the WeChat Official Account server of a procuratorate case-information service.
//!
//! Levels, from the street down; arrows point down only, and `tests/it/arrows.rs` says so:
//!
//! ```text
//! street    cli            arguments, start and stop, the accept loop
//! level 4   callback       WeChat calls us: signature, one answer a message, handlers
//!           push           we call WeChat: notices from the outbox to their end
//!           web            pages for people: `/h5/`
//!           api            JSON for the upstream site
//!           simulator      a WeChat of one's own, for trying out and for tests
//! level 3   service        what the office does: one file a noun, one function an event
//! level 2   app            the handles, built once; the only place that chooses
//! level 1   store          SQL lives here and nowhere else: SQLite | PostgreSQL
//!           cache          short-lived things: memory | Redis
//!           search         the full-text index, fed from the store
//!           files          sealed bytes of attachments, and what is done to them before
//!           wechat         the platform's protocol and nothing else
//! level 0   domain         plain words and rules
//!           config         settings: default ← file ← environment
//!           telemetry      logs and metrics
//! ```
//!
//! A follower types `zyaj_长沙`: [`callback`] checks size and signature, decrypts and parses it into a
//! [`wechat::inbound::Inbound`]; [`service::inbox`] sees whether this delivery is a repeat (then the stored answer goes
//! out again); the routes send text to its handler, which asks [`domain::query`] what is wanted and
//! [`domain::unit_names`] which unit is meant, lets [`service::publications`] fetch the newest five, and builds a
//! [`wechat::reply::Reply`]; the endpoint encrypts it. One direction, each stop once.

pub mod api;
pub mod app;
pub mod cache;
pub mod callback;
pub mod cli;
pub mod config;
pub mod domain;
pub mod files;
pub mod push;
pub mod search;
pub mod service;
pub mod simulator;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod wechat;
