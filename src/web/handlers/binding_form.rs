//! The fields of 申请绑定: how they are shown, and what is read from them.

use crate::app::{App, UnitBook};
use crate::domain::binding::{self, ApplicantRole};
use crate::domain::ids::UnitId;
use crate::service::bindings::{Asking, Wish, remote};
use crate::store::accounts::Account;
use crate::web::h5::field::{Choice, Field, Input, Line};
use crate::web::h5::form::Section;
use crate::web::handlers::form::Posted;
use crate::web::handlers::unit_choice::{self, UnitChoice};

/// Sections with what was typed.
pub(super) struct Filled {
    pub(super) sections: Vec<Section>,
}

/// A form that is complete.
pub(super) struct Checked {
    pub(super) wish: Wish,
}

const MOST_NAME: usize = 50;
const MOST_CASE: usize = 200;
const MOST_ID: usize = 30;

fn line(keyboard: &'static str, most: u32, example: &'static str) -> Line {
    Line {
        keyboard,
        fill: "off",
        most,
        example,
    }
}

/// The form as it was filled in, without faults.
pub(super) fn fields(app: &App, posted: &Posted) -> Filled {
    filled(&app.units(), posted, &Faults::default())
}

#[derive(Default)]
struct Faults {
    unit: Option<UnitChoice>,
    case_name: Option<String>,
    party_name: Option<String>,
    party_id: Option<String>,
    role: Option<String>,
}

impl Faults {
    fn any(&self) -> bool {
        self.unit.is_some()
            || [
                &self.case_name,
                &self.party_name,
                &self.party_id,
                &self.role,
            ]
            .iter()
            .any(|fault| fault.is_some())
    }
}

fn filled(book: &UnitBook, posted: &Posted, faults: &Faults) -> Filled {
    let unit = unit_choice::field(book, posted, "unit", "办理案件的检察院");
    let unit = match &faults.unit {
        Some(choice) => choice.shown_on(book, unit),
        None => unit,
    };
    let text = |name: &str| posted.text(name);
    let case = vec![
        unit,
        Field::line(
            "case_name",
            "案件名称",
            line("text", 200, "例如：张某某盗窃案"),
            &text("case_name"),
        )
        .helped("请按委托书或者办案单位的文书填写。")
        .faulty(faults.case_name.clone()),
    ];
    let party = vec![
        Field::line(
            "party_name",
            "当事人",
            line("text", 50, ""),
            &text("party_name"),
        )
        .helped("您受谁的委托，就填写谁的姓名；一份申请只填写一名当事人。")
        .faulty(faults.party_name.clone()),
        Field::line(
            "party_id",
            "当事人证件号",
            line("text", 30, ""),
            &text("party_id"),
        )
        .helped("只用来查找案件，加密保存，页面上不完整显示。")
        .faulty(faults.party_id.clone()),
    ];
    let role = text("applicant_role");
    let roles = ApplicantRole::OF_LAWYERS
        .iter()
        .map(|one| Choice::of(one.as_str(), one.title(), &role));
    let remote = text("is_remote");
    let places = [("local", "本地"), ("remote", "异地")];
    let places = places.map(|(value, label)| Choice::of(value, label, &remote));
    let applicant = vec![
        Field::with(
            "applicant_role",
            "申请人类型",
            Input::Radio(roles.collect()),
            &role,
        )
        .faulty(faults.role.clone()),
        Field::with(
            "is_remote",
            "是否异地",
            Input::Radio(places.to_vec()),
            &remote,
        )
        .optional()
        .helped("您的注册检察院与办理案件的检察院不是同一个，就是异地。不选择时，由系统判断。"),
    ];
    Filled {
        sections: vec![
            Section::new("案件", case),
            Section::new("当事人", party),
            Section::new("申请人", applicant),
        ],
    }
}

/// What was typed, or the form with what to do about it.
pub(super) fn check(app: &App, account: &Account, posted: &Posted) -> Result<Checked, Filled> {
    let book = app.units();
    let mut faults = Faults::default();
    let unit = match unit_choice::read(&book, posted, "unit") {
        UnitChoice::Chosen(unit) => Some(unit),
        unknown => {
            faults.unit = Some(unknown);
            None
        }
    };
    let case_name = posted.text("case_name");
    faults.case_name = fault(&case_name, MOST_CASE, "请填写案件名称。");
    let party_name = posted.text("party_name");
    faults.party_name = fault(&party_name, MOST_NAME, "请填写当事人的姓名或者名称。");
    let party_id = posted.text("party_id");
    faults.party_id = fault(&party_id, MOST_ID, "请填写当事人的证件号。").or_else(|| {
        let bad = !binding::is_plausible_id(&binding::fold_id(&party_id));
        bad.then(|| "请核对证件号，它不完整或者有一位不对。".to_owned())
    });
    let role = ApplicantRole::parse(&posted.text("applicant_role"));
    let role = role.filter(|role| role.is_lawyers());
    if role.is_none() {
        faults.role = Some("请选择您以什么身份申请。".to_owned());
    }
    match (unit, role) {
        (Some(unit), Some(role)) if !faults.any() => Ok(Checked {
            wish: Wish {
                is_remote: match posted.text("is_remote").as_str() {
                    "remote" => true,
                    "local" => false,
                    _ => remote(account, unit.as_str()),
                },
                unit_id: unit.as_str().to_owned(),
                case_name,
                party_name,
                party_id,
                role,
            },
        }),
        _ => Err(filled(&book, posted, &faults)),
    }
}

fn fault(text: &str, most: usize, missing: &str) -> Option<String> {
    if text.is_empty() {
        return Some(missing.to_owned());
    }
    if text.chars().count() > most {
        return Some(format!("请写得短一些，最多{most}个字。"));
    }
    let odd = text.chars().any(char::is_control);
    odd.then(|| "请重新输入，里面有不能识别的字符。".to_owned())
}

/// The form of an application as it was sent in.
pub(super) fn of_request(book: &UnitBook, one: &Asking) -> Posted {
    let request = &one.request;
    let unit = UnitId::new(one.application.unit_id.clone());
    let role = request.role.map(ApplicantRole::as_str);
    let remote = request
        .is_remote
        .map(|remote| if remote { "remote" } else { "local" });
    let name = book.tree.get(&unit).map(|unit| unit.name.clone());
    Posted::of(&[
        ("unit", name.as_deref().unwrap_or_default()),
        ("unit_id", unit.as_str()),
        ("case_name", &request.case_name),
        ("party_name", &request.party_name),
        ("party_id", &request.party_id),
        ("applicant_role", role.unwrap_or_default()),
        ("is_remote", remote.unwrap_or_default()),
    ])
}
