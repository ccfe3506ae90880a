//! 应公开文书: which documents should be public, and why one is not.

use crate::domain::fold::fold;

/// Whether a document that should be public is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 待公开: not yet.
    Waiting,
    /// 已公开.
    Public,
    /// 不公开, for a reason.
    Closed,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Public, Self::Closed];

    /// The word in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Public => "public",
            Self::Closed => "closed",
        }
    }

    /// The status of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Waiting => "待公开",
            Self::Public => "已公开",
            Self::Closed => "不公开",
        }
    }
}

/// Why a document is not published (requirements §4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotPublic {
    /// 国家秘密.
    StateSecret,
    /// 商业秘密.
    BusinessSecret,
    /// 个人隐私.
    Privacy,
    /// 未成年人.
    Juvenile,
    /// The judgment is not effective.
    NotEffective,
    /// Laws or rules of another kind.
    Barred,
    /// The superior did not agree.
    NotAgreed,
    /// Something else, in words.
    Other,
}

impl NotPublic {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 8] = [
        Self::StateSecret,
        Self::BusinessSecret,
        Self::Privacy,
        Self::Juvenile,
        Self::NotEffective,
        Self::Barred,
        Self::NotAgreed,
        Self::Other,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StateSecret => "state_secret",
            Self::BusinessSecret => "business_secret",
            Self::Privacy => "privacy",
            Self::Juvenile => "juvenile",
            Self::NotEffective => "not_effective",
            Self::Barred => "barred",
            Self::NotAgreed => "not_agreed",
            Self::Other => "other",
        }
    }

    /// The reason of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// As people read it, and as a CSV file has it.
    pub fn title(self) -> &'static str {
        match self {
            Self::StateSecret => "涉及国家秘密",
            Self::BusinessSecret => "涉及商业秘密",
            Self::Privacy => "涉及个人隐私",
            Self::Juvenile => "涉及未成年人",
            Self::NotEffective => "判决尚未生效",
            Self::Barred => "法律规定不公开的其他情形",
            Self::NotAgreed => "上级院不同意公开",
            Self::Other => "其他原因",
        }
    }
}

/// A document number as two of them are compared: brackets, width, case and spaces folded.
pub fn number_key(number: &str) -> String {
    fold(number)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_however_the_brackets_are_written() {
        assert_eq!(
            number_key("长检刑诉〔2026〕 12号"),
            number_key("长检刑诉［２０２６］12号")
        );
        assert_ne!(
            number_key("长检刑诉〔2026〕12号"),
            number_key("长检刑诉〔2026〕1号")
        );
    }

    #[test]
    fn words_are_read_back() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        for reason in NotPublic::ALL {
            assert_eq!(NotPublic::parse(reason.as_str()), Some(reason));
        }
    }
}
