//! The publishers' pages: nothing typed is lost, findings stand beside the text, two people, other units see nothing.

use crate::support::browser::Page;
use crate::support::casework::Casework;
use crate::support::clerk::Clerk;
use crate::support::document;
use crate::support::office::UNIT;

const BODY: &str = "2026年3月4日，被告人王某某窃得被害人李小明手机一部。";

fn fields<'a>(title: &'a str, body: &'a str, act: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "legal_document"),
        ("title", title),
        ("document_type", "起诉书"),
        ("document_number", "长检刑诉〔2026〕12号"),
        ("charges", "盗窃罪"),
        ("body", body),
        ("act", act),
    ]
}

/// The form as it is submitted.
fn submitted(version: &str) -> Vec<(&str, &str)> {
    let mut all = fields("王某某盗窃案起诉书", BODY, "submit");
    all.push(("version", version));
    all
}

fn version(page: &Page) -> String {
    page.between("name=\"version\" value=\"", "\"").unwrap()
}

/// A new draft; its path and page.
async fn draft(clerk: &mut Clerk, title: &str, body: &str) -> (String, Page) {
    let sent = clerk
        .send("/console/publications/new", &fields(title, body, "check"))
        .await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let path = sent.location.split('?').next().unwrap().to_owned();
    let page = clerk.browser.get(&path).await;
    (path, page)
}

#[tokio::test]
async fn from_the_form_to_the_public_and_down_again() {
    let work = Casework::open().await;
    let mut anna = work.clerk("anna", "publisher").await;
    let mut bert = work.clerk("bert", "publisher").await;
    let mut other = work.clerk_at("430200", "other", "publisher").await;
    let long = "长".repeat(201);
    let kept = anna
        .send("/console/publications/new", &fields(&long, BODY, "check"))
        .await;
    assert_eq!(kept.status, 422);
    assert!(
        kept.body.contains(&long) && kept.body.contains(BODY) && kept.body.contains("最多200个字")
    );

    let (path, page) = draft(&mut anna, "王某某盗窃案<b>起诉书", BODY).await;
    assert!(
        page.body.contains("<mark class=\"bad\" id=\"mark-1\""),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("李小明")
            && page.body.contains("李某某")
            && !page.body.contains("<b>起诉书")
    );
    let blocked = anna.send(&path, &submitted(&version(&page))).await;
    assert_eq!(blocked.status, 422);
    assert!(blocked.body.contains("还有1处需要遮盖"), "{}", blocked.body);
    assert_eq!(other.browser.get(&path).await.status, 404);

    // Signed by the form that holds the text as well.
    let page = anna.browser.get(&path).await;
    let key = page.between("name=\"why:", "\"").unwrap();
    let (act, why, at) = (format!("sign:{key}"), format!("why:{key}"), version(&page));
    let mut sign = fields("王某某盗窃案起诉书", BODY, &act);
    sign.extend([("version", at.as_str()), (why.as_str(), "化名，已核对")]);
    let signed = anna.send(&path, &sign).await;
    assert_eq!(signed.status, 303, "{}", signed.body);
    let page = anna.browser.get(&path).await;
    assert!(page.body.contains("案管anna") && page.body.contains("化名，已核对"));
    let sent = anna.send(&path, &submitted(&version(&page))).await;
    assert_eq!(
        (sent.status, sent.location.as_str()),
        (303, format!("{path}?done=submitted").as_str())
    );

    let own = anna.browser.get(&path).await;
    assert!(own.body.contains("另一位发布人员审批") && !own.body.contains("批准公开"));
    assert!(own.body.contains("撤回来修改") && !own.body.contains("退回修改"));
    let decide = format!("{path}/decide");
    let at = version(&own);
    let refused = anna
        .send(&decide, &[("version", &at), ("act", "approve")])
        .await;
    assert_eq!(refused.status, 409);
    let review = bert.browser.get(&path).await;
    assert!(review.body.contains("批准公开") && review.body.contains("化名，已核对"));
    assert!(review.body.contains("退回修改") && !review.body.contains("撤回来修改"));
    let taken = bert
        .send(&format!("{path}/recall"), &[("version", &at)])
        .await;
    assert!(taken.status == 409 && taken.body.contains("只有提交的人可以撤回"));
    let silent = bert
        .send(
            &decide,
            &[("version", &at), ("act", "return"), ("reason", "")],
        )
        .await;
    assert!(silent.status == 409 && silent.body.contains("请写明原因"));
    assert_eq!(
        other
            .send(&decide, &[("version", &at), ("act", "approve")])
            .await
            .status,
        404
    );
    let approved = bert
        .send(&decide, &[("version", &at), ("act", "approve")])
        .await;
    assert_eq!(approved.location, format!("{path}?done=published"));
    work.office.app.index().await;
    let (mut reader, _) = work.phone("f1", "u-9", "lawyer").await;
    let list = reader.open("/h5/list?kind=legal_document").await;
    assert!(list.body.contains("王某某盗窃案起诉书"), "{}", list.body);

    let page = bert.browser.get(&path).await;
    let desk = page
        .between("<p><a href=\"/console/publications/", "\"")
        .unwrap();
    let desk = format!("/console/publications/{desk}");
    assert!(
        anna.browser
            .get("/console/publications?tab=published")
            .await
            .body
            .contains(&desk)
    );
    assert_eq!(other.browser.get(&desk).await.status, 404);
    assert_eq!(
        other
            .send(&format!("{desk}/withdraw"), &[("reason", "x")])
            .await
            .status,
        404
    );
    let empty = anna
        .send(&format!("{desk}/withdraw"), &[("reason", " ")])
        .await;
    assert_eq!(empty.status, 422);
    let gone = anna
        .send(
            &format!("{desk}/withdraw"),
            &[("reason", "发现未遮盖的姓名")],
        )
        .await;
    assert_eq!(gone.location, format!("{desk}?done=withdrawn"));
    assert!(
        !reader
            .open("/h5/list?kind=legal_document")
            .await
            .body
            .contains("王某某盗窃案起诉书")
    );
    let page = anna.browser.get(&desk).await;
    assert!(page.body.contains("发现未遮盖的姓名") && page.body.contains("重新起草"));
}

#[tokio::test]
async fn suggestions_are_applied_and_somebody_elses_change_is_not_overwritten() {
    let work = Casework::open().await;
    let mut anna = work.clerk("anna", "publisher").await;
    let mut bert = work.clerk("bert", "publisher").await;
    let (path, page) = draft(&mut anna, "王某某盗窃案起诉书", BODY).await;
    let at = version(&page);
    let mut mask = fields("王某某盗窃案起诉书", BODY, "mask");
    mask.push(("version", &at));
    assert_eq!(
        anna.send(&path, &mask).await.location,
        format!("{path}?done=masked")
    );
    let page = anna.browser.get(&path).await;
    assert!(
        page.body.contains("被害人李某某手机") && page.body.contains("没有发现需要遮盖的内容"),
        "{}",
        page.body
    );
    // Bert still has the page from before.
    let mut late = fields("王某某盗窃案起诉书", "另一段文字，打了很久。", "save");
    late.push(("version", &at));
    let told = bert.send(&path, &late).await;
    assert_eq!(told.status, 422);
    assert!(told.body.contains("别人刚刚处理") && told.body.contains("另一段文字，打了很久。"));
    let stored = anna.browser.get(&path).await;
    assert!(stored.body.contains("被害人李某某手机") && !stored.body.contains("打了很久"));
    let discard = format!("{path}/discard");
    let now = version(&stored);
    assert_eq!(
        anna.send(&discard, &[("version", &now)]).await.location,
        "/console/publications?done=discarded"
    );
}

#[tokio::test]
async fn what_an_upstream_brought_is_corrected_from_its_page() {
    let work = Casework::open().await;
    let mut anna = work.clerk("anna", "publisher").await;
    let line = document("up-1", UNIT, "赵某某案起诉书").line();
    work.office.app.publish([line]).await;
    let list = anna
        .browser
        .get("/console/publications?tab=published&q=赵某某")
        .await;
    let id = list
        .between("<td><a href=\"/console/publications/", "\"")
        .unwrap();
    let path = format!("/console/publications/{id}");
    let first = anna.send(&format!("{path}/correct"), &[]).await;
    let again = anna.send(&format!("{path}/correct"), &[]).await;
    assert!(first.location.starts_with("/console/publications/drafts/"));
    assert_eq!(first.location, again.location, "one version at a time");
    let page = anna.browser.get(&first.location).await;
    assert!(page.body.contains("这是一份更正稿") && page.body.contains("赵某某案起诉书"));
}

#[tokio::test]
async fn documents_are_entered_counted_and_exported_with_formulas_defused() {
    let work = Casework::open().await;
    let mut anna = work.clerk("anna", "publisher").await;
    let mut reviewer = work.clerk("rita", "reviewer").await;
    let mut above = work.clerk_at("430000", "above", "reviewer").await;
    let documents = "/console/publicity/documents";
    let bad = anna
        .send(
            documents,
            &[
                ("document_number", "长检刑诉〔2026〕9号"),
                ("reason", "other"),
            ],
        )
        .await;
    assert_eq!(bad.status, 422);
    assert!(bad.body.contains("长检刑诉〔2026〕9号") && bad.body.contains("请写明原因"));
    for (number, reason, note) in [
        ("长检刑诉〔2026〕9号", "", ""),
        ("=长检刑诉〔2026〕10号", "other", "另有安排"),
    ] {
        let fields = [
            ("document_number", number),
            ("document_type", "起诉书"),
            ("decided_on", "2026-03-04"),
            ("reason", reason),
            ("note", note),
        ];
        assert_eq!(anna.send(documents, &fields).await.status, 303);
        assert_eq!(reviewer.send(documents, &fields).await.status, 403);
    }
    let list = reviewer.browser.get(documents).await;
    assert!(list.body.contains("长检刑诉〔2026〕9号") && !list.body.contains("登记应当公开的文书"));
    assert!(
        !above
            .browser
            .get(documents)
            .await
            .body
            .contains("长检刑诉〔2026〕9号")
    );
    let file = anna
        .browser
        .get("/console/publicity/documents/export")
        .await;
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(
        file.body
            .contains("'=长检刑诉〔2026〕10号,起诉书,2026-03-04,不公开,其他原因,另有安排"),
        "{}",
        file.body
    );
    let statistics = above.browser.get("/console/publicity").await;
    assert!(
        statistics.body.contains("长沙市人民检察院") && statistics.body.contains("0.0%"),
        "{}",
        statistics.body
    );
    let below = above.browser.get("/console/publicity?unit=430100").await;
    assert!(below.status == 200 && below.body.contains("其他原因"));
    assert_eq!(
        anna.browser
            .get("/console/publicity?unit=430000")
            .await
            .status,
        404
    );
    let export = above.browser.get("/console/publicity/export").await;
    assert!(
        export.body.contains("合计,,2,0,2,1,0.0%,0,0,0,0,0,0,0,1"),
        "{}",
        export.body
    );
}

#[tokio::test]
async fn whoever_reads_what_the_public_cannot_leaves_one_row_a_page() {
    let work = Casework::open().await;
    let mut anna = work.clerk("anna", "publisher").await;
    let mut other = work.clerk_at("430200", "other", "publisher").await;
    let (path, page) = draft(&mut anna, "王某某盗窃案起诉书", BODY).await;
    assert_eq!(work.audited("publication.viewed"), 1);
    assert_eq!(other.browser.get(&path).await.status, 404);
    assert_eq!(work.audited("publication.viewed"), 1);
    // The form that comes back with a fault shows the text again; what is stored without showing it does not.
    let (long, at) = ("长".repeat(201), version(&page));
    let mut faulty = fields(&long, BODY, "save");
    faulty.push(("version", &at));
    assert_eq!(anna.send(&path, &faulty).await.status, 422);
    assert_eq!(work.audited("publication.viewed"), 2);
    let mut mask = fields("王某某盗窃案起诉书", BODY, "mask");
    mask.push(("version", &at));
    assert_eq!(anna.send(&path, &mask).await.status, 303);
    assert_eq!(work.audited("publication.viewed"), 2);
    let id = path.rsplit('/').next().unwrap();
    let rows = work.office.rows(
        "SELECT DISTINCT unit_id || ' ' || subject FROM audit WHERE action = 'publication.viewed'",
    );
    assert_eq!(rows, [format!("{UNIT} publication:{id}")]);

    // What everybody reads leaves nothing until it is taken down.
    let line = document("up-1", UNIT, "赵某某案起诉书").line();
    work.office.app.publish([line]).await;
    let public = work.office.rows("SELECT public_id FROM publications");
    let public = format!("/console/publications/{}", public[0]);
    assert_eq!(anna.browser.get(&public).await.status, 200);
    assert_eq!(work.audited("publication.viewed"), 2);
    anna.send(&format!("{public}/withdraw"), &[("reason", "有姓名")])
        .await;
    assert_eq!(anna.browser.get(&public).await.status, 200);
    assert_eq!(work.audited("publication.viewed"), 3);
    assert_eq!(work.audited("publication.withdrawn"), 1);

    // Without the row nothing is shown.
    work.office
        .app
        .database
        .execute("ALTER TABLE audit RENAME TO audit_away");
    for path in [&path, &public] {
        let page = anna.browser.get(path).await;
        assert!(
            page.status >= 500 && !page.body.contains("起诉书"),
            "{path}: {}",
            page.status
        );
    }
}

#[tokio::test]
async fn each_file_of_the_statistics_and_of_the_list_leaves_a_row() {
    let work = Casework::open().await;
    let mut above = work.clerk_at("430000", "above", "reviewer").await;
    let mut rita = work.clerk("rita", "reviewer").await;
    let rows = |action: &str| {
        let sql = format!(
            "SELECT unit_id || ' ' || subject FROM audit WHERE action = '{action}' ORDER BY 1"
        );
        work.office.rows(&sql)
    };
    let statistics = "/console/publicity/export?unit=430100";
    assert_eq!(above.browser.get(statistics).await.status, 200);
    // A unit that is not below: no file, no row.
    assert_eq!(
        rita.browser
            .get("/console/publicity/export?unit=430000")
            .await
            .status,
        404
    );
    let found = rows("publicity.exported");
    assert!(
        found.len() == 1 && found[0].starts_with("430100 unit:430100 lines:"),
        "{found:?}"
    );
    let list = "/console/publicity/documents/export";
    assert_eq!(rita.browser.get(list).await.status, 200);
    assert_eq!(rows("documents.exported"), ["430100 unit:430100 lines:0"]);
    // Looking at numbers leaves nothing.
    above.browser.get("/console/publicity").await;
    rita.browser.get("/console/publicity/documents").await;
    assert_eq!(
        (
            rows("publicity.exported").len(),
            rows("documents.exported").len()
        ),
        (1, 1)
    );
}
