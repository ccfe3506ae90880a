//! A picture code made visible and audible. Drawn and spoken from the stored seed: the same code always looks and sounds
//! the same, so that loading it again gives nothing to compare.

pub(super) mod picture;
pub(super) mod sound;
mod strokes;

/// Small random numbers from a seed (splitmix64). Not for secrets: the seed is one.
struct Dice(u64);

impl Dice {
    fn new(seed: [u8; 16]) -> Self {
        let (low, high) = seed.split_at(8);
        let number = |half: &[u8]| {
            half.iter()
                .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
        };
        Self(number(low) ^ number(high).rotate_left(29))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Between two numbers.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        let step = u16::try_from(self.next() >> 48).unwrap_or(0);
        low + (high - low) * f32::from(step) / f32::from(u16::MAX)
    }
}
