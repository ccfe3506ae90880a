//! The markup of a text reply: line breaks and links, and nothing that a follower or a record could smuggle in.

/// What a text reply may hold, in bytes of UTF-8. The platform states no number; 2048 is what was measured.
pub const MAX_TEXT_BYTES: usize = 2000;

const ELLIPSIS: &str = "…";
const ANCHOR_START: &str = "<a ";
const ANCHOR_END: &str = "</a>";

/// A tappable link. The label is made harmless like [`plain`] and put on one line; the address cannot leave its
/// quotation marks.
pub fn link(label: &str, url: &str) -> String {
    let label = plain(label).replace('\n', " ");
    let mut address = String::with_capacity(url.len());
    for char in url.chars() {
        match char {
            '"' => address.push_str("%22"),
            '\'' => address.push_str("%27"),
            '<' => address.push_str("%3C"),
            '>' => address.push_str("%3E"),
            ' ' => address.push_str("%20"),
            _ if is_hidden(char) => {}
            _ => address.push(char),
        }
    }
    format!("<a href=\"{address}\">{label}</a>")
}

/// Somebody else's text for a reply: no tag can begin in it, and it holds no control characters but LF.
///
/// The platform shows entities literally, so `<` becomes the full-width `＜` instead.
pub fn plain(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => harmless.push('＜'),
            '\n' => harmless.push('\n'),
            '\t' => harmless.push(' '),
            _ if is_hidden(char) => {}
            _ => harmless.push(char),
        }
    }
    harmless
}

/// Cuts a reply to at most `max_bytes`, on a character and never inside a link; what was cut ends in `…` when that fits.
pub fn truncate_text(text: &str, max_bytes: usize) -> String {
    if text.len() <= max_bytes {
        return text.to_owned();
    }
    let room = max_bytes.saturating_sub(ELLIPSIS.len());
    let mut kept = String::with_capacity(max_bytes);
    for piece in pieces(text) {
        if kept.len() + piece.text.len() <= room {
            kept.push_str(piece.text);
            continue;
        }
        if !piece.is_link {
            let fits = piece.text.floor_char_boundary(room - kept.len());
            kept.push_str(piece.text.get(..fits).unwrap_or_default());
        }
        break;
    }
    if max_bytes >= ELLIPSIS.len() {
        kept.push_str(ELLIPSIS);
    }
    kept
}

struct Piece<'t> {
    text: &'t str,
    is_link: bool,
}

/// The text as a sequence of links and of what is between them. A link without an end reaches to the end.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_link = rest.starts_with(ANCHOR_START);
        let end = if is_link {
            rest.find(ANCHOR_END).map(|at| at + ANCHOR_END.len())
        } else {
            rest.find(ANCHOR_START)
        };
        let (piece, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        (!piece.is_empty()).then_some(Piece {
            text: piece,
            is_link,
        })
    })
}

/// Characters that are not seen: controls, and those that turn the direction of the text around them.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_its_label_and_address_inside() {
        assert_eq!(
            link("标题", "https://x.example/a?b=1&c=2"),
            "<a href=\"https://x.example/a?b=1&c=2\">标题</a>"
        );
        assert_eq!(
            link(
                "</a><a href=\"weixin://bizmsgmenu\">\nx",
                "https://x.example/\"><b>\0 '"
            ),
            "<a href=\"https://x.example/%22%3E%3Cb%3E%20%27\">＜/a>＜a href=\"weixin://bizmsgmenu\"> x</a>"
        );
    }

    #[test]
    fn plain_text_has_no_tag_and_no_hidden_character() {
        assert_eq!(plain("a<b>\u{202e}\0\r\n\tc"), "a＜b>\n c");
    }

    #[test]
    fn a_text_that_fits_is_not_cut() {
        assert_eq!(truncate_text("汉字", 6), "汉字");
        assert_eq!(truncate_text("", 0), "");
    }

    #[test]
    fn a_text_is_cut_on_a_character_and_says_so() {
        assert_eq!(truncate_text("汉字汉字", 10), "汉字…");
        assert_eq!(truncate_text("汉字汉字", 3), "…");
        assert_eq!(truncate_text("汉字汉字", 2), "");
    }

    #[test]
    fn a_text_is_never_cut_inside_a_link() {
        let text = format!(
            "前{}后{}尾",
            link("一", "https://x.example/1"),
            link("二", "https://x.example/2")
        );
        for max_bytes in 0..=text.len() {
            let cut = truncate_text(&text, max_bytes);
            assert!(cut.len() <= max_bytes);
            assert_eq!(
                cut.matches("<a ").count(),
                cut.matches("</a>").count(),
                "{cut}"
            );
            assert_eq!(
                cut.matches('<').count(),
                2 * cut.matches("</a>").count(),
                "{cut}"
            );
        }
        assert_eq!(
            truncate_text("ab<a href=\"never closed, never closed", 20),
            "ab…"
        );
    }
}
