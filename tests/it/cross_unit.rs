//! A manager with every duty of a unit tries the things of another unit: every route of the console that names a thing,
//! with real ids, over HTTP. `JIANXIN_TEST_ROUNDS=10000` for as many requests.

use axum::http::Method;
use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::desk::Duty;
use jianxin::web::access::{Access, Line};
use jianxin::web::pages::{Pages, access_lines};

use crate::case_import_pages::{hand_in, settled};
use crate::support::NOW_MS;
use crate::support::browser::Page;
use crate::support::casework::{Casework, PARTY_ID, file};
use crate::support::clerk::Clerk;
use crate::support::office::UNIT;
use crate::support::queue::{asks_appointment, asks_binding, asks_reset, registers};
use crate::support::sheets::{self, Line as Row};

/// What stands in the things of the unit and nowhere else.
const CANARIES: [&str; 6] = [
    "欧阳植入",
    "李明",
    "金丝雀某",
    "植入1001",
    "金丝雀起诉书",
    PARTY_ID,
];

/// Ids that fit a part of an address, by what stands before it.
struct Things(Vec<(&'static str, &'static str, Vec<String>)>);

impl Things {
    fn of(&self, room: &str, part: &str) -> &[String] {
        let fits = |(of, name, _): &&(&str, &str, Vec<String>)| *of == room && *name == part;
        let found = self.0.iter().find(fits);
        let found = found.unwrap_or_else(|| panic!("/console/{room} has a {part}: add its ids"));
        &found.2
    }
}

async fn world(work: &Casework) -> Things {
    let office = &work.office;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    office.account("u-2", "lawyer").await;
    asks_binding(office, "BD1", "u-2").await;
    asks_appointment(office, "YY1", "u-2").await;
    asks_reset(office, "MM1", "u-2").await;
    registers(office, "ZC1", "u-3", false).await;
    let case = work.case("1001", "一审公诉案件", NOW_MS).await;
    let person = work.person(&case, "01", "金丝雀某").await;
    work.bind(&lawyer, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    let progress = serde_json::json!({
        "accounts": ["u-2"], "unit_code": UNIT, "case_number": "长检受[2026]1001号",
        "changes": [{ "field": "stage", "old": "审查起诉", "new": "提起公诉" }],
    });
    office.tell("c-1", "case_progress_changed", progress).await;
    let form = phone.open("/h5/bindings/new").await;
    let paper = file(&mut phone, &form.csrf(), "mandate").await;

    let mut importer = work.clerk("own-importer", "importer").await;
    let sent = hand_in(&mut importer, &sheets::csv(&[Row::of("1001", "09")])).await;
    settled(&mut importer, &sent.location).await;
    let mut publisher = work.clerk("own-publisher", "publisher").await;
    let fields = [
        ("kind", "legal_document"),
        ("title", "金丝雀起诉书"),
        ("document_type", "起诉书"),
        ("document_number", "长检刑诉〔2026〕12号"),
        ("charges", "盗窃罪"),
        ("body", "被告人金丝雀某窃得手机一部。"),
        ("act", "check"),
    ];
    let draft = publisher.send("/console/publications/new", &fields).await;
    assert_eq!(draft.status, 303, "{}", draft.body);

    let ids = |sql: &str| {
        let ids = office.rows(sql);
        assert!(!ids.is_empty(), "{sql}");
        ids
    };
    let accounts = ids("SELECT public_id FROM accounts WHERE role <> 'manager'");
    let managers = ids("SELECT public_id FROM accounts WHERE role = 'manager'");
    let drafts = ids("SELECT public_id FROM publication_drafts");
    let queues = ["registration", "binding", "appointment", "reset", "phone"];
    let waiting =
        ids("SELECT public_id FROM applications UNION ALL SELECT public_id FROM phone_tasks");
    let bindings = ids("SELECT public_id FROM case_bindings");
    let unknown = vec!["0123456789abcdef0123456789abcdef".to_owned()];
    Things(vec![
        ("queues", "{queue}", queues.map(str::to_owned).to_vec()),
        ("queues", "{id}", waiting),
        ("attachments", "{public_id}", vec![paper]),
        (
            "attachments",
            "{number}",
            vec!["0".to_owned(), "1".to_owned()],
        ),
        ("accounts", "{id}", accounts),
        ("accounts", "{slip}", unknown.clone()),
        ("accounts", "{binding}", bindings),
        ("cases", "{id}", vec![case.public_id]),
        (
            "imports",
            "{id}",
            ids("SELECT public_id FROM import_batches"),
        ),
        ("publications", "{id}", drafts),
        ("managers", "{id}", managers),
        ("managers", "{slip}", unknown),
        ("units", "{code}", vec![UNIT.to_owned()]),
    ])
}

/// Everything of the unit that somebody could change.
fn standing(work: &Casework) -> Vec<String> {
    let sql = [
        "SELECT 'account ' || id || ' ' || state || ' ' || version FROM accounts WHERE unit_id = '430100'",
        "SELECT 'application ' || id || ' ' || state || ' ' || version FROM applications",
        "SELECT 'hand ' || application_id FROM application_hands",
        "SELECT 'call ' || id || ' ' || COALESCE(done_at, 0) || ' ' || COALESCE(password_at, 0) || ' ' || COALESCE(claimed_at, 0) FROM phone_tasks",
        "SELECT 'binding ' || id || ' ' || state FROM case_bindings",
        "SELECT 'stopped ' || unified_number FROM stopped_cases",
        "SELECT 'batch ' || id || ' ' || state FROM import_batches",
        "SELECT 'draft ' || id FROM publication_drafts",
        "SELECT 'unit ' || unit_id || ' ' || name FROM units WHERE unit_id = '430100'",
        "SELECT 'push ' || id FROM pushes",
    ];
    let mut rows = work.office.rows(&sql.join(" UNION ALL "));
    rows.sort();
    rows
}

/// Routes that name a thing and are for duties of a unit.
fn lines(work: &Casework) -> Vec<Line> {
    let pages = Pages::new(std::sync::Arc::clone(&work.office.app.app));
    let own = [
        Duty::Reviewer,
        Duty::Importer,
        Duty::Publisher,
        Duty::UnitAdmin,
    ];
    let is_for = |line: &Line| match line.access {
        Access::Desk(duties) => own.iter().any(|duty| duties.contains(duty)),
        _ => false,
    };
    access_lines(&pages)
        .into_iter()
        .filter(|line| {
            line.path.starts_with("/console/") && line.path.contains('{') && is_for(line)
        })
        .collect()
}

async fn ask(stranger: &mut Clerk, line: &Line, path: &str) -> Page {
    // What any of the forms could want, so that none stops at a missing field before it looks whose the thing is.
    let fields = [
        ("version", "1"),
        ("reason", "x"),
        ("free", "请补正。"),
        ("claim", "take_over"),
        ("what", "phone"),
        ("take_over", "yes"),
        ("role", "near_relative"),
        ("person", "cp-1001-01"),
        ("id_number", PARTY_ID),
        ("number", "1001"),
        ("phone", "0731-12345678"),
        ("duties", "reviewer"),
        ("act", "save"),
        ("made_at", "0"),
    ];
    match line.method {
        Method::GET => stranger.browser.get(path).await,
        _ => stranger.send(path, &fields).await,
    }
}

#[tokio::test]
async fn no_route_shows_or_changes_what_belongs_to_another_unit() {
    let work = Casework::with(&[("demo.test_identities", "true")]).await;
    let things = world(&work).await;
    let lines = lines(&work);
    assert!(lines.len() > 30, "{}", lines.len());
    let duties = "reviewer,importer,publisher,unit_admin";
    let mut stranger = work.clerk_at("430200", "stranger", duties).await;
    let before = standing(&work);
    let rounds: usize = std::env::var("JIANXIN_TEST_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(400);
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % 1_000_003).unwrap() % below
    };
    for round in 0..rounds {
        // Each of them at least once, then at random.
        let line = &lines[if round < lines.len() {
            round
        } else {
            next(lines.len())
        }];
        let room = line.path.split('/').nth(2).unwrap();
        let parts = line
            .path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => {
                    let ids = things.of(room, part);
                    ids[next(ids.len())].clone()
                }
                false => part.to_owned(),
            });
        let path = parts.collect::<Vec<_>>().join("/");
        let page = ask(&mut stranger, line, &path).await;
        let what = format!("{} {path}: {}", line.method, page.status);
        // A list is the stranger's own, and empty; a thing is not there.
        let is_thing = ["{id}", "{public_id}", "{code}"]
            .iter()
            .any(|part| line.path.contains(part));
        match is_thing {
            true => assert!(
                (400..500).contains(&page.status),
                "{what} {}",
                page.location
            ),
            false => assert_eq!(page.status, 200, "{what}"),
        }
        for canary in CANARIES {
            assert!(!page.body.contains(canary), "{what}: {canary}");
        }
        if round % 500 == 499 {
            assert_eq!(standing(&work), before, "{what}");
        }
    }
    assert_eq!(standing(&work), before);
}
