//! What a lawyer asked for and what became of it.

use std::sync::Arc;

use super::KIND;
use crate::app::App;
use crate::app::seal::Place;
use crate::domain::binding::ApplicantRole;
use crate::service::attachments::{self, Shown};
use crate::service::error::ServiceError;
use crate::store::applications::{self as table, Application};
use crate::store::binding_requests::{self, BindingRequest};
use crate::store::{Conn, StoreError, case_bindings};

/// What was asked for.
#[derive(Clone)]
pub struct Request {
    /// 案件名称.
    pub case_name: String,
    /// 当事人.
    pub party_name: String,
    /// 当事人证件号, in full: the page masks it.
    pub party_id: String,
    /// 异地; `None`: not said.
    pub is_remote: Option<bool>,
    /// 申请人类型.
    pub role: Option<ApplicantRole>,
}

/// An application for a case.
#[derive(Clone)]
pub struct Asking {
    /// The application.
    pub application: Application,
    /// What it says.
    pub request: Request,
    /// The unit's full name.
    pub unit_name: String,
    /// The same, and whom one calls there.
    pub unit_contact: String,
    /// The public id of the binding it was granted, as long as it is good.
    pub binding: Option<String>,
    /// 证明材料; not in lists.
    pub files: Vec<Shown>,
}

/// Those of an account in these states (none: any), newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &Arc<App>,
    account_id: i64,
    states: &'static [&'static str],
    range: (i64, i64),
) -> Result<Vec<Asking>, ServiceError> {
    let desk = Arc::clone(app);
    let read = app.db.read(move |c| -> Result<_, StoreError> {
        let found = table::list_of_account(c, account_id, KIND, states, range)?;
        found.into_iter().map(|one| filled(c, &desk, one)).collect()
    });
    Ok(read.await?)
}

/// One of an account.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not this account's.
pub async fn one(app: &Arc<App>, account_id: i64, public_id: &str) -> Result<Asking, ServiceError> {
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let read = app.db.read(move |c| -> Result<_, StoreError> {
        match table::of_account(c, account_id, KIND, &public_id)? {
            Some(application) => {
                let id = application.id;
                let mut one = filled(c, &desk, application)?;
                one.files = attachments::of_application(c, &desk, id).unwrap_or_default();
                Ok(Some(one))
            }
            None => Ok(None),
        }
    });
    read.await?.ok_or(ServiceError::NotFound)
}

pub(in crate::service) fn filled(
    c: &mut Conn,
    app: &App,
    application: Application,
) -> Result<Asking, StoreError> {
    let request = match binding_requests::of(c, application.id)? {
        Some(row) => opened(app, &application, row),
        None => from_details(&application),
    };
    let binding = case_bindings::of_application(c, application.id)?;
    Ok(Asking {
        unit_name: full_name(app, &application.unit_id),
        unit_contact: contact(app, &application.unit_id),
        application,
        request,
        binding: binding.map(|binding| binding.public_id),
        files: Vec::new(),
    })
}

fn opened(app: &App, application: &Application, row: BindingRequest) -> Request {
    let open = |column, sealed: &str| {
        let place = Place {
            table: "binding_requests",
            column,
            row: &application.public_id,
        };
        let clear = app.seal.open(place, sealed);
        clear.map_or_else(|_gone| String::new(), |text| text.expose().to_owned())
    };
    Request {
        party_name: open("party_name", &row.party_name),
        party_id: open("party_id", &row.party_id),
        case_name: row.case_name,
        is_remote: Some(row.is_remote),
        role: ApplicantRole::parse(&row.applicant_role),
    }
}

/// One that came through the interface of the upstream site says less.
fn from_details(application: &Application) -> Request {
    let details: serde_json::Value = serde_json::from_str(&application.details).unwrap_or_default();
    let text = |name: &str| {
        let value = details.get(name).and_then(serde_json::Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    Request {
        case_name: text("case_name"),
        party_name: text("party_name"),
        party_id: String::new(),
        is_remote: None,
        role: ApplicantRole::parse(&text("applicant_role")),
    }
}

/// A unit's full name, or its id when it is gone.
pub(in crate::service) fn full_name(app: &App, unit_id: &str) -> String {
    let book = app.units();
    let unit = book.tree.by_code(unit_id);
    unit.map_or_else(|| unit_id.to_owned(), |unit| unit.name.clone())
}

/// The same, and on a line of its own whom one calls there, where the unit said so.
pub(in crate::service) fn contact(app: &App, unit_id: &str) -> String {
    let name = full_name(app, unit_id);
    match app.units().phone(unit_id) {
        Some(phone) => format!("{name}\n联系电话：{phone}"),
        None => name,
    }
}
