//! What the office says: answers, templates, the menu.

use std::collections::BTreeMap;

use jianxin::app::book::kind;
use jianxin::domain::notice::{Kind, Template};
use jianxin::service::office::{self, Unsaved};

use super::{BY, administrator, flaws, over};
use crate::support::{TestApp, pushing};

const OPENID: &str = "oUnits-000000000000000000001";

#[tokio::test]
async fn an_answer_from_the_desk_is_given_in_every_process_and_the_files_can_be_had_back() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    let before = app.text(OPENID, "?").await.text();
    let text = "新的说明，<a href=\"{help}\">请看</a>";
    for (bad, word) in [
        ("", "不能为空"),
        ("{nowhere}", "nowhere"),
        ("<a href=\"{help}\">x", "链接"),
    ] {
        let refused = flaws(office::save_reply(&app.app, over(0), "help", bad).await);
        assert!(refused.contains(word), "{refused}");
    }
    office::save_reply(&app.app, over(0), "help", text)
        .await
        .unwrap();
    other.index().await;
    for instance in [&app, &other] {
        let said = instance.click(OPENID, "self_query").await.text();
        assert_eq!(
            said,
            "新的说明，<a href=\"https://wx.example.cn/h5/help\">请看</a>"
        );
        let unknown = instance.text(OPENID, "zyaj_鿿鿿鿿鿿").await.text();
        assert!(unknown.contains("新的说明"), "{unknown}");
    }
    let twice = office::save_reply(&app.app, over(0), "help", "另一个").await;
    let Err(Unsaved::Changed(newest)) = twice else {
        panic!("the second of two is told");
    };
    assert_eq!((newest.version, newest.changed_by.as_str()), (1, BY));
    office::reset(&app.app, over(1), (kind::REPLY, "help"))
        .await
        .unwrap();
    other.index().await;
    assert_eq!(other.text(OPENID, "?").await.text(), before);
    let versions = office::versions(&app.app, kind::REPLY, "help")
        .await
        .unwrap();
    let versions: Vec<_> = versions
        .iter()
        .map(|it| (it.version, it.value.is_some()))
        .collect();
    assert_eq!(versions, [(2, false), (1, true)]);
    let audit =
        "SELECT action || ' ' || subject FROM audit WHERE actor = 'manager:story' ORDER BY action";
    let audit = app.database.connect().texts(audit);
    assert_eq!(
        audit,
        [
            "settings.changed reply:help v1",
            "settings.reset reply:help v2"
        ]
    );
}

#[tokio::test]
async fn a_template_from_the_desk_is_checked_by_the_rules_of_the_file_and_used_for_the_next_notice()
{
    let office = pushing::Office::with(&[], |_| {}).await;
    let app = &office.app.app;
    let kind_of = Kind::BindingReviewed;
    let fields = |fields: &[(&str, &str)]| Template {
        template_id: "T-new_1".to_owned(),
        keywords: fields
            .iter()
            .map(|(key, field)| ((*key).to_owned(), (*field).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    };
    for (bad, word) in [
        (fields(&[]), "1至10个"),
        (fields(&[("thing1", "reason")]), "没有“reason”"),
        (fields(&[("坏1", "unit")]), "thing1"),
        (fields(&[("phrase1", "time")]), "放不进"),
        (
            Template {
                template_id: "中".to_owned(),
                ..fields(&[("thing1", "unit")])
            },
            "照公众平台",
        ),
    ] {
        let refused = flaws(office::save_template(app, over(0), kind_of, &bad).await);
        assert!(refused.contains(word), "{refused}");
    }
    let good = fields(&[("thing1", "unit"), ("time2", "time")]);
    office::save_template(app, over(0), kind_of, &good)
        .await
        .unwrap();
    let other = office.app.second_instance().await;
    assert_eq!(other.app.office().notices.of(kind_of), &good);
    assert_eq!(app.office().notices.of(kind_of), &good);
    office::reset(app, over(1), (kind::TEMPLATE, kind_of.as_str()))
        .await
        .unwrap();
    assert_ne!(app.office().notices.of(kind_of), &good);
}

#[tokio::test]
async fn an_answer_is_looked_at_before_it_is_saved_on_its_page() {
    let (work, mut clerk) = administrator().await;
    let path = "/console/upkeep/replies/help";
    let list = clerk.browser.get(path).await;
    assert!(
        list.body.contains("{example_cases}") && list.body.contains("自助查询说明"),
        "{}",
        list.body
    );
    let text = "说明 <a href=\"{help}\">这里</a>";
    let preview = clerk
        .send(path, &[("version", "0"), ("text", text), ("do", "preview")])
        .await;
    assert_eq!(preview.status, 422);
    assert!(
        preview.body.contains("还没有保存")
            && preview
                .body
                .contains("/h5/help\" rel=\"noreferrer\">这里</a>"),
        "{}",
        preview.body
    );
    let bad = clerk
        .send(path, &[("version", "0"), ("text", "{nowhere}")])
        .await;
    assert!(
        bad.status == 422 && bad.body.contains("nowhere这个占位符"),
        "{}",
        bad.body
    );
    let saved = clerk.send(path, &[("version", "0"), ("text", text)]).await;
    assert_eq!(saved.location, format!("{path}?done=saved"));
    let late = clerk
        .send(path, &[("version", "0"), ("text", "别的")])
        .await;
    assert!(
        late.status == 422 && late.body.contains("已经保存了第1版") && late.body.contains("别的"),
        "{}",
        late.body
    );
    let said = work.office.app.click(OPENID, "self_query").await.text();
    assert!(said.starts_with("说明 <a"), "{said}");
    let reset = clerk
        .send(path, &[("version", "1"), ("do", "reset"), ("text", "x")])
        .await;
    assert_eq!(
        reset.location,
        format!("{path}?done=reset"),
        "{}",
        reset.body
    );
}

#[tokio::test]
async fn a_template_is_looked_after_on_its_page() {
    let (work, mut clerk) = administrator().await;
    let path = "/console/upkeep/templates/binding_reviewed";
    let page = clerk.browser.get(path).await;
    assert!(
        page.body.contains("预览（示例内容）") && page.body.contains("办理结果（result）"),
        "{}",
        page.body
    );
    let twice = [
        ("version", "0"),
        ("keyword", "thing1"),
        ("field", "unit"),
        ("keyword", "thing1"),
        ("field", "time"),
    ];
    let refused = clerk.send(path, &twice).await;
    assert!(
        refused.status == 422 && refused.body.contains("写了两次"),
        "{}",
        refused.body
    );
    let good = [
        ("version", "0"),
        ("template_id", "T-1"),
        ("keyword", "thing1"),
        ("field", "unit"),
        ("keyword", ""),
        ("field", ""),
    ];
    let saved = clerk.send(path, &good).await;
    assert_eq!(
        saved.location,
        format!("{path}?done=saved"),
        "{}",
        saved.body
    );
    assert_eq!(
        work.office
            .app
            .app
            .office()
            .notices
            .of(Kind::BindingReviewed)
            .template_id,
        "T-1"
    );
}

#[tokio::test]
async fn the_menu_is_shown_beside_the_platforms() {
    let (_work, mut clerk) = administrator().await;
    let menu = clerk.browser.get("/console/upkeep/menu").await;
    assert!(
        menu.body.contains("重要案件信息")
            && (menu.body.contains("联系不上") || menu.body.contains("还没有菜单")),
        "{}",
        menu.body
    );
}
