//! Keyword search: the index proposes, the database decides. A hit that is withdrawn or not yet due in the database
//! never shows, however far the index is behind.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::App;
use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::search::SearchRequest;
use crate::service::error::ServiceError;
use crate::service::indexer::own_scope;
use crate::store::StoreError;
use crate::store::publications::{self as table, Listed};

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As typed.
    pub words: String,
    /// One board, or both.
    pub kind: Option<PublicationKind>,
    /// Where, or the country.
    pub scope: Option<Where>,
    /// Hits to pass over: the cursor of the page before.
    pub offset: usize,
    /// Items wanted.
    pub limit: usize,
}

/// A unit to search in.
#[derive(Clone, Debug)]
pub enum Where {
    /// Its own publications.
    Own(UnitId),
    /// Also those of all units below it.
    Subtree(UnitId),
}

impl Where {
    fn term(self) -> UnitId {
        match self {
            Self::Own(unit) => own_scope(&unit),
            Self::Subtree(unit) => unit,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// In order.
    pub items: Vec<Listed>,
    /// About how many there are altogether: hits that were withdrawn a moment ago may still count.
    pub total: usize,
    /// The cursor behind the last item; `None` when there is nothing more.
    pub next: Option<usize>,
}

/// How often the index is asked again when hits drop out; each round asks for more.
const ROUNDS: usize = 4;

/// Searches. Blocking work happens on a blocking thread.
///
/// # Errors
/// When the index or the database does not answer.
pub async fn search(app: &Arc<App>, wanted: Wanted) -> Result<Hits, ServiceError> {
    let index = Arc::clone(&app.search);
    let now = app.clock.now_ms();
    let scope = wanted.scope.map(Where::term);
    app.db
        .read(move |c| -> Result<Hits, ServiceError> {
            let mut hits = Hits::default();
            let mut offset = wanted.offset;
            for _ in 0..ROUNDS {
                let missing = wanted.limit - hits.items.len();
                let found = index.search(&SearchRequest {
                    words: &wanted.words,
                    kind: wanted.kind,
                    scope: scope.as_ref(),
                    limit: missing,
                    offset,
                })?;
                hits.total = found.total;
                offset += found.ids.len();
                let stored =
                    table::visible_by_external_ids(c, &found.ids, now).map_err(StoreError::from)?;
                let mut by_id: HashMap<String, Listed> = stored
                    .into_iter()
                    .map(|item| (item.external_id.clone(), item))
                    .collect();
                hits.items
                    .extend(found.ids.iter().filter_map(|id| by_id.remove(id)));
                let exhausted = found.ids.len() < missing || offset >= found.total;
                hits.next = (!exhausted).then_some(offset);
                if exhausted || hits.items.len() >= wanted.limit {
                    break;
                }
            }
            Ok(hits)
        })
        .await
}
