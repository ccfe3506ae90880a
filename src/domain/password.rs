//! What a new password must be (OWASP ASVS 5.0, 6.2): long enough, not one of the common ones, without the account's
//! name. No rules of composition. What was typed is taken as it is: nothing is trimmed, folded or cut.

/// Fewest characters.
pub const MIN_CHARS: usize = 8;
/// Most characters: enough for a sentence, and a bound for what is hashed.
pub const MAX_CHARS: usize = 64;

/// Lower case, one a line; lines with `#` tell where they come from.
const COMMON: &str = include_str!("../../config/common_passwords.txt");
/// A shorter login name may stand in a good password by chance.
const TELLING_NAME: usize = 4;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing was typed.
    Missing,
    /// Fewer than [`MIN_CHARS`].
    Short,
    /// More than [`MAX_CHARS`].
    Long,
    /// Whoever guesses tries it early.
    Common,
    /// It holds the account's name.
    AccountName,
}

/// Whether a password may be chosen for the account with this login name.
///
/// # Errors
/// The first flaw, in the order of [`Flaw`].
pub fn check(password: &str, login_name: &str) -> Result<(), Flaw> {
    let folded = password.to_lowercase();
    let name = login_name.to_lowercase();
    match password.chars().count() {
        0 => Err(Flaw::Missing),
        1..MIN_CHARS => Err(Flaw::Short),
        count if count > MAX_CHARS => Err(Flaw::Long),
        _ if is_common(&folded) || is_row(&folded) => Err(Flaw::Common),
        _ if folded == name => Err(Flaw::AccountName),
        _ if name.chars().count() >= TELLING_NAME && folded.contains(&name) => {
            Err(Flaw::AccountName)
        }
        _ => Ok(()),
    }
}

fn is_common(folded: &str) -> bool {
    COMMON.lines().any(|line| line == folded)
}

/// `aaaaaaaa`, `12345678`, `87654321`, `abcdefgh`: each character the same step from the one before.
fn is_row(text: &str) -> bool {
    let mut steps = text
        .chars()
        .zip(text.chars().skip(1))
        .map(|(one, next)| i64::from(u32::from(next)) - i64::from(u32::from(one)));
    let first = steps.next().unwrap_or_default();
    (-1..=1).contains(&first) && steps.all(|step| step == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "160712349811";

    #[test]
    fn length_is_counted_in_characters_and_nothing_else_is_asked_of_a_good_one() {
        for good in [
            "kzwqmhtb",
            "正义不会缺席只会迟到",
            "correct horse battery staple",
            " 8 spaces ",
            &"长短".repeat(32),
            "Tr0ub4dor&3",
        ] {
            assert_eq!(check(good, NAME), Ok(()), "{good}");
        }
        assert_eq!(check("", NAME), Err(Flaw::Missing));
        assert_eq!(check("kzwqmht", NAME), Err(Flaw::Short));
        assert_eq!(check("正义不会缺席的", NAME), Err(Flaw::Short));
        assert_eq!(check(&"长".repeat(65), NAME), Err(Flaw::Long));
    }

    #[test]
    fn what_is_guessed_first_is_refused_whatever_its_case() {
        for common in [
            "password",
            "PassWord",
            "12345678",
            "Woaini1314",
            "1qaz2wsx",
            "a123456789",
            "88888888",
            "啊啊啊啊啊啊啊啊",
            "zyxwvutsrq",
            "23456789",
        ] {
            assert_eq!(check(common, NAME), Err(Flaw::Common), "{common}");
        }
        let listed = COMMON.lines().filter(|line| !line.starts_with('#'));
        assert!(listed.count() >= 3_000, "ASVS asks for the top 3,000");
    }

    #[test]
    fn the_name_of_the_account_is_no_secret() {
        assert_eq!(check(NAME, NAME), Err(Flaw::AccountName));
        assert_eq!(check("160712349811!", NAME), Err(Flaw::AccountName));
        assert_eq!(check("CS-AnGuan-1", "cs-anguan-1"), Err(Flaw::AccountName));
        assert_eq!(check("likes tea", "li"), Ok(()));
        assert_eq!(check("without a name", ""), Ok(()));
    }
}
