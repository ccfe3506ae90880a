//! When a notice is tried again: a pure function of what happened, how often, and chance (reliability §2).

/// The pauses between tries, milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// After the first, second … try. All of them, with every try taking its full time, end before `window_ms`.
    pub early: [i64; 4],
    /// After those, for notices that are known not to have arrived; the last one repeats.
    pub late: [i64; 4],
    /// For a template that the platform may refuse by mistake, and for codes that are not in the table.
    pub slow: i64,
    /// How long after the first try the platform still drops a second copy, less a margin.
    pub window_ms: i64,
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

impl Default for Schedule {
    fn default() -> Self {
        Self {
            early: [5 * SECOND, 25 * SECOND, 90 * SECOND, 240 * SECOND],
            late: [15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR],
            slow: 10 * MINUTE,
            // The platform promises ten minutes.
            window_ms: 8 * MINUTE,
        }
    }
}

impl Schedule {
    /// The pause after try number `attempt` (from 1) of a notice that is known not to have arrived.
    pub fn after_refusal(&self, attempt: i32, chance: u32) -> i64 {
        let tries = usize::try_from(attempt.max(1)).unwrap_or(1) - 1;
        let pause = match self.early.get(tries) {
            Some(pause) => *pause,
            None => {
                let late = (tries - self.early.len()).min(self.late.len() - 1);
                self.late.get(late).copied().unwrap_or(HOUR)
            }
        };
        spread(pause, chance)
    }

    /// The pause after try number `attempt` of a notice that may have arrived; `None` when all tries that the platform
    /// tells apart from a second notice are used up.
    pub fn after_doubt(&self, attempt: i32, chance: u32) -> Option<i64> {
        let tries = usize::try_from(attempt.max(1)).unwrap_or(1) - 1;
        self.early.get(tries).map(|pause| spread(*pause, chance))
    }

    /// The pause after a slow try.
    pub fn slow(&self, chance: u32) -> i64 {
        spread(self.slow, chance)
    }
}

/// 80 to 120 per cent, so that what failed together does not come back together.
fn spread(pause: i64, chance: u32) -> i64 {
    pause * (800 + i64::from(chance % 401)) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_follow_the_schedule_within_twenty_per_cent() {
        let schedule = Schedule::default();
        for (attempt, secs) in [
            (1, 5),
            (2, 25),
            (3, 90),
            (4, 240),
            (5, 900),
            (6, 3_600),
            (7, 10_800),
            (8, 21_600),
            (40, 21_600),
        ] {
            let mut seen = Vec::new();
            for chance in 0..401 {
                let pause = schedule.after_refusal(attempt, chance);
                assert!(
                    (secs * 800..=secs * 1200).contains(&pause),
                    "{attempt}: {pause}"
                );
                seen.push(pause);
            }
            assert!(seen.first() != seen.last(), "chance has no say");
        }
    }

    #[test]
    fn the_last_doubtful_try_begins_before_the_window_closes() {
        let schedule = Schedule::default();
        let longest_try = 10_000;
        let mut elapsed = 0;
        let mut attempt = 1;
        while let Some(pause) = schedule.after_doubt(attempt, 400) {
            elapsed += longest_try + pause;
            attempt += 1;
        }
        assert_eq!(attempt, 5);
        assert!(elapsed < schedule.window_ms, "{elapsed}");
        assert!(schedule.window_ms + longest_try < 10 * MINUTE);
    }
}
