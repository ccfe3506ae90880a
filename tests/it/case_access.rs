//! 案件查询 at the console: who looks at a case, and that nobody does any more.

use jianxin::domain::binding::{ApplicantRole, Limit};

use crate::support::NOW_MS;
use crate::support::casework::Casework;
use crate::support::import_desk::Desk;
use crate::support::sheets::{self, Line};

#[tokio::test]
async fn a_case_that_is_stopped_is_gone_from_every_phone_at_once_and_comes_back() {
    let work = Casework::open().await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let case = work.case("1001", "一审公诉案件", NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work.bind(&lawyer, &person, ApplicantRole::Defender).await;
    let detail = format!("/h5/cases/{}", bound.unwrap().public_id);
    assert_eq!(phone.get(&detail).await.status, 200);

    let mut clerk = work.clerk("wang", "importer").await;
    let page = clerk.browser.get("/console/cases?number=1001").await;
    for shown in [
        "张小明",
        "990000********0012",
        "欧阳植入（辩护人）",
        "确认停止查询",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert_eq!(work.audited("case.viewed"), 2, "the phone and the desk");
    let stop = format!("/console/cases/{}/stop", case.public_id);
    let page = clerk
        .send(&stop, &[("number", "1001"), ("reason", " ")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("写明原因"), "{}", page.body);
    assert_eq!(phone.get(&detail).await.status, 200);
    let why = [("number", "1001"), ("reason", "案件已定密")];
    let page = clerk.send(&stop, &why).await;
    assert_eq!(page.location, "/console/cases?number=1001&done=stopped");
    let page = clerk.send(&stop, &why).await;
    assert_eq!(page.status, 409);
    assert!(page.body.contains("案件已定密"), "{}", page.body);

    // Nobody sees it, nobody new is bound; the lawyer's own pages do not say why.
    assert_eq!(phone.get(&detail).await.status, 404);
    let list = phone.open("/h5/cases").await;
    assert!(
        !list.body.contains("1001") && !list.body.contains("定密"),
        "{}",
        list.body
    );
    let (_other_phone, other) = work.phone("f2", "u-2", "lawyer").await;
    let refused = work.bind(&other, &person, ApplicantRole::Defender).await;
    assert_eq!(refused.err(), Some(Limit::Stopped.sentence()));
    let page = clerk.browser.get("/console/cases?number=1001").await;
    assert!(
        page.body.contains("欧阳植入（辩护人）"),
        "who was bound is still known"
    );

    // Another unit has no such case.
    let mut far = work.clerk_at("430200", "zhao", "reviewer").await;
    let page = far.browser.get("/console/cases?number=1001").await;
    assert!(page.body.contains("本院没有这个案号的案件"));
    let resume = format!("/console/cases/{}/resume", case.public_id);
    assert_eq!(far.send(&resume, &[("number", "1001")]).await.status, 404);

    let page = clerk.send(&resume, &[("number", "1001")]).await;
    assert_eq!(page.location, "/console/cases?number=1001&done=resumed");
    assert_eq!(phone.get(&detail).await.status, 200);
    assert_eq!(
        (work.audited("case.stopped"), work.audited("case.resumed")),
        (1, 1)
    );
}

#[tokio::test]
async fn a_preview_says_that_a_case_that_became_secret_can_still_be_seen() {
    let desk = Desk::open().await;
    let lines = ["1001", "1002"].map(|case| Line::of(case, "01"));
    desk.import(&lines).await;
    let marked = |line: &Line| line.clone().with("涉密标志", "是");
    let mut file: Vec<Line> = lines.iter().map(marked).collect();
    // Of one that was never imported there is nothing to hide.
    file.push(marked(&Line::of("1003", "01")));
    let page = desk.upload(&sheets::csv(&file)).await;
    assert_eq!(page.view.batch.rows_refused, 3);
    let warning = &page.view.batch.warnings;
    assert!(
        warning.contains("有2行（如第2行）") && warning.contains("案件查询"),
        "{warning}"
    );
    desk.office.app.database.execute(
        "INSERT INTO stopped_cases (unified_number, reason, stopped_by, stopped_at) \
         SELECT unified_number, '定密', (SELECT min(id) FROM accounts), 0 FROM cases",
    );
    let page = desk.upload(&sheets::csv(&file)).await;
    assert!(!page.view.batch.warnings.contains("案件查询"));
}
