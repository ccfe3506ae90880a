//! Whose account it is.

/// The three roles of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 律师.
    Lawyer,
    /// 当事人等: parties, legal representatives, near relatives, defenders and agents who are no lawyers.
    Party,
    /// 案件管理人员.
    Manager,
}

impl Role {
    /// All of them, in the order of the landing page.
    pub const ALL: [Self; 3] = [Self::Lawyer, Self::Party, Self::Manager];

    /// The word in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lawyer => "lawyer",
            Self::Party => "party",
            Self::Manager => "manager",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Lawyer => "律师",
            Self::Party => "当事人等",
            Self::Manager => "案件管理人员",
        }
    }
}
