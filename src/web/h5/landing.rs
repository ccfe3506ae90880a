//! The landing page behind 业务办理 for who has no account linked: the three entrances, what is public, where to
//! get help.

use askama::Template;

use crate::domain::publication::PublicationKind;
use crate::domain::role::Role;
use crate::web::h5::follow_outcome::Notice;
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
    /// What became of the last tap.
    pub notice: Option<Notice>,
    /// What the follower must learn.
    pub messages: Vec<String>,
    /// The hidden field of the session; empty without one.
    pub csrf: String,
}

impl LandingPage {
    /// The page with its title.
    pub fn new(frame: Frame<'_>, newest: Vec<PublicationRow>) -> Self {
        Self {
            layout: frame.titled("业务办理"),
            newest,
            notice: None,
            messages: Vec::new(),
            csrf: String::new(),
        }
    }

    fn board(kind: PublicationKind) -> String {
        ListAddress::newest(kind).path()
    }
}
