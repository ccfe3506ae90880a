//! What the stories share: the program on a database of its own, WeChat's side of the callback, a browser, processes.

pub(crate) mod answer;
pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod casework;
pub(crate) mod clerk;
pub(crate) mod database;
pub(crate) mod delivery;
pub(crate) mod import_desk;
pub(crate) mod ledger;
pub(crate) mod message;
pub(crate) mod office;
pub(crate) mod pictures;
pub(crate) mod platform;
pub(crate) mod process;
pub(crate) mod publishers;
pub(crate) mod pushing;
pub(crate) mod queue;
pub(crate) mod record;
pub(crate) mod sheets;
pub(crate) mod signing;

pub(crate) use answer::Answer;
pub(crate) use app::TestApp;
pub(crate) use record::{case, document};

/// 2026-11-22 10:00 in China: the time at which every story begins.
pub(crate) const NOW_MS: i64 = 1_795_312_800_000;
/// A minute in milliseconds.
pub(crate) const MINUTE_MS: i64 = 60_000;
/// The account's id in every story.
pub(crate) const ACCOUNT: &str = "gh_0123456789ab";
/// Its AppID.
pub(crate) const APP_ID: &str = "wx0123456789abcdef";
/// Its AppSecret.
pub(crate) const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
/// The token of its server configuration.
pub(crate) const TOKEN: &str = "itTokenOfTheStories0001";
/// Its EncodingAESKey.
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// What telephone numbers are sealed with.
pub(crate) const DATA_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// Address of our pages unless a story chooses another one.
pub(crate) const PUBLIC_URL: &str = "https://wx.example.cn";
