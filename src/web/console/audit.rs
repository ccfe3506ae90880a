//! The audit trail as a page and as a table.

use std::collections::BTreeMap;

use askama::Template;

use super::audit_words as words;
use super::frame::ConsoleFrame;
use crate::domain::audit_chain::Anchor;
use crate::domain::shanghai;
use crate::service::audit::look::{Name, State};
use crate::store::audit::chain::Row;

/// Where it is.
pub const PATH: &str = "/console/audit";
/// Rows wait about a second to be chained; somebody should look when they wait longer.
const LATE_MS: i64 = 60_000;
/// Of an id that nobody knows by heart.
const SHORT: usize = 12;

/// The page.
#[derive(Template)]
#[template(path = "console/audit.html")]
pub struct AuditPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// How the chain is.
    pub chain: Chain,
    /// What was typed.
    pub asked: Asked,
    /// What is wrong with the days.
    pub error: Option<String>,
    /// Newest first.
    pub rows: Vec<Line>,
    /// Where the older ones are.
    pub older: Option<String>,
    /// Where the page is.
    pub path: &'static str,
    /// Rows in one export.
    pub most: usize,
    /// What can be asked for.
    pub actions: &'static [words::Group],
}

impl AuditPage {
    fn is_asked(&self, action: &str) -> bool {
        self.asked.action == action
    }
}

/// How the chain is, in words.
pub struct Chain {
    /// The end.
    pub head: Option<Anchor>,
    /// Rows without a place.
    pub unsealed: i64,
    /// Somebody should look.
    pub is_late: bool,
    /// How long the oldest waits.
    pub waits: String,
}

impl Chain {
    /// As it is at `now`.
    pub fn of(state: State, now: i64) -> Self {
        let waits = state.oldest.map_or(0, |at| (now - at).max(0));
        Self {
            head: state.head,
            unsealed: state.unsealed,
            is_late: waits > LATE_MS,
            waits: format!("{}分钟", waits / 60_000),
        }
    }
}

/// The form as it was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// A day, `2026-11-29`.
    pub from: String,
    /// A day.
    pub until: String,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
}

impl Asked {
    /// The address of the same question; with what comes before a row.
    pub fn address(&self, before: Option<(i64, &str)>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("from", &self.from),
            ("until", &self.until),
            ("actor", &self.actor),
            ("action", &self.action),
            ("subject", &self.subject),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some((at, id)) = before {
            query.append_pair("before", &format!("{at}.{id}"));
        }
        format!("{PATH}?{}", query.finish())
    }
}

/// A row.
pub struct Line {
    /// When.
    pub at: String,
    /// Who, in words.
    pub who: String,
    /// The login name or a short id; empty for whom the word says enough.
    pub login: String,
    /// Everything that actor did in these days.
    pub actor_href: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub things: Vec<Thing>,
    /// Whose business it was.
    pub unit: String,
    /// The place in the chain.
    pub seq: Option<i64>,
}

/// One thing of a subject.
pub struct Thing {
    /// What it is.
    pub kind: String,
    /// Its id, shortened; or what it says.
    pub id: String,
    /// Everything about it in these days; `None`: it is nothing that can be looked for.
    pub href: Option<String>,
}

impl Line {
    /// In words; `unit_name` gives the name of a unit.
    pub fn of(
        row: &Row,
        names: &BTreeMap<String, Name>,
        asked: &Asked,
        unit_name: impl Fn(&str) -> String,
    ) -> Self {
        let (kind, id) = row.actor.split_once(':').unwrap_or((&row.actor, ""));
        let name = names.get(id);
        let who = name.map_or_else(
            || words::actor(kind).to_owned(),
            |name| name.display_name.clone(),
        );
        let login = name.map_or_else(|| short(id), |name| name.login_name.clone());
        let by_actor = Asked {
            actor: row.actor.clone(),
            ..asked.clone()
        };
        Self {
            at: time(row.at),
            who,
            login,
            actor_href: by_actor.address(None),
            action: words::action(&row.action).to_owned(),
            things: things(&row.subject, asked),
            unit: row.unit_id.as_deref().map(unit_name).unwrap_or_default(),
            seq: row.seq,
        }
    }
}

fn things(subject: &str, asked: &Asked) -> Vec<Thing> {
    let words_of = subject.split(' ').flat_map(|word| {
        let (kind, ids) = word.split_once(':').unwrap_or(("", word));
        ids.split(',').map(move |id| (kind, id))
    });
    words_of
        .filter(|(_, id)| !id.is_empty())
        .map(|(kind, id)| {
            let about = Asked {
                subject: id.to_owned(),
                ..asked.clone()
            };
            let said = words::named(kind, id);
            Thing {
                kind: words::thing(kind).to_owned(),
                href: said.is_none().then(|| about.address(None)),
                id: said.unwrap_or_else(|| short(id)),
            }
        })
        .collect()
}

fn short(id: &str) -> String {
    if id.chars().count() <= SHORT + 4 {
        return id.to_owned();
    }
    let head: String = id.chars().take(SHORT).collect();
    format!("{head}…")
}

/// `2026-11-29 10:00:00`, China's time.
fn time(ms: i64) -> String {
    shanghai::wall_clock(ms)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// The heading of the exported table.
pub const COLUMNS: [&str; 10] = [
    "时间",
    "操作人",
    "登录名",
    "操作人编号",
    "操作",
    "操作代码",
    "对象",
    "单位",
    "链中序号",
    "校验值",
];

/// A row of the exported table: everything whole.
pub fn cells(
    row: &Row,
    names: &BTreeMap<String, Name>,
    unit_name: impl Fn(&str) -> String,
) -> [String; 10] {
    let (kind, id) = row.actor.split_once(':').unwrap_or((&row.actor, ""));
    let name = names.get(id);
    [
        time(row.at),
        name.map_or_else(
            || words::actor(kind).to_owned(),
            |name| name.display_name.clone(),
        ),
        name.map(|name| name.login_name.clone()).unwrap_or_default(),
        row.actor.clone(),
        words::action(&row.action).to_owned(),
        row.action.clone(),
        row.subject.clone(),
        row.unit_id.as_deref().map(unit_name).unwrap_or_default(),
        row.seq.map(|seq| seq.to_string()).unwrap_or_default(),
        row.hash.clone().unwrap_or_default(),
    ]
}
