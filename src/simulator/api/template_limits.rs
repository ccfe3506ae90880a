//! What the platform accepts as the value of a template keyword, by the prefix of its key.
//! Page: <https://developers.weixin.qq.com/doc/service/api/notify/notify/api_sendnewsubscribemsg.html>

use super::Refusal;

/// Checks one value; 47003 names the key.
pub(super) fn check(key: &str, value: &str) -> Result<(), Refusal> {
    if fits(
        key.trim_end_matches(|digit: char| digit.is_ascii_digit()),
        value,
    ) {
        Ok(())
    } else {
        Err(Refusal::new(
            47003,
            format!("argument invalid! data.{key}.value invalid"),
        ))
    }
}

fn fits(prefix: &str, value: &str) -> bool {
    let count = value.chars().count();
    if count == 0 || value.chars().any(char::is_control) {
        return false;
    }
    match prefix {
        "thing" => count <= 20,
        "number" => {
            count <= 32
                && value.contains(is_digit)
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        }
        "letter" => count <= 32 && value.bytes().all(|byte| byte.is_ascii_alphabetic()),
        "symbol" => count <= 5 && !value.chars().any(char::is_alphanumeric),
        "character_string" => {
            count <= 32
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        }
        "time" | "date" => {
            count <= 40 && value.chars().all(is_of_a_date) && value.contains(is_digit)
        }
        "amount" => is_amount(value),
        "phone_number" => {
            count <= 17
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_alphabetic())
        }
        "car_number" => count <= 8,
        "name" => count <= if value.is_ascii() { 20 } else { 10 },
        "phrase" => count <= 5 && value.chars().all(is_chinese),
        "const" => count <= 20,
        // Enumerations and kinds the table does not list pass, as on the platform.
        _ => true,
    }
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

fn is_of_a_date(character: char) -> bool {
    is_digit(character) || "年月日时分秒 :/.-~～".contains(character)
}

fn is_amount(value: &str) -> bool {
    let bare = value.strip_suffix('元').unwrap_or(value);
    let bare = bare
        .strip_prefix(['￥', '¥', '$', '€', '£'])
        .unwrap_or(bare);
    let digits = bare
        .chars()
        .filter(|character| is_digit(*character))
        .count();
    (1..=10).contains(&digits)
        && bare
            .chars()
            .all(|character| is_digit(character) || matches!(character, '.' | ','))
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_within_their_kind_pass() {
        for (key, value) in [
            ("thing1", "您有一条新的案件进展"),
            ("time2", "2026年11月21日 09:30"),
            ("date3", "2026-11-21"),
            ("character_string4", "SQ202611210001"),
            ("phrase5", "审核通过"),
            ("amount6", "￥12.50元"),
            ("name7", "检察院"),
            ("other8", "anything"),
        ] {
            assert_eq!(check(key, value), Ok(()), "{key}");
        }
    }

    #[test]
    fn values_outside_their_kind_are_47003_and_name_the_key() {
        for (key, value) in [
            ("thing1", "一二三四五六七八九十一二三四五六七八九十一"),
            ("thing2", "两\n行"),
            ("thing3", ""),
            ("character_string4", "编号1"),
            ("phrase5", "审核通过了吗"),
            ("phrase6", "pass"),
            ("phone_number7", "123456789012345678"),
            ("time8", "明天上午"),
            ("number9", "-"),
            ("number10", "共3件"),
        ] {
            let refusal = check(key, value).unwrap_err();
            assert_eq!(refusal.code, 47003);
            assert!(refusal.text.contains(key), "{refusal:?}");
        }
    }
}
