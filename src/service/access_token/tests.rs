//! Several processes, a platform that revokes, repeats itself, is late or fails, a clock that moves, processes that die:
//! random histories on the real table, each step between two of its statements. What must never happen is checked at
//! every step.

use super::*;
use crate::store::{Backend, access_tokens};

const APP: &str = "wx1";
const START: i64 = 1_795_312_800_000;

/// Numbers without chance: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// The platform: tokens are numbers in the order in which they were made.
struct Platform {
    current: i64,
    made: i64,
    /// It gives `current` and refuses it.
    contradicts_itself: bool,
    forced: Vec<i64>,
}

impl Platform {
    fn ask(&mut self, force: bool, now: i64) -> i64 {
        if force {
            self.forced.push(now);
            self.contradicts_itself = false;
            self.current = 0;
        }
        if self.current == 0 {
            self.made += 1;
            self.current = self.made;
        }
        self.current
    }

    fn accepts(&self, token: i64) -> bool {
        token == self.current && !self.contradicts_itself
    }
}

enum Doing {
    Nothing,
    Decided(Row, bool),
    Claimed(Row, bool, i64),
    Answered(Row, i64, Option<i64>),
    Using(i64, i64),
}

struct World {
    db: Db,
    now: i64,
    platform: Platform,
    processes: Vec<(Doing, i64)>,
    newest_stored: i64,
    served: u64,
    failed_calls: u64,
}

impl World {
    fn new(dir: &std::path::Path, processes: usize) -> Self {
        let db = Db::open(Backend::Sqlite(dir.join("model.db")), 1).unwrap();
        db.migrate().unwrap();
        Self {
            db,
            now: START,
            platform: Platform {
                current: 0,
                made: 0,
                contradicts_itself: false,
                forced: Vec::new(),
            },
            processes: (0..processes).map(|_| (Doing::Nothing, 0)).collect(),
            newest_stored: 0,
            served: 0,
            failed_calls: 0,
        }
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut crate::store::Conn) -> diesel::QueryResult<T> + Send + 'static,
    ) -> T {
        self.db
            .write_blocking(|c| work(c).map_err(StoreError::from))
            .unwrap()
    }

    fn row(&self) -> Row {
        self.write(|c| access_tokens::find_or_insert(c, APP))
    }

    /// One step of one process.
    fn step(&mut self, at: usize, dice: &mut Dice) {
        let (doing, known_bad) = std::mem::replace(&mut self.processes[at], (Doing::Nothing, 0));
        let mut known_bad = known_bad;
        let next = match doing {
            Doing::Nothing => {
                let row = self.row();
                if row.generation > row.rejected_generation && row.generation <= known_bad {
                    panic!("a refusal of this process is not in the row");
                }
                match rules::decide(&row, self.now) {
                    Step::Serve => self.serve(&row, known_bad),
                    // The renewal of one round, the token is served in the next.
                    Step::ServeAndRenew if dice.below(2) == 0 => Doing::Decided(row, false),
                    Step::ServeAndRenew => self.serve(&row, known_bad),
                    Step::Fetch => Doing::Decided(row, false),
                    Step::Force => Doing::Decided(row, true),
                    Step::Held(_) => Doing::Nothing,
                }
            }
            Doing::Decided(row, force) => {
                let (now, until, seen) = (self.now, self.now + CLAIM_MS, row.clone());
                let forced = force.then(|| rules::forced(&row, now));
                if self.write(move |c| {
                    access_tokens::claim(c, APP, &seen, forced.as_ref(), now, until)
                }) {
                    Doing::Claimed(row, force, until)
                } else {
                    Doing::Nothing
                }
            }
            Doing::Claimed(row, force, claim) => {
                let fails = dice.below(10) == 0;
                let token = (!fails).then(|| self.platform.ask(force, self.now));
                Doing::Answered(row, claim, token)
            }
            Doing::Answered(_, claim, None) => {
                self.failed_calls += 1;
                self.write(move |c| access_tokens::release(c, APP, claim));
                Doing::Nothing
            }
            Doing::Answered(row, claim, Some(token)) => {
                self.settle(row, claim, token);
                Doing::Nothing
            }
            Doing::Using(token, generation) => {
                if !self.platform.accepts(token) {
                    let now = self.now;
                    known_bad = known_bad.max(generation);
                    self.write(move |c| {
                        access_tokens::reject(c, APP, generation, now, rules::FRESH_MS)
                    });
                }
                Doing::Nothing
            }
        };
        self.processes[at] = (next, known_bad);
    }

    fn serve(&mut self, row: &Row, known_bad: i64) -> Doing {
        assert!(row.generation > known_bad, "a token known to be refused");
        assert!(row.generation > row.rejected_generation);
        self.served += 1;
        Doing::Using(row.token.parse().unwrap(), row.generation)
    }

    fn settle(&mut self, row: Row, claim: i64, token: i64) {
        let same = row.generation > 0 && row.token == token.to_string();
        let mut answer = rules::answered(&row, same, 7200, self.now);
        answer.token = token.to_string();
        let stored = self.write(move |c| {
            let stored = access_tokens::settle(c, APP, &row, &answer)?;
            if !stored {
                access_tokens::release(c, APP, claim)?;
            }
            Ok(stored)
        });
        if stored {
            assert!(
                token >= self.newest_stored,
                "token {token} was stored over {}",
                self.newest_stored
            );
            self.newest_stored = token;
        }
    }
}

#[test]
fn random_histories_never_serve_a_refused_token_nor_store_an_older_one_over_a_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut served, mut forced, mut failed) = (0, 0, 0);
    for seed in 0..12 {
        let place = dir.path().join(seed.to_string());
        std::fs::create_dir(&place).unwrap();
        let mut dice = Dice(seed);
        let mut world = World::new(&place, 4);
        for _ in 0..1_500 {
            match dice.below(100) {
                0..=2 => world.platform.current = 0,
                3 => world.platform.contradicts_itself = world.platform.current != 0,
                // It dies, perhaps with the claim in its hand.
                4 => world.processes[usize::try_from(dice.below(4)).unwrap()] = (Doing::Nothing, 0),
                5..=8 => world.now += i64::try_from(dice.below(20_000)).unwrap(),
                9 => world.now += i64::try_from(dice.below(7_200_000)).unwrap(),
                _ => world.step(usize::try_from(dice.below(4)).unwrap(), &mut dice),
            }
        }
        let day_ends = |at: &i64| (*at + 8 * 3_600_000) / 86_400_000;
        for day in world.platform.forced.iter().map(day_ends) {
            let of_the_day = world
                .platform
                .forced
                .iter()
                .filter(|at| day_ends(at) == day);
            // An answer may be asked for a moment after midnight.
            assert!(of_the_day.count() <= 21, "seed {seed}");
        }
        // A healthy platform again: everybody gets a token that works.
        world.platform.contradicts_itself = false;
        for _ in 0..400 {
            world.now += 200;
            world.step(usize::try_from(dice.below(4)).unwrap(), &mut dice);
        }
        let row = world.row();
        assert!(
            world.platform.accepts(row.token.parse().unwrap()),
            "seed {seed}"
        );
        assert!(row.generation > row.rejected_generation, "seed {seed}");
        served += world.served;
        forced += world.platform.forced.len();
        failed += world.failed_calls;
    }
    assert!(
        served > 1_000 && forced > 5 && failed > 50,
        "the histories were dull: {served} {forced} {failed}"
    );
}

#[test]
fn errors_of_the_endpoint_stop_the_lane_or_come_again() {
    use crate::wechat::errcode::ApiError;
    let class = |code, force| {
        let error = ClientError::Api(ApiError::new(code, "no"));
        TokenError::from(failure(&error, force)).class()
    };
    for code in [40001, 40002, 40013, 40125, 40164, 40243, 41002, 89503] {
        assert_eq!(class(code, false), ErrorClass::Account, "{code}");
    }
    for code in [-1, 45009, 45011, 12345] {
        assert_eq!(class(code, false), ErrorClass::Retry, "{code}");
    }
    assert_eq!(class(40164, true), ErrorClass::Account);
    assert_eq!(class(45009, true), ErrorClass::Retry);
    let error = TokenError::from(failure(&ClientError::Timeout, false));
    assert_eq!((error.class(), error.code()), (ErrorClass::Retry, None));
}

#[test]
fn neither_the_token_nor_the_desk_shows_it() {
    let token = Token {
        value: Secret::new("89_hush"),
        generation: 3,
    };
    assert!(!format!("{token:?}").contains("89_hush"));
    let good = |value: &str, expires_in_secs| {
        is_token(&AccessToken {
            value: value.to_owned(),
            expires_in_secs,
        })
    };
    assert!(good("89_abc-DEF", 7200));
    for (value, secs) in [("", 7200), ("a b", 7200), ("a\r\nb", 7200), ("89_a", 0)] {
        assert!(!good(value, secs), "{value:?} {secs}");
    }
    assert!(!good(&"x".repeat(5000), 7200));
}
