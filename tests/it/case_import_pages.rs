//! 案件导入 at the console, as an importer's browser meets it.

use crate::support::browser::Page;
use crate::support::casework::Casework;
use crate::support::clerk::Clerk;
use crate::support::sheets::{self, Line};

/// Tries that a step in the background gets; each is a request.
const PATIENCE: usize = 5_000;

pub(crate) async fn hand_in(clerk: &mut Clerk, bytes: &[u8]) -> Page {
    let csrf = clerk.csrf("/console/imports").await;
    let files = [("file", "今日案件.csv", bytes)];
    let fields = [("csrf", csrf.as_str())];
    clerk
        .browser
        .upload("/console/imports", &fields, &files, "text/html")
        .await
}

/// Asks as the script does until nothing moves any more; then the page.
pub(crate) async fn settled(clerk: &mut Clerk, address: &str) -> Page {
    for _ in 0..PATIENCE {
        let part = clerk.browser.get(&format!("{address}?part=progress")).await;
        assert_eq!(part.status, 200, "{}", part.body);
        if !part.body.contains("data-poll") {
            return clerk.browser.get(address).await;
        }
    }
    panic!("{address} moves for ever");
}

#[tokio::test]
async fn a_file_is_uploaded_looked_at_imported_and_taken_back() {
    let work = Casework::with(&[("demo.test_identities", "true")]).await;
    let mut clerk = work.clerk("importer-li", "importer").await;
    let page = clerk.browser.get("/console/imports").await;
    assert!(
        page.body.contains("还没有导入过案件")
            && page.body.contains("aria-current=\"page\">案件导入")
    );
    let template = clerk.browser.get("/console/imports/template").await;
    assert!(
        template.body.starts_with("\u{feff}统一受案号,"),
        "{}",
        template.body
    );
    assert!(template.header("content-disposition").contains(".csv"));

    let lines = [
        Line::of("1001", "01"),
        Line::of("1002", "01").with("案件名称", "<b>某</b>案"),
        Line::of("1003", "01").with("涉密标志", "是"),
    ];
    let sent = hand_in(&mut clerk, &sheets::csv(&lines)).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let address = sent.location.clone();
    let page = settled(&mut clerk, &address).await;
    for shown in [
        "待确认",
        "今日案件.csv",
        "导入2名当事人",
        "涉密案件不得导入",
        "&#60;b&#62;某",
        "1001 / 01",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let list = clerk.browser.get(&format!("{address}/refused")).await;
    assert!(list.body.contains("4,涉密标志,"), "{}", list.body);

    let ordered = clerk.send(&format!("{address}/apply"), &[]).await;
    assert_eq!(
        (ordered.status, ordered.location.as_str()),
        (303, address.as_str())
    );
    let page = settled(&mut clerk, &address).await;
    assert!(page.body.contains("已导入，通知待发") && page.body.contains("撤回这一批"));
    assert_eq!(work.office.count("SELECT count(*) FROM case_persons"), 2);
    let twice = clerk.send(&format!("{address}/apply"), &[]).await;
    assert_eq!(twice.status, 422);
    assert!(twice.body.contains("这一批已经导入"), "{}", twice.body);

    let changed = [lines[0].clone().with("当前阶段", "提起公诉")];
    let sent = hand_in(&mut clerk, &sheets::csv(&changed)).await;
    let second = sent.location.clone();
    let page = settled(&mut clerk, &second).await;
    assert!(
        page.body
            .contains("<del>审查起诉</del> → <ins>提起公诉</ins>"),
        "{}",
        page.body
    );
    clerk.send(&format!("{second}/apply"), &[]).await;
    settled(&mut clerk, &second).await;
    let back = clerk.send(&format!("{second}/roll-back"), &[]).await;
    assert_eq!(back.status, 303);
    let page = settled(&mut clerk, &second).await;
    assert!(page.body.contains("已撤回"));
    assert_eq!(
        work.office.rows("SELECT DISTINCT stage FROM case_persons"),
        ["审查起诉"]
    );
    clerk.send(&format!("{address}/release"), &[]).await;
    let page = settled(&mut clerk, &address).await;
    assert!(page.body.contains("已完成"));
    let list = clerk.browser.get("/console/imports").await;
    assert_eq!(list.body.matches("今日案件.csv").count(), 2);
    assert!(work.audited("import.viewed") > 0 && work.audited("import.applied") == 2);
    let actors = work
        .office
        .rows("SELECT DISTINCT actor FROM audit WHERE action LIKE 'import.%'");
    assert_eq!(actors.len(), 1, "{actors:?}");
}

#[tokio::test]
async fn what_is_no_file_and_no_form_of_ours_changes_nothing() {
    let work = Casework::with(&[("demo.test_identities", "true")]).await;
    let mut clerk = work.clerk("importer-li", "importer").await;
    let csv = sheets::csv(&[Line::of("1001", "01")]);
    let forged = clerk
        .browser
        .upload(
            "/console/imports",
            &[("csrf", "forged")],
            &[("file", "a.csv", &csv)],
            "text/html",
        )
        .await;
    assert_eq!(forged.status, 403);
    let csrf = clerk.csrf("/console/imports").await;
    let fields = [("csrf", csrf.as_str())];
    let nothing = clerk
        .browser
        .upload("/console/imports", &fields, &[], "text/html")
        .await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.body.contains("请选择要导入的文件"));
    let empty = hand_in(&mut clerk, b"").await;
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains("没有数据行"), "{}", empty.body);
    let large = vec![b'1'; 64 * 1024 * 1024 + 10];
    let page = hand_in(&mut clerk, &large).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("超过64MB"), "{}", page.body);
    assert_eq!(work.office.count("SELECT count(*) FROM import_batches"), 0);
    assert!(work.office.app.stored_files().is_empty());
    let merged = {
        let mut book = sheets::Workbook::of(&[Line::of("1001", "01")]);
        book.merged = vec!["A1:B1"];
        book.bytes()
    };
    let sent = hand_in(&mut clerk, &merged).await;
    let page = settled(&mut clerk, &sent.location).await;
    assert!(
        page.body.contains("未通过") && page.body.contains("A1:B1"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn another_unit_s_importer_finds_nothing_here() {
    let work = Casework::with(&[("demo.test_identities", "true")]).await;
    let mut clerk = work.clerk("importer-li", "importer").await;
    let sent = hand_in(&mut clerk, &sheets::csv(&[Line::of("1001", "01")])).await;
    let address = sent.location.clone();
    settled(&mut clerk, &address).await;
    let mut other = work.clerk_at("430200", "importer-zhou", "importer").await;
    for path in [address.clone(), format!("{address}/refused")] {
        assert_eq!(other.browser.get(&path).await.status, 404, "{path}");
    }
    for order in ["apply", "discard", "release", "roll-back"] {
        let page = other.send(&format!("{address}/{order}"), &[]).await;
        assert_eq!(page.status, 404, "{order}");
    }
    let list = other.browser.get("/console/imports").await;
    assert!(list.body.contains("还没有导入过案件"));
    let foreign = hand_in(&mut other, &sheets::csv(&[Line::of("1001", "01")])).await;
    let page = settled(&mut other, &foreign.location).await;
    assert!(page.body.contains("不是本单位的案件"), "{}", page.body);
    assert_eq!(work.office.count("SELECT count(*) FROM cases"), 0);
}
