//! Pages for people: what opens inside WeChat (`h5`), the handlers that fill it, and the parts every page shares: the
//! files it loads, the headers it is sent with, cookies, and dates as people read them.

pub mod access;
pub mod assets;
mod captcha;
pub mod console;
pub mod cookies;
pub mod dates;
pub mod h5;
mod handlers;
pub mod headers;
pub mod pages;
mod unreadable;
