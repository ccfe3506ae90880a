//! The templates of the nine notices.

use askama::Template as _;

use crate::domain::notice::{self, Kind, Template};
use crate::store::settings_overrides::Override;
use crate::web::console::frame::ConsoleFrame;
use crate::web::console::upkeep::{self, VersionRow};

/// Rows for keywords: the most that a template may have.
const ROWS: usize = 10;

/// The page.
#[derive(askama::Template)]
#[template(path = "console/notice_templates.html")]
pub struct NoticeTemplatesPage {
    frame: ConsoleFrame,
    tab: &'static str,
    done: Option<&'static str>,
    rows: Vec<Row>,
    edit: Option<Edit>,
    versions: Vec<VersionRow>,
}

struct Row {
    key: &'static str,
    title: String,
    id: String,
    changed: bool,
    is_open: bool,
}

struct Edit {
    key: &'static str,
    title: String,
    source: String,
    warning: Option<String>,
    version: i64,
    id: String,
    id_error: String,
    fields_error: String,
    rows: Vec<FieldRow>,
    fields: Vec<(&'static str, &'static str)>,
    preview: Vec<(String, String)>,
    changed: bool,
}

struct FieldRow {
    keyword: String,
    field: String,
    error: String,
}

/// One template on the page.
pub struct Open<'a> {
    /// Which.
    pub kind: Kind,
    /// As it is, or as it was typed.
    pub template: Template,
    /// What the desk says in place of the file.
    pub changed: Option<&'a Override>,
    /// The version that the form is made from.
    pub version: i64,
    /// What is wrong, by keyword.
    pub flaws: Vec<(String, String)>,
    /// A sentence above the form.
    pub warning: Option<String>,
    /// Its versions.
    pub versions: &'a [Override],
}

impl NoticeTemplatesPage {
    /// The page. `known` tells each notice's template, and whether the desk changed it.
    pub fn new(
        frame: ConsoleFrame,
        done: Option<&'static str>,
        known: impl Fn(Kind) -> (Template, bool),
        open: Option<Open<'_>>,
    ) -> Self {
        let at = open.as_ref().map(|open| open.kind);
        let rows = Kind::ALL.into_iter().map(|kind| {
            let (template, changed) = known(kind);
            Row {
                key: kind.as_str(),
                title: title(kind),
                id: template.template_id,
                changed,
                is_open: at == Some(kind),
            }
        });
        Self {
            frame,
            tab: "/console/upkeep/templates",
            done,
            rows: rows.collect(),
            versions: open
                .as_ref()
                .map(|open| upkeep::versions(open.versions))
                .unwrap_or_default(),
            edit: open.map(edit),
        }
    }

    /// The page, rendered: for tests.
    ///
    /// # Errors
    /// When the template fails.
    pub fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }
}

fn edit(open: Open<'_>) -> Edit {
    let flaw = |key: &str| {
        let found = open.flaws.iter().find(|(of, _)| of == key);
        found.map(|(_, flaw)| flaw.clone()).unwrap_or_default()
    };
    let mut rows: Vec<FieldRow> = open
        .template
        .keywords
        .iter()
        .map(|(keyword, field)| FieldRow {
            keyword: keyword.clone(),
            field: field.clone(),
            error: flaw(keyword),
        })
        .collect();
    while rows.len() < ROWS {
        rows.push(FieldRow {
            keyword: String::new(),
            field: String::new(),
            error: String::new(),
        });
    }
    let fields = open.kind.fields().iter();
    let preview = if open.flaws.is_empty() {
        let rendered = notice::render(&open.template, &open.kind.sample());
        rendered.unwrap_or_default().into_iter().collect()
    } else {
        Vec::new()
    };
    Edit {
        key: open.kind.as_str(),
        title: title(open.kind),
        source: upkeep::source(open.changed),
        warning: open.warning,
        version: open.version,
        id_error: flaw("template_id"),
        fields_error: flaw("fields"),
        id: open.template.template_id,
        rows,
        fields: fields.map(|field| (*field, field_title(field))).collect(),
        preview,
        changed: open.changed.is_some(),
    }
}

/// 待审核提醒 is the title of several: what they are about stands behind.
fn title(kind: Kind) -> String {
    let about = match kind {
        Kind::RegistrationSubmitted => "律师注册",
        Kind::BindingSubmitted => "案件绑定",
        Kind::AppointmentSubmitted => "案件预约",
        Kind::PasswordResetRequested => "找回密码",
        Kind::RegistrationReviewed
        | Kind::BindingReviewed
        | Kind::AppointmentReviewed
        | Kind::PasswordResetDone
        | Kind::CaseProgressChanged => return kind.title().to_owned(),
    };
    format!("{}（{about}）", kind.title())
}

fn field_title(field: &str) -> &'static str {
    match field {
        "task" => "待办类型",
        "applicant" => "申请人账号",
        "application" => "申请编号",
        "items" => "预约事项",
        "state" => "状态",
        "result" => "办理结果",
        "unit" => "办理单位",
        "time" => "时间",
        "count" => "本次件数",
        "pending" => "待办总数",
        "password" => "临时密码",
        "case" => "案件编号末位",
        "change" => "变更类型",
        "hint" => "提示",
        _ => "其他",
    }
}
