//! From logical fields to the keyword values of the account's own template.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{Fields, Keyword, Kind, Misfit};

/// The account's template for one notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The platform's id of the template; empty: not configured, the notice is parked.
    pub template_id: String,
    /// Keyword key (`thing1`) to logical field (`unit`).
    pub keywords: BTreeMap<String, String>,
}

/// What is wrong with a template as it is configured.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{key}: {reason}")]
pub struct TemplateFlaw {
    /// The key of the template at fault: `template_id`, `fields`, or a keyword.
    pub key: String,
    /// What to write.
    pub reason: String,
}

/// A value that does not fit its keyword; the value itself is not told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{keyword} ({field}) {misfit}")]
pub struct FieldProblem {
    /// Keyword key of the template.
    pub keyword: String,
    /// Logical field.
    pub field: String,
    /// Why.
    pub misfit: Misfit,
}

/// The templates of all nine.
#[derive(Clone, Debug, Default)]
pub struct Templates(BTreeMap<Kind, Template>);

static NOT_CONFIGURED: Template = Template {
    template_id: String::new(),
    keywords: BTreeMap::new(),
};

impl Templates {
    /// Takes checked templates.
    pub fn new(templates: impl IntoIterator<Item = (Kind, Template)>) -> Self {
        Self(templates.into_iter().collect())
    }

    /// The template for a notice; one without an id when none is configured.
    pub fn of(&self, kind: Kind) -> &Template {
        self.0.get(&kind).unwrap_or(&NOT_CONFIGURED)
    }

    /// Puts another template in the place of a notice's.
    pub fn set(&mut self, kind: Kind, template: Template) {
        self.0.insert(kind, template);
    }

    /// The notices that cannot be sent because their template has no id.
    pub fn missing(&self) -> Vec<Kind> {
        let all = Kind::ALL.into_iter();
        all.filter(|kind| self.of(*kind).template_id.is_empty())
            .collect()
    }
}

impl Template {
    /// Checks what was configured: ids, keys, fields, and that values of the usual size fit.
    ///
    /// # Errors
    /// Every flaw found.
    pub fn check(&self, kind: Kind) -> Result<(), Vec<TemplateFlaw>> {
        let mut flaws = Vec::new();
        let mut flaw = |key: &str, reason: String| {
            flaws.push(TemplateFlaw {
                key: key.to_owned(),
                reason,
            });
        };
        let id = &self.template_id;
        let fits = id.len() <= 64
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !fits {
            flaw(
                "template_id",
                "write the id as the platform shows it: letters, digits, '-' and '_'".to_owned(),
            );
        }
        if self.keywords.is_empty() || self.keywords.len() > 10 {
            flaw("fields", "name 1 to 10 keywords of the template".to_owned());
        }
        let sample = kind.sample();
        for (key, field) in &self.keywords {
            let Some(value) = sample.get(field) else {
                let known = kind.fields().join(", ");
                flaw(
                    key,
                    format!("there is no field {field:?}: write one of {known}"),
                );
                continue;
            };
            match Keyword::of_key(key) {
                None => flaw(
                    key,
                    "write the key as the template names it, for example thing1".to_owned(),
                ),
                Some(keyword) => {
                    if let Err(misfit) = keyword.fit(value) {
                        flaw(
                            key,
                            format!("{field:?} does not fit: a value such as {value:?} {misfit}"),
                        );
                    }
                }
            }
        }
        if flaws.is_empty() { Ok(()) } else { Err(flaws) }
    }
}

/// The keyword values of a notice, ready to be sent.
///
/// # Errors
/// The first typed value that does not fit its keyword. Free text never fails: it is cut.
pub fn render(
    template: &Template,
    fields: &Fields,
) -> Result<BTreeMap<String, String>, FieldProblem> {
    let mut values = BTreeMap::new();
    for (key, field) in &template.keywords {
        let keyword = Keyword::of_key(key).unwrap_or(Keyword::Unknown);
        let value = fields.get(field).map(String::as_str).unwrap_or_default();
        let fitted = keyword.fit(value).map_err(|misfit| FieldProblem {
            keyword: key.clone(),
            field: field.clone(),
            misfit,
        })?;
        values.insert(key.clone(), fitted);
    }
    Ok(values)
}
