//! Looking at a file: access is asked every time, the address is good for ten minutes and one session, and the picture
//! says who looked.

use std::sync::Arc;

use subtle::ConstantTimeEq;

use super::{Shown, Viewer, part_place, part_row};
use crate::app::App;
use crate::domain::notice::mask_account;
use crate::domain::shanghai;
use crate::files::watermark;
use crate::service::audit::{audit_entry, write_down};
use crate::service::error::ServiceError;
use crate::store::attachments::{self as table, Attachment};
use crate::store::{Conn, StoreError, account_units, accounts, applications};

/// How long an address of a picture is good.
const TICKET_MS: i64 = 10 * 60 * 1000;

/// What is wanted of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The small picture.
    Small,
    /// A page, from 1.
    Page(u32),
}

/// What makes the address of a file's pictures good, for this session and ten minutes.
pub fn ticket(app: &App, session: &str, public_id: &str) -> String {
    let until = app.clock.now_ms() + TICKET_MS;
    format!("{until:x}-{}", mark(app, session, public_id, until))
}

/// Whether a ticket was made for this session and this file, and is still good.
pub fn ticket_is_good(app: &App, session: &str, public_id: &str, given: &str) -> bool {
    let Some((until, given)) = given.split_once('-') else {
        return false;
    };
    let Ok(until) = i64::from_str_radix(until, 16) else {
        return false;
    };
    let right = mark(app, session, public_id, until);
    app.clock.now_ms() < until && bool::from(right.as_bytes().ct_eq(given.as_bytes()))
}

fn mark(app: &App, session: &str, public_id: &str, until: i64) -> String {
    let said = format!("{session}:{public_id}:{until}");
    app.blind
        .of("attachment-ticket", &said)
        .chars()
        .take(32)
        .collect()
}

/// A picture of a file as JPEG; `None` when there is none, or it is not for this viewer.
///
/// # Errors
/// When the database does not answer, or the bytes cannot be read or opened.
pub async fn page(
    app: &Arc<App>,
    viewer: &Viewer,
    public_id: &str,
    look: Look,
) -> Result<Option<(Shown, Vec<u8>)>, ServiceError> {
    let found = visible(app, viewer, vec![public_id.to_owned()])
        .await?
        .pop();
    let Some(file) = found else {
        return Ok(None);
    };
    let part = match look {
        Look::Small => 0,
        Look::Page(page) if page >= 1 && i64::from(page) <= i64::from(file.pages) => page,
        Look::Page(_) => return Ok(None),
    };
    if let (Viewer::Manager { public_id, .. }, Look::Page(_)) = (viewer, look) {
        note(app, public_id, &file).await?;
    }
    let words = words(app, viewer);
    let (desk, kept) = (Arc::clone(app), file.clone());
    let permit = Arc::clone(&app.marking).acquire_owned().await;
    let permit = permit.map_err(|_closed| StoreError::Stopped)?;
    let opened = tokio::task::spawn_blocking(move || {
        let opened = open(&desk, &kept, part, &words);
        drop(permit);
        opened
    });
    let bytes = opened.await.unwrap_or(None).ok_or(StoreError::Stopped)?;
    let shown = super::shown(app, file).map_err(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the name of a file cannot be opened"
        );
        StoreError::Stopped
    })?;
    Ok(Some((shown, bytes)))
}

fn open(app: &App, file: &Attachment, part: u32, words: &str) -> Option<Vec<u8>> {
    let read = app.files.get(&file.stem, part);
    let sealed = read
        .inspect_err(|error| tracing::error!(%error, part, "the bytes of a file cannot be read"))
        .ok()?;
    let place = part_row(&file.public_id, part);
    let clear = app.seal.open_bytes(part_place(&place), &sealed);
    let clear = clear
        .inspect_err(|error| tracing::error!(%error, part, "the bytes of a file cannot be opened"))
        .ok()?;
    // In a picture of 128 pixels nothing could be read, neither the mark nor what it is to protect.
    match part {
        0 => Some(clear),
        _ => watermark::draw(&clear, words).ok(),
    }
}

/// 1607****9811 2026-11-22 10:00
fn words(app: &App, viewer: &Viewer) -> String {
    let who = match viewer {
        Viewer::Follower {
            account: Some((_, name)),
            ..
        } => mask_account(name),
        Viewer::Follower {
            account: None,
            holder,
        } => format!("WX {}", holder.get(..8).unwrap_or_default()),
        Viewer::Manager { login_name, .. } => mask_account(login_name),
    };
    let at = shanghai::wall_clock(app.clock.now_ms());
    format!("{who} {}", at.format("%Y-%m-%d %H:%M"))
}

/// Every look of a manager is written down (R-I.10).
async fn note(app: &App, manager: &str, file: &Attachment) -> Result<(), ServiceError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        format!("manager:{manager}"),
        "attachment.viewed",
        format!("attachment:{}", file.public_id),
    );
    write_down(app, entry).await?;
    Ok(())
}

/// Those of these files that are there and for this viewer.
pub(super) async fn visible(
    app: &App,
    viewer: &Viewer,
    public_ids: Vec<String>,
) -> Result<Vec<Attachment>, ServiceError> {
    let (viewer, now) = (viewer.clone(), app.clock.now_ms());
    // What waits for a form is its giver's.
    let own = match &viewer {
        Viewer::Follower { holder, .. } => holder.clone(),
        Viewer::Manager { public_id, .. } => app.person_hash(&format!("manager:{public_id}")),
    };
    let found = app.db.read(move |c| -> Result<_, StoreError> {
        let mut found = Vec::new();
        // A form has ten places for files; an address names one.
        for public_id in public_ids.iter().take(2 * super::MOST_OF_APPLICATION) {
            let file = table::by_public_id(c, public_id)?;
            let file = file.filter(|file| file.delete_after.is_none_or(|at| at > now));
            if let Some(file) = file
                && may_see(c, (&viewer, &own), &file)?
            {
                found.push(file);
            }
        }
        Ok(found)
    });
    Ok(found.await?)
}

fn may_see(
    c: &mut Conn,
    (viewer, own): (&Viewer, &str),
    file: &Attachment,
) -> Result<bool, StoreError> {
    Ok(match (viewer, file.account_id) {
        (_, None) => file.holder == own,
        (Viewer::Follower { account, .. }, Some(owner)) => account
            .as_ref()
            .is_some_and(|(account, _)| *account == owner),
        (Viewer::Manager { unit_id, .. }, Some(owner)) => match file.application_id {
            Some(id) => {
                let application = applications::by_id(c, id)?;
                application.is_some_and(|application| application.unit_id == *unit_id)
            }
            // A paper of the counter.
            None => {
                let account = accounts::by_id(c, owner)?;
                account.is_some_and(|account| account.unit_id == *unit_id)
                    || account_units::is_known(c, unit_id, owner)?
            }
        },
    })
}
