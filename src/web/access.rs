//! Who may open what: every route stands in one table with who it is for, and the guard in front of each handler reads
//! that table. A route cannot be made without saying so.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;

use crate::domain::desk::Duty;
use crate::domain::role::Role;
use crate::web::handlers::guard;
use crate::web::pages::Pages;

/// Whom a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever has the address.
    Everyone,
    /// A follower with a session; the handler finds a `Visitor`.
    Follower,
    /// A follower whose account has one of these roles; the handler finds a `Member`.
    Member(&'static [Role], Needs),
    /// A case manager at the console who has one of these duties; the handler finds a `Desk`.
    Desk(&'static [Duty]),
}

/// In which state an account must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Any, also before its first own password is set.
    Nothing,
    /// It has a password of its own; it may wait for its approval or be refused.
    Password,
    /// It is approved.
    Approval,
}

/// Lawyers.
pub const LAWYER: &[Role] = &[Role::Lawyer];
/// Those who follow cases.
pub const APPLICANTS: &[Role] = &[Role::Lawyer, Role::Party];
/// Case managers.
pub const MANAGER: &[Role] = &[Role::Manager];
/// Everybody with an account.
pub const ANYBODY: &[Role] = &[Role::Lawyer, Role::Party, Role::Manager];

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is done.
    pub method: Method,
    /// The path with its parameters, as in `/h5/cases/{id}`.
    pub path: &'static str,
    /// Whom it is for.
    pub access: Access,
}

/// The table while it is being written.
pub(crate) struct Table {
    pages: Arc<Pages>,
    router: Router<Arc<Pages>>,
    lines: Vec<Line>,
}

impl Table {
    pub(crate) fn new(pages: Arc<Pages>) -> Self {
        Self {
            pages,
            router: Router::new(),
            lines: Vec::new(),
        }
    }

    /// Adds a page.
    pub(crate) fn get(
        self,
        path: &'static str,
        access: Access,
        handler: MethodRouter<Arc<Pages>>,
    ) -> Self {
        self.add(Method::GET, path, access, handler)
    }

    /// Adds what a form is sent to.
    pub(crate) fn post(
        self,
        path: &'static str,
        access: Access,
        handler: MethodRouter<Arc<Pages>>,
    ) -> Self {
        self.add(Method::POST, path, access, handler)
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: MethodRouter<Arc<Pages>>,
    ) -> Self {
        // Where the way through a new session ends: a form is opened anew, anything else begins at home.
        let has_page = method == Method::GET
            || self
                .lines
                .iter()
                .any(|line| line.path == path && line.method == Method::GET);
        let state = Door {
            pages: Arc::clone(&self.pages),
            access,
            has_page,
        };
        let guarded = handler.route_layer(from_fn_with_state(state, check));
        self.router = self.router.route(path, guarded);
        self.lines.push(Line {
            method,
            path,
            access,
        });
        self
    }

    pub(crate) fn done(self) -> (Router<Arc<Pages>>, Vec<Line>) {
        (self.router, self.lines)
    }
}

/// What the guard knows of a route.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) pages: Arc<Pages>,
    pub(crate) access: Access,
    /// Its path can be opened.
    pub(crate) has_page: bool,
}

async fn check(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    match guard::admit(&door, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(refused) => *refused,
    }
}
