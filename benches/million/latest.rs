//! The newest five, asked in this process and without the answers that the callback keeps: every question goes to the
//! database.

use std::time::Instant;

use jianxin::app::App;
use jianxin::domain::ids::UnitId;
use jianxin::domain::publication::PublicationKind;
use jianxin::service::error::ServiceError;
use jianxin::service::publications::{self, LATEST};

use crate::Failure;
use crate::process::{Place, runtime};

/// Rounds over all questions; the first one warms up.
const ROUNDS: usize = 9;
const KINDS: [PublicationKind; 2] = [
    PublicationKind::ImportantCase,
    PublicationKind::LegalDocument,
];
/// Questions of one sort.
const MOST: usize = 100;

type About = (PublicationKind, UnitId);

/// What is asked at both sizes: only what has five answers already at the smaller one. A unit with fewer would be
/// cheaper to answer there for no other reason.
struct Questions {
    own: Vec<(&'static str, Vec<About>)>,
    subtrees: Vec<(&'static str, Vec<About>)>,
    follows: Vec<(PublicationKind, Vec<UnitId>)>,
}

/// The mean over all questions of one sort, in microseconds.
pub(crate) struct Growth {
    pub(crate) what: &'static str,
    pub(crate) questions: usize,
    pub(crate) before: f64,
    pub(crate) after: f64,
}

/// What the newest five cost at both sizes, by sort of question.
pub(crate) fn growth(small: &Place, large: &Place) -> Result<Vec<Growth>, Failure> {
    runtime()?.block_on(async {
        let (small, large) = (small.app().await?, large.app().await?);
        let questions = Questions::choose_in(&small).await?;
        questions.ask([&small, &large]).await
    })
}

impl Questions {
    async fn choose_in(app: &App) -> Result<Self, Failure> {
        let book = app.units();
        let mut own = vec![
            ("a province", Vec::new()),
            ("a city", Vec::new()),
            ("a county", Vec::new()),
        ];
        let mut subtrees = vec![
            ("a province's subtree", Vec::new()),
            ("a city's subtree", Vec::new()),
        ];
        for unit in book.tree.iter().filter(|unit| unit.level > 1) {
            let sort = usize::from(unit.level) - 2;
            for kind in KINDS {
                let about = (kind, unit.unit_id.clone());
                let found = publications::latest_of_unit(app, kind, &unit.unit_id).await?;
                let has_five = found.items.len() == LATEST;
                if let Some((_, list)) = own.get_mut(sort)
                    && found.own == LATEST
                {
                    list.push(about.clone());
                }
                if let Some((_, list)) = subtrees.get_mut(sort)
                    && has_five
                {
                    list.push(about);
                }
            }
        }
        let mut follows = Vec::new();
        for (_, list) in &subtrees {
            for kind in KINDS {
                let units: Vec<UnitId> = list
                    .iter()
                    .filter(|about| about.0 == kind)
                    .map(|about| about.1.clone())
                    .collect();
                follows.extend(units.chunks_exact(5).map(|five| (kind, five.to_vec())));
            }
        }
        for (_, list) in own.iter_mut().chain(&mut subtrees) {
            thin(list);
        }
        thin(&mut follows);
        Ok(Self {
            own,
            subtrees,
            follows,
        })
    }

    async fn ask(&self, apps: [&App; 2]) -> Result<Vec<Growth>, Failure> {
        let country = async |app: &App, kind: &PublicationKind| {
            Ok(publications::latest(app, *kind).await?.len())
        };
        let mut all = vec![cost("the country", apps, &KINDS, country).await?];
        for (what, abouts) in &self.own {
            let of_unit = async |app: &App, (kind, unit): &About| {
                let found = publications::latest_of_unit(app, *kind, unit).await?;
                Ok(found.items.len())
            };
            all.push(cost(what, apps, abouts, of_unit).await?);
        }
        for (what, abouts) in &self.subtrees {
            let of_subtree = async |app: &App, (kind, unit): &About| {
                let scope = publications::subtree_scope(&app.units().tree, unit);
                let items = publications::page(app, *kind, scope, None, LATEST).await?;
                Ok(items.len())
            };
            all.push(cost(what, apps, abouts, of_subtree).await?);
        }
        let of_units = async |app: &App, (kind, units): &(PublicationKind, Vec<UnitId>)| {
            let items = publications::latest_of_units(app, *kind, units).await?;
            Ok(items.len())
        };
        all.push(cost("five follows", apps, &self.follows, of_units).await?);
        Ok(all)
    }
}

/// Leaves questions from all over the list.
fn thin<T>(list: &mut Vec<T>) {
    let step = list.len().div_ceil(MOST).max(1);
    let mut nth = 0;
    list.retain(|_| {
        nth += 1;
        nth % step == 0
    });
}

/// Asks each question of both sizes in turn, so that whatever else runs on the machine meets both. Each counts with its
/// quickest answer after the round that warms up, since other load only adds to it.
async fn cost<T>(
    what: &'static str,
    apps: [&App; 2],
    questions: &[T],
    ask: impl AsyncFn(&App, &T) -> Result<usize, ServiceError>,
) -> Result<Growth, Failure> {
    let mut quickest = vec![[f64::MAX; 2]; questions.len()];
    for round in 0..=ROUNDS {
        for (question, quickest) in questions.iter().zip(&mut quickest) {
            for (app, quickest) in apps.iter().zip(quickest) {
                let began = Instant::now();
                let items = ask(app, question).await?;
                let micros = began.elapsed().as_secs_f64() * 1e6;
                if items != LATEST {
                    return Err(format!("{what}: {items} answers and not {LATEST}").into());
                }
                if round > 0 {
                    *quickest = quickest.min(micros);
                }
            }
        }
    }
    let count = f64::from(u32::try_from(questions.len())?.max(1));
    Ok(Growth {
        what,
        questions: questions.len(),
        before: quickest.iter().map(|of| of[0]).sum::<f64>() / count,
        after: quickest.iter().map(|of| of[1]).sum::<f64>() / count,
    })
}
