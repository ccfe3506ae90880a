//! From what is stored to what is shown.

use super::{board, draft_path, minute, shelf_path};
use crate::domain::masking::{Finding, Part};
use crate::domain::publishing::{Content, State};
use crate::service::publishing::Report;
use crate::store::publication_drafts::Listed as Draft;
use crate::store::publication_steps::Shown;
use crate::store::publications::Listed;
use crate::web::console::publications::{Checked, Row, Step, Suspect, marked};
use crate::web::dates::chinese_date;

/// A state with its colour.
pub(super) fn pill(state: State) -> (&'static str, &'static str) {
    let tone = match state {
        State::Draft | State::Discarded | State::Replaced => "wait",
        State::Checked | State::Scheduled => "brand",
        State::Submitted => "warn",
        State::Returned | State::Withdrawn => "bad",
        State::Published => "ok",
    };
    (state.title(), tone)
}

pub(super) fn draft_row(draft: Draft) -> Row {
    let state = State::parse(&draft.state).unwrap_or(State::Discarded);
    let at = match (state, draft.publish_at) {
        (State::Scheduled, Some(at)) => at,
        _ => draft.updated_at,
    };
    Row {
        href: draft_path(&draft.public_id),
        title: draft.title,
        board: board(&draft.kind),
        number: draft.document_number.unwrap_or_default(),
        state: pill(state),
        is_correction: draft.is_correction,
        at: minute(at),
    }
}

pub(super) fn shelf_row(listed: Listed, withdrawn_at: Option<i64>, now: i64) -> Row {
    Row {
        href: shelf_path(&listed.public_id),
        title: listed.title,
        board: board(&listed.kind),
        number: listed.document_number.unwrap_or_default(),
        state: pill(shelf_state(listed.published_at, withdrawn_at, now)),
        is_correction: false,
        at: minute(withdrawn_at.unwrap_or(listed.published_at)),
    }
}

pub(super) fn shelf_state(published_at: i64, withdrawn_at: Option<i64>, now: i64) -> State {
    match withdrawn_at {
        Some(_) => State::Withdrawn,
        None if published_at > now => State::Scheduled,
        None => State::Published,
    }
}

/// The findings beside the text, and the text with them marked.
pub(super) fn checked(report: &Report, content: &Content) -> Checked {
    let charges = content.charges_line();
    let parts = content.parts(&charges);
    let numbered: Vec<(&Finding, bool)> = report
        .suspects
        .iter()
        .map(|suspect| (&suspect.finding, suspect.signed.is_some()))
        .collect();
    let suspects = report.suspects.iter().enumerate().map(|(at, suspect)| {
        let finding = &suspect.finding;
        let found = parts
            .get(finding.part)
            .get(finding.start..finding.end)
            .unwrap_or_default();
        let signed = suspect.signed.as_ref().map(|signed| {
            (
                signed.name.clone(),
                minute(signed.at),
                signed.reason.clone(),
            )
        });
        Suspect {
            number: at + 1,
            key: suspect.key.clone(),
            part: finding.part.title(),
            kind: finding.kind.title(),
            found: found.to_owned(),
            advice: finding.kind.advice(),
            replacement: finding.replacement.clone(),
            signed,
        }
    });
    Checked {
        suspects: suspects.collect(),
        parts: Part::ALL
            .into_iter()
            .filter(|part| is_shown(*part, parts.get(*part), report))
            .map(|part| marked(part, parts.get(part), &numbered))
            .collect(),
        open: report.open(),
    }
}

/// The text itself, and of what stands beside it whatever has a finding.
fn is_shown(part: Part, text: &str, report: &Report) -> bool {
    let has_finding = || {
        let mut suspects = report.suspects.iter();
        suspects.any(|suspect| suspect.finding.part == part)
    };
    match part {
        Part::Title | Part::Summary | Part::Body => !text.is_empty(),
        Part::DocumentType | Part::DocumentNumber | Part::Charges | Part::SourceUrl => {
            has_finding()
        }
    }
}

pub(super) fn steps(history: Vec<Shown>) -> Vec<Step> {
    history
        .into_iter()
        .map(|step| Step {
            at: minute(step.at),
            name: step.name.unwrap_or_else(|| "系统".to_owned()),
            action: action(&step.action),
            note: step.note.unwrap_or_default(),
        })
        .collect()
}

fn action(word: &str) -> &'static str {
    match word {
        "created" => "起草",
        "correction" => "起草更正稿",
        "saved" => "修改",
        "checked" => "检查通过",
        "signed" => "签署不用遮盖",
        "unsigned" => "取消签署",
        "submitted" => "提交审批",
        "recalled" => "撤回修改",
        "returned" => "退回",
        "approved" => "批准",
        "scheduled" => "等待公开",
        "published" => "公开",
        "withdrawn" => "撤下",
        "expired" => "到期下架",
        "replaced" => "由更正稿代替",
        "discarded" => "作废",
        _ => "其他",
    }
}

/// What is said of a draft beside its text.
pub(super) fn facts(content: &Content) -> Vec<(&'static str, String)> {
    let day = |at: Option<i64>| at.map(chinese_date).unwrap_or_default();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let expires = content
        .expires_at
        .map_or_else(|| "长期公开".to_owned(), chinese_date);
    let all = [
        ("栏目", content.kind.title().to_owned()),
        ("类别", text(&content.category)),
        ("文书种类", text(&content.document_type)),
        ("细分种类", text(&content.sub_type)),
        ("文书号", text(&content.document_number)),
        ("罪名", content.charges_line()),
        ("文书日期", day(content.decided_at)),
        ("判决生效", day(content.effective_at)),
        ("原文网址", text(&content.source_url)),
        (
            "公开时间",
            content
                .publish_at
                .map_or_else(|| "批准后立即公开".to_owned(), minute),
        ),
        ("下架日期", expires),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}
