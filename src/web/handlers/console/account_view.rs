//! The counter's pages in words: what services say, filled into what `console::account_pages` draws.

use axum::http::StatusCode;

use super::desk::Desk;
use super::papers;
use crate::app::App;
use crate::domain::binding::ApplicantRole;
use crate::domain::counter::Person;
use crate::service::applications::unit_name;
use crate::service::attachments::Shown;
use crate::service::counter::{Bound, Candidate, Detail, Issued, Listed, Refused, Slip};
use crate::service::desk_queue::{Held, Queue};
use crate::service::temporary_passwords;
use crate::web::console::account_pages::{
    AccountPage, AccountRow, BindingView, CandidateView, Choice, IdentityPage, May, Paper, Said,
    SlipPage, state_tag,
};
use crate::web::console::frame::ConsoleFrame;
use crate::web::console::queue_place::QueuePlace;
use crate::web::dates::{chinese_date, chinese_datetime};
use crate::web::h5::layout::HELP_PHONE;
use crate::web::pages::Pages;

/// The list.
pub(super) const ACCOUNTS: &str = "/console/accounts";

/// Kinds of accounts, for the list's filter.
pub(super) const ROLES: &[(&str, &str)] =
    &[("", "全部"), ("party", "当事人等"), ("lawyer", "律师")];
/// States, for the list's filter.
pub(super) const STATES: &[(&str, &str)] = &[
    ("", "全部"),
    ("active", "正常"),
    ("pending", "待审核"),
    ("rejected", "未通过"),
    ("disabled", "已停用"),
];

/// Choices, one of them chosen.
pub(super) fn choices(all: &[(&'static str, &'static str)], current: &str) -> Vec<Choice> {
    let all = all.iter();
    all.map(|(word, title)| (*word, *title, *word == current))
        .collect()
}

/// As what 当事人等 are bound.
pub(super) fn capacities(current: &str) -> Vec<Choice> {
    let roles = ApplicantRole::OF_PARTIES.into_iter();
    roles
        .map(|role| (role.as_str(), role.title(), role.as_str() == current))
        .collect()
}

/// An account's page.
pub(super) fn path_of(id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("{ACCOUNTS}/{id}")
}

/// Where a slip is shown.
pub(super) fn slip_path(issued: &Issued) -> String {
    format!("{}/slips/{}", path_of(&issued.account), issued.slip)
}

fn role_title(role: &str) -> &'static str {
    match role {
        "lawyer" => "律师",
        _ => "当事人等",
    }
}

/// A row of the list.
pub(super) fn row(listed: &Listed) -> AccountRow {
    let account = &listed.account;
    AccountRow {
        href: path_of(&account.public_id),
        name: account.display_name.clone(),
        login_name: account.login_name.clone(),
        role: role_title(&account.role),
        phone: listed.phone.clone(),
        unit: listed.other_unit.clone(),
        state: state_tag(&account.state),
        created: chinese_date(account.created_at),
    }
}

/// What became of the last press.
pub(super) fn said(word: &str) -> Said {
    let words = match word {
        "bound" => "已绑定。案件程序性信息有变化时，会通知本人。",
        "ended" => "已解除绑定，本人不能再查看这个案件。",
        "disabled" => "已停用：本人已退出登录，微信绑定已解除。",
        "enabled" => "已启用。本人需要重新登录、绑定微信。",
        "recognised" => "已在本院使用这个账号，可以绑定本院的案件。",
        _ => return None,
    };
    Some(("ok", words.to_owned()))
}

/// What is said beside a form; `None`: a page of its own.
pub(super) fn refusal(app: &App, refused: &Refused) -> Option<(StatusCode, String)> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    Some(match refused {
        Refused::Limit(words) => (unprocessable, words.clone()),
        Refused::Stale => (
            StatusCode::CONFLICT,
            "请核对现在的内容以后再办理：打开页面以后，这个账号又有改动，刚才的操作没有生效。"
                .to_owned(),
        ),
        Refused::NotForThis => (
            unprocessable,
            "没有生效：这个账号不能这样办理。其他院发放的账号由发放单位停用；律师自己申请绑定案件和找回密码。"
                .to_owned(),
        ),
        Refused::AppliedFor => (
            unprocessable,
            "没有解除：这项绑定是本人申请的，请打开申请，在那里解除，本人会收到通知。".to_owned(),
        ),
        Refused::Taken(_) => (
            StatusCode::CONFLICT,
            "没有启用：停用期间，同一个证件号码又发放了账号，请使用现在的账号。".to_owned(),
        ),
        Refused::Elsewhere(unit) => (
            StatusCode::CONFLICT,
            format!(
                "没有启用：停用期间，{}给同一个证件号码发放了账号，请使用那个账号。",
                unit_name(app, unit)
            ),
        ),
        Refused::OtherName => (
            unprocessable,
            "没有生效：这个证件号码登记的姓名或者证件类型与填写的不同，请核对证件原件。".to_owned(),
        ),
        Refused::FileGone(_) => (
            unprocessable,
            "请重新上传：有扫描件已经被自动删除。".to_owned(),
        ),
        Refused::Before(_) | Refused::NotFound | Refused::Record(_) => return None,
    })
}

/// The account's page.
pub(super) fn account(
    pages: &Pages,
    desk: &Desk,
    frame: ConsoleFrame,
    detail: &Detail,
    (case, found): (&str, Option<Vec<Candidate>>),
) -> AccountPage {
    let account = &detail.account;
    let is_party = account.role == "party";
    let is_active = account.state == "active";
    let is_disabled = account.state == "disabled";
    let person = detail.person.as_ref();
    let capacity = person.map(|person| person.capacity.clone());
    AccountPage {
        frame,
        path: path_of(&account.public_id),
        version: account.version,
        name: account.display_name.clone(),
        state: state_tag(&account.state),
        facts: facts(detail),
        files: scans(pages, desk, &detail.files),
        bindings: detail.bindings.iter().map(binding).collect(),
        case: case.to_owned(),
        candidates: found.map(|found| found.iter().map(candidate).collect()),
        roles: capacities(capacity.as_deref().unwrap_or_default()),
        is_party: person.is_some_and(|person| person.role() == ApplicantRole::Party),
        may: May {
            bind: is_party && is_active,
            reset: is_party && !is_disabled,
            disable: detail.is_own && !is_disabled,
            enable: detail.is_own && is_disabled,
            reveal: person.is_some(),
        },
        said: None,
    }
}

fn facts(detail: &Detail) -> Vec<(&'static str, String)> {
    let account = &detail.account;
    let linked = match detail.is_linked {
        true => "已绑定",
        false => "没有绑定",
    };
    let password = match account.must_reset {
        true => "还没有设置自己的密码",
        false => "已设置",
    };
    let mut facts = vec![
        ("类别", role_title(&account.role).to_owned()),
        ("登录账号", account.login_name.clone()),
        ("发放单位", detail.unit_name.clone()),
        ("手机号码", detail.phone.clone()),
        ("微信", linked.to_owned()),
        ("密码", password.to_owned()),
        ("建立时间", chinese_datetime(account.created_at)),
    ];
    if let Some(person) = &detail.person {
        facts.extend([
            ("性别", person.gender.clone()),
            ("证件类型", person.id_type.title().to_owned()),
            ("证件号码", person.id_number.clone()),
            ("身份", person.role().title().to_owned()),
            ("与当事人的关系", person.relation.clone()),
        ]);
    }
    if let Some(at) = detail.consented_at {
        facts.push(("同意处理个人信息", chinese_datetime(at)));
    }
    facts
}

/// Scans with their addresses for this session.
pub(super) fn scans(pages: &Pages, desk: &Desk, files: &[Shown]) -> Vec<Paper> {
    let address = |id: &str, number: i32| {
        let number = u32::try_from(number).unwrap_or_default();
        papers::address(pages, desk, id, number)
    };
    let paper = |file: &Shown| Paper {
        id: file.public_id.clone(),
        slot: file.slot.clone(),
        label: file.label.clone(),
        name: file.name.clone(),
        small: address(&file.public_id, 0),
        pages: (1..=file.pages)
            .map(|number| address(&file.public_id, number))
            .collect(),
    };
    files.iter().map(paper).collect()
}

fn binding(one: &Bound) -> BindingView {
    let role = one.role.map_or("", ApplicantRole::title);
    let since = chinese_datetime(one.created_at);
    let when = match (one.revoked_at, &one.reason) {
        (Some(at), reason) => format!(
            "{since}绑定，{}解除：{}",
            chinese_datetime(at),
            reason.as_deref().unwrap_or_default()
        ),
        (None, _) => format!("{since}绑定"),
    };
    BindingView {
        id: one.public_id.clone(),
        title: format!("{}（{role}）", one.name),
        case: format!(
            "{} {} {}",
            one.case_name, one.unified_number, one.department_number
        ),
        is_open: one.is_open,
        application: one
            .application
            .as_ref()
            .map(|id| QueuePlace::parse(Queue::Binding, "view=done").opening(id)),
        when,
    }
}

fn candidate(one: &Candidate) -> CandidateView {
    CandidateView {
        id: one.public_id.clone(),
        title: format!("{} {}", one.name, one.id_number),
        case: format!(
            "{} {} {}，{}受理",
            one.case_name,
            one.unified_number,
            one.department_number,
            chinese_date(one.accepted_at)
        ),
        is_own: one.is_own,
        held: one
            .held
            .iter()
            .map(Held::words)
            .collect::<Vec<_>>()
            .join("、"),
    }
}

/// The whole numbers.
pub(super) fn identity(frame: ConsoleFrame, id: &str, person: &Person) -> IdentityPage {
    IdentityPage {
        frame,
        back: path_of(id),
        facts: vec![
            ("姓名", person.name.clone()),
            ("性别", person.gender.clone()),
            ("证件类型", person.id_type.title().to_owned()),
            ("证件号码", person.id_number.clone()),
            ("手机号码", person.phone.clone()),
            ("身份", person.role().title().to_owned()),
            ("与当事人的关系", person.relation.clone()),
        ],
    }
}

/// The slip.
pub(super) fn slip(pages: &Pages, frame: ConsoleFrame, slip: &Slip) -> SlipPage {
    let book = pages.app.units();
    let phone = book.phone(&slip.account.unit_id).unwrap_or(HELP_PHONE);
    let now = pages.app.clock.now_ms();
    SlipPage {
        frame,
        back: path_of(&slip.account.public_id),
        unit: slip.unit_name.clone(),
        phone: phone.to_owned(),
        login_name: slip.account.login_name.clone(),
        password: slip
            .password
            .as_ref()
            .map(|password| password.expose().to_owned()),
        day: chinese_date(now),
        until: chinese_date(now + temporary_passwords::PROMISED_MS),
    }
}
