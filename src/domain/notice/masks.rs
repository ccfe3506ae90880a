//! What is shown of an account or a case number in a push: enough to recognise one's own, not enough for others.

/// A login name with its middle hidden: `160712349811` → `1607****9811`. ASCII when the login name is.
pub fn mask_account(login_name: &str) -> String {
    let letters: Vec<char> = login_name.chars().collect();
    let shown = match letters.len() {
        12.. => 4,
        8..=11 => 2,
        _ => 1,
    };
    let head: String = letters.iter().take(shown).collect();
    let hidden = if shown == 1 { 0 } else { shown };
    let tail: String = letters.iter().skip(letters.len() - hidden).collect();
    format!("{head}****{tail}")
}

/// The last four digits of a case number: what stands before them tells kind and stage of the case.
pub fn mask_case_number(case_number: &str) -> String {
    let digits: Vec<char> = case_number.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 8 {
        return "****".to_owned();
    }
    let tail = digits.iter().skip(digits.len() - 4);
    "****".chars().chain(tail.copied()).collect()
}
