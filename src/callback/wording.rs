//! What the account says: the texts of `config/replies.toml` (or the operator's own file) with their addresses filled
//! in once at start.

use serde::Deserialize;

use crate::app::{App, StartError};
use crate::domain::publication::PublicationKind;

/// The wordings compiled in.
const BUILT_IN: &str = include_str!("../../config/replies.toml");

/// The texts, ready to be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// After a follow.
    pub welcome: String,
    /// 自助查询.
    pub help: String,
    /// Pictures, voice and the like.
    pub not_understood: String,
    /// No answer in time.
    pub busy: String,
    /// Nothing is followed.
    pub no_follows: String,
    /// A key of an older menu.
    pub unknown_menu: String,
}

impl Wording {
    /// Reads the configured file, or the built-in texts, and fills in the addresses.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML or lacks a text.
    pub fn load(app: &App) -> Result<Self, StartError> {
        let path = app.settings.replies.file.as_str();
        let text = match path {
            "" => BUILT_IN.to_owned(),
            path => std::fs::read_to_string(path).map_err(|error| {
                StartError::File(format!("replies.file = {path}: cannot be read: {error}"))
            })?,
        };
        let raw: Self = toml::from_str(&text).map_err(|error| {
            StartError::File(format!(
                "replies.file = {path}: {}; compare with config/replies.toml",
                error.message()
            ))
        })?;
        Ok(raw.filled(app))
    }

    fn filled(self, app: &App) -> Self {
        let base = &app.public_url;
        let list = |kind: PublicationKind, rest: &str| {
            format!("{base}/h5/list?kind={}{rest}", kind.as_str())
        };
        let cases = list(PublicationKind::ImportantCase, "");
        let values = [
            ("{operator}", app.settings.server.operator_name.clone()),
            ("{home}", format!("{base}/h5/")),
            ("{follows}", format!("{base}/h5/follows")),
            ("{help}", format!("{base}/h5/help")),
            ("{documents}", list(PublicationKind::LegalDocument, "")),
            (
                "{example_cases}",
                list(PublicationKind::ImportantCase, "&unit=430000&sub=1"),
            ),
            (
                "{example_documents}",
                list(PublicationKind::LegalDocument, "&unit=430100&sub=1"),
            ),
            ("{example_search}", format!("{cases}&q=%E6%8A%A2%E5%8A%AB")),
            ("{cases}", cases),
        ];
        let fill = |text: String| {
            let filled = values
                .iter()
                .fold(text, |text, (name, value)| text.replace(name, value));
            filled.trim().to_owned()
        };
        Self {
            welcome: fill(self.welcome),
            help: fill(self.help),
            not_understood: fill(self.not_understood),
            busy: fill(self.busy),
            no_follows: fill(self.no_follows),
            unknown_menu: fill(self.unknown_menu),
        }
    }
}
