//! How many insertions, deletions and replacements of characters lie between two texts.

/// The distance if it is within the limit. `row` is scratch space.
pub(super) fn distance(query: &[char], key: &str, limit: u8, row: &mut Vec<u8>) -> Option<u8> {
    row.clear();
    row.extend((1u8..=u8::MAX).take(query.len()));
    let mut last = u8::try_from(query.len()).ok()?;
    for (above, wanted) in (0u8..).zip(key.chars()) {
        let mut diagonal = above;
        let mut left = above.saturating_add(1);
        let mut least = left;
        for (cell, have) in row.iter_mut().zip(query) {
            let up = *cell;
            let replaced = diagonal.saturating_add(u8::from(*have != wanted));
            left = replaced
                .min(up.saturating_add(1))
                .min(left.saturating_add(1));
            diagonal = up;
            *cell = left;
            least = least.min(left);
        }
        if least > limit {
            return None;
        }
        last = left;
    }
    (last <= limit).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn insertions_deletions_and_replacements_count_up_to_the_limit() {
        let far =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), b, 2, &mut Vec::new());
        assert_eq!(far("岳路区", "岳麓区"), Some(1));
        assert_eq!(far("岳麓", "岳麓区"), Some(1));
        assert_eq!(far("长沙岳麓区", "岳麓区"), Some(2));
        assert_eq!(far("岳麓区", "岳麓区"), Some(0));
        assert_eq!(far("天心区", "芙蓉"), None);
        assert_eq!(far("岳麓区", ""), None);
    }
}
