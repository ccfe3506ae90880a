//! Lists of publications as replies: five articles, one text with links, or one card.

use crate::callback::door::Door;
use crate::domain::publication::PublicationKind;
use crate::service::error::ServiceError;
use crate::store::publications::Listed;
use crate::wechat::reply::{self, Article, MAX_TEXT_BYTES, Reply};

/// Characters of a title, the longest that fit into one text being taken.
const TITLE_CHARS: [usize; 6] = [48, 40, 32, 24, 16, 10];
const DAY_MS: i64 = 24 * 3600 * 1000;
const SHANGHAI_MS: i64 = 8 * 3600 * 1000;

/// A list before it takes its form.
pub(super) struct ListText {
    /// Names what the list is about.
    pub(super) header: String,
    /// At most five.
    pub(super) items: Vec<Listed>,
    /// What should be known about it; may be empty.
    pub(super) note: String,
    /// The useful next steps, one or two: label and address.
    pub(super) more: Vec<(String, String)>,
}

/// One text message of at most [`MAX_TEXT_BYTES`]: titles are shortened until it fits.
pub(super) fn as_text(door: &Door, list: &ListText) -> Reply {
    let mut text = String::new();
    for chars in TITLE_CHARS {
        text = compose(door, list, chars, list.items.len());
        if text.len() <= MAX_TEXT_BYTES {
            return Reply::Text(text);
        }
    }
    // Addresses so long that not even short titles fit: fewer items, but always the way on.
    for count in (0..list.items.len()).rev() {
        text = compose(door, list, 10, count);
        if text.len() <= MAX_TEXT_BYTES {
            break;
        }
    }
    Reply::Text(reply::truncate_text(&text, MAX_TEXT_BYTES))
}

fn compose(door: &Door, list: &ListText, title_chars: usize, count: usize) -> String {
    let mut text = list.header.clone();
    for item in list.items.iter().take(count) {
        text.push_str("\n\n");
        text.push_str(&reply::link(
            &shorten(&item.title, title_chars),
            &door.publication_url(&item.public_id),
        ));
        text.push('\n');
        text.push_str(&door.short_name(&item.unit_id));
        text.push(' ');
        text.push_str(&day(item.published_at));
    }
    if !list.note.is_empty() {
        text.push_str("\n\n");
        text.push_str(&list.note);
    }
    text.push('\n');
    for (label, url) in &list.more {
        text.push('\n');
        text.push_str(&reply::link(label, url));
    }
    text
}

/// Up to five articles; the platform shows them all on an event.
pub(super) fn as_news(door: &Door, items: &[Listed]) -> Reply {
    // Only a single article shows its description.
    let describe = |item: &Listed| match items.len() {
        1 => format!(
            "{} {}",
            door.short_name(&item.unit_id),
            day(item.published_at)
        ),
        _ => String::new(),
    };
    let article = |item: &Listed| Article {
        title: shorten(&item.title, 60),
        description: describe(item),
        pic_url: picture(door),
        url: door.publication_url(&item.public_id),
    };
    Reply::News(items.iter().map(article).collect())
}

/// One article that opens the list, or the followed units' place.
pub(super) fn as_card(door: &Door, kind: PublicationKind, list: &ListText) -> Reply {
    let titles: Vec<String> = list
        .items
        .iter()
        .map(|item| format!("· {}", shorten(&item.title, 30)))
        .collect();
    let way_on = list.more.first().map(|(_, url)| url.clone());
    Reply::News(vec![Article {
        title: list.header.trim_end_matches('：').to_owned(),
        description: titles.join("\n"),
        pic_url: picture(door),
        url: way_on.unwrap_or_else(|| door.list_url(kind)),
    }])
}

fn picture(door: &Door) -> String {
    format!("{}{}", door.app.public_url, crate::callback::COVER)
}

/// Nothing to list, and where to go instead.
pub(super) fn nothing(sentence: &str, more: &[(String, String)]) -> Reply {
    let links: Vec<String> = more
        .iter()
        .map(|(label, url)| reply::link(label, url))
        .collect();
    Reply::Text(format!("{sentence}\n{}", links.join("\n")))
}

/// The polite text for a question that could not be answered.
pub(super) fn busy(door: &Door, error: &ServiceError) -> Reply {
    metrics::counter!("jianxin_handler_failures_total").increment(1);
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a message could not be answered"
    );
    Reply::Text(door.replies().busy)
}

fn shorten(title: &str, chars: usize) -> String {
    let tidy: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidy.chars().count() <= chars {
        return tidy;
    }
    let mut cut: String = tidy.chars().take(chars.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The day in China, `2026-11-21`.
fn day(millis: i64) -> String {
    let days = (millis + SHANGHAI_MS).div_euclid(DAY_MS);
    chrono::DateTime::from_timestamp(days * 86_400, 0)
        .map_or_else(String::new, |time| time.format("%Y-%m-%d").to_string())
}
