//! What is wrong with a file as a whole, in words for whoever handed it in.

use std::fmt;

use super::{MOST_BYTES, MOST_ROWS};

/// Nothing of the file is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// There are no rows.
    Empty,
    /// This many bytes.
    TooBig(u64),
    /// This many rows.
    TooManyRows(u64),
    /// More columns than anybody needs.
    TooWide,
    /// Ends in the middle, by this line.
    Truncated(u64),
    /// A quotation mark is not closed from this line on.
    OpenQuote(u64),
    /// Neither UTF-8 nor GBK, by this byte.
    Encoding(u64),
    /// The format before XLSX, or one behind a password.
    OldWorkbook,
    /// A web page or document in the place of a table.
    Page,
    /// Merged cells, by their addresses.
    Merged(Vec<String>),
    /// The workbook cannot be read.
    Damaged(&'static str),
    /// It unpacks to far more than a table of this size.
    Bomb,
    /// The disk or the connection.
    Unreadable(String),
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("文件里没有数据行。请检查是否选错了文件。"),
            Self::TooBig(bytes) => write!(
                f,
                "文件有{}MB，超过{}MB的上限。请按受理日期分成几个文件导入。",
                bytes.div_ceil(1024 * 1024),
                MOST_BYTES / 1024 / 1024
            ),
            Self::TooManyRows(rows) => write!(
                f,
                "文件有{rows}行，超过{MOST_ROWS}行的上限，一行也没有导入。请按受理日期分成几个文件导入。"
            ),
            Self::TooWide => f.write_str("文件的列太多（超过256列）。请删去多余的列。"),
            Self::Truncated(line) => write!(
                f,
                "文件在第{line}行中途结束，可能没有传完或没有导出完。请重新导出并上传。"
            ),
            Self::OpenQuote(line) => write!(
                f,
                "第{line}行起有一个引号没有闭合，后面的行无法读出。请改正这一行，或改用XLSX格式导出。"
            ),
            Self::Encoding(byte) => write!(
                f,
                "文件编码无法识别（第{byte}个字节）。请用UTF-8或GBK编码保存，或改用XLSX格式导出。"
            ),
            Self::OldWorkbook => f.write_str(
                "这是旧版xls文件，或加了密码的表格。请在表格软件中另存为不加密的xlsx后重新上传。",
            ),
            Self::Page => {
                f.write_str("这不是表格文件（内容是网页或文档）。请重新导出为CSV或XLSX。")
            }
            Self::Merged(addresses) => write!(
                f,
                "表格里有合并单元格：{}。请取消合并、把每一行填完整后重新上传。",
                addresses.join("、")
            ),
            Self::Damaged(what) => write!(f, "表格文件损坏或没有传完：{what}。请重新导出并上传。"),
            Self::Bomb => f.write_str("表格解开后的内容过大，不予读取。请重新导出后上传。"),
            Self::Unreadable(_) => f.write_str("文件读不出来。请重新上传。"),
        }
    }
}

impl std::error::Error for FileProblem {}

impl From<std::io::Error> for FileProblem {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}
