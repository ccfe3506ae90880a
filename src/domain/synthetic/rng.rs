//! A small repeatable source of randomness (splitmix64) that needs no state between records: each record, each day,
//! each unit starts its own sequence from the seed, a stream and its number.

/// What a sequence is for; two streams never share numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Kind = 1,
    Time,
    Role,
    UnitWeight,
    Demo,
    Tail,
    Plant,
    Record,
    Trap,
}

/// A sequence of random numbers.
pub(super) struct Rng(u64);

impl Rng {
    /// The sequence of one thing: the same three always give the same numbers.
    pub(super) fn new(seed: u64, stream: Stream, number: u64) -> Self {
        Self(mix(seed ^ mix((stream as u64) << 56 ^ mix(number))))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// 0 up to `bound`, without it; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// `low` up to and with `high`.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `per_mille` of a thousand cases.
    pub(super) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A log-normal number: half of all lie under `median`. The normal part is a sum of twelve uniform numbers, which
    /// ends at six sigma and is the same on every machine.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let sum: u64 = (0..12).map(|_| self.next() >> 32).sum();
        let normal = sum as f64 / f64::from(u32::MAX) - 6.0;
        median * (sigma * normal).exp()
    }

    /// One of the words; empty only if there is none.
    pub(super) fn word<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words
            .get(self.below(words.len() as u64) as usize)
            .copied()
            .unwrap_or_default()
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A choice among numbered things by weight.
#[derive(Debug, Default)]
pub(super) struct Weighted {
    /// Running totals.
    ends: Vec<u64>,
}

impl Weighted {
    pub(super) fn total(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The number of a thing; `None` when nothing has weight.
    pub(super) fn sample(&self, rng: &mut Rng) -> Option<usize> {
        self.find(rng.below(self.total()))
    }

    /// Which thing covers this point of the total.
    pub(super) fn find(&self, point: u64) -> Option<usize> {
        let number = self.ends.partition_point(|end| *end <= point);
        (number < self.ends.len()).then_some(number)
    }

    /// Where the thing's share begins and how wide it is.
    pub(super) fn share(&self, number: usize) -> (u64, u64) {
        let start = number
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied()
            .unwrap_or(0);
        let end = self.ends.get(number).copied().unwrap_or(start);
        (start, end - start)
    }
}

impl FromIterator<u64> for Weighted {
    fn from_iter<I: IntoIterator<Item = u64>>(weights: I) -> Self {
        let ends = weights.into_iter().scan(0_u64, |sum, weight| {
            *sum = sum.saturating_add(weight);
            Some(*sum)
        });
        Self {
            ends: ends.collect(),
        }
    }
}
