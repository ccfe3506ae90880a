//! Cells to facts, each checked.

use chrono::{NaiveDate, NaiveDateTime};

use super::cell::Cell;
use super::columns::{Column, Columns};
use super::{CaseFacts, CaseRow, PersonFacts, RowProblem, Rules, dates};
use crate::domain::binding::{check_digit, fold_id};
use crate::domain::ids::UnitId;
use crate::domain::registration::Identities;
use crate::domain::shanghai;

const DAY_MS: i64 = 24 * 3_600_000;
/// Somebody below this age is a juvenile, whatever the column says.
const ADULT: u32 = 18;

/// Checks a row.
///
/// # Errors
/// The first fault, with its column. A classified or juvenile row is refused before anything else is looked at.
pub fn check(columns: &Columns, cells: &[Cell], rules: Rules<'_>) -> Result<CaseRow, RowProblem> {
    let row = Row {
        columns,
        cells,
        rules,
    };
    row.refuse_protected()?;
    let case = row.case()?;
    let person = row.person(case.accepted_at)?;
    let updated_at = row.moment(Column::UpdatedAt)?.map(shanghai::millis);
    Ok(CaseRow {
        case,
        person,
        updated_at,
    })
}

struct Row<'a> {
    columns: &'a Columns,
    cells: &'a [Cell],
    rules: Rules<'a>,
}

impl Row<'_> {
    fn cell(&self, column: Column) -> &Cell {
        let place = self.columns.place(column);
        place
            .and_then(|place| self.cells.get(place))
            .unwrap_or(&Cell::Empty)
    }

    fn text(&self, column: Column, most: usize) -> Result<Option<String>, RowProblem> {
        let text = self.cell(column).text();
        let text = text.map_err(|reason| RowProblem::at(column, reason))?;
        if text.chars().count() > most {
            let reason = format!("超过{most}个字。请缩短，或检查是否错列。");
            return Err(RowProblem::at(column, reason));
        }
        Ok((!text.is_empty()).then_some(text))
    }

    fn needed(&self, column: Column, most: usize) -> Result<String, RowProblem> {
        self.text(column, most)?
            .ok_or_else(|| RowProblem::at(column, "不能为空。请补上后重新导入这一行。"))
    }

    /// Where a number of something stands, a count with a fraction is from another column.
    fn refuse_fraction(&self, column: Column) -> Result<(), RowProblem> {
        match self.cell(column) {
            Cell::Number(number) if number.fract() != 0.0 => {
                let reason = "是小数，不是编号。请检查是否错列，并把这一列设为“文本”格式。";
                Err(RowProblem::at(column, reason))
            }
            _ => Ok(()),
        }
    }

    /// A number by which something is found again: no white space inside.
    fn number(&self, column: Column, most: usize) -> Result<String, RowProblem> {
        self.refuse_fraction(column)?;
        let text = self.needed(column, most)?;
        match text.chars().any(char::is_whitespace) {
            true => Err(RowProblem::at(column, "中间有空格。请去掉空格。")),
            false => Ok(text),
        }
    }

    fn moment(&self, column: Column) -> Result<Option<NaiveDateTime>, RowProblem> {
        let read = dates::moment(self.cell(column), self.rules.is_1904);
        read.map_err(|reason| RowProblem::at(column, reason))
    }

    fn day(&self, column: Column) -> Result<Option<String>, RowProblem> {
        Ok(self.moment(column)?.map(|at| at.date().to_string()))
    }

    fn refuse_protected(&self) -> Result<(), RowProblem> {
        let of_state = "涉密案件不得导入本系统。请从文件中删除这一行，按保密规定办理。";
        let of_minors = "未成年人案件不得导入本系统。请从文件中删除这一行。";
        for (column, reason) in [
            (Column::Classified, of_state),
            (Column::Juvenile, of_minors),
        ] {
            let text = self.cell(column).text();
            let text = text.map_err(|reason| RowProblem::at(column, reason))?;
            match text.to_ascii_lowercase().as_str() {
                "" | "否" | "0" | "n" | "no" | "f" | "false" | "无" | "不涉密" | "非密" => {}
                "是" | "1" | "y" | "yes" | "t" | "true" | "有" | "涉密" | "秘密" | "机密"
                | "绝密" => {
                    return Err(RowProblem::at(column, reason));
                }
                // What is not understood is not taken for a no.
                _ => {
                    let how = "看不懂。请写“是”或“否”；在看懂之前，这一行不导入。";
                    return Err(RowProblem::at(column, how));
                }
            }
        }
        Ok(())
    }

    fn case(&self) -> Result<CaseFacts, RowProblem> {
        let unified_number = self.number(Column::UnifiedNumber, 60)?;
        let accepted_at = self.moment(Column::AcceptedAt)?.map(shanghai::millis);
        let missing = || RowProblem::at(Column::AcceptedAt, "不能为空。请补上后重新导入这一行。");
        let accepted_at = accepted_at.ok_or_else(missing)?;
        if accepted_at > self.rules.now + DAY_MS {
            return Err(RowProblem::at(
                Column::AcceptedAt,
                "在今天以后。请检查年份。",
            ));
        }
        self.refuse_fraction(Column::DepartmentNumber)?;
        Ok(CaseFacts {
            unified_number,
            department_number: self.needed(Column::DepartmentNumber, 60)?,
            unit_id: self.unit()?,
            name: self.needed(Column::CaseName, 200)?,
            category: self.needed(Column::Category, 60)?,
            other_charges: self.text(Column::OtherCharges, 400)?,
            accepted_at,
            transferring_unit: self.text(Column::TransferringUnit, 100)?,
            department: self.text(Column::Department, 60)?,
            handler: self.text(Column::Handler, 60)?,
            concluded_at: self.moment(Column::ConcludedAt)?.map(shanghai::millis),
            closed_at: self.moment(Column::ClosedAt)?.map(shanghai::millis),
        })
    }

    fn unit(&self) -> Result<String, RowProblem> {
        let code = self.number(Column::UnitCode, 32)?;
        let unit = self.rules.tree.by_code(&code).ok_or_else(|| {
            RowProblem::at(
                Column::UnitCode,
                "没有这个单位编码。请核对编码，或请系统管理员补充单位。",
            )
        })?;
        let id: &UnitId = &unit.unit_id;
        if self.rules.unit_id.is_some_and(|own| own != id.as_str()) {
            let reason = "不是本单位的案件。只能导入本单位的案件，请由该单位导入。";
            return Err(RowProblem::at(Column::UnitCode, reason));
        }
        Ok(id.as_str().to_owned())
    }

    fn person(&self, accepted_at: i64) -> Result<PersonFacts, RowProblem> {
        let id_type = self.text(Column::IdType, 30)?;
        let id_number = self.id_number(id_type.as_deref(), accepted_at)?;
        Ok(PersonFacts {
            person_number: self.number(Column::PersonNumber, 40)?,
            name: self.needed(Column::Name, 100)?,
            gender: self.gender()?,
            id_type,
            id_number,
            coercive_measure: self.text(Column::Measure, 40)?,
            coercive_measure_date: self.day(Column::MeasureDate)?,
            detention_place: self.text(Column::DetentionPlace, 100)?,
            charge: self.text(Column::Charge, 200)?,
            stage: self.text(Column::Stage, 60)?,
            review_status: self.text(Column::ReviewStatus, 200)?,
            review_opinion: self.text(Column::ReviewOpinion, 400)?,
            time_limit_text: self.text(Column::TimeLimit, 200)?,
            due_date: self.day(Column::DueDate)?,
            outcome: self.text(Column::Outcome, 200)?,
        })
    }

    fn gender(&self) -> Result<Option<String>, RowProblem> {
        let text = self.text(Column::Gender, 20)?;
        Ok(match text.as_deref() {
            None | Some("未知" | "未说明" | "未说明的性别" | "未知的性别" | "0" | "9") => {
                None
            }
            Some("男" | "男性" | "1") => Some("男".to_owned()),
            Some("女" | "女性" | "2") => Some("女".to_owned()),
            Some(_) => {
                return Err(RowProblem::at(
                    Column::Gender,
                    "看不懂。请写“男”或“女”，不知道就留空。",
                ));
            }
        })
    }

    fn id_number(
        &self,
        id_type: Option<&str>,
        accepted_at: i64,
    ) -> Result<Option<String>, RowProblem> {
        let wrong = |reason: &str| Err(RowProblem::at(Column::IdNumber, reason));
        self.refuse_fraction(Column::IdNumber)?;
        let Some(text) = self.text(Column::IdNumber, 40)? else {
            return Ok(None);
        };
        let number = fold_id(&text);
        let says_card = id_type.is_some_and(|word| word.contains("身份证"));
        let looks_like_one = id_type.is_none() && number.len() == 18;
        if !(says_card || looks_like_one) {
            return match (4..=30).contains(&number.len()) {
                true => Ok(Some(number)),
                false => wrong("长度不对。请核对证件号码。"),
            };
        }
        let body = number.get(..17).unwrap_or_default();
        if number.len() != 18 || !body.bytes().all(|byte| byte.is_ascii_digit()) {
            return wrong("居民身份证应为18位。请核对，或改正“证件类型”。");
        }
        if check_digit(body) != number.chars().last() {
            return wrong("校验位不对，有一位可能写错了。请核对。");
        }
        let digits = |range: std::ops::Range<usize>| {
            let part = body.get(range).and_then(|text| text.parse::<u32>().ok());
            part.unwrap_or_default()
        };
        let year = i32::try_from(digits(6..10)).unwrap_or_default();
        let born = NaiveDate::from_ymd_opt(year, digits(10..12), digits(12..14));
        let Some(born) = born else {
            return wrong("第7到14位不是日期。请核对。");
        };
        let accepted = shanghai::wall_clock(accepted_at).date();
        let is_nobodys = body.starts_with("99") || born > accepted;
        if is_nobodys {
            return match self.rules.identities {
                Identities::Synthetic => Ok(Some(number)),
                Identities::Real => wrong("地区或出生日期不可能存在。请核对。"),
            };
        }
        if accepted.years_since(born).is_none_or(|age| age < ADULT) {
            return wrong(
                "按出生日期，受理时未满18周岁，但“未成年人标志”不是“是”。请核对；未成年人案件不得导入。",
            );
        }
        Ok(Some(number))
    }
}
