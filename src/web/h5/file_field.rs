//! Files in a form: a place with a name, what is there already, and how more come in. With a script a file is made small
//! and sent at once; without one a button sends the whole form, and the same form comes back with the file in it.

use crate::web::h5::paths;

/// What a file picker offers.
pub const ACCEPTED: &str = "image/jpeg,image/png,application/pdf";

/// A place for files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileField {
    /// Its word, such as `id_card`; the form carries `file_id_card` once for each file.
    pub slot: String,
    /// Files it takes.
    pub most: usize,
    /// What is there.
    pub files: Vec<FileShown>,
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileShown {
    /// Its public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// 照片, PDF 3页.
    pub kind: String,
    /// Its page.
    pub href: String,
    /// Its small picture.
    pub picture: String,
}

impl FileShown {
    /// Where it is taken out of the form.
    pub fn remove(&self) -> String {
        format!("{}/delete", paths::below(paths::ATTACHMENTS, &self.id))
    }
}

impl FileField {
    /// Whether there is room.
    pub fn has_room(&self) -> bool {
        self.files.len() < self.most
    }
}
