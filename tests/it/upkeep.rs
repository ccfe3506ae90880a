//! What people look after at the desk, and that it counts everywhere without a restart.

mod calendar;
mod lane;
mod unit_pages;
mod units;
mod words;

use jianxin::service::office::{Over, Unsaved};

use crate::support::casework::Casework;
use crate::support::clerk::Clerk;

const BY: &str = "manager:story";

fn flaws(result: Result<(), Unsaved>) -> String {
    match result {
        Err(Unsaved::Flaws(flaws)) => flaws.into_iter().map(|(_, flaw)| flaw).collect(),
        other => panic!("{other:?}"),
    }
}

const fn over(version: i64) -> Over<'static> {
    Over { by: BY, version }
}

/// The system's administrator at the console.
async fn administrator() -> (Casework, Clerk) {
    let work = Casework::open().await;
    let clerk = work.clerk("admin", "system_admin").await;
    (work, clerk)
}
