//! A directory of sealed bytes. Names are random and say nothing; a part is written aside, synced and renamed, so that it
//! is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What a part is called while it is written.
const ASIDE: &str = "aside";

/// The directory. Every function blocks.
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// Opens the directory of `files.url`, and makes it when it is missing.
    ///
    /// # Errors
    /// When it can be neither used nor made, and for anything but `file:PATH`.
    pub fn open(url: &str) -> io::Result<Self> {
        let path = url.strip_prefix("file:").filter(|path| !path.is_empty());
        let path = path.ok_or(io::ErrorKind::Unsupported)?;
        let root = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
        make(&root)?;
        Ok(Self { root })
    }

    /// Stores part `part` of `stem`, 32 hexadecimal digits. A part that is there is replaced.
    ///
    /// # Errors
    /// When the disk refuses; nothing is there then.
    pub fn put(&self, stem: &str, part: u32, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(stem, part)?;
        let shelf = path.parent().unwrap_or(&self.root);
        make(shelf)?;
        let aside = path.with_extension(format!("{part}-{ASIDE}"));
        let written = write(&aside, bytes).and_then(|()| fs::rename(&aside, &path));
        if written.is_err() {
            let _ = fs::remove_file(&aside);
        }
        written?;
        File::open(shelf)?.sync_all()
    }

    /// The bytes of a part.
    ///
    /// # Errors
    /// When it is not there, or the disk refuses.
    pub fn get(&self, stem: &str, part: u32) -> io::Result<Vec<u8>> {
        fs::read(self.path(stem, part)?)
    }

    /// Removes all parts of a stem; what is gone already is no error.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn remove(&self, stem: &str) -> io::Result<()> {
        let path = self.path(stem, 0)?;
        let shelf = path.parent().unwrap_or(&self.root);
        for (name, file) in entries(shelf)? {
            if stem_of(&name) == Some(stem) {
                match fs::remove_file(file) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Stems of which something was last written at least `age` ago, each once.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn older_than(&self, age: Duration) -> io::Result<Vec<String>> {
        let before = SystemTime::now().checked_sub(age);
        let mut stems = Vec::new();
        for (_, shelf) in entries(&self.root)? {
            if !shelf.is_dir() {
                continue;
            }
            for (name, file) in entries(&shelf)? {
                let written = file.metadata().and_then(|known| known.modified()).ok();
                if let Some(stem) = stem_of(&name)
                    && written <= before
                {
                    stems.push(stem.to_owned());
                }
            }
        }
        stems.sort();
        stems.dedup();
        Ok(stems)
    }

    /// Names are made here and nowhere else: what is no stem has no place.
    fn path(&self, stem: &str, part: u32) -> io::Result<PathBuf> {
        match stem.get(..2) {
            Some(shelf) if is_stem(stem) => {
                Ok(self.root.join(shelf).join(format!("{stem}.{part}")))
            }
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

fn is_stem(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn stem_of(name: &str) -> Option<&str> {
    let (stem, _) = name.split_once('.')?;
    is_stem(stem).then_some(stem)
}

fn make(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Names and paths in a directory; none when it is not there.
fn entries(dir: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let listed = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut found = Vec::new();
    for entry in listed {
        let entry = entry?;
        found.push((
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEM: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn parts_are_kept_privately_and_removed_together() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let files = Directory::open(&format!("file:{}/files", dir.path().display())).unwrap();
        files.put(STEM, 0, b"small").unwrap();
        files.put(STEM, 1, b"first").unwrap();
        files.put(STEM, 1, b"again").unwrap();
        assert_eq!(files.get(STEM, 1).unwrap(), b"again");
        let shelf = dir.path().join("files/01");
        assert_eq!(
            fs::read_dir(&shelf).unwrap().count(),
            2,
            "nothing is left aside"
        );
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&shelf), 0o700);
        assert_eq!(mode(&shelf.join(format!("{STEM}.1"))), 0o600);
        assert_eq!(files.older_than(Duration::ZERO).unwrap(), [STEM]);
        assert!(
            files
                .older_than(Duration::from_secs(60))
                .unwrap()
                .is_empty()
        );
        files.remove(STEM).unwrap();
        files.remove(STEM).unwrap();
        assert!(files.get(STEM, 1).is_err());
        assert!(files.older_than(Duration::ZERO).unwrap().is_empty());
    }

    #[test]
    fn no_name_leads_out_of_the_directory() {
        let dir = tempfile::tempdir().unwrap();
        let files = Directory::open(&format!("file:{}", dir.path().display())).unwrap();
        for stem in [
            "",
            "..",
            "../../etc/passwd",
            "ab",
            &STEM.to_uppercase(),
            &format!("../{STEM}"),
        ] {
            assert!(files.put(stem, 0, b"x").is_err(), "{stem}");
            assert!(files.get(stem, 0).is_err(), "{stem}");
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn only_local_directories_are_known() {
        assert!(Directory::open("s3:bucket").is_err());
        assert!(Directory::open("file:").is_err());
    }
}
