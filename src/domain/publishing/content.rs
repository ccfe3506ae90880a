//! What a publisher writes: the fields of a publication and when it is shown and taken down.

use chrono::{NaiveDate, NaiveDateTime};

use super::{CATEGORIES, DOCUMENTS};
use crate::domain::masking::{self, Finding, Part, Parts};
use crate::domain::publication::PublicationKind;
use crate::domain::shanghai;

/// Longest texts, in characters: those of the publication record.
const TITLE: usize = 200;
const SUMMARY: usize = 500;
const BODY: usize = 200_000;
const NUMBER: usize = 80;
const CHARGE: usize = 60;
const CHARGES: usize = 50;
const ADDRESS: usize = 1024;

/// What a draft says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The board.
    pub kind: PublicationKind,
    /// One of [`CATEGORIES`], for important cases.
    pub category: Option<String>,
    /// A finer type of the document.
    pub sub_type: Option<String>,
    /// Shown in lists.
    pub title: String,
    /// One or two sentences; may be empty.
    pub summary: String,
    /// Plain text; may be empty while it is a draft.
    pub body: String,
    /// One of [`DOCUMENTS`], or another that an import brought.
    pub document_type: Option<String>,
    /// 文书号.
    pub document_number: Option<String>,
    /// Names of charges.
    pub charges: Vec<String>,
    /// The day of the document, milliseconds UTC.
    pub decided_at: Option<i64>,
    /// The day the judgment became effective, milliseconds UTC.
    pub effective_at: Option<i64>,
    /// Where the original stands.
    pub source_url: Option<String>,
    /// When it shall be shown; at once when there is none.
    pub publish_at: Option<i64>,
    /// When it is taken down; never when there is none.
    pub expires_at: Option<i64>,
}

impl Content {
    /// The charges in a line, as the form has them.
    pub fn charges_line(&self) -> String {
        self.charges.join(BETWEEN_CHARGES)
    }

    /// Everything of it that people will read; `charges` are those of [`Self::charges_line`].
    pub fn parts<'a>(&'a self, charges: &'a str) -> Parts<'a> {
        let text = |value: &'a Option<String>| value.as_deref().unwrap_or_default();
        Parts {
            title: &self.title,
            summary: &self.summary,
            body: &self.body,
            document_type: text(&self.document_type),
            document_number: text(&self.document_number),
            charges,
            source_url: text(&self.source_url),
        }
    }

    /// The same with everything replaced that was found in it. An address in which something was found leads nowhere
    /// without it: it goes.
    pub fn masked(&self, findings: &[Finding]) -> Self {
        let of = |part: Part, text: &str| masking::masked(text, part, findings);
        let line = |part: Part, text: &Option<String>| text.as_deref().map(|text| of(part, text));
        let is_clean = |part: Part| findings.iter().all(|finding| finding.part != part);
        Self {
            title: of(Part::Title, &self.title),
            summary: of(Part::Summary, &self.summary),
            body: of(Part::Body, &self.body),
            document_type: line(Part::DocumentType, &self.document_type),
            document_number: line(Part::DocumentNumber, &self.document_number),
            charges: split(&of(Part::Charges, &self.charges_line())),
            source_url: self
                .source_url
                .clone()
                .filter(|_| is_clean(Part::SourceUrl)),
            ..self.clone()
        }
    }
}

/// 、 is part of some names of charges.
const BETWEEN_CHARGES: &str = "；";

/// The fields of a form, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// `important_case` or `legal_document`.
    pub kind: String,
    /// Category.
    pub category: String,
    /// Finer type.
    pub sub_type: String,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: String,
    /// Body.
    pub body: String,
    /// Type of the document.
    pub document_type: String,
    /// Its number.
    pub document_number: String,
    /// Charges, a line or a semicolon apart: 、 is part of some names.
    pub charges: String,
    /// `2026-11-20`.
    pub decided_on: String,
    /// `2026-11-20`.
    pub effective_on: String,
    /// Address of the original.
    pub source_url: String,
    /// `2026-11-20T09:00`; empty: at once.
    pub publish_at: String,
    /// `2027-11-20`; empty: never.
    pub expires_on: String,
}

impl Typed {
    /// The form of what is stored.
    pub fn of(content: &Content) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            kind: content.kind.as_str().to_owned(),
            category: text(&content.category),
            sub_type: text(&content.sub_type),
            title: content.title.clone(),
            summary: content.summary.clone(),
            body: content.body.clone(),
            document_type: text(&content.document_type),
            document_number: text(&content.document_number),
            charges: content.charges_line(),
            decided_on: content.decided_at.map(day).unwrap_or_default(),
            effective_on: content.effective_at.map(day).unwrap_or_default(),
            source_url: text(&content.source_url),
            publish_at: content.publish_at.map(minute).unwrap_or_default(),
            expires_on: content.expires_at.map(day).unwrap_or_default(),
        }
    }
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name of the field in the form.
    pub field: &'static str,
    /// What to do.
    pub message: String,
}

/// Reads a form; every fault at once.
///
/// # Errors
/// The faults, in the order of the fields.
pub fn read(typed: &Typed) -> Result<Content, Vec<Fault>> {
    let mut faults = Faults(Vec::new());
    let kind = PublicationKind::from_word(&typed.kind);
    if kind.is_none() {
        faults.add("kind", "请选择栏目。");
    }
    let is_document = kind == Some(PublicationKind::LegalDocument);
    let title = faults.line("title", &typed.title, TITLE);
    if title.is_none() && faults.none_of("title") {
        faults.add("title", "请输入标题。");
    }
    let content = Content {
        kind: kind.unwrap_or(PublicationKind::ImportantCase),
        category: faults.listed("category", &typed.category, &CATEGORIES),
        sub_type: faults.sub_type(&typed.sub_type, &typed.document_type),
        title: title.unwrap_or_default(),
        summary: faults.paragraphs("summary", &typed.summary, SUMMARY),
        body: faults.paragraphs("body", &typed.body, BODY),
        document_type: faults.line("document_type", &typed.document_type, 40),
        document_number: faults.line("document_number", &typed.document_number, NUMBER),
        charges: faults.charges(&typed.charges),
        decided_at: faults.day("decided_on", &typed.decided_on),
        effective_at: faults.day("effective_on", &typed.effective_on),
        source_url: faults.address(&typed.source_url),
        publish_at: faults.minute("publish_at", &typed.publish_at),
        expires_at: faults.day("expires_on", &typed.expires_on),
    };
    if is_document && content.document_type.is_none() {
        faults.add("document_type", "请选择文书种类。");
    }
    if let (Some(from), Some(to)) = (content.publish_at, content.expires_at)
        && to <= from
    {
        faults.add("expires_on", "下架日期应当晚于发布时间。");
    }
    if faults.0.is_empty() {
        Ok(content)
    } else {
        Err(faults.0)
    }
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(Fault {
            field,
            message: message.into(),
        });
    }

    fn none_of(&self, field: &str) -> bool {
        self.0.iter().all(|fault| fault.field != field)
    }

    fn line(&mut self, field: &'static str, typed: &str, most: usize) -> Option<String> {
        let text: Vec<&str> = typed.split_whitespace().collect();
        let text: String = text.join(" ").chars().filter(|c| !c.is_control()).collect();
        if text.chars().count() > most {
            self.add(field, format!("最多{most}个字。"));
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    fn paragraphs(&mut self, field: &'static str, typed: &str, most: usize) -> String {
        let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
        let text: String = lines
            .chars()
            .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
            .collect();
        let text = text.trim_matches(|c: char| c.is_whitespace() && c != '\u{3000}');
        if text.chars().count() > most {
            self.add(field, format!("最多{most}个字。"));
        }
        text.to_owned()
    }

    fn listed(&mut self, field: &'static str, typed: &str, list: &[&str]) -> Option<String> {
        let typed = typed.trim();
        if !typed.is_empty() && !list.contains(&typed) {
            self.add(field, "请从列表中选择。");
        }
        (!typed.is_empty()).then(|| typed.to_owned())
    }

    fn sub_type(&mut self, typed: &str, document_type: &str) -> Option<String> {
        let list = DOCUMENTS
            .iter()
            .find(|(name, _)| *name == document_type.trim())
            .map_or(&[][..], |(_, finer)| *finer);
        self.listed("sub_type", typed, list)
    }

    fn charges(&mut self, typed: &str) -> Vec<String> {
        let all = split(typed);
        if all.len() > CHARGES || all.iter().any(|charge| charge.chars().count() > CHARGE) {
            self.add("charges", "最多50个罪名，每个最多60个字。");
        }
        all
    }

    fn day(&mut self, field: &'static str, typed: &str) -> Option<i64> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let at = day_of(typed);
        if at.is_none() {
            self.add(field, "请输入日期，例如2026-11-20。");
        }
        at
    }

    fn minute(&mut self, field: &'static str, typed: &str) -> Option<i64> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
        let at = forms
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(typed, form).ok())
            .map(shanghai::millis)
            .filter(|at| RANGE.contains(at));
        if at.is_none() {
            self.add(field, "请输入时间，例如2026-11-20 09:00。");
        }
        at
    }

    fn address(&mut self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let is_address = typed.len() <= ADDRESS
            && (typed.starts_with("https://") || typed.starts_with("http://"))
            && typed.chars().all(|c| !c.is_whitespace() && !c.is_control());
        if !is_address {
            self.add("source_url", "请输入以 http:// 或 https:// 开头的网址。");
        }
        Some(typed.to_owned())
    }
}

/// 2000 to 2100.
const RANGE: std::ops::Range<i64> = 946_656_000_000..4_102_444_800_000;

/// The beginning of a day in Shanghai: 2026-11-20, 2026/11/20, 2026年11月20日 and the like.
pub fn day_of(typed: &str) -> Option<i64> {
    let forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d"];
    forms
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(typed, form).ok())
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .map(shanghai::millis)
        .filter(|at| RANGE.contains(at))
}

fn split(typed: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for charge in typed.split([',', '，', ';', '；', '\n', '|']) {
        let charge = charge.trim();
        if !charge.is_empty() && all.iter().all(|known| known != charge) {
            all.push(charge.to_owned());
        }
    }
    all
}

fn day(ms: i64) -> String {
    shanghai::wall_clock(ms).format("%Y-%m-%d").to_string()
}

fn minute(ms: i64) -> String {
    shanghai::wall_clock(ms)
        .format("%Y-%m-%dT%H:%M")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Typed {
        Typed {
            kind: "legal_document".into(),
            title: " 王某某盗窃案\u{7}起诉书 ".into(),
            body: "第一段\r\n第二段\r\n".into(),
            document_type: "起诉书".into(),
            sub_type: "自然人犯罪".into(),
            charges: "盗窃罪；走私、贩卖、运输、制造毒品罪；盗窃罪".into(),
            decided_on: "2026-11-01".into(),
            publish_at: "2026-11-20T09:00".into(),
            expires_on: "2028-11-20".into(),
            ..Typed::default()
        }
    }

    #[test]
    fn a_form_becomes_a_content_and_a_form_again() {
        let content = read(&good()).unwrap();
        assert_eq!(content.title, "王某某盗窃案起诉书");
        assert_eq!(content.body, "第一段\n第二段");
        assert_eq!(content.charges, ["盗窃罪", "走私、贩卖、运输、制造毒品罪"]);
        assert_eq!(content.publish_at, Some(1_795_136_400_000));
        assert_eq!(read(&Typed::of(&content)), Ok(content));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let typed = Typed {
            kind: "gossip".into(),
            title: "长".repeat(201),
            source_url: "javascript:alert(1)".into(),
            decided_on: "1.4.2026x".into(),
            sub_type: "自创".into(),
            publish_at: "2028-11-20T09:00".into(),
            ..good()
        };
        let fields: Vec<&str> = read(&typed)
            .unwrap_err()
            .iter()
            .map(|fault| fault.field)
            .collect();
        assert_eq!(
            fields,
            [
                "kind",
                "title",
                "sub_type",
                "decided_on",
                "source_url",
                "expires_on"
            ]
        );
    }
}
