//! 应公开, 已公开, 未公开: the register of documents and its numbers.

use jianxin::domain::desk::{Duties, Duty};
use jianxin::domain::publishing::{NotPublic, Status};
use jianxin::service::desk::Manager;
use jianxin::service::publication_register::{self as register, Entry, Put};
use jianxin::store::publication_register::Wanted;

use crate::support::document;
use crate::support::publishers::{CLEAN, Desks, seated};

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
