//! The bytes of a file under another key.

use std::io;

use super::{part_place, part_row};
use crate::app::seal::Seal;
use crate::files::Directory;

/// Seals one part with the first key; false when it has that already, or was deleted meanwhile.
///
/// # Errors
/// When none of the keys opens it, or the disk refuses; what was there stays.
pub fn seal_part_anew(
    seal: &Seal,
    files: &Directory,
    public_id: &str,
    stem: &str,
    part: u32,
) -> io::Result<bool> {
    let sealed = match files.get(stem, part) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        sealed => sealed?,
    };
    if seal.is_current_bytes(&sealed) {
        return Ok(false);
    }
    let row = part_row(public_id, part);
    let clear = seal.open_bytes(part_place(&row), &sealed);
    let fresh = clear.and_then(|clear| seal.close_bytes(part_place(&row), &clear));
    files.put(stem, part, &fresh.map_err(io::Error::other)?)?;
    Ok(true)
}
