//! The file of templates: which template each notice uses and which field goes into which keyword. What the words mean
//! is the domain's business; here they are only read.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The file compiled in.
pub(super) const BUILT_IN: &str = include_str!("../../config/notices.toml");

/// One notice's template as it was configured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeTemplate {
    /// Empty: not configured yet.
    #[serde(default)]
    pub template_id: String,
    /// Keyword key to logical field.
    pub fields: BTreeMap<String, String>,
}

/// Notice to template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices(pub BTreeMap<String, NoticeTemplate>);

impl Notices {
    /// Ids from `[push.templates]` win; the simulator takes made-up ones.
    pub(super) fn set_ids(&mut self, ids: &BTreeMap<String, String>, simulator: bool) {
        for (name, template) in &mut self.0 {
            if let Some(id) = ids.get(name).filter(|id| !id.is_empty()) {
                template.template_id.clone_from(id);
            }
            if simulator && template.template_id.is_empty() {
                template.template_id = format!("sim-{name}");
            }
        }
    }

    /// The notices whose template has no id.
    pub fn without_id(&self) -> Vec<&str> {
        let empty = self.0.iter().filter(|(_, t)| t.template_id.is_empty());
        empty.map(|(name, _)| name.as_str()).collect()
    }
}

/// The names of the nine, from the built-in file.
pub(super) fn names() -> Vec<String> {
    parse(BUILT_IN).map_or_else(|_| Vec::new(), |all| all.into_keys().collect())
}

/// The built-in file with what `file` (empty: none) says in its place.
///
/// # Errors
/// What is wrong with the file, and what to do.
pub(super) fn load(file: &str) -> Result<Notices, String> {
    let mut all = parse(BUILT_IN)?;
    if file.is_empty() {
        return Ok(Notices(all));
    }
    let text = std::fs::read_to_string(file).map_err(|error| {
        format!("cannot be read ({error}): name a TOML file like config/notices.toml")
    })?;
    for (name, template) in parse(&text)? {
        match all.get_mut(&name) {
            Some(known) => *known = template,
            None => {
                let known: Vec<&str> = all.keys().map(String::as_str).collect();
                let known = known.join(", ");
                return Err(format!("there is no notice [{name}]: write one of {known}"));
            }
        }
    }
    Ok(Notices(all))
}

fn parse(text: &str) -> Result<BTreeMap<String, NoticeTemplate>, String> {
    toml::from_str(text).map_err(|error| {
        let words: Vec<&str> = error.message().split_whitespace().collect();
        format!("{}: compare with config/notices.toml", words.join(" "))
    })
}
