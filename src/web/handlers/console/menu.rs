//! The account's menu: as WeChat shows it, and whether the account has it so.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::desk::{Desk, console_frame};
use super::upkeep::SYSTEM;
use crate::service::menu;
use crate::web::access::Table;
use crate::web::console::lane::{MenuButton, MenuPage, MenuState};
use crate::web::pages::Pages;
use crate::wechat::menu::{Button, Menu};

pub(crate) fn routes(table: Table) -> Table {
    table.get("/console/upkeep/menu", SYSTEM, get(show))
}

async fn show(State(pages): State<Arc<Pages>>, Extension(desk): Extension<Desk>) -> Response {
    let app = &pages.app;
    let wanted = menu::wanted(menu::BUILT_IN, &app.settings, &app.public_url);
    let wanted = wanted.unwrap_or_else(|error| {
        // A test reads the built-in menu; an address of this installation may still break a limit.
        tracing::error!(%error, "the menu cannot be made");
        Menu::default()
    });
    let state = match menu::published_by(app).await {
        Ok(None) => MenuState::Missing,
        Ok(Some(published)) => match menu::difference(Some(&published), &wanted) {
            Ok(lines) if lines.is_empty() => MenuState::Same,
            Ok(lines) => MenuState::Differs(lines.iter().map(|line| signed(line)).collect()),
            Err(_) => MenuState::Unreachable,
        },
        Err(error) => {
            tracing::warn!(%error, "the account's menu could not be read");
            MenuState::Unreachable
        }
    };
    let buttons = wanted.button.iter().map(|button| MenuButton {
        name: button.name.clone(),
        what: what(button),
        entries: button
            .sub_button
            .iter()
            .map(|entry| (entry.name.clone(), what(entry)))
            .collect(),
    });
    let frame = console_frame(&pages, &desk, "公众号菜单", "upkeep").await;
    pages.personal(
        StatusCode::OK,
        &MenuPage::new(frame, buttons.collect(), state),
    )
}

/// `+` as it should be, `-` as it is.
fn signed(line: &str) -> (bool, String) {
    let rest = line.strip_prefix(['+', '-']).unwrap_or(line);
    (!line.starts_with('-'), rest.trim().to_owned())
}

fn what(button: &Button) -> String {
    match (&button.key, &button.url) {
        (Some(key), _) => format!("回复（{key}）"),
        (None, Some(url)) => format!("打开 {url}"),
        (None, None) => String::new(),
    }
}
