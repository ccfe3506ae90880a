use super::*;
use crate::wechat::inbound::{Inbound, Message};

fn xml(reply: &Reply) -> String {
    reply.to_xml("oFan", "gh_ours", 1_700_000_000).unwrap()
}

/// What a text reply says once it is read again.
fn content(text: &str) -> String {
    let written = xml(&Reply::Text(text.to_owned()));
    match Inbound::parse(written.as_bytes()).unwrap().message {
        Message::Text { content, .. } => content,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_reply_has_the_documented_form() {
    assert_eq!(
        xml(&Reply::Text("你好".to_owned())),
        "<xml><ToUserName><![CDATA[oFan]]></ToUserName><FromUserName><![CDATA[gh_ours]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[你好]]></Content></xml>"
    );
}

#[test]
fn articles_have_the_documented_form_and_are_at_most_eight() {
    let article = Article {
        title: "题".to_owned(),
        description: "述".to_owned(),
        pic_url: "https://x.example/p.png".to_owned(),
        url: "https://x.example/?a=1&b=2".to_owned(),
    };
    let one = xml(&Reply::News(vec![article.clone()]));
    assert!(one.contains(
        "<MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item>\
         <Title><![CDATA[题]]></Title><Description><![CDATA[述]]></Description>\
         <PicUrl><![CDATA[https://x.example/p.png]]></PicUrl>\
         <Url><![CDATA[https://x.example/?a=1&b=2]]></Url></item></Articles></xml>"
    ));
    let nine = xml(&Reply::News(vec![article; 9]));
    assert!(nine.contains("<ArticleCount>8</ArticleCount>"));
    assert_eq!(nine.matches("<item>").count(), 8);
}

#[test]
fn media_and_transfers_have_the_documented_form() {
    let media_id = || "M".to_owned();
    let (title, description) = (String::new(), "d".to_owned());
    assert!(
        xml(&Reply::Image {
            media_id: media_id()
        })
        .contains("<Image><MediaId><![CDATA[M]]></MediaId></Image>")
    );
    assert!(
        xml(&Reply::Voice {
            media_id: media_id()
        })
        .contains("<Voice><MediaId><![CDATA[M]]></MediaId></Voice>")
    );
    let video = Reply::Video {
        media_id: media_id(),
        title: title.clone(),
        description: description.clone(),
    };
    assert!(
        xml(&video).contains(
            "<Title><![CDATA[]]></Title><Description><![CDATA[d]]></Description></Video>"
        )
    );
    let music = Reply::Music {
        title,
        description,
        music_url: "u".to_owned(),
        hq_music_url: "h".to_owned(),
        thumb_media_id: "t".to_owned(),
    };
    assert!(xml(&music).contains(
        "<HQMusicUrl><![CDATA[h]]></HQMusicUrl><ThumbMediaId><![CDATA[t]]></ThumbMediaId>"
    ));
    let anyone = xml(&Reply::TransferCustomerService { account: None });
    assert!(anyone.ends_with("<MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"));
    let one = xml(&Reply::TransferCustomerService {
        account: Some("a@gh".to_owned()),
    });
    assert!(one.contains("<TransInfo><KfAccount><![CDATA[a@gh]]></KfAccount></TransInfo>"));
}

#[test]
fn what_cannot_be_said_is_no_xml() {
    for reply in [
        Reply::Success,
        Reply::Text(String::new()),
        Reply::Text(" \n\0".to_owned()),
        Reply::News(Vec::new()),
    ] {
        assert_eq!(reply.to_xml("o", "g", 0), None, "{reply:?}");
    }
}

#[test]
fn ten_thousand_texts_full_of_markup_are_read_again_exactly_as_they_were_written() {
    let pieces = [
        "]]>",
        "]]",
        "]",
        ">",
        "<![CDATA[",
        "</Content>",
        "<",
        "&amp;",
        "&",
        "\n",
        " ",
        "汉",
        "😀",
        "a",
        "\t",
    ];
    let mut state = 1_u64;
    for round in 0..10_000 {
        let mut text = "x".to_owned();
        for _ in 0..round % 13 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
        }
        assert_eq!(content(&text), text, "round {round}");
    }
}

#[test]
fn characters_that_xml_forbids_are_left_out_and_line_ends_are_lf() {
    assert_eq!(
        content("a\0b\u{1d}c\u{fffe}d\r\ne\rf]]\u{1}>g"),
        "abcd\ne\nf]]>g"
    );
}

#[test]
fn names_cannot_leave_their_element() {
    let written = Reply::Text("x".to_owned())
        .to_xml("o]]><Evil/>", "g", 0)
        .unwrap();
    assert_eq!(
        Inbound::parse(written.as_bytes()).unwrap().to_user,
        "o]]><Evil/>"
    );
}
