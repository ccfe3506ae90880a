//! A sorted table of keys: all texts in one string, twenty-four bytes a key beside it. Exact and prefix look-ups are
//! binary searches.

use crate::domain::unit_names::charset::CharSet;

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
    charset: CharSet,
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
    longest: u8,
}

/// A text of the index, and what is known of it beforehand.
pub(super) struct Text<'i> {
    pub(super) text: &'i str,
    pub(super) charset: CharSet,
    /// Its length in characters.
    pub(super) chars: u8,
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
                charset: CharSet::of(&key.text),
                start,
                unit: key.unit,
                bytes,
                chars,
                weight: key.weight,
            });
        }
        texts.shrink_to_fit();
        let longest = entries.iter().map(|entry| entry.chars).max().unwrap_or(0);
        Self {
            texts,
            entries,
            longest,
        }
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

    /// No key that `text` begins with has more bytes than this.
    pub(super) fn longest_start(&self, text: &str) -> usize {
        // Every such key sorts before the text, and is the beginning of all that stands between it and the text.
        let after = self
            .entries
            .partition_point(|entry| text_of(&self.texts, entry) <= text);
        let before = after.checked_sub(1).and_then(|at| self.entries.get(at));
        before.map_or(0, |entry| {
            let shared = text_of(&self.texts, entry).bytes().zip(text.bytes());
            shared.take_while(|(left, right)| left == right).count()
        })
    }

    /// Each text once, with the number by which [`KeyIndex::text`] and [`KeyIndex::units`] know it.
    pub(super) fn texts(&self) -> impl Iterator<Item = (u32, &str)> {
        let mut last = None;
        (0u32..).zip(&self.entries).filter_map(move |(id, entry)| {
            let is_new = last.replace(entry.start) != Some(entry.start);
            is_new.then(|| (id, text_of(&self.texts, entry)))
        })
    }

    pub(super) fn text(&self, id: u32) -> Option<Text<'_>> {
        let entry = self.entries.get(id as usize)?;
        Some(Text {
            text: text_of(&self.texts, entry),
            charset: entry.charset,
            chars: entry.chars,
        })
    }

    /// The units that have the text as a key.
    pub(super) fn units(&self, id: u32) -> impl Iterator<Item = u32> {
        let entries = self.entries.get(id as usize..).unwrap_or_default();
        let start = entries.first().map(|entry| entry.start);
        entries
            .iter()
            .take_while(move |entry| Some(entry.start) == start)
            .map(|entry| entry.unit)
    }

    /// Length of the longest key in characters.
    pub(super) fn longest(&self) -> usize {
        usize::from(self.longest)
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

#[cfg(test)]
mod tests {
    use super::{Key, KeyIndex};

    #[test]
    fn exact_and_prefix_look_ups_find_all_units_of_a_key() {
        let keys = [
            ("鼓楼区", 2, 80),
            ("鼓楼", 1, 60),
            ("鼓楼", 2, 60),
            ("鼓楼", 2, 70),
            ("玄武区", 3, 80),
        ];
        let index = KeyIndex::build(
            keys.into_iter()
                .map(|(text, unit, weight)| Key {
                    text: text.to_owned(),
                    unit,
                    weight,
                })
                .collect(),
        );
        assert_eq!(index.exact("鼓楼").collect::<Vec<_>>(), [(1, 60), (2, 70)]);
        assert_eq!(index.prefixed("鼓").count(), 3);
        assert_eq!(index.exact("鼓").count(), 0);
        assert_eq!(index.prefixed("龥").count(), 0);
        assert_eq!(index.longest(), 3);
        assert_eq!(index.longest_start("鼓楼区人民"), "鼓楼区".len());
        assert_eq!(index.longest_start("鼓楼"), "鼓楼".len());
        assert_eq!(index.longest_start("一"), 0);
        let texts: Vec<(&str, Vec<u32>)> = index
            .texts()
            .map(|(id, text)| (text, index.units(id).collect()))
            .collect();
        assert_eq!(
            texts,
            [
                ("玄武区", vec![3]),
                ("鼓楼", vec![1, 2]),
                ("鼓楼区", vec![2])
            ]
        );
    }
}
