//! The landing page behind 业务办理: what can be done here, what is new, where to get help.

use askama::Template;

use crate::domain::publication::PublicationKind;
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout};
use crate::web::h5::list_address::ListAddress;
use crate::web::h5::paths;
use crate::web::h5::publication_row::PublicationRow;

/// `GET /h5/`.
#[derive(Debug, Template)]
#[template(path = "h5/landing.html")]
pub struct LandingPage {
    /// The frame.
    pub layout: Layout,
    /// A few of the newest publications, nationwide; the section is left out when empty.
    pub newest: Vec<PublicationRow>,
}

impl LandingPage {
    /// The page with its title.
    pub fn new(frame: Frame<'_>, newest: Vec<PublicationRow>) -> Self {
        Self {
            layout: frame.titled("案件信息公开"),
            newest,
        }
    }

    fn board(kind: PublicationKind) -> String {
        ListAddress::newest(kind).path()
    }
}
