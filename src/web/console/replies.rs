//! The answers of the chat.

use askama::Template;

use crate::domain::replies::{KEYS, PLACES};
use crate::store::settings_overrides::Override;
use crate::web::console::frame::ConsoleFrame;
use crate::web::console::upkeep::{self, VersionRow};

/// The page.
#[derive(Template)]
#[template(path = "console/replies.html")]
pub struct RepliesPage {
    frame: ConsoleFrame,
    tab: &'static str,
    done: Option<&'static str>,
    rows: Vec<Row>,
    places: [(&'static str, &'static str); 9],
    edit: Option<Edit>,
    versions: Vec<VersionRow>,
}

struct Row {
    key: &'static str,
    title: &'static str,
    changed: bool,
    is_open: bool,
}

struct Edit {
    key: String,
    title: &'static str,
    source: String,
    warning: Option<String>,
    version: i64,
    text: String,
    errors: Vec<String>,
    preview: Vec<Part>,
    bytes: usize,
    changed: bool,
}

/// A piece of an answer as WeChat shows it.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    text: String,
    href: Option<String>,
}

/// One answer on the page.
pub struct Open<'a> {
    /// Which.
    pub key: String,
    /// As it is, or as it was typed.
    pub text: String,
    /// The same with its places filled in.
    pub filled: String,
    /// What the desk says in place of the file.
    pub changed: Option<&'a Override>,
    /// The version that the form is made from.
    pub version: i64,
    /// What is wrong.
    pub errors: Vec<String>,
    /// A sentence above the form.
    pub warning: Option<String>,
    /// Its versions.
    pub versions: &'a [Override],
}

impl RepliesPage {
    /// The page. `changed` tells whether the desk says something in place of the file.
    pub fn new(
        frame: ConsoleFrame,
        done: Option<&'static str>,
        changed: impl Fn(&str) -> bool,
        open: Option<Open<'_>>,
    ) -> Self {
        let rows = KEYS.into_iter().map(|(key, title)| Row {
            key,
            title,
            changed: changed(key),
            is_open: open.as_ref().is_some_and(|open| open.key == key),
        });
        Self {
            frame,
            tab: "/console/upkeep/replies",
            done,
            rows: rows.collect(),
            places: PLACES,
            versions: open
                .as_ref()
                .map(|open| upkeep::versions(open.versions))
                .unwrap_or_default(),
            edit: open.map(edit),
        }
    }
}

fn edit(open: Open<'_>) -> Edit {
    let title = KEYS.iter().find(|(key, _)| *key == open.key);
    Edit {
        title: title.map_or("", |(_, title)| title),
        source: upkeep::source(open.changed),
        warning: open.warning,
        version: open.version,
        preview: match open.errors.is_empty() {
            true => parts(&open.filled),
            false => Vec::new(),
        },
        bytes: open.filled.len(),
        key: open.key,
        text: open.text,
        errors: open.errors,
        changed: open.changed.is_some(),
    }
}

/// Texts and links in turn; only addresses of the web become links here.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<a href=\"") {
        let whole = after
            .split_once("\">")
            .and_then(|(href, after)| Some((href, after.split_once("</a>")?)));
        let Some((href, (label, behind))) = whole else {
            break;
        };
        parts.push(plain(before));
        let is_web = href.starts_with("https://") || href.starts_with("http://");
        parts.push(Part {
            text: label.to_owned(),
            href: is_web.then(|| href.to_owned()),
        });
        rest = behind;
    }
    parts.push(plain(rest));
    parts.retain(|part| !part.text.is_empty());
    parts
}

fn plain(text: &str) -> Part {
    Part {
        text: text.to_owned(),
        href: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_shown_as_links_and_nothing_else_is() {
        let shown = parts("甲<a href=\"https://x\">乙</a>丙<a href=\"javascript:1\">丁</a><b>");
        let shown: Vec<_> = shown
            .iter()
            .map(|part| (part.text.as_str(), part.href.as_deref()))
            .collect();
        assert_eq!(
            shown,
            [
                ("甲", None),
                ("乙", Some("https://x")),
                ("丙", None),
                ("丁", None),
                ("<b>", None)
            ]
        );
    }
}
