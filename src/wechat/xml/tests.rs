use super::*;

fn content(source: &str) -> Result<String, XmlError> {
    let fields = Fields::read(source)?;
    Ok(fields.raw(ROOT, "Content").unwrap_or_default().to_owned())
}

#[test]
fn adjacent_text_cdata_and_references_are_one_text() {
    let source = "<xml><Content>a<![CDATA[b]]]]><![CDATA[>c]]>&lt;&#x4e2d;&#33;&amp;<!-- no -->d</Content></xml>";
    assert_eq!(content(source).unwrap(), "ab]]>c<中!&d");
}

#[test]
fn unknown_elements_are_skipped_and_nested_ones_are_found_under_their_parent() {
    let source = "<xml><New><Content>no</Content></New><List><Id>1</Id></List><List><Id> 2\n</Id></List></xml>";
    let fields = Fields::read(source).unwrap();
    assert_eq!(fields.raw(ROOT, "Content"), None);
    let ids: Vec<_> = fields
        .children(ROOT, "List")
        .filter_map(|list| fields.text(list, "Id"))
        .collect();
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn a_byte_order_mark_a_declaration_and_white_space_around_the_root_are_tolerated() {
    let source =
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<xml><Content>x</Content></xml>\n";
    assert_eq!(content(source).unwrap(), "x");
}

#[test]
fn document_types_instructions_and_entities_are_forbidden() {
    for source in [
        "<!DOCTYPE xml><xml/>",
        "<!DOCTYPE xml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><Content>&a;</Content></xml>",
        "<xml><!DOCTYPE x></xml>",
        "<?php x ?><xml/>",
        "<xml><?php x ?></xml>",
        "<xml><Content>&a;</Content></xml>",
        "<xml><Content>&nbsp;</Content></xml>",
        "<xml><Content>&#0;</Content></xml>",
        "<xml><Content>&#xD800;</Content></xml>",
        "<xml><Content>&#x110000;</Content></xml>",
        "<xml/><?xml version=\"1.0\"?>",
    ] {
        assert_eq!(content(source), Err(XmlError::Forbidden), "{source}");
    }
}

#[test]
fn what_is_not_one_complete_document_is_malformed() {
    for source in [
        "",
        " ",
        "text",
        "{\"Content\":\"x\"}",
        "<html></html>",
        "<xml>",
        "<xml><Content>x",
        "<xml><Content>x</Content>",
        "<xml><Content><![CDATA[x</Content></xml>",
        "<xml><Content>x</Other></xml>",
        "<xml></xml></xml>",
        "<xml/><xml/>",
        "<xml/>text",
        "text<xml/>",
        "<xml/><![CDATA[x]]>",
        "<xml/>&lt;",
        "<xml a=\"b></xml>",
        "<xml><!-- </xml>",
        "<xml><Content>a & b</Content></xml>",
    ] {
        assert_eq!(content(source), Err(XmlError::Malformed), "{source}");
    }
}

#[test]
fn depth_elements_and_attributes_are_bounded() {
    let nested = |depth: usize| {
        format!(
            "<xml>{}{}</xml>",
            "<a>".repeat(depth - 1),
            "</a>".repeat(depth - 1)
        )
    };
    assert!(content(&nested(8)).is_ok());
    assert_eq!(content(&nested(9)), Err(XmlError::TooBig));
    assert_eq!(content(&nested(100_000)), Err(XmlError::TooBig));

    let wide = |count: usize| format!("<xml>{}</xml>", "<a/>".repeat(count - 1));
    assert!(content(&wide(128)).is_ok());
    assert_eq!(content(&wide(129)), Err(XmlError::TooBig));

    let tagged = |count: usize| {
        format!(
            "<xml {}/>",
            (0..count)
                .map(|n| format!("a{n}=\"\" "))
                .collect::<String>()
        )
    };
    assert!(content(&tagged(16)).is_ok());
    assert_eq!(content(&tagged(17)), Err(XmlError::TooBig));
    assert_eq!(content(&tagged(100_000)), Err(XmlError::TooBig));
}

#[test]
fn text_is_cleaned_of_what_xml_forbids() {
    assert_eq!(clean("a\0b\u{1d}c\u{fffe}d\u{ffff}"), "abcd");
    assert_eq!(clean("a\r\nb\rc\n\td"), "a\nb\nc\n\td");
    assert!(matches!(clean("plain 汉字"), Cow::Borrowed(_)));
    assert_eq!(clean("（全角）"), "（全角）");
}

#[test]
fn a_cdata_end_is_divided_even_when_cleaning_creates_it() {
    let mut out = String::new();
    push_cdata(&mut out, "a]]>b]]\0>c]]");
    assert_eq!(out, "<![CDATA[a]]]]><![CDATA[>b]]]]><![CDATA[>c]]]]>");
}

#[test]
fn the_short_way_reads_what_the_long_one_reads_and_leaves_it_the_rest() {
    for source in [
        "<xml></xml>",
        "<xml> <A>1</A>\n\t<A/></xml>",
        "<xml><A><![CDATA[]]></A><B></B></xml>\n",
        "<xml>\n<A><![CDATA[a<b&c]] ]></A> <A> 2 </A><B_1>\u{4e2d}</B_1></xml>",
        "<xml><A><![CDATA[a]]>b</A></xml>",
        "<xml><A>a&amp;b</A></xml>",
        "<xml><A>a]]>b</A></xml>",
        "<xml><A>a\r\nb</A>\r\n</xml>",
        "<xml><A><B>1</B></A></xml>",
        "<xml><A x='1'>1</A></xml>",
        "<xml><A>1</B></xml>",
        "<xml><A>1</A></xml><xml/>",
        "<xml><A>1</A>x</xml>",
        "<xml><A>1",
        "<xml><A><![CDATA[1</A></xml>",
        "<xml></A></xml>",
        "<xml><>1</></xml>",
        "<xml><A>1</A><!-- --></xml>",
        "<xml><\u{4e2d}>1</\u{4e2d}></xml>",
        "<XML><A>1</A></XML>",
        " <xml><A>1</A></xml>",
        "",
    ] {
        let long = Fields::read_any(source);
        if let Some(elements) = flat::read(source) {
            let short = Fields { elements };
            assert!(long.as_ref().unwrap().has_same_children(&short), "{source}");
        }
        assert_eq!(Fields::read(source).is_ok(), long.is_ok(), "{source}");
    }
    let usual = "<xml>\n <A><![CDATA[a]]></A><B>1</B></xml>\n";
    assert!(flat::read(usual).is_some(), "the usual goes the short way");
    let many = format!("<xml>{}</xml>", "<A>1</A>".repeat(MAX_ELEMENTS));
    assert_eq!(Fields::read(&many).err(), Some(XmlError::TooBig));
}
