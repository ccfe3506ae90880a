//! The columns by their Chinese headings, in any order.

use super::cell::Cell;

/// A column of the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each stands beside its heading below")]
pub enum Column {
    UnifiedNumber,
    DepartmentNumber,
    UnitCode,
    UnitName,
    CaseName,
    Category,
    Charge,
    OtherCharges,
    PersonNumber,
    Name,
    Gender,
    IdType,
    IdNumber,
    Measure,
    MeasureDate,
    DetentionPlace,
    AcceptedAt,
    TransferringUnit,
    Department,
    Handler,
    Stage,
    ReviewStatus,
    ReviewOpinion,
    TimeLimit,
    DueDate,
    ConcludedAt,
    Outcome,
    ClosedAt,
    UpdatedAt,
    Classified,
    Juvenile,
}

use Column::{
    AcceptedAt, CaseName, Category, Charge, Classified, ClosedAt, ConcludedAt, Department,
    DepartmentNumber, DetentionPlace, DueDate, Gender, Handler, IdNumber, IdType, Juvenile,
    Measure, MeasureDate, Name, OtherCharges, Outcome, PersonNumber, ReviewOpinion, ReviewStatus,
    Stage, TimeLimit, TransferringUnit, UnifiedNumber, UnitCode, UnitName, UpdatedAt,
};

/// Heading, whether the column must be there, and an example for the template.
const TABLE: [(Column, &str, bool, &str); 31] = [
    (UnifiedNumber, "统一受案号", true, "43010020260000031"),
    (DepartmentNumber, "部门受案号", true, "长检受[2026]31号"),
    (UnitCode, "单位编码", true, "430100"),
    (UnitName, "单位名称", false, "长沙市人民检察院"),
    (CaseName, "案件名称", true, "张某某盗窃案"),
    (Category, "案件类别", true, "一审公诉案件"),
    (Charge, "案由", false, "盗窃罪"),
    (OtherCharges, "其他案由", false, ""),
    (PersonNumber, "当事人编号", true, "01"),
    (Name, "姓名", true, "张某某"),
    (Gender, "性别", false, "男"),
    (IdType, "证件类型", false, "居民身份证"),
    (IdNumber, "证件号码", false, "11010519491231002X"),
    (Measure, "强制措施", false, "取保候审"),
    (MeasureDate, "强制措施日期", false, "2026-11-01"),
    (DetentionPlace, "羁押场所", false, ""),
    (AcceptedAt, "受理日期", true, "2026-11-03 09:30:00"),
    (TransferringUnit, "移送单位", false, "长沙市公安局"),
    (Department, "办案部门", false, "第一检察部"),
    (Handler, "承办人", false, ""),
    (Stage, "当前阶段", false, "审查起诉"),
    (ReviewStatus, "审查情况", false, "正在审查"),
    (ReviewOpinion, "审查意见", false, ""),
    (TimeLimit, "办案期限", false, "《刑事诉讼法》第172条"),
    (DueDate, "到期日", false, "2026-12-03"),
    (ConcludedAt, "审结日期", false, ""),
    (Outcome, "处理结果", false, ""),
    (ClosedAt, "办结日期", false, ""),
    (UpdatedAt, "更新时间", false, "2026-11-03 18:00:00"),
    (Classified, "涉密标志", true, "否"),
    (Juvenile, "未成年人标志", true, "否"),
];

/// Other words for the same column.
const OTHER_WORDS: [(&str, Column); 16] = [
    ("案件编号", UnifiedNumber),
    ("受案号", DepartmentNumber),
    ("单位代码", UnitCode),
    ("当事人姓名", Name),
    ("犯罪嫌疑人姓名", Name),
    ("证件种类", IdType),
    ("身份证号", IdNumber),
    ("身份证号码", IdNumber),
    ("受理时间", AcceptedAt),
    ("受理日期(时间)", AcceptedAt),
    ("办案期限文本", TimeLimit),
    ("审查情况/审查意见", ReviewStatus),
    ("承办部门", Department),
    ("承办检察官", Handler),
    ("涉密", Classified),
    ("未成年人", Juvenile),
];

impl Column {
    /// All of them, as a template shows them.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The heading.
    pub fn heading(self) -> &'static str {
        self.row().1
    }

    /// What may stand below it.
    pub fn example(self) -> &'static str {
        self.row().3
    }

    /// Whether a file without it is refused.
    pub fn is_required(self) -> bool {
        self.row().2
    }

    fn row(self) -> &'static (Self, &'static str, bool, &'static str) {
        let found = TABLE.iter().find(|row| row.0 == self);
        // Every column stands in the table: the type and the table have the same length, which a test counts.
        found.unwrap_or(&TABLE[0])
    }

    /// The column of a heading: white space, brackets' width, a mark of «required» do not matter.
    fn of(heading: &str) -> Option<Self> {
        let plain: String = heading
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control() && !"*＊\u{feff}".contains(*c))
            .map(|c| match c {
                '（' => '(',
                '）' => ')',
                '／' => '/',
                other => other,
            })
            .collect();
        let by_heading = TABLE.iter().find(|row| row.1 == plain).map(|row| row.0);
        let by_word = || OTHER_WORDS.iter().find(|word| word.0 == plain);
        by_heading.or_else(|| by_word().map(|word| word.1))
    }
}

/// Where each column of a file stands.
#[derive(Clone, Debug)]
pub struct Columns {
    places: Vec<(Column, usize)>,
    /// Headings that nobody knows; what stands below them is not read.
    pub unknown: Vec<String>,
    /// How many columns the heading has.
    pub width: usize,
}

/// Why the headings of a file will not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadProblem {
    /// No column is known at all: the first row is no heading.
    NoHeading,
    /// These columns are missing.
    Missing(Vec<&'static str>),
    /// This column is there twice.
    Doubled(&'static str),
}

impl HeadProblem {
    /// What is wrong and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoHeading => {
                "第一行不是表头。请保留列名一行，并让它成为文件的第一行。".to_owned()
            }
            Self::Missing(columns) => format!(
                "缺少必需的列：{}。请补上后重新上传；可以下载模板核对列名。",
                columns.join("、")
            ),
            Self::Doubled(column) => format!("有两列都叫“{column}”。请删去一列后重新上传。"),
        }
    }
}

impl Columns {
    /// The 统一受案号 of a row, if one stands there that can be read.
    pub fn number(&self, cells: &[Cell]) -> Option<String> {
        let of = |(column, _): &&(Column, usize)| *column == Column::UnifiedNumber;
        let (_, at) = self.places.iter().find(of)?;
        let text = cells.get(*at)?.text().ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// Reads a heading.
    ///
    /// # Errors
    /// When columns are missing or doubled.
    pub fn of<T: AsRef<str>>(headings: &[T]) -> Result<Self, HeadProblem> {
        let mut places: Vec<(Column, usize)> = Vec::new();
        let mut unknown = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            let heading = heading.as_ref();
            match Column::of(heading) {
                Some(column) if places.iter().any(|(known, _)| *known == column) => {
                    return Err(HeadProblem::Doubled(column.heading()));
                }
                Some(column) => places.push((column, at)),
                None if heading.trim().is_empty() => {}
                None => unknown.push(shown(heading)),
            }
        }
        if places.is_empty() {
            return Err(HeadProblem::NoHeading);
        }
        let is_there = |column| places.iter().any(|(known, _)| *known == column);
        let missing: Vec<&str> = Column::all()
            .filter(|column| column.is_required() && !is_there(*column))
            .map(Column::heading)
            .collect();
        if !missing.is_empty() {
            return Err(HeadProblem::Missing(missing));
        }
        Ok(Self {
            places,
            unknown,
            width: headings.len(),
        })
    }

    /// Where the column stands.
    pub fn place(&self, column: Column) -> Option<usize> {
        let found = self.places.iter().find(|(known, _)| *known == column);
        found.map(|(_, at)| *at)
    }
}

/// A heading as it is told back: short, and without what could steer a terminal.
fn shown(heading: &str) -> String {
    let plain = heading.trim().chars().filter(|c| !c.is_control());
    plain.take(20).collect()
}
