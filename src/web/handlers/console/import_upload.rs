//! A file of cases on its way in: sealed part by part as it comes.

use axum::extract::Multipart;
use axum::extract::multipart::Field;

use super::desk::Desk;
use super::imports::Who;
use crate::files::sheet::{FileProblem, MOST_BYTES};
use crate::service::case_imports::{Upload, UploadError};
use crate::store::import_batches::Batch;
use crate::web::pages::Pages;

/// Letters of the form's texts.
const MOST_LETTERS: usize = 4096;

/// Why a form brought no file that can be looked through.
pub(super) enum Wrong {
    Session,
    Form,
    NoFile,
    Upload(UploadError),
}

/// Reads the form; the field `csrf` comes before the file.
pub(super) async fn take(pages: &Pages, desk: &Desk, mut body: Multipart) -> Result<Batch, Wrong> {
    let mut is_ours = false;
    while let Some(mut field) = body.next_field().await.map_err(|_cut| Wrong::Form)? {
        if field.name() == Some("csrf") {
            is_ours = desk.has_sent(&text(&mut field).await?);
            continue;
        }
        let Some(name) = field.file_name().map(str::to_owned) else {
            text(&mut field).await?;
            continue;
        };
        if !is_ours {
            return Err(Wrong::Session);
        }
        if name.is_empty() {
            return Err(Wrong::NoFile);
        }
        return file(pages, desk, &name, &mut field).await;
    }
    Err(if is_ours {
        Wrong::NoFile
    } else {
        Wrong::Session
    })
}

async fn text(field: &mut Field<'_>) -> Result<String, Wrong> {
    let mut kept = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_cut| Wrong::Form)? {
        kept.extend_from_slice(&chunk);
        if kept.len() > MOST_LETTERS {
            return Err(Wrong::Form);
        }
    }
    String::from_utf8(kept).map_err(|_utf8| Wrong::Form)
}

/// The file, sealed part by part as it comes.
async fn file(
    pages: &Pages,
    desk: &Desk,
    name: &str,
    field: &mut Field<'_>,
) -> Result<Batch, Wrong> {
    let mut upload = Upload::begin(&pages.app).map_err(Wrong::Upload)?;
    let mut size = 0_u64;
    while let Some(chunk) = field.chunk().await.map_err(|_cut| Wrong::Form)? {
        size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if size > MOST_BYTES {
            // Read on and dropped: only who has sent everything sees the answer.
            continue;
        }
        upload = blocking(move || {
            upload.take(&chunk)?;
            Ok(upload)
        })
        .await?;
    }
    if size > MOST_BYTES {
        let problem = FileProblem::TooBig(size);
        return Err(Wrong::Upload(UploadError::File(problem)));
    }
    let (who, name) = (Who::of(desk), name.to_owned());
    blocking(move || upload.finish(who.importer(), &name)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, UploadError> + Send + 'static,
) -> Result<T, Wrong> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_panicked| Wrong::Form)?
        .map_err(Wrong::Upload)
}
