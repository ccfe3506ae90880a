//! The form of a lawyer's registration, at first and when it is changed.

use std::collections::BTreeMap;

use crate::app::App;
use crate::domain::registration::{self, Identities, Registration, Typed};
use crate::domain::shanghai;
use crate::service::registrations::{Filled, Known, Refused};
use crate::web::h5::field::{Choice, Field, Input, Line};
use crate::web::h5::form::Section;
use crate::web::handlers::form::Posted;
use crate::web::handlers::form_files::{FormFiles, Slot};
use crate::web::handlers::login::Visitor;
use crate::web::handlers::unit_choice::{self, UnitChoice};
use crate::web::pages::Pages;

/// What a tick says.
const YES: &str = "yes";

/// The places for files.
pub(super) const SLOTS: &[Slot] = &[
    Slot {
        slot: "id_card",
        field: "file_id_card",
        label: "居民身份证",
        help: "请上传正面和反面，最多2个文件：照片（JPG、PNG）或者PDF，每个不超过10 MB。",
        required: true,
        most: 2,
    },
    Slot {
        slot: "licence",
        field: "file_licence",
        label: "律师执业证",
        help: "请上传照片页和年度考核页，最多3个文件。",
        required: true,
        most: 3,
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

/// What is wrong: field to what to do about it, and the unit when it is not known.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) fields: BTreeMap<String, String>,
    pub(super) unit: Option<UnitChoice>,
}

impl Faults {
    /// One field is at fault.
    pub(super) fn at(field: &str, words: &str) -> Self {
        let mut faults = Self::default();
        faults.fields.insert(field.to_owned(), words.to_owned());
        faults
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.unit.is_none()
    }

    fn of(&self, field: &str) -> Option<String> {
        self.fields.get(field).cloned()
    }
}

/// What stands in the way of a submission that the form can show; `None`: it is not the form's affair.
pub(super) fn refusal(refused: &Refused) -> Option<Faults> {
    Some(match refused {
        Refused::Taken(field) => Faults::at(
            field,
            "请检查这个号码。这个号码已经注册过账号：如果是您本人的账号，请用“找回密码”；如有疑问，请拨打12309。",
        ),
        Refused::FileGone(field) => Faults::at(field, "请删除后重新上传：这个文件已经不能使用了。"),
        Refused::TooMany | Refused::Stale | Refused::Record(_) => return None,
    })
}

/// Reads the form, everything that is wrong at once. What the account has already fills what cannot be typed.
pub(super) fn read(
    pages: &Pages,
    posted: &Posted,
    files: &FormFiles,
    known: Option<&Fixed>,
) -> Result<Filled, Faults> {
    let app = &pages.app;
    let typed = Typed {
        name: known.map_or_else(|| posted.text("name"), |known| known.name.clone()),
        gender: known
            .and_then(|known| known.gender.clone())
            .unwrap_or_else(|| posted.text("gender")),
        phone: posted.text("phone"),
        email: posted.text("email"),
        id_number: posted.text("id_number"),
        licence: posted.text("licence"),
        firm: posted.text("firm"),
        agreed: posted.text("agree") == YES,
        agreed_scans: posted.text("agree_scans") == YES,
    };
    let mut faults = Faults::default();
    let today = shanghai::wall_clock(app.clock.now_ms()).date();
    let checked = registration::check(&typed, identities(app), today);
    if let Err(wrong) = &checked {
        let wrong = wrong
            .iter()
            .filter(|(field, _)| known.is_none() || **field != "name");
        let owned = wrong.map(|(field, words)| ((*field).to_owned(), (*words).to_owned()));
        faults.fields.extend(owned);
    }
    for slot in SLOTS {
        if let Some(fault) = files.fault(posted, slot) {
            faults.fields.insert(slot.field.to_owned(), fault);
        }
    }
    if known.is_some_and(|known| known.freezes) && posted.text("freeze") != YES {
        let words = "请您在这里打勾，确认后再保存：保存后到重新审核通过之前，其他功能都不能使用。";
        faults.fields.insert("freeze".to_owned(), words.to_owned());
    }
    match (checked, unit_choice::read(&app.units(), posted, "unit")) {
        (Ok(registration), UnitChoice::Chosen(unit)) if faults.is_empty() => Ok(Filled {
            registration: with_name(registration, known),
            unit,
            files: files.chosen(posted, SLOTS),
        }),
        (_, UnitChoice::Chosen(_)) => Err(faults),
        (_, unknown) => {
            faults.unit = Some(unknown);
            Err(faults)
        }
    }
}

/// What cannot be changed, and what a change does.
pub(super) struct Fixed {
    pub(super) login_name: String,
    pub(super) name: String,
    /// `None`: it was never asked for.
    pub(super) gender: Option<String>,
    /// The account is approved: all functions stop until it is again.
    pub(super) freezes: bool,
}

fn with_name(registration: Registration, known: Option<&Fixed>) -> Registration {
    match known {
        Some(known) => Registration {
            name: known.name.clone(),
            ..registration
        },
        None => registration,
    }
}

fn identities(app: &App) -> Identities {
    match app.settings.demo.test_identities {
        true => Identities::Synthetic,
        false => Identities::Real,
    }
}

/// The form as it would have been filled in with what is known.
pub(super) fn filled_with(pages: &Pages, known: &Known) -> Posted {
    let person = &known.registration;
    let book = pages.app.units();
    let unit = book.tree.by_code(&known.unit_id);
    let unit = unit.map(|unit| unit.name.clone()).unwrap_or_default();
    let mut pairs = vec![
        ("phone".to_owned(), person.phone.clone()),
        ("email".to_owned(), person.email.clone()),
        ("id_number".to_owned(), person.id_number.clone()),
        ("licence".to_owned(), person.licence.clone()),
        ("firm".to_owned(), person.firm.clone()),
        ("unit".to_owned(), unit),
        ("unit_id".to_owned(), known.unit_id.clone()),
    ];
    let files = known.files.iter();
    pairs.extend(files.map(|file| (format!("file_{}", file.slot), file.public_id.clone())));
    Posted::from_pairs(pairs)
}

/// The sections of the form with what was typed and what is wrong.
pub(super) fn sections(
    pages: &Pages,
    visitor: &Visitor,
    posted: &Posted,
    (files, faults): (&FormFiles, &Faults),
    known: Option<&Fixed>,
) -> Vec<Section> {
    let line = |name, label, line| {
        Field::line(name, label, line, &posted.text(name)).faulty(faults.of(name))
    };
    let book = pages.app.units();
    let mut unit = unit_choice::field(&book, posted, "unit", "检察院");
    if let Some(choice) = &faults.unit {
        unit = choice.shown_on(&book, unit);
    }
    let unit = unit.helped("您的注册信息由这个检察院审核，一般选择执业机构所在地的检察院。");
    let places = SLOTS.iter().map(|slot| {
        let field = files.field(pages, visitor, posted, slot);
        field.faulty(faults.of(slot.field))
    });
    let mut person = who(posted, faults, known);
    person.push(line("phone", "手机", text("tel", "tel", 20)));
    person.push(line("email", "邮箱", text("email", "email", 100)));
    let practice = vec![
        line(
            "id_number",
            "身份证",
            Line {
                example: "18位号码",
                ..text("text", "off", 24)
            },
        ),
        line(
            "licence",
            "律师执业证号",
            Line {
                example: "17位数字",
                ..text("numeric", "off", 24)
            },
        ),
        line(
            "firm",
            "执业机构",
            Line {
                example: "例如：某某律师事务所",
                ..text("text", "organization", 60)
            },
        ),
    ];
    vec![
        Section::new("个人信息", person),
        Section::new("证件和执业机构", practice),
        Section::new("审核的检察院", vec![unit]),
        Section::new("证件图片", places.collect()),
        Section::new("确认", consents(posted, faults, known)),
    ]
}

fn who(posted: &Posted, faults: &Faults, known: Option<&Fixed>) -> Vec<Field> {
    let given = posted.text("gender");
    let chosen = if given.is_empty() { "男" } else { &given };
    let genders = ["男", "女"].map(|gender| Choice::of(gender, gender, chosen));
    let gender = Field::with("gender", "性别", Input::Radio(genders.to_vec()), "")
        .faulty(faults.of("gender"));
    match known {
        None => {
            let name = Field::line(
                "name",
                "姓名",
                text("text", "name", 40),
                &posted.text("name"),
            );
            vec![name.faulty(faults.of("name")), gender]
        }
        Some(known) => vec![
            Field::shown("login_name", "用户名", &known.login_name),
            Field::shown("name", "姓名", &known.name),
            match &known.gender {
                Some(known) => Field::shown("gender", "性别", known),
                None => gender,
            },
        ],
    }
}

fn consents(posted: &Posted, faults: &Faults, known: Option<&Fixed>) -> Vec<Field> {
    let tick = |name: &'static str, label: &str, words: &str| {
        let choice = Choice::of(YES, words, &posted.text(name));
        Field::with(name, label, Input::Checks(vec![choice]), "").faulty(faults.of(name))
    };
    let mut ticks = vec![
        tick(
            "agree",
            "用户协议",
            "我已阅读并同意《律师注册用户协议和个人信息处理说明》",
        )
        .helped("协议全文的链接在页面下方。"),
        tick(
            "agree_scans",
            "证件图片",
            "我单独同意保存我的身份证号、身份证和律师执业证的图片，用于审核",
        ),
    ];
    if known.is_some_and(|known| known.freezes) {
        ticks.push(tick(
            "freeze",
            "暂停使用",
            "我知道：保存以后，到重新审核通过之前，其他功能都不能使用",
        ));
    }
    ticks
}

fn text(keyboard: &'static str, fill: &'static str, most: u32) -> Line {
    Line {
        keyboard,
        fill,
        most,
        example: "",
    }
}
