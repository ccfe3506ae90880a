//! Which papers prove that somebody may be bound to a case, each with a place of its own in the form (requirements §4.6).

use crate::domain::binding::ApplicantRole;
use crate::domain::binding::ApplicantRole::{
    Agent, Defender, LayAgent, LayDefender, LegalRepresentative, NearRelative, Party,
};

/// A paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Material {
    /// The word of its place.
    pub slot: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Who must hand it in.
    pub needed_for: &'static [ApplicantRole],
    /// A place that takes its part.
    pub unless: Option<&'static str>,
}

/// 法律援助公函 stands for the mandate and the firm's letter.
const AID: &str = "legal_aid";

/// All of them.
pub const ALL: &[Material] = &[
    Material {
        slot: "id_card",
        label: "居民身份证",
        // A lawyer's is with the registration.
        needed_for: &[
            Party,
            LegalRepresentative,
            NearRelative,
            LayDefender,
            LayAgent,
        ],
        unless: None,
    },
    Material {
        slot: "mandate",
        label: "授权委托书",
        needed_for: &[Defender, Agent, LayDefender, LayAgent],
        unless: Some(AID),
    },
    Material {
        slot: "firm_letter",
        label: "律师事务所函",
        needed_for: &[Defender, Agent],
        unless: Some(AID),
    },
    Material {
        slot: AID,
        label: "法律援助公函",
        needed_for: &[],
        unless: None,
    },
    Material {
        slot: "relationship",
        label: "委托人身份证和与当事人的关系证明",
        needed_for: &[],
        unless: None,
    },
    Material {
        slot: "guardianship",
        label: "监护关系证明",
        needed_for: &[LegalRepresentative],
        unless: None,
    },
    Material {
        slot: "kinship",
        label: "户口本、结婚证等亲属关系证明",
        needed_for: &[NearRelative],
        unless: None,
    },
];

/// What somebody in this role must still hand in. `there` are the places with a file.
pub fn missing(role: ApplicantRole, there: &[&str]) -> Vec<&'static Material> {
    let is_there = |slot: &str| there.contains(&slot);
    ALL.iter()
        .filter(|one| one.needed_for.contains(&role))
        .filter(|one| !is_there(one.slot) && !one.unless.is_some_and(is_there))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_needs_its_papers() {
        let slots = |role, there: &[&str]| -> Vec<&str> {
            missing(role, there).iter().map(|one| one.slot).collect()
        };
        assert_eq!(slots(Defender, &[]), ["mandate", "firm_letter"]);
        assert_eq!(slots(Defender, &["mandate"]), ["firm_letter"]);
        assert!(slots(Agent, &["legal_aid"]).is_empty());
        assert_eq!(slots(NearRelative, &["id_card"]), ["kinship"]);
        assert_eq!(slots(LegalRepresentative, &[]), ["id_card", "guardianship"]);
        assert_eq!(slots(LayDefender, &[]), ["id_card", "mandate"]);
        assert_eq!(slots(Party, &["others"]), ["id_card"]);
    }
}
