//! A form with files, read as it comes: texts are kept, each file is taken in before the next is read, so that no more
//! than one lies in memory.

use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use bytes::BytesMut;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::files::Refusal;
use crate::files::intake::MOST_BYTES;
use crate::service::attachments::{self, Failed, Giver, Handed, Shown};
use crate::web::handlers::login::Visitor;

/// Most of a body: what goes over a file's limit is read on and dropped, because only who has sent everything sees the
/// answer.
pub(crate) const MOST_BODY: usize = 64 * 1024 * 1024;
/// Texts of a form, and letters of all of them together.
const MOST_TEXTS: usize = 100;
const MOST_LETTERS: usize = 64 * 1024;
/// Files of one form.
const MOST_FILES: usize = 10;
const PREFIX: &str = "upload_";

/// What a form brought.
#[derive(Default)]
pub(super) struct Sent {
    /// Its texts in their order.
    pub(super) pairs: Vec<(String, String)>,
    /// Files that were taken in.
    pub(super) taken: Vec<Shown>,
    /// Name of those that were not, and why.
    pub(super) refused: Vec<(String, Failed)>,
}

/// Why the form was not read to its end.
pub(super) enum Wrong {
    /// It is not of this session.
    Session,
    /// It is cut, too long, or none.
    Form,
}

/// Whose form it must be.
pub(super) struct Sender {
    /// Value of the hidden field of the session's forms.
    csrf: String,
    giver: Giver,
}

impl Sender {
    /// Somebody at the console or on a phone.
    pub(super) fn new(csrf: &str, giver: Giver) -> Self {
        Self {
            csrf: csrf.to_owned(),
            giver,
        }
    }

    fn has_sent(&self, given: &str) -> bool {
        given.as_bytes().ct_eq(self.csrf.as_bytes()).into()
    }
}

/// Reads a form of a follower; the field `csrf` comes before its files.
pub(super) async fn take(
    app: &Arc<App>,
    visitor: &Visitor,
    body: Multipart,
) -> Result<Sent, Wrong> {
    let giver = Giver::follower(app, &visitor.openid);
    take_from(app, &Sender::new(&visitor.csrf, giver), body).await
}

/// The same, of whoever this is.
pub(super) async fn take_from(
    app: &Arc<App>,
    sender: &Sender,
    body: Multipart,
) -> Result<Sent, Wrong> {
    let mut sent = Sent::default();
    let Err(wrong) = fill(app, sender, body, &mut sent).await else {
        return Ok(sent);
    };
    // Nobody would see them, and they would count among those that wait.
    for file in &sent.taken {
        let removed = attachments::remove_from(app, &sender.giver, &file.public_id).await;
        if let Err(error) = removed {
            tracing::warn!(%error, "a file of a broken form waits for its time");
        }
    }
    Err(wrong)
}

async fn fill(
    app: &Arc<App>,
    sender: &Sender,
    mut body: Multipart,
    sent: &mut Sent,
) -> Result<(), Wrong> {
    let mut letters = 0;
    while let Some(field) = body.next_field().await.map_err(|_cut| Wrong::Form)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file_name) = field.file_name().map(str::to_owned) {
            let said = sent.pairs.iter().find(|(key, _)| key == "csrf");
            if !said.is_some_and(|(_, given)| sender.has_sent(given)) {
                return Err(Wrong::Session);
            }
            if sent.taken.len() + sent.refused.len() >= MOST_FILES {
                sent.refused.push((file_name, Refusal::TooMany.into()));
                continue;
            }
            // An empty part is a picker in which nothing was chosen.
            if let Some(outcome) = file(app, sender, &name, file_name.clone(), field).await? {
                match outcome {
                    Ok(shown) => sent.taken.push(shown),
                    Err(failed) => sent.refused.push((file_name, failed)),
                }
            }
            continue;
        }
        let (text, _) = read(field, MOST_LETTERS).await?;
        letters += text.len() + name.len();
        if letters > MOST_LETTERS || sent.pairs.len() >= MOST_TEXTS {
            return Err(Wrong::Form);
        }
        let text = String::from_utf8(text.to_vec()).map_err(|_utf8| Wrong::Form)?;
        sent.pairs.push((name, text));
    }
    let said = sent.pairs.iter().find(|(key, _)| key == "csrf");
    match said.is_some_and(|(_, given)| sender.has_sent(given)) {
        true => Ok(()),
        false => Err(Wrong::Session),
    }
}

async fn file(
    app: &Arc<App>,
    sender: &Sender,
    field_name: &str,
    name: String,
    field: Field<'_>,
) -> Result<Option<Result<Shown, Failed>>, Wrong> {
    let slot = field_name.strip_prefix(PREFIX).filter(|slot| is_slot(slot));
    let slot = slot.ok_or(Wrong::Form)?.to_owned();
    // From here on its bytes are held in memory.
    let Some(_place) = app.uploads.enter(&sender.giver.holder) else {
        return Ok(Some(Err(Refusal::Busy.into())));
    };
    let (bytes, is_whole) = read(field, MOST_BYTES).await?;
    if bytes.is_empty() && name.is_empty() {
        return Ok(None);
    }
    if !is_whole {
        return Ok(Some(Err(Refusal::TooBig.into())));
    }
    let handed = Handed {
        slot,
        name,
        bytes: bytes.freeze(),
    };
    Ok(Some(
        attachments::take_from(app, &sender.giver, handed).await,
    ))
}

fn is_slot(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The bytes of a field up to `most`, and whether that is all of them; the rest is read and dropped.
async fn read(mut field: Field<'_>, most: usize) -> Result<(BytesMut, bool), Wrong> {
    let mut kept = BytesMut::new();
    let mut is_whole = true;
    while let Some(chunk) = field.chunk().await.map_err(|_cut| Wrong::Form)? {
        is_whole = is_whole && kept.len() + chunk.len() <= most;
        if is_whole {
            kept.extend_from_slice(&chunk);
        } else {
            kept.clear();
        }
    }
    Ok((kept, is_whole))
}
