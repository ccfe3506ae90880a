//! What is public is corrected, withdrawn, planned and ends.

use jianxin::domain::publishing::{Content, State, expiry};
use jianxin::service::publishing::{self, PublishError};

use crate::support::office::UNIT;
use crate::support::publishers::{CLEAN, DIRTY, Desks, content};
use crate::support::{MINUTE_MS, NOW_MS, case, document};

const OPENID: &str = "oPublishing-00000000000000001";

#[tokio::test]
async fn a_withdrawn_publication_is_gone_everywhere_at_once_and_no_import_brings_it_back() {
    let desks = Desks::with(&[("wechat.menu_reply", "text")]).await;
    let (office, app) = (&desks.office.app, &desks.office.app.app);
    office
        .publish([document("up-1", UNIT, "赵某某抢劫案起诉书").line()])
        .await;
    desks.published("王某某盗窃案起诉书", CLEAN).await;
    let other = office.second_instance().await;
    for title in ["王某某盗窃案起诉书", "赵某某抢劫案起诉书"] {
        let address = desks.address(title);
        assert!(other.text(OPENID, "flws_430100").await.body.contains(title));
        let foreign = publishing::withdraw(app, &desks.other, &address, "不是本院").await;
        assert!(
            matches!(foreign, Err(PublishError::NotFound)),
            "{foreign:?}"
        );
        publishing::withdraw(app, &desks.anna, &address, "发现未遮盖的姓名")
            .await
            .unwrap();
        for instance in [office, &other] {
            assert!(
                !instance
                    .text(OPENID, "flws_430100")
                    .await
                    .body
                    .contains(title)
            );
            assert!(
                !instance
                    .text(OPENID, &title[..9])
                    .await
                    .body
                    .contains(title)
            );
            assert!(
                !instance
                    .get("/h5/list?kind=legal_document")
                    .await
                    .body
                    .contains(title)
            );
            let page = instance.get(&format!("/h5/publications/{address}")).await;
            assert!(!page.body.contains(CLEAN), "{}", page.body);
        }
        let again = publishing::withdraw(app, &desks.anna, &address, "再一次").await;
        assert!(
            matches!(again, Err(PublishError::Stale(State::Withdrawn))),
            "{again:?}"
        );
    }
    assert_eq!(
        desks.audited("withdrawn"),
        2,
        "one row for each, the draft behind it included"
    );
    let back = office
        .import([document("up-1", UNIT, "赵某某抢劫案起诉书").line()])
        .await;
    assert_eq!((back.imported, back.rejected.len()), (0, 1));
    // One that an upstream withdraws itself still comes back by the same way.
    office
        .publish([document("up-2", UNIT, "钱某某诈骗案起诉书").line()])
        .await;
    office.withdraw("up-2").await;
    office
        .publish([document("up-2", UNIT, "钱某某诈骗案起诉书").line()])
        .await;
    // The unit brings its own back in two steps.
    let id = publishing::correct(app, &desks.anna, &desks.address("赵某某抢劫案起诉书"))
        .await
        .unwrap();
    let text = content("赵某某抢劫案起诉书", CLEAN);
    let version = publishing::save(app, &desks.anna, (&id, 1), text)
        .await
        .unwrap();
    desks.submitted(&id, version).await;
    publishing::approve(app, &desks.bert, (&id, version + 1))
        .await
        .unwrap();
    office.index().await;
    assert!(
        office
            .text(OPENID, "flws_430100")
            .await
            .body
            .contains("赵某某抢劫案起诉书")
    );
    // From now on it is the desk's, whatever the upstream system has.
    let line = document("up-1", UNIT, "赵某某抢劫案起诉书").with("summary", "新的");
    let other = office.import([line.line()]).await;
    assert_eq!((other.imported, other.rejected.len()), (0, 1));
}

#[tokio::test]
async fn what_the_desk_corrected_or_wrote_is_not_undone_by_the_next_export() {
    let desks = Desks::open().await;
    let (office, app) = (&desks.office.app, &desks.office.app.app);
    let title = "赵某某抢劫案起诉书";
    let named = document("up-1", UNIT, title).with("body", DIRTY);
    office.publish([named.line()]).await;
    let address = desks.address(title);
    let unmasked = |page: &str| page.contains("李小明");
    for round in ["", "再次"] {
        let id = publishing::correct(app, &desks.anna, &address)
            .await
            .unwrap();
        let text = content(title, &format!("{CLEAN}{round}"));
        let version = publishing::save(app, &desks.anna, (&id, 1), text)
            .await
            .unwrap();
        desks.submitted(&id, version).await;
        publishing::approve(app, &desks.bert, (&id, version + 1))
            .await
            .unwrap();
        // The export of every night still has the record that was corrected.
        let again = office.import([named.line()]).await;
        assert_eq!((again.imported, again.unchanged), (0, 1));
        let page = office.get(&format!("/h5/publications/{address}")).await;
        assert!(!unmasked(&page.body), "{}", page.body);
    }
    // Another record is refused and says why.
    let other = named.clone().with("summary", "新的");
    let other = office.import([other.line()]).await;
    assert_eq!((other.imported, other.rejected.len()), (0, 1));
    let reason = other.rejected[0].1.reason();
    assert!(reason.contains("at its desk"), "{reason}");
    // Withdrawing is safe; coming back by the same way is not.
    office.withdraw("up-1").await;
    let back = office.import([named.line()]).await;
    assert_eq!((back.imported, back.rejected.len()), (0, 1));

    // What was written at the desk belongs to it as well.
    desks.published("王某某盗窃案起诉书", CLEAN).await;
    let own = desks
        .office
        .rows("SELECT external_id FROM publications WHERE withdrawn_at IS NULL")
        .remove(0);
    let foreign = office.import([document(&own, UNIT, "王某某盗窃案起诉书").line()]);
    assert_eq!(foreign.await.rejected.len(), 1);
}

#[tokio::test]
async fn a_correction_takes_the_same_two_steps_while_the_old_text_stays() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let first = desks.published("王某某盗窃案起诉书", CLEAN).await;
    let address = desks.address("王某某盗窃案起诉书");
    let id = publishing::correct(app, &desks.anna, &address)
        .await
        .unwrap();
    let second = publishing::correct(app, &desks.bert, &address).await;
    assert!(
        matches!(&second, Err(PublishError::Open(open)) if *open == id),
        "{second:?}"
    );
    let text = content("王某某盗窃案起诉书（更正）", &format!("{CLEAN}更正后。"));
    let version = publishing::save(app, &desks.anna, (&id, 1), text)
        .await
        .unwrap();
    desks.submitted(&id, version).await;
    let page = desks
        .office
        .app
        .get(&format!("/h5/publications/{address}"))
        .await;
    assert!(!page.body.contains("更正后"), "{}", page.body);
    publishing::approve(app, &desks.bert, (&id, version + 1))
        .await
        .unwrap();
    let rows = desks
        .office
        .rows("SELECT public_id || title || body FROM publications");
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].starts_with(&address)
            && rows[0].contains("（更正）")
            && rows[0].ends_with("更正后。"),
        "{rows:?}"
    );
    assert_eq!(
        (desks.state(&first).await, desks.state(&id).await),
        (State::Replaced, State::Published)
    );
}

#[tokio::test]
async fn a_correction_does_not_hide_what_is_public_until_a_later_time() {
    let desks = Desks::open().await;
    let (office, app) = (&desks.office.app, &desks.office.app.app);
    let title = "王某某盗窃案起诉书";
    let at = |minutes: i64, words: &str| Content {
        publish_at: Some(NOW_MS + minutes * MINUTE_MS),
        ..content(title, &format!("{CLEAN}{words}"))
    };
    let id = publishing::create(app, &desks.anna, at(10, "")).await;
    desks.submitted(&id.unwrap(), 1).await;
    let first = desks
        .office
        .rows("SELECT public_id FROM publication_drafts")
        .remove(0);
    publishing::approve(app, &desks.bert, (&first, 2))
        .await
        .unwrap();
    // While nobody sees it its time may be moved.
    let address = desks.address(title);
    let id = publishing::correct(app, &desks.anna, &address)
        .await
        .unwrap();
    publishing::save(app, &desks.anna, (&id, 1), at(20, "更正。"))
        .await
        .unwrap();
    desks.submitted(&id, 2).await;
    // Meanwhile the old text became public.
    office.advance_ms(15 * MINUTE_MS);
    let hides = publishing::approve(app, &desks.bert, (&id, 3)).await;
    assert!(matches!(hides, Err(PublishError::WouldHide)), "{hides:?}");
    publishing::send_back(app, &desks.bert, (&id, 3), "原文已经公开")
        .await
        .unwrap();
    let again = publishing::submit(app, &desks.anna, (&id, 4)).await;
    assert!(matches!(again, Err(PublishError::WouldHide)), "{again:?}");
    let page = office.get(&format!("/h5/publications/{address}")).await;
    assert!(page.body.contains("窃得"), "{}", page.body);
    publishing::save(app, &desks.anna, (&id, 4), at(10, "更正。"))
        .await
        .unwrap();
    desks.submitted(&id, 5).await;
    let state = publishing::approve(app, &desks.bert, (&id, 6)).await;
    assert_eq!(state.unwrap(), State::Published);
}

#[tokio::test]
async fn a_scheduled_publication_shows_when_it_is_due_and_an_expired_one_is_gone() {
    let desks = Desks::with(&[("publishing.important_case_months", "12")]).await;
    let (office, app) = (&desks.office.app, &desks.office.app.app);
    let title = "王某某盗窃案起诉书";
    let planned = Content {
        publish_at: Some(NOW_MS + 10 * MINUTE_MS),
        expires_at: Some(NOW_MS + 60 * MINUTE_MS),
        ..content(title, CLEAN)
    };
    let id = publishing::create(app, &desks.anna, planned).await.unwrap();
    desks.submitted(&id, 1).await;
    assert_eq!(
        publishing::approve(app, &desks.bert, (&id, 2))
            .await
            .unwrap(),
        State::Scheduled
    );
    office.index().await;
    assert!(
        !office
            .text(OPENID, "flws_430100")
            .await
            .body
            .contains(title)
    );
    assert_eq!(
        publishing::keep_up(app).await.unwrap(),
        publishing::Kept::default()
    );
    office.advance_ms(10 * MINUTE_MS);
    office.index().await;
    assert!(
        office
            .text(OPENID, "flws_430100")
            .await
            .body
            .contains(title)
    );
    assert_eq!(publishing::keep_up(app).await.unwrap().shown, 1);
    assert_eq!(desks.state(&id).await, State::Published);

    let year = 366 * 24 * 60 * MINUTE_MS;
    office
        .publish([
            case("old", UNIT, "张某某案")
                .published(NOW_MS - year)
                .line(),
            case("new", UNIT, "陈某某案").published(NOW_MS).line(),
            document("stays", UNIT, "孙某某案起诉书")
                .published(NOW_MS - year)
                .line(),
        ])
        .await;
    office.advance_ms(50 * MINUTE_MS);
    let kept = publishing::keep_up(app).await.unwrap();
    assert_eq!((kept.shown, kept.expired), (0, 2));
    assert!(
        !office
            .text(OPENID, "flws_430100")
            .await
            .body
            .contains(title)
    );
    let left = desks
        .office
        .rows("SELECT external_id FROM publications WHERE withdrawn_at IS NULL ORDER BY 1");
    assert_eq!(left, ["new", "stays"]);
    assert_eq!(desks.state(&id).await, State::Withdrawn);
    assert_eq!(
        desks.audited("expired"),
        2,
        "one row for each, the draft behind it included"
    );
    // What the program does for a unit is that unit's business, and found by the draft and by what it became.
    let rows = |columns: &str| {
        let sql = format!("SELECT {columns} FROM audit WHERE actor = 'program' ORDER BY 1");
        desks.office.rows(&sql)
    };
    assert_eq!(rows("DISTINCT coalesce(unit_id, '-')"), [UNIT]);
    let whole = format!("publication:{} publication:{id}", desks.address(title));
    assert!(rows("subject").contains(&whole), "{:?}", rows("subject"));
}

#[tokio::test]
async fn a_correction_leaves_an_imported_publication_its_end() {
    let desks = Desks::with(&[("publishing.legal_document_months", "12")]).await;
    let (office, app) = (&desks.office.app, &desks.office.app.app);
    let title = "赵某某抢劫案起诉书";
    office
        .publish([document("up-1", UNIT, title).published(NOW_MS).line()])
        .await;
    let correct = async |title: &'static str| {
        let address = desks.address(title);
        let id = publishing::correct(app, &desks.anna, &address).await;
        let id = id.unwrap();
        let draft = publishing::draft(app, &desks.anna, &id).await.unwrap();
        let text = Content {
            body: CLEAN.to_owned(),
            document_type: Some("起诉书".to_owned()),
            document_number: Some("长检刑诉〔2026〕12号".to_owned()),
            ..draft.content
        };
        let version = publishing::save(app, &desks.anna, (&id, 1), text.clone())
            .await
            .unwrap();
        desks.submitted(&id, version).await;
        publishing::approve(app, &desks.bert, (&id, version + 1))
            .await
            .unwrap();
        text.expires_at
    };
    let end = expiry(NOW_MS, 12);
    assert_eq!(correct(title).await, end);
    assert_eq!(publishing::keep_up(app).await.unwrap().expired, 0);
    office.advance_ms(366 * 24 * 60 * MINUTE_MS);
    assert_eq!(publishing::keep_up(app).await.unwrap().expired, 1);
    // Brought back it has another term, not one that is over.
    assert!(correct(title).await > end);
    assert_eq!(publishing::keep_up(app).await.unwrap().expired, 0);
}
