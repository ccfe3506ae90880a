//! Who may see whom in which case, as what, and the three limits for lawyers (requirements ).

/// 申请人类型: in what quality somebody is bound to a person in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicantRole {
    /// 辩护人, a lawyer.
    Defender,
    /// 诉讼代理人, a lawyer.
    Agent,
    /// 当事人.
    Party,
    /// 法定代理人.
    LegalRepresentative,
    /// 近亲属.
    NearRelative,
    /// 辩护人 who is no lawyer.
    LayDefender,
    /// 诉讼代理人 who is no lawyer.
    LayAgent,
}

impl ApplicantRole {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Defender,
        Self::Agent,
        Self::Party,
        Self::LegalRepresentative,
        Self::NearRelative,
        Self::LayDefender,
        Self::LayAgent,
    ];
    /// What a lawyer may choose.
    pub const OF_LAWYERS: [Self; 2] = [Self::Defender, Self::Agent];
    /// As what 当事人等 are bound, at the counter (requirements §4.6).
    pub const OF_PARTIES: [Self; 5] = [
        Self::Party,
        Self::LegalRepresentative,
        Self::NearRelative,
        Self::LayDefender,
        Self::LayAgent,
    ];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Defender => "defender",
            Self::Agent => "agent",
            Self::Party => "party",
            Self::LegalRepresentative => "legal_representative",
            Self::NearRelative => "near_relative",
            Self::LayDefender => "lay_defender",
            Self::LayAgent => "lay_agent",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Defender => "辩护人",
            Self::Agent => "诉讼代理人",
            Self::Party => "当事人",
            Self::LegalRepresentative => "法定代理人",
            Self::NearRelative => "近亲属",
            Self::LayDefender => "非律师辩护人",
            Self::LayAgent => "非律师诉讼代理人",
        }
    }

    /// Whether a lawyer acts in this role; the others belong to 当事人等.
    pub fn is_lawyers(self) -> bool {
        matches!(self, Self::Defender | Self::Agent)
    }

    /// Whether 预约 is offered: to 辩护人 and 诉讼代理人, lawyers or not; others only look.
    pub fn may_appoint(self) -> bool {
        matches!(
            self,
            Self::Defender | Self::Agent | Self::LayDefender | Self::LayAgent
        )
    }
}

/// Whether a case is 民行: the limit of two lawyers and the limit of one suspect do not hold there. A criminal case with
/// a civil part (刑事附带民事) is a criminal one.
pub fn is_civil(category: &str) -> bool {
    let criminal = category.contains("刑事") || category.contains("公诉");
    !criminal
        && ["民事", "行政", "民行"]
            .iter()
            .any(|word| category.contains(word))
}

/// An open binding, as the limits see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Whose it is.
    pub account: i64,
    /// To which person.
    pub person: i64,
    /// As what.
    pub role: ApplicantRole,
    /// A lawyer's.
    pub is_lawyers: bool,
}

/// A binding that breaks a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It is there already.
    Already,
    /// the lawyer acts for this person in this other role.
    OtherRole(ApplicantRole),
    /// the lawyer acts for another suspect of the case.
    OtherSuspect,
    /// two lawyers act for this person.
    TwoLawyers,
    /// Nobody may look at the case any more.
    Stopped,
}

impl Limit {
    /// What a person is told: what to do, then why.
    pub fn sentence(self) -> String {
        match self {
            Self::Already => {
                "您已经绑定了这名当事人，请在“我的案件”中查看，不需要再次申请。".to_owned()
            }
            Self::OtherRole(role) => format!(
                "请先解除原来的绑定。对同一名当事人，一名律师只能以一种身份绑定，现在已经以{}的身份绑定。",
                role.title()
            ),
            Self::OtherSuspect => {
                "请核对当事人。同一名律师不能同时为同一案件的两名犯罪嫌疑人、被告人辩护，现在已经绑定了本案的另一名当事人。"
                    .to_owned()
            }
            Self::TwoLawyers => {
                "请与当事人核对委托关系。这名当事人已经有两名律师绑定；除民事、行政案件以外，一名当事人最多由两名律师绑定。"
                    .to_owned()
            }
            Self::Stopped => "请向承办案件的单位咨询。这件案件不提供网上查询。".to_owned(),
        }
    }

    /// The same for the manager who decides.
    pub fn to_managers(self) -> String {
        match self {
            Self::Already => "这名律师已经绑定了这名当事人，不能再次绑定。".to_owned(),
            Self::OtherRole(role) => format!(
                "这名律师已经以{}的身份绑定了这名当事人；对同一名当事人只能以一种身份绑定。",
                role.title()
            ),
            Self::OtherSuspect => {
                "这名律师已经绑定了本案的另一名犯罪嫌疑人、被告人，不能同时为同案两人辩护。".to_owned()
            }
            Self::TwoLawyers => {
                "这名当事人已经有两名律师绑定；除民事、行政案件以外，最多两名。委托有变化的，请先解除原来的绑定。"
                    .to_owned()
            }
            Self::Stopped => {
                "这件案件已停止查询，不能绑定。可以查询的，请先在“案件查询”里恢复。".to_owned()
            }
        }
    }

    /// The same for the interface of the upstream site.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Already => "is a person to whom this account is bound already",
            Self::OtherRole(_) => {
                "is a person to whom this lawyer is bound in another role; one role a person"
            }
            Self::OtherSuspect => {
                "is a second suspect of a case for this lawyer; one suspect a case"
            }
            Self::TwoLawyers => "has two lawyers already",
            Self::Stopped => "is of a case that nobody may look at any more",
        }
    }
}

/// Whether `account` may be bound to `person` as `role`. `in_case` are the open bindings to all persons of the case.
///
/// # Errors
/// The first limit that it breaks.
pub fn check(
    (account, person, role): (i64, i64, ApplicantRole),
    in_case: &[Held],
    civil: bool,
) -> Result<(), Limit> {
    let mut own = in_case.iter().filter(|held| held.account == account);
    if let Some(held) = own.clone().find(|held| held.person == person) {
        return Err(if held.role == role {
            Limit::Already
        } else {
            Limit::OtherRole(held.role)
        });
    }
    if !role.is_lawyers() || civil {
        return Ok(());
    }
    if own.any(|held| held.person != person) {
        return Err(Limit::OtherSuspect);
    }
    let lawyers = in_case
        .iter()
        .filter(|held| held.person == person && held.is_lawyers)
        .count();
    if lawyers >= 2 {
        return Err(Limit::TwoLawyers);
    }
    Ok(())
}

/// The digits and letters of a number of an identity document, as it is compared.
pub fn fold_id(number: &str) -> String {
    let kept = number.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether a folded number may be one of an identity document: the last digit of an identity card's follows from the
/// others (GB 11643); of other documents only the length is known.
pub fn is_plausible_id(folded: &str) -> bool {
    let is_card = folded.len() == 18 && folded.bytes().take(17).all(|b| b.is_ascii_digit());
    if !is_card {
        return (5..=30).contains(&folded.len());
    }
    let body: String = folded.chars().take(17).collect();
    folded.chars().last() == check_digit(&body)
}

/// The last digit of an identity card's number after these 17 digits.
pub fn check_digit(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits: Option<Vec<u32>> = body.chars().map(|digit| digit.to_digit(10)).collect();
    let digits = digits.filter(|digits| digits.len() == WEIGHTS.len())?;
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let at = usize::try_from(sum % 11).ok()?;
    "10X98765432".chars().nth(at)
}

/// `432831****`: what others see of a number (requirements §5.4).
pub fn mask_other(number: &str) -> String {
    masked(number, 0)
}

/// `432831********1234`: what one sees of one's own.
pub fn mask_own(number: &str) -> String {
    masked(number, 4)
}

fn masked(number: &str, tail: usize) -> String {
    let letters: Vec<char> = number.chars().collect();
    // A short one would be shown whole.
    if letters.is_empty() {
        return String::new();
    }
    if letters.len() < 14 {
        let head: String = letters.iter().take(1).collect();
        return format!("{head}****");
    }
    let head: String = letters.iter().take(6).collect();
    if tail == 0 {
        return format!("{head}****");
    }
    let end: String = letters.iter().skip(letters.len() - tail).collect();
    format!("{head}{}{end}", "*".repeat(letters.len() - 6 - tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(account: i64, person: i64, role: ApplicantRole) -> Held {
        let is_lawyers = role.is_lawyers();
        Held {
            account,
            person,
            role,
            is_lawyers,
        }
    }

    use ApplicantRole::{Agent, Defender, NearRelative};

    #[test]
    fn one_role_a_person() {
        let before = [held(1, 10, Defender)];
        assert_eq!(
            check((1, 10, Defender), &before, false),
            Err(Limit::Already)
        );
        for civil in [false, true] {
            assert_eq!(
                check((1, 10, Agent), &before, civil),
                Err(Limit::OtherRole(Defender))
            );
        }
        assert_eq!(check((2, 10, Agent), &before, false), Ok(()));
    }

    #[test]
    fn one_suspect_a_case_unless_it_is_a_civil_one() {
        let before = [held(1, 10, Defender)];
        assert_eq!(
            check((1, 11, Defender), &before, false),
            Err(Limit::OtherSuspect)
        );
        assert_eq!(check((1, 11, Agent), &before, true), Ok(()));
        assert_eq!(check((2, 11, Defender), &before, false), Ok(()));
    }

    #[test]
    fn two_lawyers_a_person_and_others_do_not_count() {
        let mut before = vec![held(1, 10, Defender), held(2, 10, Agent)];
        assert_eq!(
            check((3, 10, Defender), &before, false),
            Err(Limit::TwoLawyers)
        );
        assert_eq!(check((3, 10, Defender), &before, true), Ok(()));
        assert_eq!(check((3, 11, Defender), &before, false), Ok(()));
        assert_eq!(check((4, 10, NearRelative), &before, false), Ok(()));
        before.pop();
        before.extend([held(5, 10, NearRelative), held(6, 10, ApplicantRole::Party)]);
        assert_eq!(check((3, 10, Defender), &before, false), Ok(()));
    }

    #[test]
    fn a_criminal_case_with_a_civil_part_is_criminal() {
        for (category, civil) in [
            ("民事监督案件", true),
            ("行政诉讼监督", true),
            ("民行申诉", true),
            ("刑事附带民事公益诉讼", false),
            ("一审公诉案件", false),
            ("第二审程序上诉", false),
        ] {
            assert_eq!(is_civil(category), civil, "{category}");
        }
    }

    #[test]
    fn numbers_are_masked() {
        assert_eq!(mask_other("432831197001011234"), "432831****");
        assert_eq!(mask_own("432831197001011234"), "432831********1234");
        assert_eq!(mask_other("G1234567"), "G****");
        assert_eq!(mask_own("12"), "1****");
        assert_eq!(mask_own(""), "");
        assert_eq!(fold_id(" 43283119700101 123x"), "43283119700101123X");
    }

    #[test]
    fn the_last_digit_of_an_identity_card_is_checked() {
        for (number, plausible) in [
            ("11010519491231002X", true),
            ("110105194912310021", false),
            ("G12345678", true),
            ("1234", false),
            ("", false),
        ] {
            assert_eq!(is_plausible_id(number), plausible, "{number}");
        }
    }

    #[test]
    fn only_defenders_and_agents_may_appoint() {
        let may: Vec<&str> = ApplicantRole::ALL
            .into_iter()
            .filter(|role| role.may_appoint())
            .map(ApplicantRole::as_str)
            .collect();
        assert_eq!(may, ["defender", "agent", "lay_defender", "lay_agent"]);
        for role in ApplicantRole::ALL {
            assert_eq!(ApplicantRole::parse(role.as_str()), Some(role));
        }
    }
}
