use super::Query;
use crate::domain::publication::PublicationKind;

fn latest(kind: PublicationKind, unit: &str) -> Query {
    Query::Latest {
        kind,
        unit_text: unit.to_owned(),
    }
}

#[test]
fn the_prefix_is_found_however_it_was_typed() {
    for text in [
        "zyaj_长沙",
        "ZYAJ_长沙",
        " zyaj 长沙 ",
        "ｚｙａｊ＿长沙",
        "zyaj：长沙",
        "zyaj——长沙",
        "zyaj长沙",
        "Zyaj -_: 长沙",
        "\u{feff}zy\u{200b}aj_长沙",
    ] {
        assert_eq!(
            Query::parse(text),
            latest(PublicationKind::ImportantCase, "长沙"),
            "{text}"
        );
    }
    assert_eq!(
        Query::parse("flws_430100"),
        latest(PublicationKind::LegalDocument, "430100")
    );
    assert_eq!(
        Query::parse("FLWS＿BJ-1"),
        latest(PublicationKind::LegalDocument, "BJ-1")
    );
    assert_eq!(
        Query::parse("zyaj_长沙 岳麓"),
        latest(PublicationKind::ImportantCase, "长沙 岳麓")
    );
}

#[test]
fn a_prefix_alone_still_asks_for_publications() {
    for text in ["zyaj", "zyaj_", "ZYAJ__ ", "zyaj：\n"] {
        assert_eq!(
            Query::parse(text),
            latest(PublicationKind::ImportantCase, ""),
            "{text:?}"
        );
    }
}

#[test]
fn one_or_two_digits_are_a_number_and_more_are_a_keyword() {
    for (text, number) in [
        ("1", 1),
        ("８", 8),
        ("12", 12),
        (" 3、", 3),
        ("3.", 3),
        ("3。", 3),
        ("３．", 3),
        ("07", 7),
    ] {
        assert_eq!(Query::parse(text), Query::Number(number), "{text}");
    }
    for text in ["430100", "123", "1 2", "1a", "-1", "、", "٣"] {
        assert!(matches!(Query::parse(text), Query::Keyword(_)), "{text}");
    }
}

#[test]
fn a_keyword_is_cleaned_and_cut() {
    assert_eq!(
        Query::parse("  抢\u{200b}劫 \n\t 案\u{7} "),
        Query::Keyword("抢劫 案".to_owned())
    );
    assert_eq!(
        Query::parse(&"贪".repeat(5_000)),
        Query::Keyword("贪".repeat(64))
    );
    assert_eq!(
        Query::parse("我要看zyaj_长沙"),
        Query::Keyword("我要看zyaj_长沙".to_owned())
    );
}

#[test]
fn nothing_visible_is_empty() {
    for text in ["", " \u{3000}\n", "\u{200b}\u{feff}", "\0\u{1}"] {
        assert_eq!(Query::parse(text), Query::Empty, "{text:?}");
    }
}

#[test]
fn characters_of_several_bytes_at_the_prefix_do_no_harm() {
    for text in ["zya长", "长沙", "é́zy", "🎉🎉", "zyaj🎉"] {
        assert_ne!(Query::parse(text), Query::Empty);
    }
}
