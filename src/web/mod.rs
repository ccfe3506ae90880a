//! Pages for people: what opens inside WeChat (`h5`), and the parts every page shares: the files it loads,
//! the headers it is sent with, and dates as people read them.

pub mod assets;
pub mod dates;
pub mod h5;
pub mod headers;
