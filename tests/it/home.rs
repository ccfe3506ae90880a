//! 业务办理: everybody's page, the page of a role, 个人中心, and the way there from the menu.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::support::office::UNIT;
use crate::support::signing::Signing;
use crate::support::{TestApp, case};

#[tokio::test]
async fn everybody_finds_the_three_entrances_and_what_is_public_at_once() {
    let app = TestApp::start().await;
    app.publish([case("a", "430100", "可读的案件").line()])
        .await;
    let page = app.get("/h5/").await;
    assert_eq!(page.status.as_u16(), 200);
    for text in [
        "href=\"/h5/login/lawyer\"",
        "href=\"/h5/login/party\"",
        "href=\"/h5/login/manager\"",
        "可读的案件",
        "《案件程序性信息查询、辩护与代理预约说明》",
        "tel:12309",
        "name=\"q\"",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    assert_eq!(page.header("cache-control"), "private, no-cache");
    assert!(!page.body.contains("退出登录"));
    let about = app.get("/h5/about-binding").await;
    assert_eq!(about.status.as_u16(), 200);
    for text in [
        "id=\"applicants\"",
        "id=\"managers\"",
        "反贪、反渎、侦查监督",
        "变更（解除）强制措施",
        "县级检察院案件管理部门",
        "退出登录",
    ] {
        assert!(about.body.contains(text), "{text}");
    }
    // On the real platform only WeChat's browser is led away.
    let real = [("wechat.oauth_base_url", "https://open.weixin.qq.com")];
    let app = TestApp::with(&real).await;
    assert_eq!(app.get("/h5/").await.status.as_u16(), 200);
    let inside = |cookie: &str| {
        Request::get("/h5/")
            .header("user-agent", "Mozilla/5.0 MicroMessenger/8.0")
            .header("cookie", cookie)
            .body(Body::empty())
            .unwrap()
    };
    let led = app.send(inside("")).await;
    assert_eq!(led.status.as_u16(), 302);
    assert!(
        led.header("location")
            .starts_with("https://open.weixin.qq.com/")
    );
    let asked = app.send(inside("__Host-jianxin_asked=1")).await;
    assert_eq!(asked.status.as_u16(), 200, "once");
}

#[tokio::test]
async fn from_the_menu_who_is_linked_lands_on_the_own_page_and_who_is_not_on_everybodys() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    scene.signed_in("f1", &account).await;
    let mut phone = scene.street.phone("f1");
    let begun = phone.get("/h5/").await;
    assert_eq!(begun.status, 302);
    let home = phone.open(&begun.location).await;
    assert!(home.body.contains("欧阳植入，您好"), "{}", home.body);
    let mut other = scene.street.phone("f2");
    let page = other.open("/h5/").await;
    assert!(page.status == 200 && page.body.contains("请选择您的身份"));
    assert_eq!(
        page.header("cache-control"),
        "no-store",
        "it may hold messages"
    );
}

#[tokio::test]
async fn an_authorisation_that_fails_ends_on_the_page_and_never_goes_round() {
    let scene = Signing::open().await;
    let mut phone = scene.street.phone("f1");
    let begun = phone.get("/h5/").await;
    assert_eq!(begun.status, 302);
    let state = begun.location.split("state=").nth(1).unwrap();
    let state = state.split(['&', '#']).next().unwrap();
    // A code that is none, and a refusal without one.
    for back in [
        format!("/h5/oauth?code=nonsense&state={state}"),
        format!("/h5/oauth?state={state}"),
    ] {
        let page = phone.get(&back).await;
        assert_eq!(
            (page.status, page.location.as_str()),
            (303, "/h5/"),
            "{back}"
        );
    }
    let page = phone.get("/h5/").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("请选择您的身份"));
    // An authorisation that somebody asked for says when it fails.
    let asked = phone.get("/h5/login/lawyer").await;
    assert_eq!(asked.status, 302);
    let failed = phone.get("/h5/oauth?code=x&state=00000000000000000000000000000000");
    assert_eq!(failed.await.status, 400);
}

#[tokio::test]
async fn the_counters_count_what_the_account_may_see_and_asked_for() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let phone = &mut scene.signed_in("f1", &account).await;
    let office = &scene.office;
    for (number, decided) in [("B1", true), ("B2", false)] {
        let said = json!({ "application": number, "account": "u1", "unit_code": UNIT, "case_name": "试用" });
        office
            .tell(&format!("{number}s"), "binding_submitted", said)
            .await;
        if decided {
            let said = json!({ "application": number, "result": "approved" });
            office
                .tell(&format!("{number}r"), "binding_reviewed", said)
                .await;
        }
    }
    let page = phone.get("/h5/").await;
    for text in [
        // An approval that names no person of a case binds none (`cases.rs` has those that do).
        "您可以查看 0 个案件",
        "您提出了 2 个案件申请，已处理 1 个",
        "您提出了 0 个预约申请，已处理 0 个",
        "href=\"/h5/cases\"",
        "href=\"/h5/bindings\"",
        "href=\"/h5/appointments\"",
        "案件绑定结果通知",
        "退出登录",
    ] {
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    let notice = page.between("href=\"/h5/notices/", "\"").unwrap();
    let notice = phone.get(&format!("/h5/notices/{notice}")).await;
    assert_eq!(notice.status, 200);
    // A party has no bindings to ask for, and sees none of another one's notices.
    let party = scene.account("u2", "party").await;
    let phone = &mut scene.signed_in("f2", &party).await;
    let page = phone.get("/h5/").await;
    assert!(page.body.contains("您可以查看 0 个案件") && !page.body.contains("个案件申请"));
    assert!(page.body.contains("您还没有收到通知") && !page.body.contains("/h5/bindings"));
}

#[tokio::test]
async fn a_lawyer_who_waits_or_was_refused_sees_the_personal_centre_only() {
    let scene = Signing::open().await;
    let mut account = scene.account("u1", "lawyer").await;
    account.state = "pending".to_owned();
    scene.change(&mut account).await;
    let mut phone = scene.signed_in("f1", &account).await;
    let home = phone.get("/h5/").await;
    assert!(home.body.contains("注册信息正在审核") && home.body.contains("href=\"/h5/me\""));
    assert!(!home.body.contains("您可以查看") && !home.body.contains("我的案件"));
    let me = phone.get("/h5/me").await;
    assert!(me.body.contains(">待审核</span>") && me.body.contains("修改注册信息"));
    let lawyer = json!({ "login_name": account.login_name, "display_name": "欧阳植入" });
    let said = json!({ "application": "R1", "account": "u1", "unit_code": UNIT, "lawyer": lawyer });
    scene
        .office
        .tell("r1", "registration_submitted", said)
        .await;
    let said = json!({ "application": "R1", "result": "rejected", "reason": "执业证不清楚。\n请重新拍照。" });
    scene.office.tell("r2", "registration_reviewed", said).await;
    let me = phone.get("/h5/me").await;
    for text in [
        ">审核未通过</span>",
        "执业证不清楚。",
        "<p>请重新拍照。</p>",
        "点“修改注册信息”",
    ] {
        assert!(me.body.contains(text), "{text} in {}", me.body);
    }
    assert!(phone.get("/h5/").await.body.contains("没有通过审核"));
}

#[tokio::test]
async fn managers_see_what_waits_in_their_unit() {
    let scene = Signing::open().await;
    let manager = scene.account("m1", "manager").await;
    scene.account("u1", "lawyer").await;
    let said =
        json!({ "application": "B1", "account": "u1", "unit_code": UNIT, "case_name": "试用" });
    scene.office.tell("b1", "binding_submitted", said).await;
    let said =
        json!({ "application": "B2", "account": "u1", "unit_code": "430104", "case_name": "试用" });
    scene.office.tell("b2", "binding_submitted", said).await;
    let mut phone = scene.signed_in("f1", &manager).await;
    let page = phone.get("/h5/").await;
    for text in [
        "<title>案管后台</title>",
        "长沙市人民检察院",
        "<dt>案件绑定申请</dt><dd>1 件</dd>",
        "<dt>律师注册</dt><dd>0 件</dd>",
        "需要电话告知",
        "退出登录",
    ] {
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    assert!(!page.body.contains("我的案件"));
    let csrf = page.csrf();
    let fields = [("csrf", csrf.as_str()), ("notices", "off")];
    let switch = phone.post("/h5/me/notices", &fields).await;
    assert_eq!(switch.status, 403, "not for managers");
}

#[tokio::test]
async fn the_personal_centre_shows_the_account_and_switches_notices() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "party").await;
    let mut phone = scene.signed_in("f1", &account).await;
    let me = phone.get("/h5/me").await;
    for text in [
        &*account.login_name,
        "欧阳植入",
        "当事人等",
        "长沙市人民检察院",
        "href=\"/h5/password\"",
    ] {
        assert!(me.body.contains(text), "{text}");
    }
    assert!(!me.body.contains("修改注册信息"));
    let csrf = me.csrf();
    for _ in 0..2 {
        let off = phone
            .submit("/h5/me/notices", &[("csrf", &csrf), ("notices", "off")])
            .await;
        assert!(off.notice().contains("已关闭"), "{}", off.body);
        assert!(off.body.contains("打开案件进展通知"));
    }
    assert_eq!(
        scene.rows("SELECT action FROM audit WHERE action LIKE 'notices%'"),
        ["notices.off"],
        "a change is noted, a repetition is none"
    );
    let fields = [("csrf", "x"), ("notices", "on")];
    assert_eq!(phone.post("/h5/me/notices", &fields).await.status, 403);
    let fields = [("csrf", csrf.as_str()), ("notices", "maybe")];
    assert_eq!(phone.post("/h5/me/notices", &fields).await.status, 400);
    phone
        .submit("/h5/me/notices", &[("csrf", &csrf), ("notices", "on")])
        .await;
    assert_eq!(
        scene.count("SELECT count(*) FROM audit WHERE action LIKE 'notices%'"),
        2
    );
}
