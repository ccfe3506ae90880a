//! Pages of a PDF as pictures. Drawn by this very program in a process of its own, with limits of memory and time: the
//! file is a stranger's, and its reader is large. Bytes go in and out through pipes; nothing touches a disk.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::RgbImage;

use super::picture::{self, MOST_SIDE};
use super::{Refusal, child};

/// Pages that are taken.
const MOST_PAGES: usize = 30;
/// How long all pages may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most of what the drawing process writes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// The limits, in KiB of address space and seconds of work; then the program takes the shell's place.
const LIMITED: &str = "ulimit -v 1500000; ulimit -t 20; ulimit -c 0; exec \"$0\" render-pdf";

/// Exit codes of the drawing process.
const UNREADABLE: u8 = 3;
const TOO_MANY_PAGES: u8 = 4;
const LOCKED: u8 = 5;

/// The pages of a PDF as JPEG, drawn by `program`. Blocking.
///
/// # Errors
/// Why it cannot be shown.
pub(super) fn pages(program: &Path, pdf: &[u8]) -> Result<Vec<Vec<u8>>, Refusal> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", LIMITED]).arg(program);
    let ended = child::run(command, pdf, MOST_BYTES, PATIENCE).map_err(|error| {
        tracing::error!(%error, "the process that draws PDF pages could not be started");
        Refusal::TooComplex
    })?;
    match ended.code.and_then(|code| u8::try_from(code).ok()) {
        Some(0) => split(&ended.said).ok_or(Refusal::TooComplex),
        Some(UNREADABLE) => Err(Refusal::Unreadable),
        Some(TOO_MANY_PAGES) => Err(Refusal::TooManyPages),
        Some(LOCKED) => Err(Refusal::Locked),
        code => {
            tracing::warn!(?code, "the pages of a PDF could not be drawn");
            Err(Refusal::TooComplex)
        }
    }
}

/// Reads what [`render`] wrote: for each page four bytes of length and the JPEG.
fn split(mut said: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut pages = Vec::new();
    while !said.is_empty() {
        let (length, rest) = said.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (page, rest) = rest.split_at_checked(length)?;
        pages.push(page.to_vec());
        said = rest;
    }
    (!pages.is_empty()).then_some(pages)
}

/// The drawing process: a PDF on standard input, pages on standard output; the exit code.
pub fn render(mut input: impl Read, mut output: impl Write) -> u8 {
    let mut bytes = Vec::new();
    if input.read_to_end(&mut bytes).is_err() {
        return UNREADABLE;
    }
    let pdf = match Pdf::new(bytes) {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(_)) => return LOCKED,
        Err(LoadPdfError::Invalid) => return UNREADABLE,
    };
    let pages = pdf.pages();
    if pages.is_empty() {
        return UNREADABLE;
    }
    if pages.len() > MOST_PAGES {
        return TOO_MANY_PAGES;
    }
    let cache = RenderCache::new();
    for page in pages.iter() {
        let Some(jpeg) = draw(page, &cache) else {
            return UNREADABLE;
        };
        let length = u32::try_from(jpeg.len()).unwrap_or(u32::MAX).to_be_bytes();
        if output
            .write_all(&length)
            .and_then(|()| output.write_all(&jpeg))
            .is_err()
        {
            return UNREADABLE;
        }
    }
    0
}

fn draw<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>) -> Option<Vec<u8>> {
    let (width, height) = page.render_dimensions();
    let longest = width.max(height);
    if !longest.is_finite() || longest < 1.0 || width.min(height) < 1.0 {
        return None;
    }
    // The longest side of the picture; what is small is drawn larger.
    let scale = MOST_SIDE as f32 / longest;
    let drawn = hayro::render(
        page,
        cache,
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let rgb = drawn.data_as_u8_slice().chunks_exact(4);
    let rgb = rgb.filter_map(|pixel| pixel.first_chunk::<3>().copied());
    let picture = RgbImage::from_raw(width, height, rgb.flatten().collect())?;
    picture::encode(&picture).ok()
}
