//! Judges what the account answered, as strictly as the platform's documentation allows.
//!
//! A pure function of the answer: HTTP status, `success`, envelope and signature, then the message itself. What
//! passes becomes a [`Content`] for the chat. Sentences are in the language of the page, where they are shown.
//! Page: <https://developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message.html>

use super::chat::{self, Article, Content};
use super::crypto::{self, EnvelopeKey};
use super::faults::Mode;
use super::stimulus::Answer;
use super::wire::Verdict;
use super::xml::{self, Node};

/// Longest text, in bytes of UTF-8, that people have seen arrive.
const MAX_TEXT_BYTES: usize = 2048;
/// Most articles in answer to an event.
const MAX_ARTICLES: usize = 8;

/// What a correct answer must fit.
pub(crate) struct Expectation<'a> {
    pub(crate) mode: Mode,
    pub(crate) key: Option<&'a EnvelopeKey>,
    pub(crate) token: &'a str,
    pub(crate) app_id: &'a str,
    pub(crate) openid: &'a str,
    pub(crate) original_id: &'a str,
    pub(crate) answer: Answer,
}

/// The outcome.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    /// Whether the platform stops delivering.
    pub(crate) received: bool,
    /// The message inside the envelope, if there was one.
    pub(crate) clear: Option<String>,
    /// What the chat shows; nothing after `success`.
    pub(crate) content: Option<Content>,
}

impl Judgement {
    /// Not an answer: the platform tries again.
    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::bad(text),
            received: false,
            clear: None,
            content: None,
        }
    }

    /// A good answer that a switch lets disappear.
    pub(crate) fn dropped(self) -> Self {
        let verdict = Verdict::warn("答复按开关丢弃，将重新投递");
        Self {
            verdict,
            received: false,
            content: None,
            ..self
        }
    }
}

/// Judges an answer that arrived in time.
pub(crate) fn judge(expected: &Expectation<'_>, status: u16, body: &[u8]) -> Judgement {
    if status != 200 {
        return Judgement::failed(format!("HTTP {status}，不是有效答复"));
    }
    if body.is_empty() || body == b"success" {
        let verdict = Verdict::ok("已确认，不显示答复");
        return Judgement {
            verdict,
            received: true,
            clear: None,
            content: None,
        };
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Judgement::failed("答复不是 UTF-8 文本");
    };
    let mut clear = None;
    match read(expected, text, &mut clear) {
        Ok((content, note)) => {
            let verdict = match (expected.answer, note) {
                (Answer::Ignored, _) => Verdict::warn("此事件的答复不会显示"),
                (_, Some(note)) => Verdict::warn(note),
                (_, None) => Verdict::ok(if clear.is_some() {
                    "签名正确，已解密"
                } else {
                    "已显示"
                }),
            };
            let content = Some(content).filter(|_| expected.answer != Answer::Ignored);
            Judgement {
                verdict,
                received: true,
                clear,
                content,
            }
        }
        Err(why) => Judgement {
            clear,
            ..Judgement::failed(why)
        },
    }
}

type Read<T> = Result<T, String>;

fn read(
    expected: &Expectation<'_>,
    text: &str,
    clear: &mut Option<String>,
) -> Read<(Content, Option<String>)> {
    let outer = xml::parse(text).map_err(|error| format!("答复不是有效的 XML：{error}"))?;
    if outer.child("Encrypt").is_none() {
        if expected.mode == Mode::Safe {
            return Err("安全模式下答复没有加密".to_owned());
        }
        return message(expected, &outer);
    }
    if expected.mode == Mode::Plain {
        return Err("明文模式下答复却加了密".to_owned());
    }
    let inner = unseal(expected, &outer)?;
    let inner = clear.insert(inner);
    let root = xml::parse(inner).map_err(|error| format!("解密后的答复不是有效的 XML：{error}"))?;
    message(expected, &root)
}

fn unseal(expected: &Expectation<'_>, outer: &Node) -> Read<String> {
    let sealed = outer.value("Encrypt").trim();
    let (timestamp, nonce) = (outer.value("TimeStamp").trim(), outer.value("Nonce"));
    if timestamp.parse::<i64>().is_err() {
        return Err("加密答复的 TimeStamp 不是整数".to_owned());
    }
    let signature = crypto::sign(&[expected.token, timestamp, nonce, sealed]);
    if signature != outer.value("MsgSignature") {
        return Err("加密答复的 MsgSignature 不正确".to_owned());
    }
    let key = expected.key.ok_or("没有可用的 EncodingAESKey")?;
    key.open(sealed, expected.app_id)
        .map_err(|error| format!("加密答复无法解开：{error}"))
}

fn message(expected: &Expectation<'_>, root: &Node) -> Read<(Content, Option<String>)> {
    if root.name != "xml" {
        return Err("答复的根元素不是 xml".to_owned());
    }
    if root.value("ToUserName") != expected.openid {
        return Err("答复的 ToUserName 不是该关注者".to_owned());
    }
    if root.value("FromUserName") != expected.original_id {
        return Err("答复的 FromUserName 不是该公众号".to_owned());
    }
    if root.value("CreateTime").trim().parse::<i64>().is_err() {
        return Err("答复的 CreateTime 不是整数".to_owned());
    }
    match root.value("MsgType") {
        "text" => text_reply(root).map(|content| (content, None)),
        "news" => news_reply(expected.answer, root),
        "image" => media(root, "Image", "图片").map(|content| (content, None)),
        "voice" => media(root, "Voice", "语音").map(|content| (content, None)),
        "video" => media(root, "Video", "视频").map(|content| (content, None)),
        "music" => {
            let music = root.child("Music").ok_or("音乐答复缺少 Music")?;
            let note = music.value("Title").to_owned();
            Ok((
                Content::Media {
                    what: "音乐".to_owned(),
                    note,
                },
                None,
            ))
        }
        "transfer_customer_service" => Ok((Content::notice("消息已转给人工客服"), None)),
        other => Err(format!("答复的 MsgType 无法识别：{other}")),
    }
}

fn text_reply(root: &Node) -> Read<Content> {
    let content = root.value("Content");
    if content.trim().is_empty() {
        return Err("文字答复的 Content 为空".to_owned());
    }
    if content.len() > MAX_TEXT_BYTES {
        return Err(format!(
            "文字答复有 {} 字节，超过 {MAX_TEXT_BYTES}",
            content.len()
        ));
    }
    Ok(Content::Text {
        segments: chat::segments(content),
    })
}

fn news_reply(answer: Answer, root: &Node) -> Read<(Content, Option<String>)> {
    let articles = root.child("Articles").ok_or("图文答复缺少 Articles")?;
    let mut items: Vec<Article> = articles
        .children
        .iter()
        .filter(|item| item.name == "item")
        .map(|item| Article {
            title: item.value("Title").to_owned(),
            description: item.value("Description").to_owned(),
            picture: item.value("PicUrl").to_owned(),
            url: item.value("Url").to_owned(),
        })
        .collect();
    if items.is_empty() || root.value("ArticleCount").trim() != items.len().to_string() {
        return Err("图文答复的 ArticleCount 与条数不符".to_owned());
    }
    if items.iter().any(|item| item.title.is_empty()) {
        return Err("图文答复有一条没有标题".to_owned());
    }
    let limit = if answer == Answer::ToMessage {
        1
    } else {
        MAX_ARTICLES
    };
    let note =
        (items.len() > limit).then(|| format!("图文有 {} 条，只显示 {limit} 条", items.len()));
    items.truncate(limit);
    Ok((Content::News { articles: items }, note))
}

fn media(root: &Node, element: &str, what: &str) -> Read<Content> {
    let inner = root
        .child(element)
        .ok_or_else(|| format!("{what}答复缺少 {element}"))?;
    let id = inner.value("MediaId");
    if id.is_empty() {
        return Err(format!("{what}答复缺少 MediaId"));
    }
    Ok(Content::Media {
        what: what.to_owned(),
        note: id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(answer: Answer) -> Expectation<'static> {
        Expectation {
            mode: Mode::Plain,
            key: None,
            token: "t",
            app_id: "wx",
            openid: "o",
            original_id: "gh",
            answer,
        }
    }

    fn reply(rest: &str) -> String {
        format!(
            "<xml><ToUserName>o</ToUserName><FromUserName>gh</FromUserName><CreateTime>1</CreateTime>{rest}</xml>"
        )
    }

    fn articles(count: usize) -> String {
        let item = "<item><Title>t</Title><Description/><PicUrl/><Url>http://a/</Url></item>";
        reply(&format!(
            "<MsgType>news</MsgType><ArticleCount>{count}</ArticleCount><Articles>{}</Articles>",
            item.repeat(count)
        ))
    }

    #[test]
    fn success_and_nothing_end_the_delivery_without_a_bubble() {
        for body in [&b""[..], b"success"] {
            let judgement = judge(&expected(Answer::ToMessage), 200, body);
            assert!(judgement.received && judgement.content.is_none());
        }
        assert!(!judge(&expected(Answer::ToMessage), 200, b"success\n").received);
        assert!(!judge(&expected(Answer::ToMessage), 302, b"success").received);
    }

    #[test]
    fn surplus_articles_are_dropped_one_for_messages_eight_for_events() {
        for (answer, shown) in [(Answer::ToMessage, 1), (Answer::ToEvent, 8)] {
            let judgement = judge(&expected(answer), 200, articles(9).as_bytes());
            match judgement.content {
                Some(Content::News { articles }) => assert_eq!(articles.len(), shown),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn malformed_answers_are_refused() {
        for text in [
            reply("<MsgType>text</MsgType><Content></Content>"),
            reply(&format!(
                "<MsgType>text</MsgType><Content>{}</Content>",
                "a".repeat(2049)
            )),
            reply("<MsgType>unknown</MsgType>"),
            reply("<MsgType>text</MsgType><Content>x</Content>").replace(">o<", ">someone else<"),
            articles(3).replace("<ArticleCount>3", "<ArticleCount>2"),
            "{}".to_owned(),
        ] {
            assert!(
                !judge(&expected(Answer::ToEvent), 200, text.as_bytes()).received,
                "{text}"
            );
        }
    }

    #[test]
    fn a_clear_answer_in_safe_mode_is_refused() {
        let strict = Expectation {
            mode: Mode::Safe,
            ..expected(Answer::ToMessage)
        };
        let text = reply("<MsgType>text</MsgType><Content>x</Content>");
        assert!(!judge(&strict, 200, text.as_bytes()).received);
    }
}
