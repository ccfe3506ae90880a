//! The account's menu: as we want it (`menu.json`), as it is, and publishing it.

use thiserror::Error;

use crate::app::App;
use crate::config::Settings;
use crate::service::access_token;
use crate::service::audit::audit_entry;
use crate::store::audit;
use crate::store::{Db, StoreError};
use crate::wechat::client::{Client, ClientError};
use crate::wechat::menu::Menu;
use crate::wechat::token::Refresh;

/// The menu compiled in.
pub const BUILT_IN: &str = include_str!("../../menu.json");

/// Why the menu could not be read or published.
#[derive(Debug, Error)]
pub enum MenuError {
    /// Not the JSON of a menu.
    #[error("the menu is not valid JSON of the platform's form: {0}")]
    Form(#[from] serde_json::Error),
    /// Against the platform's limits.
    #[error("the menu breaks the platform's limits: {0}")]
    Limits(String),
    /// The platform refused or did not answer.
    #[error("the platform refused or did not answer: {0}")]
    Platform(#[from] ClientError),
}

/// The wanted menu with the addresses of this installation filled in, checked against the platform's limits.
///
/// # Errors
/// When it is not the JSON of a menu or breaks a limit.
pub fn wanted(text: &str, settings: &Settings, public_url: &str) -> Result<Menu, MenuError> {
    let quoted = |url: &str| {
        serde_json::Value::from(url)
            .to_string()
            .trim_matches('"')
            .to_owned()
    };
    let filled = text
        .replace("{{public_url}}", &quoted(public_url))
        .replace("{{site_url}}", &quoted(&settings.server.site_url));
    let menu: Menu = serde_json::from_str(&filled)?;
    menu.validate().map_err(|problems| {
        MenuError::Limits(
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        )
    })?;
    Ok(menu.normalized())
}

/// The menu that is published now, if any.
///
/// # Errors
/// When the platform refuses or does not answer.
pub async fn published(client: &Client) -> Result<Option<Menu>, MenuError> {
    let token = client.stable_token(Refresh::Normal).await?;
    Ok(client.menu_get(&token.value).await?.map(Menu::normalized))
}

/// The menu that is published now, read with the token that all processes share.
///
/// # Errors
/// A sentence for the log; [`None`] where the account has no menu.
pub async fn published_by(app: &App) -> Result<Option<Menu>, String> {
    let token = access_token::current(app)
        .await
        .map_err(|error| error.to_string())?;
    let menu = app.wechat.menu_get(token.value.expose()).await;
    Ok(menu
        .map_err(|error| error.to_string())?
        .map(Menu::normalized))
}

/// Publishes the menu.
///
/// # Errors
/// When the platform refuses or does not answer.
pub async fn publish(client: &Client, menu: &Menu) -> Result<(), MenuError> {
    let token = client.stable_token(Refresh::Normal).await?;
    Ok(client.menu_create(&token.value, menu).await?)
}

/// Writes into the audit that the command line published a menu. `now` is in milliseconds UTC.
///
/// # Errors
/// When the database does not answer.
pub async fn note_published(db: &Db, now: i64) -> Result<(), StoreError> {
    let entry = audit_entry(now, "command-line", "menu.published", "menu");
    db.write(move |c| -> Result<(), StoreError> {
        audit::append_for(c, &entry, None)?;
        Ok(())
    })
    .await
}

/// The lines in which two menus differ, `-` as it is, `+` as it should be; empty when they are equal.
///
/// # Errors
/// When a menu cannot be written as JSON.
pub fn difference(published: Option<&Menu>, wanted: &Menu) -> Result<Vec<String>, MenuError> {
    let lines = |menu: Option<&Menu>| -> Result<Vec<String>, MenuError> {
        let text = menu
            .map(serde_json::to_string_pretty)
            .transpose()?
            .unwrap_or_default();
        Ok(text.lines().map(str::to_owned).collect())
    };
    let (is, should) = (lines(published)?, lines(Some(wanted))?);
    if is == should {
        return Ok(Vec::new());
    }
    let mut difference: Vec<String> = is
        .iter()
        .filter(|line| !should.contains(line))
        .map(|line| format!("-{line}"))
        .collect();
    difference.extend(
        should
            .iter()
            .filter(|line| !is.contains(line))
            .map(|line| format!("+{line}")),
    );
    if difference.is_empty() {
        difference.push("the same entries in another order".to_owned());
    }
    Ok(difference)
}
