//! The closed lists: results, reasons for a call, appointment items.

/// What became of an application. Never a bare 成功: a receipt must not be taken for a grant (requirements §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Granted.
    Approved,
    /// Not granted.
    Rejected,
    /// Every item of an appointment has its answer.
    Answered,
    /// Some items have.
    PartlyAnswered,
    /// The password is a new one.
    Reset,
    /// What was granted was ended later.
    Revoked,
}

impl Outcome {
    /// The word in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Answered => "answered",
            Self::PartlyAnswered => "partly_answered",
            Self::Reset => "reset",
            Self::Revoked => "revoked",
        }
    }

    /// Two to five Chinese characters: fits `phrase`.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Approved => "通过",
            Self::Rejected => "未通过",
            Self::Answered => "已回复",
            Self::PartlyAnswered => "部分回复",
            Self::Reset => "已重置",
            Self::Revoked => "已解除",
        }
    }

    /// The outcome of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Approved,
            Self::Rejected,
            Self::Answered,
            Self::PartlyAnswered,
            Self::Reset,
            Self::Revoked,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == word)
    }

    /// Whether nothing more is to be done about the application.
    pub fn is_final(self) -> bool {
        self != Self::PartlyAnswered
    }
}

/// Why somebody must telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untold {
    /// The account has no follower.
    NotLinked,
    /// The notice ended without reaching the follower.
    Undelivered,
}

impl Untold {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::Undelivered => "undelivered",
        }
    }

    /// What managers read beside the call.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::NotLinked => "没有绑定微信",
            Self::Undelivered => "微信通知没有送达",
        }
    }

    /// The reason of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::NotLinked, Self::Undelivered]
            .into_iter()
            .find(|reason| reason.as_str() == word)
    }
}

/// What an appointment is about: the five of the form and the two that may be switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// 阅卷.
    Reading,
    /// 收集（调取）证据材料.
    EvidenceCollection,
    /// 提供证据材料.
    EvidenceSubmission,
    /// 听取意见.
    Opinion,
    /// 会见.
    Meeting,
    /// 变更（解除）强制措施: tells something of the case, so that a push says 其他事项.
    MeasureChange,
    /// 其他事项.
    Other,
}

impl Item {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Reading,
        Self::EvidenceCollection,
        Self::EvidenceSubmission,
        Self::Opinion,
        Self::Meeting,
        Self::MeasureChange,
        Self::Other,
    ];

    /// The word in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::EvidenceCollection => "evidence_collection",
            Self::EvidenceSubmission => "evidence_submission",
            Self::Opinion => "opinion",
            Self::Meeting => "meeting",
            Self::MeasureChange => "measure_change",
            Self::Other => "other",
        }
    }

    /// In the words of its form.
    pub fn title(self) -> &'static str {
        match self {
            Self::Reading => "阅卷",
            Self::EvidenceCollection => "收集（调取）证据材料",
            Self::EvidenceSubmission => "提供证据材料",
            Self::Opinion => "听取意见",
            Self::Meeting => "会见",
            Self::MeasureChange => "变更（解除）强制措施",
            Self::Other => "其他事项",
        }
    }

    /// What a push shows.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Reading => "阅卷",
            Self::EvidenceCollection => "收集调取证据",
            Self::EvidenceSubmission => "提供证据材料",
            Self::Opinion => "听取意见",
            Self::Meeting => "会见",
            Self::MeasureChange | Self::Other => "其他事项",
        }
    }

    /// The item of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == word)
    }
}

/// 阅卷 · 阅卷等3项.
pub fn items_phrase(items: &[Item]) -> String {
    let Some(first) = items.first() else {
        return "其他事项".to_owned();
    };
    match items.len() {
        1 => first.phrase().to_owned(),
        count => format!("{}等{count}项", first.phrase()),
    }
}
