//! `[files]`: attachments.

use super::reader::Reader;
use super::redact_url;
use super::validate::Wrong;

/// `[files]`
#[derive(Clone, Debug)]
pub struct Files {
    /// `file:PATH`.
    pub url: String,
    /// Days after which the files of a refused application are deleted.
    pub keep_rejected_days: u64,
    /// A scanner and its arguments; none: nothing is scanned.
    pub scan_command: Vec<String>,
    /// Draws the pages of a PDF; empty: this program.
    pub pdf_program: String,
}

impl Files {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            url: r.text("files.url"),
            keep_rejected_days: r.number("files.keep_rejected_days").unwrap_or(90),
            scan_command: r.list("files.scan_command"),
            pdf_program: r.text("files.pdf_program"),
        }
    }

    pub(super) fn check(&self, wrong: &mut Wrong<'_>) {
        let path = self.url.strip_prefix("file:").unwrap_or_default();
        if self.url.starts_with("s3:") {
            let shown = redact_url(&self.url);
            wrong(
                "files.url",
                &shown,
                "s3: is not supported yet: write file:PATH, on a disk that all processes share",
            );
        } else if path.is_empty() {
            wrong("files.url", &redact_url(&self.url), "write file:PATH");
        }
        if !(1..=3650).contains(&self.keep_rejected_days) {
            wrong(
                "files.keep_rejected_days",
                &self.keep_rejected_days.to_string(),
                "write 1 to 3650",
            );
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[files]".to_owned(),
            format!("url = {:?}", redact_url(&self.url)),
            format!("keep_rejected_days = {}", self.keep_rejected_days),
            format!("scan_command = {:?}", self.scan_command),
            format!("pdf_program = {:?}", self.pdf_program),
        ]
        .join("\n")
    }
}
