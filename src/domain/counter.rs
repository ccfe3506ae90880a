//! What somebody shows and says at the counter before an account is issued (R-I.2, requirements §4.6), and what is wrong
//! with what the manager typed: everything at once. Pure; the sentences speak to the manager.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::binding::ApplicantRole;
use crate::domain::registration::{
    self, Identities, PROVINCES, Read, all_digits, check_digit, folded, number,
};

/// The text that is agreed to at the counter; another text gets another number.
pub const CONSENT_VERSION: &str = "counter-2026-11";

/// Letters of a relation.
const RELATION_LETTERS: usize = 20;
/// How the party itself stands to the party.
const SELF: &str = "本人";

/// What paper shows who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdType {
    /// 居民身份证
    IdCard,
    /// 护照
    Passport,
    /// 港澳居民来往内地通行证
    HongKongMacau,
    /// 台湾居民来往大陆通行证
    Taiwan,
    /// 外国人永久居留身份证
    PermanentResident,
    /// 其他证件
    Other,
}

impl IdType {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::IdCard,
        Self::Passport,
        Self::HongKongMacau,
        Self::Taiwan,
        Self::PermanentResident,
        Self::Other,
    ];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdCard => "id_card",
            Self::Passport => "passport",
            Self::HongKongMacau => "hong_kong_macau",
            Self::Taiwan => "taiwan",
            Self::PermanentResident => "permanent_resident",
            Self::Other => "other",
        }
    }

    /// The one of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::IdCard => "居民身份证",
            Self::Passport => "护照",
            Self::HongKongMacau => "港澳居民来往内地通行证",
            Self::Taiwan => "台湾居民来往大陆通行证",
            Self::PermanentResident => "外国人永久居留身份证",
            Self::Other => "其他证件",
        }
    }
}

/// What was typed, as it was typed.
#[derive(Clone, Default)]
pub struct Typed {
    /// 姓名
    pub name: String,
    /// 性别
    pub gender: String,
    /// 证件类型
    pub id_type: String,
    /// 证件号码
    pub id_number: String,
    /// 手机
    pub phone: String,
    /// 身份
    pub capacity: String,
    /// 与当事人的关系
    pub relation: String,
    /// The person has read the notice and agreed.
    pub consented: bool,
}

/// Who stands at the counter. Personal: it is stored sealed and never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// 姓名
    pub name: String,
    /// 男 or 女
    pub gender: String,
    /// 证件类型
    pub id_type: IdType,
    /// 证件号码, folded.
    pub id_number: String,
    /// Eleven digits.
    pub phone: String,
    /// 身份, the word of an [`ApplicantRole`] of 当事人等.
    pub capacity: String,
    /// 与当事人的关系
    pub relation: String,
}

impl Person {
    /// 身份.
    pub fn role(&self) -> ApplicantRole {
        ApplicantRole::parse(&self.capacity).unwrap_or(ApplicantRole::Party)
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

/// Field to what is to be done about it.
pub type Faults = BTreeMap<&'static str, &'static str>;

/// Reads what was typed.
///
/// # Errors
/// Every fault, by the name of its field; never empty.
pub fn check(typed: &Typed, identities: Identities, today: NaiveDate) -> Result<Person, Faults> {
    let mut faults = Faults::new();
    let mut taken = |field: &'static str, read: Read| {
        read.unwrap_or_else(|fault| {
            faults.insert(field, fault);
            String::new()
        })
    };
    let wrong_name = "请输入证件上的姓名：2到30个字，不含数字和符号。";
    let wrong_phone = "请输入11位的手机号码，例如13800000000。";
    let person = Person {
        name: taken(
            "name",
            registration::name(&typed.name).map_err(|_wording| wrong_name),
        ),
        gender: taken("gender", registration::gender(&typed.gender)),
        id_number: taken(
            "id_number",
            id_number(&typed.id_type, &typed.id_number, identities, today),
        ),
        phone: taken(
            "phone",
            registration::phone(&typed.phone, identities).map_err(|_wording| wrong_phone),
        ),
        capacity: taken("capacity", capacity(&typed.capacity)),
        relation: taken("relation", relation(&typed.capacity, &typed.relation)),
        id_type: IdType::parse(&typed.id_type).unwrap_or(IdType::Other),
    };
    if IdType::parse(&typed.id_type).is_none() {
        faults.insert("id_type", "请选择证件类型。");
    }
    if !typed.consented {
        faults.insert(
            "consented",
            "请当事人阅读个人信息处理告知书，同意后在这里打勾。",
        );
    }
    match faults.is_empty() {
        true => Ok(person),
        false => Err(faults),
    }
}

/// A number as it is compared: narrow capitals and digits, without blanks and dashes.
pub fn fold_number(typed: &str) -> String {
    number(typed).to_uppercase()
}

fn capacity(typed: &str) -> Read {
    match ApplicantRole::parse(typed) {
        Some(role) if !role.is_lawyers() => Ok(role.as_str().to_owned()),
        _ => Err("请选择身份。"),
    }
}

fn relation(capacity: &str, typed: &str) -> Read {
    if ApplicantRole::parse(capacity) == Some(ApplicantRole::Party) {
        return Ok(SELF.to_owned());
    }
    let relation = folded(typed);
    let is_text = |c: char| c.is_alphanumeric() || "（）()·- ".contains(c);
    match relation.chars().count() {
        0 => Err("请输入与当事人的关系，例如配偶、父亲、受托人。"),
        1..=RELATION_LETTERS if relation.chars().all(is_text) => Ok(relation),
        _ => Err("请用20个以内的字写明与当事人的关系，不含符号。"),
    }
}

fn id_number(id_type: &str, typed: &str, identities: Identities, today: NaiveDate) -> Read {
    let id = fold_number(typed);
    if id.is_empty() {
        return Err("请输入证件号码。");
    }
    if IdType::parse(id_type) == Some(IdType::IdCard) {
        return match is_id_card(&id, identities, today) {
            true => Ok(id),
            false => Err("请核对18位的居民身份证号码：地区、出生日期或者最后一位不对。"),
        };
    }
    let fits = (5..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match fits {
        true => Ok(id),
        false => Err("请输入证件上的号码：5到20位字母和数字。"),
    }
}

fn is_id_card(id: &str, identities: Identities, today: NaiveDate) -> bool {
    let (Some(body), Some(last)) = (id.get(..17), id.get(17..)) else {
        return false;
    };
    if !all_digits(body) || check_digit(body) != last.chars().next() || last.len() != 1 {
        return false;
    }
    let is_synthetic = identities == Identities::Synthetic;
    let area = body.get(..2).unwrap_or_default();
    let is_area = PROVINCES.contains(&area) || area == "83" || (is_synthetic && area == "99");
    let born = body
        .get(6..14)
        .and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok());
    is_area && born.is_some_and(|born| born <= today || is_synthetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn good() -> Typed {
        Typed {
            name: "植入 甲".to_owned(),
            gender: "女".to_owned(),
            id_type: "id_card".to_owned(),
            id_number: " 11010519491231002x".to_owned(),
            phone: "138 0000 0000".to_owned(),
            capacity: "near_relative".to_owned(),
            relation: "母亲".to_owned(),
            consented: true,
        }
    }

    fn faults(typed: &Typed) -> Vec<&'static str> {
        let checked = check(typed, Identities::Real, today());
        checked.map_or_else(|faults| faults.into_keys().collect(), |_| Vec::new())
    }

    #[test]
    fn what_is_complete_is_taken_and_folded() {
        let person = check(&good(), Identities::Real, today()).unwrap();
        assert_eq!(person.id_number, "11010519491231002X");
        assert_eq!(person.phone, "13800000000");
        assert_eq!(person.role(), ApplicantRole::NearRelative);
        assert_eq!(format!("{person:?}"), "Person(…)");
        let party = Typed {
            capacity: "party".to_owned(),
            relation: String::new(),
            ..good()
        };
        let party = check(&party, Identities::Real, today()).unwrap();
        assert_eq!(party.relation, "本人");
    }

    #[test]
    fn all_faults_are_named_at_once() {
        assert_eq!(
            faults(&Typed::default()),
            [
                "capacity",
                "consented",
                "gender",
                "id_number",
                "id_type",
                "name",
                "phone",
                "relation"
            ]
        );
    }

    #[test]
    fn a_lawyer_is_no_capacity_of_the_counter() {
        for word in ["defender", "agent", "boss", ""] {
            let typed = Typed {
                capacity: word.to_owned(),
                ..good()
            };
            assert_eq!(faults(&typed), ["capacity"], "{word}");
        }
    }

    #[test]
    fn numbers_fit_their_papers() {
        let with = |id_type: &str, id_number: &str| Typed {
            id_type: id_type.to_owned(),
            id_number: id_number.to_owned(),
            ..good()
        };
        for (id_type, number, fits) in [
            ("id_card", "11010519491231002X", true),
            ("id_card", "110105194912310021", false),
            ("id_card", "G12345678", false),
            ("passport", "g 1234-5678", true),
            ("passport", "G123<b>", false),
            ("other", "1234", false),
        ] {
            let is_taken = faults(&with(id_type, number)).is_empty();
            assert_eq!(is_taken, fits, "{id_type} {number}");
        }
        // An area and a birthday that nobody has: for trials only.
        let nobody = with("id_card", "990000209901010019");
        assert!(!faults(&nobody).is_empty());
        assert!(check(&nobody, Identities::Synthetic, today()).is_ok());
    }
}
