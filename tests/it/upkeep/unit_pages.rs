//! The pages of the units.

use super::administrator;
use crate::support::casework::Casework;

#[tokio::test]
async fn a_unit_is_renamed_and_abolished_on_its_page_and_what_is_refused_keeps_what_was_typed() {
    let (work, mut clerk) = administrator().await;
    let found = clerk
        .browser
        .get("/console/units?q=%E5%B2%B3%E9%BA%93")
        .await;
    assert!(
        found.body.contains("href=\"/console/units/430104\""),
        "{}",
        found.body
    );
    let path = "/console/units/430104";
    let taken = [("name", "长沙市开福区人民检察院"), ("basis", "某文")];
    let refused = clerk.send(&format!("{path}/rename"), &taken).await;
    assert_eq!(refused.status, 422);
    for kept in [
        "另一个检察院",
        "value=\"长沙市开福区人民检察院\"",
        "value=\"某文\"",
    ] {
        assert!(refused.body.contains(kept), "{kept}: {}", refused.body);
    }
    let renamed = [
        ("name", "长沙市麓山区人民检察院"),
        ("area_name", "麓山区"),
        ("effective_on", "2026-12-01"),
    ];
    let planned = clerk.send(&format!("{path}/rename"), &renamed).await;
    assert_eq!(
        (planned.status, planned.location.as_str()),
        (303, "/console/units/430104?done=planned")
    );
    let page = clerk.browser.get(&planned.location).await;
    for shown in [
        "到生效日期自动办理",
        "更名为长沙市麓山区人民检察院",
        "等待生效",
        "撤回",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let ids = work.office.rows("SELECT public_id FROM unit_changes");
    let cancelled = clerk
        .send(&format!("/console/unit-changes/{}/cancel", ids[0]), &[])
        .await;
    assert_eq!(cancelled.status, 303);
    let unsure = clerk
        .send(&format!("{path}/abolish"), &[("successor", "430105")])
        .await;
    assert_eq!(unsure.status, 422);
    let sure = [("successor", "430105"), ("sure", "yes")];
    let gone = clerk.send(&format!("{path}/abolish"), &sure).await;
    assert_eq!(
        gone.location, "/console/units/430105?done=changed",
        "{}",
        gone.body
    );
    let old = clerk.browser.get(path).await;
    assert!(
        old.body.contains("长沙市开福区人民检察院"),
        "the old code leads to the successor"
    );
}

#[tokio::test]
async fn a_units_own_administrator_sets_its_telephone_and_sees_no_other_unit() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("unit-admin", "unit_admin").await;
    let own = clerk.browser.get("/console/units").await;
    assert_eq!(own.location, "/console/units/430100");
    let page = clerk.browser.get("/console/units/430100").await;
    assert!(
        page.body.contains("保存电话") && !page.body.contains("撤销这个检察院"),
        "{}",
        page.body
    );
    let bad = clerk
        .send("/console/units/430100/phone", &[("phone", "12")])
        .await;
    assert!(
        bad.status == 422 && bad.body.contains("5至16位"),
        "{}",
        bad.body
    );
    let saved = clerk
        .send("/console/units/430100/phone", &[("phone", "0731-12309")])
        .await;
    assert_eq!(saved.location, "/console/units/430100?done=phone");
    for other in ["430104", "430000", "nowhere"] {
        assert_eq!(
            clerk
                .browser
                .get(&format!("/console/units/{other}"))
                .await
                .status,
            404,
            "{other}"
        );
        let refused = clerk
            .send(
                &format!("/console/units/{other}/phone"),
                &[("phone", "0731-12309")],
            )
            .await;
        assert_eq!(refused.status, 404, "{other}");
    }
    let actor = work
        .office
        .rows("SELECT actor FROM audit WHERE action = 'unit.phone_set'");
    assert!(actor[0].starts_with("manager:"), "{actor:?}");
}
