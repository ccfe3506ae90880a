//! Keys, the notice lane, what chores deleted.

use std::collections::BTreeSet;

use jianxin::service::push_desk::{self, Act};
use jianxin::service::{api_keys, retention};

use super::{BY, administrator};
use crate::support::TestApp;
use crate::support::office::Office;
use crate::support::{platform, pushing};

#[tokio::test]
async fn a_key_is_shown_once_and_a_revoked_one_opens_nothing() {
    let office = Office::open().await;
    let app = &office.app.app;
    let key = api_keys::issue(app, BY, "second-site").await.unwrap();
    assert_eq!(
        api_keys::holder(app, &key).await.unwrap().as_deref(),
        Some("second-site")
    );
    for (name, word) in [("second-site", "已有名为"), ("空 格", "字母、数字")] {
        let error = api_keys::issue(app, BY, name).await.unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
    api_keys::revoke(app, BY, "second-site").await.unwrap();
    assert!(api_keys::revoke(app, BY, "second-site").await.is_err());
    assert_eq!(api_keys::holder(app, &key).await.unwrap(), None);
    let names: Vec<_> = api_keys::list(app)
        .await
        .unwrap()
        .into_iter()
        .map(|it| (it.name, it.revoked_at.is_some()))
        .collect();
    assert_eq!(
        names,
        [("second-site".to_owned(), true), ("site".to_owned(), false)]
    );
    let actions =
        office.rows("SELECT actor || action FROM audit WHERE action LIKE 'api_key%' ORDER BY id");
    let actions: BTreeSet<String> = actions.into_iter().collect();
    let wanted = [
        "command-lineapi_key.added",
        "manager:storyapi_key.added",
        "manager:storyapi_key.revoked",
    ];
    assert_eq!(actions, wanted.map(str::to_owned).into());
}

#[tokio::test]
async fn a_stopped_lane_goes_on_when_a_person_says_so_and_parked_notices_go_out() {
    let office = pushing::Office::with(&[], |rules| rules.concurrency = 2).await;
    let app = &office.app.app;
    office.notices(6).await;
    office.platform.always(platform::Act::Code(40164));
    office.drain().await;
    let view = push_desk::view(app).await.unwrap();
    assert!(push_desk::is_held(&view.lane), "{:?}", view.lane);
    office.platform.always(platform::Act::Take);
    assert!(push_desk::resume(app, BY).await.unwrap());
    assert!(
        !push_desk::resume(app, BY).await.unwrap(),
        "it goes on already"
    );
    office.drain().await;
    assert_eq!(office.states(), ["sent=6"]);
    office.app.database.execute("UPDATE pushes SET state = 'parked' WHERE id IN (SELECT id FROM pushes ORDER BY id LIMIT 2)");
    let view = push_desk::view(app).await.unwrap();
    let ids: Vec<String> = view.parked.iter().map(|it| it.public_id.clone()).collect();
    assert_eq!(ids.len(), 2);
    let redriven = push_desk::treat(app, BY, Act::Redrive, vec![ids[0].clone()])
        .await
        .unwrap();
    let cancelled = push_desk::treat(
        app,
        BY,
        Act::Cancel,
        vec![ids[1].clone(), "nothing".to_owned()],
    )
    .await
    .unwrap();
    assert!(redriven[0].1.is_ok() && cancelled[0].1.is_ok() && cancelled[1].1.is_err());
    office.drain().await;
    assert_eq!(office.states(), ["cancelled=1", "sent=5"]);
    let audit = "SELECT action FROM audit WHERE actor = 'manager:story' ORDER BY action";
    let audit = office.app.database.connect().texts(audit);
    assert_eq!(audit, ["push.cancelled", "push.redriven", "push.resumed"]);
}

#[tokio::test]
async fn what_chores_deleted_is_told() {
    let app = TestApp::start().await;
    retention::note(&app.app, "old drafts", Some(7)).await;
    app.advance_ms(1000);
    retention::note(&app.app, "old drafts", Some(0)).await;
    retention::note(&app.app, "old notices", None).await;
    let kept = retention::overview(&app.app).await.unwrap();
    let of = |chore: &str| {
        let kept = kept.iter().find(|it| it.chore == Some(chore)).unwrap();
        kept.run.clone().unwrap()
    };
    let drafts = of("old drafts");
    assert_eq!(
        (drafts.deleted, drafts.ran_at - drafts.deleted_at.unwrap()),
        (7, 1000)
    );
    let notices = of("old notices");
    assert!(notices.failed_at.is_some() && notices.deleted_at.is_none());
}

#[tokio::test]
async fn a_key_stands_on_one_page_once_and_the_lane_is_looked_after() {
    let (work, mut clerk) = administrator().await;
    let path = "/console/upkeep/keys";
    let issued = clerk.send(path, &[("name", "court")]).await;
    assert_eq!(issued.status, 303, "{}", issued.body);
    let once = clerk.browser.get(path).await;
    let (_, rest) = once.body.split_once("<code class=\"secret\">").unwrap();
    let key = rest.split_once('<').unwrap().0.to_owned();
    assert_eq!(
        api_keys::holder(&work.office.app.app, &key)
            .await
            .unwrap()
            .as_deref(),
        Some("court")
    );
    let again = clerk.browser.get(path).await;
    assert!(
        !again.body.contains(&key) && again.body.contains("court"),
        "{}",
        again.body
    );
    let revoked = clerk.send(&format!("{path}/court/revoke"), &[]).await;
    assert_eq!(revoked.location, format!("{path}?done=revoked"));
    assert_eq!(
        api_keys::holder(&work.office.app.app, &key).await.unwrap(),
        None
    );

    let lane = clerk.browser.get("/console/upkeep/lane").await;
    assert!(
        lane.body.contains("没有模板编号") || lane.body.contains("通知正常发送"),
        "{}",
        lane.body
    );
    let running = clerk.send("/console/upkeep/lane/resume", &[]).await;
    assert_eq!(running.location, "/console/upkeep/lane?done=running");
    let none = clerk
        .send("/console/upkeep/lane/parked", &[("do", "redrive")])
        .await;
    assert!(
        none.status == 422 && none.body.contains("请先勾选"),
        "{}",
        none.body
    );
}

#[tokio::test]
async fn what_is_kept_stands_on_a_page() {
    let (_work, mut clerk) = administrator().await;
    let kept = clerk.browser.get("/console/upkeep/retention").await;
    assert!(kept.body.contains("push.keep_days"), "{}", kept.body);
}
