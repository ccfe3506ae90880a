//! The page behind a notice: what the card in the chat says, with the unit's full name, and what a push must not carry:
//! the reason, and what changed in the case.

use askama::Template;

use crate::service::notice_page::{CaseChange, NoticePage, Reply};
use crate::web::dates;
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout};
use crate::web::h5::notice_words as words;
use crate::web::h5::paths;

/// A label over its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// The value.
    pub value: String,
    /// For a result: its tint.
    pub tone: Option<Tone>,
}

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What it is.
    pub label: &'static str,
    /// Before; `None`: there was nothing.
    pub old: Option<String>,
    /// After; `None`: there is nothing any more.
    pub new: Option<String>,
}

/// The reply to one item of an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replied {
    /// The item.
    pub item: &'static str,
    /// The reply's word.
    pub decision: &'static str,
    /// Its tint.
    pub tone: Option<Tone>,
    /// What the unit says to it, a paragraph a line.
    pub opinion: Vec<String>,
}

/// `GET /h5/notices/{public_id}`.
#[derive(Debug, Template)]
#[template(path = "h5/notice.html")]
pub struct NoticeDetail {
    /// The frame.
    pub layout: Layout,
    /// What the card says.
    pub facts: Vec<Fact>,
    /// Why not, as the unit wrote it, a paragraph a line.
    pub reason: Vec<String>,
    /// The replies to an appointment.
    pub replies: Vec<Replied>,
    /// A remark on all of them, a paragraph a line.
    pub remark: Vec<String>,
    /// What changed in the case.
    pub changes: Vec<Changed>,
    /// What happens next.
    pub next: Vec<String>,
}

impl NoticeDetail {
    /// The page of a notice.
    pub fn new(frame: Frame<'_>, notice: &NoticePage) -> Self {
        let words = words::of(notice.kind);
        let mut facts: Vec<Fact> = words
            .labels
            .iter()
            .filter_map(|(name, label)| {
                let shown = notice.fields.get(*name)?;
                let value = match (*name, &notice.case_number) {
                    ("case", Some(number)) => number.clone(),
                    ("count", _) if shown == "1" => return None,
                    ("count" | "pending", _) => format!("{shown}项"),
                    _ => shown.clone(),
                };
                let tone = words::tone(&value).filter(|_| *name == "result");
                Some(Fact { label, value, tone })
            })
            .collect();
        let plain = |label, value| Fact {
            label,
            value,
            tone: None,
        };
        if let Some(name) = &notice.case_name {
            facts.push(plain("案件名称", name.clone()));
        }
        facts.push(plain(words.unit, notice.unit_name.clone()));
        let time = notice.fields.get("time").cloned();
        let time = time.unwrap_or_else(|| dates::chinese_datetime(notice.created_at));
        facts.push(plain(words.time, time));
        let result = notice.fields.get("result").map_or("", String::as_str);
        Self {
            layout: frame.titled(notice.kind.title()),
            facts,
            reason: paragraphs(notice.reason.as_deref()),
            replies: notice.replies.iter().map(replied).collect(),
            remark: paragraphs(notice.remark.as_deref()),
            changes: notice.changes.iter().filter_map(changed).collect(),
            next: words::next_steps(notice.kind, result),
        }
    }
}

fn replied(reply: &Reply) -> Replied {
    let (decision, tone) = words::decision(&reply.decision);
    Replied {
        item: words::item(&reply.item),
        decision,
        tone,
        opinion: paragraphs(reply.opinion.as_deref()),
    }
}

fn changed(change: &CaseChange) -> Option<Changed> {
    let side = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let (old, new) = (side(&change.old), side(&change.new));
    if old == new {
        return None;
    }
    Some(Changed {
        label: words::case_field(&change.field)?,
        old,
        new,
    })
}

fn paragraphs(text: Option<&str>) -> Vec<String> {
    let lines = text.unwrap_or_default().lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}
