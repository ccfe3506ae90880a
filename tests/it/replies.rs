//! The form of replies: their size, and what a follower or a record cannot smuggle into them.

use crate::support::answer::links;
use crate::support::{TestApp, case, document, record};

const OPENID: &str = "oReply-000000000000000000001";

#[tokio::test]
async fn five_long_titles_behind_a_long_address_fit_into_two_thousand_bytes_with_the_way_on() {
    let address = format!(
        "https://{}.example.gov.cn",
        "very-long-name-of-a-host".repeat(2)
    );
    let app = TestApp::with(&[("server.public_url", &address)]).await;
    let title = "关于依法严厉打击跨区域系列抢劫犯罪并建立长效机制的重要案件情况通报".repeat(5);
    let records: Vec<_> = (0..5)
        .map(|n| case(&format!("c{n}"), "430104", &format!("{n}{title}")))
        .collect();
    app.publish(record::lines(&records)).await;
    for typed in ["zyaj_430104", "抢劫", "zyaj_长沙市"] {
        let text = app.text(OPENID, typed).await.text();
        assert!(text.len() <= 2000, "{typed}: {} bytes", text.len());
        let links = links(&text);
        assert_eq!(links.len(), 6, "{typed}: {text}");
        assert!(links[5].0.starts_with("更多"), "{text}");
        assert!(links.iter().all(|(_, url)| url.starts_with(&address)));
    }
}

#[tokio::test]
async fn an_absurdly_long_address_still_leaves_a_whole_reply() {
    let address = format!("https://{}.cn", "a".repeat(400));
    let app = TestApp::with(&[("server.public_url", &address)]).await;
    let records: Vec<_> = (0..5)
        .map(|n| case(&format!("c{n}"), "430104", &format!("案件{n}")))
        .collect();
    app.publish(record::lines(&records)).await;
    let text = app.text(OPENID, "zyaj_430104").await.text();
    assert!(text.len() <= 2000, "{} bytes", text.len());
    assert_eq!(links(&text).last().unwrap().0, "更多", "{text}");
}

#[tokio::test]
async fn what_a_follower_types_comes_back_harmless() {
    let app = TestApp::start().await;
    for typed in [
        "<a href=\"https://evil.example\">点我</a>",
        "a]]>b<![CDATA[c",
        "zyaj_<a href=\"https://evil.example\">点我</a>",
        "zyaj_</Content></xml>]]>",
        "&lt;a href=x&gt;",
        "<a href=\"weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1\">x</a>",
    ] {
        let text = app.text(OPENID, typed).await.text();
        for (_, address) in links(&text) {
            assert!(
                address.starts_with("https://wx.example.cn/h5/"),
                "{typed}: {text}"
            );
        }
        let tags = text.matches('<').count();
        assert_eq!(
            tags,
            2 * links(&text).len(),
            "only our own tags: {typed}: {text}"
        );
    }
}

#[tokio::test]
async fn what_a_record_holds_comes_out_harmless_in_replies_and_pages() {
    let app = TestApp::with(&[("wechat.menu_reply", "text")]).await;
    let evil = "<script>alert(1)</script>]]><a href=\"x\">抢劫</a>";
    let record = document("d", "430104", evil)
        .with("summary", evil)
        .with("body", evil)
        .with("document_number", evil);
    app.publish([record.line()]).await;
    let answer = app.text(OPENID, "抢劫").await;
    assert_eq!(answer.labels().len(), 2, "{}", answer.text());
    let url = answer.address_of(&answer.labels()[0]);
    let page = app
        .get(url.strip_prefix("https://wx.example.cn").unwrap())
        .await;
    assert!(page.status.is_success());
    for page in [
        page,
        app.get("/h5/list?kind=legal_document").await,
        app.get("/h5/list?kind=legal_document&q=%3Cscript%3E").await,
    ] {
        assert!(
            !page.body.contains("<script>alert") && !page.body.contains("<a href=\"x\""),
            "{}",
            page.body
        );
    }
    let articles = TestApp::start().await;
    articles.publish([record.line()]).await;
    assert_eq!(
        articles
            .click(OPENID, "latest_documents")
            .await
            .articles()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_reply_goes_back_to_the_follower_from_the_account() {
    let app = TestApp::start().await;
    let answer = app.text(OPENID, "zyaj_长沙").await;
    assert_eq!(answer.field("ToUserName"), OPENID);
    assert_eq!(answer.field("FromUserName"), crate::support::ACCOUNT);
    assert_eq!(answer.field("CreateTime"), app.now_secs().to_string());
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
}
