//! Case managers are administered: added, given and taken duties, disabled, given a new address for password and second
//! factor. 单位管理 reaches its own unit, 系统管理 every one. A unit's administrator can neither make a system administrator
//! nor touch one, and nobody takes the last administrator away.

mod act;
mod look;
mod renew;

use crate::app::App;
use crate::domain::desk::Duty;
use crate::service::bindings::full_name;
use crate::service::desk::Manager;
use crate::service::desk::enrol;
use crate::service::error::{RecordError, ServiceError};
use crate::store::StoreError;
use crate::store::staff::Reach;

pub use act::{Added, New, Target, add, disable, enable, set_duties, ticket};
pub use look::{Listed, Ticket, list, one, show_ticket};
pub use renew::renew_by_command;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such manager within reach.
    #[error("not found")]
    NotFound,
    /// Only a system administrator may.
    #[error("only a system administrator may do this")]
    NotAllowed,
    /// Nobody would be left with this duty who can sign in.
    #[error("nobody would be left")]
    Last(Duty),
    /// One's own account.
    #[error("not one's own account")]
    Own,
    /// An address for oneself: whoever could read it is signed out by it.
    #[error("no address for oneself")]
    OwnTicket,
    /// What was typed does not do.
    #[error(transparent)]
    Typed(#[from] enrol::Refused),
    /// It was changed by somebody else meanwhile, or is already so.
    #[error("changed meanwhile")]
    Stale,
    /// A reason is missing, or too long; in words for people.
    #[error("{0}")]
    Said(String),
    /// Us.
    #[error(transparent)]
    Record(RecordError),
}

impl Refused {
    /// What is shown: what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotFound => "没有找到这名管理人员。".to_owned(),
            Self::NotAllowed => {
                "请联系系统管理员办理：只有系统管理员能够授予、取消系统管理职责，或者变更系统管理员的账号。"
                    .to_owned()
            }
            Self::Last(duty) => format!(
                "请先让另一名能够登录的人员承担“{}”职责：不能没有人承担这项职责。",
                duty.title()
            ),
            Self::Own => "不能停用自己的账号，请由其他管理员办理。".to_owned(),
            Self::OwnTicket => {
                "请由其他管理员为您生成一次性登录地址：生成以后本人立即退出登录，自己看不到地址。".to_owned()
            }
            Self::Typed(enrol::Refused::Taken) => "请换一个登录名：这个登录名已经有人使用。".to_owned(),
            Self::Typed(enrol::Refused::Name) => {
                "请输入3到40个字母、数字，可以有“-”“_”“.”。".to_owned()
            }
            Self::Typed(enrol::Refused::DisplayName) => "请输入1到40个字的姓名。".to_owned(),
            Self::Typed(enrol::Refused::NoDuty) => "请至少选择一项职责。".to_owned(),
            Self::Stale => "请重新查看以后再办理：打开页面以后，这名人员的信息又有改动。".to_owned(),
            Self::Said(words) => words.clone(),
            Self::Record(_) => "没有保存，请稍后再试。".to_owned(),
        }
    }
}

impl From<RecordError> for Refused {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Conflict(_) => Self::Stale,
            error => Self::Record(error),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Record(error.into())
    }
}

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self::Record(error.into())
    }
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::NotFound,
            ServiceError::Store(error) => error.into(),
            ServiceError::Rejected(_)
            | ServiceError::Search(_)
            | ServiceError::Cache(_)
            | ServiceError::Platform(_) => StoreError::Stopped.into(),
        }
    }
}

/// How far a manager reaches; who administers nobody reaches nobody.
fn reach(manager: &Manager) -> Result<Reach, Refused> {
    if manager.duties.has(Duty::SystemAdmin) {
        return Ok(Reach::Everywhere);
    }
    match manager.duties.has(Duty::UnitAdmin) {
        true => Ok(Reach::Unit(manager.scope())),
        false => Err(Refused::NotAllowed),
    }
}

/// A unit's full name.
pub fn unit_name(app: &App, unit_id: &str) -> String {
    full_name(app, unit_id)
}

fn holder(app: &App, manager: &Manager) -> String {
    app.person_hash(&manager.actor())
}
