//! What all handlers share.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, RandomPool};
use crate::callback::answers::{Answers, body};
use crate::callback::meters::Meters;
use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::domain::replies::Replies;
use crate::service::inbox::{Body, Inbox};
use crate::service::indexer::Status;
use crate::wechat::reply::Reply;

/// The state of the callback door.
pub struct Door {
    pub(super) app: Arc<App>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) answers: Answers,
    pub(super) index: Arc<Status>,
    pub(super) meters: Meters,
    pub(super) random: RandomPool,
}

impl Door {
    /// Joins the handles.
    pub fn new(app: Arc<App>, index: Arc<Status>) -> Arc<Self> {
        let budget = Duration::from_millis(app.settings.callback.handler_budget_ms);
        let inbox = Arc::new(Inbox::new(&app.cache, budget));
        Arc::new(Self {
            app,
            inbox,
            answers: Answers::default(),
            index,
            meters: Meters::new(),
            random: RandomPool::default(),
        })
    }

    /// What the account says, as it counts now.
    pub(super) fn replies(&self) -> Replies {
        self.app.office().replies.clone()
    }

    /// Said when no answer can be made in time.
    pub(super) fn busy(&self) -> Arc<Body> {
        body(&Reply::Text(self.app.office().replies.busy.clone()))
    }

    pub(super) fn publication_url(&self, public_id: &str) -> String {
        format!("{}/h5/publications/{public_id}", self.app.public_url)
    }

    pub(super) fn list_url(&self, kind: PublicationKind) -> String {
        format!("{}/h5/list?kind={}", self.app.public_url, kind.as_str())
    }

    /// The list of a unit, with all below it when it has subordinates.
    pub(super) fn unit_url(&self, kind: PublicationKind, unit: &UnitId) -> String {
        let subtree = u8::from(!self.app.units().tree.children(unit).is_empty());
        let code: String = form_urlencoded::byte_serialize(unit.as_str().as_bytes()).collect();
        format!("{}&unit={code}&sub={subtree}", self.list_url(kind))
    }

    pub(super) fn search_url(&self, kind: PublicationKind, words: &str) -> String {
        let words: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        format!("{}&q={words}", self.list_url(kind))
    }

    pub(super) fn follows_url(&self) -> String {
        format!("{}/h5/follows", self.app.public_url)
    }

    pub(super) fn unit_name(&self, unit_id: &str) -> String {
        let book = self.app.units();
        book.tree
            .by_code(unit_id)
            .map_or_else(|| unit_id.to_owned(), |unit| unit.name.clone())
    }

    pub(super) fn short_name(&self, unit_id: &str) -> String {
        self.app.units().tree.short_name(&UnitId::new(unit_id))
    }
}
