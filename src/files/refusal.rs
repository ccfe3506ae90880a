//! Why a file is not taken, in words that say what to do.

use thiserror::Error;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Nothing was chosen.
    #[error("请您先选择一个文件，再点“上传”。")]
    Empty,
    /// More bytes than are taken.
    #[error("请换一个小一些的文件：每个文件不能超过10 MB。照片可以先截图再上传。")]
    TooBig,
    /// Photographs of newer phones.
    #[error(
        "请在手机的相机设置里把照片格式改为“兼容性最佳”（JPG）后重拍，或者把照片截图后上传。HEIC格式的照片暂时不能使用。"
    )]
    Heic,
    /// Anything else.
    #[error("请上传照片（JPG、PNG）或者PDF文件。您选择的文件不是这几种格式。")]
    OtherKind,
    /// More pixels than are taken.
    #[error(
        "请把照片缩小后再上传，或者截图后上传：照片的宽和高都不能超过8192像素，总共不能超过4000万像素。"
    )]
    TooManyPixels,
    /// It cannot be read.
    #[error("请重新拍照或者换一个文件：这个文件不完整，打不开。")]
    Unreadable,
    /// A document with too many pages.
    #[error("请只上传需要的页：PDF文件不能超过30页。")]
    TooManyPages,
    /// A document with a password.
    #[error("请先去掉PDF文件的密码，再上传。")]
    Locked,
    /// A document that takes too long or too much to draw.
    #[error("请把这份PDF截图或者拍照后上传：它太复杂，不能显示。")]
    TooComplex,
    /// The scanner found something.
    #[error("请换一个文件：安全检查没有通过。")]
    Infected,
    /// The scanner did not answer.
    #[error("请过几分钟再上传：安全检查暂时没有完成。")]
    ScanFailed,
    /// Other files are on their way.
    #[error("请等前面的文件上传完，再上传这一个。")]
    Busy,
    /// Too many files wait for a form.
    #[error("请先删除不需要的文件，再上传新的：还没有提交的文件最多12个。")]
    TooMany,
}

impl Refusal {
    /// The word in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooBig => "too_big",
            Self::Heic => "heic",
            Self::OtherKind => "other_kind",
            Self::TooManyPixels => "too_many_pixels",
            Self::Unreadable => "unreadable",
            Self::TooManyPages => "too_many_pages",
            Self::Locked => "locked",
            Self::TooComplex => "too_complex",
            Self::Infected => "infected",
            Self::ScanFailed => "scan_failed",
            Self::Busy => "busy",
            Self::TooMany => "too_many",
        }
    }
}
