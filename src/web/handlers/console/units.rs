//! The table of procuratorates: the system's administrators change all of it, a unit's own its telephone.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use super::upkeep::{self, SYSTEM};
use crate::domain::desk::Duty;
use crate::domain::ids::UnitId;
use crate::service::error::ServiceError;
use crate::service::unit_upkeep::{self, Plan, UnitView, What};
use crate::store::unit_changes::{DONE, PLANNED};
use crate::web::access::{Access, Table};
use crate::web::console::units::{Contents, Row, UnitForm, UnitsPage, address};
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

/// Who may set the telephone of the own unit.
const ADMINS: Access = Access::Desk(&[Duty::UnitAdmin, Duty::SystemAdmin]);
/// Units found at a time.
const FOUND: usize = 30;

pub(crate) fn routes(table: Table) -> Table {
    table
        .get("/console/units", ADMINS, get(list))
        .get("/console/units/{code}", ADMINS, get(show))
        .post("/console/units/{code}/phone", ADMINS, post(phone))
        .post(
            "/console/units/{code}/rename",
            SYSTEM,
            post(|pages, code, form| change(pages, code, form, Act::Rename)),
        )
        .post(
            "/console/units/{code}/abolish",
            SYSTEM,
            post(|pages, code, form| change(pages, code, form, Act::Abolish)),
        )
        .post(
            "/console/units/{code}/aliases",
            SYSTEM,
            post(|pages, code, form| change(pages, code, form, Act::AddAlias)),
        )
        .post(
            "/console/units/{code}/aliases/remove",
            SYSTEM,
            post(|pages, code, form| change(pages, code, form, Act::RemoveAlias)),
        )
        .post(
            "/console/unit-changes/{public_id}/cancel",
            SYSTEM,
            post(cancel),
        )
}

fn may_all(desk: &Desk) -> bool {
    desk.manager.has(Duty::SystemAdmin)
}

/// The unit of an address, if the manager may see it here: any for the system's, the own one for a unit's administrators.
async fn find(pages: &Pages, desk: &Desk, code: &str) -> Result<UnitView, ServiceError> {
    let view = unit_upkeep::view(&pages.app, code).await?;
    let own = desk.manager.scope().covers(view.unit.unit_id.as_str());
    if own || may_all(desk) {
        Ok(view)
    } else {
        Err(ServiceError::NotFound)
    }
}

async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    if !may_all(&desk) {
        return Redirect::to(&address(desk.manager.scope().unit_id())).into_response();
    }
    let asked = Asked {
        q: parameter(&query, "q").unwrap_or_default(),
        done: upkeep::done(Some(&query)),
        ..Asked::default()
    };
    page(&pages, &desk, None, asked).await
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    match find(&pages, &desk, &code).await {
        Ok(view) => {
            let asked = Asked {
                done: upkeep::done(query.as_deref()),
                ..Asked::default()
            };
            page(&pages, &desk, Some(&view), asked).await
        }
        Err(error) => failure(&pages, &error),
    }
}

/// What somebody wants to see, or typed.
#[derive(Default)]
struct Asked {
    q: String,
    done: Option<&'static str>,
    form: Option<UnitForm>,
    error: Option<(&'static str, String)>,
}

async fn page(pages: &Pages, desk: &Desk, unit: Option<&UnitView>, asked: Asked) -> Response {
    let may_all = may_all(desk);
    let planned = match may_all {
        true => unit_upkeep::planned(&pages.app).await,
        false => Ok(Vec::new()),
    };
    let planned = match planned {
        Ok(planned) => planned,
        Err(error) => return failure(pages, &error),
    };
    let book = pages.app.units();
    let name = |id: &str| {
        let unit = book.tree.by_code(id);
        unit.map_or_else(|| id.to_owned(), |unit| unit.name.clone())
    };
    let status = match asked.error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let frame = console_frame(pages, desk, "检察院", "units").await;
    let contents = Contents {
        may_all,
        done: asked.done,
        rows: match may_all {
            true => rows(pages, unit, &asked.q),
            false => Vec::new(),
        },
        q: asked.q,
        planned,
        unit,
        form: asked.form,
        error: asked.error,
        name: &name,
    };
    pages.personal(status, &UnitsPage::new(frame, contents))
}

/// What was looked for; else the neighbours of the unit, or the provinces.
fn rows(pages: &Pages, open: Option<&UnitView>, q: &str) -> Vec<Row> {
    let book = pages.app.units();
    let ids: Vec<UnitId> = match (q.trim(), open) {
        ("", None) => book
            .tree
            .regions()
            .iter()
            .map(|unit| unit.unit_id.clone())
            .collect(),
        ("", Some(view)) => match &view.unit.parent_id {
            Some(parent) => book.tree.children(parent),
            None => vec![view.unit.unit_id.clone()],
        },
        (q, _) => {
            let mut ids: Vec<UnitId> = Vec::new();
            ids.extend(book.tree.by_code(q).map(|unit| unit.unit_id.clone()));
            for id in book.resolver.suggest(q, None, FOUND) {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            ids
        }
    };
    let rows = ids.iter().filter_map(|id| book.tree.get(id));
    rows.map(|unit| Row {
        href: address(unit.unit_id.as_str()),
        name: unit.name.clone(),
        code: unit.unit_id.to_string(),
        above: unit
            .parent_id
            .as_ref()
            .map(|parent| book.tree.short_name(parent))
            .unwrap_or_default(),
        is_open: open.is_some_and(|open| open.unit.unit_id == unit.unit_id),
    })
    .collect()
}

async fn phone(
    State(pages): State<Arc<Pages>>,
    Path(code): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let view = match find(&pages, &desk, &code).await {
        Ok(view) => view,
        Err(error) => return failure(&pages, &error),
    };
    let form = UnitForm {
        phone: posted.text("phone"),
        area_name: view.unit.area_name.clone(),
        ..UnitForm::default()
    };
    let id = view.unit.unit_id.as_str();
    let by = desk.manager.actor();
    let saved = unit_upkeep::set_phone(&pages.app, &by, id, &form.phone).await;
    match saved {
        Ok(()) => upkeep::to(&address(id), "phone"),
        Err(error) => refused(&pages, &desk, &view, "phone", form, error).await,
    }
}

async fn refused(
    pages: &Pages,
    desk: &Desk,
    view: &UnitView,
    which: &'static str,
    form: UnitForm,
    error: ServiceError,
) -> Response {
    match error {
        ServiceError::Rejected(sentence) => {
            let asked = Asked {
                form: Some(form),
                error: Some((which, sentence)),
                ..Asked::default()
            };
            page(pages, desk, Some(view), asked).await
        }
        error => failure(pages, &error),
    }
}

/// What is done to a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Rename,
    Abolish,
    AddAlias,
    RemoveAlias,
}

impl Act {
    /// The form of the page that asks for it.
    fn word(self) -> &'static str {
        match self {
            Self::Rename => "rename",
            Self::Abolish => "abolish",
            Self::AddAlias | Self::RemoveAlias => "alias",
        }
    }

    fn what(self, form: &UnitForm) -> What {
        match self {
            Self::Rename => What::Rename {
                name: form.name.clone(),
                area_name: form.area_name.clone(),
            },
            Self::Abolish => What::Abolish {
                successor: form.successor.clone(),
            },
            Self::AddAlias => What::AddAlias(form.alias.clone()),
            Self::RemoveAlias => What::RemoveAlias(form.alias.clone()),
        }
    }
}

async fn change(
    State(pages): State<Arc<Pages>>,
    Path(code): Path<String>,
    DeskForm { desk, posted }: DeskForm,
    act: Act,
) -> Response {
    let which = act.word();
    let view = match find(&pages, &desk, &code).await {
        Ok(view) => view,
        Err(error) => return failure(&pages, &error),
    };
    let form = UnitForm {
        phone: view.phone.clone().unwrap_or_default(),
        name: posted.text("name"),
        area_name: posted.text("area_name"),
        basis: posted.text("basis"),
        day: posted.text("effective_on"),
        successor: posted.text("successor"),
        alias: posted.text("alias"),
    };
    if act == Act::Abolish && posted.text("sure") != "yes" {
        let error = ServiceError::Rejected("请核对承接单位，并勾选确认。".to_owned());
        return refused(&pages, &desk, &view, which, form, error).await;
    }
    let plan = Plan {
        unit_id: view.unit.unit_id.to_string(),
        what: act.what(&form),
        basis: form.basis.clone(),
        effective_on: form.day.clone(),
    };
    match unit_upkeep::plan(&pages.app, &desk.manager.actor(), plan).await {
        // The unit itself is gone: its successor's page is the next one.
        Ok(change) if change.kind == "abolish" && change.state == DONE => {
            upkeep::to(&address(&change.value), "changed")
        }
        Ok(change) if change.state == PLANNED => upkeep::to(&address(&change.unit_id), "planned"),
        Ok(change) => upkeep::to(&address(&change.unit_id), "changed"),
        Err(error) => refused(&pages, &desk, &view, which, form, error).await,
    }
}

async fn cancel(
    State(pages): State<Arc<Pages>>,
    Path(public_id): Path<String>,
    DeskForm { desk, .. }: DeskForm,
) -> Response {
    match unit_upkeep::cancel(&pages.app, &desk.manager.actor(), &public_id).await {
        Ok(change) => upkeep::to(&address(&change.unit_id), "cancelled"),
        Err(error) => failure(&pages, &error),
    }
}
