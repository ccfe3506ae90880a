//! New persons who may be in the case already, by another number: a spreadsheet makes `1` of `01`, and whoever is bound to
//! `01` would never hear of them again.

use super::Tools;
use crate::domain::case_row::PersonFacts;
use crate::store::case_persons::CasePerson;

/// What to do about [`is_number_of_one`].
pub(super) const WHY: &str = "库中这一案件已有当事人，编号与这一行只差开头的0，多半是表格软件去掉了0。请把这一列设为“文本”格式重新导出，或改成库中的编号。";

/// Whether somebody's number is this one but for noughts before it.
pub(super) fn is_number_of_one(beside: &[&CasePerson], new: &PersonFacts) -> bool {
    let plain = |number: &str| number.trim_start_matches('0').to_owned();
    let number = plain(&new.person_number);
    beside.iter().any(|one| plain(&one.person_number) == number)
}

/// Whether somebody has this identity number.
pub(super) fn is_one(tools: &Tools, beside: &[&CasePerson], new: &PersonFacts) -> bool {
    let Some(number) = new.id_number.as_deref().filter(|_| !beside.is_empty()) else {
        return false;
    };
    let blind = tools.blind.of("id_number", number);
    beside
        .iter()
        .any(|one| one.id_blind.as_deref() == Some(blind.as_str()))
}
