//! Publishing at the desk: two people, the masking check, taking down, and what should be public.

use jianxin::domain::desk::{Duties, Duty};
use jianxin::domain::publishing::{Content, NotPublic, State, Status, Typed, expiry, read};
use jianxin::service::desk::Manager;
use jianxin::service::publication_register::{self as register, Entry, Put};
use jianxin::service::publishing::{self, PublishError};
use jianxin::store::publication_register::Wanted;

use crate::support::office::{Office, UNIT};
use crate::support::{MINUTE_MS, NOW_MS, case, document};

const OPENID: &str = "oPublishing-00000000000000001";
const CLEAN: &str = "2026年3月4日，被告人王某某在长沙市某小区窃得被害人李某手机一部。";
const DIRTY: &str = "2026年3月4日，被告人王某某窃得被害人李小明手机一部，联系电话13800138000。";

/// Two publishers of a unit and one of another.
struct Desks {
    office: Office,
    anna: Manager,
    bert: Manager,
    other: Manager,
}

impl Desks {
    async fn open() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&str, &str)]) -> Self {
        let office = Office::with(settings).await;
        let duties = Duties::of(&[Duty::Publisher]);
        Self {
            anna: seated(&office, "m-anna", UNIT, &duties).await,
            bert: seated(&office, "m-bert", UNIT, &duties).await,
            other: seated(&office, "m-other", "430200", &duties).await,
            office,
        }
    }

    /// Anna writes a draft.
    async fn written(&self, title: &str, body: &str) -> (String, i64) {
        let id = publishing::create(&self.office.app.app, &self.anna, content(title, body))
            .await
            .unwrap();
        (id, 1)
    }

    /// Anna writes and submits; Bert approves.
    async fn published(&self, title: &str, body: &str) -> String {
        let (id, version) = self.written(title, body).await;
        self.submitted(&id, version).await;
        publishing::approve(&self.office.app.app, &self.bert, (&id, version + 1))
            .await
            .unwrap();
        self.office.app.index().await;
        id
    }

    async fn submitted(&self, id: &str, version: i64) {
        publishing::submit(&self.office.app.app, &self.anna, (id, version))
            .await
            .unwrap();
    }

    async fn state(&self, id: &str) -> State {
        publishing::draft(&self.office.app.app, &self.anna, id)
            .await
            .unwrap()
            .state()
    }

    /// What the public address of the publication with that title is.
    fn address(&self, title: &str) -> String {
        let sql = format!("SELECT public_id FROM publications WHERE title = '{title}'");
        self.office.rows(&sql).remove(0)
    }

    fn audited(&self, action: &str) -> usize {
        self.office.count(&format!(
            "SELECT count(*) FROM audit WHERE action = 'publication.{action}'"
        ))
    }
}

/// A manager of a unit with these duties.
async fn seated(office: &Office, external_id: &str, unit: &str, duties: &Duties) -> Manager {
    let mut account = office.account(external_id, "manager").await;
    let sql = format!("UPDATE accounts SET unit_id = '{unit}' WHERE external_id = '{external_id}'");
    office.app.database.execute(&sql);
    account.unit_id = unit.to_owned();
    Manager {
        account,
        duties: duties.clone(),
        factor_at: None,
    }
}

fn typed(title: &str, body: &str) -> Typed {
    Typed {
        kind: "legal_document".into(),
        title: title.into(),
        body: body.into(),
        document_type: "起诉书".into(),
        document_number: "长检刑诉〔2026〕12号".into(),
        charges: "盗窃罪".into(),
        ..Typed::default()
    }
}

fn content(title: &str, body: &str) -> Content {
    read(&typed(title, body)).unwrap()
}

#[tokio::test]
async fn a_draft_is_submitted_by_one_and_approved_by_another() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let (id, version) = desks.written("王某某盗窃案起诉书", CLEAN).await;
    let (report, draft) = publishing::check(app, &desks.anna, &id).await.unwrap();
    assert_eq!((report.suspects.len(), draft.state()), (0, State::Checked));
    let version = draft.row.version.max(version);
    desks.submitted(&id, version).await;
    assert_eq!(desks.office.count("SELECT count(*) FROM publications"), 0);

    let own = publishing::approve(app, &desks.anna, (&id, version + 1)).await;
    assert!(matches!(own, Err(PublishError::SameHand)), "{own:?}");
    let foreign = publishing::approve(app, &desks.other, (&id, version + 1)).await;
    assert!(
        matches!(foreign, Err(PublishError::NotFound)),
        "{foreign:?}"
    );
    let late = publishing::approve(app, &desks.bert, (&id, version)).await;
    assert!(
        matches!(late, Err(PublishError::Stale(State::Submitted))),
        "{late:?}"
    );
    let state = publishing::approve(app, &desks.bert, (&id, version + 1)).await;
    assert_eq!(state.unwrap(), State::Published);
    desks.office.app.index().await;
    let answer = desks.office.app.text(OPENID, "flws_430100").await;
    assert!(
        answer.body.contains("王某某盗窃案起诉书"),
        "{}",
        answer.body
    );

    let draft = publishing::draft(app, &desks.bert, &id).await.unwrap();
    assert_eq!(draft.row.approved_by, Some(desks.bert.account.id));
    assert_eq!(draft.row.author_id, desks.anna.account.id);
    let steps: Vec<String> = publishing::history(app, &draft)
        .await
        .unwrap()
        .into_iter()
        .map(|step| step.action)
        .collect();
    assert_eq!(
        steps,
        ["created", "checked", "submitted", "approved", "published"]
    );
    for step in steps {
        assert_eq!(desks.audited(&step), 1, "{step}");
    }
}

#[tokio::test]
async fn whoever_changed_or_submitted_it_does_not_approve_it_either() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let (id, version) = desks.written("王某某盗窃案起诉书", CLEAN).await;
    let changed = content("王某某盗窃案起诉书", &format!("{CLEAN}另查明。"));
    let version = publishing::save(app, &desks.bert, (&id, version), changed)
        .await
        .unwrap();
    desks.submitted(&id, version).await;
    for manager in [&desks.anna, &desks.bert] {
        let refused = publishing::approve(app, manager, (&id, version + 1)).await;
        assert!(
            matches!(refused, Err(PublishError::SameHand)),
            "{refused:?}"
        );
    }
    assert_eq!(desks.office.count("SELECT count(*) FROM publications"), 0);
}

#[tokio::test]
async fn whoever_wrote_the_text_does_not_approve_it_after_somebody_elses_comma() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let title = "王某某盗窃案起诉书";
    let (id, version) = desks.written(title, "").await;
    let version = publishing::save(app, &desks.bert, (&id, version), content(title, CLEAN))
        .await
        .unwrap();
    let comma = content(title, &CLEAN.replace("王某某在", "王某某，在"));
    let version = publishing::save(app, &desks.anna, (&id, version), comma)
        .await
        .unwrap();
    desks.submitted(&id, version).await;
    let (report, _) = publishing::report(app, &desks.bert, &id).await.unwrap();
    assert!(!publishing::may_decide(&desks.bert, &report));
    let own = publishing::approve(app, &desks.bert, (&id, version + 1)).await;
    assert!(matches!(own, Err(PublishError::SameHand)), "{own:?}");
    // A third one may.
    let duties = Duties::of(&[Duty::Publisher]);
    let cora = seated(&desks.office, "m-cora", UNIT, &duties).await;
    publishing::approve(app, &cora, (&id, version + 1))
        .await
        .unwrap();
}

#[tokio::test]
async fn findings_block_until_they_are_signed_and_a_change_voids_the_signature() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let (id, version) = desks.written("王某某盗窃案起诉书", DIRTY).await;
    let blocked = publishing::submit(app, &desks.anna, (&id, version)).await;
    assert!(
        matches!(blocked, Err(PublishError::Findings(2))),
        "{blocked:?}"
    );
    let (report, _) = publishing::check(app, &desks.anna, &id).await.unwrap();
    let empty = publishing::sign(
        app,
        &desks.anna,
        (&id, version),
        (&report.suspects[0].key, "  "),
    )
    .await;
    assert!(matches!(empty, Err(PublishError::NoReason)), "{empty:?}");
    for suspect in &report.suspects {
        publishing::sign(
            app,
            &desks.anna,
            (&id, version),
            (&suspect.key, "公开报道过的化名"),
        )
        .await
        .unwrap();
    }
    // Another text: the signatures are for another one.
    let other = content("王某某盗窃案起诉书", &format!("{DIRTY}另查明。"));
    let version = publishing::save(app, &desks.anna, (&id, version), other)
        .await
        .unwrap();
    let void = publishing::submit(app, &desks.anna, (&id, version)).await;
    assert!(matches!(void, Err(PublishError::Findings(2))), "{void:?}");
    let (report, _) = publishing::check(app, &desks.anna, &id).await.unwrap();
    for suspect in &report.suspects {
        publishing::sign(app, &desks.anna, (&id, version), (&suspect.key, "化名"))
            .await
            .unwrap();
    }
    desks.submitted(&id, version).await;
    // Whoever approves sees who signed, and why.
    let (report, _) = publishing::check(app, &desks.bert, &id).await.unwrap();
    let signed = report.suspects[0].signed.as_ref().unwrap();
    assert_eq!(
        (signed.account_id, signed.reason.as_str()),
        (desks.anna.account.id, "化名")
    );
    // A signature that was tampered with counts for nothing.
    desks
        .office
        .app
        .database
        .execute("UPDATE publication_overrides SET reason = '已核对' WHERE reason = '化名'");
    let tampered = publishing::approve(app, &desks.bert, (&id, version + 1)).await;
    assert!(
        matches!(tampered, Err(PublishError::Findings(2))),
        "{tampered:?}"
    );
    desks
        .office
        .app
        .database
        .execute("UPDATE publication_overrides SET reason = '化名' WHERE reason = '已核对'");
    let approved = publishing::approve(app, &desks.bert, (&id, version + 1)).await;
    assert_eq!(approved.unwrap(), State::Published);
}

#[tokio::test]
async fn what_stands_beside_the_text_is_checked_and_signed_like_the_text() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let title = "王某某盗窃案起诉书";
    let beside = |address: &str| Content {
        document_number: Some("长检刑诉〔2026〕12号（13800138000）".to_owned()),
        charges: vec!["盗窃罪".to_owned(), "伤害证人李小明".to_owned()],
        source_url: Some(address.to_owned()),
        ..content(title, CLEAN)
    };
    let first = beside("https://example.cn/13912345678.html");
    let id = publishing::create(app, &desks.anna, first).await.unwrap();
    let blocked = publishing::submit(app, &desks.anna, (&id, 1)).await;
    assert!(
        matches!(blocked, Err(PublishError::Findings(3))),
        "{blocked:?}"
    );
    let (report, draft) = publishing::report(app, &desks.anna, &id).await.unwrap();
    for suspect in &report.suspects {
        publishing::sign(app, &desks.anna, (&id, 1), (&suspect.key, "化名"))
            .await
            .unwrap();
    }
    // Another address is another text.
    let other = beside("https://example.cn/13912345679.html");
    let version = publishing::save(app, &desks.anna, (&id, 1), other)
        .await
        .unwrap();
    let void = publishing::submit(app, &desks.anna, (&id, version)).await;
    assert!(matches!(void, Err(PublishError::Findings(3))), "{void:?}");
    // What is suggested is free of findings.
    let open: Vec<_> = report
        .suspects
        .iter()
        .map(|it| it.finding.clone())
        .collect();
    let masked = draft.content.masked(&open);
    assert_eq!(masked.source_url, None);
    assert_eq!(masked.charges, ["盗窃罪", "伤害证人李某某"]);
    let version = publishing::save(app, &desks.anna, (&id, version), masked)
        .await
        .unwrap();
    desks.submitted(&id, version).await;
}

#[tokio::test]
async fn a_draft_is_sealed_and_belongs_to_its_unit_alone() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let (id, version) = desks.written("王某某盗窃案起诉书", DIRTY).await;
    let stored = desks
        .office
        .rows("SELECT sealed FROM publication_drafts")
        .remove(0);
    assert!(!stored.contains("李小明") && !stored.contains("13800138000"));
    let other = &desks.other;
    assert!(matches!(
        publishing::draft(app, other, &id).await,
        Err(PublishError::NotFound)
    ));
    assert!(matches!(
        publishing::check(app, other, &id).await,
        Err(PublishError::NotFound)
    ));
    let saved = publishing::save(app, other, (&id, version), content("x", "y")).await;
    assert!(matches!(saved, Err(PublishError::NotFound)));
    let gone = publishing::discard(app, other, (&id, version)).await;
    assert!(matches!(gone, Err(PublishError::NotFound)));
    assert!(
        publishing::list(app, other, State::Draft, "", (0, 10))
            .await
            .unwrap()
            .is_empty()
    );
    let own = publishing::list(app, &desks.bert, State::Draft, "盗窃", (0, 10))
        .await
        .unwrap();
    assert_eq!(own.len(), 1);
    assert!(
        publishing::list(app, &desks.bert, State::Draft, "盗_", (0, 10))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_incomplete_or_returned_goes_back_and_a_recalled_one_can_be_changed() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    let bare = Content {
        document_number: None,
        ..content("王某某盗窃案起诉书", "")
    };
    let id = publishing::create(app, &desks.anna, bare).await.unwrap();
    let Err(PublishError::Incomplete(faults)) =
        publishing::submit(app, &desks.anna, (&id, 1)).await
    else {
        panic!("it was submitted");
    };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["body", "document_number"]);
    let good = content("王某某盗窃案起诉书", CLEAN);
    let version = publishing::save(app, &desks.anna, (&id, 1), good.clone())
        .await
        .unwrap();
    desks.submitted(&id, version).await;
    let closed = publishing::save(app, &desks.anna, (&id, version + 1), good.clone()).await;
    assert!(
        matches!(closed, Err(PublishError::Stale(State::Submitted))),
        "{closed:?}"
    );
    let foreign = publishing::recall(app, &desks.bert, (&id, version + 1)).await;
    assert!(
        matches!(foreign, Err(PublishError::NotSubmitter)),
        "{foreign:?}"
    );
    publishing::recall(app, &desks.anna, (&id, version + 1))
        .await
        .unwrap();
    publishing::submit(app, &desks.anna, (&id, version + 2))
        .await
        .unwrap();
    let silent = publishing::send_back(app, &desks.bert, (&id, version + 3), " ").await;
    assert!(matches!(silent, Err(PublishError::NoReason)));
    publishing::send_back(app, &desks.bert, (&id, version + 3), "请补充事实")
        .await
        .unwrap();
    let draft = publishing::draft(app, &desks.anna, &id).await.unwrap();
    assert_eq!(
        (draft.state(), draft.row.reason.as_deref()),
        (State::Returned, Some("请补充事实"))
    );
    // Both decide at once: the second one is told.
    publishing::submit(app, &desks.anna, (&id, version + 4))
        .await
        .unwrap();
    publishing::approve(app, &desks.bert, (&id, version + 5))
        .await
        .unwrap();
    let second = publishing::send_back(app, &desks.bert, (&id, version + 5), "晚了").await;
    assert!(
        matches!(second, Err(PublishError::Stale(State::Published))),
        "{second:?}"
    );
}

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

fn entry(number: &str, day: &str, reason: &str) -> Entry {
    Entry {
        document_number: number.into(),
        document_type: "起诉书".into(),
        decided_on: day.into(),
        reason: reason.into(),
        note: String::new(),
    }
}

const ALWAYS: (i64, i64) = (0, i64::MAX);

#[tokio::test]
async fn the_register_follows_the_publications_and_counts_by_unit_and_subtree() {
    let desks = Desks::open().await;
    let (office, app) = (&desks.office.app, &desks.office.app.app);
    let anna = &desks.anna;
    let put = |number: &'static str, reason: &'static str| {
        let entry = entry(number, "2026-03-04", reason);
        async move { register::put(app, anna, &entry).await.unwrap() }
    };
    assert_eq!(put("长检刑诉〔2026〕12号", "").await, Put::Added);
    assert_eq!(
        put("长检刑诉[2026]12号", "").await,
        Put::Changed,
        "another way to write it"
    );
    assert_eq!(
        put("长检刑诉〔2026〕13号", "涉及未成年人").await,
        Put::Added
    );
    assert_eq!(put("长检刑诉〔2026〕14号", "").await, Put::Added);
    let bad = register::put(app, &desks.anna, &entry("x", "gestern", "因为")).await;
    assert!(matches!(bad, Err(register::RegisterError::Invalid(faults)) if faults.len() == 2));
    let below = Duties::of(&[Duty::Publisher]);
    let district = seated(&desks.office, "m-district", "430104", &below).await;
    register::put(
        app,
        &district,
        &entry("长岳检刑诉〔2026〕1号", "2026-03-04", ""),
    )
    .await
    .unwrap();

    let count = |manager: &Manager| register::statistics(app, manager.tree(app), ALWAYS);
    let (lines, sum) = count(&desks.anna).await.unwrap();
    assert_eq!(
        (
            sum.due,
            sum.public,
            sum.waiting,
            sum.of(NotPublic::Juvenile)
        ),
        (4, 0, 3, 1)
    );
    assert_eq!((lines[0].counts.due, lines[0].is_own), (3, true));
    let district_line = lines.iter().find(|line| line.unit_id == "430104").unwrap();
    assert_eq!(district_line.counts.due, 1);
    // The other unit sees none of it.
    assert_eq!(count(&desks.other).await.unwrap().1.due, 0);

    desks.published("王某某盗窃案起诉书", CLEAN).await;
    let upstream = document("up", "430104", "赵某某案起诉书")
        .with("document_number", "长岳检刑诉［２０２６］1号");
    office.publish([upstream.line()]).await;
    let (_, sum) = count(&desks.anna).await.unwrap();
    assert_eq!((sum.public, sum.rate()), (2, "50.0%".to_owned()));
    office.withdraw("up").await;
    assert_eq!(count(&desks.anna).await.unwrap().1.public, 1);

    let wanted = |status| Wanted {
        status,
        text: String::new(),
    };
    let listed = register::list(
        app,
        &desks.anna,
        ALWAYS,
        wanted(Some(Status::Public)),
        (0, 9),
    )
    .await
    .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].document_number, "长检刑诉[2026]12号");
    let foreign = register::one(app, &desks.other, &listed[0].public_id).await;
    assert!(matches!(foreign, Err(register::RegisterError::NotFound)));
    // One that is entered later finds what is public already.
    office
        .withdraw(&listed[0].external_id.clone().unwrap())
        .await;
}

#[tokio::test]
async fn a_file_of_documents_is_taken_row_by_row() {
    let desks = Desks::open().await;
    let app = &desks.office.app.app;
    desks.published("王某某盗窃案起诉书", CLEAN).await;
    let file = "\u{feff}文书号,文书种类,文书日期,不公开原因,说明\r\n\
        长检刑诉〔2026〕12号,起诉书,2026-03-04,,\r\n\
        长检刑诉〔2026〕13号,起诉书,2026/3/5,涉及个人隐私,性侵案件\r\n\
        长检刑诉〔2026〕14号,起诉书,昨天,,\r\n\
        长检刑诉〔2026〕15号,不起诉决定书,2026年3月6日,其他原因,\r\n";
    let outcome = register::import(app, &desks.anna, file.as_bytes().to_vec())
        .await
        .unwrap();
    assert_eq!((outcome.added, outcome.refused.len()), (2, 2));
    assert_eq!(
        (outcome.refused[0].line, outcome.refused[0].column.as_str()),
        (4, "文书日期")
    );
    assert_eq!(outcome.refused[1].line, 5);
    // What the spreadsheet program writes in this country.
    let (gbk, _, _) = encoding_rs::GBK.encode(file.trim_start_matches('\u{feff}'));
    let again = register::import(app, &desks.anna, gbk.into_owned())
        .await
        .unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 2));
    let (_, sum) = register::statistics(app, desks.anna.tree(app), ALWAYS)
        .await
        .unwrap();
    assert_eq!((sum.due, sum.public, sum.of(NotPublic::Privacy)), (2, 1, 1));
    for (bytes, word) in [
        (&b"\xce\xc4\xca\xff\xff,1\r\n2,3\r\n"[..], "编码"),
        ("名称\r\n甲\r\n".as_bytes(), "文书号"),
        ("文书号,文书种类,文书日期\r\n".as_bytes(), "没有数据行"),
    ] {
        let Err(register::RegisterError::Invalid(faults)) =
            register::import(app, &desks.anna, bytes.to_vec()).await
        else {
            panic!("it was taken");
        };
        assert!(faults[0].message.contains(word), "{faults:?}");
    }
}
