//! What came back, read as WeChat or a browser would.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use jianxin::wechat::crypt::Cipher;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::APP_ID;

/// A whole response.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// An element with its text: `("Articles/item/Title", "…")`.
type Field = (String, String);

impl Answer {
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// A header's value, empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Acknowledged without a word.
    pub(crate) fn is_silent(&self) -> bool {
        self.status == StatusCode::OK && self.body == "success"
    }

    /// Refused as contract says: 403 and nothing else.
    pub(crate) fn is_refused(&self) -> bool {
        self.status == StatusCode::FORBIDDEN && self.body.is_empty()
    }

    /// The elements below the root.
    pub(crate) fn fields(&self) -> Vec<Field> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        read_xml(&self.body)
    }

    /// One element's text; it must be there.
    pub(crate) fn field(&self, path: &str) -> String {
        let fields = self.fields();
        let found = fields.iter().find(|(name, _)| name == path);
        found
            .unwrap_or_else(|| panic!("no {path} in {}", self.body))
            .1
            .clone()
    }

    /// The text of a text reply.
    pub(crate) fn text(&self) -> String {
        assert_eq!(self.field("MsgType"), "text", "{}", self.body);
        self.field("Content")
    }

    /// Title, description and address of each article of a news reply.
    pub(crate) fn articles(&self) -> Vec<[String; 3]> {
        assert_eq!(self.field("MsgType"), "news", "{}", self.body);
        let fields = self.fields();
        let all = |name: &str| -> Vec<String> {
            let path = format!("Articles/item/{name}");
            fields
                .iter()
                .filter(|(found, _)| *found == path)
                .map(|(_, text)| text.clone())
                .collect()
        };
        let (titles, descriptions, urls) = (all("Title"), all("Description"), all("Url"));
        assert_eq!(self.field("ArticleCount"), titles.len().to_string());
        titles
            .into_iter()
            .zip(descriptions)
            .zip(urls)
            .map(|((title, text), url)| [title, text, url])
            .collect()
    }

    /// Labels of the links of a text reply, in order.
    pub(crate) fn labels(&self) -> Vec<String> {
        links(&self.text())
            .into_iter()
            .map(|(label, _)| label)
            .collect()
    }

    /// Titles of the items listed: the labels without the ways on.
    pub(crate) fn titles(&self) -> Vec<String> {
        self.labels()
            .into_iter()
            .filter(|label| !label.starts_with("更多"))
            .collect()
    }

    /// The address behind a label of a text reply.
    pub(crate) fn address_of(&self, label: &str) -> String {
        let links = links(&self.text());
        let found = links.iter().find(|(found, _)| found == label);
        found
            .unwrap_or_else(|| panic!("no link {label} in {}", self.body))
            .1
            .clone()
    }

    /// The clear reply inside a sealed one.
    pub(crate) fn unsealed(&self, key: &str) -> Self {
        let plaintext = Cipher::new(key, APP_ID)
            .unwrap()
            .decrypt(&self.field("Encrypt"))
            .unwrap();
        Self {
            body: String::from_utf8(plaintext).unwrap(),
            ..self.clone()
        }
    }

    /// What stands between two marks in a page, each time.
    pub(crate) fn between(&self, before: &str, after: &str) -> Vec<String> {
        let pieces = self.body.split(before).skip(1);
        pieces
            .filter_map(|piece| piece.split_once(after))
            .map(|(inside, _)| inside.to_owned())
            .collect()
    }
}

/// `(label, address)` of every link.
pub(crate) fn links(text: &str) -> Vec<(String, String)> {
    text.split("<a href=\"")
        .skip(1)
        .map(|piece| {
            let (address, rest) = piece
                .split_once("\">")
                .expect("an address ends in quotation marks");
            let (label, _) = rest.split_once("</a>").expect("a link ends");
            (label.to_owned(), address.to_owned())
        })
        .collect()
}

fn read_xml(xml: &str) -> Vec<Field> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut fields): (Vec<String>, Vec<Field>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                path.push(tag.name().as_ref().to_owned());
                fields.push((path[1..].join("/"), String::new()));
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => append(&mut fields, &text.into_inner()),
            Event::CData(text) => append(&mut fields, &text.into_inner()),
            Event::Eof => return fields,
            other => panic!("{other:?} in a reply: {xml}"),
        }
    }
}

fn append(fields: &mut [Field], text: &str) {
    if let Some((_, found)) = fields.last_mut() {
        found.push_str(text);
    }
}
