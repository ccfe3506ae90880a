//! Which characters a text has, folded into one word of bits. Two characters may share a bit, so a comparison can let
//! through what it should not, but never holds back what it should let through: a sieve before the real comparison.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CharSet(u64);

impl CharSet {
    pub(super) fn of(text: &str) -> Self {
        Self(text.chars().fold(0, |bits, c| {
            bits | 1 << (u32::from(c).wrapping_mul(0x9E37_79B1) >> 26)
        }))
    }

    /// Whether all characters of the other text may be among these.
    pub(super) fn may_include(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether so few edits may turn the one text into the other: each brings or takes at most one character.
    pub(super) fn may_be_within(self, other: Self, edits: u8) -> bool {
        let edits = u32::from(edits);
        (self.0 & !other.0).count_ones() <= edits && (other.0 & !self.0).count_ones() <= edits
    }
}

#[cfg(test)]
mod tests {
    use super::CharSet;

    #[test]
    fn nothing_is_held_back_that_fits() {
        let name = CharSet::of("长沙市岳麓区");
        assert!(name.may_include(CharSet::of("岳麓")));
        assert!(name.may_include(CharSet::of("")));
        assert!(!CharSet::of("").may_include(name));
        assert!(name.may_be_within(CharSet::of("长沙市岳路区"), 1));
        assert!(!name.may_be_within(CharSet::of("长"), 2));
    }
}
