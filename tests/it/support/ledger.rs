//! What was promised against what the platform saw and what the outbox says: nothing lost, nothing twice, nothing without
//! a trace. The platform's ledger decides; the outbox must agree with it. The stories and `benches/push` use it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// What the sender could learn from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// That it was taken.
    Taken,
    /// That it was not.
    Refused,
    /// That the access token is void.
    BadToken,
    /// Nothing: no answer, half of one, or a gateway's.
    Nothing,
}

const WORDS: [(Told, &str); 4] = [
    (Told::Taken, "taken"),
    (Told::Refused, "refused"),
    (Told::BadToken, "bad_token"),
    (Told::Nothing, "nothing"),
];

/// One request as the platform keeps it: one line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// When it was read, microseconds by the platform's own machine.
    pub(crate) wall_us: i64,
    /// The same in milliseconds by the clock of the story.
    pub(crate) at_ms: i64,
    pub(crate) openid: String,
    pub(crate) client_msg_id: String,
    pub(crate) told: Told,
    /// Whether the follower saw a notice that was not there before.
    pub(crate) shown: bool,
}

impl Request {
    pub(crate) fn line(&self) -> String {
        let told = WORDS.iter().find(|(told, _)| *told == self.told);
        format!(
            "{} {} {} {} {} {}\n",
            self.wall_us,
            self.at_ms,
            self.openid,
            self.client_msg_id,
            told.map_or("", |(_, word)| word),
            u8::from(self.shown)
        )
    }

    /// Reads [`Request::line`]; `None` for anything else, such as a line that is not whole yet.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split(' ');
        let mut next = || parts.next();
        Some(Self {
            wall_us: next()?.parse().ok()?,
            at_ms: next()?.parse().ok()?,
            openid: next()?.to_owned(),
            client_msg_id: next()?.to_owned(),
            told: next()
                .and_then(|text| WORDS.iter().find(|(_, word)| *word == text))?
                .0,
            shown: match next()? {
                "1" => true,
                "0" => false,
                _ => return None,
            },
        })
    }
}

/// A notice as the outbox has it in the end.
#[derive(Clone, Debug)]
pub(crate) struct Fate {
    pub(crate) id: String,
    pub(crate) state: String,
    /// Why; empty when nothing is said.
    pub(crate) reason: String,
    /// Tries that counted, the one that is under way included.
    pub(crate) attempts: usize,
    /// Leases that ran out without an outcome.
    pub(crate) crashes: usize,
    /// The outcomes that were noted: `sent`, `not_sent`, `unknown`.
    pub(crate) tries: Vec<String>,
}

/// Everything there is.
pub(crate) struct Evidence {
    /// Ids that were put into the outbox.
    pub(crate) promised: Vec<String>,
    pub(crate) requests: Vec<Request>,
    pub(crate) fates: Vec<Fate>,
    /// When processes were killed, in milliseconds by the ledger's clock.
    pub(crate) kills: Vec<i64>,
    /// How long nothing may go out after a kill while notices wait.
    pub(crate) patience_ms: i64,
}

/// Something that must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Violation {
    /// Promised, but not in the outbox.
    Lost,
    /// In the outbox or in the ledger, but never promised; or twice in the outbox.
    Phantom,
    /// No end state.
    Open,
    /// `sent`, but the follower did not see it.
    NotShown,
    /// The follower saw it more than once.
    ShownTwice,
    /// `refused`, `expired` or `cancelled`, but the follower saw it.
    ShownAllTheSame,
    /// Parked, but it is known that it arrived, or there is no doubt that it did not.
    NoDoubt,
    /// The platform saw more requests than the outbox has traces of.
    NoTrace,
    /// Nothing went out for too long after a kill.
    Silence,
}

/// Of the reasons for which a notice may be parked when the platform refuses none for good.
const DOUBTS: [&str; 2] = ["may have arrived", "process ended each time"];

/// What the check came to.
pub(crate) struct Finding {
    pub(crate) states: BTreeMap<String, usize>,
    pub(crate) shown: usize,
    /// The longest pause after a kill, milliseconds.
    pub(crate) longest_pause: i64,
    /// With the id, or the time of the kill.
    pub(crate) violations: Vec<(Violation, String)>,
}

impl Finding {
    pub(crate) fn kinds(&self) -> BTreeSet<Violation> {
        self.violations.iter().map(|(kind, _)| *kind).collect()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states: Vec<String> = self
            .states
            .iter()
            .map(|(state, number)| format!("{number} {state}"))
            .collect();
        write!(f, "{}, {} shown", states.join(", "), self.shown)?;
        for kind in self.kinds() {
            let of_kind = self.violations.iter().filter(|(other, _)| *other == kind);
            let ids: Vec<&str> = of_kind.map(|(_, id)| id.as_str()).collect();
            write!(
                f,
                "\n{kind:?}: {} ({})",
                ids.len(),
                ids.iter().take(3).copied().collect::<Vec<_>>().join(", ")
            )?;
        }
        Ok(())
    }
}

/// Goes through everything.
pub(crate) fn check(evidence: &Evidence) -> Finding {
    let mut finding = Finding {
        states: BTreeMap::new(),
        shown: 0,
        longest_pause: 0,
        violations: Vec::new(),
    };
    let mut requests: HashMap<&str, Vec<&Request>> = HashMap::new();
    for request in &evidence.requests {
        requests
            .entry(&request.client_msg_id)
            .or_default()
            .push(request);
    }
    let promised: BTreeSet<&str> = evidence.promised.iter().map(String::as_str).collect();
    let mut missing = promised.clone();
    for fate in &evidence.fates {
        *finding.states.entry(fate.state.clone()).or_default() += 1;
        if !missing.remove(fate.id.as_str()) {
            finding
                .violations
                .push((Violation::Phantom, fate.id.clone()));
        }
        let own = requests
            .get(fate.id.as_str())
            .map_or(&[][..], Vec::as_slice);
        let wrong = judge(fate, own).into_iter().flatten();
        finding
            .violations
            .extend(wrong.map(|kind| (kind, fate.id.clone())));
        finding.shown += usize::from(own.iter().any(|request| request.shown));
    }
    let lost = missing
        .into_iter()
        .map(|id| (Violation::Lost, id.to_owned()));
    finding.violations.extend(lost);
    let strangers = requests.keys().filter(|id| !promised.contains(**id));
    finding
        .violations
        .extend(strangers.map(|id| (Violation::Phantom, (*id).to_owned())));
    silence(evidence, &mut finding);
    finding
}

fn judge(fate: &Fate, requests: &[&Request]) -> [Option<Violation>; 3] {
    let shown = requests.iter().filter(|request| request.shown).count();
    let posted = requests
        .iter()
        .filter(|request| request.told != Told::BadToken)
        .count();
    let is_known = |outcome: &str| fate.tries.iter().any(|other| other == outcome);
    // Whoever is found to have died while sending is counted, except when the notice is given up at once.
    let traces = fate.tries.len() + fate.crashes + usize::from(fate.state == "parked");
    let by_state = match fate.state.as_str() {
        "sent" => (shown == 0).then_some(Violation::NotShown),
        "parked" => {
            // Without a try there is nothing to be in doubt about; what may have arrived says so.
            let is_doubtful = DOUBTS.iter().any(|words| fate.reason.contains(words));
            let was_tried = fate.attempts + fate.crashes + posted > 0;
            (is_known("sent") || !is_doubtful || !was_tried).then_some(Violation::NoDoubt)
        }
        "refused" | "expired" | "cancelled" => (shown > 0).then_some(Violation::ShownAllTheSame),
        "merged" => (posted > 0).then_some(Violation::Phantom),
        _ => Some(Violation::Open),
    };
    [
        by_state,
        (shown > 1).then_some(Violation::ShownTwice),
        (posted > traces).then_some(Violation::NoTrace),
    ]
}

/// After each kill somebody must send, as long as there is something that was never tried.
fn silence(evidence: &Evidence, finding: &mut Finding) {
    let mut times: Vec<i64> = evidence
        .requests
        .iter()
        .map(|request| request.at_ms)
        .collect();
    times.sort_unstable();
    let mut firsts: HashMap<&str, i64> = HashMap::new();
    for request in &evidence.requests {
        let first = firsts
            .entry(&request.client_msg_id)
            .or_insert(request.at_ms);
        *first = request.at_ms.min(*first);
    }
    let last_first = firsts.values().copied().max().unwrap_or(i64::MIN);
    for kill in &evidence.kills {
        let next = times
            .iter()
            .find(|at| *at > kill)
            .filter(|_| last_first > *kill);
        let Some(next) = next else { continue };
        let pause = next - kill;
        finding.longest_pause = finding.longest_pause.max(pause);
        if pause > evidence.patience_ms {
            finding
                .violations
                .push((Violation::Silence, format!("{pause} ms")));
        }
    }
}
