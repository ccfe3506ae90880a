//! A file comes in.

use std::sync::Arc;

use thiserror::Error;

use super::{Shown, name_place, part_place, part_row};
use crate::app::{App, random_hex};
use crate::domain::ids::OpenId;
use crate::files::intake::{self, MOST_BYTES, Pages};
use crate::files::{Refusal, scan};
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::store::attachments::{self as table, Attachment};
use crate::store::audit::{self, Entry};
use crate::store::{Conn, StoreError};

/// Files that may wait for a form.
const MOST_WAITING: i64 = 12;
/// How long a file waits for its turn; connections are cut after thirty seconds.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(12);
/// How long one waits for its form.
const WAITS_MS: i64 = 48 * 3600 * 1000;
/// Letters of a name that are kept.
const NAME_LETTERS: usize = 60;

/// Why a file was not stored.
#[derive(Debug, Error)]
pub enum Failed {
    /// The person must do something else.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Us.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The disk.
    #[error("an attachment could not be stored")]
    Disk(#[from] std::io::Error),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// A file for a place of a form, as it was handed in.
#[derive(Clone, Debug)]
pub struct Handed {
    /// Which place.
    pub slot: String,
    /// What its sender calls it; only shown.
    pub name: String,
    /// What it is.
    pub bytes: bytes::Bytes,
}

/// Who hands a file in.
#[derive(Clone, Debug)]
pub struct Giver {
    /// Keyed hash: whose form may name the file.
    pub holder: String,
    /// For the audit.
    pub actor: String,
}

impl Giver {
    /// A follower.
    pub fn follower(app: &App, openid: &OpenId) -> Self {
        let holder = app.person_hash(openid.as_str());
        Self {
            actor: format!("follower:{holder}"),
            holder,
        }
    }
}

/// Takes a file of a follower in: looked at, drawn anew, sealed and stored before the row that names it. It waits 48 hours
/// for its form.
///
/// # Errors
/// [`Failed::Refused`] with what to do instead; nothing is stored then.
pub async fn take(app: &Arc<App>, openid: &OpenId, handed: Handed) -> Result<Shown, Failed> {
    take_from(app, &Giver::follower(app, openid), handed).await
}

/// The same, of somebody who need not be a follower.
///
/// # Errors
/// As [`take`].
pub async fn take_from(app: &Arc<App>, giver: &Giver, handed: Handed) -> Result<Shown, Failed> {
    let taken = store(app, giver, handed).await;
    let result = match &taken {
        Ok(_) => "taken",
        Err(Failed::Refused(refusal)) => refusal.as_str(),
        Err(_) => "failed",
    };
    metrics::counter!("jianxin_attachments_total", "result" => result).increment(1);
    taken
}

async fn store(app: &Arc<App>, giver: &Giver, handed: Handed) -> Result<Shown, Failed> {
    if handed.bytes.is_empty() {
        return Err(Refusal::Empty.into());
    }
    if handed.bytes.len() > MOST_BYTES {
        return Err(Refusal::TooBig.into());
    }
    let whose = giver.holder.clone();
    let waiting = app
        .db
        .read(move |c| table::count_waiting(c, &whose).map_err(StoreError::from))
        .await?;
    if waiting >= MOST_WAITING {
        return Err(Refusal::TooMany.into());
    }
    let size = i64::try_from(handed.bytes.len()).unwrap_or(i64::MAX);
    let pages = draw(app, handed.bytes).await?;
    let row = row(
        app,
        &giver.holder,
        (&handed.slot, &handed.name),
        &pages,
        size,
    )?;
    write(app, &row, pages).await?;
    let (kept, entry) = (
        row.clone(),
        entry(app, giver, "attachment.added", &row.public_id),
    );
    let added = app.db.write(move |c| add(c, &kept, &entry)).await;
    if added.is_err() {
        // Otherwise the sweep would find it in an hour.
        let (files, stem) = (app.files.clone(), row.stem.clone());
        let _ = tokio::task::spawn_blocking(move || files.remove(&stem)).await;
    }
    added?;
    super::shown(app, row).map_err(|_sealed_just_now| Failed::Service(StoreError::Stopped.into()))
}

/// A few at a time, on a thread that may block.
async fn draw(app: &Arc<App>, bytes: bytes::Bytes) -> Result<Pages, Failed> {
    let gate = match intake::is_document(&bytes) {
        true => &app.drawing_pages,
        false => &app.drawing,
    };
    // Better a word now than a connection that is cut while the file waits behind others.
    let permit = tokio::time::timeout(PATIENCE, Arc::clone(gate).acquire_owned()).await;
    let permit = permit.map_err(|_elapsed| Refusal::Busy)?;
    let permit = permit.map_err(|_closed| StoreError::Stopped)?;
    let desk = Arc::clone(app);
    let drawn = tokio::task::spawn_blocking(move || {
        let drawn = scan::ask(&desk.settings.files.scan_command, &bytes)
            .and_then(|()| intake::take(&bytes, &desk.pdf_program));
        drop(permit);
        drawn
    });
    // A decoder that panics has met a file it cannot read.
    let drawn = drawn.await.unwrap_or(Err(Refusal::Unreadable));
    Ok(drawn?)
}

fn row(
    app: &App,
    holder: &str,
    (slot, name): (&str, &str),
    pages: &Pages,
    size: i64,
) -> Result<Attachment, Failed> {
    let now = app.clock.now_ms();
    let public_id = random_hex::<16>();
    let sealed = app.seal.close(name_place(&public_id), &plain_name(name));
    Ok(Attachment {
        id: app.ids.next(now),
        holder: holder.to_owned(),
        account_id: None,
        application_id: None,
        slot: slot.to_owned(),
        label: String::new(),
        name: sealed.map_err(|_refused| StoreError::Stopped)?,
        kind: pages.kind.as_str().to_owned(),
        pages: i32::try_from(pages.pages.len()).unwrap_or(i32::MAX),
        size,
        stem: random_hex::<16>(),
        created_at: now,
        adopted_at: None,
        delete_after: Some(now + WAITS_MS),
        public_id,
    })
}

/// Seals and writes all parts: 0 is the small picture, pages count from 1.
async fn write(app: &Arc<App>, row: &Attachment, pages: Pages) -> Result<(), Failed> {
    let (desk, row) = (Arc::clone(app), row.clone());
    let written = tokio::task::spawn_blocking(move || -> Result<(), Failed> {
        let parts = std::iter::once(pages.small).chain(pages.pages);
        for (part, bytes) in (0_u32..).zip(parts) {
            let place = part_row(&row.public_id, part);
            let sealed = desk.seal.close_bytes(part_place(&place), &bytes);
            let sealed = sealed.map_err(|_refused| StoreError::Stopped)?;
            desk.files.put(&row.stem, part, &sealed)?;
        }
        Ok(())
    });
    written.await.unwrap_or(Err(StoreError::Stopped.into()))
}

fn add(c: &mut Conn, row: &Attachment, entry: &Entry) -> Result<(), Failed> {
    // Counted again: several may have come at the same moment.
    if table::count_waiting(c, &row.holder).map_err(StoreError::from)? >= MOST_WAITING {
        return Err(Refusal::TooMany.into());
    }
    table::insert(c, row).map_err(StoreError::from)?;
    audit::append(c, entry).map_err(StoreError::from)?;
    Ok(())
}

/// Takes back a file that waits for a form; false when there is none of this follower's. The sweep deletes its bytes.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(
    app: &Arc<App>,
    openid: &OpenId,
    public_id: &str,
) -> Result<bool, ServiceError> {
    remove_from(app, &Giver::follower(app, openid), public_id).await
}

/// The same, of somebody who need not be a follower.
///
/// # Errors
/// As [`remove`].
pub async fn remove_from(
    app: &Arc<App>,
    giver: &Giver,
    public_id: &str,
) -> Result<bool, ServiceError> {
    let entry = entry(app, giver, "attachment.removed", public_id);
    let (holder, public_id) = (giver.holder.clone(), public_id.to_owned());
    let removed = app.db.write(move |c| -> Result<bool, StoreError> {
        if !table::take_away(c, &holder, &public_id)? {
            return Ok(false);
        }
        audit::append(c, &entry)?;
        Ok(true)
    });
    let removed = removed.await?;
    if removed && let Err(error) = super::chore::due(app).await {
        tracing::warn!(%error, "a file that was taken back is deleted later");
    }
    Ok(removed)
}

fn entry(app: &App, giver: &Giver, action: &str, public_id: &str) -> Entry {
    audit_entry(
        app.clock.now_ms(),
        giver.actor.clone(),
        action,
        format!("attachment:{public_id}"),
    )
}

/// A name is words on a page and nothing else: its last step, without what moves a cursor or turns text around.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let plain: String = last
        .chars()
        .filter(|c| !is_odd(*c))
        .take(NAME_LETTERS)
        .collect();
    match plain.trim().trim_start_matches('.') {
        "" => "文件".to_owned(),
        plain => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_name_is_its_last_step_without_tricks() {
        assert_eq!(plain_name("身份证.jpg"), "身份证.jpg");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\fakepath\\证.png"), "证.png");
        assert_eq!(
            plain_name("a\r\nSet-Cookie: x\u{202e}gpj.exe"),
            "aSet-Cookie: xgpj.exe"
        );
        assert_eq!(plain_name(".."), "文件");
        assert_eq!(plain_name(""), "文件");
        assert_eq!(plain_name(&"长".repeat(300)).chars().count(), 60);
    }
}
