//! What is due but must not go out: the receiver left or refuses, its time is over, the window for a second copy has
//! closed, it stands behind another one, or it has killed too many workers.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use super::change::{end, heads};
use super::row::Candidate;
use super::{CANCELLED, EXPIRED, PARKED, PENDING, SENDING, SENT, settle};
use crate::store::Conn;
use crate::store::schema::pushes::dsl;
use crate::store::schema::{push_attempts, push_blocks};

/// What to do with a notice that may have arrived once the platform would show a second copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguous {
    /// A person decides.
    Park,
    /// It goes out once more; when that is doubtful too, a person decides.
    ResendOnce,
}

/// When a row ends instead of going out.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// Milliseconds after the first try for which the platform drops a second copy; `None` only in tests of the tests.
    pub window_ms: Option<i64>,
    /// What then.
    pub ambiguous: Ambiguous,
    /// Leases that may run out before a row is parked.
    pub max_crashes: i32,
}

/// Why a row was parked, expired or cancelled.
pub(super) mod reasons {
    pub(crate) const UNSUBSCRIBED: &str = "unsubscribed";
    pub(crate) const BLOCKED: &str = "blocked";
    pub(crate) const TTL: &str = "its time was over";
    pub(crate) const AMBIGUOUS: &str =
        "it may have arrived, and the platform would show a second copy";
    pub(crate) const CRASHES: &str = "the process ended each time it was being sent";
}

/// Sorts candidates; the ones that end are ended at once.
pub(super) struct Triage<'a> {
    now: i64,
    ruling: &'a Ruling,
    pub(super) ended: Vec<(&'static str, usize)>,
}

enum Fate {
    Go,
    Resend,
    Behind,
    Arrived(String),
    End(&'static str, &'static str),
}

impl<'a> Triage<'a> {
    pub(super) fn new(now: i64, ruling: &'a Ruling) -> Self {
        Self {
            now,
            ruling,
            ended: Vec::new(),
        }
    }

    /// The rows that go out.
    pub(super) fn sort_out(
        &mut self,
        conn: &mut Conn,
        found: Vec<Candidate>,
    ) -> QueryResult<Vec<Candidate>> {
        let blocked = blocked(conn, &found)?;
        let arrived = arrived(conn, &found)?;
        let heads = heads_of(conn, &found)?;
        let mut good = Vec::with_capacity(found.len());
        let mut ends: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
        let (mut behind, mut resent) = (Vec::new(), Vec::new());
        for mut row in found {
            match self.fate(&row, &blocked, &arrived, &heads) {
                Fate::Go => good.push(row),
                Fate::Resend => {
                    resent.push(row.id);
                    (row.first_attempt_at, row.attempts) = (None, 0);
                    good.push(row);
                }
                Fate::Behind => behind.push(row.id),
                Fate::Arrived(msgid) => {
                    settle::mark_sent(conn, row.id, &msgid, self.now)?;
                    self.count(SENT, 1);
                }
                Fate::End(state, reason) => ends.entry((state, reason)).or_default().push(row.id),
            }
        }
        if !behind.is_empty() {
            diesel::update(dsl::pushes.filter(dsl::id.eq_any(behind)))
                .set(dsl::due_at.eq(None::<i64>))
                .execute(conn)?;
        }
        if !resent.is_empty() {
            diesel::update(dsl::pushes.filter(dsl::id.eq_any(resent)))
                .set((
                    dsl::resends.eq(dsl::resends + 1),
                    dsl::attempts.eq(0),
                    dsl::first_attempt_at.eq(None::<i64>),
                ))
                .execute(conn)?;
        }
        for ((state, reason), ids) in ends {
            end(conn, &ids, state, reason, self.now)?;
            let state = [CANCELLED, EXPIRED, PARKED]
                .into_iter()
                .find(|known| *known == state);
            self.count(state.unwrap_or(PARKED), ids.len());
        }
        Ok(good)
    }

    fn fate(
        &self,
        row: &Candidate,
        blocked: &HashSet<String>,
        arrived: &HashMap<i64, String>,
        heads: &HashMap<String, i64>,
    ) -> Fate {
        if let Some(msgid) = arrived.get(&row.id) {
            return Fate::Arrived(msgid.clone());
        }
        if row.openid.is_none() {
            return Fate::End(CANCELLED, reasons::UNSUBSCRIBED);
        }
        if blocked.contains(&row.openid_hash) {
            return Fate::End(CANCELLED, reasons::BLOCKED);
        }
        if row.expires_at <= self.now {
            return match row.first_attempt_at {
                Some(_) => Fate::End(PARKED, reasons::AMBIGUOUS),
                None => Fate::End(EXPIRED, reasons::TTL),
            };
        }
        if row.state == SENDING && row.crashes + 1 >= self.ruling.max_crashes {
            return Fate::End(PARKED, reasons::CRASHES);
        }
        let first = row.first_attempt_at;
        if let (Some(first), Some(window)) = (first, self.ruling.window_ms)
            && first + window <= self.now
        {
            return match self.ruling.ambiguous {
                Ambiguous::ResendOnce if row.resends == 0 => Fate::Resend,
                Ambiguous::ResendOnce | Ambiguous::Park => Fate::End(PARKED, reasons::AMBIGUOUS),
            };
        }
        let key = row.order_key.as_ref();
        let is_behind = key
            .and_then(|key| heads.get(key))
            .is_some_and(|head| *head < row.id);
        match is_behind && row.state == PENDING {
            true => Fate::Behind,
            false => Fate::Go,
        }
    }

    fn count(&mut self, state: &'static str, number: usize) {
        self.ended.push((state, number));
    }
}

fn blocked(conn: &mut Conn, found: &[Candidate]) -> QueryResult<HashSet<String>> {
    let hashes: Vec<&str> = found.iter().map(|row| row.openid_hash.as_str()).collect();
    if hashes.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<String> = push_blocks::table
        .filter(push_blocks::openid_hash.eq_any(hashes))
        .select(push_blocks::openid_hash)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Those that arrived although their sender lost the lease before it could say so.
fn arrived(conn: &mut Conn, found: &[Candidate]) -> QueryResult<HashMap<i64, String>> {
    let doubtful: Vec<i64> = found
        .iter()
        .filter(|row| row.first_attempt_at.is_some())
        .map(|row| row.id)
        .collect();
    if doubtful.is_empty() {
        return Ok(HashMap::new());
    }
    let firsts: HashMap<i64, Option<i64>> = found
        .iter()
        .map(|row| (row.id, row.first_attempt_at))
        .collect();
    let rows: Vec<(i64, i64, Option<String>)> = push_attempts::table
        .filter(push_attempts::push_id.eq_any(doubtful))
        .filter(push_attempts::outcome.eq(SENT))
        .select((
            push_attempts::push_id,
            push_attempts::ended_at,
            push_attempts::msgid,
        ))
        .load(conn)?;
    // An older delivery than the present doubt is of an earlier life: the notice was sent anew on purpose.
    let is_of_this_life = |id: &i64, ended: i64| {
        firsts
            .get(id)
            .copied()
            .flatten()
            .is_some_and(|first| ended >= first)
    };
    Ok(rows
        .into_iter()
        .filter(|(id, ended, _)| is_of_this_life(id, *ended))
        .map(|(id, _, msgid)| (id, msgid.unwrap_or_default()))
        .collect())
}

fn heads_of(conn: &mut Conn, found: &[Candidate]) -> QueryResult<HashMap<String, i64>> {
    let keys: Vec<String> = found
        .iter()
        .filter_map(|row| row.order_key.clone())
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(heads(conn, &keys)?.into_iter().collect())
}
