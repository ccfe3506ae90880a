//! What is read beside the list, in words: facts with numbers masked, papers, reasons, persons to choose from.

use super::desk::Desk;
use super::queue_view::{pills, state_pill};
use super::{papers, queue_kinds};
use crate::domain::notice::Untold;
use crate::domain::reasons::Reasons;
use crate::domain::shanghai;
use crate::service::desk_queue::{Claimed, Fresh, Head, Hidden, Pane, Past, PhonePane};
use crate::web::console::queue_page::Pill;
use crate::web::console::queue_pane::{
    Acts, CallView, FactView, FileView, HandView, PaneView, PastView, ReasonView, Section,
};
use crate::web::console::queue_place::QueuePlace;
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

/// What is asked for.
pub(super) struct Asked<'a> {
    /// Where one is.
    pub(super) place: &'a QueuePlace,
    /// The thing.
    pub(super) id: &'a str,
    /// The value that this session sees in full.
    pub(super) revealed: Option<Hidden>,
    /// What was typed, to be mended.
    pub(super) form: Option<&'a Posted>,
}

impl Asked<'_> {
    fn acts(&self) -> Acts {
        let act = |act: &str| self.place.act(self.id, act);
        let list = self.place.list();
        let kept = list.split_once('?').map_or("", |(_, query)| query);
        let kept = form_urlencoded::parse(kept.as_bytes()).into_owned();
        let this = [("id".to_owned(), self.id.to_owned())];
        Acts {
            claim: act("claim"),
            show: act("show"),
            approve: act("approve"),
            reject: act("reject"),
            reply: act("reply"),
            revoke: act("revoke"),
            password: act("password"),
            told: act("told"),
            search: format!("/console/queues/{}", self.place.queue.word()),
            kept: kept.chain(this).collect(),
        }
    }

    pub(super) fn typed(&self, name: &str) -> String {
        self.form.map(|form| form.raw(name)).unwrap_or_default()
    }

    pub(super) fn reasons(&self, kind: &str) -> Vec<ReasonView> {
        self.reasons_in("reason", kind)
    }

    /// The same in a field of another name.
    pub(super) fn reasons_in(&self, name: &str, kind: &str) -> Vec<ReasonView> {
        let ticked = self.form.map(|form| form.all(name)).unwrap_or_default();
        let view = |reason: &crate::domain::reasons::Reason| ReasonView {
            is_checked: ticked.contains(&reason.key),
            key: reason.key.clone(),
            label: reason.label.clone(),
            text: reason.text.clone(),
        };
        Reasons::built_in().of(kind).iter().map(view).collect()
    }

    /// A value that is masked unless it was asked for.
    pub(super) fn hidden(
        &self,
        label: &str,
        what: Hidden,
        clear: &str,
        masked: String,
    ) -> FactView {
        let is_shown = self.revealed == Some(what);
        FactView {
            label: label.to_owned(),
            value: match is_shown {
                true => clear.to_owned(),
                false => masked,
            },
            reveal: (!is_shown && !clear.is_empty()).then(|| what.word()),
            note: is_shown.then(|| pill("warn", "一分钟内可见")),
        }
    }
}

pub(super) fn pill(tone: &'static str, word: &str) -> Pill {
    Pill {
        tone,
        word: word.to_owned(),
    }
}

pub(super) fn fact(label: &str, value: impl Into<String>) -> FactView {
    FactView {
        label: label.to_owned(),
        value: value.into(),
        ..FactView::default()
    }
}

pub(super) fn section(title: &str, facts: Vec<FactView>) -> Section {
    Section {
        title: title.to_owned(),
        facts,
    }
}

/// `138****1111`.
pub(super) fn mask_phone(phone: &str) -> String {
    let letters: Vec<char> = phone.chars().collect();
    if letters.len() < 8 {
        return if letters.is_empty() { "" } else { "****" }.to_owned();
    }
    let head: String = letters.iter().take(3).collect();
    let tail: String = letters.iter().skip(letters.len() - 4).collect();
    format!("{head}****{tail}")
}

fn empty_pane(asked: &Asked<'_>) -> PaneView {
    PaneView {
        title: String::new(),
        pills: Vec::new(),
        meta: String::new(),
        acts: asked.acts(),
        version: 0,
        is_open: false,
        hand: HandView::Free,
        sections: Vec::new(),
        diff: None,
        files: Vec::new(),
        reason: String::new(),
        past: Vec::new(),
        reasons: Vec::new(),
        free: asked.typed("free"),
        is_refusing: asked.form.is_some_and(|form| {
            // Which panel it was shows by what was in it.
            !form.all("free").is_empty() || !form.all("remark").is_empty()
        }),
        search: None,
        items: Vec::new(),
        remark: asked.typed("remark"),
        bound: None,
        call: None,
        grant: "通过",
        grant_help: String::new(),
        may_telephone: false,
    }
}

/// An application.
pub(super) fn application(pages: &Pages, desk: &Desk, asked: &Asked<'_>, pane: &Pane) -> PaneView {
    let head = pane.head();
    let mut view = empty_pane(asked);
    let row = &head.row;
    view.title = format!("{} · {}", row.applicant, row.about);
    view.pills = pills(row);
    view.version = head.version;
    view.is_open = row.due.is_some();
    view.meta = meta(head);
    view.hand = hand(row.claimed.as_ref());
    view.reason.clone_from(&head.reason);
    let new_files: &[String] = match pane {
        Pane::Registration(pane) => &pane.new_files,
        Pane::Binding(_) | Pane::Appointment(_) | Pane::Reset(_) => &[],
    };
    view.files = head
        .files
        .iter()
        .map(|file| file_view(pages, desk, file, new_files))
        .collect();
    view.past = head.past.iter().map(|one| past_view(asked, one)).collect();
    match pane {
        Pane::Registration(pane) => queue_kinds::registration(asked, &mut view, pane),
        Pane::Binding(pane) => queue_kinds::binding(asked, &mut view, pane),
        Pane::Appointment(pane) => queue_kinds::appointment(asked, &mut view, pane),
        Pane::Reset(pane) => queue_kinds::reset(asked, &mut view, pane),
    }
    view
}

fn hand(claimed: Option<&Claimed>) -> HandView {
    let since = |claimed: &Claimed| shanghai::minute_text(claimed.at);
    match claimed {
        None => HandView::Free,
        Some(mine) if mine.is_mine => HandView::Mine(format!("您于{}领取", since(mine))),
        Some(other) => HandView::Others(format!("{}于{}领取", other.by, since(other))),
    }
}

fn meta(head: &Head) -> String {
    let row = &head.row;
    let mut words = vec![
        format!("编号 {}", row.number),
        format!("{}提交", shanghai::minute_text(row.submitted_at)),
    ];
    if let Some(due) = &row.due {
        words.push(format!("应于{}前处理", due.day));
    }
    if let Some(at) = row.decided_at {
        words.push(row.closing.words(row.decided_by.as_deref(), at));
    } else if let Some(who) = &row.decided_by {
        words.push(format!("上次由{who}回复"));
    }
    words.join("，")
}

fn file_view(
    pages: &Pages,
    desk: &Desk,
    file: &crate::service::attachments::Shown,
    new_files: &[String],
) -> FileView {
    let count = u32::try_from(file.pages).unwrap_or_default();
    FileView {
        label: file.label.clone(),
        name: file.name.clone(),
        is_new: new_files.contains(&file.public_id),
        small: papers::address(pages, desk, &file.public_id, 0),
        pages: (1..=count)
            .map(|page| papers::address(pages, desk, &file.public_id, page))
            .collect(),
    }
}

fn past_view(asked: &Asked<'_>, past: &Past) -> PastView {
    let decided = past.decided_at.map(shanghai::minute_text);
    let submitted = shanghai::minute_text(past.submitted_at);
    PastView {
        about: past.about.clone(),
        pill: match past.state.as_str() {
            "superseded" => pill("wait", "已被后来的提交代替"),
            state => state_pill(state),
        },
        when: match decided {
            Some(decided) => format!("{submitted}提交，{decided}处理"),
            None => format!("{submitted}提交"),
        },
        reason: past.reason.clone(),
        href: past.public_id.as_ref().map(|id| asked.place.opening(id)),
    }
}

/// A call.
pub(super) fn call(
    pages: &Pages,
    asked: &Asked<'_>,
    call: &PhonePane,
    password: Option<Fresh>,
) -> PaneView {
    let mut view = empty_pane(asked);
    let now = pages.app.clock.now_ms();
    view.title = format!("{} · {}", call.account.display_name, call.about);
    view.is_open = call.done_at.is_none();
    view.hand = hand(call.claimed.as_ref());
    let asked_at = crate::service::desk_queue::short_time(call.created_at, now);
    view.meta = match (&call.due, call.done_at) {
        (Some(due), _) => format!("{asked_at}产生，应于{}前告知，{}", due.day, due.words()),
        (None, Some(at)) => {
            let who = call.done_by.as_deref().unwrap_or_default();
            // A password of the counter takes the place of the call.
            let done = match call.needs_password && call.password_made.is_none() {
                true => "办结",
                false => "电话告知",
            };
            format!("{asked_at}产生，{}由{who}{done}", shanghai::minute_text(at))
        }
        (None, None) => asked_at,
    };
    view.pills = vec![state_pill(match view.is_open {
        true => "to_call",
        false => "called",
    })];
    let phone = call.phone.as_ref().map_or("", |phone| phone.expose());
    view.sections.push(section(
        "告知对象",
        vec![
            fact("姓名", &call.account.display_name),
            fact("账号", &call.account.login_name),
            asked.hidden("电话", Hidden::Phone, phone, mask_phone(phone)),
        ],
    ));
    let named = [
        ("application", "申请编号"),
        ("case", "案件号码"),
        ("items", "事项"),
        ("result", "结果"),
        ("change", "内容"),
        ("unit", "单位"),
        ("time", "时间"),
    ];
    let mut facts: Vec<FactView> = named
        .iter()
        .filter_map(|(name, label)| Some(fact(label, call.fields.get(*name)?)))
        .collect();
    if let Some(why) = call.why {
        facts.push(fact("电话告知原因", why.phrase()));
    }
    view.sections.push(section("告知内容", facts));
    view.call = Some(CallView {
        needs_password: call.needs_password,
        made_at: call.password_made.as_ref().map_or(0, |(_, at)| *at),
        made: call
            .password_made
            .as_ref()
            .map(|(by, at)| format!("{by}于{}生成过密码", shanghai::minute_text(*at))),
        is_gone: matches!(password, Some(Fresh::Gone)),
        password: match password {
            Some(Fresh::Now(password)) => Some(password.expose().to_owned()),
            Some(Fresh::Gone) | None => None,
        },
        is_linked: call.is_linked && call.why != Some(Untold::Undelivered),
    });
    view
}
