//! The case managers' desk: who sits at it.

use crate::domain::desk::{Duties, Duty, UnitScope};
use crate::store::accounts::Account;

/// A manager who is signed in, as the database has it at this moment.
#[derive(Clone)]
pub struct Manager {
    /// The account; its state is `active`.
    pub account: Account,
    /// What the manager may do.
    pub duties: Duties,
    /// When the second factor was shown in this session, milliseconds UTC.
    pub factor_at: Option<i64>,
}

impl Manager {
    /// The one unit whose work the manager does.
    pub fn scope(&self) -> UnitScope {
        UnitScope::of_manager(&self.account.unit_id)
    }

    /// For the audit.
    pub fn actor(&self) -> String {
        format!("manager:{}", self.account.public_id)
    }

    /// Whether the manager may do this.
    pub fn has(&self, duty: Duty) -> bool {
        self.duties.has(duty)
    }
}
