//! The guard in front of every handler: who is looking comes from the session, never from the request (S10, S11, S21).

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use crate::domain::role::Role;
use crate::service::members;
use crate::store::accounts::Account;
use crate::web::access::{Access, Door, Needs};
use crate::web::h5::{paths, refusals};
use crate::web::handlers::console::desk;
use crate::web::handlers::login::{self, Visitor};
use crate::web::pages::Pages;

/// A follower and the account it is linked to at this moment.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) visitor: Visitor,
    pub(crate) account: Account,
    pub(crate) role: Role,
}

/// Lets a request in, with a `Visitor` or a `Member` among its extensions, or answers it.
pub(crate) async fn admit(door: &Door, request: &mut Request) -> Result<(), Box<Response>> {
    let (pages, access) = (&*door.pages, door.access);
    let headers = request.headers().clone();
    if request.method() != Method::GET && is_from_elsewhere(pages, &headers) {
        let page = refusals::foreign_form(pages.frame(&headers));
        return Err(Box::new(pages.message(StatusCode::FORBIDDEN, &page)));
    }
    if access == Access::Everyone {
        return Ok(());
    }
    if let Access::Desk(duties) = access {
        let desk = desk::admit(pages, &headers, request.method(), duties).await?;
        request.extensions_mut().insert(desk);
        return Ok(());
    }
    let back = match door.has_page {
        true => request.uri().path(),
        false => paths::HOME,
    };
    let key = login::page_key(back);
    let visitor = login::visitor(pages, &headers, &key).await?;
    if let Access::Member(roles, needs) = access {
        let member = member(pages, &headers, &visitor, roles, needs).await?;
        request.extensions_mut().insert(member);
    }
    request.extensions_mut().insert(visitor);
    Ok(())
}

async fn member(
    pages: &Pages,
    headers: &HeaderMap,
    visitor: &Visitor,
    roles: &[Role],
    needs: Needs,
) -> Result<Member, Box<Response>> {
    let refuse = |page| Box::new(pages.message(StatusCode::FORBIDDEN, &page));
    let frame = pages.frame(headers);
    let account = members::account_of(&pages.app, &visitor.openid)
        .await
        .map_err(|error| Box::new(pages.failure(headers, &error)))?;
    let found = account.and_then(|account| Some((Role::parse(&account.role)?, account)));
    let Some((role, account)) = found else {
        return Err(refuse(refusals::sign_in_first(frame)));
    };
    if !roles.contains(&role) {
        return Err(refuse(refusals::other_role(frame, role)));
    }
    if account.must_reset && needs != Needs::Nothing {
        return Err(refuse(refusals::password_first(frame)));
    }
    if account.state != "active" && needs == Needs::Approval {
        return Err(refuse(refusals::approval_first(frame, &account.state)));
    }
    Ok(Member {
        visitor: visitor.clone(),
        account,
        role,
    })
}

/// Whether a browser says that another site sent the form. Old phones say nothing; the form's own token decides then.
fn is_from_elsewhere(pages: &Pages, headers: &HeaderMap) -> bool {
    let said = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        // A page that sends no referrer makes a browser say `null` for its own forms, too (Fetch, «append a request Origin
        // header»); old WebViews have nothing else to say, and so has a console without TLS.
        (None, Some("null")) => false,
        // Behind a proxy that ends TLS the host is what counts.
        (None, Some(origin)) => {
            let host = |address: &str| {
                address
                    .split_once("://")
                    .map(|(_, rest)| rest.trim_end_matches('/').to_owned())
            };
            let ours = [host(&pages.app.public_url), said("host").map(str::to_owned)];
            !ours.contains(&host(origin))
        }
        (None, None) => false,
    }
}
