//! Arrows between rooms point down only (`src/lib.rs` draws the levels): a walk over `src/` that fails on an arrow that
//! runs up or sideways, on a file that no `mod` reaches, on an empty file, and on one that grew too long.
//!
//! A file belongs to the room that is the first step of its path below `src/`. Code of tests counts like any other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::record::files_below;

/// Rooms by level, from the ground up; rooms of one level do not see each other.
const LEVELS: [&[&str]; 6] = [
    &["domain", "config", "telemetry"],
    &["store", "cache", "search", "wechat", "files"],
    &["app"],
    &["service"],
    &["callback", "push", "web", "api", "simulator"],
    &["cli"],
];
/// The log is set up from its settings.
const EXCEPTIONS: [(&str, &str); 1] = [("telemetry", "config")];
/// Lines of code: no tests, no comments, no blank lines.
const MOST_LINES: usize = 400;

/// One file: its path below `src/` and what stands in it.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: PathBuf::from(path),
            text: text.to_owned(),
        }
    }

    /// `web/pages.rs` → `["web", "pages"]`, `web/mod.rs` → `["web"]`, `lib.rs` → `[]`.
    fn module(&self) -> Vec<String> {
        let mut steps: Vec<String> = self
            .path
            .with_extension("")
            .iter()
            .map(|step| step.to_string_lossy().into_owned())
            .collect();
        if steps.last().is_some_and(|last| last == "mod") || steps == ["lib"] || steps == ["main"] {
            steps.pop();
        }
        steps
    }

    fn room(&self) -> String {
        self.module().first().cloned().unwrap_or_default()
    }
}

fn level(room: &str) -> Option<usize> {
    LEVELS.iter().position(|rooms| rooms.contains(&room))
}

fn is_allowed(from: &str, to: &str) -> bool {
    from == to
        || EXCEPTIONS.contains(&(from, to))
        || matches!((level(from), level(to)), (Some(from), Some(to)) if to < from)
}

/// The code without comments, string contents and character literals, so that words in prose are no arrows.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string(rest, &code) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            rest[start..]
                .find(&end)
                .map_or(rest.len(), |at| start + at + end.len())
        } else if first == '"' {
            string_end(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if let Some(escape) = rest.strip_prefix("'\\") {
            escape
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == '\'')
                .map_or(rest.len(), |(at, _)| at + 3)
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skip..];
    }
    code
}

/// Number of `#` when a raw string begins here.
fn raw_string(rest: &str, before: &str) -> Option<usize> {
    let after_word =
        before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !before.ends_with('b');
    let hashes = rest.strip_prefix('r')?;
    let count = hashes.len() - hashes.trim_start_matches('#').len();
    (!after_word && hashes[count..].starts_with('"')).then_some(count)
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The rooms a file names: by `crate::room`, by `crate::{room, …}`, and by `super::` chains that leave the room.
fn arrows(source: &Source) -> BTreeSet<String> {
    let code: String = code_only(&source.text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let code = code
        .replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" ::", "::");
    let depth = source.module().len();
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            found.extend(heads(&code[at + "crate::".len()..]));
        }
    }
    let mut rest = code.as_str();
    while let Some(at) = rest.find("super::") {
        let chain = &rest[at..];
        let steps = (0..)
            .take_while(|n| chain[n * 7..].starts_with("super::"))
            .count();
        rest = &chain[steps * 7..];
        // An inline module of tests stands one step deeper than its file.
        let to_the_root = [depth, depth + 1].contains(&steps) && depth > 0;
        if to_the_root {
            found.extend(heads(rest).into_iter().filter(|head| level(head).is_some()));
        }
    }
    found
}

/// `store::x` → store; `{store::x, cache}` → store and cache.
fn heads(path: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![word(path)];
    };
    let (mut heads, mut depth, mut at_start) = (Vec::new(), 0, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            ' ' => {}
            _ if at_start && depth == 0 => {
                heads.push(word(&group[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    heads
}

/// Arrows that run up or sideways, and rooms that no level names.
fn wrong_arrows(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let from = source.room();
        if from.is_empty() {
            continue;
        }
        if level(&from).is_none() {
            wrong.push(format!(
                "{}: the room {from} stands on no level",
                source.path.display()
            ));
        }
        for to in arrows(source) {
            // Macros and items at the root of the crate are no rooms.
            if (level(&to).is_some() || sources.iter().any(|other| other.room() == to))
                && !is_allowed(&from, &to)
            {
                wrong.push(format!(
                    "{}: {from} must not see {to}",
                    source.path.display()
                ));
            }
        }
    }
    wrong
}

/// Files that no `mod` declaration reaches.
fn orphans(sources: &[Source]) -> Vec<String> {
    let declared: BTreeSet<Vec<String>> = sources.iter().flat_map(declarations).collect();
    let reached =
        |source: &&Source| source.module().is_empty() || declared.contains(&source.module());
    let orphans = sources.iter().filter(|source| !reached(source));
    orphans
        .map(|source| format!("{}: no mod reaches it", source.path.display()))
        .collect()
}

fn declarations(source: &Source) -> Vec<Vec<String>> {
    if source.path == Path::new("main.rs") {
        return Vec::new();
    }
    let code = code_only(&source.text);
    code.split(';')
        .filter_map(|statement| {
            let name = statement
                .split_whitespace()
                .rev()
                .take(2)
                .collect::<Vec<_>>();
            let [name, "mod"] = name.as_slice() else {
                return None;
            };
            let mut module = source.module();
            module.push((*name).to_owned());
            Some(module)
        })
        .collect()
}

fn empty(sources: &[Source]) -> Vec<String> {
    let empty = sources
        .iter()
        .filter(|source| code_only(&source.text).trim().is_empty());
    empty
        .map(|source| format!("{}: is empty", source.path.display()))
        .collect()
}

fn too_long(sources: &[Source]) -> Vec<String> {
    let is_test = |source: &&Source| source.module().iter().any(|step| step == "tests");
    let lines = |source: &Source| {
        let code = source
            .text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        code_only(code)
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count()
    };
    // The tables are one long regular list.
    let is_list = |source: &&Source| source.path == Path::new("store/schema.rs");
    let long = sources
        .iter()
        .filter(|source| !is_test(source) && !is_list(source))
        .filter(|source| lines(source) > MOST_LINES);
    long.map(|source| format!("{}: {} lines of code", source.path.display(), lines(source)))
        .collect()
}

fn all_sources() -> Vec<Source> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let files = files_below(root)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|kind| kind == "rs"));
    files
        .map(|file| Source {
            text: std::fs::read_to_string(&file).unwrap(),
            path: file.strip_prefix(root).unwrap().to_owned(),
        })
        .collect()
}

#[test]
fn arrows_between_rooms_point_down_only() {
    let sources = all_sources();
    assert!(
        sources.len() > 100,
        "the walk found only {} files",
        sources.len()
    );
    assert_eq!(wrong_arrows(&sources), Vec::<String>::new());
}

#[test]
fn every_file_is_reached_by_a_mod_and_none_is_empty_or_over_four_hundred_lines() {
    let sources = all_sources();
    let faults = [orphans(&sources), empty(&sources), too_long(&sources)].concat();
    assert_eq!(faults, Vec::<String>::new());
}

/// Where somebody makes a scope who may not: it must come from the manager's own account (S11, S12).
fn made_scopes(sources: &[Source]) -> Vec<String> {
    let may = ["domain/desk.rs", "service/desk.rs"];
    let makes = |source: &&Source| code_only(&source.text).contains("Scope::of_manager");
    sources
        .iter()
        .filter(makes)
        .map(|source| source.path.display().to_string())
        .filter(|path| !may.contains(&path.as_str()))
        .collect()
}

#[test]
fn scopes_are_made_in_one_place_only() {
    assert_eq!(made_scopes(&all_sources()), Vec::<String>::new());
    let planted = [Source::new(
        "web/handlers/console/queue.rs",
        "fn f() { UnitScope::of_manager(&form.unit); }",
    )];
    assert_eq!(made_scopes(&planted), ["web/handlers/console/queue.rs"]);
}

#[test]
fn planted_arrows_are_found_however_they_are_written() {
    for (path, text) in [
        ("store/mod.rs", "use crate::service::follows;"),
        ("store/db.rs", "fn f() { crate::cache::Memory::default(); }"),
        (
            "store/db.rs",
            "use crate::{domain::ids, search::SearchIndex};",
        ),
        (
            "store/db.rs",
            "use crate::{\n    domain::{ids, clock},\n    web,\n};",
        ),
        ("store/db.rs", "use super::super::wechat::xml;"),
        ("store/mod.rs", "use super::api::router;"),
        (
            "store/db.rs",
            "#[cfg(test)] mod tests { use super::super::super::cli::main; }",
        ),
        ("domain/ids.rs", "type S = crate :: config :: Settings;"),
        ("config/mod.rs", "use crate::telemetry;"),
        ("app.rs", "/* fine */ use crate::callback::Door;"),
        ("web/pages.rs", "use crate::api::router;"),
        ("attic/mod.rs", "fn f() {}"),
    ] {
        assert_eq!(
            wrong_arrows(&[Source::new(path, text)]).len(),
            1,
            "{path}: {text}"
        );
    }
}

#[test]
fn what_is_no_arrow_is_not_taken_for_one() {
    for (path, text) in [
        (
            "store/db.rs",
            "// see crate::service\n/* crate::web */ const S: &str = \"crate::web \\\" crate::api\";",
        ),
        (
            "store/db.rs",
            "const S: &str = r#\"crate::web\"#; const Q: char = '\"'; use crate::domain::ids;",
        ),
        (
            "store/db.rs",
            "use super::conn::Conn; use super::schema; use crate::store::units;",
        ),
        (
            "web/h5/list.rs",
            "use super::super::pages; use crate::{app::App, service::search};",
        ),
        ("telemetry.rs", "use crate::config::Log;"),
        (
            "cli/mod.rs",
            "use crate::{callback, web, api, simulator, service, app, store, domain};",
        ),
        (
            "store/conn.rs",
            "macro_rules! m { () => { $crate::store::Conn } }",
        ),
    ] {
        assert_eq!(
            wrong_arrows(&[Source::new(path, text)]),
            Vec::<String>::new(),
            "{path}: {text}"
        );
    }
}

#[test]
fn planted_orphans_empty_and_long_files_are_found() {
    let sources = [
        Source::new("lib.rs", "pub mod store;\nmod /* quiet */ gone;"),
        Source::new(
            "store/mod.rs",
            "#[cfg(test)]\nmod tests;\n// mod commented;\npub(crate) mod db;",
        ),
        Source::new("store/db.rs", &"fn f() {}\n".repeat(MOST_LINES + 1)),
        Source::new("store/tests.rs", &"fn f() {}\n".repeat(MOST_LINES + 1)),
        Source::new("store/commented.rs", "fn f() {}"),
        Source::new("web/mod.rs", "//! Only words.\n"),
    ];
    let names = |faults: Vec<String>| -> Vec<String> {
        faults
            .iter()
            .map(|fault| fault.split(':').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(orphans(&sources)),
        ["store/commented.rs", "web/mod.rs"]
    );
    assert_eq!(names(empty(&sources)), ["web/mod.rs"]);
    assert_eq!(names(too_long(&sources)), ["store/db.rs"]);
}
