//! The fields of 申请绑定: how they are shown, and what is read from them.

use crate::app::UnitBook;
use crate::domain::binding::{self, ApplicantRole};
use crate::domain::binding_materials::missing;
use crate::domain::ids::UnitId;
use crate::service::bindings::{Asking, Wish, remote};
use crate::web::h5::field::{Choice, Field, Input, Line};
use crate::web::h5::form::Section;
use crate::web::handlers::form::Posted;
use crate::web::handlers::form_files::{FormFiles, Slot};
use crate::web::handlers::guard::Member;
use crate::web::handlers::unit_choice::{self, UnitChoice};
use crate::web::pages::Pages;

/// The places for files: what lawyers prove with, and three free ones.
pub(super) const SLOTS: &[Slot] = &[
    Slot {
        slot: "mandate",
        field: "file_mandate",
        label: "授权委托书",
        help: "必须有当事人或者委托人的签名。照片（JPG、PNG）或者PDF，每个不超过10 MB。有法律援助公函的，不需要上传。",
        required: false,
        most: 2,
    },
    Slot {
        slot: "firm_letter",
        field: "file_firm_letter",
        label: "律师事务所函",
        help: "必须盖律师事务所的公章。有法律援助公函的，不需要上传。",
        required: false,
        most: 1,
    },
    Slot {
        slot: "legal_aid",
        field: "file_legal_aid",
        label: "法律援助公函",
        help: "法律援助的案件，请在这里上传，代替委托书和律师事务所函。",
        required: false,
        most: 1,
    },
    Slot {
        slot: "relationship",
        field: "file_relationship",
        label: "委托人身份证和与当事人的关系证明",
        help: "委托人不是当事人本人的，请在这里上传。",
        required: false,
        most: 2,
    },
    Slot {
        slot: "others",
        field: "file_others",
        label: "其他材料",
        help: "如有其他要说明的材料，请在这里上传，最多3个文件。",
        required: false,
        most: 3,
    },
];

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
pub(super) fn fields(desk: &Desk<'_>, posted: &Posted) -> Filled {
    filled(desk, posted, &Faults::default())
}

/// Where a form is filled in.
pub(super) struct Desk<'a> {
    pub(super) pages: &'a Pages,
    pub(super) member: &'a Member,
    pub(super) files: &'a FormFiles,
}

#[derive(Default)]
struct Faults {
    unit: Option<UnitChoice>,
    case_name: Option<String>,
    party_name: Option<String>,
    party_id: Option<String>,
    role: Option<String>,
    files: Vec<(&'static str, String)>,
}

impl Faults {
    fn any(&self) -> bool {
        self.unit.is_some()
            || !self.files.is_empty()
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

fn filled(desk: &Desk<'_>, posted: &Posted, faults: &Faults) -> Filled {
    let book = &desk.pages.app.units();
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
    let distances = [("local", "本地"), ("remote", "异地")];
    let distances = distances.map(|(value, label)| Choice::of(value, label, &remote));
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
            Input::Radio(distances.to_vec()),
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
            Section::new("证明材料", places(desk, posted, faults)),
        ],
    }
}

fn places(desk: &Desk<'_>, posted: &Posted, faults: &Faults) -> Vec<Field> {
    let place = |slot: &Slot| {
        let found = faults.files.iter().find(|(field, _)| *field == slot.field);
        let fault = found.map(|(_, fault)| fault.clone());
        desk.files
            .field(desk.pages, &desk.member.visitor, posted, slot)
            .faulty(fault)
    };
    SLOTS.iter().map(place).collect()
}

/// Files that are gone or too many, and papers that this role needs; everything at once (requirements §6.5).
fn file_faults(
    desk: &Desk<'_>,
    posted: &Posted,
    role: Option<ApplicantRole>,
) -> Vec<(&'static str, String)> {
    let mut faults: Vec<(&'static str, String)> = SLOTS
        .iter()
        .filter_map(|slot| Some((slot.field, desk.files.fault(posted, slot)?)))
        .collect();
    let chosen = desk.files.chosen(posted, SLOTS);
    let there: Vec<&str> = chosen.iter().map(|file| file.slot.as_str()).collect();
    for paper in role.map(|role| missing(role, &there)).unwrap_or_default() {
        let slot = SLOTS.iter().find(|slot| slot.slot == paper.slot);
        let known = slot.filter(|slot| faults.iter().all(|(field, _)| *field != slot.field));
        if let Some(slot) = known {
            faults.push((slot.field, format!("请上传{}。", slot.label)));
        }
    }
    faults
}

/// What was typed, or the form with what to do about it.
pub(super) fn check(desk: &Desk<'_>, posted: &Posted) -> Result<Checked, Filled> {
    let (book, account) = (desk.pages.app.units(), &desk.member.account);
    let mut faults = Faults::default();
    let unit = match unit_choice::read(&book, posted, "unit") {
        UnitChoice::Chosen(unit) => Some(unit),
        unknown @ UnitChoice::Unknown { .. } => {
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
    faults.files = file_faults(desk, posted, role);
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
                files: desk.files.chosen(posted, SLOTS),
            },
        }),
        _ => Err(filled(desk, posted, &faults)),
    }
}

fn fault(text: &str, most: usize, missing: &str) -> Option<String> {
    if text.is_empty() {
        return Some(missing.to_owned());
    }
    if text.chars().count() > most {
        return Some(format!("请写得短一些，最多{most}个字。"));
    }
    let odd = text.chars().any(char::is_control) || !text.chars().any(char::is_alphanumeric);
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
    let mut posted = Posted::of(&[
        ("unit", name.as_deref().unwrap_or_default()),
        ("unit_id", unit.as_str()),
        ("case_name", &request.case_name),
        ("party_name", &request.party_name),
        ("party_id", &request.party_id),
        ("applicant_role", role.unwrap_or_default()),
        ("is_remote", remote.unwrap_or_default()),
    ]);
    for file in &one.files {
        posted.add(&format!("file_{}", file.slot), &file.public_id);
    }
    posted
}
