//! One visit, one row for each thing it shows: every page of the console, and every page of the phone that shows cases, is
//! opened in a small world, and the rows that came are compared with a table. A route that is not in it fails here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::http::Method;
use jianxin::domain::binding::ApplicantRole;
use jianxin::web::pages::{Pages, access_lines};

use crate::case_import_pages::{hand_in, settled};
use crate::support::browser::{Browser, Page};
use crate::support::casework::{Casework, file, once, wish};
use crate::support::clerk::{Clerk, ticket};
use crate::support::office::UNIT;
use crate::support::queue::asks_reset;
use crate::support::sheets::{self, Line};
use crate::support::{NOW_MS, document};

/// A route, an address of it with names of [`World`] in it, and what exactly one visit leaves: actions in the order of the
/// alphabet, or a reason why there is none.
type Visit = (&'static str, &'static str, &'static [&'static str]);

/// Why a visit leaves no row, where it leaves none.
type Quiet = (&'static str, &'static str, &'static str);

const LEAVES: &[Visit] = &[
    (
        "/console/accounts",
        "/console/accounts",
        &["accounts.listed"],
    ),
    (
        "/console/accounts",
        "/console/accounts?q=植入乙",
        &["accounts.listed"],
    ),
    (
        "/console/accounts/{id}",
        "/console/accounts/{account}",
        &["account.viewed"],
    ),
    (
        "/console/accounts/{id}",
        "/console/accounts/{account}?case=A1",
        &["account.viewed", "cases.searched"],
    ),
    (
        "/console/accounts/{id}/identity",
        "/console/accounts/{account}/identity",
        &["account.identity_shown"],
    ),
    (
        "/console/attachments/{public_id}/pages/{number}",
        "{paper}",
        &["attachment.viewed"],
    ),
    (
        "/console/cases",
        "/console/cases?number=A1",
        &["case.viewed"],
    ),
    (
        "/console/imports/{id}",
        "/console/imports/{batch}",
        &["import.viewed"],
    ),
    (
        "/console/publications/drafts/{id}",
        "/console/publications/drafts/{draft}",
        &["publication.viewed"],
    ),
    (
        "/console/publications/drafts/{id}",
        "/console/publications/drafts/{submitted}",
        &["publication.viewed"],
    ),
    (
        "/console/publications/{id}",
        "/console/publications/{withdrawn}",
        &["publication.viewed"],
    ),
    (
        "/console/publicity/documents/export",
        "/console/publicity/documents/export",
        &["documents.exported"],
    ),
    (
        "/console/publicity/export",
        "/console/publicity/export",
        &["publicity.exported"],
    ),
    (
        "/console/queues/{queue}",
        "/console/queues/registration",
        &["queue.viewed"],
    ),
    (
        "/console/queues/{queue}",
        "/console/queues/phone",
        &["queue.viewed"],
    ),
    (
        "/console/queues/{queue}",
        "/console/queues/reset?view=done&id={reset}",
        &["application.viewed", "queue.viewed"],
    ),
    (
        "/console/queues/{queue}",
        "/console/queues/phone?id={call}",
        &["call.viewed", "queue.viewed"],
    ),
    // The persons who may be meant stand beside the application.
    (
        "/console/queues/{queue}",
        "/console/queues/binding?id={binding}",
        &["application.viewed", "cases.searched", "queue.viewed"],
    ),
    (
        "/console/queues/{queue}/export.csv",
        "/console/queues/binding/export.csv",
        &["queue.exported"],
    ),
];

const QUIET: &[Quiet] = &[
    ("/console/", "/console/", "numbers"),
    ("/console/accounts/new", "/console/accounts/new", "a form"),
    (
        "/console/accounts/{id}/slips/{slip}",
        "/console/accounts/{account}/slips/{slip}",
        "what account.issued made, for whoever made it",
    ),
    (
        "/console/attachments/{public_id}/pages/{number}",
        "{small}",
        "too small to be read",
    ),
    ("/console/audit", "/console/audit", "the trail itself"),
    (
        "/console/captcha/{token}",
        "/console/captcha/{captcha}",
        "a code",
    ),
    (
        "/console/captcha/{token}/sound",
        "/console/captcha/{captcha}/sound",
        "a code",
    ),
    ("/console/code", "/console/code", "a form"),
    (
        "/console/enrol/{token}",
        "/console/enrol/{ticket}",
        "a form",
    ),
    ("/console/imports", "/console/imports", "numbers of rows"),
    (
        "/console/imports/template",
        "/console/imports/template",
        "no case data",
    ),
    (
        "/console/imports/{id}",
        "/console/imports/{batch}?part=progress",
        "numbers of rows",
    ),
    (
        "/console/imports/{id}/refused",
        "/console/imports/{batch}/refused",
        "lines and columns, without what stands in them",
    ),
    ("/console/managers", "/console/managers", "colleagues"),
    ("/console/managers/new", "/console/managers/new", "a form"),
    (
        "/console/managers/{id}",
        "/console/managers/{manager}",
        "a colleague",
    ),
    (
        "/console/managers/{id}/tickets/{slip}",
        "/console/managers/{manager}/tickets/{address}",
        "what manager.added made, for whoever made it",
    ),
    ("/console/password", "/console/password", "a form"),
    ("/console/publications", "/console/publications", "titles"),
    (
        "/console/publications/new",
        "/console/publications/new",
        "a form",
    ),
    (
        "/console/publications/{id}",
        "/console/publications/{public}",
        "everybody can read it",
    ),
    ("/console/publicity", "/console/publicity", "numbers"),
    (
        "/console/publicity/documents",
        "/console/publicity/documents",
        "numbers of documents",
    ),
    ("/console/queues", "/console/queues", "leads to a queue"),
    ("/console/sign-in", "/console/sign-in", "a form"),
    ("/console/units", "/console/units", "no case data"),
    (
        "/console/units/{code}",
        "/console/units/430100",
        "no case data",
    ),
    ("/console/upkeep", "/console/upkeep", "leads to the lane"),
    (
        "/console/upkeep/holidays",
        "/console/upkeep/holidays",
        "no case data",
    ),
    (
        "/console/upkeep/keys",
        "/console/upkeep/keys",
        "no case data",
    ),
    (
        "/console/upkeep/lane",
        "/console/upkeep/lane",
        "kinds of notices, without what they say",
    ),
    (
        "/console/upkeep/laws",
        "/console/upkeep/laws",
        "no case data",
    ),
    (
        "/console/upkeep/laws/{id}",
        "/console/upkeep/laws/new",
        "no case data",
    ),
    (
        "/console/upkeep/menu",
        "/console/upkeep/menu",
        "no case data",
    ),
    (
        "/console/upkeep/replies",
        "/console/upkeep/replies",
        "no case data",
    ),
    (
        "/console/upkeep/replies/{key}",
        "/console/upkeep/replies/help",
        "no case data",
    ),
    (
        "/console/upkeep/retention",
        "/console/upkeep/retention",
        "numbers",
    ),
    (
        "/console/upkeep/templates",
        "/console/upkeep/templates",
        "no case data",
    ),
    (
        "/console/upkeep/templates/{notice}",
        "/console/upkeep/templates/binding_reviewed",
        "no case data",
    ),
];

/// Routes of the phone that show cases, or what was applied for.
const ROOMS: [&str; 3] = ["/h5/appointments", "/h5/bindings", "/h5/cases"];

const PHONE_LEAVES: &[Visit] = &[
    ("/h5/cases", "/h5/cases", &["cases.listed"]),
    ("/h5/cases/{id}", "/h5/cases/{bound}", &["case.viewed"]),
    // The form says whose case it is for.
    (
        "/h5/cases/{id}/appointment",
        "/h5/cases/{bound}/appointment",
        &["case.viewed"],
    ),
];

const PHONE_QUIET: &[Quiet] = &[
    ("/h5/appointments", "/h5/appointments", "own applications"),
    (
        "/h5/appointments/{id}",
        "/h5/appointments/{appointment}",
        "an own application",
    ),
    ("/h5/bindings", "/h5/bindings", "own applications"),
    ("/h5/bindings/new", "/h5/bindings/new", "a form"),
    (
        "/h5/bindings/{id}",
        "/h5/bindings/{binding}",
        "an own application",
    ),
    (
        "/h5/bindings/{id}/edit",
        "/h5/bindings/{binding}/edit",
        "an own application",
    ),
];

/// A manager with every duty, a lawyer, and something on every page.
struct World {
    work: Casework,
    clerk: Clerk,
    phone: Browser,
    stranger: Browser,
    names: BTreeMap<&'static str, String>,
}

impl World {
    async fn open() -> Self {
        let work = Casework::with(&[("demo.test_identities", "true")]).await;
        let all = "reviewer,importer,publisher,unit_admin,system_admin";
        let clerk = work.clerk("all", all).await;
        let (phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
        let stranger = Browser::of(&work.origin, "f3");
        let mut world = Self {
            work,
            clerk,
            phone,
            stranger,
            names: BTreeMap::new(),
        };
        let case = world.work.case("A1", "一审公诉案件", NOW_MS).await;
        world.work.person(&case, "01", "张某某").await;
        world.binding().await;
        // Only now: whoever is bound does not ask.
        let case = world.work.case("A2", "一审公诉案件", NOW_MS).await;
        let person = world.work.person(&case, "01", "李某某").await;
        let role = ApplicantRole::Defender;
        let bound = world.work.bind(&lawyer, &person, role).await.unwrap();
        world.name("bound", bound.public_id);
        world.appointment().await;
        world.call().await;
        world.counter().await;
        world.managers().await;
        world.batch().await;
        world.publications().await;
        world
    }

    fn name(&mut self, word: &'static str, id: impl Into<String>) {
        self.names.insert(word, id.into());
    }

    fn one(&self, sql: &str) -> String {
        self.work.office.rows(sql).remove(0)
    }

    /// An application for a case, with a paper.
    async fn binding(&mut self) {
        let form = self.phone.open("/h5/bindings/new").await;
        let (csrf, key) = (form.csrf(), once(&form));
        let aid = file(&mut self.phone, &csrf, "legal_aid").await;
        let wish = wish(&csrf, &key, &aid);
        let sent = self.phone.submit("/h5/bindings/new", &wish).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        let binding = self.one("SELECT public_id FROM applications WHERE kind = 'binding'");
        let page = self
            .clerk
            .browser
            .get(&format!("/console/queues/binding?id={binding}"))
            .await;
        let small = page.between("<summary><img src=\"", "\"").unwrap();
        let small = small.replace("&amp;", "&");
        self.name("paper", small.replace("/pages/0", "/pages/1"));
        self.name("small", small);
        self.name("binding", binding);
    }

    async fn appointment(&mut self) {
        let path = format!("/h5/cases/{}/appointment", self.names["bound"]);
        let form = self.phone.open(&path).await;
        let (csrf, key) = (form.csrf(), once(&form));
        let fields = [
            ("csrf", csrf.as_str()),
            ("once", key.as_str()),
            ("identity", "犯罪嫌疑人的辩护人"),
            ("remark", ""),
            ("items", "reading"),
        ];
        let sent = self.phone.post(&path, &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let id = self.one("SELECT public_id FROM applications WHERE kind = 'appointment'");
        self.name("appointment", id);
    }

    /// A decision that led to a call.
    async fn call(&mut self) {
        self.work.office.account("u-2", "party").await;
        asks_reset(&self.work.office, "MM1", "u-2").await;
        let reset = self.one("SELECT public_id FROM applications WHERE external_id = 'MM1'");
        let path = format!("/console/queues/reset?id={reset}");
        let page = self.clerk.browser.get(&path).await;
        let stamp = page.between("name=\"version\" value=\"", "\"").unwrap();
        let approve = format!("/console/queues/reset/{reset}/approve");
        let done = self.clerk.send(&approve, &[("version", &stamp)]).await;
        let call = done.location.split_once("phone?id=").map(|(_, id)| id);
        let call = call.unwrap().to_owned();
        self.name("call", call);
        self.name("reset", reset);
    }

    /// An account of the counter, with the slip that was not looked at yet.
    async fn counter(&mut self) {
        let page = self.clerk.browser.get("/console/accounts/new").await;
        let (csrf, key) = (page.csrf(), once(&page));
        let fields = [
            ("csrf", csrf.as_str()),
            ("once", key.as_str()),
            ("name", "植入乙"),
            ("gender", "女"),
            ("id_type", "id_card"),
            ("id_number", "990000209901010019"),
            ("phone", "12800000009"),
            ("capacity", "near_relative"),
            ("relation", "母亲"),
            ("papers_in_file", "yes"),
            ("consented", "yes"),
        ];
        let sent = self
            .clerk
            .browser
            .upload("/console/accounts/new", &fields, &[], "text/html")
            .await;
        self.parts(&sent, "/console/accounts/", "/slips/", ["account", "slip"]);
    }

    /// `BEFORE first MIDDLE second` in the address that a form led to.
    fn parts(&mut self, sent: &Page, before: &str, middle: &str, names: [&'static str; 2]) {
        assert_eq!(sent.status, 303, "{}", sent.body);
        let rest = sent.location.strip_prefix(before).unwrap();
        let (first, second) = rest.split_once(middle).unwrap();
        let (first, second) = (first.to_owned(), second.to_owned());
        self.name(names[0], first);
        self.name(names[1], second);
    }

    async fn managers(&mut self) {
        let fields = [
            ("unit", UNIT),
            ("display_name", "植入戊"),
            ("login_name", "cs-1"),
            ("duty", "reviewer"),
        ];
        let sent = self.clerk.send("/console/managers/new", &fields).await;
        let names = ["manager", "address"];
        self.parts(&sent, "/console/managers/", "/tickets/", names);
        let token = ticket(&self.work.office.app, UNIT, "cs-2", "reviewer").await;
        self.name("ticket", token.expose());
        let page = self.stranger.get("/console/sign-in").await;
        let captcha = page.between("name=\"captcha_token\" value=\"", "\"");
        self.name("captcha", captcha.unwrap());
    }

    async fn batch(&mut self) {
        let lines = [
            Line::of("1001", "01"),
            Line::of("1002", "01").with("涉密标志", "是"),
        ];
        let sent = hand_in(&mut self.clerk, &sheets::csv(&lines)).await;
        settled(&mut self.clerk, &sent.location).await;
        let id = sent.location.rsplit('/').next().unwrap().to_owned();
        self.name("batch", id);
    }

    /// A draft, one that waits for somebody, what is public, and what was taken down.
    async fn publications(&mut self) {
        let fields = |act| {
            [
                ("kind", "legal_document"),
                ("title", "王某某盗窃案起诉书"),
                ("document_type", "起诉书"),
                ("document_number", "长检刑诉〔2026〕12号"),
                ("charges", "盗窃罪"),
                ("body", "2026年3月4日，被告人王某某窃得手机一部。"),
                ("act", act),
            ]
        };
        for word in ["draft", "submitted"] {
            let new = "/console/publications/new";
            let sent = self.clerk.send(new, &fields("check")).await;
            let path = sent.location.split('?').next().unwrap().to_owned();
            let id = path.rsplit('/').next().unwrap().to_owned();
            self.name(word, id);
            if word == "submitted" {
                let page = self.clerk.browser.get(&path).await;
                let stamp = page.between("name=\"version\" value=\"", "\"").unwrap();
                let mut all = fields("submit").to_vec();
                all.push(("version", &stamp));
                let sent = self.clerk.send(&path, &all).await;
                assert!(sent.location.ends_with("done=submitted"), "{}", sent.body);
            }
        }
        let lines = [
            document("up-1", UNIT, "赵某某案起诉书").line(),
            document("up-2", UNIT, "钱某某案起诉书").line(),
        ];
        self.work.office.app.publish(lines).await;
        for (word, id) in [("public", "up-1"), ("withdrawn", "up-2")] {
            let sql = format!("SELECT public_id FROM publications WHERE external_id = '{id}'");
            let id = self.one(&sql);
            self.name(word, id);
        }
        let path = format!("/console/publications/{}/withdraw", self.names["withdrawn"]);
        let gone = self.clerk.send(&path, &[("reason", "有姓名")]).await;
        assert_eq!(gone.status, 303, "{}", gone.body);
    }

    /// An address with this world's ids.
    fn address(&self, pattern: &str) -> String {
        let mut address = pattern.to_owned();
        for (word, id) in &self.names {
            address = address.replace(&format!("{{{word}}}"), id);
        }
        assert!(!address.contains('{'), "nobody is called so: {address}");
        address
    }

    fn trail(&self) -> BTreeSet<String> {
        let rows = self
            .work
            .office
            .rows("SELECT action || ' ' || id FROM audit");
        rows.into_iter().collect()
    }

    /// What a visit leaves; the page must be there.
    async fn visit(&mut self, pattern: &str) -> Vec<String> {
        let (address, before) = (self.address(pattern), self.trail());
        let public = ["/console/captcha/", "/console/sign-in", "/console/enrol/"];
        let page = if address.starts_with("/h5/") {
            self.phone.get(&address).await
        } else if public.iter().any(|start| address.starts_with(start)) {
            self.stranger.get(&address).await
        } else {
            self.clerk.browser.get(&address).await
        };
        let is_there =
            page.status == 200 || (page.status == 303 && page.location != "/console/sign-in");
        assert!(
            is_there || address == "/console/code",
            "{address}: {} {} {}",
            page.status,
            page.location,
            page.body
        );
        let after = self.trail();
        let came = after.difference(&before);
        came.map(|row| row.split(' ').next().unwrap().to_owned())
            .collect()
    }

    async fn compare(&mut self, leaves: &[Visit], quiet: &[Quiet]) {
        let mut wrong = Vec::new();
        let none = quiet
            .iter()
            .map(|(_, pattern, _)| (*pattern, &[] as &[&str]));
        let some = leaves
            .iter()
            .map(|(_, pattern, wanted)| (*pattern, *wanted));
        for (pattern, wanted) in some.chain(none) {
            let left = self.visit(pattern).await;
            if left != wanted {
                wrong.push(format!("{pattern} left {left:?} instead of {wanted:?}"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    /// The routes that can be opened, below one of these.
    fn routes(&self, rooms: &[&str]) -> BTreeSet<&'static str> {
        let pages = Pages::new(Arc::clone(&self.work.office.app.app));
        access_lines(&pages)
            .into_iter()
            .filter(|line| line.method == Method::GET)
            .map(|line| line.path)
            .filter(|path| rooms.iter().any(|room| path.starts_with(room)))
            .collect()
    }
}

fn known(leaves: &[Visit], quiet: &[Quiet]) -> BTreeSet<&'static str> {
    let leaves = leaves.iter().map(|(route, _, _)| *route);
    leaves
        .chain(quiet.iter().map(|(route, _, _)| *route))
        .collect()
}

#[tokio::test]
async fn every_page_of_the_console_leaves_exactly_the_rows_of_the_table() {
    let mut world = World::open().await;
    let routes = world.routes(&["/console/"]);
    assert_eq!(routes, known(LEAVES, QUIET), "a route came or went");
    world.compare(LEAVES, QUIET).await;
}

#[tokio::test]
async fn every_page_of_the_phone_that_shows_cases_leaves_exactly_the_rows_of_the_table() {
    let mut world = World::open().await;
    let routes = world.routes(&ROOMS);
    assert_eq!(
        routes,
        known(PHONE_LEAVES, PHONE_QUIET),
        "a route came or went"
    );
    world.compare(PHONE_LEAVES, PHONE_QUIET).await;
}
