//! First letters of a name, as a range of an index.

/// What a name or login name begins with. It fits the columns `account_name` and `account_login` of applications and
/// calls, which are in small letters and in bytewise order on both databases. A range, unlike a pattern, is looked up in
/// an index by every plan, and has no letters with a meaning of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    pub(super) from: String,
    pub(super) to: String,
}

impl Beginning {
    /// Of these letters, capital or small.
    pub fn of(letters: &str) -> Self {
        let from = letters.to_ascii_lowercase();
        // The last character there is: no name has it, and every name that goes on from `from` sorts before it.
        let to = format!("{from}{}", char::MAX);
        Self { from, to }
    }

    /// Whether a name begins so.
    pub fn fits(&self, name: &str) -> bool {
        name.to_ascii_lowercase().starts_with(&self.from)
    }
}

/// The keys found by two names, each once; `None` when `limit` or more were found by one of them, so that some may have
/// been left out.
pub(super) fn few(by_login: Vec<i64>, by_name: Vec<i64>, limit: i64) -> Option<Vec<i64>> {
    let most = by_login.len().max(by_name.len());
    if i64::try_from(most).unwrap_or(i64::MAX) >= limit {
        return None;
    }
    let mut found = by_login;
    found.extend(by_name);
    found.sort_unstable();
    found.dedup();
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_so_is_what_lies_between() {
        let names = [
            "zhang",
            "Zhang San",
            "zhanf",
            "zhanh",
            "zhan",
            "张三",
            "张",
            "zhang\u{ffff}",
        ];
        for letters in ["zhang", "ZHANG", "张", "zh_n", "%"] {
            let beginning = Beginning::of(letters);
            for name in names {
                let stored = name.to_ascii_lowercase();
                let between = beginning.from <= stored && stored <= beginning.to;
                assert_eq!(beginning.fits(name), between, "{letters} {name}");
            }
        }
        assert!(Beginning::of("张").fits("张三"));
        assert!(!Beginning::of("%").fits("张三"));
    }
}
