//! How something is published: the states of a draft, who may take which step, what a form asks for, and the closed
//! lists (requirements §4.2, §4.3, §4.7).

mod content;
mod register;

use chrono::Months;

use crate::domain::shanghai;

pub use content::{Content, Fault, Typed, day_of, read};
pub use register::{NotPublic, Status, number_key};

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// 草稿: being written.
    Draft,
    /// 已检查: the masking check found nothing, or all was signed.
    Checked,
    /// 待审批: somebody else decides.
    Submitted,
    /// 已退回: with a reason.
    Returned,
    /// 待发布: approved, shown when it is due.
    Scheduled,
    /// 已发布.
    Published,
    /// 已撤下: by the unit or by its age.
    Withdrawn,
    /// 已更正: a newer version took its place.
    Replaced,
    /// 已作废: never published.
    Discarded,
}

impl State {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Checked,
        Self::Returned,
        Self::Submitted,
        Self::Scheduled,
        Self::Published,
        Self::Withdrawn,
        Self::Replaced,
        Self::Discarded,
    ];

    /// The word in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Checked => "checked",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
            Self::Replaced => "replaced",
            Self::Discarded => "discarded",
        }
    }

    /// The state of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Draft => "草稿",
            Self::Checked => "已检查",
            Self::Submitted => "待审批",
            Self::Returned => "已退回",
            Self::Scheduled => "待发布",
            Self::Published => "已发布",
            Self::Withdrawn => "已撤下",
            Self::Replaced => "已更正",
            Self::Discarded => "已作废",
        }
    }

    /// Whether the text may still be changed.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Checked | Self::Returned)
    }

    /// Whether it stands among the publications.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Scheduled | Self::Published)
    }
}

/// Who had to do with a draft: whoever wrote, changed or submitted it does not approve it.
pub fn may_approve(approver: i64, hands: &[i64]) -> bool {
    !hands.contains(&approver)
}

/// 重要案件信息 by what they are about (requirements §4.2).
pub const CATEGORIES: [&str; 5] = [
    "有较大社会影响的职务犯罪案件",
    "社会广泛关注的刑事案件",
    "已经办结的典型案例",
    "重大、专项业务工作的进展和结果",
    "其他重要案件信息",
];

/// Kinds of legal documents with their finer types (requirements §4.3).
pub const DOCUMENTS: [(&str, &[&str]); 8] = [
    ("起诉书", &["自然人犯罪", "单位犯罪", "附带民事诉讼"]),
    ("不起诉决定书", &["法定不起诉", "相对不起诉", "存疑不起诉"]),
    ("抗诉书", &["二审程序", "审判监督程序", "民事", "行政"]),
    ("刑事申诉复查决定书", &["维持", "撤销", "变更"]),
    ("追加起诉书", &[]),
    ("补充起诉决定书", &[]),
    ("支持起诉书", &[]),
    ("其他法律文书", &[]),
];

/// When something published at `published_at` is taken down after so many months; never after none.
pub fn expiry(published_at: i64, months: u32) -> Option<i64> {
    if months == 0 {
        return None;
    }
    let at = shanghai::wall_clock(published_at).checked_add_months(Months::new(months))?;
    Some(shanghai::millis(at))
}

/// The moment before which things of an age of so many months were published.
pub fn cutoff(now: i64, months: u32) -> Option<i64> {
    if months == 0 {
        return None;
    }
    let at = shanghai::wall_clock(now).checked_sub_months(Months::new(months))?;
    Some(shanghai::millis(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("burnt"), None);
    }

    #[test]
    fn months_are_those_of_the_calendar_and_none_means_never() {
        // 2026-11-22 10:00 in Shanghai.
        let at = 1_795_312_800_000;
        let in_three = expiry(at, 3).unwrap();
        assert_eq!(shanghai::minute_text(in_three), "2027年02月22日 10:00");
        assert_eq!(cutoff(in_three, 3), Some(at));
        assert_eq!((expiry(at, 0), cutoff(at, 0)), (None, None));
    }

    #[test]
    fn whoever_had_a_hand_in_it_does_not_approve_it() {
        assert!(may_approve(3, &[1, 2]));
        assert!(!may_approve(2, &[1, 2]));
    }
}
