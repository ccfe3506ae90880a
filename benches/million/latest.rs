//! The newest five, asked in this process and without the answers that the callback keeps: every question goes to the
//! database.

use std::time::Instant;

use jianxin::app::App;
use jianxin::domain::ids::UnitId;
use jianxin::domain::publication::PublicationKind;
use jianxin::service::error::ServiceError;
use jianxin::service::publications::{self, LATEST};

use crate::Failure;
use crate::process::Place;

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
pub(crate) struct Questions {
    own: Vec<(&'static str, Vec<About>)>,
    subtrees: Vec<(&'static str, Vec<About>)>,
    follows: Vec<(PublicationKind, Vec<UnitId>)>,
}

/// The mean over all questions of one sort.
pub(crate) struct Cost {
    pub(crate) questions: usize,
    pub(crate) micros: f64,
}

impl Questions {
    pub(crate) fn choose(place: &Place) -> Result<Self, Failure> {
        place.with_app(async |app| Self::choose_in(app).await)
    }

    /// What the newest five cost, by sort of question.
    pub(crate) fn ask(&self, place: &Place) -> Result<Vec<(&'static str, Cost)>, Failure> {
        place.with_app(async |app| self.ask_in(app).await)
    }

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

    async fn ask_in(&self, app: &App) -> Result<Vec<(&'static str, Cost)>, Failure> {
        let book = app.units();
        let mut costs = vec![(
            "the country",
            cost(&KINDS, async |kind| {
                Ok(publications::latest(app, *kind).await?.len())
            })
            .await?,
        )];
        for (what, abouts) in &self.own {
            let ask = async |(kind, unit): &About| {
                let found = publications::latest_of_unit(app, *kind, unit).await?;
                Ok(found.items.len())
            };
            costs.push((what, cost(abouts, ask).await?));
        }
        for (what, abouts) in &self.subtrees {
            let ask = async |(kind, unit): &About| {
                let scope = publications::subtree_scope(&book.tree, unit);
                let items = publications::page(app, *kind, scope, None, LATEST).await?;
                Ok(items.len())
            };
            costs.push((what, cost(abouts, ask).await?));
        }
        let ask = async |(kind, units): &(PublicationKind, Vec<UnitId>)| {
            let items = publications::latest_of_units(app, *kind, units).await?;
            Ok(items.len())
        };
        costs.push(("five follows", cost(&self.follows, ask).await?));
        Ok(costs)
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

/// For each question its quickest answer after the round that warms up, since whatever else runs on the machine only
/// adds to it; of these the mean.
async fn cost<T>(
    questions: &[T],
    ask: impl AsyncFn(&T) -> Result<usize, ServiceError>,
) -> Result<Cost, Failure> {
    let mut quickest = vec![f64::MAX; questions.len()];
    for round in 0..=ROUNDS {
        for (question, quickest) in questions.iter().zip(&mut quickest) {
            let began = Instant::now();
            let items = ask(question).await?;
            let micros = began.elapsed().as_secs_f64() * 1e6;
            if items != LATEST {
                return Err(format!("{items} answers and not {LATEST}").into());
            }
            if round > 0 {
                *quickest = quickest.min(micros);
            }
        }
    }
    Ok(Cost {
        questions: questions.len(),
        micros: quickest.iter().sum::<f64>() / f64::from(u32::try_from(questions.len())?.max(1)),
    })
}
