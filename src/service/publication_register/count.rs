//! 公开率: how many documents should be public, how many are, and why the others are not, by unit and with all below.

use std::collections::{BTreeMap, HashMap};

use crate::app::App;
use crate::domain::desk::TreeScope;
use crate::domain::ids::UnitId;
use crate::domain::publishing::{NotPublic, Status};
use crate::domain::units::UnitTree;
use crate::store::StoreError;
use crate::store::publication_register::{self as table, Period};

/// Numbers of documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// 应公开.
    pub due: i64,
    /// 已公开.
    pub public: i64,
    /// 不公开, by reason.
    pub closed: BTreeMap<NotPublic, i64>,
    /// 待公开.
    pub waiting: i64,
}

impl Counts {
    /// 未公开: all that are not public.
    pub fn not_public(&self) -> i64 {
        self.due - self.public
    }

    /// 公开率 in per mille; none when nothing is due.
    pub fn per_mille(&self) -> Option<i64> {
        (self.due > 0).then(|| self.public * 1000 / self.due)
    }

    /// 公开率 as people read it.
    pub fn rate(&self) -> String {
        self.per_mille().map_or_else(
            || "—".to_owned(),
            |rate| format!("{}.{}%", rate / 10, rate % 10),
        )
    }

    /// How many for a reason.
    pub fn of(&self, reason: NotPublic) -> i64 {
        self.closed.get(&reason).copied().unwrap_or(0)
    }

    fn add(&mut self, other: &Self) {
        self.due += other.due;
        self.public += other.public;
        self.waiting += other.waiting;
        for (reason, count) in &other.closed {
            *self.closed.entry(*reason).or_default() += count;
        }
    }
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The unit.
    pub unit_id: String,
    /// Its name.
    pub name: String,
    /// Whether the numbers are the unit's own only, or with all below it.
    pub is_own: bool,
    /// Whether there are units below.
    pub has_below: bool,
    /// The numbers.
    pub counts: Counts,
}

/// The table for a tree: its top alone, each unit below it with all of its own, and the sum.
///
/// # Errors
/// When the database does not answer.
pub async fn statistics(
    app: &App,
    scope: TreeScope,
    period: Period,
) -> Result<(Vec<Line>, Counts), StoreError> {
    let units = app.units();
    let wanted = scope.clone();
    let rows = app
        .db
        .read(move |c| -> Result<_, StoreError> { Ok(table::counts(c, &wanted, period)?) })
        .await?;
    Ok(counted(&units.tree, scope.root(), rows))
}

/// Sums what the database counted.
pub fn counted(
    tree: &UnitTree,
    root: &str,
    rows: Vec<(String, String, Option<String>, i64)>,
) -> (Vec<Line>, Counts) {
    let mut by_unit: HashMap<String, Counts> = HashMap::new();
    for (unit_id, status, reason, count) in rows {
        let counts = by_unit.entry(unit_id).or_default();
        counts.due += count;
        match Status::parse(&status) {
            Some(Status::Public) => counts.public += count,
            Some(Status::Closed) => {
                let reason = reason.as_deref().and_then(NotPublic::parse);
                *counts
                    .closed
                    .entry(reason.unwrap_or(NotPublic::Other))
                    .or_default() += count;
            }
            Some(Status::Waiting) | None => counts.waiting += count,
        }
    }
    let name = |id: &UnitId| {
        tree.get(id)
            .map_or_else(String::new, |unit| unit.name.clone())
    };
    let top = UnitId::new(root);
    let own = by_unit.get(root).cloned().unwrap_or_default();
    let mut sum = own.clone();
    let below = tree.children(&top);
    let mut lines = vec![Line {
        unit_id: root.to_owned(),
        name: name(&top),
        is_own: true,
        has_below: !below.is_empty(),
        counts: own,
    }];
    for child in below {
        let mut counts = Counts::default();
        for unit in tree.subtree(&child) {
            if let Some(more) = by_unit.get(unit.as_str()) {
                counts.add(more);
            }
        }
        sum.add(&counts);
        lines.push(Line {
            unit_id: child.as_str().to_owned(),
            name: name(&child),
            is_own: false,
            has_below: !tree.children(&child).is_empty(),
            counts,
        });
    }
    (lines, sum)
}
