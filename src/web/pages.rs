//! The pages' table of contents: from an address to its handler, and what all handlers share.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::app::{App, random_hex};
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::web::access::Access::{Everyone, Follower, Member};
use crate::web::access::Needs::Approval;
use crate::web::access::{ANYBODY, APPLICANTS, LAWYER, Line, Needs, Table};
use crate::web::h5::layout::{Frame, SiteFace};
use crate::web::h5::message::MessagePage;
use crate::web::h5::paths;
use crate::web::h5::reading_mode::ReadingMode;
use crate::web::handlers::{
    appointments, attachments, bindings, captcha, cases, console, drafts, follows, guide, home,
    login, multipart, notices, password, password_requests, phone_desk, reading, register,
    registration, resets, sign_in,
};
use crate::web::headers::{Audience, Framing, secure_page};
use crate::web::{assets, cookies, unreadable};

/// Everything under `/h5/` and `/console/`.
pub fn router(pages: Arc<Pages>) -> Router {
    let (router, _) = table(&pages).done();
    router
        .route(
            "/console",
            get(|| async { Redirect::permanent("/console/") }),
        )
        .route("/h5", get(|| async { Redirect::permanent(paths::HOME) }))
        .fallback(get(reading::nowhere))
        .layer(from_fn_with_state(Arc::clone(&pages), unreadable::as_page))
        .with_state(pages)
        .merge(assets::routes())
}

/// Who may open what, for the test that tries everything as everybody.
pub fn access_lines(pages: &Arc<Pages>) -> Vec<Line> {
    table(pages).done().1
}

fn table(pages: &Arc<Pages>) -> Table {
    let table = Table::new(Arc::clone(pages));
    let table = table
        .get(paths::HOME, Everyone, get(home::show))
        .get(paths::LIST, Everyone, get(reading::list))
        .get(
            "/h5/publications/{public_id}",
            Everyone,
            get(reading::publication),
        )
        .get(paths::HELP, Everyone, get(reading::help))
        .post(paths::READING_MODE, Everyone, post(reading::choose_mode))
        .get(paths::UNITS, Everyone, get(follows::suggest))
        .get(login::PATH, Everyone, get(login::returned))
        .get(paths::FOLLOWS, Follower, get(follows::show))
        .post(paths::FOLLOWS, Follower, post(follows::add))
        .post(paths::FOLLOWS_CANCEL, Follower, post(follows::cancel))
        // Their handlers ask for the session themselves: the way back is a key of its own.
        .get("/h5/notices/{public_id}", Everyone, get(notices::show))
        .get("/h5/reset/{token}", Everyone, get(resets::show))
        .post("/h5/reset/{token}", Everyone, post(resets::set));
    let table = table.post("/h5/drafts/{form}", Follower, post(drafts::keep));
    console(phone_desk::routes(with_cases(registering(files(
        signing_in(table),
    )))))
}

/// The case managers' desk.
fn console(table: Table) -> Table {
    let areas: &[fn(Table) -> Table] = &[
        console::sign_in::routes,
        console::enrol::routes,
        console::own_password::routes,
        console::dashboard::routes,
        console::units::routes,
        console::upkeep::routes,
        console::lane::routes,
        console::notice_templates::routes,
        console::replies::routes,
        console::menu::routes,
        console::holidays::routes,
        console::laws::routes,
        console::keys::routes,
        console::retention::routes,
        console::imports::routes,
        console::publications::routes,
        console::publicity::routes,
        console::queues::routes,
        console::accounts::routes,
        console::case_access::routes,
        console::managers::routes,
        console::audit::routes,
    ];
    areas.iter().fold(table, |table, add| add(table))
}

/// Bindings, cases, appointments, and what explains them.
fn with_cases(table: Table) -> Table {
    let lawyers = Member(LAWYER, Approval);
    let applicants = Member(APPLICANTS, Approval);
    table
        .get(paths::BINDINGS, lawyers, get(bindings::list))
        .get(paths::BINDINGS_NEW, lawyers, get(bindings::new))
        .post(paths::BINDINGS_NEW, lawyers, post(bindings::apply))
        .get("/h5/bindings/{id}", lawyers, get(bindings::show))
        .get("/h5/bindings/{id}/edit", lawyers, get(bindings::edit))
        .post("/h5/bindings/{id}/edit", lawyers, post(bindings::change))
        .get(paths::CASES, applicants, get(cases::list))
        .get("/h5/cases/{id}", applicants, get(cases::show))
        .get(
            "/h5/cases/{id}/appointment",
            applicants,
            get(cases::new_appointment),
        )
        .post(
            "/h5/cases/{id}/appointment",
            applicants,
            post(cases::appoint),
        )
        .get(paths::APPOINTMENTS, applicants, get(appointments::list))
        .get("/h5/appointments/{id}", applicants, get(appointments::show))
        .post(
            "/h5/appointments/{id}/withdraw",
            applicants,
            post(appointments::withdraw),
        )
        .get(paths::LAWS, Everyone, get(guide::laws))
        .get("/h5/laws/{id}", Everyone, get(guide::law))
        .get(paths::TERMS, Everyone, get(guide::terms))
}

fn files(table: Table) -> Table {
    let body = post(attachments::put).layer(DefaultBodyLimit::max(multipart::MOST_BODY));
    table
        .post(paths::ATTACHMENTS, Follower, body)
        .get(
            "/h5/attachments/{public_id}",
            Follower,
            get(attachments::show),
        )
        .post(
            "/h5/attachments/{public_id}/delete",
            Follower,
            post(attachments::remove),
        )
        .get(
            "/h5/attachments/{public_id}/pages/{number}",
            Follower,
            get(attachments::picture),
        )
}

fn registering(table: Table) -> Table {
    let lawyer = Member(LAWYER, Needs::Password);
    table
        .get(paths::AGREEMENT, Everyone, get(register::agreement))
        .get(paths::REGISTER, Follower, get(register::show))
        .post(paths::REGISTER, Follower, post(register::submit))
        .get(
            "/h5/register/done/{public_id}",
            Follower,
            get(register::done),
        )
        .get(paths::ME_REGISTRATION, lawyer, get(registration::show))
        .post(paths::ME_REGISTRATION, lawyer, post(registration::submit))
        .get(paths::ME_REGISTRATION_DONE, lawyer, get(registration::done))
}

fn signing_in(table: Table) -> Table {
    let own = Member(ANYBODY, Needs::Password);
    let first = Member(ANYBODY, Needs::Nothing);
    let applicant = Member(APPLICANTS, Needs::Password);
    table
        .get(paths::ABOUT_BINDING, Everyone, get(home::about_binding))
        .post(paths::MESSAGES, Follower, post(home::read_messages))
        .post(paths::CAPTCHA, Follower, post(captcha::another))
        .get("/h5/captcha/{token}", Follower, get(captcha::show))
        .get("/h5/captcha/{token}/sound", Follower, get(captcha::speak))
        .get("/h5/login/{role}", Follower, get(sign_in::show))
        .post("/h5/login/{role}", Follower, post(sign_in::submit))
        .get("/h5/login/{role}/replace", Follower, get(sign_in::ask))
        .post("/h5/login/{role}/replace", Follower, post(sign_in::replace))
        .post(paths::LOGOUT, first, post(sign_in::sign_out))
        .get(
            paths::PASSWORD_REQUEST,
            Follower,
            get(password_requests::show),
        )
        .post(
            paths::PASSWORD_REQUEST,
            Follower,
            post(password_requests::submit),
        )
        .get(
            paths::PASSWORD_REQUESTED,
            Follower,
            get(password_requests::done),
        )
        .get(paths::PASSWORD, first, get(password::show))
        .post(paths::PASSWORD, first, post(password::submit))
        .get(paths::PASSWORD_CHANGED, first, get(password::changed))
        .get(paths::ME, own, get(home::me))
        .post(paths::ME_NOTICES, applicant, post(home::switch_notices))
}

/// What all page handlers share.
pub struct Pages {
    pub(super) app: Arc<App>,
    face: SiteFace,
    framing: Framing,
    pub(super) cookies: cookies::Names,
}

impl Pages {
    /// Prepares the face from the configuration.
    pub fn new(app: Arc<App>) -> Arc<Self> {
        let face = SiteFace {
            operator: app.settings.server.operator_name.clone(),
            ..SiteFace::default()
        };
        let framing = if app.settings.simulator.enabled {
            Framing::SameOrigin
        } else {
            Framing::Nowhere
        };
        let cookies = cookies::Names::for_address(&app.public_url);
        Arc::new(Self {
            app,
            face,
            framing,
            cookies,
        })
    }

    /// The operator's name and mark.
    pub(super) fn site_face(&self) -> SiteFace {
        self.face.clone()
    }

    /// The frame of this reader's pages.
    pub(super) fn frame(&self, headers: &HeaderMap) -> Frame<'_> {
        let mode = ReadingMode::from_cookies(cookies::header(headers));
        Frame {
            face: &self.face,
            mode,
        }
    }

    /// A page that is the same for everyone.
    pub(super) fn page(&self, page: &impl Template) -> Response {
        self.send(StatusCode::OK, page, Audience::Everyone)
    }

    /// A page made for one follower.
    pub(super) fn personal(&self, status: StatusCode, page: &impl Template) -> Response {
        self.send(status, page, Audience::Personal)
    }

    /// A message with a status.
    pub(super) fn message(&self, status: StatusCode, page: &MessagePage) -> Response {
        self.send(status, page, Audience::Personal)
    }

    /// What went wrong, as a page with a way on. «Us» is logged once, here, under the number the page shows.
    pub(super) fn failure(&self, headers: &HeaderMap, error: &ServiceError) -> Response {
        let frame = self.frame(headers);
        match error {
            ServiceError::NotFound => {
                self.message(StatusCode::NOT_FOUND, &MessagePage::not_found(frame))
            }
            ServiceError::Rejected(_) => {
                self.message(StatusCode::BAD_REQUEST, &MessagePage::bad_request(frame))
            }
            ServiceError::Store(
                StoreError::Unreachable(_) | StoreError::Timeout | StoreError::Stopped,
            )
            | ServiceError::Platform(_)
            | ServiceError::Cache(_) => {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    "a page could not be made"
                );
                self.message(
                    StatusCode::SERVICE_UNAVAILABLE,
                    &MessagePage::unavailable(frame),
                )
            }
            ServiceError::Store(_) | ServiceError::Search(_) => {
                let reference = random_hex::<4>();
                tracing::error!(
                    reference,
                    error = error as &dyn std::error::Error,
                    "a page failed"
                );
                let page = MessagePage::server_error(frame, reference);
                self.message(StatusCode::INTERNAL_SERVER_ERROR, &page)
            }
        }
    }

    fn send(&self, status: StatusCode, page: &impl Template, audience: Audience) -> Response {
        match page.render() {
            Ok(html) => {
                let mut response = (
                    status,
                    [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
                    html,
                )
                    .into_response();
                secure_page(response.headers_mut(), self.framing, audience);
                response
            }
            Err(error) => {
                tracing::error!(%error, "a template could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
