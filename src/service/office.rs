//! What people may change at the console in place of the files: templates of notices, answers in the chat, holidays, texts of
//! laws. Each is checked by the rules that the files are checked by, kept in every version, and entered in the audit.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::app::book::{kind, write_template};
use crate::domain::laws::Law;
use crate::domain::notice::{Keyword, Kind, Template};
use crate::domain::office_hours;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::service::unit_upkeep::refresh;
use crate::store::audit;
use crate::store::settings_overrides::{self as table, Override};
use crate::store::{StoreError, counters};
use crate::wechat::reply::MAX_TEXT_BYTES;

/// Years for which holidays can be entered.
pub const YEARS: std::ops::RangeInclusive<i32> = 2020..=2100;
/// Versions that a page lists.
const VERSIONS: i64 = 20;

/// Why something was not saved.
#[derive(Debug)]
pub enum Unsaved {
    /// Sentences for the screen, each with the field that it is about (empty: the whole).
    Flaws(Vec<(String, String)>),
    /// Somebody else saved meanwhile.
    Changed(Box<Override>),
    /// Ours.
    Failed(ServiceError),
}

impl<E: Into<ServiceError>> From<E> for Unsaved {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

fn whole(flaws: Vec<String>) -> Result<(), Unsaved> {
    if flaws.is_empty() {
        return Ok(());
    }
    let flaws = flaws.into_iter().map(|flaw| (String::new(), flaw));
    Err(Unsaved::Flaws(flaws.collect()))
}

/// Who saves, over which version; 0: none yet.
#[derive(Clone, Copy, Debug)]
pub struct Over<'a> {
    /// `manager:…`.
    pub by: &'a str,
    /// The version that the form was made from.
    pub version: i64,
}

/// Saves the template of a notice.
///
/// # Errors
/// [`Unsaved`].
pub async fn save_template(
    app: &Arc<App>,
    over: Over<'_>,
    notice: Kind,
    template: &Template,
) -> Result<(), Unsaved> {
    let flaws = template_flaws(notice, template);
    if !flaws.is_empty() {
        return Err(Unsaved::Flaws(flaws));
    }
    let value = write_template(template);
    put(app, over, (kind::TEMPLATE, notice.as_str()), Some(value)).await
}

/// What is wrong with a template, by keyword, in sentences for the screen; the rules are [`Template::check`].
pub fn template_flaws(notice: Kind, template: &Template) -> Vec<(String, String)> {
    let Err(flaws) = template.check(notice) else {
        return Vec::new();
    };
    let sentence = |key: &str| match key {
        "template_id" => {
            "模板编号照公众平台显示的抄写：只有字母、数字、“-”和“_”，不超过64个字符。".to_owned()
        }
        "fields" => "请填写1至10个关键词。".to_owned(),
        key => match template.keywords.get(key) {
            Some(field) if !notice.fields().contains(&field.as_str()) => {
                format!("这种通知没有“{field}”这个字段。")
            }
            Some(_) if Keyword::of_key(key).is_none() => {
                format!("“{key}”不是关键词的写法，照模板抄写，例如 thing1。")
            }
            _ => "这个字段的内容放不进这种关键词（字数或者字符种类不符）。".to_owned(),
        },
    };
    let flaws = flaws.into_iter();
    flaws
        .map(|flaw| (flaw.key.clone(), sentence(&flaw.key)))
        .collect()
}

/// Saves an answer of the chat.
///
/// # Errors
/// [`Unsaved`].
pub async fn save_reply(
    app: &Arc<App>,
    over: Over<'_>,
    key: &str,
    text: &str,
) -> Result<(), Unsaved> {
    if app.base.replies.get(key).is_none() {
        return Err(ServiceError::NotFound.into());
    }
    let text = text.replace("\r\n", "\n");
    whole(crate::domain::replies::flaws(
        &text,
        &app.base.values,
        MAX_TEXT_BYTES,
    ))?;
    put(app, over, (kind::REPLY, key), Some(text)).await
}

/// Saves the days of a year that are not as their weekday says.
///
/// # Errors
/// [`Unsaved`].
pub async fn save_holidays(
    app: &Arc<App>,
    over: Over<'_>,
    year: i32,
    text: &str,
) -> Result<(), Unsaved> {
    if !YEARS.contains(&year) {
        return whole(vec!["年份写成2027的样子。".to_owned()]);
    }
    match office_hours::read_year(text, year) {
        Err(flaws) => whole(flaws),
        Ok(days) => {
            let value = office_hours::year_text(&days);
            put(app, over, (kind::HOLIDAYS, &year.to_string()), Some(value)).await
        }
    }
}

/// Saves a version of a law.
///
/// # Errors
/// [`Unsaved`].
pub async fn save_law(app: &Arc<App>, over: Over<'_>, law: &Law) -> Result<(), Unsaved> {
    whole(app.office().laws.flaws(law))?;
    let value = serde_json::to_string(law).unwrap_or_default();
    put(app, over, (kind::LAW, &law.id), Some(value)).await
}

/// As in the file again; what the file does not have is gone.
///
/// # Errors
/// [`Unsaved`].
pub async fn reset(
    app: &Arc<App>,
    over: Over<'_>,
    which: (&'static str, &str),
) -> Result<(), Unsaved> {
    let key = (which.0.to_owned(), which.1.to_owned());
    if !app.office().overrides.contains_key(&key) {
        return Err(ServiceError::NotFound.into());
    }
    put(app, over, which, None).await
}

/// The versions of one thing, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn versions(
    app: &App,
    kind: &'static str,
    key: &str,
) -> Result<Vec<Override>, ServiceError> {
    let key = key.to_owned();
    let read = app
        .db
        .read(move |c| table::versions(c, kind, &key, VERSIONS).map_err(StoreError::from));
    Ok(read.await?)
}

async fn put(
    app: &Arc<App>,
    over: Over<'_>,
    (kind, key): (&'static str, &str),
    value: Option<String>,
) -> Result<(), Unsaved> {
    let now = app.clock.now_ms();
    let seen = over.version;
    let row = Override {
        kind: kind.to_owned(),
        key: key.to_owned(),
        version: seen + 1,
        changed_by: over.by.to_owned(),
        changed_at: now,
        value,
    };
    let done = app.db.write(move |c| -> Result<_, StoreError> {
        counters::raise(c, counters::SETTINGS, 1)?;
        let newest = table::versions(c, kind, &row.key, 1)?.into_iter().next();
        if newest.as_ref().map_or(0, |newest| newest.version) != seen {
            return Ok(newest);
        }
        table::insert(c, &row)?;
        let action = match row.value {
            Some(_) => "settings.changed",
            None => "settings.reset",
        };
        let entry = audit_entry(
            now,
            row.changed_by.clone(),
            action,
            format!("{kind}:{} v{}", row.key, row.version),
        );
        audit::append(c, &entry)?;
        Ok(None)
    });
    if let Some(newest) = done.await? {
        return Err(Unsaved::Changed(Box::new(newest)));
    }
    refresh(app).await?;
    Ok(())
}

/// The newest version of each thing of a kind, also of those that are as in the file again.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(app: &App, kind: &'static str) -> Result<BTreeMap<String, i64>, ServiceError> {
    let read = app
        .db
        .read(move |c| table::newest_versions(c, kind).map_err(StoreError::from));
    Ok(read.await?.into_iter().collect())
}
