//! Who may open what: every route of the pages' own table, tried as everybody. A route that is not in [`MATRIX`] fails here,
//! and so does one that lets in, or keeps out, anybody else than it says.

use jianxin::domain::role::Role;
use jianxin::web::access::{Access, Line, Needs};
use jianxin::web::pages::{Pages, access_lines};

use crate::support::browser::{Browser, Page};
use crate::support::casework::Casework;

/// Method, path, and whom it is for.
const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/h5/", "everyone"),
    ("GET", "/h5/about-binding", "everyone"),
    ("GET", "/h5/agreement", "everyone"),
    ("GET", "/h5/appointments", "lawyer+party, approved"),
    ("GET", "/h5/appointments/{id}", "lawyer+party, approved"),
    ("GET", "/h5/attachments/{public_id}", "follower"),
    (
        "GET",
        "/h5/attachments/{public_id}/pages/{number}",
        "follower",
    ),
    ("GET", "/h5/bindings", "lawyer, approved"),
    ("GET", "/h5/bindings/new", "lawyer, approved"),
    ("GET", "/h5/bindings/{id}", "lawyer, approved"),
    ("GET", "/h5/bindings/{id}/edit", "lawyer, approved"),
    ("GET", "/h5/captcha/{token}", "follower"),
    ("GET", "/h5/captcha/{token}/sound", "follower"),
    ("GET", "/h5/cases", "lawyer+party, approved"),
    ("GET", "/h5/cases/{id}", "lawyer+party, approved"),
    (
        "GET",
        "/h5/cases/{id}/appointment",
        "lawyer+party, approved",
    ),
    ("GET", "/h5/desk", "manager, approved"),
    ("GET", "/h5/desk/applications/{id}", "manager, approved"),
    (
        "GET",
        "/h5/desk/applications/{id}/reject",
        "manager, approved",
    ),
    ("GET", "/h5/desk/factor", "manager, approved"),
    ("GET", "/h5/desk/{kind}", "manager, approved"),
    ("GET", "/h5/follows", "follower"),
    ("GET", "/h5/help", "everyone"),
    ("GET", "/h5/laws", "everyone"),
    ("GET", "/h5/laws/{id}", "everyone"),
    ("GET", "/h5/list", "everyone"),
    ("GET", "/h5/login/{role}", "follower"),
    ("GET", "/h5/login/{role}/replace", "follower"),
    ("GET", "/h5/me", "lawyer+party+manager, own password"),
    ("GET", "/h5/me/registration", "lawyer, own password"),
    ("GET", "/h5/me/registration/done", "lawyer, own password"),
    ("GET", "/h5/notices/{public_id}", "everyone"),
    ("GET", "/h5/oauth", "everyone"),
    ("GET", "/h5/password", "lawyer+party+manager"),
    ("GET", "/h5/password-request", "follower"),
    ("GET", "/h5/password-request/done", "follower"),
    ("GET", "/h5/password/done", "lawyer+party+manager"),
    ("GET", "/h5/publications/{public_id}", "everyone"),
    ("GET", "/h5/register", "follower"),
    ("GET", "/h5/register/done/{public_id}", "follower"),
    ("GET", "/h5/reset/{token}", "everyone"),
    ("GET", "/h5/terms", "everyone"),
    ("GET", "/h5/units", "everyone"),
    (
        "POST",
        "/h5/appointments/{id}/withdraw",
        "lawyer+party, approved",
    ),
    ("POST", "/h5/attachments", "follower"),
    ("POST", "/h5/attachments/{public_id}/delete", "follower"),
    ("POST", "/h5/bindings/new", "lawyer, approved"),
    ("POST", "/h5/bindings/{id}/edit", "lawyer, approved"),
    ("POST", "/h5/captcha", "follower"),
    (
        "POST",
        "/h5/cases/{id}/appointment",
        "lawyer+party, approved",
    ),
    (
        "POST",
        "/h5/desk/applications/{id}/approve",
        "manager, approved",
    ),
    (
        "POST",
        "/h5/desk/applications/{id}/reject",
        "manager, approved",
    ),
    ("POST", "/h5/desk/factor", "manager, approved"),
    ("POST", "/h5/drafts/{form}", "follower"),
    ("POST", "/h5/follows", "follower"),
    ("POST", "/h5/follows/cancel", "follower"),
    ("POST", "/h5/login/{role}", "follower"),
    ("POST", "/h5/login/{role}/replace", "follower"),
    ("POST", "/h5/logout", "lawyer+party+manager"),
    ("POST", "/h5/me/notices", "lawyer+party, own password"),
    ("POST", "/h5/me/registration", "lawyer, own password"),
    ("POST", "/h5/messages", "follower"),
    ("POST", "/h5/password", "lawyer+party+manager"),
    ("POST", "/h5/password-request", "follower"),
    ("POST", "/h5/reading-mode", "everyone"),
    ("POST", "/h5/register", "follower"),
    ("POST", "/h5/reset/{token}", "everyone"),
];

/// What stands on the page of somebody who may not; the way of the world before the handler.
const REFUSALS: [&str; 5] = [
    "请您先登录",
    "您的账号不能使用这项功能",
    "请您先设置自己的密码",
    "您的注册信息正在审核",
    "您的注册信息没有通过审核",
];

/// Somebody with an account.
struct Persona {
    role: Role,
    state: &'static str,
    must_reset: bool,
}

fn personas() -> Vec<Persona> {
    let mut all = Vec::new();
    for role in Role::ALL {
        for (state, must_reset) in [
            ("active", false),
            ("active", true),
            ("pending", false),
            ("rejected", false),
            ("pending", true),
        ] {
            all.push(Persona {
                role,
                state,
                must_reset,
            });
        }
    }
    all
}

pub(crate) fn word(access: Access) -> String {
    match access {
        Access::Everyone => "everyone".to_owned(),
        Access::Follower => "follower".to_owned(),
        Access::Member(roles, needs) => {
            let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            let needs = match needs {
                Needs::Nothing => "",
                Needs::Password => ", own password",
                Needs::Approval => ", approved",
            };
            format!("{}{needs}", roles.join("+"))
        }
        Access::Desk(duties) => {
            let duties: Vec<&str> = duties.iter().map(|duty| duty.as_str()).collect();
            format!("desk: {}", duties.join("+"))
        }
    }
}

/// The path with ids that nobody has.
pub(crate) fn address(line: &Line) -> String {
    let parts = line.path.split('/').map(|part| match part {
        "{role}" => "lawyer",
        "{form}" => "binding",
        "{number}" | "{page}" | "{n}" => "1",
        "{token}" => "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        part if part.starts_with('{') => "0123456789abcdef0123456789abcdef",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

pub(crate) async fn ask(phone: &mut Browser, line: &Line) -> Page {
    match line.method.as_str() {
        "GET" => phone.get(&address(line)).await,
        _ => phone.post(&address(line), &[]).await,
    }
}

/// What a form could change.
pub(crate) fn world(work: &Casework) -> Vec<String> {
    let tables = [
        "account_links",
        "applications",
        "attachments",
        "audit",
        "drafts",
        "follows",
        "pushes",
        "sessions",
        "submissions",
    ];
    let mut sql = "SELECT 'versions ' || SUM(version) FROM accounts".to_owned();
    for table in tables {
        sql.push_str(&format!(
            " UNION ALL SELECT '{table} ' || COUNT(*) FROM {table}"
        ));
    }
    work.office.rows(&sql)
}

fn refusal(page: &Page) -> Option<&'static str> {
    let heading = page.between("<h1>", "</h1>").unwrap_or_default();
    REFUSALS
        .into_iter()
        .find(|refusal| heading.contains(refusal))
}

/// What the table says becomes of an account.
fn expected(persona: &Persona, access: Access) -> Option<&'static str> {
    let Access::Member(roles, needs) = access else {
        return None;
    };
    if !roles.contains(&persona.role) {
        return Some("您的账号不能使用这项功能");
    }
    if persona.must_reset && needs != Needs::Nothing {
        return Some("请您先设置自己的密码");
    }
    match (needs, persona.state) {
        (Needs::Approval, "pending") => Some("您的注册信息正在审核"),
        (Needs::Approval, "rejected") => Some("您的注册信息没有通过审核"),
        _ => None,
    }
}

/// Those of the phone; the console's stand in `authorization_console`.
fn lines(work: &Casework) -> Vec<Line> {
    let pages = Pages::new(std::sync::Arc::clone(&work.office.app.app));
    let all = access_lines(&pages).into_iter();
    all.filter(|line| line.path.starts_with("/h5")).collect()
}

#[tokio::test]
async fn every_route_stands_in_the_matrix() {
    let work = Casework::open().await;
    let lines = lines(&work);
    let mut found: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {} {}", line.method, line.path, word(line.access)))
        .collect();
    found.sort();
    let mut known: Vec<String> = MATRIX
        .iter()
        .map(|(method, path, access)| format!("{method} {path} {access}"))
        .collect();
    known.sort();
    assert_eq!(found, known, "a route came, went, or is for others now");
}

#[tokio::test]
async fn every_route_lets_in_whom_it_is_for_and_nobody_else() {
    let work = Casework::open().await;
    let lines = lines(&work);
    let (mut phone, _account) = work.phone("f1", "u-1", "lawyer").await;
    // A follower without an account, and somebody without a session.
    let mut bare = Browser::of(&work.origin, "f2");
    bare.open("/h5/follows").await;
    for line in &lines {
        let what = format!("{} {}", line.method, line.path);
        let mut stranger = Browser::of(&work.origin, "f3");
        let page = ask(&mut stranger, line).await;
        let sent_away = page.location.contains("/oauth");
        if line.access != Access::Everyone {
            assert!(
                page.status == 302 && sent_away,
                "{what} as a stranger: {}",
                page.status
            );
        }
        let page = ask(&mut bare, line).await;
        let refused = matches!(line.access, Access::Member(..));
        assert_eq!(
            refusal(&page) == Some("请您先登录"),
            refused,
            "{what} without an account"
        );
        assert_eq!(
            page.status == 403 && refused,
            refused,
            "{what}: {}",
            page.status
        );
    }
    for persona in personas() {
        work.office.app.database.execute(&format!(
            "UPDATE accounts SET role = '{}', state = '{}', must_reset = {}",
            persona.role.as_str(),
            persona.state,
            if persona.must_reset { "TRUE" } else { "FALSE" }
        ));
        for line in &lines {
            let who = format!(
                "{} {} as {} {} {}",
                line.method,
                line.path,
                persona.role.as_str(),
                persona.state,
                persona.must_reset
            );
            let before = world(&work);
            let page = ask(&mut phone, line).await;
            let wanted = expected(&persona, line.access);
            assert_eq!(refusal(&page), wanted, "{who}: {}", page.status);
            assert!(page.status == 403 || wanted.is_none(), "{who}");
            assert!(page.status < 500, "{who}: {}", page.status);
            if line.path.contains('{') && !line.path.contains("{role}") {
                assert!(
                    page.status >= 300,
                    "{who}: nobody has this id, yet {}",
                    page.status
                );
            }
            if line.method == "POST" {
                assert_eq!(
                    world(&work),
                    before,
                    "{who}: a form without its token had an effect"
                );
            }
        }
    }
}
