//! A sorted table of keys: all texts in one string, twenty-four bytes a key beside it. Exact and prefix look-ups are
//! binary searches; the two scans (near, containing) skip nearly every key by comparing one word of bits.

/// A key on its way into the index.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) text: String,
    /// Position of the unit in the tree.
    pub(super) unit: u32,
    /// How plainly the text means the unit, at most 100.
    pub(super) weight: u8,
}

#[derive(Debug)]
struct Entry {
    /// Which characters occur, folded into 64 bits.
    mask: u64,
    start: u32,
    unit: u32,
    bytes: u16,
    chars: u8,
    weight: u8,
}

#[derive(Debug)]
pub(super) struct KeyIndex {
    texts: String,
    entries: Vec<Entry>,
}

impl KeyIndex {
    /// Of a key that is given twice for one unit, the greater weight stays.
    pub(super) fn build(mut keys: Vec<Key>) -> Self {
        keys.sort_by(|a, b| (&a.text, a.unit, b.weight).cmp(&(&b.text, b.unit, a.weight)));
        keys.dedup_by(|later, kept| later.text == kept.text && later.unit == kept.unit);
        let mut texts = String::with_capacity(keys.iter().map(|key| key.text.len()).sum());
        let mut entries: Vec<Entry> = Vec::with_capacity(keys.len());
        for key in keys {
            // Lengths and offsets fit by far: keys have at most a few dozen characters.
            let (Ok(bytes), Ok(chars), Ok(mut start)) = (
                u16::try_from(key.text.len()),
                u8::try_from(key.text.chars().count()),
                u32::try_from(texts.len()),
            ) else {
                continue;
            };
            // Equal texts are neighbours and share their bytes.
            match entries
                .last()
                .filter(|last| text_of(&texts, last) == key.text)
            {
                Some(last) => start = last.start,
                None => texts.push_str(&key.text),
            }
            entries.push(Entry {
                mask: mask(&key.text),
                start,
                unit: key.unit,
                bytes,
                chars,
                weight: key.weight,
            });
        }
        texts.shrink_to_fit();
        Self { texts, entries }
    }

    /// The units that have this key, with its weight for each.
    pub(super) fn exact(&self, text: &str) -> impl Iterator<Item = (u32, u8)> {
        self.from(text)
            .take_while(move |entry| text_of(&self.texts, entry) == text)
            .map(|entry| (entry.unit, entry.weight))
    }

    /// The units with a key that begins with `text`, once for each such key.
    pub(super) fn prefixed(&self, text: &str) -> impl Iterator<Item = (u32, u8)> {
        self.from(text)
            .take_while(move |entry| text_of(&self.texts, entry).starts_with(text))
            .map(|entry| (entry.unit, entry.weight))
    }

    /// The units with a key that contains `text` somewhere.
    pub(super) fn containing(&self, text: &str) -> impl Iterator<Item = u32> {
        let wanted = mask(text);
        self.entries
            .iter()
            .filter(move |entry| {
                wanted & !entry.mask == 0 && text_of(&self.texts, entry).contains(text)
            })
            .map(|entry| entry.unit)
    }

    /// Calls `found` with each unit that has a key at most `limit` insertions, deletions or replacements away, and the
    /// number of them.
    pub(super) fn near(&self, text: &str, limit: u8, mut found: impl FnMut(u32, u8)) {
        let wanted = mask(text);
        let query: Vec<char> = text.chars().collect();
        let mut row = Vec::with_capacity(query.len());
        let edits = u32::from(limit);
        for entry in &self.entries {
            let alike = usize::from(entry.chars).abs_diff(query.len()) <= usize::from(limit)
                && (wanted & !entry.mask).count_ones() <= edits
                && (entry.mask & !wanted).count_ones() <= edits;
            if alike
                && let Some(distance) =
                    distance(&query, text_of(&self.texts, entry), limit, &mut row)
            {
                found(entry.unit, distance);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What the index holds on the heap, in bytes.
    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        self.texts.capacity() + self.entries.capacity() * size_of::<Entry>()
    }

    fn from(&self, text: &str) -> std::slice::Iter<'_, Entry> {
        let first = self
            .entries
            .partition_point(|entry| text_of(&self.texts, entry) < text);
        self.entries.get(first..).unwrap_or_default().iter()
    }
}

fn text_of<'t>(texts: &'t str, entry: &Entry) -> &'t str {
    let start = entry.start as usize;
    texts
        .get(start..start + usize::from(entry.bytes))
        .unwrap_or_default()
}

/// One bit for each character; two characters may share a bit, which only lets a few more keys through the sieve.
fn mask(text: &str) -> u64 {
    text.chars().fold(0, |bits, c| {
        bits | 1 << (u32::from(c).wrapping_mul(0x9E37_79B1) >> 26)
    })
}

/// The Levenshtein distance if it is within the limit. `row` is scratch space.
fn distance(query: &[char], key: &str, limit: u8, row: &mut Vec<u8>) -> Option<u8> {
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
    use super::{Key, KeyIndex, distance};

    fn index(keys: &[(&str, u32, u8)]) -> KeyIndex {
        KeyIndex::build(
            keys.iter()
                .map(|(text, unit, weight)| Key {
                    text: (*text).to_owned(),
                    unit: *unit,
                    weight: *weight,
                })
                .collect(),
        )
    }

    #[test]
    fn exact_and_prefix_look_ups_find_all_units_of_a_key() {
        let index = index(&[
            ("鼓楼区", 2, 80),
            ("鼓楼", 1, 60),
            ("鼓楼", 2, 60),
            ("鼓楼", 2, 70),
            ("玄武区", 3, 80),
        ]);
        assert_eq!(index.exact("鼓楼").collect::<Vec<_>>(), [(1, 60), (2, 70)]);
        assert_eq!(index.prefixed("鼓").count(), 3);
        assert_eq!(index.exact("鼓").count(), 0);
        assert_eq!(index.prefixed("龥").count(), 0);
        assert_eq!(index.containing("武区").collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn distance_counts_insertions_deletions_and_replacements_up_to_the_limit() {
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
