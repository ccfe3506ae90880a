//! What the office says and when it works: templates of notices, answers in the chat, holidays, texts of laws. The files give
//! the base; what the console says in the database counts in its place, in every process and without a restart.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::StartError;
use crate::config::{NoticeTemplate, Settings};
use crate::domain::laws::{self, Law, Laws};
use crate::domain::notice::{Kind, Template, Templates};
use crate::domain::office_hours::{self, OfficeHours};
use crate::domain::replies::{self, Replies, Values};
use crate::store::settings_overrides::{self as table, Override};
use crate::store::{Db, StoreError, counters};

/// The kinds of things that the console may say in place of a file.
pub mod kind {
    /// The template of a notice, by the notice's word.
    pub const TEMPLATE: &str = "template";
    /// An answer in the chat, by its key.
    pub const REPLY: &str = "reply";
    /// The days of a year, by the year.
    pub const HOLIDAYS: &str = "holidays";
    /// A version of a law, by its id.
    pub const LAW: &str = "law";
}

/// Everything as it counts now; replaced as a whole.
#[derive(Clone, Debug)]
pub struct OfficeBook {
    /// The templates of the nine notices.
    pub notices: Templates,
    /// The answers with their places.
    pub raw_replies: Replies,
    /// The answers, ready to be sent.
    pub replies: Replies,
    /// When the office works.
    pub office_hours: OfficeHours,
    /// 法规指引.
    pub laws: Laws,
    /// What the console says, by kind and key.
    pub overrides: BTreeMap<(String, String), Override>,
    /// The counter's value when it was read.
    pub revision: i64,
}

/// As the files say it.
#[derive(Clone, Debug)]
pub struct Base {
    /// Templates.
    pub notices: Templates,
    /// Answers with their places.
    pub replies: Replies,
    /// Holidays.
    pub office_hours: OfficeHours,
    /// Laws.
    pub laws: Laws,
    /// What the places become.
    pub values: Values,
}

impl Base {
    pub(super) fn read(settings: &Settings, public_url: &str) -> Result<Self, StartError> {
        let notices =
            notice_templates(settings).map_err(|flaws| StartError::File(flaws.join("; ")))?;
        Ok(Self {
            notices,
            replies: read_replies(settings).map_err(StartError::File)?,
            office_hours: read_office_hours(settings).map_err(StartError::File)?,
            laws: Laws::parse(laws::BUILT_IN).map_err(StartError::File)?,
            values: Values::new(&settings.server.operator_name, public_url),
        })
    }

    /// With what the console says. A row that cannot be understood is told to the log and leaves the file's in place: it
    /// was checked before it was stored.
    pub(super) fn with(&self, rows: Vec<Override>, revision: i64) -> OfficeBook {
        let mut book = OfficeBook {
            notices: self.notices.clone(),
            raw_replies: self.replies.clone(),
            replies: Replies::default(),
            office_hours: self.office_hours.clone(),
            laws: self.laws.clone(),
            overrides: BTreeMap::new(),
            revision,
        };
        for row in rows {
            if take(&mut book, &row) {
                let key = (row.kind.clone(), row.key.clone());
                book.overrides.insert(key, row);
            } else {
                tracing::error!(
                    kind = row.kind,
                    key = row.key,
                    version = row.version,
                    "a setting from the console cannot be understood; the file's counts"
                );
            }
        }
        book.replies = book.raw_replies.filled(&self.values);
        book
    }
}

fn take(book: &mut OfficeBook, row: &Override) -> bool {
    let value = row.value.as_deref().unwrap_or_default();
    match row.kind.as_str() {
        kind::TEMPLATE => {
            let template = Kind::parse(&row.key).zip(read_template(value));
            match template {
                Some((notice, template)) if template.check(notice).is_ok() => {
                    book.notices.set(notice, template);
                    true
                }
                _ => false,
            }
        }
        kind::REPLY => book.raw_replies.set(&row.key, value),
        kind::HOLIDAYS => {
            let days = row.key.parse().ok().and_then(|year| {
                let days = office_hours::read_year(value, year).ok()?;
                Some((year, days))
            });
            days.is_some_and(|(year, days)| {
                book.office_hours.set_year(year, days);
                true
            })
        }
        kind::LAW => serde_json::from_str::<Law>(value).is_ok_and(|law| {
            book.laws.put(law);
            true
        }),
        _ => false,
    }
}

/// A template as it is stored.
pub fn read_template(value: &str) -> Option<Template> {
    let stored: NoticeTemplate = serde_json::from_str(value).ok()?;
    Some(Template {
        template_id: stored.template_id,
        keywords: stored.fields,
    })
}

/// A template as [`read_template`] reads it.
pub fn write_template(template: &Template) -> String {
    serde_json::json!({ "template_id": template.template_id, "fields": template.keywords })
        .to_string()
}

/// Reads what the console says.
pub(super) fn load(db: &Db, base: &Base) -> Result<Arc<OfficeBook>, StoreError> {
    let (rows, revision) = db.read_blocking(|c| -> Result<_, StoreError> {
        let revision = counters::current(c, counters::SETTINGS)?;
        Ok((table::current(c)?, revision))
    })?;
    Ok(Arc::new(base.with(rows, revision)))
}

/// The configured templates as the nine notices use them.
///
/// # Errors
/// A sentence for every flaw, each with its key.
pub fn notice_templates(settings: &Settings) -> Result<Templates, Vec<String>> {
    let mut templates = Vec::new();
    let mut flaws = Vec::new();
    for (name, configured) in &settings.push.notices.0 {
        let Some(kind) = Kind::parse(name) else {
            flaws.push(format!("push.notices_file: there is no notice [{name}]"));
            continue;
        };
        let template = Template {
            template_id: configured.template_id.clone(),
            keywords: configured.fields.clone(),
        };
        if let Err(found) = template.check(kind) {
            let file = &settings.push.notices_file;
            flaws.extend(
                found
                    .iter()
                    .map(|flaw| format!("push.notices_file = {file:?}: [{name}] {flaw}")),
            );
        }
        templates.push((kind, template));
    }
    if flaws.is_empty() {
        Ok(Templates::new(templates))
    } else {
        Err(flaws)
    }
}

/// Holidays and hours of the office.
///
/// # Errors
/// A sentence that names the file.
pub fn read_office_hours(settings: &Settings) -> Result<OfficeHours, String> {
    let file = &settings.push.holidays_file;
    let wrong = |reason: String| format!("push.holidays_file = {file:?}: {reason}");
    let text = match file.as_str() {
        "" => office_hours::BUILT_IN.to_owned(),
        file => std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?,
    };
    OfficeHours::parse(&text, &settings.push.working_hours).map_err(wrong)
}

/// The configured answers, or the built-in ones.
///
/// # Errors
/// When the file cannot be read, is not TOML or lacks a text.
pub fn read_replies(settings: &Settings) -> Result<Replies, String> {
    let path = settings.replies.file.as_str();
    let text = match path {
        "" => replies::BUILT_IN.to_owned(),
        path => std::fs::read_to_string(path)
            .map_err(|error| format!("replies.file = {path}: cannot be read: {error}"))?,
    };
    Replies::parse(&text).map_err(|reason| {
        format!("replies.file = {path}: {reason}; compare with config/replies.toml")
    })
}
