//! The rooms of jianxin that read what strangers send, without the rest: a database, a search index and a web server under
//! a sanitizer would take most of the time and are not what is tried here. The sources are the program's own.

// Of these rooms the targets call the doors; what only the other rooms of the program call is unused here.
#![allow(dead_code, unused_imports)]

#[path = "../../src/domain/mod.rs"]
pub mod domain;

/// As in `src/wechat/mod.rs`, but for what talks to the platform.
#[path = "../../src/wechat"]
pub mod wechat {
    pub mod crypt;
    pub mod gate;
    pub mod inbound;
    pub mod reply;
    pub mod signature;
    mod xml;

    pub use inbound::{Inbound, Message};
    pub use reply::Reply;
}
