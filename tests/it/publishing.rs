//! Publishing at the desk: two people, the masking check, taking down, and what should be public.

use jianxin::domain::desk::{Duties, Duty};
use jianxin::domain::publishing::{Content, State};
use jianxin::service::publishing::{self, PublishError};

use crate::support::office::UNIT;
use crate::support::publishers::{CLEAN, DIRTY, Desks, content, seated};

const OPENID: &str = "oPublishing-00000000000000001";

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
