//! What a lawyer registers with, and what is wrong with what was typed: everything at once, each fault in words that say
//! what to do. Pure; numbers are folded (width, blanks, dashes) before they are looked at.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The text that is agreed to; another text gets another number.
pub const AGREEMENT_VERSION: &str = "2026-11";

/// Ages that a lawyer can have.
const AGES: std::ops::RangeInclusive<i32> = 18..=100;
/// What the first two digits of an identity card may be.
pub(super) const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71",
    "81", "82",
];

/// What was typed, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// 姓名
    pub name: String,
    /// 性别
    pub gender: String,
    /// 手机
    pub phone: String,
    /// 邮箱
    pub email: String,
    /// 身份证
    pub id_number: String,
    /// 律师执业证号
    pub licence: String,
    /// 执业机构
    pub firm: String,
    /// The agreement.
    pub agreed: bool,
    /// That scans of identity card and licence are kept.
    pub agreed_scans: bool,
}

/// What a lawyer registers with. Personal: it is stored sealed and never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// 姓名
    pub name: String,
    /// 男 or 女
    pub gender: String,
    /// Eleven digits.
    pub phone: String,
    /// 邮箱
    pub email: String,
    /// Eighteen characters.
    pub id_number: String,
    /// Seventeen digits.
    pub licence: String,
    /// 执业机构
    pub firm: String,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registration(…)")
    }
}

/// A field that was changed, for the desk: what stood there and what stands there now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What the field is called.
    pub label: &'static str,
    /// Before.
    pub before: String,
    /// Now.
    pub after: String,
}

/// Field to what is to be done about it.
pub type Faults = BTreeMap<&'static str, &'static str>;

/// Which identities are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identities {
    /// Those that people have.
    Real,
    /// Also those that nobody can have: area codes that begin with 99, birthdays to come, telephone numbers from 12.
    Synthetic,
}

/// Reads a registration.
///
/// # Errors
/// Every fault, by the name of its field; never empty.
pub fn check(
    typed: &Typed,
    identities: Identities,
    today: NaiveDate,
) -> Result<Registration, Faults> {
    let mut faults = Faults::new();
    let registration = Registration {
        name: taken(&mut faults, "name", name(&typed.name)),
        gender: taken(&mut faults, "gender", gender(&typed.gender)),
        phone: taken(&mut faults, "phone", phone(&typed.phone, identities)),
        email: taken(&mut faults, "email", email(&typed.email)),
        id_number: taken(
            &mut faults,
            "id_number",
            id_number(&typed.id_number, identities, today),
        ),
        licence: taken(&mut faults, "licence", licence(&typed.licence)),
        firm: taken(&mut faults, "firm", firm(&typed.firm)),
    };
    if !typed.agreed {
        faults.insert("agree", "请您阅读用户协议，同意后在这里打勾。");
    }
    if !typed.agreed_scans {
        faults.insert(
            "agree_scans",
            "请您在这里打勾，同意我们保存身份证和律师执业证的图片。不同意就不能审核。",
        );
    }
    match faults.is_empty() {
        true => Ok(registration),
        false => Err(faults),
    }
}

/// What differs, in the order of the form.
pub fn changes(before: &Registration, after: &Registration) -> Vec<Change> {
    let rows = [
        ("姓名", &before.name, &after.name),
        ("性别", &before.gender, &after.gender),
        ("手机", &before.phone, &after.phone),
        ("邮箱", &before.email, &after.email),
        ("身份证号", &before.id_number, &after.id_number),
        ("律师执业证号", &before.licence, &after.licence),
        ("执业机构", &before.firm, &after.firm),
    ];
    let differ = rows
        .into_iter()
        .filter(|(_, before, after)| before != after);
    let change = |(label, before, after): (&'static str, &String, &String)| Change {
        label,
        before: before.clone(),
        after: after.clone(),
    };
    differ.map(change).collect()
}

/// `432831********1234`: the first six and the last four.
pub fn mask_number(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    if letters.len() < 12 {
        return "****".to_owned();
    }
    let last = letters.len() - 4;
    let mask = |(at, letter): (usize, &char)| {
        if (6..last).contains(&at) {
            '*'
        } else {
            *letter
        }
    };
    letters.iter().enumerate().map(mask).collect()
}

/// `p***@example.com`: the first letter and where it goes; empty for none.
pub fn mask_email(email: &str) -> String {
    match (email.chars().next(), email.rsplit_once('@')) {
        (None, _) => String::new(),
        (Some(first), Some((name, place))) if !name.is_empty() => format!("{first}***@{place}"),
        (Some(_), _) => "****".to_owned(),
    }
}

pub(super) type Read = Result<String, &'static str>;

fn taken(faults: &mut Faults, field: &'static str, read: Read) -> String {
    read.unwrap_or_else(|fault| {
        faults.insert(field, fault);
        String::new()
    })
}

pub(super) fn name(typed: &str) -> Read {
    let name = folded(typed).replace(['•', '‧', '・'], "·");
    let is_letter = |c: char| c.is_alphabetic() || matches!(c, '·' | ' ' | '.' | '\'' | '-');
    match name.chars().count() {
        0 => Err("请输入您的姓名，与身份证上一致。"),
        2..=30 if name.chars().all(is_letter) => Ok(name),
        _ => Err("请输入身份证上的姓名：2到30个字，不含数字和符号。"),
    }
}

pub(super) fn gender(typed: &str) -> Read {
    match typed {
        "男" | "女" => Ok(typed.to_owned()),
        _ => Err("请选择性别。"),
    }
}

pub(super) fn phone(typed: &str, identities: Identities) -> Read {
    let digits = number(typed);
    let digits = digits.strip_prefix("+86").unwrap_or(&digits);
    let is_real = digits.starts_with('1')
        && digits
            .get(1..2)
            .is_some_and(|second| ("3"..="9").contains(&second));
    let is_made_up = identities == Identities::Synthetic && digits.starts_with("12");
    match digits.len() {
        0 => Err("请输入您的手机号码，审核中有问题时会打这个电话。"),
        11 if all_digits(digits) && (is_real || is_made_up) => Ok(digits.to_owned()),
        _ => Err("请输入11位的手机号码，例如13800000000。"),
    }
}

fn email(typed: &str) -> Read {
    let email = folded(typed);
    if email.is_empty() {
        return Err("请输入您的邮箱。");
    }
    let wrong = "请检查邮箱，例如lawyer@example.com。";
    let (local, domain) = email.split_once('@').ok_or(wrong)?;
    let plain = |text: &str, others: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || others.as_bytes().contains(&byte))
    };
    let labels_fit = domain.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    });
    let fits = (1..=64).contains(&local.len())
        && plain(local, ".!#$%&'*+/=?^_`{|}~-")
        && !local.starts_with('.')
        && !local.ends_with('.')
        && domain.contains('.')
        && plain(domain, ".-")
        && labels_fit
        && email.len() <= 100;
    if fits { Ok(email) } else { Err(wrong) }
}

fn id_number(typed: &str, identities: Identities, today: NaiveDate) -> Read {
    let id = number(typed).to_uppercase();
    if id.is_empty() {
        return Err("请输入您的身份证号码。");
    }
    let (Some(body), Some(last)) = (id.get(..17), id.get(17..)) else {
        return Err("请输入18位的身份证号码。");
    };
    if id.len() != 18 || !all_digits(body) || !(all_digits(last) || last == "X") {
        return Err("请输入18位的身份证号码，最后一位可以是X。");
    }
    if check_digit(body) != last.chars().next() {
        return Err("请检查身份证号码：有一位可能输错了。");
    }
    let province = body.get(..2).unwrap_or_default();
    let is_made_up = identities == Identities::Synthetic && province == "99";
    if !is_made_up && !PROVINCES.contains(&province) && province != "83" {
        return Err("请检查身份证号码的前6位：没有这个地区。");
    }
    let part = |range: std::ops::Range<usize>| {
        body.get(range)
            .and_then(|text| text.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let year = i32::try_from(part(6..10)).unwrap_or(0);
    let born = NaiveDate::from_ymd_opt(year, part(10..12), part(12..14));
    let is_adult = born.is_some_and(|born| AGES.contains(&(age(born, today))));
    let is_to_come = identities == Identities::Synthetic && born.is_some_and(|born| born > today);
    match is_adult || is_to_come {
        true => Ok(id),
        false => Err("请检查身份证号码的第7到14位：出生日期不对。"),
    }
}

fn licence(typed: &str) -> Read {
    let digits = number(typed);
    match digits.len() {
        0 => Err("请输入律师执业证号。"),
        17 if all_digits(&digits) => Ok(digits),
        _ => Err("请输入17位数字的律师执业证号，在执业证的照片页上。"),
    }
}

fn firm(typed: &str) -> Read {
    let firm = folded(typed);
    let is_text = |c: char| c.is_alphanumeric() || "（）()·&.- ".contains(c);
    match firm.chars().count() {
        0 => Err("请输入您的执业机构，例如某某律师事务所。"),
        2..=60 if firm.chars().all(is_text) => Ok(firm),
        _ => Err("请输入执业机构的全称：2到60个字，不含特殊符号。"),
    }
}

/// GB 11643: weights of the first 17 digits, and the last by the remainder.
pub(super) fn check_digit(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    "10X98765432"
        .chars()
        .nth(usize::try_from(sum % 11).unwrap_or(0))
}

fn age(born: NaiveDate, today: NaiveDate) -> i32 {
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i32::from(!had_birthday)
}

pub(super) fn folded(typed: &str) -> String {
    typed
        .nfkc()
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn number(typed: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–');
    typed.nfkc().filter(kept).collect()
}

pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn with_check(body: &str) -> String {
        format!("{body}{}", check_digit(body).unwrap())
    }

    fn good() -> Typed {
        Typed {
            name: "欧阳 植入".to_owned(),
            gender: "男".to_owned(),
            phone: "１２８ 0000-0001".to_owned(),
            email: "plant@example.com".to_owned(),
            id_number: with_check("99000019900101123").to_lowercase(),
            licence: "14301 20261 1234567".to_owned(),
            firm: "湖南植入（长沙）律师事务所".to_owned(),
            agreed: true,
            agreed_scans: true,
        }
    }

    #[test]
    fn what_is_complete_is_folded_and_taken() {
        let taken = check(&good(), Identities::Synthetic, today()).unwrap();
        assert_eq!(taken.phone, "12800000001");
        assert_eq!(taken.licence, "14301202611234567");
        assert_eq!(taken.id_number, with_check("99000019900101123"));
        assert_eq!(format!("{taken:?}"), "Registration(…)");
    }

    #[test]
    fn all_faults_are_named_at_once() {
        let faults = check(&Typed::default(), Identities::Real, today()).unwrap_err();
        let fields: Vec<&str> = faults.into_keys().collect();
        let all = [
            "agree",
            "agree_scans",
            "email",
            "firm",
            "gender",
            "id_number",
            "licence",
            "name",
            "phone",
        ];
        assert_eq!(fields, all);
    }

    #[test]
    fn made_up_identities_are_for_trials_only() {
        let faults = check(&good(), Identities::Real, today()).unwrap_err();
        assert_eq!(
            faults.into_keys().collect::<Vec<_>>(),
            ["id_number", "phone"]
        );
    }

    #[test]
    fn identity_cards_have_a_check_digit_a_place_and_a_birthday() {
        let of = |number: &str, identities| id_number(number, identities, today()).is_ok();
        let real = with_check("11010119800229001");
        assert!(of(&real, Identities::Real));
        assert_eq!(
            check_digit("11010519491231002"),
            Some('X'),
            "the standard's own example"
        );
        assert!(of("11010519491231002x", Identities::Real));
        for wrong in [
            "11010519491231002".to_owned(),
            "110105194912310021".to_owned(),
            "11010519491231002Y".to_owned(),
            with_check("11010119810229001"),
            with_check("11010120200101001"),
            with_check("11010118900101001"),
            with_check("99000019900101123"),
            with_check("19010119900101123"),
            "１１".to_owned(),
            "汉字汉字汉字汉字汉字汉字汉字汉字汉字".to_owned(),
        ] {
            assert!(!of(&wrong, Identities::Real), "{wrong}");
        }
        assert!(
            of(&with_check("99000020990101123"), Identities::Synthetic),
            "a birthday to come"
        );
    }

    #[test]
    fn telephone_numbers_names_and_addresses_are_looked_at() {
        for (typed, fits) in [
            ("13800000000", true),
            ("+86 138-0000-0000", true),
            ("12800000000", false),
            ("1380000000", false),
            ("1380000000a", false),
        ] {
            assert_eq!(phone(typed, Identities::Real).is_ok(), fits, "{typed}");
        }
        for (typed, fits) in [
            ("张三", true),
            ("阿依·古丽", true),
            ("阿依•古丽", true),
            ("Ann Lee", true),
            ("张", false),
            ("张3", false),
            ("<b>张</b>", false),
        ] {
            assert_eq!(name(typed).is_ok(), fits, "{typed}");
        }
        for (typed, fits) in [
            ("a@b.cn", true),
            ("a.b+c@x-y.example.com", true),
            ("a@b", false),
            ("a@@b.cn", false),
            ("a b@c.cn", false),
            ("a@-b.cn", false),
            (".a@b.cn", false),
            ("张@b.cn", false),
        ] {
            assert_eq!(email(typed).is_ok(), fits, "{typed}");
        }
    }

    #[test]
    fn changes_name_what_differs_and_masks_hide_the_middle() {
        let before = check(&good(), Identities::Synthetic, today()).unwrap();
        let after = Registration {
            firm: "别的所".to_owned(),
            ..before.clone()
        };
        let found = changes(&before, &after);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].label, found[0].after.as_str()),
            ("执业机构", "别的所")
        );
        assert_eq!(mask_number("432831199001011234"), "432831********1234");
        assert_eq!(mask_number("123"), "****");
        assert_eq!(mask_email("plant@example.com"), "p***@example.com");
        assert_eq!(mask_email("@example.com"), "****");
        assert_eq!(mask_email("张"), "****");
        assert_eq!(mask_email(""), "");
    }
}
