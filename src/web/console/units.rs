//! The table of procuratorates: a list to find one in, and beside it the unit with what can be changed.

use askama::Template;

use crate::service::unit_upkeep::UnitView;
use crate::store::unit_changes::{CANCELLED, Change, DONE, FAILED, PLANNED};
use crate::web::console::frame::ConsoleFrame;
use crate::web::dates::chinese_datetime;

/// The page.
#[derive(Debug, Template)]
#[template(path = "console/units.html")]
pub struct UnitsPage {
    frame: ConsoleFrame,
    may_all: bool,
    done: Option<&'static str>,
    q: String,
    rows: Vec<Row>,
    planned: Vec<PlannedRow>,
    unit: Option<Unit>,
    form: UnitForm,
    error: (&'static str, String),
}

/// A unit in the list.
#[derive(Debug)]
pub struct Row {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The unit above.
    pub above: String,
    /// It stands beside.
    pub is_open: bool,
}

#[derive(Debug)]
struct PlannedRow {
    when: String,
    href: String,
    name: String,
    what: String,
}

#[derive(Debug)]
struct Unit {
    href: String,
    name: String,
    code: String,
    codes: String,
    area_name: String,
    aliases: String,
    added: Vec<String>,
    phone: String,
    above: Vec<(String, String)>,
    below: Vec<(String, String)>,
    history: Vec<HistoryRow>,
}

#[derive(Debug)]
struct HistoryRow {
    public_id: String,
    when: String,
    what: String,
    note: String,
    state: &'static str,
    tone: &'static str,
    made: String,
    can_cancel: bool,
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct UnitForm {
    /// A telephone.
    pub phone: String,
    /// A new name.
    pub name: String,
    /// A new name of the area.
    pub area_name: String,
    /// What it rests on.
    pub basis: String,
    /// The first day.
    pub day: String,
    /// The successor's code.
    pub successor: String,
    /// An alias.
    pub alias: String,
}

/// What stands on the page.
pub struct Contents<'a> {
    /// Of all units, and not only the own telephone.
    pub may_all: bool,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// What was looked for.
    pub q: String,
    /// What was found.
    pub rows: Vec<Row>,
    /// What waits for its day, with the units' names.
    pub planned: Vec<Change>,
    /// The unit beside.
    pub unit: Option<&'a UnitView>,
    /// What was typed, when it was refused.
    pub form: Option<UnitForm>,
    /// In which form, and why.
    pub error: Option<(&'static str, String)>,
    /// The name of a unit.
    pub name: &'a dyn Fn(&str) -> String,
}

impl UnitsPage {
    /// The page.
    pub fn new(frame: ConsoleFrame, it: Contents<'_>) -> Self {
        let typed = it.form.unwrap_or_else(|| UnitForm {
            phone: it
                .unit
                .and_then(|unit| unit.phone.clone())
                .unwrap_or_default(),
            area_name: it
                .unit
                .map(|unit| unit.unit.area_name.clone())
                .unwrap_or_default(),
            ..UnitForm::default()
        });
        let planned = it.planned.iter().map(|change| PlannedRow {
            when: change.effective_on.clone(),
            href: address(&change.unit_id),
            name: change.old_name.clone(),
            what: what(change, it.name),
        });
        Self {
            frame,
            may_all: it.may_all,
            done: it.done,
            q: it.q,
            rows: it.rows,
            planned: planned.collect(),
            unit: it.unit.map(|unit| beside(unit, it.name)),
            form: typed,
            error: it.error.unwrap_or_default(),
        }
    }
}

/// The address of a unit's page.
pub fn address(unit_id: &str) -> String {
    let code: String = form_urlencoded::byte_serialize(unit_id.as_bytes()).collect();
    format!("/console/units/{code}")
}

fn beside(view: &UnitView, name: &dyn Fn(&str) -> String) -> Unit {
    let links = |units: &[(String, String)]| {
        let links = units.iter();
        links
            .map(|(id, name)| (address(id), name.clone()))
            .collect()
    };
    let unit = &view.unit;
    Unit {
        href: address(unit.unit_id.as_str()),
        name: unit.name.clone(),
        code: unit.unit_id.to_string(),
        codes: unit.code_aliases.join("、"),
        area_name: unit.area_name.clone(),
        aliases: unit.aliases.join("、"),
        added: view.added.clone(),
        phone: view.phone.clone().unwrap_or_default(),
        above: links(&view.above),
        below: links(&view.below),
        history: view
            .history
            .iter()
            .map(|change| history(change, name))
            .collect(),
    }
}

fn history(change: &Change, name: &dyn Fn(&str) -> String) -> HistoryRow {
    let (state, tone) = match change.state.as_str() {
        PLANNED => ("等待生效", "wait"),
        DONE => ("已生效", "ok"),
        CANCELLED => ("已撤回", "wait"),
        FAILED => ("未能生效", "bad"),
        _ => ("不详", "wait"),
    };
    let notes = [
        change.basis.as_str(),
        change.reason.as_deref().unwrap_or(""),
    ];
    let notes: Vec<&str> = notes.into_iter().filter(|note| !note.is_empty()).collect();
    HistoryRow {
        public_id: change.public_id.clone(),
        when: change.effective_on.clone(),
        what: what(change, name),
        note: notes.join("；"),
        state,
        tone,
        made: chinese_datetime(change.made_at),
        can_cancel: change.state == PLANNED,
    }
}

fn what(change: &Change, name: &dyn Fn(&str) -> String) -> String {
    let value = &change.value;
    match change.kind.as_str() {
        "rename" => format!("{}更名为{value}", change.old_name),
        "abolish" => format!("撤销，并入{}", name(value)),
        "alias_added" => format!("增加别名{value}"),
        "alias_removed" => format!("删除别名{value}"),
        "phone" if value.is_empty() => "删除联系电话".to_owned(),
        "phone" => format!("联系电话改为{value}"),
        other => other.to_owned(),
    }
}
