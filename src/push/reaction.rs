//! What an error means for a notice and for the account: ONE table over the platform's classes.

use crate::wechat::client::ClientError;
use crate::wechat::errcode::{ErrorClass, classify};

/// What to do about a failed send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// Take a newer access token and try at once.
    Token,
    /// Certainly not delivered, the platform is busy or away: wait, and tell the circuit breaker.
    Busy,
    /// Perhaps delivered.
    Doubt,
    /// This receiver got too much: wait a minute.
    Slower,
    /// The account sends too much in a minute: all wait.
    SlowerAll,
    /// The day's sends are used up: all wait.
    Quota,
    /// The receiver cannot be reached: refused, and nothing more to them.
    Recipient,
    /// The content is not accepted: refused.
    Content,
    /// The template is not accepted, which the platform sometimes says by mistake: some slow tries, then refused.
    Template,
    /// Nothing but the operator or a new version can put it right, and only this notice is concerned: parked.
    Park,
    /// Nothing works until the operator acts: all wait.
    Account,
    /// A code that is not in the table: certainly not delivered, slow tries.
    Strange,
}

/// By the error.
pub(super) fn reaction(error: &ClientError) -> Reaction {
    match error {
        ClientError::Api(error) => of_code(error.code),
        error if error.was_never_sent() => Reaction::Busy,
        ClientError::Timeout | ClientError::Transport(_) => Reaction::Doubt,
        ClientError::Unreadable { status, is_empty } => of_gateway(*status, *is_empty),
    }
}

/// By the platform's `errcode`.
pub(super) fn of_code(code: i64) -> Reaction {
    match (code, classify(code)) {
        (45011, _) => Reaction::SlowerAll,
        (40037, _) => Reaction::Template,
        // A single template that was suspended must not stop the others.
        (43116, _) => Reaction::Park,
        (47001, _) => Reaction::Content,
        (_, ErrorClass::RefreshToken) => Reaction::Token,
        (_, ErrorClass::Retry) => Reaction::Busy,
        (_, ErrorClass::Throttle) => Reaction::Slower,
        (_, ErrorClass::Quota) => Reaction::Quota,
        (_, ErrorClass::Recipient) => Reaction::Recipient,
        (_, ErrorClass::Content) => Reaction::Content,
        (_, ErrorClass::Account) => Reaction::Account,
        (_, ErrorClass::Bug) => Reaction::Park,
        (_, ErrorClass::OauthCode | ErrorClass::Unknown) => Reaction::Strange,
    }
}

/// Something before the platform answered. A refusal did not let the request through, nor did a 5xx with a page that
/// says so; a gateway that waited in vain, silence, or a success that cannot be read leave it open.
fn of_gateway(status: u16, is_empty: bool) -> Reaction {
    match status {
        504 => Reaction::Doubt,
        300..500 => Reaction::Busy,
        500..600 if !is_empty => Reaction::Busy,
        _ => Reaction::Doubt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_contract_has_its_reaction() {
        let table = [
            (&[40001, 40014, 42001][..], Reaction::Token),
            (&[-1], Reaction::Busy),
            (&[45011], Reaction::SlowerAll),
            (&[43108, 43117], Reaction::Slower),
            (&[45009], Reaction::Quota),
            (
                &[43004, 40003, 43019, 43101, 48002, 50005],
                Reaction::Recipient,
            ),
            (&[47003, 47001, 40036, 40249, 40252], Reaction::Content),
            (&[40037], Reaction::Template),
            (&[43116, 41001, 43002, 44002, 40035], Reaction::Park),
            (
                &[
                    40164, 40013, 40125, 48001, 50002, 40243, 48004, 50001, 89503,
                ],
                Reaction::Account,
            ),
            (&[1, 99_999, -2, 40029], Reaction::Strange),
        ];
        for (codes, expected) in table {
            for code in codes {
                assert_eq!(of_code(*code), expected, "{code}");
            }
        }
    }

    #[test]
    fn only_a_clear_refusal_of_a_gateway_is_certain() {
        let doubtful = [
            (200, false),
            (200, true),
            (204, true),
            (500, true),
            (502, true),
            (504, false),
            (504, true),
        ];
        for (status, is_empty) in doubtful {
            let error = ClientError::Unreadable { status, is_empty };
            assert_eq!(reaction(&error), Reaction::Doubt, "{status} {is_empty}");
        }
        for (status, is_empty) in [
            (302, true),
            (403, false),
            (413, true),
            (429, false),
            (500, false),
            (503, false),
        ] {
            let error = ClientError::Unreadable { status, is_empty };
            assert_eq!(reaction(&error), Reaction::Busy, "{status} {is_empty}");
        }
        assert_eq!(reaction(&ClientError::Timeout), Reaction::Doubt);
    }
}
