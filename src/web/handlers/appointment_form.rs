//! The fields of 预约信息登记表: what is known stands there, what is wanted is chosen.

use crate::app::seal::Place;
use crate::domain::binding::ApplicantRole;
use crate::domain::notice::Item;
use crate::service::appointments::{Wanted, offered};
use crate::service::cases::CaseView;
use crate::web::h5::field::{Choice, Field, Input};
use crate::web::h5::form::Section;
use crate::web::h5::item_words;
use crate::web::handlers::form::Posted;
use crate::web::handlers::form_files::{FormFiles, Slot};
use crate::web::handlers::guard::Member;
use crate::web::pages::Pages;

/// Sections with what was chosen.
pub(super) struct Filled {
    pub(super) sections: Vec<Section>,
}

const MOST_REMARK: usize = 500;

/// 申请人身份.
fn identities(role: ApplicantRole) -> &'static [&'static str] {
    match role {
        ApplicantRole::Defender | ApplicantRole::LayDefender => {
            &["犯罪嫌疑人的辩护人", "被告人的辩护人"]
        }
        _ => &[
            "被害人的诉讼代理人",
            "附带民事诉讼当事人的诉讼代理人",
            "申诉人、申请监督人的代理人",
            "其他当事人的代理人",
        ],
    }
}

/// The form as it was filled in, without faults.
pub(super) fn fields(desk: &Desk<'_>, posted: &Posted) -> Filled {
    filled(desk, posted, Faults::default())
}

/// Where a form is filled in.
pub(super) struct Desk<'a> {
    pub(super) pages: &'a Pages,
    pub(super) member: &'a Member,
    pub(super) case: &'a CaseView,
    pub(super) files: &'a FormFiles,
    /// 证件类型 and 证件号码 of the applicant, masked; `None`: not known here.
    pub(super) document: Option<(&'static str, String)>,
}

/// 附件1–3.
pub(super) const SLOTS: &[Slot] = &[Slot {
    slot: "others",
    field: "file_others",
    label: "附件",
    help: "与预约事项有关的材料，最多3个文件：照片（JPG、PNG）或者PDF，每个不超过10 MB。",
    required: false,
    most: 3,
}];

#[derive(Default)]
struct Faults {
    identity: Option<String>,
    items: Option<String>,
    remark: Option<String>,
    files: Option<String>,
}

fn filled(desk: &Desk<'_>, posted: &Posted, faults: Faults) -> Filled {
    let (app, case) = (&desk.pages.app, desk.case);
    let account = &desk.member.account;
    let phone = account.phone.as_deref().and_then(|sealed| {
        let place = Place {
            table: "accounts",
            column: "phone",
            row: &account.public_id,
        };
        app.seal.open(place, sealed).ok()
    });
    let phone = phone.as_ref().map_or("无", |phone| phone.expose());
    let known = desk.document.as_ref();
    let document = known.map_or("无", |(kind, _)| *kind);
    let number = known.map_or("无", |(_, number)| number.as_str());
    let applicant = vec![
        Field::shown("applicant_name", "申请人姓名", &account.display_name),
        Field::shown("applicant_type", "申请人类型", case.role.title()),
        Field::shown("applicant_account", "登录账号", &account.login_name),
        Field::shown("applicant_document", "证件类型", document),
        Field::shown("applicant_number", "证件号码", number),
        Field::shown("applicant_phone", "联系方式", phone),
    ];
    let about = vec![
        Field::shown("case_name", "案件名称", &case.case.name),
        Field::shown("case_number", "案件号码", &case.case.department_number),
        Field::shown("party_name", "当事人姓名", &case.name),
    ];
    let identity = posted.text("identity");
    let choices = identities(case.role)
        .iter()
        .map(|one| Choice::of(one, one, &identity));
    let choices = std::iter::once(Choice::of("", "请选择", &identity)).chain(choices);
    let chosen = posted.all("items");
    let items = offered(app).into_iter().map(|item| Choice {
        value: item.as_str().to_owned(),
        label: item_words(item).to_owned(),
        chosen: chosen.iter().any(|word| word == item.as_str()),
    });
    let wanted = vec![
        Field::with(
            "identity",
            "申请人身份",
            Input::Select(choices.collect()),
            &identity,
        )
        .faulty(faults.identity),
        Field::with("items", "事项明细", Input::Checks(items.collect()), "")
            .helped("可以选择几项，办理单位会逐项回复。")
            .faulty(faults.items),
        Field::with(
            "remark",
            "备注",
            Input::Area { most: 500 },
            &posted.text("remark"),
        )
        .optional()
        .helped("例如方便的时间、需要的材料。请不要填写案情。")
        .faulty(faults.remark),
    ];
    let visitor = &desk.member.visitor;
    let places = SLOTS.iter().map(|slot| {
        let field = desk.files.field(desk.pages, visitor, posted, slot);
        field.faulty(faults.files.clone())
    });
    let places = places.collect();
    Filled {
        sections: vec![
            Section::new("申请人", applicant),
            Section::new("案件", about),
            Section::new("预约", wanted),
            Section::new("附件", places),
        ],
    }
}

/// What is wanted, or the form with what to do about it.
pub(super) fn check(desk: &Desk<'_>, posted: &Posted) -> Result<Wanted, Filled> {
    let (app, case) = (&desk.pages.app, desk.case);
    let identity = posted.text("identity");
    let known = identities(case.role).contains(&identity.as_str());
    let no_identity = (!known).then(|| "请选择您的身份。".to_owned());
    let chosen = posted.all("items");
    let items: Vec<Item> = offered(app)
        .into_iter()
        .filter(|item| chosen.iter().any(|word| word == item.as_str()))
        .collect();
    let no_items = items.is_empty().then(|| "请至少选择一个事项。".to_owned());
    let remark: String = posted
        .text("remark")
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    let long = remark.chars().count() > MOST_REMARK;
    let long_remark = long.then(|| format!("请写得短一些，最多{MOST_REMARK}个字。"));
    let mut slots = SLOTS.iter();
    let faults = Faults {
        identity: no_identity,
        items: no_items,
        remark: long_remark,
        files: slots.find_map(|slot| desk.files.fault(posted, slot)),
    };
    let all = [
        &faults.identity,
        &faults.items,
        &faults.remark,
        &faults.files,
    ];
    if all.iter().any(|fault| fault.is_some()) {
        return Err(filled(desk, posted, faults));
    }
    Ok(Wanted {
        binding: case.public_id.clone(),
        identity,
        items,
        remark,
        files: desk.files.chosen(posted, SLOTS),
    })
}
