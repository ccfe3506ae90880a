//! The counter at the console: the accounts of the unit, one of them, and what is done with it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::account_new;
use super::account_view::{self as view, ACCOUNTS, path_of, slip_path};
use super::desk::{Desk, console_frame, failure, unavailable};
use super::desk_form::DeskForm;
use crate::domain::binding::ApplicantRole;
use crate::domain::desk::Duty;
use crate::service::counter::{self as service, Filter, Issued, Refused, Search};
use crate::service::error::ServiceError;
use crate::web::access::{Access, Table};
use crate::web::console::account_pages::{AccountPage, AccountsPage};
use crate::web::handlers::bindings::rest;
use crate::web::handlers::form::{Posted, parameter};
use crate::web::pages::Pages;

/// Who may.
pub(super) const CLERKS: Access = Access::Desk(&[Duty::Reviewer]);
/// Rows of a page.
const ROWS: i64 = 50;

pub(crate) fn routes(table: Table) -> Table {
    let table = table
        .get(ACCOUNTS, CLERKS, get(list))
        .get("/console/accounts/{id}", CLERKS, get(show))
        .get("/console/accounts/{id}/identity", CLERKS, get(identity))
        .get("/console/accounts/{id}/slips/{slip}", CLERKS, get(slip))
        .post("/console/accounts/{id}/find", CLERKS, post(find))
        .post("/console/accounts/{id}/bind", CLERKS, post(bind))
        .post(
            "/console/accounts/{id}/bindings/{binding}/end",
            CLERKS,
            post(end),
        )
        .post("/console/accounts/{id}/reset", CLERKS, post(reset))
        .post("/console/accounts/{id}/disable", CLERKS, post(disable))
        .post("/console/accounts/{id}/enable", CLERKS, post(enable));
    account_new::routes(table)
}

async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let text = |name: &str| parameter(&query, name).unwrap_or_default();
    let known = |word: &str, all: &'static [(&'static str, &'static str)]| {
        let found = all.iter().find(|(known, _)| *known == word);
        found.map_or("", |(known, _)| *known)
    };
    let (role, state) = (
        known(&text("role"), view::ROLES),
        known(&text("state"), view::STATES),
    );
    let filter = Filter {
        role: (!role.is_empty()).then_some(role),
        state: (!state.is_empty()).then_some(state),
        text: text("q"),
    };
    let range = (parameter(&query, "after"), ROWS + 1);
    let mut found = match service::list(&pages.app, &desk.manager, filter, range).await {
        Ok(found) => found,
        Err(error) => return failure(&pages, &error),
    };
    let more = rest(&mut found, ROWS);
    let next = found.last().filter(|_| more).map(|last| {
        let address = format!("{ACCOUNTS}?");
        let start = address.len();
        let mut address = form_urlencoded::Serializer::for_suffix(address, start);
        address.extend_pairs([
            ("q", text("q").as_str()),
            ("role", role),
            ("state", state),
            ("after", &last.account.public_id),
        ]);
        address.finish()
    });
    let page = AccountsPage {
        frame: console_frame(&pages, &desk, "当事人账号", "accounts").await,
        text: text("q"),
        roles: view::choices(view::ROLES, role),
        states: view::choices(view::STATES, state),
        rows: found.iter().map(view::row).collect(),
        next,
    };
    pages.personal(StatusCode::OK, &page)
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let said = parameter(&query, "said").and_then(|word| view::said(&word));
    let case = parameter(&query, "case").unwrap_or_default();
    let own = parameter(&query, "own").is_some();
    let wanted = match own {
        true if case.trim().is_empty() => Some(Search::Own),
        _ => by_number(&case),
    };
    match page(&pages, &desk, &id, (&case, wanted)).await {
        Ok(mut page) => {
            page.said = said;
            pages.personal(StatusCode::OK, &page)
        }
        Err(refused) => answer(&pages, &refused),
    }
}

/// A number of a case that was typed.
fn by_number(case: &str) -> Option<Search> {
    let case = case.trim();
    (!case.is_empty()).then(|| Search::Number(case.to_owned()))
}

/// Persons with a number of an identity card; by POST, because such a number does not belong into an address.
async fn find(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let number = posted.text("id_number");
    if number.is_empty() {
        let words = "请填写当事人证件号码，再点“查找”。".to_owned();
        return settle(&pages, &desk, (&id, ""), Err(Refused::Limit(words))).await;
    }
    match page(&pages, &desk, &id, ("", Some(Search::IdNumber(number)))).await {
        Ok(page) => pages.personal(StatusCode::OK, &page),
        Err(refused) => answer(&pages, &refused),
    }
}

/// The account's page, with the persons that were looked for.
async fn page(
    pages: &Pages,
    desk: &Desk,
    id: &str,
    (case, wanted): (&str, Option<Search>),
) -> Result<AccountPage, Refused> {
    let detail = service::one(&pages.app, &desk.manager, id).await?;
    // Nobody showed a number of their own: there is nothing to look for.
    let wanted = wanted.filter(|wanted| detail.person.is_some() || !matches!(wanted, Search::Own));
    let found = match wanted {
        Some(wanted) => Some(service::search(&pages.app, &desk.manager, (id, wanted)).await?),
        None => None,
    };
    let title = detail.account.display_name.clone();
    let frame = console_frame(pages, desk, &title, "accounts").await;
    Ok(view::account(pages, desk, frame, &detail, (case, found)))
}

async fn identity(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
) -> Response {
    match service::identity(&pages.app, &desk.manager, &id).await {
        Ok((account, person)) => {
            let title = format!("{}的身份信息", account.display_name);
            let frame = console_frame(&pages, &desk, &title, "accounts").await;
            pages.personal(StatusCode::OK, &view::identity(frame, &id, &person))
        }
        Err(refused) => answer(&pages, &refused),
    }
}

async fn slip(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path((id, slip)): Path<(String, String)>,
) -> Response {
    match service::slip(&pages.app, &desk.manager, (&id, &slip)).await {
        Ok(slip) => {
            let frame = console_frame(&pages, &desk, "账号单", "accounts").await;
            pages.personal(StatusCode::OK, &view::slip(&pages, frame, &slip))
        }
        Err(refused) => answer(&pages, &refused),
    }
}

async fn bind(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let (person, case) = (posted.text("person"), posted.text("case"));
    let role = ApplicantRole::parse(&posted.text("role"));
    let done = match role {
        _ if person.is_empty() => Err(Refused::Limit("请选择当事人，再点“绑定”。".to_owned())),
        None => Err(Refused::Limit("请选择身份，再点“绑定”。".to_owned())),
        Some(role) => service::bind(&pages.app, &desk.manager, (&id, &person), role).await,
    };
    settle(&pages, &desk, (&id, &case), done.map(|()| "bound")).await
}

async fn end(
    State(pages): State<Arc<Pages>>,
    Path((id, binding)): Path<(String, String)>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let reason = posted.text("reason");
    let done = service::end(&pages.app, &desk.manager, (&id, &binding), &reason).await;
    settle(&pages, &desk, (&id, ""), done.map(|()| "ended")).await
}

fn version(posted: &Posted) -> i64 {
    posted.text("version").parse().unwrap_or(-1)
}

async fn reset(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let seen = version(&posted);
    match service::reset_password(&pages.app, &desk.manager, (&id, seen)).await {
        Ok(slip) => {
            let issued = Issued { account: id, slip };
            Redirect::to(&slip_path(&issued)).into_response()
        }
        Err(refused) => settle(&pages, &desk, (&id, ""), Err(refused)).await,
    }
}

async fn disable(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let (seen, reason) = ((id.as_str(), version(&posted)), posted.text("reason"));
    let done = service::disable(&pages.app, &desk.manager, seen, &reason).await;
    settle(&pages, &desk, (&id, ""), done.map(|()| "disabled")).await
}

async fn enable(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let seen = (id.as_str(), version(&posted));
    let done = service::enable(&pages.app, &desk.manager, seen).await;
    settle(&pages, &desk, (&id, ""), done.map(|()| "enabled")).await
}

/// Back to the account's page; what was not done is said there.
async fn settle(
    pages: &Pages,
    desk: &Desk,
    (id, case): (&str, &str),
    done: Result<&'static str, Refused>,
) -> Response {
    let refused = match done {
        Ok(word) => {
            return Redirect::to(&format!("{}?said={word}", path_of(id))).into_response();
        }
        Err(refused) => refused,
    };
    let Some((status, words)) = view::refusal(&pages.app, &refused) else {
        return answer(pages, &refused);
    };
    match page(pages, desk, id, (case, by_number(case))).await {
        Ok(mut page) => {
            page.said = Some(("bad", words));
            pages.personal(status, &page)
        }
        Err(refused) => answer(pages, &refused),
    }
}

/// A refusal that is a page of its own.
pub(super) fn answer(pages: &Pages, refused: &Refused) -> Response {
    if let Refused::Record(error) = refused {
        return unavailable(pages, error);
    }
    failure(pages, &ServiceError::NotFound)
}
