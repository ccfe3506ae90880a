//! Who is told of what an import changed: each once, and exactly those.

use std::collections::{BTreeMap, BTreeSet};

use jianxin::domain::binding::ApplicantRole;
use jianxin::service::held_changes;

use crate::support::import_desk::Desk;
use crate::support::sheets::{self, Line};

#[tokio::test]
async fn one_notice_an_account_and_case_and_none_for_whoever_must_not_hear() {
    let desk = Desk::open().await;
    let office = &desk.office;
    let civil = |case: &str, person: &str| Line::of(case, person).with("案件类别", "民事监督案件");
    let lines = [
        civil("1001", "01"),
        civil("1001", "02"),
        Line::of("1002", "01"),
        Line::of("1002", "02"),
    ];
    desk.import(&lines).await;
    let both = office.linked("u-both", "lawyer").await;
    desk.bind(&both, "1001", "01", ApplicantRole::Agent).await;
    desk.bind(&both, "1001", "02", ApplicantRole::Agent).await;
    let only = office.linked("u-only", "lawyer").await;
    desk.bind(&only, "1002", "01", ApplicantRole::Defender)
        .await;
    let silent = office.linked("u-silent", "lawyer").await;
    desk.bind(&silent, "1002", "02", ApplicantRole::Defender)
        .await;
    let frozen = office.linked("u-frozen", "lawyer").await;
    desk.bind(&frozen, "1002", "01", ApplicantRole::Agent).await;
    let unlinked = office.account("u-phone", "party").await;
    desk.bind(&unlinked, "1002", "01", ApplicantRole::NearRelative)
        .await;
    office.app.database.execute(
        "UPDATE accounts SET notices_off = TRUE WHERE external_id = 'u-silent'; \
         UPDATE accounts SET state = 'pending' WHERE external_id = 'u-frozen'",
    );
    // The department moves with the case: the file says nothing of 1002/02, who goes with it.
    let changed = [
        lines[0].clone().with("当前阶段", "提请抗诉"),
        lines[1]
            .clone()
            .with("当前阶段", "提请抗诉")
            .with("到期日", "2026-12-20"),
        lines[2].clone().with("办案部门", "第二检察部"),
    ];
    let page = desk.upload(&sheets::csv(&changed)).await;
    assert_eq!((page.view.batch.rows_changed, page.watched), (3, 4));
    let page = desk.apply(&page).await.unwrap();
    // Bound after the import: has seen what stands now.
    let late = office.linked("u-late", "party").await;
    office.app.advance_ms(1);
    desk.bind(&late, "1002", "01", ApplicantRole::NearRelative)
        .await;
    let page = desk.release(&page).await;
    assert_eq!(desk.told(), ["u-both", "u-only"]);
    assert_eq!(
        (page.view.batch.notices, page.view.batch.phone_tasks),
        (2, 1)
    );
    let calls = office
        .rows("SELECT a.external_id FROM phone_tasks t JOIN accounts a ON a.id = t.account_id");
    assert_eq!(calls, ["u-phone"]);
    let snapshot = office
        .rows("SELECT c.changes FROM case_changes c JOIN accounts a ON a.id = c.account_id WHERE a.external_id = 'u-both'")
        .pop()
        .unwrap();
    assert!(
        snapshot.contains("植入1001某01：提请抗诉")
            && snapshot.contains("植入1001某02：2026-12-20"),
        "{snapshot}"
    );
    // Who hears nothing finds the change on the page of the case all the same.
    let stored = office.rows(
        "SELECT a.external_id FROM case_changes c JOIN accounts a ON a.id = c.account_id ORDER BY a.external_id",
    );
    assert_eq!(
        stored,
        ["u-both", "u-frozen", "u-only", "u-phone", "u-silent"]
    );
    // Approved at last, the lawyer is told, as long as the mandate stands.
    let approve = "UPDATE accounts SET state = 'active' WHERE external_id = 'u-frozen'";
    office.app.database.execute(approve);
    assert_eq!(held_changes::run(&office.app.app).await.unwrap(), 1);
    assert_eq!(desk.told(), ["u-both", "u-frozen", "u-only"]);
    let again = desk.upload(&sheets::csv(&changed)).await;
    assert_eq!(again.view.batch.rows_unchanged, 3);
}

/// A small generator: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

const WATCHED: [&str; 11] = [
    "强制措施",
    "强制措施日期",
    "羁押场所",
    "当前阶段",
    "审查情况",
    "处理结果",
    "到期日",
    "办案期限",
    "案由",
    "办案部门",
    "办案部门",
];
const UNWATCHED: [&str; 6] = ["姓名", "承办人", "性别", "证件类型", "案件名称", "更新时间"];

#[tokio::test]
async fn over_random_batches_the_notices_are_those_of_a_brute_force_diff() {
    let desk = Desk::open().await;
    let mut dice = Dice(20_261_129);
    let mut lines: Vec<Line> = Vec::new();
    for case in 0..60 {
        for person in 0..=dice.below(3) {
            lines.push(Line::of(
                &format!("{}", 2000 + case),
                &format!("{person:02}"),
            ));
        }
    }
    desk.import(&lines).await;
    // Everybody is heard by one party; some by a lawyer too.
    let mut bound: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let accounts = ["a", "b", "c", "d", "e", "f", "g"];
    let mut people = Vec::new();
    for name in accounts {
        people.push((
            name,
            desk.office.linked(&format!("u-{name}"), "party").await,
        ));
    }
    for line in &lines {
        let (case, person) = (line.get("统一受案号"), line.get("当事人编号"));
        let (name, account) = &people[dice.below(people.len())];
        desk.bind(account, case, person, ApplicantRole::NearRelative)
            .await;
        bound
            .entry(format!("u-{name}"))
            .or_default()
            .insert((case.to_owned(), person.to_owned()));
    }
    for round in 0..4 {
        let before = lines.clone();
        for at in 0..lines.len() {
            if dice.below(4) > 0 {
                continue;
            }
            for _ in 0..=dice.below(2) {
                let watched = dice.below(2) == 0;
                let heading = match watched {
                    true => WATCHED[dice.below(WATCHED.len())],
                    false => UNWATCHED[dice.below(UNWATCHED.len())],
                };
                let value = match heading {
                    "强制措施日期" | "到期日" | "更新时间" => {
                        format!("2026-11-{:02}", 1 + dice.below(20))
                    }
                    "性别" => ["男", "女"][dice.below(2)].to_owned(),
                    "证件类型" => "居民身份证".to_owned(),
                    _ => format!("{heading}{}", dice.below(3)),
                };
                // What the rows of a case share changes in all of them.
                let case = lines[at].get("统一受案号").to_owned();
                let is_common = matches!(heading, "办案部门" | "案件名称" | "承办人");
                for line in lines.iter_mut() {
                    let is_own = line.get("统一受案号") == case
                        && (is_common || line.get("当事人编号") == before[at].get("当事人编号"));
                    if is_own {
                        line.put(heading, &value);
                    }
                }
            }
        }
        // A daily export may leave persons out; what is left out is as it was unless its case moved.
        let mut file = Vec::new();
        let mut dropped = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            match dice.below(5) == 0 {
                true => dropped.push(at),
                false => file.push(line.clone()),
            }
        }
        for at in dropped {
            let case = lines[at].get("统一受案号").to_owned();
            let sibling = file
                .iter()
                .find(|line| line.get("统一受案号") == case)
                .cloned();
            let mut kept = before[at].clone();
            if let Some(sibling) = sibling {
                for heading in ["办案部门", "案件名称", "承办人"] {
                    kept.put(heading, sibling.get(heading));
                }
            }
            lines[at] = kept;
        }
        let mut expected: BTreeSet<(String, String)> = BTreeSet::new();
        for (old, new) in before.iter().zip(&lines) {
            let differs = WATCHED
                .iter()
                .any(|heading| old.get(heading) != new.get(heading));
            let key = (
                new.get("统一受案号").to_owned(),
                new.get("当事人编号").to_owned(),
            );
            if differs {
                for (account, persons) in &bound {
                    if persons.contains(&key) {
                        expected.insert((account.clone(), new.get("部门受案号").to_owned()));
                    }
                }
            }
        }
        desk.office.app.database.execute("DELETE FROM case_changes");
        let already = desk.told().len();
        let page = desk.import(&file).await;
        let told = desk.office.rows(
            "SELECT a.external_id || '|' || c.case_number FROM case_changes c JOIN accounts a ON a.id = c.account_id",
        );
        let expected: Vec<String> = expected
            .iter()
            .map(|(who, case)| format!("{who}|{case}"))
            .collect();
        let mut told_sorted = told.clone();
        told_sorted.sort();
        assert_eq!(told_sorted, expected, "round {round}");
        assert_eq!(desk.told().len() - already, expected.len());
        assert_eq!(
            page.view.batch.notices,
            i64::try_from(expected.len()).unwrap()
        );
        assert!(!expected.is_empty());
    }
}
