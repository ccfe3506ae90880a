//! Files in a form: what was chosen, and the fields that show it.

use std::collections::BTreeMap;

use crate::app::App;
use crate::service::attachments::{self, Chosen, Shown};
use crate::service::error::ServiceError;
use crate::web::h5::field::{Field, Input};
use crate::web::h5::file_field::{FileField, FileShown};
use crate::web::h5::paths;
use crate::web::handlers::attachments::viewer;
use crate::web::handlers::form::Posted;
use crate::web::handlers::login::Visitor;
use crate::web::pages::Pages;

/// A place for files in a form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// Its word.
    pub(crate) slot: &'static str,
    /// `file_` and its word: the name of its field.
    pub(crate) field: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Words under it.
    pub(crate) help: &'static str,
    /// Something must be there.
    pub(crate) required: bool,
    /// Files it takes.
    pub(crate) most: usize,
}

/// The files of a form that are there and this follower's.
#[derive(Default)]
pub(crate) struct FormFiles(BTreeMap<String, Shown>);

impl FormFiles {
    /// Looks up what a form, a draft or an earlier application names.
    pub(crate) async fn of(
        pages: &Pages,
        visitor: &Visitor,
        posted: &Posted,
        slots: &[Slot],
    ) -> Result<Self, ServiceError> {
        let ids: Vec<String> = slots
            .iter()
            .flat_map(|slot| posted.all(slot.field))
            .collect();
        if ids.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let viewer = viewer(pages, visitor).await?;
        attachments::of_ids(&pages.app, &viewer, ids)
            .await
            .map(Self)
    }

    /// What was chosen for a place; what is gone is left out.
    pub(crate) fn chosen(&self, posted: &Posted, slots: &[Slot]) -> Vec<Chosen> {
        let mut chosen = Vec::new();
        for slot in slots {
            chosen.extend(self.in_slot(posted, slot).map(|file| Chosen {
                slot: slot.slot.to_owned(),
                label: slot.label.to_owned(),
                public_id: file.public_id.clone(),
            }));
        }
        chosen
    }

    /// Why a place is not filled as it should be.
    pub(crate) fn fault(&self, posted: &Posted, slot: &Slot) -> Option<String> {
        let there = self.in_slot(posted, slot).count();
        let named = posted.all(slot.field).len();
        if named > there {
            return Some("请重新上传：有文件已经超过48小时没有提交，被自动删除了。".to_owned());
        }
        if slot.required && there == 0 {
            return Some(format!("请上传{}。", slot.label));
        }
        (there > slot.most).then(|| format!("请删除多余的文件，这里最多{}个。", slot.most))
    }

    /// The field of a place.
    pub(crate) fn field(
        &self,
        pages: &Pages,
        visitor: &Visitor,
        posted: &Posted,
        slot: &Slot,
    ) -> Field {
        let files = self.in_slot(posted, slot);
        let input = Input::Files(FileField {
            slot: slot.slot.to_owned(),
            most: slot.most,
            files: files
                .map(|file| shown_in_form(&pages.app, visitor, file))
                .collect(),
        });
        let field = Field::with(slot.field, slot.label, input, "").helped(slot.help);
        match slot.required {
            true => field,
            false => field.optional(),
        }
    }

    fn in_slot<'a>(&'a self, posted: &Posted, slot: &Slot) -> impl Iterator<Item = &'a Shown> {
        let mut ids = posted.all(slot.field);
        ids.dedup();
        ids.into_iter().filter_map(|id| self.0.get(&id))
    }
}

/// A file as a form shows it.
pub(super) fn shown_in_form(app: &App, visitor: &Visitor, file: &Shown) -> FileShown {
    FileShown {
        id: file.public_id.clone(),
        name: file.name.clone(),
        kind: kind_words(file),
        href: paths::below(paths::ATTACHMENTS, &file.public_id),
        picture: picture_of(app, visitor, &file.public_id, 0),
    }
}

/// The address of a picture of a file for this session, good for ten minutes; 0 is the small one.
pub(crate) fn picture_of(app: &App, visitor: &Visitor, public_id: &str, page: u32) -> String {
    let ticket = attachments::ticket(app, &visitor.session, public_id);
    format!(
        "{}/pages/{page}?t={ticket}",
        paths::below(paths::ATTACHMENTS, public_id)
    )
}

/// 照片，1.2 MB
pub(crate) fn kind_words(file: &Shown) -> String {
    let kind = match file.kind.as_str() {
        "pdf" => format!("PDF，{}页", file.pages),
        _ => "照片".to_owned(),
    };
    let size = match file.size {
        size @ 0..1_048_576 => format!("{} KB", (size / 1024).max(1)),
        size => format!(
            "{}.{} MB",
            size / 1_048_576,
            size % 1_048_576 * 10 / 1_048_576
        ),
    };
    format!("{kind}，{size}")
}
