//! One publication to read: title, unit, date, number, charges, the text as Chinese print sets it, the source, and
//! what else the unit published.

use askama::Template;

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::web::dates;
use crate::web::h5::layout::{Frame, Layout, Link};
use crate::web::h5::list_address::{ListAddress, UnitScope};
use crate::web::h5::publication_row::PublicationRow;

/// What the page knows about the publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The board.
    pub kind: PublicationKind,
    /// As published.
    pub title: String,
    /// For cards when the page is shared; may be empty.
    pub summary: String,
    /// The publishing unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Milliseconds since 1970 in UTC.
    pub published_at: i64,
    /// 起诉书, …
    pub document_type: Option<String>,
    /// 文书号.
    pub document_number: Option<String>,
    /// Names of charges.
    pub charges: Vec<String>,
    /// Plain text, paragraphs separated by line feeds.
    pub body: String,
    /// Where the original stands; shown only if it is an `http` or `https` address.
    pub source_url: Option<String>,
}

/// `GET /h5/publications/{public_id}`.
#[derive(Debug, Template)]
#[template(path = "h5/article.html")]
pub struct ArticlePage {
    /// The frame.
    pub layout: Layout,
    /// What is read.
    pub article: Article,
    /// 本院更多: a few others of the same unit and board; the section is left out when empty.
    pub related: Vec<PublicationRow>,
}

impl ArticlePage {
    /// The page; its title is the publication's, which is also what WeChat shows when it is shared.
    pub fn new(frame: Frame<'_>, article: Article, related: Vec<PublicationRow>) -> Self {
        Self {
            layout: frame.titled(article.title.clone()),
            article,
            related,
        }
    }

    fn date(&self) -> String {
        dates::chinese_date(self.article.published_at)
    }

    fn iso_date(&self) -> String {
        dates::iso_date(self.article.published_at)
    }

    fn paragraphs(&self) -> Vec<&str> {
        paragraphs(&self.article.body)
    }

    fn source(&self) -> Option<Link> {
        self.article.source_url.as_deref().and_then(source_link)
    }

    fn more_of_unit(&self) -> String {
        ListAddress::of_unit(self.article.kind, self.article.unit.clone(), UnitScope::Own).path()
    }
}

/// The paragraphs of a plain text: its non-empty lines, without the spaces (also full-width ones) that many texts
/// bring along as indentation, because the page indents by itself.
pub fn paragraphs(body: &str) -> Vec<&str> {
    body.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect()
}

/// A link to the original that names its host, or nothing if the address is of another kind: a record may carry any
/// text, and a `javascript:` address must never become something to tap.
fn source_link(url: &str) -> Option<Link> {
    let url = url.trim();
    let lower = url.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    // What stands before an @ is a user name that can pose as a host.
    let host = authority.rsplit('@').next()?;
    (!host.is_empty()).then(|| Link::new(host, url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lose_their_own_indentation_and_empty_lines() {
        let body = "\u{3000}\u{3000}第一段。\r\n\r\n  \n第二段。 \n";
        assert_eq!(paragraphs(body), ["第一段。", "第二段。"]);
        assert!(paragraphs(" \n\u{3000}").is_empty());
    }

    #[test]
    fn a_source_is_named_by_its_host() {
        let link = source_link(" https://www.12309.gov.cn/a?b=1 ").unwrap();
        assert_eq!(
            link,
            Link::new("www.12309.gov.cn", "https://www.12309.gov.cn/a?b=1")
        );
        assert_eq!(
            source_link("HTTP://user@Example.org").unwrap().label,
            "example.org"
        );
        assert_eq!(
            source_link("https://www.12309.gov.cn@evil.example/x")
                .unwrap()
                .label,
            "evil.example"
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "https://",
            "http:///x",
            "",
            "长沙",
        ] {
            assert_eq!(source_link(url), None, "{url}");
        }
    }
}
