//! Telephone numbers of accounts: sealed, shown with their middle hidden, found again by a keyed hash. What is written at a
//! counter or with a registration is hashed at once, what comes by import or interface within the hour.

use std::sync::Arc;

use crate::app::App;
use crate::app::seal::Place;
use crate::store::accounts::Account;
use crate::store::{Conn, StoreError, account_phones as table};

/// Numbers of one transaction.
const AT_ONCE: i64 = 500;

/// Where the number of an account stands sealed.
pub fn place(account: &Account) -> Place<'_> {
    Place {
        table: "accounts",
        column: "phone",
        row: &account.public_id,
    }
}

/// The number of an account in clear; `None`: there is none, or it cannot be opened.
pub fn of(app: &App, account: &Account) -> Option<String> {
    let sealed = account.phone.as_deref()?;
    let clear = app.seal.open(place(account), sealed).ok()?;
    Some(clear.expose().to_owned())
}

/// The keyed hash that a number is looked for by.
pub fn blind(app: &App, phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    app.blind.of("phone", &digits)
}

/// The number of an account, as the account has it now, can be looked for; in the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub fn index(c: &mut Conn, app: &App, account: &Account) -> Result<(), StoreError> {
    if let (Some(sealed), Some(phone)) = (&account.phone, of(app, account)) {
        table::put(c, account.id, &blind(app, &phone), sealed)?;
    }
    Ok(())
}

/// Hashes the numbers that came without; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn catch_up(app: &Arc<App>) -> Result<usize, StoreError> {
    let (mut after, mut done) = (0, 0);
    loop {
        let desk = Arc::clone(app);
        let next = app.db.write(move |c| -> Result<_, StoreError> {
            let missing = table::missing(c, after, AT_ONCE)?;
            for account in &missing {
                index(c, &desk, account)?;
            }
            Ok((missing.len(), missing.last().map(|last| last.id)))
        });
        let (count, last) = next.await?;
        done += count;
        match last {
            Some(last) => after = last,
            None => return Ok(done),
        }
    }
}

/// 138****1111; empty for none.
pub fn mask(phone: &str) -> String {
    let letters: Vec<char> = phone.chars().collect();
    match letters.len() {
        0 => String::new(),
        1..8 => "****".to_owned(),
        length => {
            let head = letters.iter().take(3);
            let tail = letters.iter().skip(length - 4);
            head.chain(&['*'; 4]).chain(tail).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_shows_its_ends_only() {
        assert_eq!(mask("13800001111"), "138****1111");
        assert_eq!(mask("1380000"), "****");
        assert_eq!(mask(""), "");
    }
}
