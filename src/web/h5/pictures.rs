//! The page that shows a file: its pages one below the other, each drawn with who looked and when.

use askama::Template;

use crate::web::h5::layout::Layout;

/// The page.
#[derive(Debug, Template)]
#[template(path = "h5/pictures.html")]
pub struct PicturesPage {
    /// The frame.
    pub layout: Layout,
    /// The file's name.
    pub heading: String,
    /// 照片, PDF 3页.
    pub kind: String,
    /// Addresses of the pages.
    pub pages: Vec<String>,
}
