//! Managers are administered at the console: 单位管理 for the own unit, 系统管理 for every one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure, not_yours, unavailable};
use super::desk_form::DeskForm;
use super::manager_view::{self as view, MANAGERS, path_of, ticket_path};
use crate::domain::desk::{Duties, Duty};
use crate::service::desk::enrol;
use crate::service::error::ServiceError;
use crate::service::staff::unit_name;
use crate::service::staff::{self as service, New, Refused, Target};
use crate::web::access::{Access, Table};
use crate::web::console::manager_pages::{ManagerPage, ManagersPage, NewManagerPage, TicketPage};
use crate::web::handlers::form::{Posted, parameter};
use crate::web::pages::Pages;

/// Who may.
const ADMINS: Access = Access::Desk(&[Duty::UnitAdmin, Duty::SystemAdmin]);
const NEW: &str = "/console/managers/new";

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(MANAGERS, ADMINS, get(list))
        .get(NEW, ADMINS, get(new))
        .post(NEW, ADMINS, post(add))
        .get("/console/managers/{id}", ADMINS, get(show))
        .get("/console/managers/{id}/tickets/{slip}", ADMINS, get(shown))
        .post("/console/managers/{id}/duties", ADMINS, post(duties))
        .post("/console/managers/{id}/ticket", ADMINS, post(ticket))
        .post("/console/managers/{id}/disable", ADMINS, post(disable))
        .post("/console/managers/{id}/enable", ADMINS, post(enable))
}

fn is_system(desk: &Desk) -> bool {
    desk.manager.has(Duty::SystemAdmin)
}

async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let code = parameter(&query.unwrap_or_default(), "unit");
    match service::list(&pages.app, &desk.manager, code.as_deref()).await {
        Ok((unit_id, found)) => {
            let page = ManagersPage {
                frame: console_frame(&pages, &desk, "案管人员", "managers").await,
                unit: unit_name(&pages.app, &unit_id),
                rows: found.iter().map(view::row).collect(),
                add: format!("{NEW}?unit={}", view::encoded(&unit_id)),
                code: is_system(&desk).then_some(unit_id),
                said: None,
            };
            pages.personal(StatusCode::OK, &page)
        }
        Err(refused) => answer(&pages, &refused),
    }
}

async fn new(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let code = parameter(&query.unwrap_or_default(), "unit").unwrap_or_default();
    let posted = Posted::of(&[("unit", &code)]);
    form(&pages, &desk, &posted, None).await
}

/// The form that adds somebody, with what was wrong with it.
async fn form(pages: &Pages, desk: &Desk, posted: &Posted, refused: Option<&Refused>) -> Response {
    let code = posted.text("unit");
    // Also says whether the unit is within reach.
    let unit_id = match service::list(&pages.app, &desk.manager, Some(&code)).await {
        Ok((unit_id, _)) => unit_id,
        Err(refused) => return answer(pages, &refused),
    };
    let said = |wanted: &[enrol::Refused]| match refused {
        Some(Refused::Typed(fault)) if wanted.contains(fault) => {
            refused.map(|refused| refused.sentence())
        }
        _ => None,
    };
    let page = NewManagerPage {
        frame: console_frame(pages, desk, "增加案管人员", "managers").await,
        unit: unit_name(&pages.app, &unit_id),
        code: unit_id,
        login_name: posted.text("login_name"),
        display_name: posted.text("display_name"),
        duties: view::boxes(&ticked(posted), is_system(desk)),
        login_error: said(&[enrol::Refused::Taken, enrol::Refused::Name]),
        name_error: said(&[enrol::Refused::DisplayName]),
        duties_error: match refused {
            Some(refused @ Refused::NotAllowed) => Some(refused.sentence()),
            _ => said(&[enrol::Refused::NoDuty]),
        },
    };
    let status = match refused {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    pages.personal(status, &page)
}

fn ticked(posted: &Posted) -> Duties {
    let words = posted.all("duty");
    let duties: Vec<Duty> = words.iter().filter_map(|word| Duty::parse(word)).collect();
    Duties::of(&duties)
}

async fn add(State(pages): State<Arc<Pages>>, DeskForm { desk, posted }: DeskForm) -> Response {
    let new = New {
        unit_code: Some(posted.text("unit")),
        login_name: posted.text("login_name"),
        display_name: posted.text("display_name"),
        duties: ticked(&posted),
    };
    match service::add(&pages.app, &desk.manager, new).await {
        Ok(added) => Redirect::to(&ticket_path(&added)).into_response(),
        Err(refused @ (Refused::Typed(_) | Refused::NotAllowed)) => {
            form(&pages, &desk, &posted, Some(&refused)).await
        }
        Err(refused) => answer(&pages, &refused),
    }
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let said = parameter(&query.unwrap_or_default(), "said");
    match page(&pages, &desk, &id).await {
        Ok(mut page) => {
            page.said = said.and_then(|word| view::said(&word));
            pages.personal(StatusCode::OK, &page)
        }
        Err(refused) => answer(&pages, &refused),
    }
}

async fn page(pages: &Pages, desk: &Desk, id: &str) -> Result<ManagerPage, Refused> {
    let one = service::one(&pages.app, &desk.manager, id).await?;
    let title = one.account.display_name.clone();
    let frame = console_frame(pages, desk, &title, "managers").await;
    let is_own = one.account.id == desk.manager.account.id;
    Ok(view::page(frame, &one, (is_own, is_system(desk))))
}

async fn shown(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path((id, slip)): Path<(String, String)>,
) -> Response {
    match service::show_ticket(&pages.app, &desk.manager, (&id, &slip)).await {
        Ok(ticket) => {
            let address = ticket.token.map(|token| {
                let origin = pages.app.public_url.trim_end_matches('/');
                format!("{origin}/console/enrol/{}", token.expose())
            });
            let page = TicketPage {
                frame: console_frame(&pages, &desk, "一次性登录地址", "managers").await,
                back: path_of(&id),
                name: ticket.account.display_name,
                login_name: ticket.account.login_name,
                address,
            };
            pages.personal(StatusCode::OK, &page)
        }
        Err(refused) => answer(&pages, &refused),
    }
}

fn target(id: &str, posted: &Posted) -> Target {
    Target {
        public_id: id.to_owned(),
        version: posted.text("version").parse().unwrap_or(-1),
    }
}

async fn duties(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let mut wanted = ticked(&posted);
    if !is_system(&desk) {
        // The box is locked on the page, and a locked box is not sent.
        let rest: Vec<Duty> = wanted
            .iter()
            .filter(|it| *it != Duty::SystemAdmin)
            .collect();
        wanted = Duties::of(&rest);
    }
    let seen = target(&id, &posted);
    let done = service::set_duties(&pages.app, &desk.manager, seen, wanted).await;
    settle(&pages, &desk, &id, done.map(|()| "duties")).await
}

async fn ticket(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, .. }: DeskForm,
) -> Response {
    match service::ticket(&pages.app, &desk.manager, &id).await {
        Ok(added) => Redirect::to(&ticket_path(&added)).into_response(),
        Err(refused) => settle(&pages, &desk, &id, Err(refused)).await,
    }
}

async fn disable(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let (seen, reason) = (target(&id, &posted), posted.text("reason"));
    let done = service::disable(&pages.app, &desk.manager, seen, &reason).await;
    settle(&pages, &desk, &id, done.map(|()| "disabled")).await
}

async fn enable(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let seen = target(&id, &posted);
    let done = service::enable(&pages.app, &desk.manager, seen).await;
    settle(&pages, &desk, &id, done.map(|()| "enabled")).await
}

/// Back to the manager's page; what was not done is said there.
async fn settle(
    pages: &Pages,
    desk: &Desk,
    id: &str,
    done: Result<&'static str, Refused>,
) -> Response {
    let refused = match done {
        Ok(word) => {
            return Redirect::to(&format!("{}?said={word}", path_of(id))).into_response();
        }
        Err(refused) => refused,
    };
    let status = match refused {
        Refused::NotFound | Refused::Record(_) => return answer(pages, &refused),
        Refused::Stale => StatusCode::CONFLICT,
        Refused::NotAllowed
        | Refused::Last(_)
        | Refused::Own
        | Refused::OwnTicket
        | Refused::Typed(_)
        | Refused::Said(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    match page(pages, desk, id).await {
        Ok(mut page) => {
            page.said = Some(("bad", refused.sentence()));
            pages.personal(status, &page)
        }
        Err(refused) => answer(pages, &refused),
    }
}

/// A refusal that is a page of its own.
fn answer(pages: &Pages, refused: &Refused) -> Response {
    match refused {
        Refused::NotAllowed => not_yours(pages),
        Refused::Record(error) => unavailable(pages, error),
        Refused::NotFound
        | Refused::Last(_)
        | Refused::Own
        | Refused::OwnTicket
        | Refused::Typed(_)
        | Refused::Stale
        | Refused::Said(_) => failure(pages, &ServiceError::NotFound),
    }
}
