//! An account is issued at the counter: the form, with its scans, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::account_view::{self as view, path_of, slip_path};
use super::accounts::{CLERKS, answer};
use super::desk::{Desk, console_frame, expired, failure};
use super::desk_form::DeskForm;
use crate::domain::binding::ApplicantRole;
use crate::domain::counter::{self as domain, IdType, Person, Typed};
use crate::domain::registration::Identities;
use crate::domain::shanghai;
use crate::service::applications::unit_name;
use crate::service::attachments::{self, Chosen, Failed, Shown, Viewer};
use crate::service::counter::{self as service, Filled, Refused};
use crate::service::error::ServiceError;
use crate::service::submissions;
use crate::web::access::Table;
use crate::web::console::account_pages::{Choice, NewAccountPage, SLOTS, Said};
use crate::web::handlers::form::Posted;
use crate::web::handlers::multipart::{self, Sender, Wrong};
use crate::web::pages::Pages;

const NEW: &str = "/console/accounts/new";
/// Fields of the form that are kept as they were typed.
const FIELDS: [&str; 7] = [
    "name",
    "gender",
    "id_type",
    "id_number",
    "phone",
    "capacity",
    "relation",
];

pub(super) fn routes(table: Table) -> Table {
    let body = post(submit).layer(DefaultBodyLimit::max(multipart::MOST_BODY));
    table
        .get(NEW, CLERKS, get(show))
        .post(NEW, CLERKS, body)
        .post("/console/accounts/recognise", CLERKS, post(recognise))
}

/// What is to be said besides the form.
#[derive(Default)]
struct Shows {
    faults: BTreeMap<String, String>,
    taken: Option<String>,
    elsewhere: Option<String>,
    said: Said,
}

async fn show(State(pages): State<Arc<Pages>>, Extension(desk): Extension<Desk>) -> Response {
    let posted = Posted::default();
    let shown = (StatusCode::OK, Shows::default());
    form(&pages, &desk, &posted, &[], shown).await
}

async fn submit(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    body: Multipart,
) -> Response {
    let app = &pages.app;
    let sender = Sender::new(&desk.csrf, service::giver(app, &desk.manager));
    let sent = match multipart::take_from(app, &sender, body).await {
        Ok(sent) => sent,
        Err(Wrong::Session) => return expired(&pages),
        Err(Wrong::Form) => {
            return failure(&pages, &ServiceError::Rejected("form".to_owned()));
        }
    };
    let mut posted = Posted::from_pairs(sent.pairs);
    for file in &sent.taken {
        posted.add(&format!("file_{}", file.slot), &file.public_id);
    }
    let files = match files(&pages, &desk, &posted).await {
        Ok(files) => files,
        Err(error) => return failure(&pages, &error),
    };
    let mut shows = Shows::default();
    if let Some((name, failed)) = sent.refused.first() {
        shows.said = Some(("bad", refused_file(name, failed)));
    }
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let person = read(&pages, &posted);
    shows.faults = person.as_ref().err().cloned().unwrap_or_default();
    let in_file = posted.text("papers_in_file") == "yes";
    if !in_file {
        shows
            .faults
            .extend(missing(&posted.text("capacity"), &files));
    }
    let person = match person {
        Ok(person) if sent.refused.is_empty() && shows.faults.is_empty() => person,
        _ => return form(&pages, &desk, &posted, &files, (unprocessable, shows)).await,
    };
    let filled = Filled {
        person,
        files: files.iter().map(chosen).collect(),
        papers_in_file: in_file,
        once: posted.once(),
    };
    match service::issue(app, &desk.manager, filled, slip_path).await {
        Ok(issued) => Redirect::to(&slip_path(&issued)).into_response(),
        Err(Refused::Before(path)) if !path.is_empty() => Redirect::to(&path).into_response(),
        Err(Refused::Taken(account)) => {
            shows.taken = Some(path_of(&account));
            form(
                &pages,
                &desk,
                &posted,
                &files,
                (StatusCode::CONFLICT, shows),
            )
            .await
        }
        Err(Refused::Elsewhere(unit)) => {
            shows.elsewhere = Some(unit_name(app, &unit));
            form(
                &pages,
                &desk,
                &posted,
                &files,
                (StatusCode::CONFLICT, shows),
            )
            .await
        }
        Err(refused) => match view::refusal(app, &refused) {
            Some((status, words)) => {
                shows.said = Some(("bad", words));
                form(&pages, &desk, &posted, &files, (status, shows)).await
            }
            None => answer(&pages, &refused),
        },
    }
}

/// Somebody with an account of another unit: it is used here, too.
async fn recognise(
    State(pages): State<Arc<Pages>>,
    DeskForm { desk, mut posted }: DeskForm,
) -> Response {
    // The form before was agreed to; nothing new is kept here.
    posted.add("consented", "yes");
    let mut shows = Shows::default();
    let person = match read(&pages, &posted) {
        Ok(person) => person,
        Err(faults) => {
            shows.faults = faults;
            let shown = (StatusCode::UNPROCESSABLE_ENTITY, shows);
            return form(&pages, &desk, &posted, &[], shown).await;
        }
    };
    match service::recognise(&pages.app, &desk.manager, person).await {
        Ok(account) => {
            let path = format!("{}?said=recognised", path_of(&account));
            Redirect::to(&path).into_response()
        }
        Err(refused) => match view::refusal(&pages.app, &refused) {
            Some((status, words)) => {
                shows.said = Some(("bad", words));
                form(&pages, &desk, &posted, &[], (status, shows)).await
            }
            None => answer(&pages, &refused),
        },
    }
}

fn read(pages: &Pages, posted: &Posted) -> Result<Person, BTreeMap<String, String>> {
    let typed = Typed {
        name: posted.text("name"),
        gender: posted.text("gender"),
        id_type: posted.text("id_type"),
        id_number: posted.text("id_number"),
        phone: posted.text("phone"),
        capacity: posted.text("capacity"),
        relation: posted.text("relation"),
        consented: posted.text("consented") == "yes",
    };
    let identities = match pages.app.settings.demo.test_identities {
        true => Identities::Synthetic,
        false => Identities::Real,
    };
    let today = shanghai::wall_clock(pages.app.clock.now_ms()).date();
    domain::check(&typed, identities, today).map_err(|faults| {
        let faults = faults.into_iter();
        faults
            .map(|(field, words)| (field.to_owned(), words.to_owned()))
            .collect()
    })
}

/// Papers that are needed and were not scanned (requirements §4.6): everybody's card, and what proves the relation of those
/// who are not the 当事人 themselves.
fn missing(capacity: &str, files: &[Shown]) -> Vec<(String, String)> {
    let is_there = |slot: &str| files.iter().any(|file| file.slot == slot);
    let is_own = ApplicantRole::parse(capacity) == Some(ApplicantRole::Party);
    SLOTS
        .iter()
        .filter(|(slot, _)| *slot != "proof" || !is_own)
        .filter(|(slot, _)| !is_there(slot))
        .map(|(slot, label)| {
            let words =
                format!("请上传{label}的扫描件；复印件另行存档的，请勾选下面的“不上传扫描件”。");
            (format!("file_{slot}"), words)
        })
        .collect()
}

/// The scans that the form names and that are this manager's.
async fn files(pages: &Pages, desk: &Desk, posted: &Posted) -> Result<Vec<Shown>, ServiceError> {
    let named: Vec<String> = SLOTS
        .iter()
        .flat_map(|(slot, _)| posted.all(&format!("file_{slot}")))
        .collect();
    let manager = &desk.manager;
    let viewer = Viewer::Manager {
        unit_id: manager.scope().unit_id().to_owned(),
        login_name: manager.account.login_name.clone(),
        public_id: manager.account.public_id.clone(),
    };
    let found = attachments::of_ids(&pages.app, &viewer, named).await?;
    Ok(found
        .into_values()
        .filter(|file| !file.is_adopted && SLOTS.iter().any(|(slot, _)| *slot == file.slot))
        .collect())
}

fn chosen(file: &Shown) -> Chosen {
    let label = SLOTS.iter().find(|(slot, _)| *slot == file.slot);
    Chosen {
        slot: file.slot.clone(),
        label: label.map_or("", |(_, label)| *label).to_owned(),
        public_id: file.public_id.clone(),
    }
}

fn refused_file(name: &str, failed: &Failed) -> String {
    match failed {
        Failed::Refused(refusal) => format!("“{name}”没有上传：{refusal}"),
        Failed::Service(_) | Failed::Disk(_) => {
            format!("“{name}”没有上传，请再试一次。")
        }
    }
}

async fn form(
    pages: &Pages,
    desk: &Desk,
    posted: &Posted,
    files: &[Shown],
    (status, shows): (StatusCode, Shows),
) -> Response {
    let gender = posted.text("gender");
    let genders = [("男", "男"), ("女", "女")];
    let id_type = posted.text("id_type");
    let id_types: Vec<Choice> = IdType::ALL
        .into_iter()
        .map(|one| (one.as_str(), one.title(), one.as_str() == id_type))
        .collect();
    let mut capacities = view::capacities(&posted.text("capacity"));
    let is_chosen = capacities.iter().any(|(_, _, chosen)| *chosen);
    capacities.insert(0, ("", "请选择", !is_chosen));
    let page = NewAccountPage {
        frame: console_frame(pages, desk, "发放账号", "accounts").await,
        once: match posted.is_empty() {
            true => submissions::fresh(),
            false => posted.once(),
        },
        typed: FIELDS
            .into_iter()
            .map(|name| (name, posted.text(name)))
            .collect(),
        faults: shows.faults,
        genders: view::choices(&genders, &gender),
        id_types,
        capacities,
        consented: posted.text("consented") == "yes",
        papers_in_file: posted.text("papers_in_file") == "yes",
        files: view::scans(pages, desk, files),
        taken: shows.taken,
        elsewhere: shows.elsewhere,
        said: shows.said,
    };
    pages.personal(status, &page)
}
