//! Bindings are granted within the limits, or refused in words.

use jianxin::domain::binding::ApplicantRole;
use jianxin::service::decisions::Refused;
use jianxin::service::decisions::binding::{self, Choice};
use jianxin::service::desk_queue::{self, Queue};

use crate::support::casework::Casework;
use crate::support::queue::{asks_binding, audited, reviewer, target};
use crate::support::{MINUTE_MS, NOW_MS};

const CRIMINAL: &str = "一审公诉案件";

#[tokio::test]
async fn of_three_lawyers_for_one_person_the_third_is_refused_in_words() {
    let work = Casework::open().await;
    let office = &work.office;
    let app = &office.app.app;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let mut managers = Vec::new();
    for number in 1..=3 {
        office.account(&format!("u-{number}"), "lawyer").await;
        asks_binding(office, &format!("SQ{number}"), &format!("u-{number}")).await;
        managers.push(reviewer(office, &format!("m-{number}")).await);
    }
    let choice = Choice {
        person: person.public_id.clone(),
        role: None,
    };
    let seen: Vec<_> = (1..=3)
        .map(|number| target(office, &format!("SQ{number}")))
        .collect();
    let (a, b, c) = tokio::join!(
        binding::approve(app, &managers[0], seen[0].clone(), choice.clone()),
        binding::approve(app, &managers[1], seen[1].clone(), choice.clone()),
        binding::approve(app, &managers[2], seen[2].clone(), choice.clone()),
    );
    let all = [a, b, c];
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 2);
    let third = all.iter().position(Result::is_err).unwrap();
    let refused = all[third].as_ref().err().unwrap();
    assert!(
        matches!(refused, Refused::Said(words) if words.contains("已经有两名律师绑定")),
        "{refused:?}"
    );
    assert_eq!(office.count("SELECT count(*) FROM case_bindings"), 2);
    let open = office.rows("SELECT state FROM applications WHERE decided_at IS NULL");
    assert_eq!(open, ["pending"], "the third one can still be refused");

    // The first one's mandate ends; then the third one may.
    let first = (0..3).find(|at| *at != third).unwrap();
    let ended = target(office, &format!("SQ{}", first + 1));
    let done = binding::revoke(app, &managers[0], ended, "委托关系已经解除。".to_owned())
        .await
        .unwrap();
    assert_eq!(done.application.state, "revoked");
    binding::approve(app, &managers[2], seen[third].clone(), choice)
        .await
        .unwrap();
    let again = target(office, &format!("SQ{}", first + 1));
    office.app.advance_ms(MINUTE_MS);
    let twice = binding::revoke(app, &managers[1], again, "又一次。".to_owned()).await;
    let Err(Refused::Decided { by, at, state, .. }) = &twice else {
        panic!("{:?}", twice.as_ref().err());
    };
    assert_eq!(
        (by.as_deref(), *at, state.as_str()),
        (Some("m-1"), NOW_MS, "revoked"),
        "who ended it, and when"
    );
    assert_eq!(
        office.count("SELECT count(*) FROM case_bindings WHERE state = 'active'"),
        2
    );
    assert_eq!(audited(office, "binding.revoked", &managers[0]), 1);
}

#[tokio::test]
async fn the_limits_are_shown_before_anybody_decides() {
    let work = Casework::open().await;
    let office = &work.office;
    let (app, manager) = (&office.app.app, reviewer(office, "m-1").await);
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    for id in ["u-1", "u-2"] {
        let lawyer = office.account(id, "lawyer").await;
        work.bind(&lawyer, &person, ApplicantRole::Defender)
            .await
            .unwrap();
    }
    office.account("u-3", "lawyer").await;
    asks_binding(office, "SQ3", "u-3").await;
    let seen = target(office, "SQ3");
    let wanted = (Queue::Binding, seen.public_id.as_str());
    let pane = desk_queue::open(app, &manager, wanted, "").await.unwrap();
    let desk_queue::Pane::Binding(pane) = pane else {
        panic!("a binding");
    };
    // The site gave no number: the case is found by its name.
    let found = &pane.sought.candidates;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), found[0].held.len()), ("张小明", 2));
    assert!(found[0].limit.is_some() && found[0].has_case_name && !found[0].has_number);
    // By its number, too; and nothing by that of nobody.
    for (typed, count) in [
        ("1001", 1),
        ("长检受[2026]1001号", 1),
        ("张某某", 1),
        ("李", 0),
    ] {
        let pane = desk_queue::open(app, &manager, wanted, typed)
            .await
            .unwrap();
        let desk_queue::Pane::Binding(pane) = pane else {
            panic!("a binding");
        };
        assert_eq!(pane.sought.candidates.len(), count, "{typed}");
    }
    assert_eq!(audited(office, "application.viewed", &manager), 5);
    // Whoever was looked at is written down; what was typed can be compared, not read.
    let mut looks = office.rows("SELECT subject FROM audit WHERE action = 'cases.searched'");
    looks.sort();
    let about = format!("application:{} persons:", seen.public_id);
    let found = format!("{about}{}", person.public_id);
    assert_eq!(looks.len(), 5);
    assert_eq!(looks[1], found, "nothing was typed");
    assert!(
        looks[0].starts_with(&format!("{about} typed:")),
        "{looks:?}"
    );
    for typed in &looks[2..] {
        assert!(typed.starts_with(&format!("{found} typed:")), "{looks:?}");
        assert!(
            !typed.contains("张某某") && !typed.contains("1001号"),
            "{looks:?}"
        );
    }
    looks.dedup();
    assert_eq!(looks.len(), 5, "another search, another hash");
    // A person of another unit's case cannot be chosen.
    office
        .app
        .database
        .execute("UPDATE cases SET unit_id = '430200'");
    let choice = Choice {
        person: person.public_id,
        role: Some(ApplicantRole::Agent),
    };
    let refused = binding::approve(app, &manager, seen.clone(), choice).await;
    assert!(matches!(refused, Err(Refused::Said(_))));
    let pane = desk_queue::open(app, &manager, wanted, "1001")
        .await
        .unwrap();
    let desk_queue::Pane::Binding(pane) = pane else {
        panic!("a binding");
    };
    assert!(pane.sought.candidates.is_empty());
}

#[tokio::test]
async fn who_cannot_sign_in_is_bound_to_nothing() {
    let work = Casework::open().await;
    let office = &work.office;
    let (app, manager) = (&office.app.app, reviewer(office, "m-1").await);
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    office.account("u-1", "lawyer").await;
    asks_binding(office, "SQ1", "u-1").await;
    let choice = Choice {
        person: person.public_id,
        role: None,
    };
    let state = |state: &str| {
        let sql = format!("UPDATE accounts SET state = '{state}' WHERE external_id = 'u-1'");
        office.app.database.execute(&sql);
    };
    for (word, part) in [
        ("disabled", "已停用"),
        ("pending", "正在审核"),
        ("rejected", "没有通过"),
    ] {
        state(word);
        let seen = target(office, "SQ1");
        match binding::approve(app, &manager, seen, choice.clone()).await {
            Err(Refused::Said(words)) => assert!(words.contains(part), "{word}: {words}"),
            done => panic!("{word}: {:?}", done.err()),
        }
    }
    assert_eq!(office.count("SELECT count(*) FROM case_bindings"), 0);
    state("active");
    let seen = target(office, "SQ1");
    binding::approve(app, &manager, seen, choice).await.unwrap();
}

#[tokio::test]
async fn who_granted_and_who_ended_a_binding_are_both_known() {
    let work = Casework::open().await;
    let office = &work.office;
    let app = &office.app.app;
    let (one, two) = (reviewer(office, "m-1").await, reviewer(office, "m-2").await);
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    office.account("u-1", "lawyer").await;
    asks_binding(office, "SQ1", "u-1").await;
    let choice = Choice {
        person: person.public_id,
        role: None,
    };
    binding::approve(app, &one, target(office, "SQ1"), choice)
        .await
        .unwrap();
    office.app.advance_ms(MINUTE_MS);
    let seen = target(office, "SQ1");
    let because = "委托关系已经解除。".to_owned();
    binding::revoke(app, &two, seen.clone(), because)
        .await
        .unwrap();
    let wanted = (Queue::Binding, seen.public_id.as_str());
    let pane = desk_queue::open(app, &one, wanted, "").await.unwrap();
    let desk_queue::Pane::Binding(pane) = pane else {
        panic!("a binding");
    };
    let row = &pane.head.row;
    assert_eq!(
        (row.decided_by.as_deref(), row.decided_at),
        (Some("m-1"), Some(NOW_MS))
    );
    assert_eq!(
        pane.ended,
        Some((Some("m-2".to_owned()), NOW_MS + MINUTE_MS))
    );
    // Whoever ends it once more is told who did.
    let again = binding::revoke(app, &one, target(office, "SQ1"), "x".to_owned()).await;
    let words = again.err().unwrap().sentence();
    assert!(words.contains("由m-2于"), "{words}");
}
